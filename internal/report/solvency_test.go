package report_test

import (
	"context"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/funding"
	"passerelle/internal/money"
	"passerelle/internal/report"
	"passerelle/internal/sample"
)

func TestSolvencyCoversAndAddsUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		if _, err := sample.Build(t.Context(), d.DB, d.Clock, sample.Options{
			Seed: 2, People: 80, At: time.Date(2026, time.November, 24, 9, 0, 0, 0, time.UTC),
		}); err != nil {
			t.Fatal(err)
		}
		read := func(actor db.Actor) report.Solvency {
			var found report.Solvency
			if err := d.View(t.Context(), actor, func(q db.Q) (err error) {
				found, err = report.SolvencyNow(t.Context(), q)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return found
		}
		public := read(db.Actor{})
		if len(public.BySite)+len(public.ByFunder) != 0 {
			t.Error("a visitor is told who is owed what")
		}
		whole := read(db.Actor{Kind: db.Person, Role: account.RoleAuditor, Level: account.LevelMember})
		if whole.Figures != public.Figures || !whole.Covered || whole.Cash < whole.Due() || whole.Received == 0 || whole.Paid == 0 {
			t.Errorf("%+v", whole)
		}
		if sum := whole.Available + whole.Live + whole.Redeemed + whole.Sent + whole.Paid + whole.Returned; sum != whole.Received {
			t.Errorf("received %s, told %s", whole.Received, sum)
		}
		if whole.Cash != whole.Available+whole.Due()+whole.Waiting || whole.Waiting == 0 {
			t.Errorf("%s in cash: %+v", whole.Cash, whole)
		}
		var before report.Solvency
		d.Clock.Advance(time.Minute)
		d.Must(t, db.Actor{Kind: db.Person, Role: account.RoleAccountant, Level: account.LevelMember}, func(ctx context.Context, tx *db.Tx) error {
			_, err := funding.TakeCredit(ctx, tx, funding.Credit{Amount: 700, Text: "VIR"})
			return err
		})
		if err := d.View(t.Context(), db.Actor{}, func(q db.Q) (err error) {
			before, err = report.SolvencyAt(t.Context(), q, whole.At)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if after := read(db.Actor{}); before.Cash != whole.Cash || before.Figures != whole.Figures || after.Cash != whole.Cash+700 || !after.Covered {
			t.Errorf("then %+v, now %+v", before, after)
		}
		var bySite, byFunder money.Cents
		for _, site := range whole.BySite {
			bySite += site.Redeemed + site.Sent
		}
		for _, funder := range whole.ByFunder {
			byFunder += funder.Redeemed + funder.Sent
		}
		if owed := whole.Redeemed + whole.Sent; bySite != owed || byFunder != owed {
			t.Errorf("owed %s, by site %s, by funder %s", owed, bySite, byFunder)
		}
	})
}
