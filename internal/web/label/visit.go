package label

import (
	"net/http"
	"strconv"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/label"
	"passerelle/internal/web"
)

// visitView is a visit as a page tells it.
type visitView struct {
	ID       db.ID
	Title    string
	Note     string
	Findings []string
}

func visitOf(file label.File, visit label.Visit) visitView {
	view := visitView{ID: visit.ID, Note: visit.Note, Title: placeName(file, visit.Place) + ", " + visit.PlannedOn.FrenchLong()}
	if !visit.DoneOn.IsZero() {
		view.Title = placeName(file, visit.Place) + ", " + visit.DoneOn.FrenchLong()
	}
	for _, found := range visit.Findings {
		item, _ := file.Rules().ByCode(found.Criterion)
		line := set(item).Title + "\u00a0: " + found.Verdict.French()
		if found.Word != "" {
			line += ". " + found.Word
		}
		view.Findings = append(view.Findings, line)
	}
	return view
}

func placeName(file label.File, id db.ID) string {
	for _, covered := range file.Places {
		if covered.ID == id {
			return covered.Name
		}
	}
	return ""
}

// visitsTable lists the visits; mine is when the reader can record them.
func visitsTable(file label.File, mine bool, path string) web.Table {
	made := web.Table{
		Caption: "Les visites", Quiet: true,
		Columns: []web.Column{{Label: "Jour"}, {Label: "Lieu"}, {Label: "État"}, {Label: "Ce qui a été vu"}},
	}
	mine = mine && (file.State == label.InReview || file.State == label.Appealed)
	for _, visit := range file.Visits {
		day, state, seen := web.Day(visit.PlannedOn), web.InState("wait", "Prévue"), web.Text("")
		switch {
		case !visit.CancelledAt.IsZero():
			state = web.InState("", "Annulée")
		case !visit.DoneOn.IsZero():
			day, state, seen = web.Day(visit.DoneOn), web.InState("ok", "Faite"), web.Text(visit.Note)
		case mine:
			seen = web.Text("Noter ou annuler").To(path+"/visites/"+visit.ID.String(), "la visite de "+placeName(file, visit.Place))
		}
		made.Rows = append(made.Rows, []web.Cell{day, web.Head(placeName(file, visit.Place)), state, seen})
	}
	return made
}

// askVisit answers GET /labels/demandes/{id}/visites/nouvelle.
func askVisit(w http.ResponseWriter, r *web.Request) error {
	return showAskVisit(w, r, web.NewForm())
}

func showAskVisit(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page, _, err := reviewed(r, form, "Prévoir une visite")
	if err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "visit-plan", page)
}

// planVisit answers POST /labels/demandes/{id}/visites/nouvelle.
func planVisit(w http.ResponseWriter, r *web.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	visit := label.Visit{Application: id, Place: form.ID("lieu", "Choisissez le lieu à visiter"), PlannedOn: form.Date("on")}
	if !form.Valid() {
		return showAskVisit(w, r, form)
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		return once(r, tx, form, func() error {
			_, err := label.PlanVisit(r.Context(), tx, visit)
			return err
		})
	})
	if form.Refused(err) {
		return showAskVisit(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/labels/demandes/"+id.String())
}

// askRecord answers GET /labels/demandes/{id}/visites/{visite}.
func askRecord(w http.ResponseWriter, r *web.Request) error {
	return showRecord(w, r, web.NewForm())
}

func showRecord(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	wanted, err := r.PathID("visite")
	if err != nil {
		return err
	}
	page, file, err := reviewed(r, form, "Noter la visite")
	if err != nil {
		return err
	}
	for _, visit := range file.Visits {
		if visit.ID == wanted {
			page.Visit = visitOf(file, visit)
		}
	}
	if page.Visit.ID.IsZero() {
		return label.ErrUnknownVisit
	}
	for _, item := range file.Rules().Items {
		name := "avis-" + item.Code
		field := web.Field{Kind: "five", ID: name, Name: name, Label: set(item).Title, Error: form.ErrorOf(name)}
		for _, known := range label.Verdicts {
			if known != label.NotApplicable || item.MayNotApply {
				field.Options = append(field.Options, web.Option{Value: string(known), Label: known.French(), Chosen: form.Value(name) == string(known)})
			}
		}
		page.Criteria = append(page.Criteria, field)
	}
	page.Today = civil.DateOf(r.App.Clock.Now(), civil.Paris).String()
	return web.Render(w, r, form.Status(), "visit-record", page)
}

// recordVisit answers POST /labels/demandes/{id}/visites/{visite}.
func recordVisit(w http.ResponseWriter, r *web.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	visit, err := r.PathID("visite")
	if err != nil {
		return err
	}
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	called := form.Checked("annuler")
	var on civil.Date
	if !called {
		if on = form.Date("on"); !form.Valid() {
			return showRecord(w, r, form)
		}
	}
	names := map[string]string{}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		if called {
			return once(r, tx, form, func() error { return label.CancelVisit(r.Context(), tx, visit) })
		}
		application, err := label.ApplicationByID(r.Context(), tx, id)
		if err != nil {
			return err
		}
		findings, err := findingsIn(form, application.Criteria, names)
		if err != nil {
			return err
		}
		return once(r, tx, form, func() error {
			_, err := label.RecordVisit(r.Context(), tx, visit, on, form.Text("note"), findings)
			return err
		})
	})
	if form.RefusedAs(err, names) {
		return showRecord(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/labels/demandes/"+id.String())
}

// findingsIn reads what was found by criterion; names is as in judgementsIn.
func findingsIn(form *web.Form, version string, names map[string]string) ([]label.Judgement, error) {
	criteria, err := label.CriteriaByVersion(version)
	if err != nil {
		return nil, err
	}
	var findings []label.Judgement
	for _, item := range criteria.Items {
		if verdict := label.Verdict(form.Value("avis-" + item.Code)); verdict != "" {
			names["findings["+strconv.Itoa(len(findings))+"]"] = "avis-" + item.Code
			findings = append(findings, label.Judgement{Criterion: item.Code, Verdict: verdict})
		}
	}
	return findings, nil
}
