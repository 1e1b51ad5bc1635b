package settlement

import (
	"context"
	"strings"

	"passerelle/internal/db"
)

// StatementNamed finds a statement by its identifier or by its reference, as
// people copy either. Fault codes: those of StatementByID.
func StatementNamed(ctx context.Context, q db.Q, name string) (Statement, error) {
	name = strings.TrimSpace(name)
	if id, err := db.ParseID(name); err == nil {
		return StatementByID(ctx, q, id)
	}
	ids, err := db.All(ctx, q, db.Value[db.ID], `SELECT id FROM statement WHERE reference = $1`, name)
	if err != nil {
		return Statement{}, err
	}
	if len(ids) == 0 {
		return Statement{}, ErrUnknownStatement
	}
	return StatementByID(ctx, q, ids[0])
}
