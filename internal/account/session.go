package account

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// How long a session lasts.
const (
	sessionIdle    = 12 * time.Hour      // without a page asked for
	sessionLongest = 30 * 24 * time.Hour // at most, however busy
	sessionWaits   = 10 * time.Minute    // for the code after the password
	sessionTouched = 10 * time.Minute    // how exactly idleness is known
)

// Session is a signed-in person in one role of one organisation. The zero
// Session is a visitor.
type Session struct {
	ID               db.ID
	Actor            db.Actor // Kind Person; Credential is the session
	PersonName       string
	OrganisationName string
	RoleName         string
	Others           int // further memberships the person can switch to
	SeenAt           time.Time
}

// Rested tells whether the session's idleness was last noted long enough ago
// for Touch to be called.
func (s Session) Rested(now time.Time) bool { return now.Sub(s.SeenAt) >= sessionTouched }

// Authenticate finds the open session of a token. A token that is unknown,
// ended, idle for 12 hours, older than 30 days, or whose membership has ended
// answers unauthenticated.
func Authenticate(ctx context.Context, q db.Q, token string) (Session, error) {
	var session Session
	var name []byte
	var role string
	err := q.QueryRow(ctx, `SELECT s.id, s.person, s.seen_at, m.organisation, m.role, m.level, m.place, o.name, p.name,
		(SELECT COUNT(*) FROM membership x WHERE x.person = s.person AND x.ended_at IS NULL AND x.id <> s.membership),
		EXISTS (SELECT 1 FROM instance i WHERE i.name = $2)
		FROM sign_in s JOIN membership m ON m.id = s.membership JOIN organisation o ON o.id = m.organisation
		JOIN person p ON p.id = s.person
		WHERE s.token = $1 AND s.state = 'open' AND s.ended_at IS NULL AND m.ended_at IS NULL
		AND s.seen_at > $3 AND s.made_at > $4`,
		hashed(token), db.SettingSample, q.Now().Add(-sessionIdle), q.Now().Add(-sessionLongest)).
		Scan(&session.ID, &session.Actor.ID, &session.SeenAt, &session.Actor.Organisation, &role, &session.Actor.Level, &session.Actor.Place,
			&session.OrganisationName, &name, &session.Others, &session.Actor.Sample)
	if errors.Is(err, fault.ErrNotFound) {
		return Session{}, fault.ErrUnauthenticated
	}
	if err != nil {
		return Session{}, err
	}
	session.Actor.Kind, session.Actor.Role, session.Actor.Credential = db.Person, role, session.ID
	session.RoleName = RoleName(role)
	session.PersonName, err = db.Unseal(ctx, q, session.Actor.ID, name)
	if err != nil {
		return Session{}, err
	}
	return session, nil
}

// Touch notes that a session is in use.
func Touch(ctx context.Context, tx *db.Tx, session db.ID) error {
	_, err := tx.Exec(ctx, `UPDATE sign_in SET seen_at = $1 WHERE id = $2 AND ended_at IS NULL AND seen_at < $1`, tx.Now(), session)
	return err
}

// hashed is how a random token is kept: it is long enough that no salt and no
// slow hash are needed.
func hashed(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
