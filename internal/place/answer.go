package place

import (
	"context"
	"slices"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// Answer settles what a newer file says otherwise than whoever keeps a place:
// take writes the file's value by hand, else the present one is said again
// today, and the file is no longer newer. Faults: unknown_place, not_found when
// nothing differs on this field (it was answered, or the file changed), and those
// of Correct.
func Answer(ctx context.Context, tx *db.Tx, id db.ID, field string, take bool) (Place, error) {
	known, err := ByID(ctx, tx, id)
	if err != nil {
		return Place{}, err
	}
	if err := account.RequireAt(tx.Actor(), actOn(known), known.Organisation, known.ID); err != nil {
		return Place{}, err
	}
	if err := account.RequireWithin(ctx, tx, known.Commune); err != nil {
		return Place{}, err
	}
	differences, err := Differences(ctx, tx, id)
	if err != nil {
		return Place{}, err
	}
	at := slices.IndexFunc(differences, func(d Difference) bool { return d.Field.Code == field })
	if at < 0 {
		return Place{}, fault.ErrNotFound
	}
	wanted := known
	if take {
		differences[at].Field.take(&wanted, &differences[at].Said)
	}
	record, err := handRecord(ctx, tx, known, wanted, map[string]bool{field: true})
	if err != nil {
		return Place{}, err
	}
	return refold(ctx, tx, known, record)
}
