package workshop

import (
	"context"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
)

// selectSession counts seats whose keeping is over as free; $1 is the instant.
const selectSession = `SELECT s.id, s.workshop, s.site, s.organisation, s.commune, s.latitude, s.longitude,
		w.title, w.topic, w.level, w.service, s.starts_at, s.ends_at, s.seats,
		s.taken - (SELECT COUNT(*) FROM kept_seat k WHERE k.session = s.id AND k.until <= $1),
		s.room, s.mediator, s.state, s.reason, s.series, s.minimum, s.minimum_days, s.equipment, s.stop_name, s.stop_address,
		COALESCE(f.learn, '')
	FROM workshop_session s JOIN workshop w ON w.id = s.workshop LEFT JOIN workshop_sheet f ON f.workshop = s.workshop`

func scanSession(row db.Scanner) (Session, error) {
	var s Session
	err := row.Scan(&s.ID, &s.Workshop, &s.Site, &s.Organisation, &s.Commune, &s.Latitude, &s.Longitude,
		&s.Title, &s.Topic, &s.Level, &s.Service, &s.StartsAt, &s.EndsAt, &s.Seats, &s.Taken,
		&s.Room, &s.Mediator, &s.State, &s.Reason, &s.Series, &s.Minimum, &s.MinimumDays, &s.Equipment, &s.Stop.Name, &s.Stop.Address,
		&s.Taught)
	return s, err
}

const selectBooking = `SELECT id, session, holder, organisation, state, door, booked_at, booked_by, word, waiting_rank, offers, offered_until FROM booking`

func scanBooking(row db.Scanner) (Booking, error) {
	var b Booking
	err := row.Scan(&b.ID, &b.Session, &b.Holder, &b.Organisation, &b.State, &b.Door, &b.BookedAt, &b.BookedBy,
		&b.Word, &b.WaitingRank, &b.Offers, &b.OfferedUntil)
	return b, err
}

// SessionByID is one session, whoever asks. Fault: unknown_session.
func SessionByID(ctx context.Context, q db.Q, id db.ID) (Session, error) {
	found, err := scanSession(q.QueryRow(ctx, selectSession+` WHERE s.id = $2`, q.Now(), id))
	if fault.KindOf(err) == fault.NotFound {
		return Session{}, ErrUnknownSession
	}
	return found, err
}

// OfSite lists the sessions of a site that begin between two instants, first to
// last. Anyone signed in may read them.
func OfSite(ctx context.Context, q db.Q, site db.ID, from, to time.Time) ([]Session, error) {
	return db.All(ctx, q, scanSession, selectSession+` WHERE s.site = $2 AND s.starts_at >= $3 AND s.starts_at < $4 ORDER BY s.starts_at, s.id`,
		q.Now(), site, from, to)
}

// OfOrganisation lists the sessions of all an organisation's sites that begin
// between two instants, first to last; of their place alone to someone attached
// to one.
func OfOrganisation(ctx context.Context, q db.Q, organisation db.ID, from, to time.Time) ([]Session, error) {
	attached := q.Actor().Place
	return db.All(ctx, q, scanSession, selectSession+` WHERE s.organisation = $2 AND s.starts_at >= $3 AND s.starts_at < $4 AND ($5 OR s.site = $6)
		ORDER BY s.starts_at, s.id`, q.Now(), organisation, from, to, attached.IsZero(), attached)
}

// LeftToFill lists the sessions of an organisation that are over and where
// someone's presence is still to be told, oldest first; of their place alone to
// someone attached to one.
func LeftToFill(ctx context.Context, q db.Q, organisation db.ID) ([]Session, error) {
	return db.All(ctx, q, scanSession, selectSession+` WHERE s.organisation = $2 AND s.ends_at <= $1 AND s.state <> 'cancelled' AND ($3 OR s.site = $4)
		AND EXISTS (SELECT 1 FROM booking b WHERE b.session = s.id AND b.state IN ('booked', 'to_fill')) ORDER BY s.starts_at, s.id`,
		q.Now(), organisation, q.Actor().Place.IsZero(), q.Actor().Place)
}

// Attendee is a line of the sheet of a session.
type Attendee struct {
	Booking
	Person   holder.Expected
	Presence string // state of presence to show
	Rank     int    // on the waiting list, from 1; 0 when not waiting
}

