package territory

import (
	"bytes"
	"net/http"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/notify"
	"passerelle/internal/place"
	"passerelle/internal/printing"
	"passerelle/internal/web"
)

// mayAct tells whether the reader may do what is done about a stale place.
func mayAct(r *web.Request) bool { return account.May(r.Actor(), account.ActOwnerLinkMake) }

// doAbout does one act about the place of the address, and comes back to its
// page; a refusal is told there.
func doAbout(done string, act func(r *web.Request, tx *db.Tx, id db.ID, form *web.Form) error) web.Handler {
	return func(w http.ResponseWriter, r *web.Request) error {
		form, err := r.ReadForm()
		if err != nil {
			return err
		}
		id, err := r.PathID("id")
		if err != nil {
			return err
		}
		err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
			_, err := db.Once(r.Context(), tx, form.Key(r), func(row db.ID) (db.ID, error) { return row, nil }, func(row db.ID) (db.ID, error) {
				return row, act(r, tx, id, form)
			})
			return err
		})
		if form.Refused(err) {
			return renderPlaceFreshness(w, r, form)
		}
		if err != nil {
			return err
		}
		return web.SeeOther(w, r, donePath(id, done))
	}
}

// sendLink answers POST /fraicheur/{id}/lien.
func sendLink(r *web.Request, tx *db.Tx, id db.ID, _ *web.Form) error {
	linked, err := place.SendLink(r.Context(), tx, id)
	if err != nil {
		return err
	}
	for _, email := range linked.Emails {
		if _, err := notify.EnqueueAbout(r.Context(), tx, email, linked.Place.ID, notify.HoursConfirmation{
			PlaceName: linked.Place.Name, Commune: linked.Place.CommuneName, Hours: linked.Place.HoursText(),
			Link: r.App.Settings.BaseURL + "/corriger/" + linked.Secret, EndsAt: linked.EndsAt.In(linked.Place.Zone()),
		}); err != nil {
			return err
		}
	}
	return nil
}

// confirmPlace answers POST /fraicheur/{id}/confirmation, after a call.
func confirmPlace(r *web.Request, tx *db.Tx, id db.ID, _ *web.Form) error {
	return place.Confirm(r.Context(), tx, id)
}

// closePlace answers POST /fraicheur/{id}/fermeture.
func closePlace(r *web.Request, tx *db.Tx, id db.ID, form *web.Form) error {
	return place.Close(r.Context(), tx, id, form.Text("texte"))
}

// reopenPlace answers POST /fraicheur/{id}/reouverture.
func reopenPlace(r *web.Request, tx *db.Tx, id db.ID, _ *web.Form) error {
	return place.Reopen(r.Context(), tx, id)
}

// undoCorrection answers POST /fraicheur/{id}/annulation.
func undoCorrection(r *web.Request, tx *db.Tx, id db.ID, form *web.Form) error {
	correction, err := db.ParseID(form.Value("correction"))
	if err != nil {
		return err
	}
	_, err = place.UndoCorrection(r.Context(), tx, correction)
	return err
}

type ownerLetterPage struct {
	web.Page
	Letter printing.OwnerLetter
	Place  place.Place
}

// printLetter answers POST /fraicheur/{id}/lettre: a new code, on the letter
// that carries it. The code is not kept: the same letter comes again from the
// page alone.
func printLetter(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	var linked place.Linked
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) (err error) {
		linked, err = place.PrintLink(r.Context(), tx, id)
		return err
	})
	if form.Refused(err) {
		return renderPlaceFreshness(w, r, form)
	}
	if err != nil {
		return err
	}
	letter := letterOf(r, linked)
	return web.Render(w, r, http.StatusOK, "owner-letter", &ownerLetterPage{
		Page:   web.Page{Title: letter.Title(), Layout: web.Paper, Back: web.Link{Label: linked.Place.Name, Path: "/fraicheur/" + id.String()}},
		Letter: letter, Place: linked.Place,
	})
}

func letterOf(r *web.Request, linked place.Linked) printing.OwnerLetter {
	return printing.OwnerLetterTo(linked, r.App.Settings.BaseURL, civil.DateOf(r.App.Clock.Now(), linked.Place.Zone()), r.Session.OrganisationName, issuer(r))
}

// downloadLetter answers POST /fraicheur/{id}/lettre/pdf: the letter of a code
// that has just been made, as a file.
func downloadLetter(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	var linked place.Linked
	if err := view(r, func(q db.Q) (err error) {
		linked, err = place.PrintedLink(r.Context(), q, id, form.Value("code"))
		return err
	}); err != nil {
		return err
	}
	var file bytes.Buffer
	if err := printing.WriteOwnerLetter(&file, r.App.Clock.Now(), letterOf(r, linked)); err != nil {
		return err
	}
	return web.Download(w, "application/pdf", "lettre-"+linked.Place.ID.String()+".pdf", file.Bytes())
}
