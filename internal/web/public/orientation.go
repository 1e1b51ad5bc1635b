package public

import (
	"net/http"
	"strconv"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/orientation"
	"passerelle/internal/web"
)

// orientationRoutes are the pages that tell how sessions are ranked.
func orientationRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Path: "/orientation", Act: account.ActPublic, Handle: showOrientation},
		{Method: "GET", Path: "/orientation/reglage/fichier", Act: account.ActPublic, Handle: tuningFile},
	}
}

// casePlayed is one situation with what the tuning that serves makes of it.
type casePlayed struct {
	Title, Asked string
	Table        web.Table
	Others       []string
}

type orientationPage struct {
	web.Page
	Weights web.Table
	Limits  web.Table
	Cases   []casePlayed
	Own     string // since when the instance has a tuning of its own
	Reason  string
	MayTune bool
}

// showOrientation answers GET /orientation: the points, the limits and the cases,
// for anyone.
func showOrientation(w http.ResponseWriter, r *web.Request) error {
	page := &orientationPage{
		Page: web.Page{
			Title: "Comment les séances sont classées", Back: web.Link{Label: "Aide", Path: "/aide"},
			Summary: "Les points qui classent les séances proposées au guichet, et des situations pour les comprendre.",
		},
		MayTune: account.May(r.Actor(), account.ActOrientationTune),
	}
	var tuned orientation.Tuned
	if err := r.App.DB.View(r.Context(), db.Actor{}, func(q db.Q) (err error) {
		tuned, err = orientation.Current(r.Context(), q)
		return err
	}); err != nil {
		return err
	}
	if !tuned.ID.IsZero() {
		page.Own, page.Reason = civil.DateOf(tuned.At, civil.Paris).FrenchLong(), web.French(tuned.Reason)
	}
	page.Weights, page.Limits = tuningTables(tuned.Tuning)
	for _, one := range orientation.Cases() {
		page.Cases = append(page.Cases, playCase(one, tuned.Tuning))
	}
	return web.Render(w, r, http.StatusOK, "orientation", page)
}

func tuningTables(tuning orientation.Tuning) (weights, limits web.Table) {
	weights = web.Table{Caption: "Ce qui éloigne une séance, en points", Columns: []web.Column{{Label: "Ce qui compte"}, {Label: "Points", Number: true}}}
	limits = web.Table{Caption: "Les bornes", Columns: []web.Column{{Label: "Borne"}, {Label: "Valeur", Number: true}}}
	for _, line := range tuning.Lines() {
		row := []web.Cell{web.Head(web.French(line.Says)), web.Whole(line.Value)}
		if strings.HasPrefix(line.Key, "points.") {
			weights.Rows = append(weights.Rows, row)
		} else {
			limits.Rows = append(limits.Rows, row)
		}
	}
	return weights, limits
}

func playCase(one orientation.Case, tuning orientation.Tuning) casePlayed {
	made := casePlayed{Title: web.French(one.Title), Asked: web.French(strings.Join(one.Asked, ", "))}
	made.Table = web.Table{Caption: made.Title, Quiet: true, Columns: []web.Column{{Label: "Rang", Number: true}, {Label: "Séance"}, {Label: "Ce qui est dit"}, {Label: "Points", Number: true}}}
	outcome := one.Play(tuning)
	for i, choice := range outcome.Choices {
		var told []string
		for _, reason := range choice.Reasons {
			text := reason.Text
			if reason.Points > 0 {
				text += " (" + strconv.Itoa(reason.Points) + ")"
			}
			told = append(told, text)
		}
		name := choice.Title
		if !choice.Fits() {
			name += " (ne répond pas à tout)"
		}
		made.Table.Rows = append(made.Table.Rows, []web.Cell{web.Whole(i + 1), web.Head(web.French(name)), web.Text(web.French(strings.Join(told, " ; "))), web.Whole(choice.Points())})
	}
	for _, other := range outcome.Others {
		made.Others = append(made.Others, web.French(orientation.AlternativeName(other.Kind)+" : "+strings.Join(orientation.Names(other.Choices), ", ")))
	}
	return made
}

// tuningFile answers GET /orientation/reglage/fichier: the tuning that serves.
func tuningFile(w http.ResponseWriter, r *web.Request) error {
	var tuned orientation.Tuned
	if err := r.App.DB.View(r.Context(), db.Actor{}, func(q db.Q) (err error) {
		tuned, err = orientation.Current(r.Context(), q)
		return err
	}); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="reglage.json"`)
	_, _ = w.Write([]byte(tuned.Text())) // a browser that leaves is no fault
	return nil
}
