package place

import (
	"context"

	"passerelle/internal/db"
)

// Identity is what a place is known by, without the rest of it.
type Identity struct {
	ID                          db.ID
	Source, SourceID, Collector string
}

// Identities lists the places of a filter by what they are known by, in no order;
// the zero Filter holds them all. It is read where the places themselves would be
// too many at once: ByIDs then reads them by slices. Those that another place
// stands for are not among them.
func Identities(ctx context.Context, q db.Q, filter Filter) ([]Identity, error) {
	where := &conditions{}
	filter.where(where)
	return db.All(ctx, q, func(row db.Scanner) (Identity, error) {
		var one Identity
		err := row.Scan(&one.ID, &one.Source, &one.SourceID, &one.Collector)
		return one, err
	}, `SELECT id, source, source_id, collector FROM place`+where.text(), where.args...)
}
