package funding

import (
	"context"
	"fmt"

	"passerelle/internal/db"
	"passerelle/internal/ledger"
	"passerelle/internal/money"
)

// Check verifies that funders, agreements, orders, shares and receipts still are
// what their leaves were made from, and the journal what the receipts say; that, per order and funder, what was received is the sum of
// the receipts and of the journal, what was refunded is the journal's, and
// committed + refunded + moved out ≤ received + moved in ≤ share. It answers one French line per
// violated row. That committed is what the coupons are worth is voucher's check.
func Check(ctx context.Context, q db.Q) ([]string, error) {
	type key struct{ order, funder db.ID }
	type row struct {
		key
		share, received, committed, refunded, movedIn, movedOut money.Cents
	}
	covers, err := db.All(ctx, q, func(scanner db.Scanner) (row, error) {
		var r row
		err := scanner.Scan(&r.order, &r.funder, (*int64)(&r.share), (*int64)(&r.received), (*int64)(&r.committed), (*int64)(&r.refunded),
			(*int64)(&r.movedIn), (*int64)(&r.movedOut))
		return r, err
	}, `SELECT order_id, funder_id, share_cents, received_cents, committed_cents, refunded_cents, moved_in_cents, moved_out_cents FROM order_cover ORDER BY order_id, position`)
	if err != nil {
		return nil, err
	}
	receipts := map[key]money.Cents{}
	rows, err := db.All(ctx, q, func(scanner db.Scanner) (row, error) {
		var r row
		err := scanner.Scan(&r.order, &r.funder, (*int64)(&r.received))
		return r, err
	}, `SELECT order_id, funder_id, COALESCE(SUM(amount), 0) FROM receipt GROUP BY order_id, funder_id`)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		receipts[r.key] = r.received
	}
	sums, err := ledger.Sums(ctx, q, ledger.Filter{})
	if err != nil {
		return nil, err
	}
	received, refunded := map[key]money.Cents{}, map[key]money.Cents{}
	cameBack := map[key]money.Cents{}
	movedIn, movedOut := map[key]money.Cents{}, map[key]money.Cents{}
	for _, sum := range sums {
		switch sum.Event {
		case ledger.Received, ledger.Placed:
			received[key{sum.Order, sum.Funder}] += sum.Amount
		case ledger.Refunded, ledger.RefundSent:
			refunded[key{sum.Order, sum.Funder}] += sum.Amount
		case ledger.RefundRejected, ledger.RefundReturned:
			refunded[key{sum.Order, sum.Funder}] -= sum.Amount
			cameBack[key{sum.Order, sum.Funder}] += sum.Amount
		case ledger.RolledIn:
			movedIn[key{sum.Order, sum.Funder}] += sum.Amount
		case ledger.RolledOut:
			movedOut[key{sum.Order, sum.Funder}] += sum.Amount
		}
	}
	findings := []string{}
	for _, c := range covers {
		tell := func(format string, args ...any) {
			findings = append(findings, fmt.Sprintf("couverture : commande %s, financeur %s : ", c.order, c.funder)+fmt.Sprintf(format, args...))
		}
		if c.received != receipts[c.key] || c.received != received[c.key] {
			tell("reçu %s, encaissements %s, journal %s", c.received, receipts[c.key], received[c.key])
		}
		if c.refunded != refunded[c.key] {
			tell("remboursé %s, journal %s", c.refunded, refunded[c.key])
		}
		if c.movedIn != movedIn[c.key] || c.movedOut != movedOut[c.key] {
			tell("reporté ici %s et d’ici %s, journal %s et %s", c.movedIn, c.movedOut, movedIn[c.key], movedOut[c.key])
		}
		if c.committed+c.refunded+c.movedOut > c.received+c.movedIn {
			tell("engagé %s, remboursé %s et reporté %s, pour %s reçus et reportés", c.committed, c.refunded, c.movedOut, c.received+c.movedIn)
		}
		// A refund that came back may find its share paid anew.
		if c.received+c.movedIn-c.refunded-c.movedOut > c.share+cameBack[c.key] {
			tell("reçu %s, pour une part de %s", c.received+c.movedIn, c.share)
		}
		delete(receipts, c.key)
		delete(received, c.key)
	}
	for k, amount := range receipts {
		findings = append(findings, fmt.Sprintf("couverture : %s reçus du financeur %s pour la commande %s, à laquelle il ne participe pas", amount, k.funder, k.order))
	}
	recorded, err := checkRecord(ctx, q)
	return append(findings, recorded...), err
}
