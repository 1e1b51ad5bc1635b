package workshop

import (
	"context"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
)

// KeptFor is how long a chosen seat is kept while papers are made.
const KeptFor = 10 * time.Minute

// takeSeat takes one seat by a single guarded statement, or turns a kept one
// into the booking's. It answers false when none is free.
func takeSeat(ctx context.Context, tx *db.Tx, session, kept db.ID) (bool, error) {
	if !kept.IsZero() {
		used, err := tx.Exec(ctx, `DELETE FROM kept_seat WHERE id = $1 AND session = $2`, kept, session)
		if err != nil || used == 1 {
			return used == 1, err
		}
	}
	if err := sweep(ctx, tx, session); err != nil {
		return false, err
	}
	return takeFree(ctx, tx, session)
}

func takeFree(ctx context.Context, tx *db.Tx, session db.ID) (bool, error) {
	taken, err := tx.Exec(ctx, `UPDATE workshop_session SET taken = taken + 1 WHERE id = $1 AND taken < seats AND state = 'planned'`, session)
	return taken == 1, err
}

// lock makes the session's row this transaction's, so that acts that free and
// fill its seats follow one another, and a session is not called off meanwhile.
func lock(ctx context.Context, tx *db.Tx, session db.ID) error {
	_, err := tx.Exec(ctx, `UPDATE workshop_session SET taken = taken WHERE id = $1`, session)
	return err
}

// stillPlanned refuses a session that was called off since it was read. It
// writes the row, so that CallOff waits for the booking under way, then sees it.
func stillPlanned(ctx context.Context, tx *db.Tx, session db.ID) error {
	planned, err := tx.Exec(ctx, `UPDATE workshop_session SET taken = taken WHERE id = $1 AND state <> 'cancelled'`, session)
	if err == nil && planned == 0 {
		err = ErrSessionCancelled
	}
	return err
}

// sweep gives back the seats of a session whose keeping is over, to those who
// wait for them. Kept rows are
// always touched before their session's row, so that two writers never wait
// for each other.
func sweep(ctx context.Context, tx *db.Tx, session db.ID) error {
	over, err := tx.Exec(ctx, `DELETE FROM kept_seat WHERE session = $1 AND until <= $2`, session, tx.Now())
	if err != nil || over == 0 {
		return err
	}
	return free(ctx, tx, session, over, 0)
}

func giveBack(ctx context.Context, tx *db.Tx, session db.ID, seats int64) error {
	_, err := tx.Exec(ctx, `UPDATE workshop_session SET taken = taken - $2 WHERE id = $1 AND state <> 'cancelled'`, session, seats)
	return err
}

// Keep holds one seat of a session for KeptFor under an identifier of the
// caller's, in place of the one it kept before. It answers until when. Faults:
// unknown_session, session_full, session_past, session_cancelled, site_leaves,
// and those of account.Require for booking.make.
func Keep(ctx context.Context, tx *db.Tx, id, session db.ID) (until time.Time, err error) {
	if err := account.Require(tx.Actor(), account.ActBookingMake, db.ID{}); err != nil {
		return time.Time{}, err
	}
	wanted, err := SessionByID(ctx, tx, session)
	if err != nil {
		return time.Time{}, err
	}
	if err := wanted.bookable(tx.Now()); err != nil {
		return time.Time{}, err
	}
	if err := wanted.receives(ctx, tx); err != nil {
		return time.Time{}, err
	}
	if err := LetGo(ctx, tx, id); err != nil {
		return time.Time{}, err
	}
	seated, err := takeSeat(ctx, tx, session, db.ID{})
	if err != nil {
		return time.Time{}, err
	}
	if !seated {
		return time.Time{}, ErrSessionFull
	}
	until = tx.Now().Add(KeptFor)
	_, err = tx.Exec(ctx, `INSERT INTO kept_seat (id, session, until) VALUES ($1, $2, $3)`, id, session, until)
	return until, err
}

// Bookable refuses a session at which nobody can be booked any more, nor wait.
// Faults: unknown_session, session_past, session_cancelled, site_leaves.
func Bookable(ctx context.Context, q db.Q, session db.ID) error {
	wanted, err := SessionByID(ctx, q, session)
	if err != nil {
		return err
	}
	if err := wanted.bookable(q.Now()); err != nil {
		return err
	}
	return wanted.receives(ctx, q)
}

// LetGo gives back the seat kept under an identifier; nothing when there is none.
func LetGo(ctx context.Context, tx *db.Tx, id db.ID) error {
	sessions, err := db.All(ctx, tx, db.Value[db.ID], `SELECT session FROM kept_seat WHERE id = $1`, id)
	if err != nil || len(sessions) == 0 {
		return err
	}
	gone, err := tx.Exec(ctx, `DELETE FROM kept_seat WHERE id = $1`, id)
	if err != nil || gone == 0 {
		return err
	}
	return free(ctx, tx, sessions[0], 1, 0)
}

// SweepKept gives back every seat whose keeping is over, for a nightly job: the
// count of free seats never depends on it.
func SweepKept(ctx context.Context, tx *db.Tx) error {
	sessions, err := db.All(ctx, tx, db.Value[db.ID], `SELECT DISTINCT session FROM kept_seat WHERE until <= $1 ORDER BY session`, tx.Now())
	if err != nil {
		return err
	}
	for _, session := range sessions {
		if err := sweep(ctx, tx, session); err != nil {
			return err
		}
	}
	return nil
}
