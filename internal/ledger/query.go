package ledger

import (
	"cmp"
	"context"
	"slices"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/money"
)

// Entry is one row of the journal.
type Entry struct {
	ID, Cause db.ID
	Event     Event
	Line
	At time.Time
}

// Journal lists entries after one of them (the zero ID for the first), oldest
// first, at most limit.
func Journal(ctx context.Context, q db.Q, after db.ID, limit int) ([]Entry, error) {
	return db.All(ctx, q, scanEntry, selectEntry+` WHERE id > $1 ORDER BY id LIMIT $2`, after[:], limit)
}

const selectEntry = `SELECT id, cause, event, debit, credit, order_id, funder_id, site_id, amount, at FROM transfer`

func scanEntry(row db.Scanner) (Entry, error) {
	var e Entry
	err := row.Scan(&e.ID, &e.Cause, (*string)(&e.Event), (*string)(&e.Debit), (*string)(&e.Credit),
		&e.Order, &e.Funder, &e.Site, (*int64)(&e.Amount), &e.At)
	return e, err
}

// Sum is what moved between two accounts for one order, funder and site, by one
// event.
type Sum struct {
	Event Event
	Line
}

// Filter narrows sums and balances; its zero fields do not.
type Filter struct {
	Order db.ID
	Until time.Time // entries at this instant or before
}

// Sums adds the journal up by event, accounts, order, funder and site.
func Sums(ctx context.Context, q db.Q, filter Filter) ([]Sum, error) {
	const columns = `SELECT event, debit, credit, order_id, funder_id, site_id, COALESCE(SUM(amount), 0) FROM transfer`
	const grouped = ` GROUP BY event, debit, credit, order_id, funder_id, site_id ORDER BY order_id, funder_id, site_id, event, debit, credit`
	until := filter.Until
	if until.IsZero() {
		until = time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC)
	}
	if filter.Order.IsZero() {
		return db.All(ctx, q, scanSum, columns+` WHERE at <= $1`+grouped, until)
	}
	return db.All(ctx, q, scanSum, columns+` WHERE order_id = $1 AND at <= $2`+grouped, filter.Order, until)
}

func scanSum(row db.Scanner) (Sum, error) {
	var s Sum
	err := row.Scan((*string)(&s.Event), (*string)(&s.Debit), (*string)(&s.Credit), &s.Order, &s.Funder, &s.Site, (*int64)(&s.Amount))
	return s, err
}

// Key names a balance.
type Key struct {
	Account             Account
	Order, Funder, Site db.ID
}

// Balance is what stands on an account for one order, funder and site, in
// cents: debits less credits for the bank, credits less debits elsewhere.
type Balance struct {
	Key
	Amount money.Cents
}

// sites are the accounts kept by site; on the others a line's site is only how
// the money came or went.
var sites = map[Account]bool{SitePayable: true, InTransit: true}

// Balances answers every balance that is not zero, by account, order, funder
// and site. Site is zero on accounts that are not kept by site; the bank is
// one balance, and so is suspense: what stands there is of no order yet, or on its
// way to another.
func Balances(ctx context.Context, q db.Q, filter Filter) ([]Balance, error) {
	sums, err := Sums(ctx, q, filter)
	if err != nil {
		return nil, err
	}
	return fold(sums), nil
}

func fold(sums []Sum) []Balance {
	amounts := map[Key]money.Cents{}
	add := func(account Account, line Line, amount money.Cents) {
		key := Key{Account: account, Order: line.Order, Funder: line.Funder}
		if sites[account] {
			key.Site = line.Site
		}
		if account == Suspense || account == Bank {
			key = Key{Account: account}
		}
		if account == Bank {
			amount = -amount
		}
		amounts[key] += amount
	}
	for _, sum := range sums {
		add(sum.Debit, sum.Line, -sum.Amount)
		add(sum.Credit, sum.Line, sum.Amount)
	}
	balances := make([]Balance, 0, len(amounts))
	for key, amount := range amounts {
		if amount != 0 {
			balances = append(balances, Balance{key, amount})
		}
	}
	slices.SortFunc(balances, func(a, b Balance) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), slices.Compare(a.Order[:], b.Order[:]),
			slices.Compare(a.Funder[:], b.Funder[:]), slices.Compare(a.Site[:], b.Site[:]))
	})
	return balances
}
