package voucher

import (
	"context"
	"errors"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/funding"
)

// Voiding calls back a booklet that will not serve, from the stock or from a
// person's hands.
type Voiding struct {
	ID     db.ID
	Number string // of the booklet, as typed
	Reason string
}

// Void ends a booklet that its order's authority calls back. What was redeemed stands; the value of the rest returns to the order's
// funders, whole.
//
// Fault codes: bad_number, unknown_booklet, invalid (reason), blocked, expired,
// replaced, and those of account.Require.
func Void(ctx context.Context, tx *db.Tx, act Voiding) (Booklet, error) {
	number, err := ParseBooklet(act.Number)
	if err != nil {
		return Booklet{}, err
	}
	booklet, err := bookletBy(ctx, tx, byNumber, number)
	if err != nil {
		return Booklet{}, err
	}
	if err := voidable(ctx, tx, booklet.Order); err != nil {
		return Booklet{}, err
	}
	act.Reason = strings.TrimSpace(act.Reason)
	if err := checkVoiding(act.Reason); err != nil {
		return Booklet{}, err
	}
	if booklet.State != InStock && !booklet.live() {
		return Booklet{}, booklet.handable()
	}
	if err := void(ctx, tx, act.ID, booklet.ID, booklet.Order, act.Reason); err != nil {
		return Booklet{}, err
	}
	return bookletBy(ctx, tx, byID, booklet.ID)
}

// MostVoided bounds one call of VoidStock.
const MostVoided = 500

// VoidStock ends the booklets of an order that nobody was given, at most
// MostVoided, and tells how many: whoever calls back a whole order calls it
// until it tells less. Fault codes: unknown_order, invalid (reason), and those
// of account.Require.
func VoidStock(ctx context.Context, tx *db.Tx, order db.ID, reason string) (int, error) {
	if err := voidable(ctx, tx, order); err != nil {
		if errors.Is(err, ErrUnknownBooklet) {
			err = funding.ErrUnknownOrder
		}
		return 0, err
	}
	reason = strings.TrimSpace(reason)
	if err := checkVoiding(reason); err != nil {
		return 0, err
	}
	booklets, err := db.All(ctx, tx, db.Value[db.ID], `SELECT id FROM booklet WHERE order_id = $1 AND state = 'in_stock' ORDER BY sequence LIMIT $2`, order, MostVoided)
	if err != nil {
		return 0, err
	}
	for _, booklet := range booklets {
		if err := void(ctx, tx, db.ID{}, booklet, order, reason); err != nil {
			return 0, err
		}
	}
	return len(booklets), nil
}

// voidable refuses an actor whose order it is not, as if it were not there.
func voidable(ctx context.Context, q db.Q, order db.ID) error {
	if err := account.Require(q.Actor(), account.ActBookletVoid, db.ID{}); err != nil {
		return err
	}
	found, err := funding.OrderByID(ctx, q, order)
	if errors.Is(err, funding.ErrUnknownOrder) {
		return ErrUnknownBooklet
	}
	if err != nil {
		return err
	}
	return hidden(account.Require(q.Actor(), account.ActBookletVoid, found.Organisation))
}

func checkVoiding(reason string) error {
	var wrong fault.Collector
	wrong.Check(reason != "", "reason", "required", "Dites pourquoi, en quelques mots.")
	wrong.Check(len(reason) <= 500, "reason", "too_long", "Donnez la raison en 500 caractères au plus.")
	return wrong.Err()
}

func void(ctx context.Context, tx *db.Tx, act, booklet, order db.ID, reason string) error {
	changed, err := tx.Exec(ctx, `UPDATE booklet SET state = 'void' WHERE id = $1 AND state IN ('in_stock', 'live')`, booklet)
	if err != nil {
		return err
	}
	if changed == 0 {
		return fault.ErrConflict
	}
	return finish(ctx, tx, end{ID: act, Booklet: booklet, Kind: BookletVoid, At: tx.Now()}, order, Voided, reason)
}
