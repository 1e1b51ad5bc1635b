package funding

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/ledger"
	"passerelle/internal/money"
)

// doneBy is who did an act, and when.
type doneBy struct {
	by db.ID
	at time.Time
}

func checkAccounts(ctx context.Context, q db.Q) ([]string, error) {
	type set struct {
		Account
		by db.ID
	}
	accounts, err := db.All(ctx, q, func(row db.Scanner) (set, error) {
		var s set
		err := row.Scan(&s.ID, &s.Funder, &s.Name, (*string)(&s.IBAN), (*string)(&s.BIC), &s.by, &s.At)
		return s, err
	}, `SELECT id, funder_id, name, iban, bic, person_id, at FROM funder_account`)
	if err != nil {
		return nil, err
	}
	r, err := audit.Replaying(ctx, q, "compte de financeur", actSetAccount)
	if err != nil {
		return nil, err
	}
	for _, s := range accounts {
		if err := r.CompareDone(actSetAccount, s.ID, s.by, s.At, s.Account); err != nil {
			return nil, err
		}
	}
	return r.Findings(), nil
}

// checkCredits compares what came into the account with its leaves and the
// journal, and what waits of it with what was placed and sent back.
func checkCredits(ctx context.Context, q db.Q) ([]string, error) {
	type taken struct {
		storedCredit
		mark         []byte
		by           db.ID
		placed, back money.Cents
	}
	credits, err := db.All(ctx, q, func(row db.Scanner) (taken, error) {
		var c taken
		err := row.Scan(&c.ID, (*int64)(&c.Amount), &c.On, &c.mark, &c.ByHand, &c.Known, &c.sealed, (*int64)(&c.Waiting), &c.by, &c.At,
			(*int64)(&c.placed), (*int64)(&c.back))
		return c, err
	}, `SELECT c.id, c.amount, c.booked_on, c.mark, c.by_hand, c.known_id, c.words, c.waiting_cents, c.person_id, c.at,
			(SELECT COALESCE(SUM(r.amount), 0) FROM receipt r WHERE r.credit_id = c.id),
			(SELECT COALESCE(SUM(b.amount), 0) FROM credit_sent_back b WHERE b.credit_id = c.id) FROM bank_credit c`)
	if err != nil {
		return nil, err
	}
	r, err := audit.Replaying(ctx, q, "somme reçue", actCredit)
	if err != nil {
		return nil, err
	}
	journal, err := ledger.Replaying(ctx, q, ledger.Unplaced)
	if err != nil {
		return nil, err
	}
	var findings []string
	for _, c := range credits {
		// Words that no longer open differ from the leaf's.
		words, err := db.Unseal(ctx, q, c.ID, c.sealed)
		if err != nil {
			words = hex.EncodeToString(c.sealed)
		}
		if err := r.CompareDone(actCredit, c.ID, c.by, c.At, c.row(c.mark, []byte(words))); err != nil {
			return nil, err
		}
		due := c.Amount - c.placed - c.back
		if c.Known.IsZero() {
			journal.Expect(c.transfer(ledger.Unplaced, c.ID, c.Amount), c.At)
		} else {
			due -= c.Amount
		}
		if c.Waiting != due {
			findings = append(findings, fmt.Sprintf("somme reçue %s : %s à affecter, il devrait rester %s", c.ID, c.Waiting, due))
		}
	}
	return slices.Concat(findings, r.Findings(), journal.Findings()), nil
}

func checkSentBack(ctx context.Context, q db.Q) ([]string, error) {
	type sent struct {
		CreditSentBack
		by db.ID
	}
	backs, err := db.All(ctx, q, func(row db.Scanner) (sent, error) {
		var b sent
		err := row.Scan(&b.ID, &b.Credit, (*int64)(&b.Amount), &b.On, &b.Reference, &b.Reason, &b.by, &b.At)
		return b, err
	}, `SELECT id, credit_id, amount, sent_on, reference, reason, person_id, at FROM credit_sent_back`)
	if err != nil {
		return nil, err
	}
	r, err := audit.Replaying(ctx, q, "somme renvoyée", actSendBack)
	if err != nil {
		return nil, err
	}
	journal, err := ledger.Replaying(ctx, q, ledger.SentBack)
	if err != nil {
		return nil, err
	}
	for _, b := range backs {
		if err := r.CompareDone(actSendBack, b.ID, b.by, b.At, b.row()); err != nil {
			return nil, err
		}
		journal.Expect(Credit{}.transfer(ledger.SentBack, b.ID, b.Amount), b.At)
	}
	return slices.Concat(r.Findings(), journal.Findings()), nil
}

