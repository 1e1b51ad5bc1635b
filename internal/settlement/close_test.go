package settlement_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/settlement"
	"passerelle/internal/voucher"
)

var (
	november = month(2026, time.November)
	december = month(2026, time.December)
	inNext   = time.Date(2026, time.December, 2, 9, 0, 0, 0, time.UTC)
)

const (
	gueret    = "23096"
	aubusson  = "23008"
	saintJean = "97411" // Saint-Denis de La Réunion: 3 hours before Paris in winter
)

func TestARunningMonthIsComputedLiveThenClosedUnderTheSameID(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d, 1, gueret, aubusson)
		w.redeem(0, 3)
		w.redeem(1, 2)
		running := w.list(w.accountant, settlement.Filter{})
		if len(running) != 2 || running[0].State != settlement.Open || running[0].Month != november {
			t.Fatalf("running: %+v", running)
		}
		d.Clock.Set(inNext)
		closed := w.close(november)
		if len(closed) != 2 || closed[0].Reference != "2026-11-0001" || closed[1].Reference != "2026-11-0002" {
			t.Fatalf("closed: %+v", closed)
		}
		for _, statement := range closed {
			at := slices.IndexFunc(running, func(r settlement.Statement) bool { return r.ID == statement.ID })
			if at < 0 || running[at].Amount != statement.Amount || running[at].Coupons != statement.Coupons {
				t.Errorf("%s was not running as it was closed: %+v", statement.Reference, statement)
			}
			if statement.DueOn != civil.On(2027, time.January, 1) || statement.State != settlement.Closed {
				t.Errorf("due on %s, %s", statement.DueOn, statement.State)
			}
		}
		if left := w.list(w.accountant, settlement.Filter{State: settlement.Open}); len(left) != 0 {
			t.Errorf("still open: %+v", left)
		}
		w.sound()
	})
}

func TestClosingAgainChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d, 1, gueret)
		w.redeem(0, 3)
		d.Clock.Set(inNext)
		first := w.close(november)
		second := w.close(november)
		if !slices.Equal(first, second) {
			t.Errorf("first %+v\nthen %+v", first, second)
		}
		w.redeem(0, 1)
		if third := w.close(november); !slices.Equal(first, third) {
			t.Errorf("after a redemption of December: %+v", third)
		}
		w.sound()
	})
}

func TestAMonthIsClosedOnceItIsOverInTheSitesZone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d, 1, gueret, saintJean)
		w.redeem(0, 1)
		w.redeem(1, 1)
		close := func(site int) func(context.Context, *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error {
				_, err := settlement.CloseSite(ctx, tx, w.places[site], november)
				return err
			}
		}
		// 21:00 UTC on 30 November is 1 December in La Réunion, not in Paris.
		d.Clock.Set(time.Date(2026, time.November, 30, 21, 0, 0, 0, time.UTC))
		w.refused("month_running", w.accountant, close(0))
		w.do(w.accountant, close(1))
		if closed := w.close(november); len(closed) != 1 {
			t.Errorf("closed in Paris too: %+v", closed)
		}
		d.Clock.Set(inNext)
		if closed := w.close(november); len(closed) != 2 {
			t.Errorf("not closed: %+v", closed)
		}
		w.sound()
	})
}

func TestARedemptionOfTheFirstHourIsOfTheNewMonthThere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d, 1, gueret, saintJean)
		d.Clock.Set(time.Date(2026, time.November, 30, 22, 30, 0, 0, time.UTC))
		w.redeem(0, 1)
		w.redeem(1, 1)
		for i, want := range []civil.Month{november, december} {
			found := w.list(w.accountant, settlement.Filter{Site: w.places[i]})
			if len(found) != 1 || found[0].Month != want {
				t.Errorf("site %d: %+v; want %s", i, found, want)
			}
		}
	})
}

func TestACouponIsGivenBackUntilItsStatementIsClosed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d, 1, gueret)
		taken := w.redeem(0, 3)
		reverse := func(redemption voucher.Redemption) func(context.Context, *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error {
				_, err := voucher.Reverse(ctx, tx, voucher.Reversal{Redemption: redemption.ID, Reason: "Lu deux fois."})
				return err
			}
		}
		w.do(w.sites[0], reverse(taken[0]))
		d.Clock.Set(inNext)
		if closed := w.close(november); closed[0].Coupons != 2 || closed[0].Amount != 2000 {
			t.Errorf("closed: %+v", closed[0])
		}
		err := w.Update(t.Context(), w.sites[0], func(tx *db.Tx) error { return reverse(taken[1])(t.Context(), tx) })
		if fault.KindOf(err) != fault.Conflict {
			t.Errorf("given back after closing: %v", err)
		}
		w.sound()
	})
}

func TestASiteReadsItsOwnStatementsOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d, 1, gueret, aubusson)
		w.redeem(0, 2)
		w.redeem(1, 3)
		d.Clock.Set(inNext)
		closed := w.close(november)
		w.redeem(1, 1)
		for i, site := range w.sites {
			found := w.list(site, settlement.Filter{})
			for _, statement := range found {
				if statement.Site != w.places[i] {
					t.Errorf("site %d reads %+v", i, statement)
				}
			}
			if len(found) != 1+i {
				t.Errorf("site %d reads %d statements", i, len(found))
			}
			if elsewhere := w.list(site, settlement.Filter{Site: w.places[1-i]}); len(elsewhere) != 0 {
				t.Errorf("site %d reads %+v", i, elsewhere)
			}
		}
		for _, statement := range append(closed, w.list(w.accountant, settlement.Filter{State: settlement.Open})...) {
			reader := w.sites[0]
			if statement.Site == w.places[0] {
				reader = w.sites[1]
			}
			err := w.View(t.Context(), reader, func(q db.Q) error {
				_, err := settlement.DetailOf(t.Context(), q, statement.ID)
				return err
			})
			if !errors.Is(err, settlement.ErrUnknownStatement) {
				t.Errorf("%s %s: %v", statement.Month, statement.State, err)
			}
		}
		w.refused("forbidden", w.desk, func(ctx context.Context, tx *db.Tx) error {
			_, err := settlement.Statements(ctx, tx, settlement.Filter{})
			return err
		})
	})
}

func TestAStatementTellsItsLinesAndWhoPays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d, 1, gueret)
		w.redeem(0, 2)
		d.Clock.Advance(24 * time.Hour)
		w.redeem(0, 3)
		read := func(id db.ID) settlement.Detail {
			var detail settlement.Detail
			if err := w.View(t.Context(), w.sites[0], func(q db.Q) (err error) {
				detail, err = settlement.DetailOf(t.Context(), q, id)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return detail
		}
		running := read(w.list(w.sites[0], settlement.Filter{})[0].ID)
		d.Clock.Set(inNext)
		closed := read(w.close(november)[0].ID)
		for _, detail := range []settlement.Detail{running, closed} {
			if len(detail.Lines) != 2 || detail.Lines[0].Coupons != 2 || detail.Lines[1].Amount != 3000 {
				t.Errorf("lines: %+v", detail.Lines)
			}
			// Of five coupons at weights 1 and 2: 16,67 and 33,33.
			if len(detail.Shares) != 2 || detail.Shares[0] != (settlement.Share{Funder: w.funders[1], Name: "Département", Amount: 3333}) || detail.Shares[1].Amount != 1667 {
				t.Errorf("shares: %+v", detail.Shares)
			}
			if detail.Amount != 5000 {
				t.Errorf("amount: %s", detail.Amount)
			}
		}
	})
}

func TestAListIsReadPageByPageWithoutLossOrDouble(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d, 2, gueret, aubusson, "23176")
		for range 3 {
			for site := range w.sites {
				w.redeem(site, 1)
			}
			now := d.Clock.Now()
			d.Clock.Set(time.Date(now.Year(), now.Month()+1, 5, 9, 0, 0, 0, time.UTC))
			w.close(civil.MonthOf(now, civil.Paris))
		}
		w.redeem(0, 1)
		w.redeem(2, 1)
		all := w.list(w.accountant, settlement.Filter{})
		if len(all) != 11 {
			t.Fatalf("%d statements; want 11", len(all))
		}
		var paged []settlement.Statement
		filter := settlement.Filter{Limit: 2}
		for {
			found := w.list(w.accountant, filter)
			if len(found) == 0 {
				break
			}
			paged = append(paged, found...)
			filter.After = found[len(found)-1].ID
		}
		if !slices.Equal(all, paged) {
			t.Errorf("all %d, paged %d", len(all), len(paged))
		}
		if some := w.list(w.accountant, settlement.Filter{Month: december, Site: w.places[1]}); len(some) != 1 || some[0].Month != december {
			t.Errorf("filtered: %+v", some)
		}
	})
}
