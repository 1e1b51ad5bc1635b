package departure

import (
	"context"
	"slices"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
	"passerelle/internal/orientation"
	"passerelle/internal/place"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

// Person is someone to be re-homed: expected at a session that will not be, with
// a seat or on the waiting list.
type Person struct {
	workshop.Seat
	Called holder.Expected
	Sender account.Organisation // who booked them, and answers for them by telephone
	// Holds tells that a coupon is kept for the seat: it follows to the next one,
	// and is free when there is none.
	Holds bool
}

// People lists who is still to be re-homed from a place: a site reads all of its
// own, a desk those it booked; nobody else reads a name. Fault codes: those of Of
// and of account.Require for booking.read.
func People(ctx context.Context, q db.Q, id db.ID) ([]Person, error) {
	if err := account.Require(q.Actor(), account.ActBookingRead, db.ID{}); err != nil {
		return nil, err
	}
	stop, err := Of(ctx, q, id)
	if err != nil {
		return nil, err
	}
	seats, err := concerned(ctx, q, stop)
	if err != nil {
		return nil, err
	}
	people := make([]Person, 0, len(seats))
	for _, seat := range seats {
		someone, err := personAt(ctx, q, seat)
		if err != nil {
			return nil, err
		}
		people = append(people, someone)
	}
	return people, nil
}

func personAt(ctx context.Context, q db.Q, seat workshop.Seat) (someone Person, err error) {
	someone.Seat = seat
	if someone.Called, err = holder.ExpectedByID(ctx, q, seat.Holder); err != nil {
		return Person{}, err
	}
	kept, err := voucher.KeptFor(ctx, q, seat.ID)
	if err != nil {
		return Person{}, err
	}
	someone.Holds = kept[seat.ID].State == voucher.Live
	someone.Sender, err = account.OrganisationByID(ctx, q, seat.Organisation)
	return someone, err
}

// PersonOf is one of People, by their booking. Faults: unknown_booking,
// not_leaving, those of account.RequireAt for booking.read.
func PersonOf(ctx context.Context, q db.Q, booking db.ID) (Person, Stop, error) {
	seat, stop, err := seatOf(ctx, q, booking)
	if err != nil {
		return Person{}, Stop{}, err
	}
	someone, err := personAt(ctx, q, seat)
	return someone, stop, err
}

// seatOf reads a booking that stands in a time that is stopped.
func seatOf(ctx context.Context, q db.Q, id db.ID) (workshop.Seat, Stop, error) {
	booking, session, err := workshop.BookingByID(ctx, q, id)
	if err != nil {
		return workshop.Seat{}, Stop{}, err
	}
	stop, err := stopAt(ctx, q, session.Site)
	if isUnknown(err) || err == nil && !stop.stops(session) {
		return workshop.Seat{}, Stop{}, ErrNotLeaving
	}
	if err == nil && booking.State != workshop.Booked && booking.State != workshop.Waiting {
		err = workshop.ErrBookingOver
	}
	return workshop.Seat{Booking: booking, Session: session}, stop, err
}

// The bounds of what is proposed to one person.
const (
	mostProposed   = 6
	proposedRadius = 45_000 // metres: further, nobody goes for two hours
	looked         = 200
	soonest        = 24 * time.Hour // the time to be told, and to come
)

// Proposals lists where someone could go instead: sessions of labelled sites near
// the one that leaves, with a free seat, of the same subject and level first.
func Proposals(ctx context.Context, q db.Q, someone Person) ([]orientation.Choice, error) {
	left := someone.Session
	near := geography.Point{Latitude: left.Latitude, Longitude: left.Longitude}
	found, _, err := workshop.Search(ctx, q, workshop.Filter{Near: &near, Radius: proposedRadius, From: q.Now().Add(soonest), Seats: 1, Labelled: true, Limit: looked})
	if err != nil {
		return nil, err
	}
	need := orientation.Need{Level: left.Level, Days: []time.Weekday{left.StartsAt.In(left.Zone()).Weekday()}}
	tuned, err := orientation.Current(ctx, q)
	if err != nil {
		return nil, err
	}
	const perSite = 2
	choices := orientation.Spread(orientation.Rank(tuned.Tuning, need, found, q.Now()), perSite)
	slices.SortStableFunc(choices, func(a, b orientation.Choice) int { return likeness(b, left) - likeness(a, left) })
	return choices[:min(len(choices), mostProposed)], nil
}

// likeness counts what a session has of another one's subject.
func likeness(choice orientation.Choice, left workshop.Session) (alike int) {
	if choice.Service == left.Service {
		alike++
	}
	if choice.Topic == left.Topic {
		alike++
	}
	return alike
}

// Moving is someone who goes to another session.
type Moving struct {
	ID      db.ID // of the new booking
	Booking db.ID // the one left
	Session db.ID // where they go
}

// Move gives someone a seat elsewhere in place of the one that will not be: they
// were asked, and said yes. Fault codes: not_leaving, and those of
// workshop.Rehome.
func Move(ctx context.Context, tx *db.Tx, in Moving) (workshop.Booking, error) {
	if err := account.Require(tx.Actor(), account.ActBookingRehome, db.ID{}); err != nil {
		return workshop.Booking{}, err
	}
	seat, _, err := seatOf(ctx, tx, in.Booking)
	if err != nil {
		return workshop.Booking{}, err
	}
	made, err := workshop.Rehome(ctx, tx, workshop.Change{ID: in.ID, Booking: in.Booking, Session: in.Session})
	if err != nil {
		return workshop.Booking{}, err
	}
	if err := voucher.Hold(ctx, tx, made.ID); err != nil {
		return workshop.Booking{}, err
	}
	return made, rehomed(ctx, tx, Rehoming{Booking: in.Booking, Place: seat.Session.Site, MovedTo: made.ID})
}

// MovedTo reads the booking that someone was moved to, for who could move them.
// Faults: unknown_booking, and those of BookingByID on the one they left.
func MovedTo(ctx context.Context, q db.Q, id db.ID) (workshop.Booking, workshop.Session, error) {
	moved, err := scanRehoming(q.QueryRow(ctx, selectRehoming+` WHERE moved_to = $1`, id))
	if fault.KindOf(err) == fault.NotFound {
		return workshop.Booking{}, workshop.Session{}, workshop.ErrUnknownBooking
	}
	if err != nil {
		return workshop.Booking{}, workshop.Session{}, err
	}
	if _, _, err := workshop.BookingByID(ctx, q, moved.Booking); err != nil {
		return workshop.Booking{}, workshop.Session{}, err
	}
	return workshop.SeatOf(ctx, q, id)
}

// The reasons for which someone is given no other seat.
const (
	NotWanted   = "not_wanted"   // another date is not wanted
	Unreachable = "unreachable"  // called several times, and a message left
	HelpedElse  = "helped_else"  // helped otherwise meanwhile
	TooFar      = "nothing_near" // nothing is near enough, or soon enough
)

// Reasons lists why someone is given no other seat, in the order of the page.
var Reasons = []struct{ Code, Label string }{
	{NotWanted, "Ne veut pas d’une autre date"}, {TooFar, "Rien d’assez proche"}, {HelpedElse, "Aidée autrement"}, {Unreachable, "Injoignable après plusieurs appels"},
}

// GiveUp ends the booking of someone who was called and goes nowhere else: they
// know that the session will not be. why is a code of Reasons. Fault codes:
// not_leaving, invalid (why), and those of workshop.Cancel.
func GiveUp(ctx context.Context, tx *db.Tx, booking db.ID, why string) (Rehoming, error) {
	if err := account.Require(tx.Actor(), account.ActBookingRehome, db.ID{}); err != nil {
		return Rehoming{}, err
	}
	seat, _, err := seatOf(ctx, tx, booking)
	if err != nil {
		return Rehoming{}, err
	}
	var wrong fault.Collector
	wrong.Check(slices.ContainsFunc(Reasons, func(r struct{ Code, Label string }) bool { return r.Code == why }), "why", "unknown_choice",
		"Dites pourquoi la personne ne va nulle part ailleurs")
	if err := wrong.Err(); err != nil {
		return Rehoming{}, err
	}
	if _, err := workshop.Cancel(ctx, tx, booking); err != nil {
		return Rehoming{}, err
	}
	made := Rehoming{Booking: booking, Place: seat.Session.Site, Why: why}
	return made, rehomed(ctx, tx, made)
}

// Rehoming is what became of a booking at a site that leaves.
type Rehoming struct {
	Booking      db.ID // the one left
	Place        db.ID
	MovedTo      db.ID  // the new booking, or
	Why          string // why there is none
	Organisation db.ID  // who did it
	Actor        db.ID
	At           time.Time
}

func rehomed(ctx context.Context, tx *db.Tx, made Rehoming) error {
	made.Organisation, made.Actor, made.At = tx.Actor().Organisation, tx.Actor().ID, tx.Now()
	if _, err := tx.Exec(ctx, `INSERT INTO rehoming (booking, place, moved_to, why, organisation, actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		made.Booking, made.Place, made.MovedTo, made.Why, made.Organisation, made.Actor, made.At); err != nil {
		return err
	}
	_, err := audit.Record(ctx, tx, made.act(), made.Booking, made)
	return err
}

// act names a re-homing in the sealed record: a leaf is its whole row.
func (r Rehoming) act() string {
	if r.MovedTo.IsZero() {
		return actGiveUp
	}
	return actMove
}

const selectRehoming = `SELECT booking, place, moved_to, why, organisation, actor, at FROM rehoming`

func scanRehoming(row db.Scanner) (Rehoming, error) {
	var r Rehoming
	err := row.Scan(&r.Booking, &r.Place, &r.MovedTo, &r.Why, &r.Organisation, &r.Actor, &r.At)
	return r, err
}

// Settled is someone who was re-homed, or was told and goes nowhere else.
type Settled struct {
	Rehoming
	Person
	To      workshop.Session // where they go; zero for nowhere
	ToPlace string           // its name
}

// SettledAt lists who was re-homed from a place, the last first: a site reads all
// of its own, a desk those it booked. Fault codes: those of People.
func SettledAt(ctx context.Context, q db.Q, id db.ID) ([]Settled, error) {
	if err := account.Require(q.Actor(), account.ActBookingRead, db.ID{}); err != nil {
		return nil, err
	}
	if _, err := Of(ctx, q, id); err != nil {
		return nil, err
	}
	rows, err := rehomedAt(ctx, q, id)
	if err != nil {
		return nil, err
	}
	settled := make([]Settled, 0, len(rows))
	for _, row := range rows {
		booking, session, err := workshop.BookingByID(ctx, q, row.Booking)
		if err != nil {
			return nil, err
		}
		one := Settled{Rehoming: row}
		if one.Person, err = personAt(ctx, q, workshop.Seat{Booking: booking, Session: session}); err != nil {
			return nil, err
		}
		if !row.MovedTo.IsZero() {
			if _, one.To, err = workshop.SeatOf(ctx, q, row.MovedTo); err != nil {
				return nil, err
			}
			there, err := place.ByID(ctx, q, one.To.Site)
			if err != nil {
				return nil, err
			}
			one.ToPlace = there.Name
		}
		settled = append(settled, one)
	}
	return settled, nil
}

// rehomedAt reads the re-homings from a place that the actor has to do with.
func rehomedAt(ctx context.Context, q db.Q, id db.ID) ([]Rehoming, error) {
	rows, err := db.All(ctx, q, scanRehoming, selectRehoming+` WHERE place = $1 ORDER BY at DESC, booking`, id)
	if err != nil {
		return nil, err
	}
	var own []Rehoming
	for _, row := range rows {
		_, _, err := workshop.BookingByID(ctx, q, row.Booking)
		switch fault.KindOf(err) {
		case fault.NotFound, fault.Forbidden:
			continue
		}
		if err != nil {
			return nil, err
		}
		own = append(own, row)
	}
	return own, nil
}
