package programme

import (
	"net/http"
	"strings"

	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/fault"
	"passerelle/internal/web"
)

// previewed is one question as a person answers it.
type previewed struct {
	diagnosis.Question
	Kind    string
	Options []web.Option
}

type previewPage struct {
	web.Page
	Base       string
	Questions  []previewed
	Unfinished []string
	Tried      bool
	Route      string
	Level      string
	Reasons    []string
	Scores     web.Table
	Brakes     []string
}

// preview answers GET …/brouillon/apercu: the questions as they are asked, and
// what any answers would say; nothing is kept.
func preview(w http.ResponseWriter, r *web.Request) error {
	draft, _, err := loadDraft(r)
	if err != nil {
		return err
	}
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	page := &previewPage{
		Page: web.Page{Title: "Aperçu\u00a0: " + draft.Title, Form: form, Back: web.Link{Label: "Brouillon\u00a0: " + draft.Title, Path: draftPath(draft.Code, "")}},
		Base: draftPath(draft.Code, ""), Unfinished: draft.Unfinished(),
	}
	answers := map[string]string{}
	for _, question := range draft.Questions {
		line := previewed{Question: question, Kind: "choices"}
		if question.Multiple {
			line.Kind = "ticks"
		}
		read, known := question.Read(strings.Join(form.Values(question.ID), ","))
		page.Tried = page.Tried || len(form.Values(question.ID)) > 0
		if known {
			answers[question.ID] = read
		}
		for _, choice := range question.Choices {
			line.Options = append(line.Options, web.Option{Value: choice.Value, Label: choice.Text})
		}
		page.Questions = append(page.Questions, line)
	}
	if page.Tried && len(page.Unfinished) == 0 {
		page.tell(draft.Read(answers))
	} else {
		page.Tried = false
	}
	return web.Render(w, r, form.Status(), "preview", page)
}

func (p *previewPage) tell(found diagnosis.Finding) {
	p.Route, p.Reasons = diagnosis.RouteTitle(found.Route.Code), found.Route.Reasons
	p.Scores = web.Table{Caption: "Niveau par domaine", Quiet: true, Columns: []web.Column{{Label: "Domaine"}, {Label: "Niveau"}}}
	for _, domain := range diagnosis.Domains {
		p.Scores.Rows = append(p.Scores.Rows, []web.Cell{web.Head(domain.Name), web.Text(diagnosis.ScoreText(found.Scores[domain.Code]))})
	}
	for _, brake := range found.Brakes {
		p.Brakes = append(p.Brakes, diagnosis.BrakeName(brake))
	}
}

// told is a trial in tables.
type told struct {
	diagnosis.Trial
	Moves web.Table
	Moved web.Table
}

func tellTrial(made diagnosis.Trial) told {
	page := told{Trial: made}
	page.Moves = web.Table{Caption: "De quelle voie à quelle voie", Columns: []web.Column{{Label: "Voie d’avant"}, {Label: "Voie du brouillon"}, {Label: "Personnes", Number: true}}}
	for _, move := range made.Moves {
		page.Moves.Rows = append(page.Moves.Rows, []web.Cell{web.Head(diagnosis.RouteTitle(move.From)), web.Text(diagnosis.RouteTitle(move.To)), web.Whole(move.Count)})
	}
	page.Moved = web.Table{Caption: "Lesquelles, et pourquoi", Columns: []web.Column{{Label: "Jour"}, {Label: "Raison d’avant"}, {Label: "Raison du brouillon"}}}
	for _, one := range made.Moved {
		page.Moved.Rows = append(page.Moved.Rows, []web.Cell{
			web.Day(one.Day), web.Text(one.Was).Noted(diagnosis.RouteTitle(one.From)), web.Text(one.Would).Noted(diagnosis.RouteTitle(one.To)),
		})
	}
	return page
}

type trialPage struct {
	web.Page
	Base       string
	Trial      told
	Unfinished []string
}

// trial answers GET …/brouillon/essai: who of the past would change route.
func trial(w http.ResponseWriter, r *web.Request) error {
	page := &trialPage{}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		draft, _, err := draftOf(r, q)
		if err != nil {
			return err
		}
		page.Page = web.Page{Title: "Essai sur les réponses passées", Back: web.Link{Label: "Brouillon\u00a0: " + draft.Title, Path: draftPath(draft.Code, "")}}
		page.Base = draftPath(draft.Code, "")
		if page.Unfinished = draft.Unfinished(); len(page.Unfinished) > 0 {
			return nil
		}
		made, err := diagnosis.Try(r.Context(), q, draft.Questionnaire)
		page.Trial = tellTrial(made)
		return err
	}); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, "trial", page)
}

type publishPage struct {
	web.Page
	Base       string
	Trial      told
	Changes    []diagnosis.Change
	Unfinished []string
	Revision   int
}

// askPublish answers GET …/brouillon/publication.
func askPublish(w http.ResponseWriter, r *web.Request) error {
	return renderPublish(w, r, web.NewForm())
}

func renderPublish(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &publishPage{}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		draft, serving, err := draftOf(r, q)
		if err != nil {
			return err
		}
		page.Page = web.Page{Title: "Publier\u00a0: " + draft.Title, Form: form, Back: web.Link{Label: "Brouillon\u00a0: " + draft.Title, Path: draftPath(draft.Code, "")}}
		page.Base, page.Revision = draftPath(draft.Code, ""), draft.Revision
		page.Changes, page.Unfinished = diagnosis.Changes(serving, draft.Questionnaire), draft.Unfinished()
		if len(page.Unfinished) > 0 {
			return nil
		}
		made, err := diagnosis.Try(r.Context(), q, draft.Questionnaire)
		page.Trial = tellTrial(made)
		return err
	}); err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "publish", page)
}

// publish answers POST …/brouillon/publication.
func publish(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	reason := form.Required("raison", "Écrivez ce qui change, et pourquoi")
	revision := form.Number("revision", 1, 1<<30)
	if !form.Checked("lu") {
		form.Wrong("lu", "required", "Lisez l’essai, puis cochez la case")
	}
	if form.Valid() {
		err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
			_, err := diagnosis.Publish(r.Context(), tx, db.ID{}, r.PathValue("code"), revision, reason)
			return err
		})
		if fault.KindOf(err) == fault.Invalid {
			for _, one := range fault.Of(err).Fields {
				form.Wrong("raison", one.Code, one.Message)
			}
		} else if err != nil && !form.Refused(err) {
			return err
		}
	}
	if !form.Valid() {
		return renderPublish(w, r, form)
	}
	return web.SeeOther(w, r, "/questionnaires?publie")
}
