package workshop

import (
	"context"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
)

// The states of a booking. The five from Came on are those of presence.
const (
	Booked    = "booked"
	Waiting   = "waiting"
	Came      = "came"
	Excused   = "excused"
	Cancelled = "cancelled" // by the site or by the desk: the person is not expected
	Absent    = "absent"
	ToFill    = "to_fill" // the session has begun and nobody has told yet
)

// Booking is one person at one session.
type Booking struct {
	ID           db.ID
	Session      db.ID
	Holder       db.ID
	Organisation db.ID // that booked
	State        string
	Door         bool // added by the mediator, beside the seats
	BookedAt     time.Time
	BookedBy     db.ID
}

// Stands tells whether the person is still expected, or came.
func (b Booking) Stands() bool { return b.State != Excused && b.State != Cancelled }

// holdsSeat tells whether the booking is counted in its session's taken seats.
func (b Booking) holdsSeat() bool { return !b.Door && b.Stands() && b.State != Waiting }

// Presence is the state of presence to show: a booking whose session has begun
// waits to be filled in.
func (b Booking) Presence(s Session, now time.Time) string {
	if b.State == Booked && !s.StartsAt.After(now) {
		return ToFill
	}
	return b.State
}

// Reservation asks for a seat.
type Reservation struct {
	ID       db.ID
	Session  db.ID
	Holder   db.ID
	Kept     db.ID // the seat kept for this person by Keep, or zero
	SeatOnly bool  // refuse (session_full) rather than wait
}

// Book gives the holder a seat at a session, or a rank on its waiting list when
// none is free. A desk books the people it registered; a site books, at its own
// sessions, those it registered and those it already knows. Faults:
// unknown_session, session_cancelled, session_past, site_leaves, session_full (SeatOnly),
// already_booked, not_found or other_organisation (the holder), and those of
// account.Require for booking.make.
func Book(ctx context.Context, tx *db.Tx, in Reservation) (Booking, error) {
	session, err := SessionByID(ctx, tx, in.Session)
	if err != nil {
		return Booking{}, err
	}
	if err := mayBook(ctx, tx, session, in.Holder); err != nil {
		return Booking{}, err
	}
	if err := session.bookable(tx.Now()); err != nil {
		return Booking{}, err
	}
	if err := session.receives(ctx, tx); err != nil {
		return Booking{}, err
	}
	made := newBooking(tx, in.ID, session, in.Holder, Booked)
	if err := made.insert(ctx, tx); err != nil {
		return Booking{}, err
	}
	seated, err := takeSeat(ctx, tx, session.ID, in.Kept)
	if err != nil {
		return Booking{}, err
	}
	if !seated {
		if err := stillPlanned(ctx, tx, session.ID); err != nil {
			return Booking{}, err
		}
		if in.SeatOnly {
			return Booking{}, ErrSessionFull
		}
		made.State = Waiting
		if _, err := tx.Exec(ctx, `UPDATE booking SET state = 'waiting' WHERE id = $1`, made.ID); err != nil {
			return Booking{}, err
		}
	}
	return made, made.record(ctx, tx, "booking.book")
}

func newBooking(tx *db.Tx, id db.ID, session Session, who db.ID, state string) Booking {
	actor := tx.Actor()
	made := Booking{
		ID: id, Session: session.ID, Holder: who, Organisation: actor.Organisation, State: state,
		BookedAt: tx.Now(), BookedBy: actor.ID,
	}
	if made.ID.IsZero() {
		made.ID = tx.NewID()
	}
	if made.Organisation.IsZero() { // the program itself books for the site
		made.Organisation = session.Organisation
	}
	return made
}

// insert goes first: of two bookings of one person the second stops here.
func (b Booking) insert(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `INSERT INTO booking (id, session, holder, organisation, state, door, booked_at, booked_by, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $7)`,
		b.ID, b.Session, b.Holder, b.Organisation, b.State, b.Door, b.BookedAt, b.BookedBy)
	if isDuplicate(err) {
		return ErrAlreadyBooked
	}
	return err
}

func (b Booking) record(ctx context.Context, tx *db.Tx, act string) error {
	_, err := audit.Record(ctx, tx, act, b.ID, struct {
		ID, Session, Holder, Organisation db.ID
		State                             string
		Door                              bool
	}{b.ID, b.Session, b.Holder, b.Organisation, b.State, b.Door})
	return err
}

