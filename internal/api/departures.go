package api

import (
	"context"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/departure"
	"passerelle/internal/fault"
)

// departureView is a site that leaves, or whose label stops.
type departureView struct {
	PlaceID id          `json:"place_id"`
	Name    string      `json:"name"`
	Kind    string      `json:"kind" enum:"shuts,leaves,suspended,withdrawn"`
	LastDay civil.Date  `json:"last_day" format:"date" doc:"Le dernier jour où le lieu reçoit des personnes avec un pass."`
	Until   *civil.Date `json:"until" format:"date" doc:"Le dernier jour d’une suspension."`
	Reason  string      `json:"reason"`
	Ended   bool        `json:"ended"`
	Left    int         `json:"left" doc:"Combien de personnes sont à replacer : les vôtres pour un guichet."`
	// Who is to be re-homed, for who runs the site or booked them.
	Bookings []bookingView `json:"bookings" doc:"Les inscriptions à replacer, quand un lieu est lu seul ; vide pour qui ne lit pas les inscriptions."`
}

func viewDeparture(stop departure.Stop, left int) departureView {
	return departureView{
		PlaceID: id{stop.Site.ID}, Name: stop.Site.Name, Kind: string(stop.Kind), LastDay: stop.LastOn, Until: day(stop.Until),
		Reason: stop.Reason, Ended: stop.Ended, Left: left, Bookings: []bookingView{},
	}
}

func listDepartures(ctx context.Context, q db.Q, _ *struct{}) (page[departureView], error) {
	found, err := departure.List(ctx, q)
	return page[departureView]{Items: each(found, func(one departure.Listed) departureView { return viewDeparture(one.Stop, one.Left) })}, err
}

func readDeparture(ctx context.Context, q db.Q, in *placeInput) (departureView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return departureView{}, err
	}
	stop, err := departure.Of(ctx, q, wanted)
	if err != nil {
		return departureView{}, err
	}
	sessions, err := departure.SessionsLeft(ctx, q, wanted)
	if err != nil {
		return departureView{}, err
	}
	left := 0
	for _, one := range sessions {
		left += one.Seated + one.Waiting
	}
	made := viewDeparture(stop, left)
	if !account.May(q.Actor(), account.ActBookingRead) {
		return made, nil
	}
	people, err := departure.People(ctx, q, wanted)
	if err != nil {
		return departureView{}, err
	}
	for _, someone := range people {
		booking, err := viewBooking(ctx, q, someone.Booking, someone.Session)
		if err != nil {
			return departureView{}, err
		}
		made.Bookings = append(made.Bookings, booking)
	}
	return made, nil
}

type announceInput struct {
	Body struct {
		Place   id         `json:"place"`
		Shuts   bool       `json:"shuts,omitempty" doc:"Le lieu ferme ; sinon il reste ouvert, sans le pass."`
		LastDay civil.Date `json:"last_day" format:"date"`
		Reason  string     `json:"reason"`
	}
}

func announceDeparture(ctx context.Context, tx *db.Tx, row db.ID, in *announceInput) (departureView, error) {
	if _, err := departure.Announce(ctx, tx, departure.Departure{
		ID: row, Place: in.Body.Place.ID, Shuts: in.Body.Shuts, LastOn: in.Body.LastDay, Reason: in.Body.Reason,
	}); err != nil {
		return departureView{}, renamed(err, map[string]string{"last_on": "last_day"})
	}
	return announceAgain(ctx, tx, row, in)
}

func announceAgain(ctx context.Context, tx *db.Tx, _ db.ID, in *announceInput) (departureView, error) {
	return readDeparture(ctx, tx, &placeInput{ID: in.Body.Place.String()})
}

type rehomeInput struct {
	ID   string `path:"id"`
	Body struct {
		Session *id    `json:"session,omitempty" doc:"La séance où va la personne, qui a dit oui."`
		Why     string `json:"why,omitempty" enum:"not_wanted,nothing_near,helped_else,unreachable" doc:"Sinon, pourquoi elle ne va nulle part ailleurs."`
	}
}

// rehomeBooking answers the booking as it now stands: the new one, or the one
// that was given up.
func rehomeBooking(ctx context.Context, tx *db.Tx, row db.ID, in *rehomeInput) (bookingView, error) {
	left, err := db.ParseID(in.ID)
	if err != nil {
		return bookingView{}, err
	}
	var wrong fault.Collector
	wrong.Check((in.Body.Session == nil) != (in.Body.Why == ""), "session", "required", "Donnez session, ou why.")
	if err := wrong.Err(); err != nil {
		return bookingView{}, err
	}
	if in.Body.Session == nil {
		_, err = departure.GiveUp(ctx, tx, left, in.Body.Why)
	} else {
		_, err = departure.Move(ctx, tx, departure.Moving{ID: row, Booking: left, Session: in.Body.Session.ID})
	}
	if err != nil {
		return bookingView{}, err
	}
	return rehomeAgain(ctx, tx, row, in)
}

// rehomeAgain: who left a booking may read the new one, at whichever site it is.
func rehomeAgain(ctx context.Context, tx *db.Tx, row db.ID, in *rehomeInput) (bookingView, error) {
	if in.Body.Session == nil {
		return readBooking(ctx, tx, &bookingInput{ID: in.ID})
	}
	made, session, err := departure.MovedTo(ctx, tx, row)
	if err != nil {
		return bookingView{}, err
	}
	return viewBooking(ctx, tx, made, session)
}
