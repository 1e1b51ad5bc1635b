package activity

import (
	"context"
	"errors"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// Correction is what an activity becomes. Revision is the one that was read.
type Correction struct {
	Activity db.ID
	Revision int
	Content
	Note   string
	Reason string
}

// Correct writes an activity anew; what it said before is kept. Whom it was
// given to, its author and its coupon stay. Faults: those of Record,
// unknown_activity, activity_withdrawn, required (reason), conflict (someone
// corrected it meanwhile).
func Correct(ctx context.Context, tx *db.Tx, in Correction) (Activity, error) {
	known, err := toChange(ctx, tx, in.Activity, in.Reason)
	if err != nil {
		return Activity{}, err
	}
	if err := account.RequireAt(tx.Actor(), account.ActActivityRecord, known.Organisation, in.Place); err != nil {
		return Activity{}, err
	}
	changed := known
	changed.Content, changed.Note = in.Content, strings.TrimSpace(in.Note)
	changed.Author, changed.Holder, changed.Redemption = known.Author, known.Holder, known.Redemption
	if err := changed.found(ctx, tx); err != nil {
		return Activity{}, err
	}
	publics, note, err := changed.stored(ctx, tx)
	if err != nil {
		return Activity{}, err
	}
	changed.Revision, changed.ChangedAt = in.Revision+1, tx.Now()
	done, err := tx.Exec(ctx, `UPDATE activity SET place = $3, commune = $4, kind = $5, on_day = $6, minutes = $7, people = $8, channel = $9, themes = $10,
			title = $11, formality = $12, equipment = $13, level = $14, redirected = $15, publics = $16, note = $17, revision = $18, changed_at = $19
		WHERE id = $1 AND revision = $2 AND state = 'standing'`,
		known.ID, in.Revision, changed.Place, changed.Commune, changed.Kind, changed.Day, changed.Minutes, changed.People, changed.Channel,
		listed(changed.Themes), changed.Title, changed.Formality, listed(changed.Equipment), changed.Level, changed.Redirected, publics, note,
		changed.Revision, tx.Now())
	if err != nil {
		return Activity{}, err
	}
	if done == 0 {
		return Activity{}, fault.ErrConflict
	}
	return changed, changed.keep(ctx, tx, actCorrect, strings.TrimSpace(in.Reason))
}

// Withdraw takes an activity out of the figures: it was written by mistake. It
// stays to be read, with why. Faults: unknown_activity, required (reason), and
// those of account.Require for activity.record; once withdrawn, it answers the
// same again.
func Withdraw(ctx context.Context, tx *db.Tx, id db.ID, reason string) (Activity, error) {
	known, err := toChange(ctx, tx, id, reason)
	if errors.Is(err, ErrWithdrawn) {
		return known, nil
	}
	if err != nil {
		return Activity{}, err
	}
	done, err := tx.Exec(ctx, `UPDATE activity SET state = 'withdrawn', revision = $2 + 1, changed_at = $3 WHERE id = $1 AND revision = $2 AND state = 'standing'`,
		id, known.Revision, tx.Now())
	if err != nil {
		return Activity{}, err
	}
	if done == 0 {
		return Activity{}, fault.ErrConflict
	}
	known.State, known.Revision, known.ChangedAt = Withdrawn, known.Revision+1, tx.Now()
	return known, known.keep(ctx, tx, actWithdraw, strings.TrimSpace(reason))
}

// toChange reads a standing activity of the actor's organisation.
func toChange(ctx context.Context, tx *db.Tx, id db.ID, reason string) (Activity, error) {
	known, err := load(ctx, tx, id)
	if err != nil {
		return Activity{}, err
	}
	if err := account.RequireAt(tx.Actor(), account.ActActivityRecord, known.Organisation, known.Place); err != nil {
		return Activity{}, err
	}
	if known.State == Withdrawn {
		return known, ErrWithdrawn
	}
	var wrong fault.Collector
	wrong.Check(strings.TrimSpace(reason) != "", "reason", "required", "Dites en quelques mots ce qui était à corriger")
	wrong.Check(len([]rune(reason)) <= mostNote, "reason", "too_long", "Écrivez une phrase plus courte\u00a0: 500 caractères au plus")
	return known, wrong.Err()
}
