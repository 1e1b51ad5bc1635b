package cli

import (
	"context"

	"passerelle/internal/db"
	"passerelle/internal/job"
	"passerelle/internal/place"
)

// mostLooks is how many slices of places one job compares: well within its
// lease. The rest waits for the next job.
const mostLooks = 50

// findTwins compares the places that changed with their neighbours.
func findTwins(d *db.DB) job.Handler {
	return func(ctx context.Context, _ []byte) error {
		for range mostLooks {
			compared := 0
			err := d.Update(ctx, job.Actor, func(tx *db.Tx) (err error) {
				compared, err = place.FindTwins(ctx, tx)
				return err
			})
			if err != nil || compared < place.MostCompared {
				return err
			}
		}
		return d.Update(ctx, job.Actor, func(tx *db.Tx) error { return place.LookForTwins(ctx, tx) })
	}
}
