package label

import (
	"net/http"

	"passerelle/internal/db"
	"passerelle/internal/label"
	"passerelle/internal/web"
)

// reviewForm is a page of one question about an application, for its certifier.
type reviewForm struct {
	web.Page
	Application label.Application
	Places      []web.Option
	Visit       visitView
	Criteria    []web.Field
	Today       string
}

// reviewed reads an application for a page of one question about it, and makes
// that page.
func reviewed(r *web.Request, form *web.Form, title string) (*reviewForm, label.File, error) {
	id, err := r.PathID("id")
	if err != nil {
		return nil, label.File{}, err
	}
	var file label.File
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		file, err = label.FileByID(r.Context(), q, id)
		return err
	}); err != nil {
		return nil, label.File{}, err
	}
	page := &reviewForm{Application: file.Application, Page: web.Page{
		Title: title, Layout: web.Ask, Form: form,
		Back: web.Link{Label: "Demande\u00a0: " + file.OrganisationName, Path: "/labels/demandes/" + id.String()},
	}}
	for _, covered := range file.Places {
		page.Places = append(page.Places, web.Option{Value: covered.ID.String(), Label: covered.Name + ", " + covered.CommuneName})
	}
	return page, file, nil
}

// askMore answers GET /labels/demandes/{id}/complement.
func askMore(w http.ResponseWriter, r *web.Request) error {
	return showAskMore(w, r, web.NewForm())
}

func showAskMore(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page, _, err := reviewed(r, form, "Que manque-t-il au dossier\u202f?")
	if err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "ask", page)
}

// sendAskMore answers POST /labels/demandes/{id}/complement.
func sendAskMore(w http.ResponseWriter, r *web.Request) error {
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
			_, err := label.Ask(r.Context(), tx, id, form.Text("text"))
			return err
		})
	})
	if form.Refused(err) {
		return showAskMore(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/labels/demandes/"+id.String())
}

// once does an act that makes nothing to find again, a single time for a form
// sent twice.
func once(r *web.Request, tx *db.Tx, form *web.Form, act func() error) error {
	_, err := db.Once(r.Context(), tx, form.Key(r),
		func(db.ID) (bool, error) { return true, nil },
		func(db.ID) (bool, error) { return true, act() })
	return err
}
