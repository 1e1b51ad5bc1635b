package settlement

import (
	"context"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/place"
)

// LastEntries is how many days a site whose label has ended has to enter the
// coupons of its last sessions before its last statement closes.
const LastEntries = 7

// CloseLast closes what is open of a site that takes coupons no more: once
// LastEntries days have passed since the last day of its label, the running
// month too. It is paid as any statement. Nothing is open: it answers none.
// Fault codes: forbidden, unknown_place, month_running (the label holds, or ended
// too lately), conflict.
func CloseLast(ctx context.Context, tx *db.Tx, site db.ID) ([]Statement, error) {
	if err := account.Require(tx.Actor(), account.ActStatementClose, db.ID{}); err != nil {
		return nil, err
	}
	known, err := place.ByID(ctx, tx, site)
	if err != nil {
		return nil, err
	}
	today := civil.DateOf(tx.Now(), known.Zone())
	if known.LabelledUntil.IsZero() || !today.After(known.LabelledUntil.AddDays(LastEntries)) {
		return nil, ErrMonthRunning
	}
	owed, err := runningAt(ctx, tx, known)
	if err != nil {
		return nil, err
	}
	closed := []Statement{}
	for _, month := range owed {
		statement, err := closeMonth(ctx, tx, month)
		if err != nil {
			return nil, err
		}
		closed = append(closed, statement)
	}
	return closed, nil
}
