package workshop

import (
	"context"
	"slices"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// givers names the people chosen to give a session, each of whom works at the
// organisation. Fault by field: unknown_choice (mediators).
func givers(ctx context.Context, q db.Q, organisation db.ID, chosen []db.ID) ([]string, error) {
	if len(chosen) == 0 {
		return nil, nil
	}
	colleagues, err := account.Mediators(ctx, q, organisation)
	if err != nil {
		return nil, err
	}
	var wrong fault.Collector
	wrong.Check(len(chosen) <= mostGivers, "mediators", "too_many", "Choisissez 10 personnes au plus")
	var names []string
	for _, person := range chosen {
		found := slices.IndexFunc(colleagues, func(c account.Colleague) bool { return c.Person == person })
		if found < 0 {
			wrong.Add("mediators", "unknown_choice", "Choisissez parmi les personnes de votre équipe")
			break
		}
		names = append(names, colleagues[found].Name)
	}
	return names, wrong.Err()
}

// setGivers writes who gives a session, in place of who did.
func setGivers(ctx context.Context, tx *db.Tx, session db.ID, people []db.ID) error {
	if _, err := tx.Exec(ctx, `DELETE FROM session_mediator WHERE session = $1`, session); err != nil {
		return err
	}
	for _, person := range people {
		if _, err := tx.Exec(ctx, `INSERT INTO session_mediator (session, person) VALUES ($1, $2) ON CONFLICT DO NOTHING`, session, person); err != nil {
			return err
		}
	}
	return nil
}

// MediatorsOf lists who gives a session, among its organisation's people; none
// where only a name was written.
func MediatorsOf(ctx context.Context, q db.Q, session db.ID) ([]db.ID, error) {
	return db.All(ctx, q, db.Value[db.ID], `SELECT person FROM session_mediator WHERE session = $1 ORDER BY person`, session)
}

// GivenBy lists the sessions that one person gives and that are not over, first
// to last. It asks for no right of its own.
func GivenBy(ctx context.Context, q db.Q, person db.ID) ([]Session, error) {
	return db.All(ctx, q, scanSession, selectSession+` WHERE s.id IN (SELECT session FROM session_mediator WHERE person = $2) AND s.ends_at > $1
		ORDER BY s.starts_at, s.id`, q.Now(), person)
}
