package label

import (
	"bytes"
	"context"
	"errors"

	"passerelle/internal/audit"
	"passerelle/internal/db"
)

// checkEntries compares the entries of bank details with the sealed record, and
// what can still be read of each account with its mark, for which the leaf stands.
func checkEntries(ctx context.Context, q db.Q) ([]string, error) {
	type entered struct {
		detailsRow
		sealed [3][]byte
	}
	entries, err := db.All(ctx, q, func(row db.Scanner) (entered, error) {
		var e entered
		err := row.Scan(&e.ID, &e.Payee, &e.sealed[0], &e.sealed[1], &e.sealed[2], &e.Mark, &e.Actor, &e.At)
		return e, err
	}, `SELECT id, payee, holder, iban, bic, mark, actor, at FROM bank_details`)
	if err != nil {
		return nil, err
	}
	sealed, err := audit.Replaying(ctx, q, "coordonnées bancaires", actEnter)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		var erased bool
		var texts [3]string
		for i, text := range entry.sealed {
			if texts[i], err = db.Unseal(ctx, q, entry.Payee, text); errors.Is(err, db.ErrErased) {
				erased = true
			} else if err != nil {
				entry.Mark = nil // what no longer opens is not what was entered
			}
		}
		if !erased && !bytes.Equal(entry.Mark, markOf(q, entry.Payee, texts)) {
			entry.Mark = nil
		}
		if err := sealed.Compare(actEnter, entry.ID, entry.detailsRow); err != nil {
			return nil, err
		}
	}
	return sealed.Findings(), nil
}
