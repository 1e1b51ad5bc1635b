package label

import (
	"fmt"
	"net/http"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/label"
	"passerelle/internal/web"
)

// part is one page of an application: who applies, or one criterion.
type part struct {
	Title, Path string
	Missing     []string // sentences; empty when the part is whole
	Lacks       []string // the same in a word, as one table tells them
}

// partsOf are the pages of an application in order, with what each still lacks.
func partsOf(file label.File) []part {
	base := "/demande-label/" + file.ID.String()
	parts := []part{{Title: "Votre organisation", Path: base + "/organisation"}}
	at := map[string]int{"": 0}
	for _, item := range file.Rules().Items {
		at[item.Code] = len(parts)
		parts = append(parts, part{Title: set(item).Title, Path: base + "/criteres/" + item.Code})
	}
	for _, gap := range file.Missing() {
		code := ""
		if slash := strings.LastIndex(gap.Name, "/"); slash >= 0 { // "answers/PLACE/CRITERION"
			code = gap.Name[slash+1:]
		}
		one := &parts[at[code]]
		one.Missing = append(one.Missing, web.French(gap.Message))
		one.Lacks = append(one.Lacks, lackOf(gap.Name, file))
	}
	return parts
}

// lackOf tells what is missing, from the name that the capability gives it.
func lackOf(name string, file label.File) string {
	switch {
	case strings.HasPrefix(name, "attachments/"):
		return "la pièce"
	case !strings.HasPrefix(name, "answers/"):
		return map[string]string{"siret": "le SIRET", "representative.name": "le nom du représentant", "representative.function": "sa fonction"}[name]
	case len(file.Places) == 1:
		return "la réponse"
	}
	for _, covered := range file.Places {
		if strings.Contains(name, covered.ID.String()) {
			return "la réponse pour " + covered.Name
		}
	}
	return ""
}

type filePage struct {
	web.Page
	Application label.Application
	State       web.State
	Places      string
	Clock       clockView
	Next        string // what happens now
	Parts       web.Table
	Done        int
	Of          int
	Continue    web.Link // the next part to fill in, or the check
	Asked       string   // what the certifier asks for
	Editable    bool
	Applies     bool // the reader may write
	Signs       bool // the reader is an owner
	GivesUp     bool
	Appeal      web.Link
	AppealUntil civil.Date
	Results     []resultView
	Visits      web.Table
	Papers      []paperView
	Messages    []messageView
	MayWrite    bool
	History     web.Table
	Accounts    []accountView
}

// resultView is what was decided of one place.
type resultView struct {
	Name    string
	State   web.State
	Score   string
	Reasons []string
	Table   web.Table
	First   web.Table // the first decision's, once appealed
	Poster  string
	Open    bool // a refusal shows every verdict at once
}

// accountView tells whether the bank details of a place are known.
type accountView struct {
	Name, Path string
	Known      bool
}

// showFile answers GET /demande-label/{id}.
func showFile(w http.ResponseWriter, r *web.Request) error {
	return showFileWith(w, r, web.NewForm())
}

func showFileWith(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	if r.Actor().Role != account.RoleSite {
		return web.SeeOther(w, r, "/labels/demandes/"+id.String())
	}
	var file label.File
	page := &filePage{}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if file, err = label.FileByID(r.Context(), q, id); err != nil {
			return err
		}
		page.Accounts, err = accountsOf(r, q, file)
		return err
	}); err != nil {
		return err
	}
	page.tell(r, form, file)
	return web.Render(w, r, form.Status(), "apply-file", page)
}

// accountsOf tells for each place whether it can be paid: the account is given
// apart, and read by nobody who decides on the label.
func accountsOf(r *web.Request, q db.Q, file label.File) ([]accountView, error) {
	var views []accountView
	for _, covered := range file.Places {
		known, err := label.HasBankDetails(r.Context(), q, covered.ID)
		if err != nil {
			return nil, err
		}
		views = append(views, accountView{covered.Name, "/mon-lieu/compte?lieu=" + covered.ID.String(), known})
	}
	return views, nil
}

func (page *filePage) tell(r *web.Request, form *web.Form, file label.File) {
	a := file.Application
	today := civil.DateOf(r.App.Clock.Now(), civil.Paris)
	base := "/demande-label/" + a.ID.String()
	page.Page = web.Page{
		Title: "Demande de label\u00a0: " + placesTitle(a), Form: form, Menu: "/demande-label",
		Back: web.Link{Label: "Le label de vos lieux", Path: "/demande-label"},
	}
	page.Application, page.State, page.Places, page.Clock = a, stateOfApplication(a), a.PlaceNames(), clockOf(a, today)
	page.Applies = account.May(r.Actor(), account.ActLabelApply)
	page.Signs = account.May(r.Actor(), account.ActLabelSend)
	page.Editable = a.State.Editable()
	page.GivesUp = page.Signs && (a.State == label.Draft || a.State == label.Sent || a.State == label.InReview || a.State == label.MoreAsked)
	if until := a.Appealable(); page.Signs && !until.IsZero() && !today.After(until) {
		page.Appeal, page.AppealUntil = web.Link{Label: "Faire appel", Path: base + "/appel"}, until
	}
	page.Next = nextWords(a, today)
	if page.Editable {
		page.tellParts(file, base)
	}
	if a.State == label.MoreAsked {
		for _, message := range file.Messages { // the last one of the certifier's is the question
			if message.Side == label.SideCertifier {
				page.Asked = message.Text
			}
		}
	}
	if !a.DecidedAt.IsZero() {
		page.tellResults(file)
	}
	page.Visits = visitsTable(file, false, "")
	page.Papers = papersOf(file, db.ID{}, "")
	page.Messages = messagesOf(file)
	page.MayWrite = page.Applies && a.State != label.Draft && !file.Erased
	page.History = historyTable(file)
}

