package workshop

import (
	"context"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// SeatsAhead lists the seats that a person has at sessions still to begin, the
// first one first. It asks for no right of its own: it serves what a higher room
// keeps beside a seat.
func SeatsAhead(ctx context.Context, q db.Q, who db.ID) ([]Seat, error) {
	return seatsAhead(ctx, q, who, `b.state = 'booked'`)
}

func seatsAhead(ctx context.Context, q db.Q, who db.ID, standing string) ([]Seat, error) {
	bookings, err := db.All(ctx, q, scanBooking, `SELECT b.id, b.session, b.holder, b.organisation, b.state, b.door, b.booked_at, b.booked_by,
			b.word, b.waiting_rank, b.offers, b.offered_until
		FROM booking b JOIN workshop_session s ON s.id = b.session
		WHERE b.holder = $1 AND `+standing+` AND s.state = 'planned' AND s.starts_at > $2 ORDER BY s.starts_at, b.id`, who, q.Now())
	if err != nil {
		return nil, err
	}
	seats := make([]Seat, len(bookings))
	for i, booking := range bookings {
		session, err := SessionByID(ctx, q, booking.Session)
		if err != nil {
			return nil, err
		}
		seats[i] = Seat{booking, session}
	}
	return seats, nil
}

// Own lists the seats and the waiting places at sessions still to come of the
// holder of a booklet, the first one first. Faults: those of
// account.RequireHolder for booking.read.
func Own(ctx context.Context, q db.Q) ([]Seat, error) {
	if err := account.RequireHolder(q.Actor(), account.ActBookingRead, q.Actor().Holder); err != nil {
		return nil, err
	}
	return seatsAhead(ctx, q, q.Actor().Holder, `b.state IN ('booked', 'waiting')`)
}

// StatesAt tells the state of every booking of a session, for the acts that go
// with a presence. It asks for no right of its own.
func StatesAt(ctx context.Context, q db.Q, session db.ID) (map[db.ID]string, error) {
	bookings, err := db.All(ctx, q, scanBooking, selectBooking+` WHERE session = $1`, session)
	states := make(map[db.ID]string, len(bookings))
	for _, booking := range bookings {
		states[booking.ID] = booking.State
	}
	return states, err
}

// Expects tells whether someone may still come and take the seat: it is booked,
// at a session that was not called off, and nobody has told yet whether they
// came.
func (s Seat) Expects() bool {
	return (s.State == Booked || s.State == ToFill) && s.Session.State != SessionCalledOff
}

// WhoAndWhere is the person of a booking and the site of its session, whoever
// asks. Fault: unknown_booking.
func WhoAndWhere(ctx context.Context, q db.Q, booking db.ID) (who, site db.ID, err error) {
	err = q.QueryRow(ctx, `SELECT b.holder, s.site FROM booking b JOIN workshop_session s ON s.id = b.session WHERE b.id = $1`, booking).Scan(&who, &site)
	if fault.KindOf(err) == fault.NotFound {
		err = ErrUnknownBooking
	}
	return who, site, err
}
