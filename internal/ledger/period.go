package ledger

import (
	"context"
	"fmt"
	"slices"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/money"
)

// Total is what an account was debited and credited of, in cents.
type Total struct {
	Account       Account
	Debit, Credit money.Cents
}

// Closing is a period of the journal that was closed: from the closing before to
// the end of a day, in Paris.
type Closing struct {
	ID      db.ID
	Until   civil.Date
	Entries int     // from the beginning
	Totals  []Total // from the beginning, by account; the trial balance
	At      time.Time
	Leaf    []byte // its hash in the sealed record; empty in lists
}

// End is the first instant after the period.
func (c Closing) End() time.Time { return endOf(c.Until) }

func endOf(day civil.Date) time.Time { return day.AddDays(1).In(civil.Paris) }

// The refusals of a closing.
var (
	ErrPeriodRunning  = fault.Define(fault.Conflict, "period_running", "Ce jour n’est pas fini. Choisissez un jour au plus tard hier.")
	ErrPeriodClosed   = fault.Define(fault.Conflict, "period_closed", "Le journal est déjà clos à ce jour, ou après. Choisissez un jour plus récent.")
	ErrUnknownClosing = fault.Define(fault.NotFound, "unknown_closing", "Cette clôture n’existe pas. Choisissez-la dans la liste des clôtures.")
)

const actClosePeriod = "journal.close"

// ClosePeriod closes the journal up to the end of a day that is over, and signs
// what stood on each account. What was wrong inside is only corrected by contrary
// entries, dated when they are made. Fault codes: forbidden, invalid (until),
// period_running, period_closed.
func ClosePeriod(ctx context.Context, tx *db.Tx, closing Closing) (Closing, error) {
	if err := account.Require(tx.Actor(), account.ActJournalClose, db.ID{}); err != nil {
		return Closing{}, err
	}
	var wrong fault.Collector
	wrong.Check(!closing.Until.IsZero(), "until", "required", "Choisissez le dernier jour de la période.")
	if err := wrong.Err(); err != nil {
		return Closing{}, err
	}
	if closing.End().After(tx.Now()) {
		return Closing{}, ErrPeriodRunning
	}
	var later bool
	if err := tx.QueryRow(ctx, `SELECT COUNT(*) > 0 FROM journal_closing WHERE until >= $1`, closing.Until).Scan(&later); err != nil {
		return Closing{}, err
	}
	if later {
		return Closing{}, ErrPeriodClosed
	}
	var err error
	if closing.Totals, closing.Entries, err = TrialBalance(ctx, tx, closing.End()); err != nil {
		return Closing{}, err
	}
	if closing.ID.IsZero() {
		closing.ID = tx.NewID()
	}
	closing.At = tx.Now()
	closed, err := tx.Exec(ctx, `INSERT INTO journal_closing (id, until, entries, person_id, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (until) DO NOTHING`,
		closing.ID, closing.Until, closing.Entries, tx.Actor().ID, closing.At)
	if err != nil {
		return Closing{}, err
	}
	if closed == 0 {
		return Closing{}, ErrPeriodClosed
	}
	for _, total := range closing.Totals {
		if _, err := tx.Exec(ctx, `INSERT INTO journal_closing_sum (closing_id, account, debit, credit) VALUES ($1, $2, $3, $4)`,
			closing.ID, string(total.Account), int64(total.Debit), int64(total.Credit)); err != nil {
			return Closing{}, err
		}
	}
	closing.Leaf, err = audit.Record(ctx, tx, actClosePeriod, closing.ID, closing.row())
	return closing, err
}

func (c Closing) row() audit.Row {
	return struct {
		ID      db.ID
		Until   civil.Date
		Entries int
		Totals  []Total
	}{c.ID, c.Until, c.Entries, c.Totals}
}

