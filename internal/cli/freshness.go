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

// lookAtFreshness looks at every place, then writes to those whose turn it is:
// first the people of places that became stale, then those whose hours are to
// be confirmed, then, in the first night of each week, the territories.
func lookAtFreshness(ctx context.Context, d *db.DB, baseURL string) error {
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
	for _, tell := range []func(ctx context.Context, tx *db.Tx, baseURL string) error{tellStale, askHours, tellTerritories} {
		if err := d.Update(ctx, job.Actor, func(tx *db.Tx) error { return tell(ctx, tx, baseURL) }); err != nil {
			return err
		}
	}
	return nil
}

func tellStale(ctx context.Context, tx *db.Tx, baseURL string) error {
	stale, err := place.TellStale(ctx, tx)
	if err != nil {
		return err
	}
	return write(ctx, tx, stale, func(one place.Asked) notify.Content {
		return notify.StalePlace{
			PlaceName: one.Place.Name, Commune: one.Place.CommuneName, Link: correctionLink(baseURL, one.Secret), EndsAt: one.EndsAt.In(one.Place.Zone()),
		}
	})
}

func askHours(ctx context.Context, tx *db.Tx, baseURL string) error {
	asked, err := place.AskHours(ctx, tx)
	if err != nil {
		return err
	}
	return write(ctx, tx, asked, func(one place.Asked) notify.Content {
		return notify.HoursConfirmation{
			PlaceName: one.Place.Name, Commune: one.Place.CommuneName, Hours: one.Place.HoursText(),
			Link: correctionLink(baseURL, one.Secret), EndsAt: one.EndsAt.In(one.Place.Zone()), Again: one.Again,
		}
	})
}

func write(ctx context.Context, tx *db.Tx, places []place.Asked, content func(place.Asked) notify.Content) error {
	for _, one := range places {
		for _, email := range one.Emails {
			if _, err := notify.EnqueueAbout(ctx, tx, email, one.Place.ID, content(one)); err != nil {
				return err
			}
		}
	}
	return nil
}

func correctionLink(baseURL, secret string) string { return baseURL + "/corriger/" + secret }

func tellTerritories(ctx context.Context, tx *db.Tx, baseURL string) error {
	digests, err := place.Digests(ctx, tx)
	if err != nil {
		return err
	}
	for _, digest := range digests {
		for _, email := range digest.Emails {
			if _, err := notify.Enqueue(ctx, tx, email, notify.FreshnessDigest{
				Territory: digest.Territory, Stale: digest.Stale, New: digest.New, Link: baseURL + "/fraicheur",
			}); err != nil {
				return err
			}
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
