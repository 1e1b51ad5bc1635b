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
	Verb  string     // "grant", "withdraw" or "leave"; within an application also "suspend", "resume", "prolong"
	Until civil.Date // the label's last day after the decision
	Actor db.ID      // the person
	At    time.Time
}

// The verbs of decisions.
const (
	verbGrant    = "grant"
	verbWithdraw = "withdraw"
	verbSuspend  = "suspend"
	verbResume   = "resume"
	verbProlong  = "prolong" // a renewal sent in time is still under review
	verbLeave    = "leave"   // the site goes, of its own will
)

// Grant gives a place the label for three years from the decision's day, or
// renews it, without an application: for places qualified before there were
// any. Conclude is the ordinary way. Faults: forbidden, invalid (on, reason),
// unknown_place, place_unkept, own_organisation, already_labelled,
// label_suspended, already_applied, decided_later, duty_taken, conflict.
func Grant(ctx context.Context, tx *db.Tx, decision Decision) (Site, error) {
	if err := account.Require(tx.Actor(), account.ActLabelDecide, db.ID{}); err != nil {
		return Site{}, err
	}
	// Beside an application under way, its score is the only way.
	var open bool
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM label_application_open JOIN label_application ON label_application.id = application
		WHERE place = $1 AND sent_at IS NOT NULL)`, decision.Site).Scan(&open); err != nil {
		return Site{}, err
	}
	if open {
		return Site{}, ErrAlreadyApplied
	}
	return rule(ctx, tx, decision, verbGrant)
}

// Withdraw takes the label of one place away from the decision's day on; the
// application it came from is withdrawn with the last of its places. Faults:
// forbidden, invalid (on, reason), unknown_place, own_organisation,
// not_labelled, decided_later, duty_taken, conflict.
func Withdraw(ctx context.Context, tx *db.Tx, decision Decision) (Site, error) {
	if err := account.Require(tx.Actor(), account.ActLabelDecide, db.ID{}); err != nil {
		return Site{}, err
	}
	site, err := rule(ctx, tx, decision, verbWithdraw)
	if err != nil {
		return Site{}, err
	}
	return site, withdrawEmptied(ctx, tx, site.ID, decision.Reason)
}

// Leave ends the label of a site that goes, from the decision's day on: it is its
// own to give back, and judges nothing. Faults: forbidden, owner_only,
// other_organisation, invalid (on, reason), unknown_place, not_labelled,
// decided_later, conflict.
func Leave(ctx context.Context, tx *db.Tx, decision Decision) (Site, error) {
	site, err := SiteByID(ctx, tx, decision.Site)
	if err != nil {
		return Site{}, err
	}
	if err := account.RequireAt(tx.Actor(), account.ActDepartureAnnounce, site.Organisation, site.ID); err != nil {
		return Site{}, err
	}
	if err := decision.check(tx); err != nil {
		return Site{}, err
	}
	return settle(ctx, tx, site, decision, verbLeave)
}

// rule decides on one label, whoever was allowed to: nobody on their own
// organisation's, nobody who pays the place.
func rule(ctx context.Context, tx *db.Tx, decision Decision, verb string) (Site, error) {
	if err := decision.check(tx); err != nil {
		return Site{}, err
	}
	site, err := SiteByID(ctx, tx, decision.Site)
	if err != nil {
		return Site{}, err
	}
	who, err := account.PersonBehind(ctx, tx, tx.Actor().ID)
	if err != nil {
		return Site{}, err
	}
	if err := disinterested(ctx, tx, who, site.Organisation); err != nil {
		return Site{}, err
	}
	if err := account.TakeDuty(ctx, tx, tx.Actor().ID, site.ID, account.DutyCertify); err != nil {
		return Site{}, err
	}
	return settle(ctx, tx, site, decision, verb)
}

// settle writes a decision and the label that follows from it.
func settle(ctx context.Context, tx *db.Tx, site Site, decision Decision, verb string) (Site, error) {
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
	held := s.Label
	switch verb {
	case verbWithdraw, verbLeave:
		if held.State == Suspended { // it holds no more; now it will not again
			return Label{State: Withdrawn, From: held.From, Until: held.Until}, nil
		}
		if held.State != Granted || decision.On.After(held.Until) || decision.On.Before(held.From) {
			return Label{}, ErrNotLabelled
		}
		return Label{State: Withdrawn, From: held.From, Until: decision.On.AddDays(-1)}, nil
	case verbSuspend:
		if held.State != Granted || decision.On.After(held.Until) || decision.On.Before(held.From) {
			return Label{}, ErrNotLabelled
		}
		return Label{State: Suspended, From: held.From, Until: decision.On.AddDays(-1), Resumes: held.Until}, nil
	case verbResume:
		if held.State != Suspended || decision.On.After(held.Resumes) {
			return Label{}, ErrNotLabelled
		}
		return Label{State: Granted, From: decision.On, Until: held.Resumes}, nil
	case verbProlong:
		if held.State != Granted || !decision.Until.After(held.Until) {
			return Label{}, ErrNotLabelled
		}
		return Label{State: Granted, From: held.From, Until: decision.Until}, nil
	}
	if s.Organisation.IsZero() {
		return Label{}, ErrUnkept
	}
	if held.State == Suspended {
		return Label{}, ErrLabelSuspended
	}
	after := Label{State: Granted, From: decision.On, Until: decision.On.AddMonths(Validity).AddDays(-1)}
	if held.State == Granted && !decision.On.After(held.Until.AddDays(1)) {
		// A renewal before the end leaves no gap.
		after.From = held.From
		if !after.Until.After(held.Until) {
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
		moved, err = tx.Exec(ctx, `INSERT INTO label (place, state, valid_from, valid_until, resumes, decision) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (place) DO NOTHING`, site.ID, string(after.State), after.From, after.Until, after.Resumes, after.Decision)
	} else {
		moved, err = tx.Exec(ctx, `UPDATE label SET state = $2, valid_from = $3, valid_until = $4, resumes = $5, decision = $6
			WHERE place = $1 AND decision = $7`, site.ID, string(after.State), after.From, after.Until, after.Resumes, after.Decision, site.Label.Decision)
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
