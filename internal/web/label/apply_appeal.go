package label

import (
	"net/http"
	"strings"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/label"
	"passerelle/internal/web"
)

type appealPage struct {
	web.Page
	Refused []string
	Until   civil.Date
	Check   []web.Line
	Reason  string
}

// askAppeal answers GET /demande-label/{id}/appel.
func askAppeal(w http.ResponseWriter, r *web.Request) error {
	return showAppeal(w, r, web.NewForm(), false)
}

func showAppeal(w http.ResponseWriter, r *web.Request, form *web.Form, check bool) error {
	application, err := ownApplication(r)
	if err != nil {
		return err
	}
	page := &appealPage{
		Page:  ownPage(application, form, "Pourquoi faites-vous appel\u202f?"),
		Until: application.Appealable(), Reason: strings.TrimSpace(form.Value("reason")),
	}
	for _, covered := range application.Places {
		if covered.Outcome == label.Refused {
			page.Refused = append(page.Refused, covered.Name)
		}
	}
	if !check {
		return web.Render(w, r, form.Status(), "apply-appeal", page)
	}
	page.Title = "Vérifiez votre appel"
	page.Check = []web.Line{
		{Label: "Lieux", Value: strings.Join(page.Refused, ", ")},
		{Label: "Raison", Value: page.Reason, Note: "Un autre certificateur la lira, avec tout le dossier."},
	}
	return web.Render(w, r, http.StatusOK, "apply-appeal-check", page)
}

// ownApplication reads the application of the address.
func ownApplication(r *web.Request) (label.Application, error) {
	id, err := r.PathID("id")
	if err != nil {
		return label.Application{}, err
	}
	var application label.Application
	err = r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		application, err = label.ApplicationByID(r.Context(), q, id)
		return err
	})
	return application, err
}

func ownPage(application label.Application, form *web.Form, title string) web.Page {
	return web.Page{
		Title: title, Layout: web.Ask, Form: form, Menu: "/demande-label",
		Back: web.Link{Label: "Demande de label\u00a0: " + placesTitle(application), Path: "/demande-label/" + application.ID.String()},
	}
}

// appeal answers POST /demande-label/{id}/appel.
func appeal(w http.ResponseWriter, r *web.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	if form.Checked("modifier") {
		return showAppeal(w, r, form, false)
	}
	err = r.Act(form, func(tx *db.Tx) error {
		return once(r, tx, form, func() error {
			_, err := label.Appeal(r.Context(), tx, id, form.Text("reason"))
			return err
		})
	})
	if form.Refused(err) {
		return showAppeal(w, r, form, false)
	}
	if err != nil {
		return err
	}
	if form.Confirmed() {
		return web.SeeOther(w, r, "/demande-label/"+id.String()+"/envoyee")
	}
	return showAppeal(w, r, form, true)
}

// askGiveUp answers GET /demande-label/{id}/abandon.
func askGiveUp(w http.ResponseWriter, r *web.Request) error {
	return showGiveUp(w, r, web.NewForm())
}

func showGiveUp(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	application, err := ownApplication(r)
	if err != nil {
		return err
	}
	page := ownPage(application, form, "Renoncer à cette demande\u202f?")
	return web.Render(w, r, form.Status(), "apply-give-up", &appealPage{Page: page})
}

// giveUp answers POST /demande-label/{id}/abandon.
func giveUp(w http.ResponseWriter, r *web.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		return once(r, tx, form, func() error {
			_, err := label.GiveUp(r.Context(), tx, id, form.Text("reason"))
			return err
		})
	})
	if form.Refused(err) {
		return showGiveUp(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/demande-label")
}
