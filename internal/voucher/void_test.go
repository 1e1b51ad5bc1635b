package voucher_test

import (
	"context"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/voucher"
)

// What is called back returns whole to the funders; what has served stands.
func TestACalledBackBookletReturnsItsValue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d, 6, 6, 1)
		booklet := w.live(5, nil)
		used, taken := w.mustRedeem(booklet.Coupons[0].Number), w.mustRedeem(booklet.Coupons[1].Number)
		call := func(actor db.Actor, number, reason string) error {
			return w.try(actor, func(ctx context.Context, tx *db.Tx) error {
				_, err := voucher.Void(ctx, tx, voucher.Voiding{Number: number, Reason: reason})
				return err
			})
		}
		wantCode(t, call(w.desk, booklet.Number, "x"), "forbidden")
		wantCode(t, call(w.person(account.RoleTerritory, "Autre département", "87085"), booklet.Number, "x"), "unknown_booklet")
		wantCode(t, call(w.territory, booklet.Number, " "), "invalid")
		if err := call(w.territory, booklet.Number, "Commande annulée"); err != nil {
			t.Fatal(err)
		}
		wantCode(t, call(w.territory, booklet.Number, "encore"), "blocked")
		_, err := w.redeem(w.mediator, voucher.Presentation{Coupon: booklet.Coupons[2].Number, Site: w.site.ID})
		wantCode(t, err, "blocked")
		if s := w.balance(booklet.Order); s.Live != 0 || s.Redeemed != 2_000 || s.Available != s.Received-2_000 {
			t.Errorf("%+v", s.Figures)
		}
		w.sound()
		// Given back into a booklet that is no more: its value returns too.
		if _, err := w.reverse(w.mediator, taken.ID, "Erreur"); err != nil {
			t.Fatal(err)
		}
		if s := w.balance(booklet.Order); s.Redeemed != used.Amount || s.Available != s.Received-used.Amount {
			t.Errorf("%+v", s.Figures)
		}
		w.sound()
	})
}

func TestAWholeStockIsCalledBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d)
		order := w.order(3, 5, nil)
		w.receive(order, 100)
		booklets := w.printed(order)
		if _, err := w.handOver(booklets[0].Number, w.holder().ID); err != nil {
			t.Fatal(err)
		}
		for _, want := range []int{2, 0} {
			w.do(w.territory, func(ctx context.Context, tx *db.Tx) error {
				ended, err := voucher.VoidStock(ctx, tx, order.ID, "Le programme s’arrête")
				if ended != want {
					t.Errorf("%d ended, want %d", ended, want)
				}
				return err
			})
		}
		if s := w.balance(order.ID); s.Live != 5_000 {
			t.Errorf("%+v", s.Figures)
		}
		w.sound()
	})
}
