package label

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/label"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

// seen is the word kept for a criterion that is met and of which nothing more is said.
const seen = "Constaté dans le dossier."

type judgePage struct {
	web.Page
	Application label.Application
	Place       label.Covered
	Sections    []judgeSection
	Judges      bool
	Score       label.Score
	Earlier     bool
	Public      web.Link
	Visits      []visitView
}

// judgeSection is one criterion in one place: what is asked, what the applicant
// answered, what the certifier finds.
type judgeSection struct {
	Item     label.Criterion
	Number   int
	Question string
	Answer   string
	Detail   string
	Papers   []paperView
	Verdict  web.Field // zero when nothing can be judged here
	Word     web.Field
	Line     label.ScoreLine
	First    string // the first round's, once appealed
}

// showJudge answers GET /labels/demandes/{id}/lieux/{lieu}.
func showJudge(w http.ResponseWriter, r *web.Request) error {
	return showJudgeWith(w, r, web.NewForm())
}

func showJudgeWith(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	id, covered, err := coveredPath(r)
	if err != nil {
		return err
	}
	if r.Actor().Role == account.RoleSite { // who applied reads the verdicts in their own application
		return fault.ErrNotFound
	}
	var file label.File
	var reviewer db.ID
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if reviewer, err = label.Reviewer(r.Context(), q); err != nil {
			return err
		}
		file, err = label.FileByID(r.Context(), q, id)
		return err
	}); err != nil {
		return err
	}
	page := &judgePage{Application: file.Application, Score: file.Score(covered), Earlier: file.Round > 1}
	for _, one := range file.Places {
		if one.ID == covered {
			page.Place = one
		}
	}
	if page.Place.ID.IsZero() {
		return place.ErrUnknownPlace
	}
	page.Judges = account.May(r.Actor(), account.ActLabelReview) && file.Certifier == reviewer &&
		(file.State == label.InReview || file.State == label.Appealed) && (file.Round == 1 || page.Place.Outcome == label.Refused)
	page.Page = web.Page{
		Title: page.Place.Name + ", " + page.Place.CommuneName, Form: form,
		Back: web.Link{Label: "Demande\u00a0: " + file.OrganisationName, Path: "/labels/demandes/" + id.String()},
	}
	page.Public = web.Link{Label: "Voir sa page dans l’annuaire", Path: "/lieux/" + covered.String()}
	first := file.FirstScore(covered)
	for i, line := range page.Score.Lines {
		section := page.section(file, form, line, covered, i+1)
		if page.Earlier && i < len(first.Lines) && first.Lines[i].Verdict != "" {
			section.First = first.Lines[i].Verdict.French() + ". " + first.Lines[i].Word
		}
		page.Sections = append(page.Sections, section)
	}
	for _, visit := range file.Visits {
		if visit.Place == covered && !visit.DoneOn.IsZero() {
			page.Visits = append(page.Visits, visitOf(file, visit))
		}
	}
	return web.Render(w, r, form.Status(), "judge", page)
}

func (page *judgePage) section(file label.File, form *web.Form, line label.ScoreLine, covered db.ID, number int) judgeSection {
	item := set(line.Criterion)
	answer := file.Answer(covered, item.Code)
	section := judgeSection{
		Number: number, Item: item, Question: item.Answer.Text, Answer: item.Answer.Say(answer.Value), Detail: answer.Detail,
		Papers: papersOf(file, covered, item.Code), Line: line,
	}
	if !page.Judges {
		return section
	}
	verdict, word := "avis-"+item.Code, "mot-"+item.Code
	section.Verdict = web.Field{Kind: "five", ID: verdict, Name: verdict, Label: fmt.Sprintf("Votre avis sur le critère\u00a0%d", number), Error: form.ErrorOf(verdict)}
	chosen := form.Value(verdict)
	if chosen == "" {
		chosen = string(line.Verdict)
	}
	for _, known := range label.Verdicts {
		if known == label.NotApplicable && !item.MayNotApply {
			continue
		}
		section.Verdict.Options = append(section.Verdict.Options, web.Option{Value: string(known), Label: known.French(), Chosen: chosen == string(known)})
	}
	section.Word = web.Field{Kind: "area", ID: word, Name: word, Label: fmt.Sprintf("Pourquoi, en un mot (critère\u00a0%d)", number), Error: form.ErrorOf(word), Value: form.Value(word), Rows: 2, Complete: "off"}
	if section.Word.Value == "" && section.Word.Error == "" {
		section.Word.Value = line.Word
	}
	return section
}

// judge answers POST /labels/demandes/{id}/lieux/{lieu}: what has an opinion is
// kept, the rest can wait.
func judge(w http.ResponseWriter, r *web.Request) error {
	id, covered, err := coveredPath(r)
	if err != nil {
		return err
	}
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	names := map[string]string{}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		application, err := label.ApplicationByID(r.Context(), tx, id)
		if err != nil {
			return err
		}
		criteria, err := label.CriteriaByVersion(application.Criteria)
		if err != nil {
			return err
		}
		judgements := judgementsIn(form, criteria, covered, names)
		if !form.Valid() {
			return fault.ErrConflict // nothing is kept: the page comes back
		}
		return label.Judge(r.Context(), tx, id, judgements)
	})
	if !form.Valid() || form.RefusedAs(err, names) {
		return showJudgeWith(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/labels/demandes/"+id.String())
}

// judgementsIn reads the opinions of a form; names leads from what the
// capability refuses to the form's fields.
func judgementsIn(form *web.Form, criteria label.Criteria, covered db.ID, names map[string]string) []label.Judgement {
	var judgements []label.Judgement
	for _, item := range criteria.Items {
		verdict := label.Verdict(form.Value("avis-" + item.Code))
		word := form.Text("mot-" + item.Code)
		if verdict == "" {
			if word != "" {
				form.Wrong("avis-"+item.Code, "required", "Choisissez un avis\u00a0: "+strings.ToLower(item.Title))
			}
			continue
		}
		if verdict == label.Met && word == "" {
			word = seen
		}
		if word == "" {
			form.Wrong("mot-"+item.Code, "required", "Dites pourquoi, le lieu le lira\u00a0: "+strings.ToLower(item.Title))
		}
		field := "judgements[" + strconv.Itoa(len(judgements)) + "]"
		names[field], names[field+".word"] = "avis-"+item.Code, "mot-"+item.Code
		judgements = append(judgements, label.Judgement{Place: covered, Criterion: item.Code, Verdict: verdict, Word: word})
	}
	return judgements
}

func coveredPath(r *web.Request) (application, covered db.ID, err error) {
	if application, err = r.PathID("id"); err == nil {
		covered, err = r.PathID("lieu")
	}
	return application, covered, err
}
