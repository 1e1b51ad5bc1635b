package voucher_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/funding"
	"passerelle/internal/place"
	"passerelle/internal/voucher"
)

func TestEveryRefusalOfARedemptionIsItsOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d)
		plain := w.live(10, nil)
		inCreuse := w.live(1, func(o *funding.Order) { o.Territory = "23" })
		forProcedures := w.live(1, func(o *funding.Order) { o.Services = []string{place.ServiceProcedures} })
		idle := w.printed(w.order(1, 1, nil))[0]
		blocked := w.live(1, nil)
		if err := w.block(blocked.Number); err != nil {
			t.Fatal(err)
		}
		used := w.mustRedeem(plain.Coupons[0].Number)
		soon := w.plan(w.site, w.mediator, d.Clock.Now().Add(16*time.Minute), place.ServiceProcedures)
		now := w.plan(w.site, w.mediator, d.Clock.Now().Add(14*time.Minute), place.ServiceLeisure)
		elsewhere := w.plan(w.limoges, w.otherSite, d.Clock.Now().Add(14*time.Minute), place.ServiceLeisure)
		live := plain.Coupons[1].Number
		unknown := db.NewID(d.Clock.Now())
		for _, test := range []struct {
			code  string
			actor db.Actor
			p     voucher.Presentation
		}{
			{"already_redeemed", w.mediator, voucher.Presentation{Coupon: used.Number, Site: w.site.ID}},
			{"blocked", w.mediator, voucher.Presentation{Coupon: blocked.Coupons[0].Number, Site: w.site.ID}},
			{"not_live", w.mediator, voucher.Presentation{Coupon: idle.Coupons[0].Number, Site: w.site.ID}},
			{"other_territory", w.otherSite, voucher.Presentation{Coupon: inCreuse.Coupons[0].Number, Site: w.limoges.ID}},
			{"other_service", w.mediator, voucher.Presentation{Coupon: forProcedures.Coupons[0].Number, Site: w.site.ID}},
			{"other_service", w.mediator, voucher.Presentation{Coupon: forProcedures.Coupons[0].Number, Site: w.site.ID, Session: now.ID}},
			{"too_early", w.mediator, voucher.Presentation{Coupon: live, Site: w.site.ID, Session: soon.ID}},
			{"site_not_labelled", w.mediator, voucher.Presentation{Coupon: live, Site: w.unlabelled.ID}},
			{"bad_number", w.mediator, voucher.Presentation{Coupon: "1234 5678 9012 3456", Site: w.site.ID}},
			{"unknown_number", w.mediator, voucher.Presentation{Coupon: "1234 5678 9012 3428", Site: w.site.ID}},
			{"other_organisation", w.mediator, voucher.Presentation{Coupon: live, Site: w.limoges.ID}},
			{"unknown_place", w.mediator, voucher.Presentation{Coupon: live, Site: unknown}},
			{"unknown_session", w.mediator, voucher.Presentation{Coupon: live, Site: w.site.ID, Session: unknown}},
			{"session_elsewhere", w.mediator, voucher.Presentation{Coupon: live, Site: w.site.ID, Session: elsewhere.ID}},
			{"forbidden", w.desk, voucher.Presentation{Coupon: live, Site: w.site.ID}},
			{"forbidden", w.accountant, voucher.Presentation{Coupon: live, Site: w.site.ID}},
			{"unauthenticated", db.Actor{}, voucher.Presentation{Coupon: live, Site: w.site.ID}},
		} {
			_, err := w.redeem(test.actor, test.p)
			wantCode(t, err, test.code)
			err = w.View(t.Context(), test.actor, func(q db.Q) error {
				_, err := voucher.Examine(t.Context(), q, test.p)
				return err
			})
			wantCode(t, err, test.code)
		}
		_, err := w.redeem(w.mediator, voucher.Presentation{Coupon: used.Number, Site: w.site.ID})
		refusal := fault.Of(err)
		if !strings.Contains(refusal.Message, "24 novembre 2026") || !strings.Contains(refusal.Message, "La Souterraine") || refusal.Detail["when"] != "2026-11-24T08:30:00Z" {
			t.Errorf("already_redeemed says %q, %v", refusal.Message, refusal.Detail)
		}
		for _, coupon := range []string{live, forProcedures.Coupons[0].Number} {
			if _, err := w.redeem(w.mediator, voucher.Presentation{Coupon: coupon, Site: w.site.ID, Session: w.plan(w.site, w.mediator, d.Clock.Now().Add(14*time.Minute), place.ServiceProcedures).ID}); err != nil {
				t.Error(err)
			}
		}
		w.sound()
	})
}

