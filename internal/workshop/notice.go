package workshop

import (
	"context"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/holder"
	"passerelle/internal/job"
)

// The jobs that acts on bookings leave for whoever tells the person. They are
// left only for people who agreed to messages, but when a session is called off:
// then everyone is told, or called.
const (
	JobBooking   = "workshop.booking"    // payload BookingNotice
	JobCalledOff = "workshop.called_off" // payload CalledOff
)

// What happened to a booking.
const (
	WasBooked    = "booked" // or put on the waiting list
	WasMoved     = "moved"  // here, from another session
	WasCancelled = "cancelled"
	WasAbsent    = "absent" // told half a day later, if it still stands
)

// BookingNotice says what happened to a booking.
type BookingNotice struct {
	Booking db.ID  `json:"booking"`
	What    string `json:"what"`
}

// CalledOff names a session that its site called off, and who was expected.
type CalledOff struct {
	Session  db.ID   `json:"session"`
	Bookings []db.ID `json:"bookings"`
}

// absentAfter leaves a mediator time to mend a presence told by mistake.
const absentAfter = 12 * time.Hour

// notice leaves the job that tells the person, where they agreed to messages.
func (b Booking) notice(ctx context.Context, tx *db.Tx, what string) error {
	agreed, err := holder.Agreed(ctx, tx, b.Holder)
	if err != nil || !agreed {
		return err
	}
	at := tx.Now()
	if what == WasAbsent {
		at = at.Add(absentAfter)
	}
	return job.EnqueueAt(ctx, tx, at, JobBooking, BookingNotice{Booking: b.ID, What: what})
}

// Upcoming lists the seats kept at planned sessions that begin between two
// instants, of people who agreed to messages, the first session first; not those
// added at the door. It asks for no right of its own.
func Upcoming(ctx context.Context, q db.Q, from, to time.Time) ([]Seat, error) {
	bookings, err := db.All(ctx, q, scanBooking, selectBooking+` WHERE state = 'booked' AND NOT door AND session IN
		(SELECT id FROM workshop_session WHERE state = 'planned' AND starts_at >= $1 AND starts_at < $2) ORDER BY session, id`, from, to)
	if err != nil {
		return nil, err
	}
	var seats []Seat
	var session Session
	for _, booking := range bookings {
		agreed, err := holder.Agreed(ctx, q, booking.Holder)
		if err != nil {
			return nil, err
		}
		if !agreed {
			continue
		}
		if session.ID != booking.Session {
			if session, err = SessionByID(ctx, q, booking.Session); err != nil {
				return nil, err
			}
		}
		seats = append(seats, Seat{booking, session})
	}
	return seats, nil
}
