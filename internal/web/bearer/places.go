package bearer

import (
	"net/http"
	"net/url"

	"passerelle/internal/db"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
	"passerelle/internal/place"
	"passerelle/internal/voucher"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

// perPage is how many sessions a page proposes.
const perPage = 8

type findPage struct {
	web.Page
	Instead string // the seat that the choice replaces
	List    web.List
	Near    string
	More    string
}

// find answers GET /mon-carnet/places: sessions around a commune, the nearest first.
func find(w http.ResponseWriter, r *web.Request, actor db.Actor) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	page := &findPage{
		Page:    web.Page{Title: "Choisissez un atelier", Form: form, Back: web.Link{Label: "Votre carnet", Path: "/mon-carnet"}},
		Instead: form.Value("remplace"),
	}
	err = r.App.DB.View(r.Context(), actor, func(q db.Q) error {
		commune, err := near(r, q, form)
		if err != nil || commune.Code == "" || !commune.HasCentre() {
			return err
		}
		page.Near = commune.Name
		at := geography.Point{Latitude: commune.Latitude, Longitude: commune.Longitude}
		found, next, err := workshop.Search(r.Context(), q, workshop.Filter{Near: &at, Labelled: true, Limit: perPage, After: form.Value("suite")})
		if err != nil {
			return err
		}
		page.List = seatList(found, page.Instead)
		if next != "" {
			page.More = "/mon-carnet/places?" + url.Values{"autour": {form.Value("autour")}, "remplace": {page.Instead}, "suite": {next}}.Encode()
		}
		return nil
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "places", page)
}

// near is the commune asked for, else the person's own.
func near(r *web.Request, q db.Q, form *web.Form) (geography.Commune, error) {
	if form.Value("autour") != "" {
		return form.Commune("autour", "Écrivez le nom de votre commune"), nil
	}
	person, err := holder.Own(r.Context(), q)
	if err != nil || person.Commune == "" {
		return geography.Commune{}, err
	}
	commune, err := geography.CommuneByCode(person.Commune)
	if err != nil {
		return geography.Commune{}, nil // asked for instead
	}
	form.Set("autour", commune.Label())
	return commune, nil
}

func seatList(found []workshop.Found, instead string) web.List {
	list := web.List{Name: "Ateliers"}
	for i, one := range found {
		travel := geography.TravelOver(one.Metres)
		item := web.Item{
			Number: i + 1, Title: one.Title, When: when(one.Session), Where: one.Place.Name + ", " + one.Place.CommuneName, Side: travel.DistanceText(),
			Act: web.Link{Label: "Choisir", Path: "/mon-carnet/places/" + one.ID.String() + replacing(instead), About: one.Title + ", " + when(one.Session)},
		}
		if one.Free() == 0 {
			item.Strong, item.Act.Label = "Complet", "Attendre une place"
		}
		list.Items = append(list.Items, item)
	}
	return list
}

// replacing carries the seat that another one replaces.
func replacing(instead string) string {
	if instead == "" {
		return ""
	}
	return "?" + url.Values{"remplace": {instead}}.Encode()
}

type askPage struct {
	web.Page
	Lines   []web.Line
	Instead string
	Full    bool
	Coupon  bool
}

// ask answers GET /mon-carnet/places/{seance}: what is about to be taken.
func ask(w http.ResponseWriter, r *web.Request, actor db.Actor) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	return showAsk(w, r, actor, form)
}

func showAsk(w http.ResponseWriter, r *web.Request, actor db.Actor, form *web.Form) error {
	id, err := r.PathID("seance")
	if err != nil {
		return workshop.ErrUnknownSession
	}
	page := &askPage{
		Page:    web.Page{Title: "Prenez cette place\u202f?", Layout: web.Ask, Form: form, Back: web.Link{Label: "Choisissez un atelier", Path: "/mon-carnet/places"}},
		Instead: form.Value("remplace"),
	}
	err = r.App.DB.View(r.Context(), actor, func(q db.Q) error {
		session, err := workshop.SessionByID(r.Context(), q, id)
		if err != nil {
			return err
		}
		site, err := place.ByID(r.Context(), q, session.Site)
		if err != nil {
			return err
		}
		page.Full = session.Free() == 0
		page.Lines = []web.Line{
			{Label: "Atelier", Value: session.Title}, {Label: "Jour", Value: when(session)}, {Label: "Lieu", Value: site.Name, Note: site.AddressLine()},
		}
		if page.Instead != "" {
			left, session, err := ownBooking(r, q, page.Instead)
			if err != nil {
				return err
			}
			page.Lines = append(page.Lines, web.Line{Label: "Place rendue", Value: session.Title, Note: when(session)})
			page.Instead = left.ID.String()
		}
		remains, err := voucher.OwnRemains(r.Context(), q)
		page.Coupon = remains.Left > 0
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "ask", page)
}

func ownBooking(r *web.Request, q db.Q, text string) (workshop.Booking, workshop.Session, error) {
	id, err := db.ParseID(text)
	if err != nil {
		return workshop.Booking{}, workshop.Session{}, workshop.ErrUnknownBooking
	}
	return workshop.BookingByID(r.Context(), q, id)
}

// take answers POST /mon-carnet/places/{seance}: a seat, or a place on the
// waiting list, or the move of a seat.
func take(w http.ResponseWriter, r *web.Request, actor db.Actor) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	session, err := r.PathID("seance")
	if err != nil {
		return workshop.ErrUnknownSession
	}
	var made workshop.Booking
	err = r.App.DB.Update(r.Context(), actor, func(tx *db.Tx) error {
		again := func(id db.ID) (workshop.Booking, error) {
			known, _, err := workshop.BookingByID(r.Context(), tx, id)
			return known, err
		}
		made, err = db.Once(r.Context(), tx, keyOf(r, form, actor), again, func(id db.ID) (workshop.Booking, error) {
			taken, err := takeSeat(r, tx, form, id, session)
			if err != nil {
				return workshop.Booking{}, err
			}
			return taken, voucher.Hold(r.Context(), tx, taken.ID)
		})
		return err
	})
	if form.Refused(err) {
		return showAsk(w, r, actor, form)
	}
	if err != nil {
		return err
	}
	if made.State == workshop.Waiting {
		return web.SeeOther(w, r, "/mon-carnet?attente")
	}
	return web.SeeOther(w, r, "/mon-carnet?prise")
}

func takeSeat(r *web.Request, tx *db.Tx, form *web.Form, id, session db.ID) (workshop.Booking, error) {
	if instead := form.Value("remplace"); instead != "" {
		left, _, err := ownBooking(r, tx, instead)
		if err != nil {
			return workshop.Booking{}, err
		}
		return workshop.Move(r.Context(), tx, workshop.Change{ID: id, Booking: left.ID, Session: session})
	}
	return workshop.Book(r.Context(), tx, workshop.Reservation{ID: id, Session: session, Holder: tx.Actor().Holder})
}
