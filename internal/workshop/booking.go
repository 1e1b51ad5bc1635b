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
	Word         string    // said beforehand, for a freed seat: TakeIt or AskFirst
	WaitingRank  int       // in the order of arrival; 0: never waited
	Offers       int       // how many times a freed seat was offered
	OfferedUntil time.Time // a seat is kept for them until then; zero: none
}

// Stands tells whether the person is still expected, or came.
func (b Booking) Stands() bool { return b.State != Excused && b.State != Cancelled }

// holdsSeat tells whether the booking is counted in its session's taken seats.
func (b Booking) holdsSeat() bool {
	return !b.Door && b.Stands() && (b.State != Waiting || b.Offered())
}

// Offered tells whether a freed seat is kept for this waiting person until they
// answer.
func (b Booking) Offered() bool { return b.State == Waiting && !b.OfferedUntil.IsZero() }

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
	Kept     db.ID  // the seat kept for this person by Keep, or zero
	SeatOnly bool   // refuse (session_full) rather than wait
	Word     string // for a freed seat, if they have to wait: TakeIt or AskFirst; empty: AskFirst
}

// Book gives the holder a seat at a session, or a rank on its waiting list when
// none is free. A desk books the people it registered; a site books, at its own
// sessions, those it registered and those it already knows; the holder of a
// booklet, themself. Faults:
// unknown_session, session_cancelled, session_past, site_leaves, session_full (SeatOnly),
// unknown_choice (word), already_booked, not_found or other_organisation (the holder), and those of
// account.Require for booking.make.
func Book(ctx context.Context, tx *db.Tx, in Reservation) (Booking, error) {
	made, err := book(ctx, tx, in)
	if err != nil {
		return Booking{}, err
	}
	return made, made.notice(ctx, tx, WasBooked)
}

func book(ctx context.Context, tx *db.Tx, in Reservation) (Booking, error) {
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
	word, err := readWord(in.Word)
	if err != nil {
		return Booking{}, err
	}
	made := newBooking(tx, in.ID, session, in.Holder, Booked)
	made.Word = word
	if tx.Actor().Kind == db.Bearer { // their counter follows what they book
		made.BookedBy = db.ID{}
		if made.Organisation, err = holder.OrganisationOf(ctx, tx, in.Holder); err != nil {
			return Booking{}, err
		}
	}
	if err := made.insert(ctx, tx); err != nil {
		return Booking{}, err
	}
	seated, err := takeSeat(ctx, tx, session.ID, in.Kept)
	if err == nil && !seated {
		err = made.wait(ctx, tx, in.SeatOnly)
	}
	if err != nil {
		return Booking{}, err
	}
	return made, made.record(ctx, tx, "booking.book")
}

func newBooking(tx *db.Tx, id db.ID, session Session, who db.ID, state string) Booking {
	actor := tx.Actor()
	made := Booking{
		ID: id, Session: session.ID, Holder: who, Organisation: actor.Organisation, State: state,
		BookedAt: tx.Now(), BookedBy: actor.ID, Word: AskFirst,
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
	_, err := tx.Exec(ctx, `INSERT INTO booking (id, session, holder, organisation, state, door, booked_at, booked_by, changed_at, word)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $7, $9)`,
		b.ID, b.Session, b.Holder, b.Organisation, b.State, b.Door, b.BookedAt, b.BookedBy, b.Word)
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
	if actor.Kind == db.Bearer {
		return account.RequireHolder(actor, account.ActBookingMake, who)
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

// Cancel ends a booking that has not been used: the seat is free again, and goes
// to whoever waits for it. A desk cancels what it booked, a site what is booked
// at its sessions. Cancelling again changes nothing. Faults: unknown_booking,
// other_organisation, booking_over (the person came, or the session is past).
func Cancel(ctx context.Context, tx *db.Tx, id db.ID) (Booking, error) {
	left, changed, err := giveUp(ctx, tx, id)
	if err != nil || !changed {
		return left, err
	}
	return left, left.notice(ctx, tx, WasCancelled)
}

// giveUp cancels a booking, and says whether it was not already.
func giveUp(ctx context.Context, tx *db.Tx, id db.ID) (left Booking, changed bool, err error) {
	known, session, err := bookingUnderLock(ctx, tx, id, account.ActBookingCancel)
	if err != nil {
		return Booking{}, false, err
	}
	if known.State == Cancelled {
		return known, false, nil
	}
	if known.State != Booked && known.State != Waiting || !session.StartsAt.After(tx.Now()) {
		return Booking{}, false, ErrBookingOver
	}
	ended, err := tx.Exec(ctx, `UPDATE booking SET state = 'cancelled', offered_until = NULL, changed_at = $3 WHERE id = $1 AND state = $2`,
		id, known.State, tx.Now())
	if err != nil {
		return Booking{}, false, err
	}
	if ended == 0 {
		return Booking{}, false, fault.ErrConflict
	}
	left = known
	left.State, left.OfferedUntil = Cancelled, time.Time{}
	if err := left.record(ctx, tx, "booking.cancel"); err != nil {
		return Booking{}, false, err
	}
	if known.holdsSeat() {
		err = free(ctx, tx, session.ID, 1, known.behind())
	}
	return left, true, err
}

// Change is a booking to move to another session.
type Change struct {
	ID      db.ID // of the new booking
	Booking db.ID
	Session db.ID
}

// Move gives up one booking and takes a seat elsewhere, both or neither. A
// booking that was given up has nothing to move: booking_over. Faults: those of
// Cancel and of Book with SeatOnly.
func Move(ctx context.Context, tx *db.Tx, in Change) (Booking, error) {
	known, _, err := bookingToChange(ctx, tx, in.Booking, account.ActBookingCancel)
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
	made, err := book(ctx, tx, Reservation{ID: in.ID, Session: in.Session, Holder: left.Holder, SeatOnly: true})
	if err != nil {
		return Booking{}, err
	}
	return made, made.notice(ctx, tx, WasMoved)
}

// bookingToChange loads a booking that the actor's organisation made or
// welcomes, or that is the actor's own.
func bookingToChange(ctx context.Context, q db.Q, id db.ID, act account.Act) (Booking, Session, error) {
	known, session, err := loadBooking(ctx, q, id)
	if err != nil {
		return Booking{}, Session{}, err
	}
	if q.Actor().Kind == db.Bearer {
		if err := account.RequireHolder(q.Actor(), act, known.Holder); err != nil {
			return Booking{}, Session{}, err
		}
		return known, session, nil
	}
	if err := account.RequireAt(q.Actor(), act, known.Organisation, session.Site); err != nil {
		if other := account.RequireAt(q.Actor(), act, session.Organisation, session.Site); other != nil {
			return Booking{}, Session{}, err
		}
	}
	return known, session, nil
}

// bookingUnderLock is bookingToChange for an act that may free or fill a seat:
// the session's row is taken first, then the booking read again, so that two
// such acts on one session follow one another.
func bookingUnderLock(ctx context.Context, tx *db.Tx, id db.ID, act account.Act) (Booking, Session, error) {
	known, session, err := bookingToChange(ctx, tx, id, act)
	if err != nil {
		return Booking{}, Session{}, err
	}
	if err := lock(ctx, tx, known.Session); err != nil {
		return Booking{}, Session{}, err
	}
	known, err = scanBooking(tx.QueryRow(ctx, selectBooking+` WHERE id = $1`, id))
	return known, session, err
}
