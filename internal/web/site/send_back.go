package site

import (
	"net/http"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/holder"
	"passerelle/internal/orientation"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

type sendBackPage struct {
	web.Page
	Desk           string
	Stays          bool // they came, and stay counted as having come
	Reasons, Sites []web.Option
}

// askSendBack answers GET /inscriptions/{id}/renvoi.
func askSendBack(w http.ResponseWriter, r *web.Request) error {
	return showSendBack(w, r, web.NewForm())
}

func showSendBack(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &sendBackPage{Page: web.Page{Layout: web.Ask, Form: form, Menu: "/seances"}}
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		booking, session, err := bookingHere(r, q)
		if err != nil {
			return err
		}
		if booking.Organisation == session.Organisation {
			return orientation.ErrOwnBooking
		}
		name, err := holder.Name(r.Context(), q, booking.Holder)
		if err != nil {
			return err
		}
		page.Title = "Proposer mieux pour " + name
		page.Back = web.Link{Label: "La séance", Path: "/seances/" + session.ID.String()}
		page.Stays = booking.State == workshop.Came
		desk, err := account.OrganisationByID(r.Context(), q, booking.Organisation)
		if err != nil {
			return err
		}
		page.Desk = joined(", ", desk.Name, desk.Telephone)
		for _, reason := range orientation.Misdirections {
			page.Reasons = append(page.Reasons, web.Option{Value: reason.Code, Label: reason.Label})
		}
		page.Sites = []web.Option{{Label: "Aucun à proposer"}}
		better, err := orientation.BetterPlaces(r.Context(), q, session)
		for _, one := range better {
			page.Sites = append(page.Sites, web.Option{Value: one.ID.String(), Label: one.Name + ", " + one.CommuneName})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "send-back", page)
}

// bookingHere is a booking at a session of the actor's organisation.
func bookingHere(r *web.Request, q db.Q) (workshop.Booking, workshop.Session, error) {
	id, err := r.PathID("id")
	if err != nil {
		return workshop.Booking{}, workshop.Session{}, workshop.ErrUnknownBooking
	}
	booking, session, err := workshop.BookingByID(r.Context(), q, id)
	if err == nil && session.Organisation != q.Actor().Organisation {
		err = workshop.ErrUnknownBooking
	}
	return booking, session, err
}

// sendBack answers POST /inscriptions/{id}/renvoi.
func sendBack(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	told := orientation.Misdirection{Why: form.Value("why")}
	if text := form.Value("better"); text != "" {
		told.Better = form.ID("better", "Choisissez un lieu de la liste")
	}
	if !form.Valid() {
		return showSendBack(w, r, form)
	}
	var session workshop.Session
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) (err error) {
		var booking workshop.Booking
		if booking, session, err = bookingHere(r, tx); err != nil {
			return err
		}
		told.Booking = booking.ID
		_, err = orientation.SendBack(r.Context(), tx, told)
		return err
	})
	if form.Refused(err) {
		return showSendBack(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/seances/"+session.ID.String()+"?enregistre#presents")
}
