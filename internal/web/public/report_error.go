package public

import (
	"net/http"

	"passerelle/internal/db"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

type reportPage struct {
	web.Page
	Place place.Place
	Kinds []web.Option
	Owner string // where those who work there correct the page; empty when they sign in
}

type thanksPage struct {
	web.Page
	Done web.Confirmation
}

// aboutPlace reads the place that an address or a form names.
func aboutPlace(r *web.Request, text string) (found place.Place, err error) {
	id, err := db.ParseID(text)
	if err != nil {
		return found, err
	}
	err = r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		found, err = place.ByID(r.Context(), q, id)
		return err
	})
	return found, err
}

func placePath(p place.Place) string { return "/lieux/" + p.ID.String() }

// askReport answers GET /signaler?lieu=: what is wrong with a place.
func askReport(w http.ResponseWriter, r *web.Request) error {
	if r.URL.Query().Get("lieu") == "" {
		return web.SeeOther(w, r, "/lieux")
	}
	return showReport(w, r, web.NewForm(), r.URL.Query().Get("lieu"))
}

func showReport(w http.ResponseWriter, r *web.Request, form *web.Form, lieu string) error {
	found, err := aboutPlace(r, lieu)
	if err != nil {
		return err
	}
	page := &reportPage{
		Page:  web.Page{Title: "Qu’est-ce qui ne va pas ?", Layout: web.Ask, Form: form, Menu: "/", Back: web.Link{Label: found.Name, Path: placePath(found)}},
		Place: found,
	}
	for _, kind := range place.ReportKinds {
		page.Kinds = append(page.Kinds, web.Option{Value: kind.Code, Label: kind.Plain})
	}
	if found.Organisation.IsZero() {
		page.Owner = "/corriger?lieu=" + found.ID.String()
	}
	return web.Render(w, r, form.Status(), "report", page)
}

// reportFields leads from the capability's names to the form's.
var reportFields = map[string]string{"kind": "quoi", "text": "texte", "email": "email"}

// makeReport answers POST /signaler. A visitor's report is counted first, in a
// transaction of its own.
func makeReport(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	found, err := aboutPlace(r, form.Value("lieu"))
	if err != nil {
		return err
	}
	again := func(w http.ResponseWriter, r *web.Request, form *web.Form) error {
		return showReport(w, r, form, found.ID.String())
	}
	if !r.SignedIn() {
		if err := r.App.DB.Update(r.Context(), db.Actor{}, func(tx *db.Tx) error { return place.ThrottleReports(r.Context(), tx, address(r)) }); err != nil {
			return refuse(w, r, form, err, again)
		}
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		_, err := db.Once(r.Context(), tx, form.Key(r),
			func(id db.ID) (place.ErrorReport, error) { return place.Reported(r.Context(), tx, id) },
			func(id db.ID) (place.ErrorReport, error) {
				return place.ReportError(r.Context(), tx, place.NewReport{
					ID: id, Place: found.ID, Kind: form.Value("quoi"), Text: form.Text("texte"), Email: form.Text("email"), From: address(r),
				})
			})
		return err
	})
	if form.RefusedAs(err, reportFields) {
		return again(w, r, form)
	}
	if err != nil {
		return err
	}
	told := "/signaler/merci?lieu=" + found.ID.String()
	if form.Text("email") != "" {
		told += "&reponse"
	}
	return web.SeeOther(w, r, told)
}

// thankReporter answers GET /signaler/merci.
func thankReporter(w http.ResponseWriter, r *web.Request) error {
	found, err := aboutPlace(r, r.URL.Query().Get("lieu"))
	if err != nil {
		return err
	}
	who := "L’équipe de l’annuaire"
	if !found.Organisation.IsZero() {
		who = "Le lieu, et l’équipe de l’annuaire,"
	}
	page := &thanksPage{
		Page: web.Page{Title: "Merci, c’est noté", Layout: web.Ask, Menu: "/"},
		Done: web.Confirmation{
			Title: "Merci, c’est noté",
			Next:  []web.Line{{Label: "Ensuite", Value: web.French(who + " vérifie ce que vous avez écrit, puis corrige la fiche de " + found.Name + ".")}},
			Keep:  []web.Link{{Label: "Revenir au lieu", Path: placePath(found)}, {Label: "Chercher un autre lieu", Path: "/lieux"}},
		},
	}
	if r.URL.Query().Has("reponse") {
		page.Done.Next = append(page.Done.Next, web.Line{Label: "Votre adresse", Value: "Vous recevrez la réponse par e-mail.", Note: "Votre adresse est effacée 30 jours après."})
	}
	return web.Render(w, r, http.StatusOK, "thanks", page)
}
