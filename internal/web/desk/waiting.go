package desk

import (
	"net/http"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/voucher"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

type waitingPage struct {
	web.Page
	Called, When string
	Rank         int
	Offered      string // until when a seat is kept; empty when none is
	Words        []web.Option
}

// askWaiting answers GET /guichet/inscriptions/{id}/attente: what a waiting person
// said of a freed seat, and their answer to the one kept for them.
func askWaiting(w http.ResponseWriter, r *web.Request) error {
	return showWaiting(w, r, web.NewForm())
}

func showWaiting(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &waitingPage{Page: web.Page{Layout: web.Ask, Form: form}}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		booking, session, known, err := bookingOf(r, q)
		if err != nil {
			return err
		}
		if booking.State != workshop.Waiting {
			return workshop.ErrNotWaiting
		}
		page.Title, page.When, page.Called = "Liste d’attente : "+session.Title, session.WhenText(), known.Called()
		page.Back = web.Link{Label: known.Called(), Path: personPath(known.ID, "")}
		if booking.Offered() {
			until := booking.OfferedUntil.In(session.Zone())
			page.Offered = civil.DateOf(until, session.Zone()).French() + " à " + civil.FrenchHour(until)
		}
		if form.Valid() {
			form.Set("mot", booking.Word)
		}
		for _, word := range workshop.Words {
			page.Words = append(page.Words, web.Option{Value: word.Code, Label: word.Label, Hint: word.Hint})
		}
		page.Rank, err = workshop.Rank(r.Context(), q, booking)
		return err
	}); err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "waiting", page)
}

// keepWaiting answers POST /guichet/inscriptions/{id}/attente: a word, or an
// answer.
func keepWaiting(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	var path string
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		booking, _, known, err := bookingOf(r, tx)
		if err != nil {
			return err
		}
		path = personPath(known.ID, "?enregistre")
		switch form.Value("reponse") {
		case "oui", "non":
			booking, err = workshop.AnswerOffer(r.Context(), tx, booking.ID, form.Value("reponse") == "oui")
		default:
			booking, err = workshop.LeaveWord(r.Context(), tx, booking.ID, form.Choice("mot", "Choisissez ce que la personne a dit", workshop.TakeIt, workshop.AskFirst))
		}
		if err != nil {
			return err
		}
		return voucher.Hold(r.Context(), tx, booking.ID)
	})
	if form.Refused(err) {
		return showWaiting(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, path)
}
