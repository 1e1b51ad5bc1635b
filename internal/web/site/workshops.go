package site

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

type workshopsPage struct {
	web.Page
	Own     web.Table
	Ready   []readyWorkshop
	MayKeep bool
	Saved   bool
}

// readyWorkshop is a workshop of the catalogue to take.
type readyWorkshop struct {
	Code, Title, About, Learn string
	Bring                     []string
	Steps                     []workshop.Step
	Kept                      bool
}

// listWorkshops answers GET /nos-ateliers: one's own, then the catalogue.
func listWorkshops(w http.ResponseWriter, r *web.Request) error {
	page := &workshopsPage{
		Page:    web.Page{Title: "Nos ateliers", Menu: "/mon-lieu", Back: web.Link{Label: "Mon lieu", Path: "/mon-lieu"}},
		Own:     web.Table{Caption: "Les ateliers que nous donnons", Columns: []web.Column{{Label: "Atelier"}, {Label: "Niveau"}, {Label: "Durée"}, {Label: "Prévoir"}}},
		MayKeep: account.May(r.Actor(), account.ActWorkshopKeep), Saved: r.URL.Query().Has("enregistre"),
	}
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		own, err := workshop.Sheets(r.Context(), q, q.Actor().Organisation)
		taken := map[string]bool{}
		for _, sheet := range own {
			taken[sheet.Ready] = true
			plan := web.Text("")
			if page.MayKeep {
				plan = web.Text("Prévoir une séance").To("/seances/nouvelle?atelier="+sheet.ID.String(), sheet.Title)
			}
			page.Own.Rows = append(page.Own.Rows, []web.Cell{
				web.Head(sheet.Title).To("/nos-ateliers/"+sheet.ID.String(), "").Noted("Vous apprenez à " + sheet.Learn + "."),
				web.Text(workshop.LevelName(sheet.Level)), web.Text(itoa(sheet.Minutes) + "\u00a0min"), plan,
			})
		}
		for _, ready := range workshop.Current().Workshops {
			steps := slices.Clone(ready.Steps)
			for i := range steps {
				steps[i].Text = web.French(steps[i].Text)
			}
			page.Ready = append(page.Ready, readyWorkshop{
				ready.Code, ready.Title, workshop.LevelName(ready.Level) + ", " + itoa(ready.Minutes) + "\u00a0min", ready.LearnText(), ready.Bring, steps, taken[ready.Code],
			})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, "workshops", page)
}

// adoptWorkshop answers POST /nos-ateliers: a ready workshop is taken as it is.
func adoptWorkshop(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		_, err := workshop.Adopt(r.Context(), tx, db.ID{}, form.Value("atelier"))
		return err
	})
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/nos-ateliers?enregistre")
}

type sheetFormPage struct {
	web.Page
	Kept   workshop.Sheet
	Levels []web.Option
}

// askWorkshop answers GET /nos-ateliers/{id}: adapt one of one's workshops.
func askWorkshop(w http.ResponseWriter, r *web.Request) error {
	return showWorkshop(w, r, web.NewForm())
}

func showWorkshop(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &sheetFormPage{
		Page:   web.Page{Layout: web.Ask, Form: form, Menu: "/mon-lieu", Back: web.Link{Label: "Nos ateliers", Path: "/nos-ateliers"}},
		Levels: levelOptions()[1:],
	}
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		page.Kept, err = ownSheet(r, q)
		return err
	})
	if err != nil {
		return err
	}
	page.Title = "Adapter «\u00a0" + page.Kept.Title + "\u00a0»"
	if form.Valid() {
		fillSheet(form, page.Kept)
	}
	return web.Render(w, r, form.Status(), "workshop", page)
}

func ownSheet(r *web.Request, q db.Q) (workshop.Sheet, error) {
	id, err := r.PathID("id")
	if err != nil {
		return workshop.Sheet{}, workshop.ErrUnknownSheet
	}
	return workshop.SheetByID(r.Context(), q, id)
}

func fillSheet(form *web.Form, sheet workshop.Sheet) {
	form.Set("title", sheet.Title)
	form.Set("level", sheet.Level)
	form.Set("minutes", strconv.Itoa(sheet.Minutes))
	form.Set("learn", sheet.Learn)
	form.Set("bring", strings.Join(sheet.Bring, "\n"))
	var steps []string
	for _, step := range sheet.Steps {
		steps = append(steps, strconv.Itoa(step.Minutes)+" "+step.Text)
	}
	form.Set("steps", strings.Join(steps, "\n"))
}

// keepWorkshop answers POST /nos-ateliers/{id}: what is adapted, or that it is
// given no more.
func keepWorkshop(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		sheet, err := ownSheet(r, tx)
		if err != nil {
			return err
		}
		if form.Value("geste") == "retirer" {
			return workshop.WithdrawSheet(r.Context(), tx, sheet.ID)
		}
		sheet.Title, sheet.Level, sheet.Learn = form.Text("title"), form.Value("level"), form.Text("learn")
		sheet.Minutes, sheet.Bring, sheet.Steps = form.Number("minutes", 1, 720), strings.Split(form.Text("bring"), "\n"), readSteps(form.Text("steps"))
		_, err = workshop.KeepSheet(r.Context(), tx, sheet)
		return err
	})
	if form.Refused(err) {
		return showWorkshop(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/nos-ateliers?enregistre")
}

// readSteps reads one step a line, its minutes first.
func readSteps(text string) []workshop.Step {
	var steps []workshop.Step
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		number, rest, _ := strings.Cut(line, " ")
		minutes, err := strconv.Atoi(number)
		if err != nil || minutes < 0 {
			minutes, rest = 0, line
		}
		steps = append(steps, workshop.Step{Minutes: minutes, Text: rest})
	}
	return steps
}
