package funding

import (
	"context"
	"errors"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/ledger"
	"passerelle/internal/money"
)

// Receipt is cash that a funder paid in for an order.
type Receipt struct {
	ID        db.ID
	Order     db.ID
	Funder    db.ID
	Amount    money.Cents
	Reference string     // the transfer's text
	On        civil.Date // the bank's day; zero means today
	Credit    db.ID      // the sum on the account that it is a part of; zero when recorded by hand
	At        time.Time  // when it was recorded
	Leaf      []byte     // its hash in the sealed record; empty in lists
}

// The refusals of a receipt.
var (
	ErrNotInAgreement   = fault.Define(fault.Invalid, "funder_not_in_agreement", "Ce financeur ne participe pas à cette commande. Vérifiez le financeur, ou la commande.")
	ErrReceiptOverShare = fault.Define(fault.Conflict, "receipt_over_share", "Ce versement dépasse ce qui reste dû par le financeur. Enregistrez au plus le reste.")
)

// Receive records cash of a funder for an order; the first receipt opens the
// order. What is above the funder's share is refused: it has no coupon to pay,
// and would stand on the order with no use.
//
// A zero ID gets one. Fault codes: invalid, unknown_order, order_closed,
// funder_not_in_agreement, receipt_over_share (Detail "remaining_cents").
func Receive(ctx context.Context, tx *db.Tx, receipt Receipt) (Receipt, error) {
	if err := account.Require(tx.Actor(), account.ActReceiptRecord, db.ID{}); err != nil {
		return Receipt{}, err
	}
	receipt.Credit = db.ID{}
	return receive(ctx, tx, receipt)
}

func receive(ctx context.Context, tx *db.Tx, receipt Receipt) (Receipt, error) {
	receipt.Reference = strings.TrimSpace(receipt.Reference)
	today := civil.DateOf(tx.Now(), civil.Paris)
	if receipt.On.IsZero() {
		receipt.On = today
	}
	if err := receipt.check(today); err != nil {
		return Receipt{}, err
	}
	order, err := orderByID(ctx, tx, receipt.Order)
	if err != nil {
		return Receipt{}, err
	}
	if order.State == Closed {
		return Receipt{}, ErrOrderClosed
	}
	if err := addReceived(ctx, tx, receipt); err != nil {
		return Receipt{}, err
	}
	if _, err := tx.Exec(ctx, `UPDATE orders SET state = $2 WHERE id = $1 AND state = $3`, order.ID, Open, Agreed); err != nil {
		return Receipt{}, err
	}
	return receipt.recorded(ctx, tx)
}

func (r Receipt) check(today civil.Date) error {
	var wrong fault.Collector
	wrong.Check(!r.Funder.IsZero(), "funder", "required", "Choisissez le financeur qui a payé.")
	wrong.Check(r.Amount > 0, "amount_cents", "out_of_range", "Donnez un montant au-dessus de zéro.")
	wrong.Check(len(r.Reference) <= 140, "reference", "too_long", "Donnez un libellé de 140 caractères au plus.")
	wrong.Check(!r.On.After(today), "on", "in_the_future", "Donnez le jour où la banque a reçu la somme : au plus tard aujourd’hui.")
	return wrong.Err()
}

// addReceived adds to what the funder paid, within its share.
func addReceived(ctx context.Context, tx *db.Tx, receipt Receipt) error {
	added, err := tx.Exec(ctx, `UPDATE order_cover SET received_cents = received_cents + $3
		WHERE order_id = $1 AND funder_id = $2 AND $3 <= share_cents - received_cents - moved_in_cents + refunded_cents + moved_out_cents`,
		receipt.Order, receipt.Funder, int64(receipt.Amount))
	if err != nil || added == 1 {
		return err
	}
	var remaining money.Cents
	if remaining, err = remains(ctx, tx, receipt.Order, receipt.Funder); err != nil {
		return err
	}
	return ErrReceiptOverShare.Sayf("Ce versement de %s dépasse ce qui reste dû par le financeur : %s. Enregistrez au plus cette somme.", receipt.Amount, remaining).
		With("remaining_cents", int64(remaining))
}

// remains is what a funder still has to pay of its share of an order, in cents.
// Fault code: funder_not_in_agreement.
func remains(ctx context.Context, q db.Q, order, funder db.ID) (money.Cents, error) {
	var remaining money.Cents
	err := q.QueryRow(ctx, `SELECT share_cents - received_cents - moved_in_cents + refunded_cents + moved_out_cents
		FROM order_cover WHERE order_id = $1 AND funder_id = $2`, order, funder).Scan((*int64)(&remaining))
	if errors.Is(err, fault.ErrNotFound) {
		return 0, ErrNotInAgreement
	}
	return remaining, err
}

// event is how the receipt came: cash by hand, or from what waited.
func (r Receipt) event() ledger.Event {
	if r.Credit.IsZero() {
		return ledger.Received
	}
	return ledger.Placed
}

func (r Receipt) recorded(ctx context.Context, tx *db.Tx) (Receipt, error) {
	if r.ID.IsZero() {
		r.ID = tx.NewID()
	}
	r.At = tx.Now()
	if _, err := tx.Exec(ctx, `INSERT INTO receipt (id, order_id, funder_id, amount, reference, received_on, credit_id, person_id, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		r.ID, r.Order, r.Funder, int64(r.Amount), r.Reference, r.On, r.Credit, tx.Actor().ID, r.At); err != nil {
		return Receipt{}, err
	}
	if err := ledger.Post(ctx, tx, ledger.Move(r.event(), r.ID, r.Order, db.ID{}, []db.ID{r.Funder}, []money.Cents{r.Amount})); err != nil {
		return Receipt{}, err
	}
	var err error
	r.Leaf, err = audit.Record(ctx, tx, actReceive, r.ID, r.row())
	return r, err
}

func (r Receipt) row() audit.Row {
	return struct {
		ID, Order, Funder, Credit db.ID
		Amount                    money.Cents
		Reference                 string
		On                        civil.Date
	}{r.ID, r.Order, r.Funder, r.Credit, r.Amount, r.Reference, r.On}
}

const selectReceipt = `SELECT id, order_id, funder_id, amount, reference, received_on, credit_id, at FROM receipt`

func scanReceipt(row db.Scanner) (Receipt, error) {
	var r Receipt
	err := row.Scan(&r.ID, &r.Order, &r.Funder, (*int64)(&r.Amount), &r.Reference, &r.On, &r.Credit, &r.At)
	return r, err
}

// ReceiptByID finds a receipt, for those who record them. Fault code: not_found.
func ReceiptByID(ctx context.Context, q db.Q, id db.ID) (Receipt, error) {
	if err := account.Require(q.Actor(), account.ActReceiptRecord, db.ID{}); err != nil {
		return Receipt{}, err
	}
	receipt, err := scanReceipt(q.QueryRow(ctx, selectReceipt+` WHERE id = $1`, id))
	if err != nil {
		return Receipt{}, err
	}
	receipt.Leaf, err = audit.HashOf(ctx, q, actReceive, id)
	return receipt, err
}

// Receipts lists what was paid in for an order that the actor may read, oldest
// first. Fault code: unknown_order.
func Receipts(ctx context.Context, q db.Q, order db.ID) ([]Receipt, error) {
	if _, err := OrderByID(ctx, q, order); err != nil {
		return nil, err
	}
	return db.All(ctx, q, scanReceipt, selectReceipt+` WHERE order_id = $1 ORDER BY id`, order)
}
