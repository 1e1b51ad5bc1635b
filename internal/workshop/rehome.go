package workshop

import (
	"context"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/place"
)

// receives refuses a session on a day on which its place receives nobody any more.
func (s Session) receives(ctx context.Context, q db.Q) error {
	closing, err := place.ClosingOf(ctx, q, s.Site)
	if err != nil || closing.Receives(s.Day()) {
		return err
	}
	return ErrSiteLeaves
}

// Expected lists the bookings and the waiting places at a site's planned
// sessions that begin between two instants, the first session first; a zero end
// is never. It asks for no right of its own.
func Expected(ctx context.Context, q db.Q, site db.ID, from, to time.Time) ([]Seat, error) {
	bookings, err := db.All(ctx, q, scanBooking, `SELECT b.id, b.session, b.holder, b.organisation, b.state, b.door, b.booked_at, b.booked_by,
			b.word, b.waiting_rank, b.offers, b.offered_until
		FROM booking b JOIN workshop_session s ON s.id = b.session
		WHERE s.site = $1 AND s.state = 'planned' AND s.starts_at >= $2 AND ($3 OR s.starts_at < $4) AND b.state IN ('booked', 'waiting')
		ORDER BY s.starts_at, s.id, CASE WHEN b.state = 'waiting' THEN b.waiting_rank ELSE 0 END, b.booked_at, b.id`, site, from, to.IsZero(), to)
	if err != nil {
		return nil, err
	}
	seats := make([]Seat, 0, len(bookings))
	for _, booking := range bookings {
		if n := len(seats); n > 0 && seats[n-1].Session.ID == booking.Session {
			seats = append(seats, Seat{booking, seats[n-1].Session})
			continue
		}
		session, err := SessionByID(ctx, q, booking.Session)
		if err != nil {
			return nil, err
		}
		seats = append(seats, Seat{booking, session})
	}
	return seats, nil
}

// Rehome gives up a booking whose session will not be what it was, and takes a
// seat elsewhere, at anyone's session: the person was asked, and said yes. The
// new booking is of the organisation that made the first. Faults:
// unknown_booking, booking_over, unknown_session, session_cancelled,
// session_past, session_full, already_booked, site_leaves, and those of
// account.Require for booking.rehome.
func Rehome(ctx context.Context, tx *db.Tx, in Change) (Booking, error) {
	known, _, err := bookingToChange(ctx, tx, in.Booking, account.ActBookingRehome)
	if err != nil {
		return Booking{}, err
	}
	if known.State != Booked && known.State != Waiting {
		return Booking{}, ErrBookingOver
	}
	left, _, err := giveUp(ctx, tx, in.Booking)
	if err != nil {
		return Booking{}, err
	}
	session, err := SessionByID(ctx, tx, in.Session)
	if err != nil {
		return Booking{}, err
	}
	if err := session.bookable(tx.Now()); err != nil {
		return Booking{}, err
	}
	if err := session.receives(ctx, tx); err != nil {
		return Booking{}, err
	}
	made := newBooking(tx, in.ID, session, left.Holder, Booked)
	made.Organisation = left.Organisation
	if err := made.insert(ctx, tx); err != nil {
		return Booking{}, err
	}
	seated, err := takeSeat(ctx, tx, session.ID, db.ID{})
	if err != nil {
		return Booking{}, err
	}
	if !seated {
		if err := stillPlanned(ctx, tx, session.ID); err != nil {
			return Booking{}, err
		}
		return Booking{}, ErrSessionFull
	}
	if err := made.record(ctx, tx, "booking.book"); err != nil {
		return Booking{}, err
	}
	return made, made.notice(ctx, tx, WasMoved)
}

// SeatOf is a booking with its session, whoever asks: the caller has established
// that they may know of it. Fault: unknown_booking.
func SeatOf(ctx context.Context, q db.Q, booking db.ID) (Booking, Session, error) {
	return loadBooking(ctx, q, booking)
}
