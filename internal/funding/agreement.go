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

// Agreement is a convention between funders, as one of its versions says it.
// What was signed never changes: an amendment (avenant) is another version, and
// an order keeps to the one it was placed under.
type Agreement struct {
	ID       db.ID
	Version  int   // from 1
	Signed   db.ID // the version's own
	Title    string
	Shares   []Share
	Rules    Rules
	Reason   string // of an amendment
	SignedAt time.Time
}

// The refusals about agreements.
var (
	ErrUnknownAgreement = fault.Define(fault.NotFound, "unknown_agreement", "Cette convention n’existe pas. Choisissez-la dans la liste des conventions.")
	ErrAgreementMoved   = fault.Define(fault.Conflict, "agreement_moved", "Un autre avenant a été signé entre-temps. Rechargez la convention, puis recommencez.")
)

// Sign records an agreement, as its version 1. A zero ID gets one. Fault codes:
// invalid (by the API's field names), unknown_funder.
func Sign(ctx context.Context, tx *db.Tx, agreement Agreement) (Agreement, error) {
	if err := account.Require(tx.Actor(), account.ActAgreementSign, db.ID{}); err != nil {
		return Agreement{}, err
	}
	agreement = agreement.tidied()
	if err := agreement.check(); err != nil {
		return Agreement{}, err
	}
	if agreement.ID.IsZero() {
		agreement.ID = tx.NewID()
	}
	agreement.Version, agreement.Signed, agreement.Reason, agreement.SignedAt = 1, agreement.ID, "", tx.Now()
	if _, err := tx.Exec(ctx, `INSERT INTO agreement (id, version) VALUES ($1, 1)`, agreement.ID); err != nil {
		return Agreement{}, err
	}
	return agreement, agreement.store(ctx, tx)
}

// Amend records the next version of an agreement, which orders placed from then
// on keep to; Version is the one that the actor read. A zero Signed gets one. Fault codes: invalid (as
// Sign, reason), unknown_agreement, unknown_funder, agreement_moved.
func Amend(ctx context.Context, tx *db.Tx, agreement Agreement) (Agreement, error) {
	if err := account.Require(tx.Actor(), account.ActAgreementSign, db.ID{}); err != nil {
		return Agreement{}, err
	}
	if _, err := agreementByID(ctx, tx, agreement.ID); err != nil {
		return Agreement{}, err
	}
	agreement = agreement.tidied()
	agreement.Reason = strings.TrimSpace(agreement.Reason)
	var wrong fault.Collector
	wrong.Check(agreement.Reason != "", "reason", "required", "Dites ce que l’avenant change, et pourquoi.")
	wrong.Check(len(agreement.Reason) <= 2000, "reason", "too_long", "Donnez une raison de 2 000 caractères au plus.")
	if err := wrong.Err(); err != nil {
		return Agreement{}, err
	}
	if err := agreement.check(); err != nil {
		return Agreement{}, err
	}
	changed, err := tx.Exec(ctx, `UPDATE agreement SET version = version + 1 WHERE id = $1 AND version = $2`, agreement.ID, agreement.Version)
	if err != nil {
		return Agreement{}, err
	}
	if changed == 0 {
		return Agreement{}, ErrAgreementMoved
	}
	if agreement.Signed.IsZero() {
		agreement.Signed = tx.NewID()
	}
	agreement.Version++
	agreement.SignedAt = tx.Now()
	return agreement, agreement.store(ctx, tx)
}

func (a Agreement) store(ctx context.Context, tx *db.Tx) error {
	r := a.Rules
	if !r.Bearer.IsZero() {
		if _, err := FunderByID(ctx, tx, r.Bearer); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, `INSERT INTO agreement_version (id, agreement_id, version, title, valid_from, valid_until, territory, least_order, most_orders, bearer,
			quota_public, quota_percent, reason, signed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		a.Signed, a.ID, a.Version, a.Title, r.From, r.Until, r.Territory, int64(r.LeastOrder), int64(r.MostOrders), r.Bearer,
		r.QuotaPublic, r.QuotaPercent, a.Reason, a.SignedAt); err != nil {
		return err
	}
	for position, share := range a.Shares {
		if _, err := FunderByID(ctx, tx, share.Funder); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO agreement_share (agreement_id, version, position, funder_id, weight, most, least, used) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			a.ID, a.Version, position, share.Funder, share.Weight, int64(share.Most), share.Least, share.Used); err != nil {
			return err
		}
	}
	for position, bonus := range r.Bonuses {
		if _, err := tx.Exec(ctx, `INSERT INTO agreement_bonus (agreement_id, version, position, funder_id, points, met_when, threshold, territory) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			a.ID, a.Version, position, bonus.Funder, bonus.Points, bonus.When, bonus.Threshold, bonus.Territory); err != nil {
			return err
		}
	}
	_, err := audit.Record(ctx, tx, actSign, a.Signed, a)
	return err
}