func TestARedemptionIsReversedBySameSiteUntilItsStatementCloses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d)
		booklet := w.live(5, nil)
		number := booklet.Coupons[0].Number
		first := w.mustRedeem(number)
		_, err := w.reverse(w.otherSite, first.ID, "erreur")
		wantCode(t, err, "unknown_redemption")
		_, err = w.reverse(w.colleague, first.ID, "")
		wantCode(t, err, "reason_required")
		d.Clock.Advance(voucher.UndoWindow)
		undone, err := w.reverse(w.mediator, first.ID, "")
		if err != nil || undone.Kind != voucher.Undone {
			t.Errorf("undone as %+v, %v", undone, err)
		}
		_, err = w.reverse(w.mediator, first.ID, "")
		wantCode(t, err, "already_reversed")
		second := w.mustRedeem(number)
		if second.Turn != 2 {
			t.Errorf("turn %d", second.Turn)
		}
		d.Clock.Advance(voucher.UndoWindow + time.Second)
		_, err = w.reverse(w.mediator, second.ID, " ")
		wantCode(t, err, "reason_required")
		reversed, err := w.reverse(w.colleague, second.ID, "la personne est partie")
		if err != nil || reversed.Kind != voucher.Reversed {
			t.Errorf("reversed as %+v, %v", reversed, err)
		}
		third := w.mustRedeem(number)
		if err := w.block(booklet.Number); err != nil {
			t.Fatal(err)
		}
		if _, err := w.reverse(w.mediator, third.ID, ""); err != nil {
			t.Fatal(err)
		}
		_, err = w.redeem(w.mediator, voucher.Presentation{Coupon: number, Site: w.site.ID})
		wantCode(t, err, "blocked")
		want := funding.Figures{Received: 5000, Available: 5000}
		if got := w.balance(booklet.Order).Figures; got != want {
			t.Errorf("all was given back: %+v; want %+v", got, want)
		}
		w.sound()
	})
}

func TestOneCouponIsRedeemedOnceByTwoHundredAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d)
		number := w.live(1, nil).Coupons[0].Number
		input := [32]byte{1}
		once := func(key string) (receipt voucher.Redemption, err error) {
			err = w.Update(t.Context(), w.mediator, func(tx *db.Tx) (err error) {
				receipt, err = db.Once(t.Context(), tx, db.Key{Scope: w.mediator.Credential, Route: "redemption", Text: key, Input: input},
					func(id db.ID) (voucher.Redemption, error) { return voucher.RedemptionByID(t.Context(), tx, id) },
					func(id db.ID) (voucher.Redemption, error) {
						return voucher.Redeem(t.Context(), tx, voucher.Presentation{ID: id, Coupon: number, Site: w.site.ID})
					})
				return err
			})
			return receipt, err
		}
		var taken, refused atomic.Int64
		var winner atomic.Value
		var group sync.WaitGroup
		for i := range 200 {
			group.Go(func() {
				key := "key " + strings.Repeat("i", i)
				receipt, err := once(key)
				switch {
				case err == nil:
					taken.Add(1)
					winner.Store(key)
					_ = receipt
				case fault.HasCode(err, "already_redeemed"):
					refused.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		group.Wait()
		if taken.Load() != 1 || refused.Load() != 199 {
			t.Fatalf("%d redeemed, %d refused", taken.Load(), refused.Load())
		}
		first, err := once(winner.Load().(string))
		if err != nil {
			t.Fatal(err)
		}
		second, err := once(winner.Load().(string))
		if err != nil || first.ID != second.ID || !slices.Equal(first.Leaf, second.Leaf) || len(first.Leaf) == 0 {
			t.Errorf("the same key answers %+v, then %+v, %v", first, second, err)
		}
		w.sound()
	})
}

func TestManyRedemptionsAndReversalsAtOnceKeepTheBooks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d, 7, 11, 13)
		booklets := []voucher.Booklet{}
		for range 4 {
			booklets = append(booklets, w.live(10, nil))
		}
		var group sync.WaitGroup
		for _, booklet := range booklets {
			for _, coupon := range booklet.Coupons {
				group.Go(func() {
					receipt, err := w.redeem(w.mediator, voucher.Presentation{Coupon: coupon.Number, Site: w.site.ID})
					if err != nil && !fault.HasCode(err, "blocked") {
						t.Error(err)
						return
					}
					if err == nil && coupon.Rank%3 == 0 {
						if _, err := w.reverse(w.mediator, receipt.ID, ""); err != nil {
							t.Error(err)
						}
					}
				})
			}
			group.Go(func() {
				if err := w.block(booklet.Number); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		w.sound()
	})
}

func TestWrongNumbersAreThrottledPerSiteAndPerAddress(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d)
		wrong := func(site db.ID, address string) error {
			if err := w.View(t.Context(), w.mediator, func(q db.Q) error {
				return voucher.RefuseIfTooMany(t.Context(), q, site, address)
			}); err != nil {
				return err
			}
			return w.try(w.mediator, func(ctx context.Context, tx *db.Tx) error { return voucher.CountWrong(ctx, tx, site, address) })
		}
		for range 20 {
			if err := wrong(w.site.ID, "192.0.2.1"); err != nil {
				t.Fatal(err)
			}
		}
		wantCode(t, wrong(w.site.ID, "192.0.2.1"), "too_many")
		for range 20 {
			if err := wrong(w.site.ID, "192.0.2.2"); err != nil {
				t.Fatal(err)
			}
		}
		wantCode(t, wrong(w.site.ID, "192.0.2.3"), "too_many")
		if err := wrong(w.limoges.ID, "192.0.2.3"); err != nil {
			t.Error(err)
		}
		d.Clock.Advance(15 * time.Minute)
		if err := wrong(w.site.ID, "192.0.2.1"); err != nil {
			t.Error(err)
		}
	})
}
