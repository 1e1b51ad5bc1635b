package account

import (
	"context"

	"passerelle/internal/db"
)

// Colleague is someone who works in an organisation, by name.
type Colleague struct {
	Person db.ID
	Name   string
}

// Mediators lists who may give a session of an organisation: its people in the
// role of a site, by name, for whoever plans there. Fault codes: those of Require
// for session.plan.
func Mediators(ctx context.Context, q db.Q, organisation db.ID) ([]Colleague, error) {
	if err := Require(q.Actor(), ActSessionPlan, organisation); err != nil {
		return nil, err
	}
	type sealed struct {
		Colleague
		name []byte
	}
	rows, err := db.All(ctx, q, func(row db.Scanner) (one sealed, err error) {
		err = row.Scan(&one.Person, &one.name)
		return one, err
	}, `SELECT DISTINCT p.id, p.name FROM membership m JOIN person p ON p.id = m.person
		WHERE m.organisation = $1 AND m.role = $2 AND m.ended_at IS NULL ORDER BY p.id`, organisation, RoleSite)
	if err != nil {
		return nil, err
	}
	made := make([]Colleague, len(rows))
	for i, row := range rows {
		if row.Name, err = db.Unseal(ctx, q, row.Person, row.name); err != nil {
			return nil, err
		}
		made[i] = row.Colleague
	}
	return made, nil
}