// placesTitle names the first places of an application.
func placesTitle(a label.Application) string {
	if len(a.Places) == 1 {
		return a.Places[0].Name
	}
	return fmt.Sprintf("%d\u00a0lieux", len(a.Places))
}

func (page *filePage) tellParts(file label.File, base string) {
	page.Parts = web.Table{
		Caption: "Les parties de la demande", Quiet: true,
		Columns: []web.Column{{Label: "Partie"}, {Label: "État"}},
	}
	parts := partsOf(file)
	page.Of = len(parts)
	page.Continue = web.Link{Label: "Vérifier et envoyer", Path: base + "/verification"}
	if file.State == label.MoreAsked {
		page.Continue.Label = "Vérifier et envoyer le complément"
	}
	for i := len(parts) - 1; i >= 0; i-- {
		if len(parts[i].Missing) > 0 {
			page.Continue = web.Link{Label: "Continuer", Path: parts[i].Path, About: "avec " + parts[i].Title}
		}
	}
	for _, one := range parts {
		state := web.InState("ok", "Rempli")
		if len(one.Missing) > 0 {
			state = web.InState("wait", "À faire")
		} else {
			page.Done++
		}
		const few = 2
		missing := ""
		if len(one.Lacks) > 0 {
			missing = "Il manque\u00a0: "
		}
		missing += strings.Join(one.Lacks[:min(few, len(one.Lacks))], ", ")
		if more := len(one.Lacks) - few; more > 0 {
			missing += fmt.Sprintf(", et %d\u00a0de plus", more)
		}
		page.Parts.Rows = append(page.Parts.Rows, []web.Cell{web.Head(one.Title).To(one.Path).Noted(missing), state})
	}
}

func (page *filePage) tellResults(file label.File) {
	for _, covered := range file.Places {
		score := file.Score(covered.ID)
		view := resultView{Name: covered.Name}
		switch covered.Outcome {
		case label.Granted:
			view.State = web.State{Kind: "ok", Word: "Label accordé"}
			if file.State == label.Granted {
				view.Poster = "/labels/lieux/" + covered.ID.String() + "/affiche"
			}
		case label.Refused:
			view.State, view.Open = web.State{Kind: "no", Word: "Label refusé"}, true
		}
		shown := score
		if file.Round > 1 && len(file.Earlier) > 0 {
			if len(score.Unjudged) == len(score.Lines) { // kept from the first decision, or not judged again yet
				shown = file.FirstScore(covered.ID)
			} else {
				view.First = scoreTable("La première décision sur "+covered.Name, file.FirstScore(covered.ID))
			}
		}
		view.Score = fmt.Sprintf("%d sur 100, il faut %d", shown.Percent, shown.Threshold)
		for _, reason := range shown.Reasons {
			view.Reasons = append(view.Reasons, web.French(reason))
		}
		view.Table = scoreTable("Les avis sur "+covered.Name, shown)
		page.Results = append(page.Results, view)
	}
}

// nextWords tells what happens now, in a sentence or two.
func nextWords(a label.Application, today civil.Date) string {
	switch a.State {
	case label.Draft:
		return "Tout est gardé à chaque étape\u00a0: vous pouvez vous arrêter et revenir. La réponse vient en deux mois au plus après l’envoi."
	case label.Sent:
		return "Un certificateur va prendre votre dossier. Vous pouvez lui écrire dès maintenant."
	case label.InReview:
		return "Un certificateur examine votre dossier, critère par critère. Il peut vous écrire, ou venir vous voir."
	case label.MoreAsked:
		return "Le délai est arrêté. Complétez, puis un responsable de votre organisation envoie."
	case label.Granted:
		return "Le label vaut trois ans. Nous vous écrirons six mois et trois mois avant sa fin."
	case label.Refused:
		if until := a.Appealable(); until.IsZero() || today.After(until) {
			return "Lisez l’avis sur chaque critère. Corrigez ce qui manque, puis déposez une nouvelle demande."
		}
		return "Lisez l’avis sur chaque critère. Vous pouvez faire appel, ou corriger et déposer une nouvelle demande."
	case label.Appealed:
		return "Un autre certificateur que le premier va juger l’appel, avec le même délai de deux mois."
	case label.Suspended:
		return "Les chèques ne sont pas acceptés jusqu’au " + a.SuspendedUntil.FrenchLong() + " compris. Lisez la raison dans «\u00a0Ce qui s’est passé\u00a0»."
	case label.Withdrawn:
		return "Cette demande est close. Vous pouvez en déposer une nouvelle."
	case label.Expired:
		return "Les trois ans sont passés. Déposez une nouvelle demande\u00a0: elle est préremplie."
	}
	return ""
}

// writeFile answers POST /demande-label/{id}/messages.
func writeFile(w http.ResponseWriter, r *web.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error { return write(r, tx, id, form) })
	if form.Refused(err) {
		return showFileWith(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/demande-label/"+id.String()+"#messages")
}
