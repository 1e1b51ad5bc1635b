package cli

import (
	"context"
	"encoding/json"

	"passerelle/internal/db"
	"passerelle/internal/departure"
	"passerelle/internal/job"
	"passerelle/internal/notify"
	"passerelle/internal/place"
)

// lookAtFreshness looks at every place.
func lookAtFreshness(ctx context.Context, d *db.DB) error {
	var after db.ID
	for more := true; more; {
		err := d.Update(ctx, job.Actor, func(tx *db.Tx) error {
			looked, err := departure.Freshness(ctx, tx, after)
			after, more = looked.Last, looked.Places == departure.MostLooked
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// tellOfReport tells whoever left an e-mail with a report what became of it.
func tellOfReport(d *db.DB, baseURL string) job.Handler {
	return func(ctx context.Context, payload []byte) error {
		var reply place.Reply
		if err := json.Unmarshal(payload, &reply); err != nil {
			return err
		}
		return d.Update(ctx, job.Actor, func(tx *db.Tx) error {
			report, email, err := place.ReplyOf(ctx, tx, reply)
			if err != nil || email == "" {
				return err
			}
			_, err = notify.Enqueue(ctx, tx, email, notify.ReportAnswered{
				PlaceName: report.PlaceName, Commune: report.Commune, State: string(report.State), Reason: report.Reason,
				Link: baseURL + "/lieux/" + report.Place.String(),
			})
			return err
		})
	}
}
