package label

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// Step is one row of an application's history.
type Step struct {
	ID           db.ID
	Application  db.ID
	Number       int // from 1
	Act          Act
	From, To     State // From is empty for the first
	Reason       string
	Until        civil.Date // of a suspension
	Actor        db.ID      // zero for the program
	Organisation db.ID
	At           time.Time

	mark []byte // keyed hash of the reason, which outlives it
}

type step struct {
	application db.ID
	act         Act
	from, to    State
	number      int
	reason      string
	until       civil.Date
}

// advance moves an application along one line of the transitions, from the step
// that was read: when another came between, it answers conflict. change writes
// what the move brings besides the state.
func advance(ctx context.Context, tx *db.Tx, a Application, act Act, reason string, change func(*Application)) (Application, error) {
	to, err := a.State.next(act)
	if err != nil {
		return Application{}, err
	}
	after := a
	after.State, after.step, after.ChangedAt = to, a.step+1, tx.Now()
	after.counter.follow(Step{Act: act, At: tx.Now()})
	if change != nil {
		change(&after)
	}
	if !to.Undecided() {
		after.endedAt = tx.Now()
	} else {
		after.endedAt = time.Time{}
	}
	moved, err := tx.Exec(ctx, `UPDATE label_application SET state = $3, step = $4, round = $5, certifier = $6, first_certifier = $7,
			clock_started = $8, clock_paused = $9, clock_paused_days = $10, clock_stopped = $11, suspended_until = $12,
			sent_at = $13, decided_at = $14, changed_at = $15, ended_at = $16
		WHERE id = $1 AND step = $2 AND state = $17`,
		a.ID, a.step, string(to), after.step, after.Round, after.Certifier, after.FirstCertifier,
		after.counter.started, after.counter.paused, after.counter.pausedDays, after.counter.stopped, after.SuspendedUntil,
		after.SentAt, after.DecidedAt, after.ChangedAt, after.endedAt, string(a.State))
	if err != nil {
		return Application{}, err
	}
	if moved == 0 {
		return Application{}, fault.ErrConflict
	}
	if !to.Undecided() {
		if _, err := tx.Exec(ctx, `DELETE FROM label_application_open WHERE application = $1`, a.ID); err != nil {
			return Application{}, err
		}
	}
	return after, recordStep(ctx, tx, step{a.ID, act, a.State, to, a.step, reason, after.SuspendedUntil})
}

// recordStep adds a row of history and its leaf.
func recordStep(ctx context.Context, tx *db.Tx, s step) error {
	made := Step{
		ID: tx.NewID(), Application: s.application, Number: s.number + 1, Act: s.act, From: s.from, To: s.to, Reason: strings.TrimSpace(s.reason),
		Actor: tx.Actor().ID, Organisation: tx.Actor().Organisation, At: tx.Now(),
	}
	if s.act == ActSuspend {
		made.Until = s.until
	}
	sealed, err := db.Seal(ctx, tx, made.Application, made.Reason)
	if err != nil {
		return err
	}
	if made.Reason != "" {
		made.mark = db.Match(tx, made.Application, made.Reason)
	}
	if _, err := tx.Exec(ctx, `INSERT INTO label_step (id, application, number, act, from_state, to_state, reason, mark, until, actor, organisation, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		made.ID, made.Application, made.Number, string(made.Act), string(made.From), string(made.To), sealed, made.mark, made.Until,
		made.Actor, made.Organisation, made.At); err != nil {
		return err
	}
	_, err = audit.Record(ctx, tx, made.leaf(), made.ID, made.row())
	return err
}

// leaf names a step in the sealed record.
func (s Step) leaf() string { return leafOf(s.Act) }

func leafOf(act Act) string { return "application." + string(act) }

// stepRow is what the sealed record stands for. The reason is free text, so only
// its mark is there.
type stepRow struct {
	ID, Application, Actor db.ID
	Number                 int
	Act                    Act
	From, To               State
	Mark                   []byte
	Until                  civil.Date
	At                     time.Time
}

func (s Step) row() audit.Row {
	return stepRow{s.ID, s.Application, s.Actor, s.Number, s.Act, s.From, s.To, s.mark, s.Until, s.At}
}

// actOutcome names an outcome in the sealed record: a leaf is its whole row.
const actOutcome = "application.outcome"

func recordOutcome(ctx context.Context, tx *db.Tx, o Outcome) error {
	_, err := audit.Record(ctx, tx, actOutcome, o.ID, o)
	return err
}

// selectStep reads steps without their reasons.
const selectStep = `SELECT id, application, number, act, from_state, to_state, mark, until, actor, organisation, at FROM label_step`

func scanStep(row db.Scanner) (Step, error) {
	var s Step
	err := row.Scan(&s.ID, &s.Application, &s.Number, (*string)(&s.Act), (*string)(&s.From), (*string)(&s.To), &s.mark, &s.Until, &s.Actor, &s.Organisation, &s.At)
	return s, err
}

// historyOf reads an application's steps, oldest first, with their reasons; who
// stands outside does not read what the applicant wrote.
func historyOf(ctx context.Context, q db.Q, application Application, view side) ([]Step, error) {
	steps, err := db.All(ctx, q, scanStep, selectStep+` WHERE application = $1 ORDER BY number`, application.ID)
	if err != nil || application.erased {
		return steps, err
	}
	sealed, err := db.All(ctx, q, db.Value[[]byte], `SELECT reason FROM label_step WHERE application = $1 ORDER BY number`, application.ID)
	if err != nil {
		return nil, err
	}
	for i := range steps {
		if view == outside && (steps[i].Act == ActAppeal || steps[i].Act == ActGiveUp) {
			continue
		}
		if steps[i].Reason, err = db.Unseal(ctx, q, application.ID, sealed[i]); err != nil {
			return nil, err
		}
	}
	return steps, nil
}

// checkReason refuses a missing or endless reason.
func checkReason(reason string, wrong *fault.Collector) {
	reason = strings.TrimSpace(reason)
	wrong.Check(reason != "", "reason", "required", "Donnez la raison\u00a0: l’autre partie la lira.")
	wrong.Check(utf8.RuneCountInString(reason) <= longestReason, "reason", "too_long", "Raccourcissez la raison\u00a0: 2\u202f000\u00a0caractères au plus.")
}

func reasoned(reason string) error {
	var wrong fault.Collector
	checkReason(reason, &wrong)
	return wrong.Err()
}

func itoa(number int) string { return strconv.Itoa(number) }

// reviewer is the person who certifies, behind a token where there is one, and
// refuses whoever has an interest in the application. Faults: forbidden,
// own_organisation.
func reviewer(ctx context.Context, q db.Q, act account.Act, applicant db.ID) (db.ID, error) {
	if err := account.Require(q.Actor(), act, db.ID{}); err != nil {
		return db.ID{}, err
	}
	who, err := account.PersonBehind(ctx, q, q.Actor().ID)
	if err != nil {
		return db.ID{}, err
	}
	return who, disinterested(ctx, q, who, applicant)
}

// disinterested refuses whoever acts for the applicant or is one of its people,
// in any role.
func disinterested(ctx context.Context, q db.Q, who, applicant db.ID) error {
	if who.IsZero() || applicant.IsZero() {
		return nil
	}
	if q.Actor().Organisation == applicant {
		return ErrOwnOrganisation
	}
	belongs, err := account.Belongs(ctx, q, who, applicant, q.Now())
	if err == nil && belongs {
		err = ErrOwnOrganisation
	}
	return err
}
