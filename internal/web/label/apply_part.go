package label

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/label"
	"passerelle/internal/web"
)

type partPage struct {
	web.Page
	Application label.Application
	Step        string
	Item        label.Criterion
	Questions   []questionView
	Several     bool
	Papers      []paperView
	Concerns    []web.Option // which place a paper is about
	Known       label.Identity
	Largest     string
}

// questionView is the question of a criterion for one place.
type questionView struct {
	Place  string // its name, when there are several
	Value  web.Field
	Detail web.Field
}

// editedFile reads an application that the applicant may still change.
func editedFile(r *web.Request) (label.File, error) {
	id, err := r.PathID("id")
	if err != nil {
		return label.File{}, err
	}
	var file label.File
	err = r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		file, err = label.FileByID(r.Context(), q, id)
		return err
	})
	if err == nil && !file.State.Editable() {
		err = label.ErrWrongState
	}
	return file, err
}

func partPageOf(file label.File, form *web.Form, title string, number int) *partPage {
	return &partPage{
		Application: file.Application, Step: "Partie " + strconv.Itoa(number) + " sur " + strconv.Itoa(len(file.Rules().Items)+1),
		Page: web.Page{
			Title: title, Layout: web.Ask, Form: form, Menu: "/demande-label",
			Back: web.Link{Label: "Demande de label\u00a0: " + placesTitle(file.Application), Path: "/demande-label/" + file.ID.String()},
		},
	}
}

// askOrganisation answers GET /demande-label/{id}/organisation.
func askOrganisation(w http.ResponseWriter, r *web.Request) error {
	return showOrganisation(w, r, web.NewForm())
}

func showOrganisation(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	file, err := editedFile(r)
	if err != nil {
		return err
	}
	page := partPageOf(file, form, "Qui demande le label\u202f?", 1)
	page.Known = label.Identity{SIRET: grouped(file.SIRET), Representative: file.Representative}
	return web.Render(w, r, form.Status(), "apply-organisation", page)
}

// saveOrganisation answers POST /demande-label/{id}/organisation.
func saveOrganisation(w http.ResponseWriter, r *web.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	identity := label.Identity{
		SIRET:          form.Text("siret"),
		Representative: label.Representative{Name: form.Text("nom"), Function: form.Text("fonction")},
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error { return label.Identify(r.Context(), tx, id, identity) })
	if form.RefusedAs(err, map[string]string{"representative.name": "nom", "representative.function": "fonction"}) {
		return showOrganisation(w, r, form)
	}
	if err != nil {
		return err
	}
	return nextPart(w, r, id, "")
}

// nextPart leads on from a part: to the page of verification it came from, else
// to the part that follows.
func nextPart(w http.ResponseWriter, r *web.Request, id db.ID, code string) error {
	base := "/demande-label/" + id.String()
	if r.URL.Query().Get("retour") == "verification" {
		return web.SeeOther(w, r, base+"/verification")
	}
	file, err := editedFile(r)
	if err != nil {
		return err
	}
	items := file.Rules().Items
	if code == "" {
		return web.SeeOther(w, r, base+"/criteres/"+items[0].Code)
	}
	for i, item := range items[:len(items)-1] {
		if item.Code == code {
			return web.SeeOther(w, r, base+"/criteres/"+items[i+1].Code)
		}
	}
	return web.SeeOther(w, r, base+"/verification")
}

// askCriterion answers GET /demande-label/{id}/criteres/{critere}.
func askCriterion(w http.ResponseWriter, r *web.Request) error {
	return showCriterion(w, r, web.NewForm(), 0)
}

// showCriterion asks about one criterion, for each place; a status of zero is
// the form's own.
func showCriterion(w http.ResponseWriter, r *web.Request, form *web.Form, status int) error {
	file, err := editedFile(r)
	if err != nil {
		return err
	}
	item, known := file.Rules().ByCode(r.PathValue("critere"))
	if !known {
		return fault.ErrNotFound
	}
	number := 2
	for i, one := range file.Rules().Items {
		if one.Code == item.Code {
			number += i
		}
	}
	item = set(item)
	page := partPageOf(file, form, item.Title, number)
	page.Item, page.Several = item, len(file.Places) > 1
	page.Largest = strconv.Itoa(label.LargestAttachment>>20) + "\u00a0Mo"
	sent := form.Value("envoi") != ""
	for i, covered := range file.Places {
		page.Questions = append(page.Questions, questionOf(file, item, form, covered, i, sent))
		page.Concerns = append(page.Concerns, web.Option{Value: covered.ID.String(), Label: covered.Name})
	}
	for _, paper := range file.Attachments {
		if paper.Criterion == item.Code {
			view := paperLink(paper)
			if page.Several && !paper.Place.IsZero() {
				view.About = placeName(file, paper.Place)
			}
			page.Papers = append(page.Papers, view)
		}
	}
	if status == 0 {
		status = form.Status()
	}
	return web.Render(w, r, status, "apply-criterion", page)
}

