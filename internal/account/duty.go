package account

import (
	"context"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// The duties that one person never has together for one site.
const (
	DutyCertify = "certify"
	DutyPay     = "pay"
)

// ErrDutyTaken refuses the second of the two duties.
var ErrDutyTaken = fault.Define(fault.Conflict, "duty_taken", "La même personne ne peut pas labelliser un lieu et le payer. Demandez à un collègue de faire cette action.")

// PersonBehind is who answers for what an actor's id did: the person who made
// the token where a token acts, the token itself when the console made it, else
// the same id.
func PersonBehind(ctx context.Context, q db.Q, id db.ID) (db.ID, error) {
	makers, err := db.All(ctx, q, db.Value[db.ID], `SELECT made_by FROM api_token WHERE id = $1 AND made_by IS NOT NULL`, id)
	if err == nil && len(makers) == 1 {
		id = makers[0]
	}
	return id, err
}

// Belongs tells whether a person has any role in an organisation at an instant,
// now or past, or a token is one of its.
func Belongs(ctx context.Context, q db.Q, person, organisation db.ID, at time.Time) (bool, error) {
	var belongs bool
	err := q.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM membership WHERE person = $1 AND organisation = $2 AND made_at <= $3 AND (ended_at IS NULL OR ended_at > $3))
		OR EXISTS (SELECT 1 FROM api_token WHERE id = $1 AND organisation = $2)`, person, organisation, at).Scan(&belongs)
	return belongs, err
}

// TakeDuty notes that a person certifies or pays a site, and refuses duty_taken
// when they already do the other. It may be called again for the same duty. The
// zero person (the program itself, the console) takes none; a token takes the
// duty of the person who made it, or its own when the console did.
func TakeDuty(ctx context.Context, tx *db.Tx, person, site db.ID, duty string) error {
	if person.IsZero() {
		return nil
	}
	person, err := PersonBehind(ctx, tx, person)
	if err != nil {
		return err
	}
	// One row per person and site: two duties at once meet on its key.
	taken, err := tx.Exec(ctx, `INSERT INTO duty (person, site, duty, taken_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (person, site) DO NOTHING`, person, site, duty, tx.Now())
	if err != nil || taken == 1 {
		return err
	}
	var held string
	if err := tx.QueryRow(ctx, `SELECT duty FROM duty WHERE person = $1 AND site = $2`, person, site).Scan(&held); err != nil {
		return err
	}
	if held != duty {
		return ErrDutyTaken
	}
	return nil
}

// DutyOf is the duty that a person has for a site; empty when they have none.
func DutyOf(ctx context.Context, q db.Q, person, site db.ID) (string, error) {
	var duty string
	err := q.QueryRow(ctx, `SELECT duty FROM duty WHERE person = $1 AND site = $2`, person, site).Scan(&duty)
	if fault.KindOf(err) == fault.NotFound {
		return "", nil
	}
	return duty, err
}