// Bookings lists who is expected at a session, with their names, for the site
// that gives it: those with a seat first, in the order in which they booked,
// then the waiting list. Bookings given up are left out unless the session was
// called off. Faults: unknown_session, and those of account.Require for
// attendance.read.
func Bookings(ctx context.Context, q db.Q, session db.ID) ([]Attendee, error) {
	known, err := SessionByID(ctx, q, session)
	if err != nil {
		return nil, err
	}
	if err := account.RequireAt(q.Actor(), account.ActAttendanceRead, known.Organisation, known.Site); err != nil {
		return nil, err
	}
	bookings, err := Standings(ctx, q, session)
	if err != nil {
		return nil, err
	}
	sheet := make([]Attendee, 0, len(bookings))
	rank := 0
	for _, booking := range bookings {
		line := Attendee{Booking: booking, Presence: booking.Presence(known, q.Now())}
		if booking.State == Waiting {
			rank++
			line.Rank = rank
		}
		if line.Person, err = holder.ExpectedByID(ctx, q, booking.Holder); err != nil {
			return nil, err
		}
		sheet = append(sheet, line)
	}
	return sheet, nil
}

// Standings lists a session's bookings without their people: those with a seat,
// then the waiting list in order. It asks for no right of its own.
func Standings(ctx context.Context, q db.Q, session db.ID) ([]Booking, error) {
	return db.All(ctx, q, scanBooking, selectBooking+` WHERE session = $1 ORDER BY CASE WHEN state = 'waiting' THEN waiting_rank ELSE 0 END, booked_at, id`, session)
}

// Rank is a waiting booking's place in the queue, from 1.
func Rank(ctx context.Context, q db.Q, waiting Booking) (int, error) {
	var before int
	err := q.QueryRow(ctx, `SELECT COUNT(*) FROM booking WHERE session = $1 AND state = 'waiting' AND waiting_rank <= $2`,
		waiting.Session, waiting.WaitingRank).Scan(&before)
	return before, err
}

// BookingByID is a booking with its session, for the organisation that made it
// or gives the session. Faults: unknown_booking, other_organisation, and those
// of account.Require for booking.read.
func BookingByID(ctx context.Context, q db.Q, id db.ID) (Booking, Session, error) {
	return bookingToChange(ctx, q, id, account.ActBookingRead)
}

func loadBooking(ctx context.Context, q db.Q, id db.ID) (Booking, Session, error) {
	found, err := scanBooking(q.QueryRow(ctx, selectBooking+` WHERE id = $1`, id))
	if fault.KindOf(err) == fault.NotFound {
		return Booking{}, Session{}, ErrUnknownBooking
	}
	if err != nil {
		return Booking{}, Session{}, err
	}
	session, err := SessionByID(ctx, q, found.Session)
	return found, session, err
}

// Seat is the attendee's booking with the session of the sheet.
func (a Attendee) Seat(session Session) Seat { return Seat{a.Booking, session} }

// Seat is a booking with its session, in a person's history.
type Seat struct {
	Booking
	Session Session
}

// Of lists the bookings of a person, the latest session first, for the
// organisation that registered them. Faults: those of holder.OrganisationOf and
// of account.Require for booking.read.
func Of(ctx context.Context, q db.Q, who db.ID) ([]Seat, error) {
	registered, err := holder.OrganisationOf(ctx, q, who)
	if err != nil {
		return nil, err
	}
	if err := account.Require(q.Actor(), account.ActBookingRead, registered); err != nil {
		return nil, err
	}
	bookings, err := db.All(ctx, q, scanBooking, selectBooking+` WHERE holder = $1 ORDER BY id DESC`, who)
	if err != nil {
		return nil, err
	}
	seats := make([]Seat, 0, len(bookings))
	for _, booking := range bookings {
		session, err := SessionByID(ctx, q, booking.Session)
		if err != nil {
			return nil, err
		}
		if q.Actor().Role == account.RoleSite && !account.AtPlace(q.Actor(), account.ActBookingRead, session.Site) {
			continue
		}
		seats = append(seats, Seat{booking, session})
	}
	return seats, nil
}
