package desk

import (
	"context"
	"net/http"
	"strconv"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/holder"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

type pathwayPage struct {
	web.Page
	Base, Called string
	Pathway      workshop.Pathway
	None         bool
	Level        string
	Lead, Next   string
	Steps        web.Table
	Choices      []web.Option
	Again        string // the second diagnosis, or what is missing
	Saved        bool
	MayKeep      bool
}

// stepStates are what became of a step, in words.
var stepStates = map[string]web.State{
	workshop.StepDone: {Kind: "ok", Word: "Faite"}, workshop.StepBooked: {Kind: "ok", Word: "Place gardée"},
	workshop.StepWaits: {Kind: "wait", Word: "Liste d’attente"}, workshop.StepToBook: {Word: "À prévoir"},
}

// askPathway answers GET /guichet/personnes/{id}/parcours.
func askPathway(w http.ResponseWriter, r *web.Request) error {
	return showPathway(w, r, web.NewForm())
}

func showPathway(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &pathwayPage{Page: web.Page{Form: form}, Saved: r.URL.Query().Has("enregistre"), MayKeep: may(r, account.ActPathwayKeep)}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		known, err := personOf(r, q)
		if err != nil {
			return err
		}
		page.Called, page.Base = known.Called(), personPath(known.ID, "")
		page.Title = "Le parcours de " + known.Called()
		page.Back = web.Link{Label: known.Called(), Path: page.Base}
		found, err := workshop.PathwaysOf(r.Context(), q, known.ID)
		if err != nil {
			return err
		}
		if page.None = len(found) == 0; page.None {
			return nil
		}
		page.Pathway = found[0]
		return page.follow(r.Context(), q)
	}); err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "pathway", page)
}

// follow tells what is done, what is booked and what comes next.
func (p *pathwayPage) follow(ctx context.Context, q db.Q) error {
	progress, err := workshop.ProgressOn(ctx, q, p.Pathway)
	if err != nil {
		return err
	}
	p.Level = workshop.LevelName(p.Pathway.Level)
	p.Lead = count(progress.Done, "séance faite", "séances faites") + " sur " + strconv.Itoa(len(progress.Steps)) + ", " + progress.HoursText() + " passées sur 30 au plus."
	if progress.NextSeat != nil {
		p.Next = "La prochaine\u00a0: " + progress.NextSeat.Session.Title + ", " + progress.NextSeat.Session.WhenText() + "."
	} else if progress.NextReady != nil {
		p.Next = "À prévoir\u00a0: " + progress.NextReady.Title + "."
	}
	p.Steps = web.Table{Caption: "Les séances du parcours", Quiet: true, Columns: []web.Column{{Label: "Atelier"}, {Label: "Où elle en est"}, {Label: "Quand"}}}
	for _, step := range progress.Steps {
		when := ""
		if !step.Session.ID.IsZero() {
			when = step.Session.WhenText()
		}
		told := stepStates[step.State]
		p.Steps.Rows = append(p.Steps.Rows, []web.Cell{web.Head(step.Title), web.InState(told.Kind, told.Word), web.Text(when)})
	}
	p.choose()
	last, err := workshop.SecondDiagnosis(ctx, q, p.Pathway)
	if err == nil && !last.ID.IsZero() {
		p.Again = "Un second repérage a été fait le " + civil.DateOf(last.RecordedAt, civil.Paris).FrenchLong() + "\u00a0: niveau «\u00a0" + workshop.LevelName(last.Level()) + "\u00a0»."
	}
	return err
}

// choose lists the ready workshops to keep, those of the pathway chosen.
func (p *pathwayPage) choose() {
	if p.Form.Valid() {
		p.Form.Set("ateliers", p.Pathway.Codes()...)
	}
	for _, ready := range workshop.Current().Workshops {
		p.Choices = append(p.Choices, web.Option{Value: ready.Code, Label: ready.Title + " (" + workshop.LevelPlain(ready.Level) + ")"})
	}
}

// keepPathway answers POST /guichet/personnes/{id}/parcours: one act.
func keepPathway(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	var known holder.Holder
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) (err error) {
		if known, err = personOf(r, tx); err != nil {
			return err
		}
		if form.Value("geste") == "proposer" {
			_, err = workshop.ProposePathway(r.Context(), tx, db.ID{}, known.ID, nil)
			return err
		}
		found, err := workshop.PathwaysOf(r.Context(), tx, known.ID)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return workshop.ErrUnknownPathway
		}
		switch form.Value("geste") {
		case "finir":
			_, err = workshop.FinishPathway(r.Context(), tx, found[0].ID, form.Checked("niveau"))
		case "arreter":
			_, err = workshop.StopPathway(r.Context(), tx, found[0].ID, form.Text("reason"))
		default:
			_, err = workshop.AcceptPathway(r.Context(), tx, found[0].ID, form.Values("ateliers"))
		}
		return err
	})
	if form.Refused(err) {
		return showPathway(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, personPath(known.ID, "/parcours?enregistre"))
}
