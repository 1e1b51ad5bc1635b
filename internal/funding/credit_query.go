package funding

import (
	"context"
	"encoding/json"
	"errors"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/money"
)

const selectCredit = `SELECT id, amount, booked_on, by_hand, known_id, words, waiting_cents, at FROM bank_credit`

// storedCredit is a credit whose words are still sealed: they are opened after
// the rows are read.
type storedCredit struct {
	Credit
	sealed []byte
}

func scanCredit(row db.Scanner) (storedCredit, error) {
	var c storedCredit
	err := row.Scan(&c.ID, (*int64)(&c.Amount), &c.On, &c.ByHand, &c.Known, &c.sealed, (*int64)(&c.Waiting), &c.At)
	return c, err
}

func (c storedCredit) open(ctx context.Context, q db.Q) (Credit, error) {
	text, err := db.Unseal(ctx, q, c.ID, c.sealed)
	if err != nil {
		return Credit{}, err
	}
	var words creditWords
	err = json.Unmarshal([]byte(text), &words)
	c.Party, c.PartyIBAN, c.Text = words.Party, words.IBAN, words.Text
	return c.Credit, err
}

func creditBy(ctx context.Context, q db.Q, condition string, key any) (Credit, error) {
	if id, ok := key.(db.ID); ok {
		key = id[:]
	}
	stored, err := scanCredit(q.QueryRow(ctx, selectCredit+condition, key))
	if errors.Is(err, fault.ErrNotFound) {
		return Credit{}, ErrUnknownCredit
	}
	if err != nil {
		return Credit{}, err
	}
	return stored.open(ctx, q)
}

// CreditByID reads a credit. Fault code: unknown_credit.
func CreditByID(ctx context.Context, q db.Q, id db.ID) (Credit, error) {
	if err := account.Require(q.Actor(), account.ActRefundRead, db.ID{}); err != nil {
		return Credit{}, err
	}
	return creditBy(ctx, q, ` WHERE id = $1`, id)
}

// Credits lists what came into the account, latest first, after one of them (the
// zero ID for the first), at most limit: all of it, or only what waits.
func Credits(ctx context.Context, q db.Q, waiting bool, after db.ID, limit int) ([]Credit, error) {
	if err := account.Require(q.Actor(), account.ActRefundRead, db.ID{}); err != nil {
		return nil, err
	}
	if after.IsZero() {
		for i := range after {
			after[i] = 0xff
		}
	}
	condition := ` WHERE id < $1`
	if waiting {
		condition += ` AND waiting_cents > 0`
	}
	stored, err := db.All(ctx, q, scanCredit, selectCredit+condition+` ORDER BY id DESC LIMIT $2`, after, limit)
	if err != nil {
		return nil, err
	}
	credits := make([]Credit, len(stored))
	for i, one := range stored {
		if credits[i], err = one.open(ctx, q); err != nil {
			return nil, err
		}
	}
	return credits, nil
}

// Waiting is what waits to be placed or sent back: how many credits, and their
// sum.
func Waiting(ctx context.Context, q db.Q) (count int, sum money.Cents, err error) {
	if err := account.Require(q.Actor(), account.ActRefundRead, db.ID{}); err != nil {
		return 0, 0, err
	}
	err = q.QueryRow(ctx, `SELECT COUNT(*), COALESCE(SUM(waiting_cents), 0) FROM bank_credit WHERE waiting_cents > 0`).Scan(&count, (*int64)(&sum))
	return count, sum, err
}

// PlacedOf lists the receipts that a credit became, oldest first.
func PlacedOf(ctx context.Context, q db.Q, credit db.ID) ([]Receipt, error) {
	if err := account.Require(q.Actor(), account.ActRefundRead, db.ID{}); err != nil {
		return nil, err
	}
	return db.All(ctx, q, scanReceipt, selectReceipt+` WHERE credit_id = $1 ORDER BY id`, credit)
}

const selectSentBack = `SELECT id, credit_id, amount, sent_on, reference, reason, at FROM credit_sent_back`

func scanSentBack(row db.Scanner) (CreditSentBack, error) {
	var b CreditSentBack
	err := row.Scan(&b.ID, &b.Credit, (*int64)(&b.Amount), &b.On, &b.Reference, &b.Reason, &b.At)
	return b, err
}

// SentBackOf lists what went back of a credit, oldest first.
func SentBackOf(ctx context.Context, q db.Q, credit db.ID) ([]CreditSentBack, error) {
	if err := account.Require(q.Actor(), account.ActRefundRead, db.ID{}); err != nil {
		return nil, err
	}
	return db.All(ctx, q, scanSentBack, selectSentBack+` WHERE credit_id = $1 ORDER BY id`, credit)
}

// SentBackByID reads one of them. Fault code: unknown_credit.
func SentBackByID(ctx context.Context, q db.Q, id db.ID) (CreditSentBack, error) {
	if err := account.Require(q.Actor(), account.ActRefundRead, db.ID{}); err != nil {
		return CreditSentBack{}, err
	}
	back, err := scanSentBack(q.QueryRow(ctx, selectSentBack+` WHERE id = $1`, id))
	if errors.Is(err, fault.ErrNotFound) {
		return CreditSentBack{}, ErrUnknownCredit
	}
	return back, err
}
