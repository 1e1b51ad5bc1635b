package funding

import (
	"context"
	"errors"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// Funder pays a part of passes: State, collectivité, social operator, company,
// foundation.
type Funder struct {
	ID           db.ID
	Organisation db.ID // whose people read what its money did
	Name         string
	AddedAt      time.Time
}

// The refusals about funders.
var (
	ErrFunderKnown   = fault.Define(fault.Conflict, "funder_known", "Cette organisation est déjà un financeur. Choisissez-la dans la liste.")
	ErrUnknownFunder = fault.Define(fault.NotFound, "unknown_funder", "Ce financeur n’existe pas. Choisissez-le dans la liste des financeurs.")
)

// AddFunder makes an organisation a funder. A zero ID gets one. Fault codes:
// invalid, funder_known.
func AddFunder(ctx context.Context, tx *db.Tx, funder Funder) (Funder, error) {
	if err := account.Require(tx.Actor(), account.ActFunderAdd, db.ID{}); err != nil {
		return Funder{}, err
	}
	funder.Name = strings.TrimSpace(funder.Name)
	var wrong fault.Collector
	wrong.Check(funder.Name != "", "name", "required", "Donnez le nom du financeur.")
	wrong.Check(!funder.Organisation.IsZero(), "organisation", "required", "Choisissez l’organisation du financeur.")
	if err := wrong.Err(); err != nil {
		return Funder{}, err
	}
	if funder.ID.IsZero() {
		funder.ID = tx.NewID()
	}
	funder.AddedAt = tx.Now()
	_, err := tx.Exec(ctx, `INSERT INTO funder (id, organisation_id, name, added_at) VALUES ($1, $2, $3, $4)`,
		funder.ID, funder.Organisation, funder.Name, funder.AddedAt)
	if errors.Is(err, db.ErrDuplicate) {
		return Funder{}, ErrFunderKnown
	}
	if err != nil {
		return Funder{}, err
	}
	_, err = audit.Record(ctx, tx, actAddFunder, funder.ID, funder)
	return funder, err
}

const selectFunder = `SELECT id, organisation_id, name, added_at FROM funder`

func scanFunder(row db.Scanner) (Funder, error) {
	var f Funder
	err := row.Scan(&f.ID, &f.Organisation, &f.Name, &f.AddedAt)
	return f, err
}

// Funders lists every funder, by name.
func Funders(ctx context.Context, q db.Q) ([]Funder, error) {
	if err := account.Require(q.Actor(), account.ActFunderRead, db.ID{}); err != nil {
		return nil, err
	}
	return db.All(ctx, q, scanFunder, selectFunder+` ORDER BY name, id`)
}

// FunderByID finds a funder. Fault code: unknown_funder.
func FunderByID(ctx context.Context, q db.Q, id db.ID) (Funder, error) {
	funder, err := scanFunder(q.QueryRow(ctx, selectFunder+` WHERE id = $1`, id))
	if errors.Is(err, fault.ErrNotFound) {
		return Funder{}, ErrUnknownFunder
	}
	return funder, err
}