// AgreementByID finds an agreement that the actor may read, by the version that
// serves: its funders and whoever orders, pays or checks. Fault code:
// unknown_agreement.
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

// Versions lists every version of an agreement that the actor may read, the
// last first. Fault code: unknown_agreement.
func Versions(ctx context.Context, q db.Q, id db.ID) ([]Agreement, error) {
	now, err := AgreementByID(ctx, q, id)
	if err != nil {
		return nil, err
	}
	all := []Agreement{now}
	for version := now.Version - 1; version > 0; version-- {
		one, err := agreementAt(ctx, q, id, version)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

func agreementByID(ctx context.Context, q db.Q, id db.ID) (Agreement, error) {
	var version int
	err := q.QueryRow(ctx, `SELECT version FROM agreement WHERE id = $1`, id).Scan(&version)
	if errors.Is(err, fault.ErrNotFound) {
		return Agreement{}, ErrUnknownAgreement
	}
	if err != nil {
		return Agreement{}, err
	}
	return agreementAt(ctx, q, id, version)
}

// SignedByID finds the version that an act signed. Fault code:
// unknown_agreement.
func SignedByID(ctx context.Context, q db.Q, id db.ID) (Agreement, error) {
	if err := account.Require(q.Actor(), account.ActAgreementRead, db.ID{}); err != nil {
		return Agreement{}, err
	}
	var agreement db.ID
	var version int
	err := q.QueryRow(ctx, `SELECT agreement_id, version FROM agreement_version WHERE id = $1`, id).Scan(&agreement, &version)
	if errors.Is(err, fault.ErrNotFound) {
		return Agreement{}, ErrUnknownAgreement
	}
	if err != nil {
		return Agreement{}, err
	}
	if _, err := AgreementByID(ctx, q, agreement); err != nil {
		return Agreement{}, err
	}
	return agreementAt(ctx, q, agreement, version)
}

// agreementAt reads one version.
func agreementAt(ctx context.Context, q db.Q, id db.ID, version int) (Agreement, error) {
	a := Agreement{ID: id, Version: version}
	err := q.QueryRow(ctx, `SELECT id, title, valid_from, valid_until, territory, least_order, most_orders, bearer, quota_public, quota_percent, reason, signed_at
		FROM agreement_version WHERE agreement_id = $1 AND version = $2`, id, version).
		Scan(&a.Signed, &a.Title, &a.Rules.From, &a.Rules.Until, &a.Rules.Territory, (*int64)(&a.Rules.LeastOrder), (*int64)(&a.Rules.MostOrders), &a.Rules.Bearer,
			&a.Rules.QuotaPublic, &a.Rules.QuotaPercent, &a.Reason, &a.SignedAt)
	if errors.Is(err, fault.ErrNotFound) {
		return Agreement{}, ErrUnknownAgreement
	}
	if err != nil {
		return Agreement{}, err
	}
	a.Shares, err = db.All(ctx, q, func(row db.Scanner) (s Share, err error) {
		err = row.Scan(&s.Funder, &s.Weight, (*int64)(&s.Most), &s.Least, &s.Used)
		return s, err
	}, `SELECT funder_id, weight, most, least, used FROM agreement_share WHERE agreement_id = $1 AND version = $2 ORDER BY position`, id, version)
	if err != nil {
		return Agreement{}, err
	}
	a.Rules.Bonuses, err = db.All(ctx, q, func(row db.Scanner) (b Bonus, err error) {
		err = row.Scan(&b.Funder, &b.Points, &b.When, &b.Threshold, &b.Territory)
		return b, err
	}, `SELECT funder_id, points, met_when, threshold, territory FROM agreement_bonus WHERE agreement_id = $1 AND version = $2 ORDER BY position`, id, version)
	return a, err
}

// Agreements lists the agreements that the actor may read, latest first.
func Agreements(ctx context.Context, q db.Q) ([]Agreement, error) {
	actor := q.Actor()
	if err := account.Require(actor, account.ActAgreementRead, db.ID{}); err != nil {
		return nil, err
	}
	ids, err := db.All(ctx, q, db.Value[db.ID], `SELECT id FROM agreement WHERE $1 OR id IN (
			SELECT s.agreement_id FROM agreement_share s JOIN agreement a ON a.id = s.agreement_id AND a.version = s.version
			JOIN funder f ON f.id = s.funder_id WHERE f.organisation_id = $2)
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
