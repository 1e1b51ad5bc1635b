package public

import (
	"net/http"

	"passerelle/internal/db"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

// ownerCheckPage shows a correction before it is made.
type ownerCheckPage struct {
	web.Page
	Path    string
	Changed []web.Line
	Sent    [][2]string // what was typed, to be sent again
}

// correctOwner answers POST /corriger/{jeton}/fiche: checks first, then corrects.
func correctOwner(w http.ResponseWriter, r *web.Request) error {
	unlisted(w)
	found, err := linkedPlace(r, r.PathValue("jeton"))
	if err != nil {
		return err
	}
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	if form.Checked("modifier") {
		form.FillHours(form.Value("horaires-texte"), "")
		return showCorrection(w, r, found, form)
	}
	wanted := readCorrection(form, found, todayAt(r, found))
	if !form.Valid() {
		return showCorrection(w, r, found, form)
	}
	var made place.Corrected
	err = r.Act(form, func(tx *db.Tx) (err error) {
		made, err = place.CorrectByLink(r.Context(), tx, r.PathValue("jeton"), wanted)
		return err
	})
	switch {
	case form.RefusedAs(err, correctionFields):
		return showCorrection(w, r, found, form)
	case err != nil:
		return err
	case !form.Confirmed():
		return checkCorrection(w, r, found, form, wanted, made)
	}
	told := ownerPath(r.PathValue("jeton"), "/merci")
	if !made.ID.IsZero() {
		told += "?correction=" + made.ID.String()
	}
	return web.SeeOther(w, r, told)
}

func checkCorrection(w http.ResponseWriter, r *web.Request, found place.Place, form *web.Form, wanted place.Correction, made place.Corrected) error {
	page := &ownerCheckPage{
		Page: web.Page{Title: "Vérifiez, puis publiez", Layout: web.Ask, Menu: "/", Back: web.Link{Label: found.Name, Path: ownerPath(r.PathValue("jeton"), "")}},
		Path: ownerPath(r.PathValue("jeton"), ""),
	}
	if !made.ID.IsZero() {
		page.Changed = changedLines(made.Before, made.After)
	}
	for _, name := range []string{"nom", "adresse", "complement", "commune", "telephone", "courriels", "sites", "prix", "langues", "fauteuil"} {
		page.Sent = append(page.Sent, [2]string{name, form.Value(name)})
	}
	for _, name := range []string{"services", "publics", "frais", "modalites", "equipement"} {
		for _, value := range form.Values(name) {
			page.Sent = append(page.Sent, [2]string{name, value})
		}
	}
	page.Sent = append(page.Sent, [2]string{"horaires", "texte"}, [2]string{"horaires-texte", wanted.Hours})
	return web.Render(w, r, http.StatusOK, "owner-check", page)
}

type ownerDonePage struct {
	web.Page
	Place   place.Place
	Path    string
	Changed []web.Line
	Undo    string // the correction that can be undone
}

// thankOwner answers GET /corriger/{jeton}/merci: what is published now, and
// the way to undo it.
func thankOwner(w http.ResponseWriter, r *web.Request) error {
	unlisted(w)
	found, err := linkedPlace(r, r.PathValue("jeton"))
	if err != nil {
		return err
	}
	page := &ownerDonePage{Page: web.Page{Title: "Merci, la fiche est à jour", Layout: web.Ask, Menu: "/"}, Place: found, Path: ownerPath(r.PathValue("jeton"), "")}
	if text := r.URL.Query().Get("correction"); text != "" {
		id, err := db.ParseID(text)
		if err != nil {
			return err
		}
		if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
			_, made, err := place.CorrectedByLink(r.Context(), q, r.PathValue("jeton"), id)
			if err == nil && made.UndoneAt.IsZero() {
				page.Changed, page.Undo = changedLines(made.Before, made.After), text
			}
			return err
		}); err != nil {
			return err
		}
	}
	return web.Render(w, r, http.StatusOK, "owner-done", page)
}

// undoOwner answers POST /corriger/{jeton}/annulation.
func undoOwner(w http.ResponseWriter, r *web.Request) error {
	unlisted(w)
	if _, err := linkedPlace(r, r.PathValue("jeton")); err != nil {
		return err
	}
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	id, err := db.ParseID(form.Value("correction"))
	if err != nil {
		return err
	}
	if err := r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		_, err := place.UndoByLink(r.Context(), tx, r.PathValue("jeton"), id)
		return err
	}); err != nil {
		return err
	}
	return web.SeeOther(w, r, ownerPath(r.PathValue("jeton"), "?annulee"))
}
