package settlement_test

import (
	"context"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/job"
	"passerelle/internal/label"
	"passerelle/internal/settlement"
)

// The last statement of a site that lost its label closes before its month is
// over, and is paid as any other.
func TestTheLastStatementOfASiteClosesAndIsPaid(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d, 2, "23096", "23008")
		w.redeem(0, 3)
		last := func() (closed []settlement.Statement, err error) {
			err = w.Update(t.Context(), job.Actor, func(tx *db.Tx) (err error) {
				closed, err = settlement.CloseLast(t.Context(), tx, w.places[0])
				return err
			})
			return closed, err
		}
		w.refused("month_running", job.Actor, func(ctx context.Context, tx *db.Tx) error {
			_, err := settlement.CloseLast(ctx, tx, w.places[0])
			return err
		})
		w.do(person(account.RoleCertifier, id()), func(ctx context.Context, tx *db.Tx) error {
			_, err := label.Withdraw(ctx, tx, label.Decision{Site: w.places[0], On: civil.DateOf(tx.Now(), civil.Paris).AddDays(1), Reason: "Le lieu ferme."})
			return err
		})
		w.Clock.Advance(settlement.LastEntries * 24 * time.Hour)
		if closed, err := last(); err == nil {
			t.Errorf("closed too soon: %+v", closed)
		}
		w.Clock.Advance(24 * time.Hour)
		closed, err := last()
		if err != nil || len(closed) != 1 || closed[0].Coupons != 3 || closed[0].State != settlement.Closed {
			t.Fatalf("%+v, %v", closed, err)
		}
		if again, err := last(); err != nil || len(again) != 0 {
			t.Errorf("again: %+v, %v", again, err)
		}
		w.refused("forbidden", w.sites[0], func(ctx context.Context, tx *db.Tx) error {
			_, err := settlement.CloseLast(ctx, tx, w.places[0])
			return err
		})
		if file := w.pay(w.accountant, closed...); file.Amount != 3000 {
			t.Errorf("%d cents are paid", file.Amount)
		}
		w.sound()
	})
}