// questionOf makes the fields of one place: what was sent when the page comes
// back, else what is kept.
func questionOf(file label.File, item label.Criterion, form *web.Form, covered label.Covered, i int, sent bool) questionView {
	value, detail := "reponse-"+strconv.Itoa(i), "detail-"+strconv.Itoa(i)
	kept := file.Answer(covered.ID, item.Code)
	if sent {
		kept.Value, kept.Detail = form.Value(value), form.Value(detail)
	}
	view := questionView{
		Value:  web.Field{ID: value, Name: value, Label: item.Answer.Text, Value: kept.Value, Error: form.ErrorOf(value), Complete: "off"},
		Detail: web.Field{Kind: "area", ID: detail, Name: detail, Label: "Précisions, si elles sont utiles", Value: kept.Detail, Error: form.ErrorOf(detail), Rows: 3, Complete: "off"},
	}
	if len(file.Places) > 1 {
		view.Place = covered.Name + ", " + covered.CommuneName
	}
	option := func(code, text string) {
		view.Value.Options = append(view.Value.Options, web.Option{Value: code, Label: text, Chosen: kept.Value == code})
	}
	switch item.Answer.Kind {
	case label.AnswerYesNo:
		view.Value.Kind = "choices"
		option("yes", "Oui")
		option("no", "Non")
	case label.AnswerChoice:
		view.Value.Kind = "choices"
		for _, choice := range item.Answer.Choices {
			option(choice.Code, choice.Text)
		}
	case label.AnswerNumber:
		view.Value.Kind, view.Value.Unit, view.Value.Width = "number", item.Answer.Unit, 5
	default:
		view.Value.Kind = "" // the words say it all
		view.Detail.Label, view.Detail.Rows = item.Answer.Text, 6
	}
	return view
}

// saveCriterion answers POST /demande-label/{id}/criteres/{critere}: answers are
// kept, a paper is joined or taken back, in one act.
func saveCriterion(w http.ResponseWriter, r *web.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	file, err := editedFile(r)
	if err != nil {
		return err
	}
	code := r.PathValue("critere")
	answers, names := answersIn(form, file, code)
	called := form.FileName("piece")
	came := called != "" || form.Checked("joindre")
	var content []byte
	if came {
		content = form.File("piece", "Choisissez un fichier à joindre, qui ne soit pas vide")
	}
	if !form.Valid() {
		return showCriterion(w, r, form, 0)
	}
	var about, removed db.ID
	if text := form.Value("concerne"); text != "" {
		about = form.ID("concerne", "Choisissez un lieu de la liste")
	}
	if text := form.Value("retirer"); text != "" {
		removed = form.ID("retirer", "Choisissez une pièce de la liste")
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		return once(r, tx, form, func() error {
			if err := label.Say(r.Context(), tx, id, answers); err != nil {
				return err
			}
			if !removed.IsZero() {
				if err := label.Detach(r.Context(), tx, removed); err != nil {
					return err
				}
			}
			if !came {
				return nil
			}
			_, err := label.Attach(r.Context(), tx, label.Attachment{Application: id, Place: about, Criterion: code, Name: called}, content)
			return err
		})
	})
	switch {
	case paperRefused(form, err):
		return showCriterion(w, r, form, fault.Of(err).Kind.Status())
	case form.RefusedAs(err, names):
		return showCriterion(w, r, form, 0)
	case err != nil:
		return err
	case form.Checked("joindre") || !removed.IsZero():
		path := r.URL.Path + "?" + r.URL.RawQuery
		return web.SeeOther(w, r, strings.TrimSuffix(path, "?")+"#pieces")
	}
	return nextPart(w, r, id, code)
}

// answersIn reads the answers of each place; one answer for all is the first's.
// names leads from what the capability refuses to the form's fields.
func answersIn(form *web.Form, file label.File, code string) ([]label.Answer, map[string]string) {
	names := map[string]string{}
	answers := make([]label.Answer, 0, len(file.Places))
	for i, covered := range file.Places {
		at := strconv.Itoa(i)
		if form.Checked("pareil") {
			at = "0"
		}
		field := "answers[" + strconv.Itoa(i) + "]"
		names[field], names[field+".detail"] = "reponse-"+at, "detail-"+at
		answers = append(answers, label.Answer{Place: covered.ID, Criterion: code, Value: digitsTogether(form.Text("reponse-" + at)), Detail: form.Text("detail-" + at)})
	}
	return answers, names
}

// digitsTogether reads "1 200" as 1200, and leaves anything else as it is.
func digitsTogether(text string) string {
	together := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "").Replace(text)
	if _, err := strconv.Atoi(together); err == nil {
		return together
	}
	return text
}

// paperRefused notes beside the file's field why a paper is not taken.
func paperRefused(form *web.Form, err error) bool {
	for _, refusal := range []error{label.ErrAttachmentKind, label.ErrAttachmentSize, label.ErrAttachmentCount, label.ErrAttachmentReviewed} {
		if errors.Is(err, refusal) {
			form.Wrong("piece", fault.Of(err).Code, fault.Of(err).Message)
			return true
		}
	}
	return false
}
