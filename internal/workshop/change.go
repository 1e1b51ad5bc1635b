package workshop

import (
	"context"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/job"
)

// JobSessionChanged tells someone expected at a session that its hours or its
// room are others: an edge handles it. Its payload is a SeatNotice.
const JobSessionChanged = "workshop.session_changed"

// Means is what may change of a session that is planned: all of it is written.
type Means struct {
	StartsAt, EndsAt time.Time
	Seats            int
	Room             string
	Mediator         string // empty: the names of Mediators
	Mediators        []db.ID
	Equipment        string
	Minimum          int
	MinimumDays      int
}

// MeansOf is what a session has now, to change from.
func MeansOf(ctx context.Context, q db.Q, s Session) (Means, error) {
	mediators, err := MediatorsOf(ctx, q, s.ID)
	return Means{s.StartsAt, s.EndsAt, s.Seats, s.Room, s.Mediator, mediators, s.Equipment, s.Minimum, s.MinimumDays}, err
}

// ChangeSession gives a planned session other hours, seats, room or people. Those
// who are expected are told when the hours or the room change; more seats go to
// who waits. Faults: unknown_session, session_past, session_cancelled,
// site_leaves, seats_taken; those by field of Plan; and those of account.Require
// for session.plan.
func ChangeSession(ctx context.Context, tx *db.Tx, id db.ID, means Means) (Session, error) {
	if err := lock(ctx, tx, id); err != nil {
		return Session{}, err
	}
	known, err := SessionByID(ctx, tx, id)
	if err != nil {
		return Session{}, err
	}
	if err := account.RequireAt(tx.Actor(), account.ActSessionPlan, known.Organisation, known.Site); err != nil {
		return Session{}, err
	}
	if err := known.bookable(tx.Now()); err != nil {
		return Session{}, err
	}
	return known.change(ctx, tx, means)
}

// change writes what a session has, under its own row.
func (s Session) change(ctx context.Context, tx *db.Tx, means Means) (Session, error) {
	names, err := givers(ctx, tx, s.Organisation, means.Mediators)
	if err != nil {
		return Session{}, err
	}
	after := s
	after.StartsAt, after.EndsAt = means.StartsAt.UTC().Truncate(time.Microsecond), means.EndsAt.UTC().Truncate(time.Microsecond)
	after.Seats, after.Minimum, after.MinimumDays = means.Seats, means.Minimum, means.MinimumDays
	after.Room, after.Mediator, after.Equipment = strings.TrimSpace(means.Room), strings.TrimSpace(means.Mediator), strings.TrimSpace(means.Equipment)
	if after.Mediator == "" {
		after.Mediator = enumerate(names)
	}
	var wrong fault.Collector
	after.checkMeans(&wrong)
	wrong.Check(after.StartsAt.After(tx.Now()) && after.StartsAt.Before(tx.Now().Add(mostAhead)), "starts_at", "bad_time", "Choisissez un jour à venir, dans l’année")
	wrong.Check(after.EndsAt.After(after.StartsAt) && after.Length() <= longest, "ends_at", "bad_time", "La fin vient après le début, le même jour")
	if err := wrong.Err(); err != nil {
		return Session{}, err
	}
	if err := after.receives(ctx, tx); err != nil {
		return Session{}, err
	}
	written, err := tx.Exec(ctx, `UPDATE workshop_session SET starts_at = $2, ends_at = $3, seats = $4, room = $5, mediator = $6, equipment = $7, minimum = $8, minimum_days = $9
		WHERE id = $1 AND state = 'planned' AND taken <= $4`,
		s.ID, after.StartsAt, after.EndsAt, after.Seats, after.Room, after.Mediator, after.Equipment, after.Minimum, after.MinimumDays)
	if err != nil {
		return Session{}, err
	}
	if written == 0 {
		return Session{}, ErrSeatsTaken
	}
	if err := setGivers(ctx, tx, s.ID, means.Mediators); err != nil {
		return Session{}, err
	}
	if _, err := audit.Record(ctx, tx, "session.change", s.ID, sessionRow(after)); err != nil {
		return Session{}, err
	}
	if !after.StartsAt.Equal(s.StartsAt) || !after.EndsAt.Equal(s.EndsAt) || after.Room != s.Room {
		if err := tellChanged(ctx, tx, s.ID); err != nil {
			return Session{}, err
		}
	}
	if err := refill(ctx, tx, s.ID, 0); err != nil {
		return Session{}, err
	}
	return SessionByID(ctx, tx, s.ID)
}

// tellChanged enqueues a word to everyone who has a seat, or is asked to take one.
func tellChanged(ctx context.Context, tx *db.Tx, session db.ID) error {
	standing, err := Standings(ctx, tx, session)
	if err != nil {
		return err
	}
	for _, booking := range standing {
		if booking.State == Booked || booking.Offered() {
			if err := job.Enqueue(ctx, tx, JobSessionChanged, SeatNotice{Booking: booking.ID}); err != nil {
				return err
			}
		}
	}
	return nil
}
