package account

import (
	"context"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// OpenSession is one of a person's sessions, as they recognise it.
type OpenSession struct {
	ID               db.ID
	Browser          string // "Firefox sur Windows"
	OrganisationName string
	RoleName         string
	MadeAt, SeenAt   time.Time
	Current          bool // the one that asks
}

// Sessions lists the signed-in person's open sessions, the latest first.
func Sessions(ctx context.Context, q db.Q) ([]OpenSession, error) {
	actor := q.Actor()
	if actor.Kind != db.Person {
		return nil, fault.ErrUnauthenticated
	}
	return db.All(ctx, q, func(row db.Scanner) (OpenSession, error) {
		var s OpenSession
		var role string
		err := row.Scan(&s.ID, &s.Browser, &s.OrganisationName, &role, &s.MadeAt, &s.SeenAt)
		s.RoleName, s.Current = RoleName(role), s.ID == actor.Credential
		return s, err
	}, `SELECT s.id, s.browser, o.name, m.role, s.made_at, s.seen_at
		FROM sign_in s JOIN membership m ON m.id = s.membership JOIN organisation o ON o.id = m.organisation
		WHERE s.person = $1 AND s.state = 'open' AND s.ended_at IS NULL AND m.ended_at IS NULL AND s.seen_at > $2 AND s.made_at > $3
		ORDER BY s.id DESC`, actor.ID, q.Now().Add(-sessionIdle), q.Now().Add(-sessionLongest))
}

// EndSession ends one of the signed-in person's sessions; ending it again
// changes nothing, another person's answers not_found.
func EndSession(ctx context.Context, tx *db.Tx, id db.ID) error {
	actor := tx.Actor()
	if actor.Kind != db.Person {
		return fault.ErrUnauthenticated
	}
	found, err := tx.Exec(ctx, `UPDATE sign_in SET ended_at = COALESCE(ended_at, $1) WHERE id = $2 AND person = $3`, tx.Now(), id, actor.ID)
	if err == nil && found == 0 {
		return fault.ErrNotFound
	}
	return err
}

// EndOtherSessions ends every session of the signed-in person but the one that
// asks, and tells how many there were.
func EndOtherSessions(ctx context.Context, tx *db.Tx) (int64, error) {
	actor := tx.Actor()
	if actor.Kind != db.Person {
		return 0, fault.ErrUnauthenticated
	}
	return endSessions(ctx, tx, actor.ID, actor.Credential)
}

func endSessions(ctx context.Context, tx *db.Tx, person, except db.ID) (int64, error) {
	return tx.Exec(ctx, `UPDATE sign_in SET ended_at = $1 WHERE person = $2 AND id <> $3 AND ended_at IS NULL`, tx.Now(), person, except[:])
}
