package workshop

import (
	"context"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// Standing is the little that an act at a session asks of it. It is read where
// a whole Session, with its seats counted, would be most of the act's cost.
type Standing struct {
	ID, Site db.ID
	Service  string // family, a code of place.Services
	State    string
	StartsAt time.Time
}

// StandingOf reads where a session stands, whoever asks. Fault: unknown_session.
func StandingOf(ctx context.Context, q db.Q, id db.ID) (Standing, error) {
	s := Standing{ID: id}
	err := q.QueryRow(ctx, `SELECT s.site, w.service, s.state, s.starts_at FROM workshop_session s JOIN workshop w ON w.id = s.workshop
		WHERE s.id = $1`, id).Scan(&s.Site, &s.Service, &s.State, &s.StartsAt)
	if fault.KindOf(err) == fault.NotFound {
		return Standing{}, ErrUnknownSession
	}
	return s, err
}
