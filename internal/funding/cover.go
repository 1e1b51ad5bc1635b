package funding

import (
	"context"
	"fmt"
	"strings"

	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/money"
)

// The refusals of cover.
var (
	ErrNotCovered = fault.Define(fault.Conflict, "not_covered", "L’argent de cette commande n’est pas encore reçu en entier. Attendez le versement du financeur, ou remettez moins de carnets.")
)

// Cover sets aside each funder's part of coupons about to go live, parts in the
// order of the split's funders. Nothing is set aside unless all of it is
// covered by cash received. Fault code: not_covered, whose message names each
// funder that has not paid enough and what is missing (Detail "funder",
// "missing_cents" for the first).
func Cover(ctx context.Context, tx *db.Tx, split Split, parts []money.Cents) error {
	// In the order of positions, so that two handovers never wait for each other
	// crosswise.
	for i, part := range parts {
		if part == 0 {
			continue
		}
		covered, err := tx.Exec(ctx, `UPDATE order_cover SET committed_cents = committed_cents + $3
			WHERE order_id = $1 AND funder_id = $2 AND received_cents + moved_in_cents - committed_cents - refunded_cents - moved_out_cents >= $3`,
			split.Order, split.Funders[i], int64(part))
		if err != nil {
			return err
		}
		if covered == 0 {
			return notCovered(ctx, tx, split, parts[i:], i)
		}
	}
	return nil
}

// notCovered tells what is missing, from the funder at a position on: those
// before it were covered.
func notCovered(ctx context.Context, tx *db.Tx, split Split, parts []money.Cents, position int) error {
	refusal := ErrNotCovered
	missing := []string{}
	for i, part := range parts {
		var name string
		var available money.Cents
		if err := tx.QueryRow(ctx, `SELECT f.name, c.received_cents + c.moved_in_cents - c.committed_cents - c.refunded_cents - c.moved_out_cents
			FROM order_cover c JOIN funder f ON f.id = c.funder_id WHERE c.order_id = $1 AND c.funder_id = $2`,
			split.Order, split.Funders[position+i]).Scan(&name, (*int64)(&available)); err != nil {
			return err
		}
		if available >= part {
			continue
		}
		if len(missing) == 0 {
			refusal = refusal.With("funder", split.Funders[position+i].String()).With("funder_name", name).
				With("missing_cents", int64(part-available))
		}
		missing = append(missing, fmt.Sprintf("il manque %s de %s", part-available, name))
	}
	if len(missing) == 0 {
		return fault.ErrConflict // cash came in between; again, and it passes
	}
	return refusal.Sayf("L’argent de cette commande n’est pas encore reçu en entier\u00a0: %s. Le carnet pourra être remis dès que le versement sera enregistré.", strings.Join(missing, ", "))
}

// Release gives back to the order's funders the part of coupons that end
// unused: expired, blocked or void.
func Release(ctx context.Context, tx *db.Tx, split Split, parts []money.Cents) error {
	for i, part := range parts {
		if part == 0 {
			continue
		}
		released, err := tx.Exec(ctx, `UPDATE order_cover SET committed_cents = committed_cents - $3
			WHERE order_id = $1 AND funder_id = $2 AND committed_cents >= $3`, split.Order, split.Funders[i], int64(part))
		if err != nil {
			return err
		}
		if released == 0 {
			return fmt.Errorf("funding: order %s has less than %d cents of funder %s to release", split.Order, part, split.Funders[i])
		}
	}
	return nil
}

// Allot gives booklets their places in an order: the sequence of the first of
// count, from 1. Two prints never get the same places. Fault codes:
// unknown_order, order_closed, order_exhausted (Detail "remaining").
func Allot(ctx context.Context, tx *db.Tx, order db.ID, count int) (first int, err error) {
	var last int
	err = tx.QueryRow(ctx, `UPDATE orders SET printed = printed + $2
		WHERE id = $1 AND state IN ('agreed', 'open') AND printed + $2 <= booklets RETURNING printed`, order, count).Scan(&last)
	if err == nil {
		return last - count + 1, nil
	}
	if fault.KindOf(err) != fault.NotFound {
		return 0, err
	}
	stored, err := orderByID(ctx, tx, order)
	if err != nil {
		return 0, err
	}
	if stored.State != Agreed && stored.State != Open {
		return 0, ErrOrderClosed
	}
	remaining := stored.Booklets - stored.Printed
	refusal := ErrOrderExhausted.With("remaining", remaining)
	if remaining > 0 {
		refusal = refusal.Sayf("Il reste %d\u00a0carnets à imprimer dans cette commande, pas %d. Demandez-en moins, ou placez une nouvelle commande.", remaining, count)
	}
	return 0, refusal
}
