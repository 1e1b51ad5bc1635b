package workshop

import (
	"context"
	"slices"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
)

// Presences lists the five states of presence, as the sheet shows them.
var Presences = []struct{ State, Label string }{
	{Came, "Venu"}, {Excused, "Excusé"}, {Cancelled, "Annulé par nous"}, {Absent, "Pas venu"}, {ToFill, "À remplir"},
}

// PresenceWord is a state of presence as the sheet shows it.
func PresenceWord(state string) string {
	for _, presence := range Presences {
		if presence.State == state {
			return presence.Label
		}
	}
	return state
}

// early is how long before a session its people may already be there.
const early = 60 * time.Minute

// Attend tells of one booked person whether they came. Excused and cancelled
// may be told before the session, and free the seat. Faults: unknown_session,
// unknown_booking, unknown_choice, session_ahead, and those of account.Require
// for attendance.tick.
func Attend(ctx context.Context, tx *db.Tx, session, who db.ID, state string) (Booking, error) {
	known, err := sessionToFill(ctx, tx, session)
	if err != nil {
		return Booking{}, err
	}
	found, err := latest(ctx, tx, session, who)
	if err != nil {
		return Booking{}, err
	}
	return found.tell(ctx, tx, known, state)
}

// Fill tells the presence of several people at once, by booking, and marks the
// session held once it has begun. Faults: those of Attend.
func Fill(ctx context.Context, tx *db.Tx, session db.ID, states map[db.ID]string) error {
	known, err := sessionToFill(ctx, tx, session)
	if err != nil {
		return err
	}
	bookings, err := db.All(ctx, tx, scanBooking, selectBooking+` WHERE session = $1 ORDER BY id`, session)
	if err != nil {
		return err
	}
	told := 0
	for _, booking := range bookings {
		state, given := states[booking.ID]
		if !given {
			continue
		}
		told++
		if state == booking.Presence(known, tx.Now()) {
			continue
		}
		if _, err := booking.tell(ctx, tx, known, state); err != nil {
			return err
		}
	}
	if told < len(states) {
		return ErrUnknownBooking
	}
	if known.StartsAt.After(tx.Now()) {
		return nil
	}
	held, err := tx.Exec(ctx, `UPDATE workshop_session SET state = 'held' WHERE id = $1 AND state = 'planned'`, session)
	if err != nil || held == 0 {
		return err
	}
	known.State = Held
	_, err = audit.Record(ctx, tx, "session.hold", session, sessionRow(known))
	return err
}

// sessionToFill takes the session's row first: telling of a presence may free a
// seat, or fill one.
func sessionToFill(ctx context.Context, tx *db.Tx, session db.ID) (Session, error) {
	if err := lock(ctx, tx, session); err != nil {
		return Session{}, err
	}
	known, err := SessionByID(ctx, tx, session)
	if err != nil {
		return Session{}, err
	}
	if err := account.RequireAt(tx.Actor(), account.ActAttendanceTick, known.Organisation, known.Site); err != nil {
		return Session{}, err
	}
	if known.State == SessionCalledOff {
		return Session{}, ErrSessionCancelled
	}
	return known, nil
}

// latest is the person's standing booking, or the last one that was given up.
func latest(ctx context.Context, q db.Q, session, who db.ID) (Booking, error) {
	bookings, err := db.All(ctx, q, scanBooking, selectBooking+` WHERE session = $1 AND holder = $2 ORDER BY id DESC`, session, who)
	if err != nil {
		return Booking{}, err
	}
	if len(bookings) == 0 {
		return Booking{}, ErrUnknownBooking
	}
	if standing := slices.IndexFunc(bookings, Booking.Stands); standing >= 0 {
		return bookings[standing], nil
	}
	return bookings[0], nil
}

