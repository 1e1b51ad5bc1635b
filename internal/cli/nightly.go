package cli

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/departure"
	"passerelle/internal/diagnosis"
	"passerelle/internal/job"
	"passerelle/internal/label"
	"passerelle/internal/notify"
	"passerelle/internal/orientation"
	"passerelle/internal/place"
	"passerelle/internal/printing"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

const jobNightly = "nightly"

// nightHour is when a day's nightly work may begin, Paris time.
const nightHour = 3

// schedule asks for each night's work once, whichever server sees the night first.
func schedule(ctx context.Context, d *db.DB, log *slog.Logger) {
	for {
		now := d.Clock().Now().In(civil.Paris)
		if now.Hour() >= nightHour {
			err := d.Update(ctx, job.Actor, func(tx *db.Tx) error {
				return job.EnqueueOnce(ctx, tx, jobNightly+" "+civil.DateOf(now, civil.Paris).String(), jobNightly)
			})
			if err != nil && ctx.Err() == nil {
				log.Error("nightly work not asked for", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(10 * time.Minute):
		}
	}
}

// nightly ends what is over, looks at how fresh the directory is, and forgets
// what no longer serves. Links in messages begin with baseURL; people are told to
// call telephone where nobody nearer has a number.
func nightly(d *db.DB, baseURL, telephone string) job.Handler {
	return func(ctx context.Context, _ []byte) error {
		if err := expire(ctx, d); err != nil {
			return err
		}
		if err := lookAtFreshness(ctx, d, baseURL); err != nil {
			return err
		}
		if err := tellPeople(ctx, d, telephone); err != nil {
			return err
		}
		for _, work := range []func(ctx context.Context, tx *db.Tx) error{
			func(ctx context.Context, tx *db.Tx) error {
				const kept = 30 // days: a draft is not a file on a person
				_, err := orientation.LeaveOld(ctx, tx, tx.Now().AddDate(0, 0, -kept))
				return err
			},
			label.Nightly, departure.Nightly, diagnosis.EndOldPhones, workshop.SweepKept, workshop.LapseOffers, place.ForgetUploads, printing.ForgetBatches, place.LookForTwins, place.ForgetReports, place.ForgetLinks, account.Forget, notify.Forget, notify.GiveUp, notify.ForgetWords, job.Forget, db.ForgetKeys,
		} {
			if err := d.Update(ctx, job.Actor, func(tx *db.Tx) error { return work(ctx, tx) }); err != nil {
				return err
			}
		}
		return nil
	}
}

// expire ends every booklet whose last day is over everywhere: at 3 o'clock in
// Paris, that day still lasts in the Antilles and in Polynesia.
func expire(ctx context.Context, d *db.DB) error {
	for {
		ended := 0
		err := d.Update(ctx, job.Actor, func(tx *db.Tx) (err error) {
			ended, err = voucher.Expire(ctx, tx, civil.DateOf(tx.Now(), civil.West))
			return err
		})
		if err != nil || ended < voucher.MostExpired {
			return err
		}
	}
}

// tellPeople makes what the people helped are told at night: reminders, and the
// end of booklets.
func tellPeople(ctx context.Context, d *db.DB, telephone string) error {
	return errors.Join(notify.Remind(ctx, d, telephone), notify.TellEnding(ctx, d, telephone))
}
