package notify

import (
	"context"
	"slices"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/holder"
	"passerelle/internal/job"
	"passerelle/internal/voucher"
)

// The days before a booklet's end at which its holder is told.
var endings = []int{90, 30}

// TellEnding tells the holders of booklets with coupons left that the last day
// comes, 90 then 30 days before, once each: the nightly work calls it.
func TellEnding(ctx context.Context, d *db.DB, telephone string) error {
	var ending []voucher.Asleep
	if err := d.View(ctx, job.Actor, func(q db.Q) (err error) {
		today := civil.DateOf(q.Now(), civil.Paris)
		ending, err = voucher.Ending(ctx, q, today, today.AddDays(endings[0]))
		return err
	}); err != nil {
		return err
	}
	for some := range slices.Chunk(ending, sliceOfReminders) {
		if err := d.Update(ctx, job.Actor, func(tx *db.Tx) error {
			for _, one := range some {
				if err := tellEnding(ctx, tx, one, telephone); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

func tellEnding(ctx context.Context, tx *db.Tx, ending voucher.Asleep, telephone string) error {
	agreed, err := holder.Agreed(ctx, tx, ending.Holder)
	if err != nil || !agreed {
		return err
	}
	left := civil.DateOf(tx.Now(), civil.Paris).DaysUntil(ending.ValidUntil)
	stage := endings[0]
	if left <= endings[1] {
		stage = endings[1]
	}
	called, err := deskTelephone(ctx, tx, ending.Desk, telephone)
	if err != nil || called == "" {
		return err
	}
	_, err = Tell(ctx, tx, ending.Holder, Word{
		Kind: BookletEnding, About: ending.ID, Facts: Facts{Until: ending.ValidUntil, Coupons: ending.Left, Telephone: called},
		Once: string(BookletEnding) + " " + ending.ID.String() + " " + number(stage), TooLate: ending.ValidUntil.At(0, civil.Paris),
	})
	return err
}