func (b Booking) tell(ctx context.Context, tx *db.Tx, session Session, state string) (Booking, error) {
	if !slices.ContainsFunc(Presences, func(p struct{ State, Label string }) bool { return p.State == state }) {
		var wrong fault.Collector
		wrong.Add("state", "unknown_choice", "Choisissez l’une des cinq présences")
		return Booking{}, wrong.Err()
	}
	begins := session.StartsAt.Add(-early)
	if (state == Came || state == Absent || state == ToFill) && begins.After(tx.Now()) {
		return Booking{}, ErrSessionAhead
	}
	after := b
	after.State, after.OfferedUntil = state, time.Time{}
	changed, err := tx.Exec(ctx, `UPDATE booking SET state = $2, offered_until = NULL, changed_at = $3 WHERE id = $1 AND state = $4`, b.ID, state, tx.Now(), b.State)
	switch {
	case isDuplicate(err):
		return Booking{}, ErrAlreadyBooked
	case err != nil:
		return Booking{}, err
	case changed == 0:
		return Booking{}, fault.ErrConflict
	}
	if err := after.record(ctx, tx, "attendance.tick"); err != nil {
		return Booking{}, err
	}
	switch {
	case state == Absent:
		err = after.notice(ctx, tx, WasAbsent)
	case state == Cancelled && session.StartsAt.After(tx.Now()):
		err = after.notice(ctx, tx, WasCancelled)
	}
	if err != nil {
		return Booking{}, err
	}
	switch {
	case b.holdsSeat() && !after.holdsSeat():
		err = free(ctx, tx, session.ID, 1, b.behind())
	case !b.holdsSeat() && after.holdsSeat():
		// Who came has a seat, even over capacity: the mediator says so.
		err = giveBack(ctx, tx, session.ID, -1)
	}
	return after, err
}

// AttendIfBooked marks that a person came to a session, because a coupon of
// theirs was redeemed there; someone without a booking is added, beside the
// seats. It asks for no right of its own and touches no row that another
// person's redemption touches: its caller has established that the session is
// the redeeming site's.
func AttendIfBooked(ctx context.Context, tx *db.Tx, session, who db.ID) error {
	marked, err := tx.Exec(ctx, `UPDATE booking SET state = 'came', door = (door OR state = 'waiting' AND offered_until IS NULL), offered_until = NULL, changed_at = $3
		WHERE session = $1 AND holder = $2 AND state NOT IN ('excused', 'cancelled')`, session, who, tx.Now())
	if err != nil || marked > 0 {
		return err
	}
	actor := tx.Actor()
	organisation := actor.Organisation
	if organisation.IsZero() {
		if organisation, err = holder.OrganisationOf(ctx, tx, who); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `INSERT INTO booking (id, session, holder, organisation, state, door, booked_at, booked_by, changed_at)
		VALUES ($1, $2, $3, $4, 'came', TRUE, $5, $6, $5)
		ON CONFLICT (session, holder) WHERE state NOT IN ('excused', 'cancelled') DO NOTHING`,
		tx.NewID(), session, who, organisation, tx.Now(), actor.ID)
	return err
}

// AddAtDoor adds someone who is there without a booking, beside the seats: over
// capacity is shown, not refused. Faults: unknown_session, session_cancelled,
// session_ahead, already_booked, not_found (the holder), and those of
// account.Require for attendance.tick.
func AddAtDoor(ctx context.Context, tx *db.Tx, id, session, who db.ID) (Booking, error) {
	known, err := sessionToFill(ctx, tx, session)
	if err != nil {
		return Booking{}, err
	}
	if known.StartsAt.Add(-early).After(tx.Now()) {
		return Booking{}, ErrSessionAhead
	}
	if _, err := holder.OrganisationOf(ctx, tx, who); err != nil {
		return Booking{}, err
	}
	made := newBooking(tx, id, known, who, Came)
	made.Door = true
	if err := made.insert(ctx, tx); err != nil {
		return Booking{}, err
	}
	return made, made.record(ctx, tx, "booking.door")
}