// mayBook: whose people an actor may book.
func mayBook(ctx context.Context, tx *db.Tx, session Session, who db.ID) error {
	actor := tx.Actor()
	registered, err := holder.OrganisationOf(ctx, tx, who)
	if err != nil {
		return err
	}
	if actor.Role != account.RoleSite {
		return account.Require(actor, account.ActBookingMake, registered)
	}
	if err := account.RequireAt(actor, account.ActBookingMake, session.Organisation, session.Site); err != nil {
		return err
	}
	if registered == actor.Organisation {
		return nil
	}
	var met int
	if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM booking b JOIN workshop_session s ON s.id = b.session
		WHERE b.holder = $1 AND s.organisation = $2`, who, actor.Organisation).Scan(&met); err != nil {
		return err
	}
	if met == 0 {
		return account.ErrOtherOrganisation
	}
	return nil
}

// Cancel ends a booking that has not been used: the seat is free again. A desk
// cancels what it booked, a site what is booked at its sessions. Cancelling
// again changes nothing. Faults: unknown_booking, other_organisation,
// booking_over (the person came, or the session is past).
func Cancel(ctx context.Context, tx *db.Tx, id db.ID) (Booking, error) {
	known, session, err := bookingToChange(ctx, tx, id, account.ActBookingCancel)
	if err != nil {
		return Booking{}, err
	}
	if known.State == Cancelled {
		return known, nil
	}
	if known.State != Booked && known.State != Waiting || !session.StartsAt.After(tx.Now()) {
		return Booking{}, ErrBookingOver
	}
	changed, err := tx.Exec(ctx, `UPDATE booking SET state = 'cancelled', changed_at = $3 WHERE id = $1 AND state = $2`, id, known.State, tx.Now())
	if err != nil {
		return Booking{}, err
	}
	if changed == 0 {
		return Booking{}, fault.ErrConflict
	}
	if known.holdsSeat() {
		if err := giveBack(ctx, tx, session.ID, 1); err != nil {
			return Booking{}, err
		}
	}
	known.State = Cancelled
	return known, known.record(ctx, tx, "booking.cancel")
}

// Change is a booking to move to another session.
type Change struct {
	ID      db.ID // of the new booking
	Booking db.ID
	Session db.ID
}

// Move gives up one booking and takes a seat elsewhere, both or neither. Faults:
// those of Cancel and of Book with SeatOnly.
func Move(ctx context.Context, tx *db.Tx, in Change) (Booking, error) {
	left, err := Cancel(ctx, tx, in.Booking)
	if err != nil {
		return Booking{}, err
	}
	return Book(ctx, tx, Reservation{ID: in.ID, Session: in.Session, Holder: left.Holder, SeatOnly: true})
}

// Offer gives a waiting person the seat that became free, once they have been
// told and agreed. Faults: unknown_booking, not_waiting, session_full,
// session_past, session_cancelled, site_leaves, and those of account.Require for booking.make.
func Offer(ctx context.Context, tx *db.Tx, id db.ID) (Booking, error) {
	known, session, err := bookingToChange(ctx, tx, id, account.ActBookingMake)
	if err != nil {
		return Booking{}, err
	}
	if known.State == Booked {
		return known, nil
	}
	if err := session.bookable(tx.Now()); err != nil {
		return Booking{}, err
	}
	if err := session.receives(ctx, tx); err != nil {
		return Booking{}, err
	}
	changed, err := tx.Exec(ctx, `UPDATE booking SET state = 'booked', changed_at = $2 WHERE id = $1 AND state = 'waiting'`, id, tx.Now())
	if err != nil {
		return Booking{}, err
	}
	if changed == 0 {
		return Booking{}, ErrNotWaiting
	}
	seated, err := takeSeat(ctx, tx, session.ID, db.ID{})
	if err != nil {
		return Booking{}, err
	}
	if !seated {
		return Booking{}, ErrSessionFull
	}
	known.State = Booked
	return known, known.record(ctx, tx, "booking.offer")
}

// bookingToChange loads a booking that the actor's organisation made or
// welcomes.
func bookingToChange(ctx context.Context, q db.Q, id db.ID, act account.Act) (Booking, Session, error) {
	known, session, err := loadBooking(ctx, q, id)
	if err != nil {
		return Booking{}, Session{}, err
	}
	if err := account.RequireAt(q.Actor(), act, known.Organisation, session.Site); err != nil {
		if other := account.RequireAt(q.Actor(), act, session.Organisation, session.Site); other != nil {
			return Booking{}, Session{}, err
		}
	}
	return known, session, nil
}
