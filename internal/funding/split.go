package funding

import (
	"context"

	"passerelle/internal/db"
	"passerelle/internal/money"
)

// Split is how the coupons of one order are shared between its funders. Slices
// of cents that it takes and gives are in the order of Funders.
type Split struct {
	Order   db.ID
	Face    money.Cents // of one coupon
	Funders []db.ID
	Weights []int64
}

// Coupon is what each funder bears of the coupon of this rank, from 1.
func (s Split) Coupon(rank int) []money.Cents { return money.Alloc(s.Weights, s.Face, rank) }

// Run is what each funder bears of the coupons from first to last, both in it.
func (s Split) Run(first, last int) []money.Cents {
	parts := money.Totals(s.Weights, s.Face, last)
	for i, before := range money.Totals(s.Weights, s.Face, first-1) {
		parts[i] -= before
	}
	return parts
}

// Ranks is what each funder bears of the coupons of these ranks together.
func (s Split) Ranks(ranks ...int) []money.Cents {
	parts := make([]money.Cents, len(s.Funders))
	for _, rank := range ranks {
		for i, part := range s.Coupon(rank) {
			parts[i] += part
		}
	}
	return parts
}

// SplitOf reads how an order is shared. It asks for no right: operations on
// coupons need it, whoever acts. An order that is not there has no funders, and
// answers unknown_order.
func SplitOf(ctx context.Context, q db.Q, order db.ID) (Split, error) {
	split := Split{Order: order}
	type row struct {
		funder db.ID
		weight int64
		face   money.Cents
	}
	rows, err := db.All(ctx, q, func(scanner db.Scanner) (row, error) {
		var r row
		err := scanner.Scan(&r.funder, &r.weight, (*int64)(&r.face))
		return r, err
	}, `SELECT c.funder_id, c.weight, o.face FROM order_cover c JOIN orders o ON o.id = c.order_id
		WHERE c.order_id = $1 ORDER BY c.position`, order)
	if err != nil {
		return Split{}, err
	}
	if len(rows) == 0 {
		return Split{}, ErrUnknownOrder
	}
	for _, r := range rows {
		split.Face = r.face
		split.Funders = append(split.Funders, r.funder)
		split.Weights = append(split.Weights, r.weight)
	}
	return split, nil
}

// Commitment is what an order has set aside, by funder in the split's order.
type Commitment struct {
	Split
	Committed []money.Cents
	Printed   int // booklets that have their place in the order
}

// Commitments reads every order's, for checks.
func Commitments(ctx context.Context, q db.Q) ([]Commitment, error) {
	type row struct {
		order, funder   db.ID
		weight          int64
		face, committed money.Cents
		printed         int
	}
	rows, err := db.All(ctx, q, func(scanner db.Scanner) (row, error) {
		var r row
		err := scanner.Scan(&r.order, &r.funder, &r.weight, (*int64)(&r.face), (*int64)(&r.committed), &r.printed)
		return r, err
	}, `SELECT c.order_id, c.funder_id, c.weight, o.face, c.committed_cents, o.printed FROM order_cover c JOIN orders o ON o.id = c.order_id
		ORDER BY c.order_id, c.position`)
	if err != nil {
		return nil, err
	}
	commitments := []Commitment{}
	for _, r := range rows {
		if len(commitments) == 0 || commitments[len(commitments)-1].Order != r.order {
			commitments = append(commitments, Commitment{Split: Split{Order: r.order, Face: r.face}, Printed: r.printed})
		}
		last := &commitments[len(commitments)-1]
		last.Funders = append(last.Funders, r.funder)
		last.Weights = append(last.Weights, r.weight)
		last.Committed = append(last.Committed, r.committed)
	}
	return commitments, nil
}
