package departure

import (
	"context"
	"time"

	"passerelle/internal/audit"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/label"
	"passerelle/internal/place"
	"passerelle/internal/settlement"
	"passerelle/internal/workshop"
)

// Nightly ends the departures whose last day is over and where nobody is left to
// be re-homed, and closes the last statement of every site that left or lost its
// label for good, for a job.
func Nightly(ctx context.Context, tx *db.Tx) error {
	announced, err := db.All(ctx, tx, scanDeparture, selectDeparture+` WHERE state = 'announced' ORDER BY id`)
	if err != nil {
		return err
	}
	for _, one := range announced {
		if err := one.end(ctx, tx); err != nil {
			return err
		}
	}
	stops, err := label.Stops(ctx, tx)
	if err != nil {
		return err
	}
	for _, stop := range stops {
		if stop.State != label.Withdrawn {
			continue
		}
		if _, err := settlement.CloseLast(ctx, tx, stop.Place); err != nil && !fault.HasCode(err, settlement.ErrMonthRunning.Code) {
			return err
		}
	}
	return nil
}

// end is the last act of a departure, when it is time: what is still planned is
// called off, with nobody to tell.
func (d Departure) end(ctx context.Context, tx *db.Tx) error {
	site, err := place.ByID(ctx, tx, d.Place)
	if err != nil {
		return err
	}
	if !civil.DateOf(tx.Now(), site.Zone()).After(d.LastOn) {
		return nil
	}
	closing, err := place.ClosingOf(ctx, tx, d.Place)
	if err != nil {
		return err
	}
	if err := place.Shut(ctx, tx, d.Place); err != nil {
		return err
	}
	if closing.LastOn == d.LastOn { // else the place was labelled again, and stays
		left, err := expected(ctx, tx, d.stop(site))
		if err != nil || len(left) > 0 {
			return err
		}
		if err := d.callOff(ctx, tx, site); err != nil {
			return err
		}
	}
	ended, err := tx.Exec(ctx, `UPDATE departure SET state = 'ended', ended_at = $2 WHERE id = $1 AND state = 'announced'`, d.ID, tx.Now())
	if err != nil || ended == 0 {
		return err
	}
	_, err = audit.Record(ctx, tx, actEnd, d.ID, endRow{d.ID, d.Place, tx.Now()})
	return err
}

// endRow is what the leaf of an end stands for.
type endRow struct {
	ID, Place db.ID
	EndedAt   time.Time
}

func (d Departure) callOff(ctx context.Context, tx *db.Tx, site place.Place) error {
	from, to := d.LastOn.AddDays(1).In(site.Zone()), d.LastOn.AddMonths(2*mostNotice).In(site.Zone())
	planned, err := workshop.OfSite(ctx, tx, site.ID, from, to)
	if err != nil {
		return err
	}
	for _, session := range planned {
		if session.State != workshop.Planned {
			continue
		}
		if _, err := workshop.CallOff(ctx, tx, session.ID, "Le lieu ne reçoit plus depuis le "+d.LastOn.AddDays(1).FrenchLong()+"."); err != nil {
			return err
		}
	}
	return nil
}
