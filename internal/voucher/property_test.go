package voucher_test

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/funding"
	"passerelle/internal/ledger"
	"passerelle/internal/money"
	"passerelle/internal/voucher"
)

// Any order of acts, allowed or refused, keeps cover, splits and journal exact.
func TestAnyOrderOfActsKeepsTheBooksExact(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d, 3, 5, 1)
		rapid.Check(t, func(rt *rapid.T) {
			d.Clock.Set(dbtest.Start)
			order := w.order(rapid.IntRange(1, 4).Draw(rt, "booklets"), rapid.SampledFrom([]int{1, 5}).Draw(rt, "coupons"), func(o *funding.Order) {
				o.ValidityMonths = 1
			})
			w.receive(order, rapid.Int64Range(40, 100).Draw(rt, "percent paid"))
			life := &life{world: w, booklets: w.printed(order), person: w.holder().ID}
			for range rapid.IntRange(1, 30).Draw(rt, "acts") {
				life.act(rt)
			}
			for _, finding := range w.findings() {
				rt.Error(finding)
			}
			checkFigures(rt, w, order)
		})
	})
}

// life is the booklets of one order and what was done with them.
type life struct {
	*world
	booklets    []voucher.Booklet
	person      db.ID
	redemptions []db.ID
	statements  []db.ID
}

func (l *life) act(rt *rapid.T) {
	booklet := l.booklets[rapid.IntRange(0, len(l.booklets)-1).Draw(rt, "booklet")]
	coupon := booklet.Coupons[rapid.IntRange(0, len(booklet.Coupons)-1).Draw(rt, "coupon")]
	var err error
	switch rapid.SampledFrom([]string{"hand over", "redeem", "redeem", "redeem", "reverse", "block", "wait", "expire", "state", "move"}).Draw(rt, "act") {
	case "hand over":
		_, err = l.handOver(booklet.Number, l.person)
	case "redeem":
		var receipt voucher.Redemption
		if receipt, err = l.redeem(l.mediator, voucher.Presentation{Coupon: coupon.Number, Site: l.site.ID}); err == nil {
			l.redemptions = append(l.redemptions, receipt.ID)
		}
	case "reverse":
		if len(l.redemptions) > 0 {
			_, err = l.reverse(l.mediator, rapid.SampledFrom(l.redemptions).Draw(rt, "redemption"), "erreur")
		}
	case "block":
		err = l.block(booklet.Number)
	case "wait":
		l.Clock.Advance(time.Duration(rapid.IntRange(1, 40).Draw(rt, "days")) * 24 * time.Hour)
	case "expire":
		l.expire()
	case "state":
		if statement, count := l.state(); count > 0 {
			l.statements = append(l.statements, statement)
		}
	case "move":
		if len(l.statements) > 0 {
			statement := rapid.SampledFrom(l.statements).Draw(rt, "statement")
			move := rapid.SampledFrom([]step{voucher.MarkSent, voucher.MarkPaid, voucher.MarkRejected, voucher.MarkReturned}).Draw(rt, "move")
			err = l.try(l.accountant, func(ctx context.Context, tx *db.Tx) error {
				_, err := move(ctx, tx, tx.NewID(), statement)
				return err
			})
		}
	}
	if kind := fault.KindOf(err); err != nil && kind != fault.Conflict && kind != fault.NotFound {
		rt.Fatal(err)
	}
}

// checkFigures verifies that each funder's money is all somewhere, and that what
// left its funds is the sum of its parts of the coupons concerned.
func checkFigures(rt *rapid.T, w *world, order funding.Order) {
	standing := w.balance(order.ID)
	for _, funder := range standing.ByFunder {
		f := funder.Figures
		if f.Received != f.Available+f.Live+f.Redeemed+f.Sent+f.Paid+f.Returned {
			rt.Errorf("money is lost or made: %+v", f)
		}
		for _, amount := range []money.Cents{f.Available, f.Live, f.Redeemed, f.Sent, f.Paid} {
			if amount < 0 {
				rt.Errorf("a figure is below zero: %+v", f)
			}
		}
	}
	out := standing.Live + standing.Redeemed + standing.Sent + standing.Paid
	if out%funding.Face != 0 {
		rt.Errorf("the parts of coupons do not make whole coupons: %+v", standing.Figures)
	}
	w.view(console, func(ctx context.Context, q db.Q) error {
		balances, err := ledger.Balances(ctx, q, ledger.Filter{Order: order.ID})
		for _, balance := range balances {
			if balance.Account == ledger.Bank && balance.Amount < 0 {
				rt.Errorf("the bank owes: %+v", balance)
			}
		}
		return err
	})
}
