package desk

import (
	"net/http"

	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
	"passerelle/internal/orientation"
	"passerelle/internal/voucher"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

type chooseSeatPage struct {
	web.Page
	List  seatList
	Lead  string
	Post  string // where a choice is sent
	Full  bool   // full sessions too, for their waiting list
	Empty web.None
}

// wishOf is what is known of a person: their commune, else the desk's, and what
// their last diagnosis says.
func wishOf(r *web.Request, q db.Q, known holder.Holder) (wish, error) {
	asked := wish{}
	var err error
	if asked.Commune, err = geography.CommuneByCode(known.Commune); err != nil {
		if asked.Commune, _, err = home(r, q); err != nil {
			return wish{}, err
		}
	}
	found, err := diagnosis.Of(r.Context(), q, known.ID)
	if err != nil || len(found) == 0 {
		return asked, err
	}
	asked.Need = orientation.Need{Level: found[0].Level(), Brakes: found[0].Brakes, Language: known.Manner.Language}
	return asked, nil
}

// personSeats answers GET /guichet/personnes/{id}/places: another session, full
// ones too, with their waiting list.
func personSeats(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	return showPersonSeats(w, r, form, nil)
}

func showPersonSeats(w http.ResponseWriter, r *web.Request, form, refused *web.Form) error {
	page := &chooseSeatPage{
		Lead:  "Une séance complète inscrit sur la liste d’attente.",
		Empty: web.None{Title: "Aucune séance ne répond", Text: "Changez un filtre, ou cherchez autour d’une autre commune."},
	}
	return showChoice(w, r, form, refused, page, func(q db.Q) (holder.Holder, error) {
		known, err := personOf(r, q)
		page.Title = "Une séance pour " + known.Called()
		page.Post, page.Full = personPath(known.ID, "/places"), true
		return known, err
	})
}

// showChoice shows the sessions that a known person can be given. The page's
// words, and where a choice is sent, come from subject; refused is a choice that
// could not be kept.
func showChoice(w http.ResponseWriter, r *web.Request, form, refused *web.Form, page *chooseSeatPage, subject func(db.Q) (holder.Holder, error)) error {
	page.Form = form
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		known, err := subject(q)
		if err != nil {
			return err
		}
		page.Back = web.Link{Label: known.Called(), Path: personPath(known.ID, "")}
		asked, err := wishOf(r, q, known)
		if err != nil {
			return err
		}
		asked = readWish(form, asked)
		asked.Full = asked.Full || page.Full
		page.List, err = newSeatList(r, q, form, asked)
		page.List.Post = page.Post
		return err
	}); err != nil {
		return err
	}
	status := form.Status()
	if refused != nil {
		page.Form, status = refused, refused.Status()
	}
	return web.Render(w, r, status, "choose-seat", page)
}

// bookSeat answers POST /guichet/personnes/{id}/places.
func bookSeat(w http.ResponseWriter, r *web.Request) error {
	return takeSeat(w, r, showPersonSeats, func(tx *db.Tx, id, session db.ID) (workshop.Booking, error) {
		known, err := personOf(r, tx)
		if err != nil {
			return workshop.Booking{}, err
		}
		return workshop.Book(r.Context(), tx, workshop.Reservation{ID: id, Session: session, Holder: known.ID})
	})
}

// takeSeat takes a seat at the session that was chosen, once for one form; the
// page is shown again when it cannot be had.
func takeSeat(w http.ResponseWriter, r *web.Request, show func(w http.ResponseWriter, r *web.Request, form, refused *web.Form) error,
	take func(tx *db.Tx, id, session db.ID) (workshop.Booking, error),
) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	session, err := db.ParseID(form.Value("seance"))
	if err != nil {
		return workshop.ErrUnknownSession
	}
	var made workshop.Booking
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		made, err = db.Once(r.Context(), tx, form.Key(r), bookingAgain(r, tx), func(id db.ID) (workshop.Booking, error) {
			taken, err := take(tx, id, session)
			if err != nil {
				return workshop.Booking{}, err
			}
			return taken, voucher.Hold(r.Context(), tx, taken.ID)
		})
		return err
	})
	if form.Refused(err) {
		return show(w, r, web.NewForm(), form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, afterBooking(made))
}

