package funding

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// Share is what a funder bears of every coupon: its weight over the sum of the
// agreement's weights. Funder and weight only; the position is its place in the
// list.
type Share struct {
	Funder db.ID
	Weight int64
}

// Agreement is a convention between funders.
type Agreement struct {
	ID       db.ID
	Title    string
	Shares   []Share
	SignedAt time.Time
}

// ErrUnknownAgreement refuses an agreement that is not there.
var ErrUnknownAgreement = fault.Define(fault.NotFound, "unknown_agreement", "Cette convention n’existe pas. Choisissez-la dans la liste des conventions.")

// The bounds of an agreement.
const (
	mostShares = 16
	// mostWeight keeps sums of weights far from the limit of money's shares.
	mostWeight = 1_000_000_000
)

// Sign records an agreement. A zero ID gets one. Fault codes: invalid (title,
// shares), unknown_funder.
func Sign(ctx context.Context, tx *db.Tx, agreement Agreement) (Agreement, error) {
	if err := account.Require(tx.Actor(), account.ActAgreementSign, db.ID{}); err != nil {
		return Agreement{}, err
	}
	agreement.Title = strings.TrimSpace(agreement.Title)
	if err := agreement.check(); err != nil {
		return Agreement{}, err
	}
	if agreement.ID.IsZero() {
		agreement.ID = tx.NewID()
	}
	agreement.SignedAt = tx.Now()
	if _, err := tx.Exec(ctx, `INSERT INTO agreement (id, title, signed_at) VALUES ($1, $2, $3)`,
		agreement.ID, agreement.Title, agreement.SignedAt); err != nil {
		return Agreement{}, err
	}
	for position, share := range agreement.Shares {
		if _, err := FunderByID(ctx, tx, share.Funder); err != nil {
			return Agreement{}, err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO agreement_share (agreement_id, position, funder_id, weight) VALUES ($1, $2, $3, $4)`,
			agreement.ID, position, share.Funder, share.Weight); err != nil {
			return Agreement{}, err
		}
	}
	_, err := audit.Record(ctx, tx, actSign, agreement.ID, agreement)
	return agreement, err
}

func (a Agreement) check() error {
	var wrong fault.Collector
	wrong.Check(a.Title != "", "title", "required", "Donnez un titre à la convention.")
	wrong.Check(len(a.Title) <= 200, "title", "too_long", "Donnez un titre de 200 caractères au plus.")
	wrong.Check(len(a.Shares) > 0, "shares", "required", "Ajoutez un financeur au moins, avec son poids.")
	wrong.Check(len(a.Shares) <= mostShares, "shares", "too_many", "Une convention réunit 16 financeurs au plus.")
	seen := map[db.ID]bool{}
	for i, share := range a.Shares {
		field := fmt.Sprintf("shares[%d]", i)
		wrong.Check(!share.Funder.IsZero(), field+".funder", "required", "Choisissez un financeur.")
		wrong.Check(!seen[share.Funder] || share.Funder.IsZero(), field+".funder", "twice", "Ce financeur est déjà dans la convention : donnez-lui un seul poids.")
		wrong.Check(share.Weight > 0 && share.Weight <= mostWeight, field+".weight", "out_of_range", "Donnez un poids entier, de 1 à 1 000 000 000.")
		seen[share.Funder] = true
	}
	return wrong.Err()
}

// AgreementByID finds an agreement that the actor may read: its funders and
// whoever orders, pays or checks. Fault code: unknown_agreement.
func AgreementByID(ctx context.Context, q db.Q, id db.ID) (Agreement, error) {
	if err := account.Require(q.Actor(), account.ActAgreementRead, db.ID{}); err != nil {
		return Agreement{}, err
	}
	agreement, err := agreementByID(ctx, q, id)
	if err != nil || account.Everywhere(q.Actor(), account.ActAgreementRead) {
		return agreement, err
	}
	for _, share := range agreement.Shares {
		funder, err := FunderByID(ctx, q, share.Funder)
		if err != nil {
			return Agreement{}, err
		}
		if funder.Organisation == q.Actor().Organisation {
			return agreement, nil
		}
	}
	return Agreement{}, ErrUnknownAgreement
}

func agreementByID(ctx context.Context, q db.Q, id db.ID) (Agreement, error) {
	agreement := Agreement{ID: id}
	err := q.QueryRow(ctx, `SELECT title, signed_at FROM agreement WHERE id = $1`, id).Scan(&agreement.Title, &agreement.SignedAt)
	if errors.Is(err, fault.ErrNotFound) {
		return Agreement{}, ErrUnknownAgreement
	}
	if err != nil {
		return Agreement{}, err
	}
	agreement.Shares, err = db.All(ctx, q, func(row db.Scanner) (Share, error) {
		var share Share
		err := row.Scan(&share.Funder, &share.Weight)
		return share, err
	}, `SELECT funder_id, weight FROM agreement_share WHERE agreement_id = $1 ORDER BY position`, id)
	return agreement, err
}

// Agreements lists the agreements that the actor may read, latest first.
func Agreements(ctx context.Context, q db.Q) ([]Agreement, error) {
	actor := q.Actor()
	if err := account.Require(actor, account.ActAgreementRead, db.ID{}); err != nil {
		return nil, err
	}
	ids, err := db.All(ctx, q, db.Value[db.ID], `SELECT id FROM agreement WHERE $1 OR id IN (
			SELECT s.agreement_id FROM agreement_share s JOIN funder f ON f.id = s.funder_id WHERE f.organisation_id = $2)
		ORDER BY id DESC`, account.Everywhere(actor, account.ActAgreementRead), actor.Organisation)
	if err != nil {
		return nil, err
	}
	agreements := make([]Agreement, len(ids))
	for i, id := range ids {
		if agreements[i], err = agreementByID(ctx, q, id); err != nil {
			return nil, err
		}
	}
	return agreements, nil
}
