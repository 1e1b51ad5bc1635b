package funding

import (
	"context"
	"strings"

	"passerelle/internal/db"
)

// OrderNamed finds an order by its identifier or by its reference, as people
// copy either. Fault codes: those of OrderByID.
func OrderNamed(ctx context.Context, q db.Q, name string) (Order, error) {
	name = strings.TrimSpace(name)
	if id, err := db.ParseID(name); err == nil {
		return OrderByID(ctx, q, id)
	}
	ids, err := db.All(ctx, q, db.Value[db.ID], `SELECT id FROM orders WHERE reference = $1`, name)
	if err != nil {
		return Order{}, err
	}
	if len(ids) == 0 {
		return Order{}, ErrUnknownOrder
	}
	return OrderByID(ctx, q, ids[0])
}