func bookingAgain(r *web.Request, q db.Q) func(db.ID) (workshop.Booking, error) {
	return func(id db.ID) (workshop.Booking, error) {
		known, _, err := workshop.BookingByID(r.Context(), q, id)
		return known, err
	}
}

// afterBooking is the page to print, of a seat or of a rank on a waiting list.
func afterBooking(made workshop.Booking) string {
	return "/guichet/inscriptions/" + made.ID.String() + "/page"
}

type cancelPage struct {
	web.Page
	Session string
	When    string
	Called  string
}

// bookingOf reads the booking of the address and its person.
func bookingOf(r *web.Request, q db.Q) (workshop.Booking, workshop.Session, holder.Holder, error) {
	id, err := r.PathID("id")
	if err != nil {
		return workshop.Booking{}, workshop.Session{}, holder.Holder{}, workshop.ErrUnknownBooking
	}
	booking, session, err := workshop.BookingByID(r.Context(), q, id)
	if err != nil {
		return booking, session, holder.Holder{}, err
	}
	known, err := holder.ByID(r.Context(), q, booking.Holder)
	return booking, session, known, err
}

// askCancel answers GET /guichet/inscriptions/{id}/annulation.
func askCancel(w http.ResponseWriter, r *web.Request) error { return showCancel(w, r, web.NewForm()) }

func showCancel(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &cancelPage{Page: web.Page{Title: "Rendre cette place\u202f?", Layout: web.Ask, Form: form}}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		_, session, known, err := bookingOf(r, q)
		page.Session, page.When, page.Called = session.Title, session.WhenText(), known.Called()
		page.Back = web.Link{Label: known.Called(), Path: personPath(known.ID, "")}
		return err
	}); err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "cancel", page)
}

// cancel answers POST /guichet/inscriptions/{id}/annulation.
func cancel(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	var ended workshop.Booking
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		booking, _, _, err := bookingOf(r, tx)
		if err != nil {
			return err
		}
		ended, err = workshop.Cancel(r.Context(), tx, booking.ID)
		return err
	})
	if form.Refused(err) {
		return showCancel(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, personPath(ended.Holder, "?enregistre"))
}

// otherSeats answers GET /guichet/inscriptions/{id}/changement: where the seat
// can be moved.
func otherSeats(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	return showOtherSeats(w, r, form, nil)
}

func showOtherSeats(w http.ResponseWriter, r *web.Request, form, refused *web.Form) error {
	page := &chooseSeatPage{Empty: web.None{Title: "Aucune séance libre ne répond", Text: "Changez un filtre, ou cherchez autour d’une autre commune."}}
	return showChoice(w, r, form, refused, page, func(q db.Q) (holder.Holder, error) {
		booking, session, known, err := bookingOf(r, q)
		page.Title = "Une autre séance pour " + known.Called()
		page.Lead = "Place gardée pour l’instant\u00a0: " + session.Title + ", " + session.WhenText() + ". Elle est rendue quand la nouvelle est prise."
		page.Post = "/guichet/inscriptions/" + booking.ID.String() + "/changement"
		return known, err
	})
}

// move answers POST /guichet/inscriptions/{id}/changement.
func move(w http.ResponseWriter, r *web.Request) error {
	return takeSeat(w, r, showOtherSeats, func(tx *db.Tx, id, session db.ID) (workshop.Booking, error) {
		booking, _, _, err := bookingOf(r, tx)
		if err != nil {
			return workshop.Booking{}, err
		}
		return workshop.Move(r.Context(), tx, workshop.Change{ID: id, Booking: booking.ID, Session: session})
	})
}
