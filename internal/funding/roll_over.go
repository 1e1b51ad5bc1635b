package funding

import (
	"context"
	"errors"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/ledger"
	"passerelle/internal/money"
)

// Rollover is unused cash of one funder that leaves an order for another, in
// which it pays a part too.
type Rollover struct {
	ID       db.ID
	From, To db.ID
	Funder   db.ID
	// Amount in cents; zero means all that is available there and still owed here.
	Amount money.Cents
	Reason string
	At     time.Time
	Leaf   []byte // its hash in the sealed record; empty in lists
}

// RollOver moves what is available of a funder from an order to another, within
// the funder's share of that one. Fault codes: forbidden, invalid (to, reason,
// amount_cents), unknown_order, order_closed (the one it goes to),
// funder_not_in_agreement, not_available, receipt_over_share.
func RollOver(ctx context.Context, tx *db.Tx, move Rollover) (Rollover, error) {
	if err := account.Require(tx.Actor(), account.ActRefundMake, db.ID{}); err != nil {
		return Rollover{}, err
	}
	move, err := move.completed(ctx, tx)
	if err != nil {
		return Rollover{}, err
	}
	if err := takeAway(ctx, tx, `moved_out_cents = moved_out_cents + $3`, move.From, move.Funder, move.Amount); err != nil {
		return Rollover{}, err
	}
	added, err := tx.Exec(ctx, `UPDATE order_cover SET moved_in_cents = moved_in_cents + $3 WHERE order_id = $1 AND funder_id = $2
		AND $3 <= share_cents - received_cents - moved_in_cents + refunded_cents + moved_out_cents`, move.To, move.Funder, int64(move.Amount))
	if err != nil {
		return Rollover{}, err
	}
	if added == 0 {
		remaining, err := remains(ctx, tx, move.To, move.Funder)
		if err != nil {
			return Rollover{}, err
		}
		return Rollover{}, ErrReceiptOverShare.Sayf("Ce financeur doit encore %s sur la nouvelle commande. Reportez au plus cette somme.", remaining).
			With("remaining_cents", int64(remaining))
	}
	if _, err := tx.Exec(ctx, `UPDATE orders SET state = $2 WHERE id = $1 AND state = $3`, move.To, Open, Agreed); err != nil {
		return Rollover{}, err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO rollover (id, from_id, to_id, funder_id, amount, reason, person_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		move.ID, move.From, move.To, move.Funder, int64(move.Amount), move.Reason, tx.Actor().ID, move.At); err != nil {
		return Rollover{}, err
	}
	for _, transfer := range move.transfers() {
		if err := ledger.Post(ctx, tx, transfer); err != nil {
			return Rollover{}, err
		}
	}
	move.Leaf, err = audit.Record(ctx, tx, actRollOver, move.ID, move.row())
	return move, err
}

func (m Rollover) completed(ctx context.Context, tx *db.Tx) (Rollover, error) {
	m.Reason, m.At = strings.TrimSpace(m.Reason), tx.Now()
	if m.ID.IsZero() {
		m.ID = tx.NewID()
	}
	var wrong fault.Collector
	wrong.Check(m.From != m.To, "to", "same_order", "Choisissez une autre commande que celle d’où vient l’argent.")
	wrong.Check(m.Amount >= 0, "amount_cents", "out_of_range", "Donnez un montant au-dessus de zéro.")
	checkReason(&wrong, m.Reason)
	if err := wrong.Err(); err != nil {
		return m, err
	}
	if _, err := orderByID(ctx, tx, m.From); err != nil {
		return m, err
	}
	to, err := orderByID(ctx, tx, m.To)
	if err != nil {
		return m, err
	}
	if to.State == Closed {
		return m, ErrOrderClosed
	}
	if m.Amount > 0 {
		return m, nil
	}
	available, err := availableOf(ctx, tx, m.From, m.Funder)
	if err != nil {
		return m, err
	}
	remaining, err := remains(ctx, tx, m.To, m.Funder)
	m.Amount = min(available, max(remaining, 0))
	return m, err
}

// transfers are the two halves of the move.
func (m Rollover) transfers() []ledger.Transfer {
	funders, parts := []db.ID{m.Funder}, []money.Cents{m.Amount}
	return []ledger.Transfer{
		ledger.Move(ledger.RolledOut, m.ID, m.From, db.ID{}, funders, parts),
		ledger.Move(ledger.RolledIn, m.ID, m.To, db.ID{}, funders, parts),
	}
}

func (m Rollover) row() audit.Row {
	return struct {
		ID, From, To, Funder db.ID
		Amount               money.Cents
		Reason               string
	}{m.ID, m.From, m.To, m.Funder, m.Amount, m.Reason}
}

const selectRollover = `SELECT id, from_id, to_id, funder_id, amount, reason, at FROM rollover`

func scanRollover(row db.Scanner) (Rollover, error) {
	var m Rollover
	err := row.Scan(&m.ID, &m.From, &m.To, &m.Funder, (*int64)(&m.Amount), &m.Reason, &m.At)
	return m, err
}

// ErrUnknownRollover refuses a rollover that is not there.
var ErrUnknownRollover = fault.Define(fault.NotFound, "unknown_rollover", "Ce report n’existe pas. Choisissez-le sur la page de la commande.")

// RolloverByID reads a rollover. Fault code: unknown_rollover.
func RolloverByID(ctx context.Context, q db.Q, id db.ID) (Rollover, error) {
	if err := account.Require(q.Actor(), account.ActRefundRead, db.ID{}); err != nil {
		return Rollover{}, err
	}
	move, err := scanRollover(q.QueryRow(ctx, selectRollover+` WHERE id = $1`, id))
	if errors.Is(err, fault.ErrNotFound) {
		return Rollover{}, ErrUnknownRollover
	}
	if err != nil {
		return Rollover{}, err
	}
	move.Leaf, err = audit.HashOf(ctx, q, actRollOver, id)
	return move, err
}

// Rollovers lists what came into an order from others and left it for others,
// oldest first.
func Rollovers(ctx context.Context, q db.Q, order db.ID) ([]Rollover, error) {
	if err := account.Require(q.Actor(), account.ActRefundRead, db.ID{}); err != nil {
		return nil, err
	}
	return db.All(ctx, q, scanRollover, selectRollover+` WHERE from_id = $1 OR to_id = $1 ORDER BY id`, order[:])
}