func checkRefunds(ctx context.Context, q db.Q) ([]string, error) {
	refunds, err := db.All(ctx, q, scanRefund, selectRefund)
	if err != nil {
		return nil, err
	}
	people, err := doneIn(ctx, q, `SELECT id, person_id, at FROM refund`)
	if err != nil {
		return nil, err
	}
	r, err := audit.Replaying(ctx, q, "remboursement", actRefund)
	if err != nil {
		return nil, err
	}
	journal, err := ledger.Replaying(ctx, q, ledger.Refunded, ledger.RefundSent, ledger.RefundDebited, ledger.RefundRejected, ledger.RefundReturned)
	if err != nil {
		return nil, err
	}
	byID := map[db.ID]Refund{}
	for _, refund := range refunds {
		byID[refund.ID] = refund
		if err := r.CompareDone(actRefund, refund.ID, people[refund.ID].by, people[refund.ID].at, refund.row()); err != nil {
			return nil, err
		}
		journal.Expect(refund.transfer(refund.event(), refund.ID), refund.At)
	}
	ends, err := db.All(ctx, q, func(row db.Scanner) (refundEnd, error) {
		var e refundEnd
		err := row.Scan(&e.ID, &e.Refund, (*string)(&e.Kind), &e.On)
		return e, err
	}, `SELECT id, refund_id, kind, happened_on FROM refund_outcome`)
	if err != nil {
		return nil, err
	}
	if people, err = doneIn(ctx, q, `SELECT id, person_id, at FROM refund_outcome`); err != nil {
		return nil, err
	}
	said, err := audit.Replaying(ctx, q, "réponse de la banque à un remboursement", actRefundEnd)
	if err != nil {
		return nil, err
	}
	for _, end := range ends {
		if err := said.CompareDone(actRefundEnd, end.ID, people[end.ID].by, people[end.ID].at, end); err != nil {
			return nil, err
		}
		event := map[RefundState]ledger.Event{
			RefundDone: ledger.RefundDebited, RefundRejected: ledger.RefundRejected, RefundReturned: ledger.RefundReturned,
		}[end.Kind]
		journal.Expect(byID[end.Refund].transfer(event, end.ID), people[end.ID].at)
	}
	return slices.Concat(r.Findings(), said.Findings(), journal.Findings()), nil
}

func checkRollovers(ctx context.Context, q db.Q) ([]string, error) {
	moves, err := db.All(ctx, q, scanRollover, selectRollover)
	if err != nil {
		return nil, err
	}
	people, err := doneIn(ctx, q, `SELECT id, person_id, at FROM rollover`)
	if err != nil {
		return nil, err
	}
	r, err := audit.Replaying(ctx, q, "report", actRollOver)
	if err != nil {
		return nil, err
	}
	journal, err := ledger.Replaying(ctx, q, ledger.RolledOut, ledger.RolledIn)
	if err != nil {
		return nil, err
	}
	for _, move := range moves {
		if err := r.CompareDone(actRollOver, move.ID, people[move.ID].by, people[move.ID].at, move.row()); err != nil {
			return nil, err
		}
		for _, transfer := range move.transfers() {
			journal.Expect(transfer, move.At)
		}
	}
	return slices.Concat(r.Findings(), journal.Findings()), nil
}

// doneIn reads who did each act of a table, and when.
func doneIn(ctx context.Context, q db.Q, query string) (map[db.ID]doneBy, error) {
	type row struct {
		id db.ID
		doneBy
	}
	rows, err := db.All(ctx, q, func(scanner db.Scanner) (row, error) {
		var r row
		err := scanner.Scan(&r.id, &r.by, &r.at)
		return r, err
	}, query)
	people := make(map[db.ID]doneBy, len(rows))
	for _, r := range rows {
		people[r.id] = r.doneBy
	}
	return people, err
}
