package cli

import (
	"context"
	"fmt"
	"testing"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/job"
	"passerelle/internal/voucher"
)

// A booklet's last day is 23 November. At 3:30 in Paris on the 24th it is still
// the 23rd in the Antilles; a night later it is over everywhere.
func TestANightEndsEveryBookletWhoseLastDayIsOverEverywhere(t *testing.T) {
	const booklets = 2*voucher.MostExpired + 1
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		d.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) error {
			run, order, desk := tx.NewID(), tx.NewID(), tx.NewID()
			if _, err := tx.Exec(ctx, `INSERT INTO booklet_print (id, order_id, desk_id, first_sequence, count, at) VALUES ($1, $2, $3, 1, $4, $5)`,
				run, order, desk, booklets, tx.Now()); err != nil {
				return err
			}
			for i := range booklets {
				if _, err := tx.Exec(ctx, `INSERT INTO booklet (id, number, order_id, sequence, print_id, desk_id, state, validity_months, inner_code, inner_match, valid_until, grace_until)
					VALUES ($1, $2, $3, $4, $5, $6, 'live', 12, $7, $7, $8, $9)`,
					tx.NewID(), fmt.Sprint(i), order, i+1, run, desk, []byte{1}, civil.On(2026, 10, 23), civil.On(2026, 11, 23)); err != nil {
					return err
				}
			}
			return nil
		})
		night := func() (live int) {
			if err := nightly(d.DB, "https://passerelle.example", "")(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			d.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) error {
				return tx.QueryRow(ctx, `SELECT COUNT(*) FROM booklet WHERE state = 'live'`).Scan(&live)
			})
			return live
		}
		d.Clock.Set(time.Date(2026, time.November, 24, 2, 30, 0, 0, time.UTC))
		if live := night(); live != booklets {
			t.Errorf("%d of %d booklets left while their last day lasts overseas", live, booklets)
		}
		d.Clock.Advance(24 * time.Hour)
		if live := night(); live != 0 {
			t.Errorf("%d booklets left a night after their last day", live)
		}
	})
}
