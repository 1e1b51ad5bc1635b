package funding

import (
	"context"
	"errors"
	"fmt"
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

// Refund is unused cash of an order that goes back to one of its funders: in a
// file for the bank (Account, Paying, MessageID and ExecutionOn are set), or by
// hand, when the account already shows it (SentOn and SentAs are set).
type Refund struct {
	ID        db.ID
	Reference string // "R2026-0001", end to end
	Order     db.ID
	Funder    db.ID
	Amount    money.Cents // zero means all that is available
	Reason    string

	Account     db.ID      // of the funder
	Paying      db.ID      // settlement's account that pays
	MessageID   string     // of the file
	ExecutionOn civil.Date // the day the bank is asked to pay

	SentOn civil.Date // the bank's day
	SentAs string     // the transfer's reference at the bank

	At    time.Time
	State RefundState
	Leaf  []byte // its hash in the sealed record; empty in lists
}

// RefundState is where a refund stands.
type RefundState string

// The states of a refund. Rejected and returned cash is available again.
const (
	RefundSent     RefundState = "sent"     // in a file, the debit not seen yet
	RefundDone     RefundState = "debited"  // the account shows it
	RefundRejected RefundState = "rejected" // the bank will not make it
	RefundReturned RefundState = "returned" // made, and come back
)

// French is the state for people.
func (s RefundState) French() string {
	return map[RefundState]string{
		RefundSent: "En paiement", RefundDone: "Remboursé", RefundRejected: "Rejeté par la banque", RefundReturned: "Revenu",
	}[s]
}

// ByHand tells whether it was made at the bank, without a file of ours.
func (r Refund) ByHand() bool { return r.MessageID == "" }

// The refusals about what goes out of an order.
var (
	ErrUnknownRefund = fault.Define(fault.NotFound, "unknown_refund", "Ce remboursement n’existe pas. Choisissez-le dans la liste des remboursements.")
	ErrNotAvailable  = fault.Define(fault.Conflict, "not_available", "Ce financeur n’a pas autant d’argent disponible sur cette commande. Demandez au plus ce qui est disponible.")
	ErrRefundEnded   = fault.Define(fault.Conflict, "refund_ended", "La banque a déjà répondu autrement de ce remboursement. Vérifiez son état dans la liste des remboursements.")
)

// PayBack sends unused cash back to a funder: what is available and of nobody's
// coupons, whole. What is in a file counts as refunded until the bank says
// otherwise, so that it covers no handover meanwhile.
//
// Fault codes: forbidden, invalid (amount_cents, on, reference, reason),
// unknown_order, funder_not_in_agreement, not_available (Detail
// "available_cents").
func PayBack(ctx context.Context, tx *db.Tx, refund Refund) (Refund, error) {
	if err := account.Require(tx.Actor(), account.ActRefundMake, db.ID{}); err != nil {
		return Refund{}, err
	}
	if _, err := orderByID(ctx, tx, refund.Order); err != nil {
		return Refund{}, err
	}
	refund, err := refund.completed(ctx, tx)
	if err != nil {
		return Refund{}, err
	}
	if err := takeAway(ctx, tx, `refunded_cents = refunded_cents + $3`, refund.Order, refund.Funder, refund.Amount); err != nil {
		return Refund{}, err
	}
	year := civil.DateOf(tx.Now(), civil.Paris).Year()
	var number int
	if err := tx.QueryRow(ctx, `INSERT INTO refund_reference (year, last) VALUES ($1, 1)
		ON CONFLICT (year) DO UPDATE SET last = refund_reference.last + 1 RETURNING last`, year).Scan(&number); err != nil {
		return Refund{}, err
	}
	refund.Reference = fmt.Sprintf("R%d-%04d", year, number)
	var message any
	if !refund.ByHand() {
		message = refund.MessageID
	}
	if _, err := tx.Exec(ctx, `INSERT INTO refund (id, reference, order_id, funder_id, amount, reason, account_id, paying_id, message_id, execution_on,
			sent_on, sent_as, person_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		refund.ID, refund.Reference, refund.Order, refund.Funder, int64(refund.Amount), refund.Reason, refund.Account, refund.Paying, message,
		refund.ExecutionOn, refund.SentOn, refund.SentAs, tx.Actor().ID, refund.At); err != nil {
		return Refund{}, err
	}
	if err := ledger.Post(ctx, tx, refund.transfer(refund.event(), refund.ID)); err != nil {
		return Refund{}, err
	}
	refund.Leaf, err = audit.Record(ctx, tx, actRefund, refund.ID, refund.row())
	return refund, err
}

func (r Refund) completed(ctx context.Context, tx *db.Tx) (Refund, error) {
	today := civil.DateOf(tx.Now(), civil.Paris)
	r.Reason, r.SentAs, r.At = strings.TrimSpace(r.Reason), strings.TrimSpace(r.SentAs), tx.Now()
	if r.ID.IsZero() {
		r.ID = tx.NewID()
	}
	r.State = RefundSent
	var wrong fault.Collector
	if r.ByHand() {
		r.State = RefundDone
		if r.SentOn.IsZero() {
			r.SentOn = today
		}
		if err := checkOutgoing(r.SentOn, today, r.SentAs, r.Reason); err != nil {
			return Refund{}, err
		}
	} else {
		checkReason(&wrong, r.Reason)
	}
	wrong.Check(r.Amount >= 0, "amount_cents", "out_of_range", "Donnez un montant au-dessus de zéro.")
	if err := wrong.Err(); err != nil || r.Amount > 0 {
		return r, err
	}
	available, err := availableOf(ctx, tx, r.Order, r.Funder)
	r.Amount = available
	return r, err
}

// event is what the refund moves when it is made.
func (r Refund) event() ledger.Event {
	if r.ByHand() {
		return ledger.Refunded
	}
	return ledger.RefundSent
}

func (r Refund) transfer(event ledger.Event, cause db.ID) ledger.Transfer {
	return ledger.Move(event, cause, r.Order, db.ID{}, []db.ID{r.Funder}, []money.Cents{r.Amount})
}

func (r Refund) row() audit.Row {
	return struct {
		ID                  db.ID
		Reference           string
		Order, Funder       db.ID
		Amount              money.Cents
		Reason              string
		Account, Paying     db.ID
		MessageID           string
		ExecutionOn, SentOn civil.Date
		SentAs              string
	}{r.ID, r.Reference, r.Order, r.Funder, r.Amount, r.Reason, r.Account, r.Paying, r.MessageID, r.ExecutionOn, r.SentOn, r.SentAs}
}

// availableOf is what a funder has on an order that stands behind no coupon.
// Fault code: funder_not_in_agreement.
func availableOf(ctx context.Context, q db.Q, order, funder db.ID) (money.Cents, error) {
	var available money.Cents
	err := q.QueryRow(ctx, `SELECT received_cents + moved_in_cents - committed_cents - refunded_cents - moved_out_cents
		FROM order_cover WHERE order_id = $1 AND funder_id = $2`, order, funder).Scan((*int64)(&available))
	if errors.Is(err, fault.ErrNotFound) {
		return 0, ErrNotInAgreement
	}
	return available, err
}

// takeAway takes an amount out of what is available, by the change given. Fault
// codes: funder_not_in_agreement, not_available.
func takeAway(ctx context.Context, tx *db.Tx, change string, order, funder db.ID, amount money.Cents) error {
	if amount > 0 {
		taken, err := tx.Exec(ctx, `UPDATE order_cover SET `+change+` WHERE order_id = $1 AND funder_id = $2
			AND received_cents + moved_in_cents - committed_cents - refunded_cents - moved_out_cents >= $3`, order, funder, int64(amount))
		if err != nil || taken == 1 {
			return err
		}
	}
	available, err := availableOf(ctx, tx, order, funder)
	if err != nil {
		return err
	}
	return ErrNotAvailable.Sayf("Ce financeur a %s disponibles sur cette commande. Demandez au plus cette somme.", available).
		With("available_cents", int64(available))
}

// EndRefund does what the bank says of a refund in a file: RefundDone, and later
// RefundReturned, or RefundRejected. What did not reach the funder is available
// again. The same word again changes nothing. Fault codes: forbidden,
// unknown_refund, refund_ended.
func EndRefund(ctx context.Context, tx *db.Tx, id db.ID, said RefundState, on civil.Date) (Refund, error) {
	if err := account.Require(tx.Actor(), account.ActRefundMake, db.ID{}); err != nil {
		return Refund{}, err
	}
	refund, err := RefundByID(ctx, tx, id)
	if err != nil {
		return Refund{}, err
	}
	event, follows := map[RefundState]ledger.Event{
		RefundDone: ledger.RefundDebited, RefundRejected: ledger.RefundRejected, RefundReturned: ledger.RefundReturned,
	}[said], RefundSent
	if said == RefundReturned {
		follows = RefundDone
	}
	switch {
	case refund.State == said && !refund.ByHand():
		return refund, nil
	case refund.ByHand() || refund.State != follows || event == "":
		return Refund{}, ErrRefundEnded
	}
	end := refundEnd{ID: tx.NewID(), Refund: id, Kind: said, On: on}
	inserted, err := tx.Exec(ctx, `INSERT INTO refund_outcome (id, refund_id, kind, happened_on, person_id, at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (refund_id, kind) DO NOTHING`, end.ID, id, string(said), on, tx.Actor().ID, tx.Now())
	if err != nil {
		return Refund{}, err
	}
	if inserted == 0 {
		return RefundByID(ctx, tx, id)
	}
	if said != RefundDone {
		given, err := tx.Exec(ctx, `UPDATE order_cover SET refunded_cents = refunded_cents - $3 WHERE order_id = $1 AND funder_id = $2 AND refunded_cents >= $3`,
			refund.Order, refund.Funder, int64(refund.Amount))
		if err != nil {
			return Refund{}, err
		}
		if given == 0 {
			return Refund{}, fmt.Errorf("funding: order %s counts less than refund %s", refund.Order, id)
		}
	}
	if err := ledger.Post(ctx, tx, refund.transfer(event, end.ID)); err != nil {
		return Refund{}, err
	}
	refund.State = said
	_, err = audit.Record(ctx, tx, actRefundEnd, end.ID, end)
	return refund, err
}

// refundEnd is what the bank said.
type refundEnd struct {
	ID, Refund db.ID
	Kind       RefundState
	On         civil.Date
}

const selectRefund = `SELECT r.id, r.reference, r.order_id, r.funder_id, r.amount, r.reason, r.account_id, r.paying_id, COALESCE(r.message_id, ''),
	r.execution_on, r.sent_on, r.sent_as, r.at, CASE WHEN r.message_id IS NULL THEN 'debited'
		WHEN EXISTS (SELECT 1 FROM refund_outcome e WHERE e.refund_id = r.id AND e.kind = 'returned') THEN 'returned'
		WHEN EXISTS (SELECT 1 FROM refund_outcome e WHERE e.refund_id = r.id AND e.kind = 'rejected') THEN 'rejected'
		WHEN EXISTS (SELECT 1 FROM refund_outcome e WHERE e.refund_id = r.id AND e.kind = 'debited') THEN 'debited'
		ELSE 'sent' END FROM refund r`

func scanRefund(row db.Scanner) (Refund, error) {
	var r Refund
	err := row.Scan(&r.ID, &r.Reference, &r.Order, &r.Funder, (*int64)(&r.Amount), &r.Reason, &r.Account, &r.Paying, &r.MessageID,
		&r.ExecutionOn, &r.SentOn, &r.SentAs, &r.At, (*string)(&r.State))
	return r, err
}

// RefundByID reads a refund. Fault code: unknown_refund.
func RefundByID(ctx context.Context, q db.Q, id db.ID) (Refund, error) {
	return readRefund(ctx, q, ` WHERE r.id = $1`, id[:])
}

// RefundNamed reads a refund by the message that asked the bank for it, or by
// its own reference, end to end. Fault code: unknown_refund.
func RefundNamed(ctx context.Context, q db.Q, name string) (Refund, error) {
	return readRefund(ctx, q, ` WHERE (r.message_id = $1 OR r.reference = $1) AND r.message_id IS NOT NULL`, name)
}

func readRefund(ctx context.Context, q db.Q, condition string, key any) (Refund, error) {
	if err := account.Require(q.Actor(), account.ActRefundRead, db.ID{}); err != nil {
		return Refund{}, err
	}
	refund, err := scanRefund(q.QueryRow(ctx, selectRefund+condition, key))
	if errors.Is(err, fault.ErrNotFound) {
		return Refund{}, ErrUnknownRefund
	}
	if err != nil {
		return Refund{}, err
	}
	refund.Leaf, err = audit.HashOf(ctx, q, actRefund, refund.ID)
	return refund, err
}

// Refunds lists refunds, latest first, after one of them (the zero ID for the
// first), at most limit; of one order, or of all for the zero ID.
func Refunds(ctx context.Context, q db.Q, order, after db.ID, limit int) ([]Refund, error) {
	if err := account.Require(q.Actor(), account.ActRefundRead, db.ID{}); err != nil {
		return nil, err
	}
	if after.IsZero() {
		for i := range after {
			after[i] = 0xff
		}
	}
	return db.All(ctx, q, scanRefund, selectRefund+` WHERE r.id < $1 AND ($3 OR r.order_id = $4) ORDER BY r.id DESC LIMIT $2`,
		after, limit, order.IsZero(), order[:])
}