// TrialBalance adds up each account's debits and credits before an instant, by
// account, and counts the entries.
func TrialBalance(ctx context.Context, q db.Q, before time.Time) (totals []Total, entries int, err error) {
	by := map[Account]*Total{}
	type sum struct {
		debit, credit Account
		amount        money.Cents
		count         int
	}
	sums, err := db.All(ctx, q, func(row db.Scanner) (s sum, err error) {
		err = row.Scan((*string)(&s.debit), (*string)(&s.credit), (*int64)(&s.amount), &s.count)
		return s, err
	}, `SELECT debit, credit, COALESCE(SUM(amount), 0), COUNT(*) FROM transfer WHERE at < $1 GROUP BY debit, credit`, before)
	if err != nil {
		return nil, 0, err
	}
	of := func(account Account) *Total {
		if by[account] == nil {
			by[account] = &Total{Account: account}
		}
		return by[account]
	}
	for _, s := range sums {
		of(s.debit).Debit += s.amount
		of(s.credit).Credit += s.amount
		entries += s.count
	}
	for _, account := range accounts {
		if by[account] != nil {
			totals = append(totals, *by[account])
		}
	}
	return totals, entries, nil
}

// accounts is the chart, in its order.
var accounts = []Account{Bank, OrderFunds, LivePasses, SitePayable, InTransit, Suspense, Own}

// Closings lists the closings, latest first.
func Closings(ctx context.Context, q db.Q) ([]Closing, error) {
	if err := account.Require(q.Actor(), account.ActJournalRead, db.ID{}); err != nil {
		return nil, err
	}
	return closings(ctx, q)
}

// ClosingByID reads a closing. Fault code: unknown_closing.
func ClosingByID(ctx context.Context, q db.Q, id db.ID) (Closing, error) {
	all, err := Closings(ctx, q)
	if err != nil {
		return Closing{}, err
	}
	at := slices.IndexFunc(all, func(c Closing) bool { return c.ID == id })
	if at < 0 {
		return Closing{}, ErrUnknownClosing
	}
	all[at].Leaf, err = audit.HashOf(ctx, q, actClosePeriod, id)
	return all[at], err
}

func closings(ctx context.Context, q db.Q) ([]Closing, error) {
	all, err := db.All(ctx, q, func(row db.Scanner) (c Closing, err error) {
		err = row.Scan(&c.ID, &c.Until, &c.Entries, &c.At)
		return c, err
	}, `SELECT id, until, entries, at FROM journal_closing ORDER BY until DESC`)
	if err != nil {
		return nil, err
	}
	type kept struct {
		closing db.ID
		Total
	}
	totals, err := db.All(ctx, q, func(row db.Scanner) (k kept, err error) {
		err = row.Scan(&k.closing, (*string)(&k.Account), (*int64)(&k.Debit), (*int64)(&k.Credit))
		return k, err
	}, `SELECT closing_id, account, debit, credit FROM journal_closing_sum`)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(totals, func(a, b kept) int { return slices.Index(accounts, a.Account) - slices.Index(accounts, b.Account) })
	for i := range all {
		for _, total := range totals {
			if total.closing == all[i].ID {
				all[i].Totals = append(all[i].Totals, total.Total)
			}
		}
	}
	return all, nil
}

// checkClosings compares each closing with its leaf, and with the journal as it
// reads now: an entry slipped into a closed period is found.
func checkClosings(ctx context.Context, q db.Q) ([]string, error) {
	all, err := closings(ctx, q)
	if err != nil {
		return nil, err
	}
	type done struct {
		id, by db.ID
		at     time.Time
	}
	people, err := db.All(ctx, q, func(row db.Scanner) (d done, err error) {
		err = row.Scan(&d.id, &d.by, &d.at)
		return d, err
	}, `SELECT id, person_id, at FROM journal_closing`)
	if err != nil {
		return nil, err
	}
	r, err := audit.Replaying(ctx, q, "clôture du journal, avec ses soldes,", actClosePeriod)
	if err != nil {
		return nil, err
	}
	var findings []string
	for _, closing := range all {
		at := slices.IndexFunc(people, func(d done) bool { return d.id == closing.ID })
		if err := r.CompareDone(actClosePeriod, closing.ID, people[at].by, people[at].at, closing.row()); err != nil {
			return nil, err
		}
		totals, entries, err := TrialBalance(ctx, q, closing.End())
		if err != nil {
			return nil, err
		}
		if entries != closing.Entries || !slices.Equal(totals, closing.Totals) {
			findings = append(findings, fmt.Sprintf("journal : la période close le %s (%s) ne se relit pas : %d écritures au lieu de %d, ou d’autres sommes",
				closing.Until, closing.ID, entries, closing.Entries))
		}
	}
	return append(findings, r.Findings()...), nil
}
