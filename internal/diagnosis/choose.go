package diagnosis

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
)

// Override is the route that an agent chose instead of the proposed one. Its
// reason is sealed with the diagnosis's own key.
type Override struct {
	ID        db.ID
	Diagnosis db.ID
	Route     string
	Reason    string // one sentence, read by the agent's team; empty once erased
	At        time.Time
}

const mostReason = 300

// Choose records another route than the proposed one, with its reason. Faults:
// unknown_diagnosis; by field: unknown_choice (route), required, too_long,
// forbidden_note (reason); those of account.Require for diagnosis.record.
func Choose(ctx context.Context, tx *db.Tx, in Override) (Override, error) {
	known, err := ByID(ctx, tx, in.Diagnosis)
	if err != nil {
		return Override{}, err
	}
	if err := account.Require(tx.Actor(), account.ActDiagnosisRecord, known.Organisation); err != nil {
		return Override{}, err
	}
	in.Reason = strings.TrimSpace(in.Reason)
	var wrong fault.Collector
	wrong.Check(slices.ContainsFunc(Routes, func(r RouteWords) bool { return r.Code == in.Route }), "route", "unknown_choice", "Choisissez une des voies proposées")
	wrong.Check(in.Reason != "", "reason", "required", "Écrivez la raison de votre choix, en une phrase")
	wrong.Check(len([]rune(in.Reason)) <= mostReason, "reason", "too_long", "Écrivez une raison plus courte\u00a0: 300 caractères au plus")
	if err := holder.CheckNote(in.Reason); err != nil {
		wrong.Add("reason", fault.Of(err).Code, strings.ReplaceAll(fault.Of(err).Message, "de la note", "de la raison"))
	}
	if err := wrong.Err(); err != nil {
		return Override{}, err
	}
	if in.ID.IsZero() {
		in.ID = tx.NewID()
	}
	in.At = tx.Now()
	sealed, err := db.Seal(ctx, tx, in.Diagnosis, in.Reason)
	if err != nil {
		return Override{}, err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO route_choice (id, diagnosis, route, reason, at, by_person) VALUES ($1, $2, $3, $4, $5, $6)`,
		in.ID, in.Diagnosis, in.Route, sealed, in.At, tx.Actor().ID); err != nil {
		return Override{}, err
	}
	_, err = audit.Record(ctx, tx, "diagnosis.override", in.ID, struct {
		ID, Diagnosis db.ID
		Route         string
		At            time.Time
	}{in.ID, in.Diagnosis, in.Route, in.At})
	return in, err
}

func (d Diagnosis) withOverride(ctx context.Context, q db.Q) (Diagnosis, error) {
	var sealed []byte
	chosen, err := db.All(ctx, q, func(row db.Scanner) (Override, error) {
		var o Override
		return o, row.Scan(&o.ID, &o.Diagnosis, &o.Route, &sealed, &o.At)
	}, `SELECT id, diagnosis, route, reason, at FROM route_choice WHERE diagnosis = $1 ORDER BY at DESC, id DESC LIMIT 1`, d.ID)
	if err != nil || len(chosen) == 0 {
		return d, err
	}
	d.Override = chosen[0]
	d.Override.Reason, err = db.Unseal(ctx, q, d.ID, sealed)
	if errors.Is(err, db.ErrErased) {
		err = nil
	}
	return d, err
}
