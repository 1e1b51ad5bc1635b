package db_test

import (
	"testing"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
)

// BenchmarkUpdate is the cost of one short transaction among many callers: a
// guarded statement and an insert.
func BenchmarkUpdate(b *testing.B) {
	d := dbtest.SQLite(b)
	b.SetParallelism(32)
	b.RunParallel(func(loop *testing.PB) {
		ctx := b.Context()
		for loop.Next() {
			err := d.Update(ctx, nobody, func(tx *db.Tx) error {
				id := tx.NewID()
				if _, err := tx.Exec(ctx, `INSERT INTO job (id, kind, payload, run_at, enqueued_at) VALUES ($1, 'x', '', $2, $2)`, id, tx.Now()); err != nil {
					return err
				}
				_, err := tx.Exec(ctx, `UPDATE job SET state = 'done' WHERE id = $1 AND state = 'waiting'`, id)
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}
