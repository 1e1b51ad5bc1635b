package bearer

import (
	"bytes"
	"net/http"
	"strconv"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/printing"
	"passerelle/internal/voucher"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

type paperPage struct {
	web.Page
	Letter printing.Letter
	PDF    string
}

func letterOf(r *web.Request, actor db.Actor) (letter printing.Letter, id db.ID, err error) {
	if id, err = r.PathID("id"); err != nil {
		return letter, id, workshop.ErrUnknownBooking
	}
	issuer := printing.Issuer{Name: r.App.Settings.Name, Telephone: r.App.Settings.Telephone, Sample: r.App.Settings.Sample}
	err = r.App.DB.View(r.Context(), actor, func(q db.Q) (err error) {
		letter, err = printing.LetterOf(r.Context(), q, id, issuer)
		return err
	})
	return letter, id, err
}

// paper answers GET /mon-carnet/inscriptions/{id}: the appointment page, to read.
func paper(w http.ResponseWriter, r *web.Request, actor db.Actor) error {
	letter, id, err := letterOf(r, actor)
	if err != nil {
		return err
	}
	page := &paperPage{
		Page:   web.Page{Title: letter.Title(), Layout: web.Ask, Back: web.Link{Label: "Votre carnet", Path: "/mon-carnet"}},
		Letter: letter, PDF: "/mon-carnet/inscriptions/" + id.String() + "/pdf",
	}
	return web.Render(w, r, http.StatusOK, "paper", page)
}

// paperFile answers GET /mon-carnet/inscriptions/{id}/pdf: the page, to print.
func paperFile(w http.ResponseWriter, r *web.Request, actor db.Actor) error {
	letter, _, err := letterOf(r, actor)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := printing.WriteLetter(&file, r.App.Clock.Now(), letter); err != nil {
		return err
	}
	header := w.Header()
	header.Set("Content-Type", "application/pdf")
	header.Set("Content-Disposition", `inline; filename="atelier-`+civil.DateOf(letter.Starts, letter.Starts.Location()).String()+`.pdf"`)
	header.Set("Content-Length", strconv.Itoa(file.Len()))
	header.Set("Cache-Control", "no-store")
	_, _ = w.Write(file.Bytes()) // a browser that leaves is no fault
	return nil
}

type giveUpPage struct {
	web.Page
	Lines []web.Line
}

// askGiveUp answers GET /mon-carnet/inscriptions/{id}/annulation.
func askGiveUp(w http.ResponseWriter, r *web.Request, actor db.Actor) error {
	return showGiveUp(w, r, actor, web.NewForm())
}

func showGiveUp(w http.ResponseWriter, r *web.Request, actor db.Actor, form *web.Form) error {
	page := &giveUpPage{Page: web.Page{Title: "Rendez cette place\u202f?", Layout: web.Ask, Form: form, Back: web.Link{Label: "Votre carnet", Path: "/mon-carnet"}}}
	err := r.App.DB.View(r.Context(), actor, func(q db.Q) error {
		_, session, err := ownBooking(r, q, r.PathValue("id"))
		page.Lines = []web.Line{{Label: "Atelier", Value: session.Title}, {Label: "Jour", Value: when(session)}}
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "give-up", page)
}

// giveUp answers POST /mon-carnet/inscriptions/{id}/annulation.
func giveUp(w http.ResponseWriter, r *web.Request, actor db.Actor) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	err = r.App.DB.Update(r.Context(), actor, func(tx *db.Tx) error {
		known, _, err := ownBooking(r, tx, r.PathValue("id"))
		if err != nil {
			return err
		}
		_, err = workshop.Cancel(r.Context(), tx, known.ID)
		return err
	})
	if form.Refused(err) {
		return showGiveUp(w, r, actor, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/mon-carnet?rendue")
}

// answer answers POST /mon-carnet/inscriptions/{id}/reponse: yes or no to a seat
// that became free.
func answer(w http.ResponseWriter, r *web.Request, actor db.Actor) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	yes := form.Value("reponse") == "oui"
	err = r.App.DB.Update(r.Context(), actor, func(tx *db.Tx) error {
		known, _, err := ownBooking(r, tx, r.PathValue("id"))
		if err != nil {
			return err
		}
		seated, err := workshop.AnswerOffer(r.Context(), tx, known.ID, yes)
		if err != nil {
			return err
		}
		return voucher.Hold(r.Context(), tx, seated.ID)
	})
	switch {
	case err != nil:
		return err
	case yes:
		return web.SeeOther(w, r, "/mon-carnet?prise")
	}
	return web.SeeOther(w, r, "/mon-carnet?attente")
}
