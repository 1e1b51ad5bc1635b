package label

import (
	"context"
	"crypto/sha256"
	"strings"
	"time"
	"unicode/utf8"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/place"
)

// longestReason is in characters.
const longestReason = 2000

// Decision is a certifier's act on a label.
type Decision struct {
	ID     db.ID      // chosen by the edge
	Site   db.ID      // the place
	On     civil.Date // the decision's day: the label's first, or the first without it
	Reason string
	// What follows is written by the act.
	Verb  string     // "grant" or "withdraw"
	Until civil.Date // the label's last day after the decision
	Actor db.ID      // the person
	At    time.Time
}

// Grant gives a place the label for three years from the decision's day, or
// renews it. Faults: forbidden, invalid (on, reason), unknown_place,
// place_unkept, already_labelled, decided_later, duty_taken, conflict.
func Grant(ctx context.Context, tx *db.Tx, decision Decision) (Site, error) {
	return decide(ctx, tx, decision, "grant")
}

// Withdraw takes the label away from the decision's day on. Faults: forbidden,
// invalid (on, reason), unknown_place, not_labelled, decided_later,
// duty_taken, conflict.
func Withdraw(ctx context.Context, tx *db.Tx, decision Decision) (Site, error) {
	return decide(ctx, tx, decision, "withdraw")
}

func decide(ctx context.Context, tx *db.Tx, decision Decision, verb string) (Site, error) {
	if err := account.Require(tx.Actor(), account.ActLabelDecide, db.ID{}); err != nil {
		return Site{}, err
	}
	if err := decision.check(tx); err != nil {
		return Site{}, err
	}
	site, err := SiteByID(ctx, tx, decision.Site)
	if err != nil {
		return Site{}, err
	}
	var last civil.Date
	if site.Label.State != None {
		previous, err := decisionByID(ctx, tx, site.Label.Decision)
		if err != nil {
			return Site{}, err
		}
		last = previous.On
	}
	after, err := site.after(decision, verb, last)
	if err != nil {
		return Site{}, err
	}
	decision.Reason = strings.TrimSpace(decision.Reason)
	decision.Verb, decision.Until, decision.Actor, decision.At = verb, after.Until, tx.Actor().ID, tx.Now()
	if decision.ID.IsZero() {
		decision.ID = tx.NewID()
	}
	after.Decision = decision.ID
	if err := account.TakeDuty(ctx, tx, tx.Actor().ID, site.ID, account.DutyCertify); err != nil {
		return Site{}, err
	}
	if err := insertDecision(ctx, tx, decision); err != nil {
		return Site{}, err
	}
	if err := move(ctx, tx, site, after); err != nil {
		return Site{}, err
	}
	if err := place.SetLabelled(ctx, tx, site.ID, after.From, after.Until); err != nil {
		return Site{}, err
	}
	if _, err := audit.Record(ctx, tx, actOf(verb), decision.ID, decision.row()); err != nil {
		return Site{}, err
	}
	site.Label, site.LabelledFrom, site.LabelledUntil = after, after.From, after.Until
	return site, nil
}

// check refuses a decision without its day or its reason.
func (d Decision) check(tx *db.Tx) error {
	var wrong fault.Collector
	latest := civil.DateOf(tx.Now(), civil.Paris).AddMonths(12)
	wrong.Check(!d.On.IsZero(), "on", "required", "Donnez la date de la décision.")
	wrong.Check(!d.On.After(latest), "on", "too_late", "Donnez une date dans les 12\u00a0prochains mois, ou passée.")
	reason := strings.TrimSpace(d.Reason)
	wrong.Check(reason != "", "reason", "required", "Donnez la raison de la décision\u00a0: elle sera lue par le lieu.")
	wrong.Check(utf8.RuneCountInString(reason) <= longestReason, "reason", "too_long", "Raccourcissez la raison\u00a0: 2\u202f000\u00a0caractères au plus.")
	return wrong.Err()
}

// after is the label that follows from a decision; last is the day of the one before.
func (s Site) after(decision Decision, verb string, last civil.Date) (Label, error) {
	if decision.On.Before(last) {
		return Label{}, ErrDecidedLater
	}
	if verb == "withdraw" {
		if s.Label.State != Granted || decision.On.After(s.Label.Until) || decision.On.Before(s.Label.From) {
			return Label{}, ErrNotLabelled
		}
		return Label{State: Withdrawn, From: s.Label.From, Until: decision.On.AddDays(-1)}, nil
	}
	if s.Organisation.IsZero() {
		return Label{}, ErrUnkept
	}
	after := Label{State: Granted, From: decision.On, Until: decision.On.AddMonths(Validity).AddDays(-1)}
	if s.Label.State == Granted && !decision.On.After(s.Label.Until.AddDays(1)) {
		// A renewal before the end leaves no gap.
		after.From = s.Label.From
		if !after.Until.After(s.Label.Until) {
			return Label{}, ErrAlreadyLabelled
		}
	}
	return after, nil
}

func insertDecision(ctx context.Context, tx *db.Tx, d Decision) error {
	_, err := tx.Exec(ctx, `INSERT INTO label_decision (id, place, verb, decided_on, reason, label_until, actor, organisation, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		d.ID, d.Site, d.Verb, d.On, d.Reason, d.Until, d.Actor, tx.Actor().Organisation, d.At)
	return err
}

// move changes the label's row from the state that was read, and refuses when
// another decision came between.
func move(ctx context.Context, tx *db.Tx, site Site, after Label) error {
	var moved int64
	var err error
	if site.Label.State == None {
		moved, err = tx.Exec(ctx, `INSERT INTO label (place, state, valid_from, valid_until, decision) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (place) DO NOTHING`, site.ID, string(after.State), after.From, after.Until, after.Decision)
	} else {
		moved, err = tx.Exec(ctx, `UPDATE label SET state = $2, valid_from = $3, valid_until = $4, decision = $5
			WHERE place = $1 AND decision = $6`, site.ID, string(after.State), after.From, after.Until, after.Decision, site.Label.Decision)
	}
	if err == nil && moved == 0 {
		return fault.ErrConflict
	}
	return err
}

// actOf names a decision in the sealed record.
func actOf(verb string) string { return "label." + verb }

// decisionRow is what the sealed record stands for. The reason is free text, so
// only its digest is there.
type decisionRow struct {
	ID, Place db.ID
	Verb      string
	On, Until civil.Date
	Reason    [sha256.Size]byte
	Actor     db.ID
	At        time.Time
}

func (d Decision) row() audit.Row {
	return decisionRow{ID: d.ID, Place: d.Site, Verb: d.Verb, On: d.On, Until: d.Until, Reason: sha256.Sum256([]byte(d.Reason)), Actor: d.Actor, At: d.At}
}
