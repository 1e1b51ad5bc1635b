package voucher_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/funding"
	"passerelle/internal/money"
	"passerelle/internal/place"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

func TestACouponGoesFromOrderToPaidSite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d)
		order := w.order(2, 5, nil)
		w.receive(order, 100)
		booklets := w.printed(order)
		person := w.holder()
		booklet, err := w.handOver(booklets[0].Number, person.ID)
		if err != nil {
			t.Fatal(err)
		}
		if booklet.State != voucher.BookletLive || booklet.Holder != person.ID || booklet.ValidUntil.String() != "2027-11-24" || booklet.Left != 5 {
			t.Errorf("handed over as %+v", booklet)
		}
		for _, coupon := range booklet.Coupons {
			if coupon.State != voucher.Live || coupon.Amount != funding.Face {
				t.Errorf("coupon %+v", coupon)
			}
		}
		session := w.plan(w.site, w.mediator, d.Clock.Now().Add(10*time.Minute), place.ServiceProcedures)
		receipt, err := w.redeem(w.mediator, voucher.Presentation{Coupon: voucher.Group(booklet.Coupons[0].Number), Site: w.site.ID, Session: session.ID})
		if err != nil {
			t.Fatal(err)
		}
		if receipt.Amount != 1000 || len(receipt.Leaf) != 32 || receipt.State != voucher.Redeemed {
			t.Errorf("receipt %+v", receipt)
		}
		w.view(w.mediator, func(ctx context.Context, q db.Q) error {
			again, err := voucher.RedemptionByID(ctx, q, receipt.ID)
			if err != nil {
				return err
			}
			if !slices.Equal(again.Leaf, receipt.Leaf) || again.Number != receipt.Number || !again.At.Equal(receipt.At) {
				t.Errorf("read again as %+v; was %+v", again, receipt)
			}
			attendees, err := workshop.Bookings(ctx, q, session.ID)
			if err != nil {
				return err
			}
			if len(attendees) != 1 || attendees[0].State != workshop.Came {
				t.Errorf("attendance %+v", attendees)
			}
			return nil
		})
		want := funding.Figures{Received: 10000, Available: 5000, Live: 4000, Redeemed: 1000}
		if got := w.balance(order.ID).Figures; got != want {
			t.Errorf("after the redemption %+v; want %+v", got, want)
		}
		w.sound()
		statement, count := w.state()
		if count != 1 {
			t.Fatalf("%d redemptions to state", count)
		}
		if _, again := w.state(); again != 0 {
			t.Errorf("%d redemptions are stated twice", again)
		}
		_, err = w.reverse(w.mediator, receipt.ID, "")
		wantCode(t, err, "statement_closed")
		for _, move := range []struct {
			step step
			want funding.Figures
		}{
			{voucher.MarkSent, funding.Figures{Received: 10000, Available: 5000, Live: 4000, Sent: 1000}},
			{voucher.MarkRejected, funding.Figures{Received: 10000, Available: 5000, Live: 4000, Redeemed: 1000}},
			{voucher.MarkSent, funding.Figures{Received: 10000, Available: 5000, Live: 4000, Sent: 1000}},
			{voucher.MarkPaid, funding.Figures{Received: 10000, Available: 5000, Live: 4000, Paid: 1000}},
			{voucher.MarkReturned, funding.Figures{Received: 10000, Available: 5000, Live: 4000, Redeemed: 1000}},
			{voucher.MarkSent, funding.Figures{Received: 10000, Available: 5000, Live: 4000, Sent: 1000}},
			{voucher.MarkPaid, funding.Figures{Received: 10000, Available: 5000, Live: 4000, Paid: 1000}},
		} {
			if amount := w.mark(statement, move.step); amount != 1000 {
				t.Errorf("moved %d cents", amount)
			}
			if got := w.balance(order.ID).Figures; got != move.want {
				t.Errorf("moved to %+v; want %+v", got, move.want)
			}
			w.sound()
		}
		_, err = w.redeem(w.mediator, voucher.Presentation{Coupon: receipt.Number, Site: w.site.ID})
		wantCode(t, err, "paid")
	})
}

func TestABookletEndsAMonthAfterItsValidity(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d)
		booklet := w.live(5, func(o *funding.Order) { o.ValidityMonths = 1 }) // until 24 December, grace until 24 January
		d.Clock.Set(time.Date(2026, time.December, 24, 9, 0, 0, 0, time.UTC))
		before := w.plan(w.site, w.mediator, d.Clock.Now().Add(time.Hour), place.ServiceProcedures)
		after := w.plan(w.site, w.mediator, d.Clock.Now().Add(25*time.Hour), place.ServiceProcedures)
		w.mustRedeem(booklet.Coupons[0].Number)
		d.Clock.Set(time.Date(2027, time.January, 24, 20, 0, 0, 0, time.UTC))
		at := func(session db.ID) voucher.Presentation {
			return voucher.Presentation{Coupon: booklet.Coupons[1].Number, Site: w.site.ID, Session: session}
		}
		_, err := w.redeem(w.mediator, at(db.ID{}))
		wantCode(t, err, "expired")
		_, err = w.redeem(w.mediator, at(after.ID))
		wantCode(t, err, "expired")
		late, err := w.redeem(w.mediator, at(before.ID))
		if err != nil {
			t.Error(err)
		}
		if ended := w.expire(); ended != 0 {
			t.Error("ended in its month of grace")
		}
		d.Clock.Advance(12 * time.Hour)
		_, err = w.redeem(w.mediator, voucher.Presentation{Coupon: booklet.Coupons[2].Number, Site: w.site.ID, Session: before.ID})
		wantCode(t, err, "expired")
		if ended := w.expire(); ended != 1 {
			t.Errorf("%d booklets ended", ended)
		}
		if ended := w.expire(); ended != 0 {
			t.Errorf("%d booklets ended twice", ended)
		}
		_, err = w.redeem(w.mediator, voucher.Presentation{Coupon: booklet.Coupons[2].Number, Site: w.site.ID, Session: before.ID})
		wantCode(t, err, "expired")
		want := funding.Figures{Received: 5000, Available: 3000, Redeemed: 2000}
		if got := w.balance(booklet.Order).Figures; got != want {
			t.Errorf("after the end %+v; want %+v", got, want)
		}
		if _, err := w.reverse(w.mediator, late.ID, "la personne n’est pas venue"); err != nil {
			t.Fatal(err)
		}
		want = funding.Figures{Received: 5000, Available: 4000, Redeemed: 1000}
		if got := w.balance(booklet.Order).Figures; got != want {
			t.Errorf("a coupon given back after the end leaves %+v; want %+v", got, want)
		}
		w.sound()
	})
}

func TestOnlyCashReceivedFromEachFunderCoversAHandover(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d)
		order := w.order(2, 5, nil)
		booklets := w.printed(order)
		person := w.holder()
		_, err := w.handOver(booklets[0].Number, person.ID)
		wantCode(t, err, "not_covered")
		pay := func(funder int, amount money.Cents) error {
			return w.try(w.accountant, func(ctx context.Context, tx *db.Tx) error {
				_, err := funding.Receive(ctx, tx, funding.Receipt{Order: order.ID, Funder: w.funders[funder].ID, Amount: amount})
				return err
			})
		}
		for funder, amount := range []money.Cents{5000, 1499, 2000} {
			if err := pay(funder, amount); err != nil {
				t.Fatal(err)
			}
		}
		_, err = w.handOver(booklets[0].Number, person.ID)
		wantCode(t, err, "not_covered")
		refusal := fault.Of(err)
		if !strings.Contains(refusal.Message, "0,01\u00a0€ de Département de la Creuse") || refusal.Detail["missing_cents"] != int64(1) ||
			refusal.Detail["funder"] != w.funders[1].ID.String() {
			t.Errorf("not_covered says %q, %v", refusal.Message, refusal.Detail)
		}
		if err := pay(1, 1); err != nil {
			t.Fatal(err)
		}
		if _, err := w.handOver(booklets[0].Number, person.ID); err != nil {
			t.Error(err)
		}
		_, err = w.handOver(booklets[1].Number, person.ID)
		wantCode(t, err, "not_covered")
		wantCode(t, pay(1, 1501), "receipt_over_share")
		w.sound()
	})
}

func TestABookletIsHandedOverOnceByItsOwnDesk(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d)
		order := w.order(3, 5, nil)
		w.receive(order, 100)
		booklets := w.printed(order)
		person := w.holder()
		if _, err := w.handOver(booklets[0].Number, person.ID); err != nil {
			t.Fatal(err)
		}
		_, err := w.handOver(booklets[0].Number, person.ID)
		wantCode(t, err, "already_handed_over")
		if err := w.block(booklets[1].Number); err != nil {
			t.Fatal(err)
		}
		_, err = w.handOver(booklets[1].Number, person.ID)
		wantCode(t, err, "blocked")
		_, err = w.handOver("1234", person.ID)
		wantCode(t, err, "bad_number")
		for _, act := range []func(context.Context, *db.Tx) error{
			func(ctx context.Context, tx *db.Tx) error {
				_, err := voucher.HandOver(ctx, tx, voucher.Handover{Number: booklets[2].Number, Holder: person.ID})
				return err
			},
			func(ctx context.Context, tx *db.Tx) error {
				_, err := voucher.Block(ctx, tx, voucher.Loss{Number: booklets[2].Number, Kind: voucher.Lost, Reason: "perdu"})
				return err
			},
			func(ctx context.Context, tx *db.Tx) error {
				_, err := voucher.BookletByNumber(ctx, tx, booklets[2].Number)
				return err
			},
			func(ctx context.Context, tx *db.Tx) error {
				_, err := voucher.InnerCode(ctx, tx, booklets[2].ID)
				return err
			},
		} {
			wantCode(t, w.try(w.otherDesk, act), "unknown_booklet")
		}
		w.sound()
	})
}

func TestBookletsArePrintedAtTheirPlacesInTheOrderAndNoMore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d)
		order := w.order(20, 5, nil)
		printSome := func(actor db.Actor, count int) ([]voucher.Booklet, error) {
			var booklets []voucher.Booklet
			err := w.try(actor, func(ctx context.Context, tx *db.Tx) (err error) {
				booklets, err = voucher.Print(ctx, tx, voucher.PrintRun{Order: order.ID, Count: count})
				return err
			})
			return booklets, err
		}
		var group sync.WaitGroup
		all := make([][]voucher.Booklet, 8)
		for i := range all {
			group.Go(func() {
				booklets, err := printSome(w.desk, 2)
				if err != nil {
					t.Error(err)
				}
				all[i] = booklets
			})
		}
		group.Wait()
		seen := map[int]bool{}
		for _, booklets := range all {
			for _, booklet := range booklets {
				if seen[booklet.Sequence] || len(booklet.InnerCode) != 8 || len(booklet.Coupons) != 5 || booklet.Coupons[4].Rank != booklet.Sequence*5 {
					t.Errorf("booklet %+v", booklet)
				}
				seen[booklet.Sequence] = true
			}
		}
		_, err := printSome(w.desk, 5)
		wantCode(t, err, "order_exhausted")
		_, err = printSome(w.otherDesk, 1)
		wantCode(t, err, "unknown_order")
		_, err = printSome(w.mediator, 1)
		wantCode(t, err, "forbidden")
		rest, err := printSome(w.territory, 0)
		if err != nil || len(rest) != 4 {
			t.Errorf("the rest is %d booklets, %v", len(rest), err)
		}
		_, err = printSome(w.desk, 0)
		wantCode(t, err, "order_exhausted")
		w.view(w.desk, func(ctx context.Context, q db.Q) error {
			code, err := voucher.InnerCode(ctx, q, rest[0].ID)
			if code != rest[0].InnerCode {
				t.Errorf("inner code %q; printed %q", code, rest[0].InnerCode)
			}
			return err
		})
		w.sound()
	})
}

func TestReadersSeeTheirOwnBookletsAndOnlyTheDeskItsPeople(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d)
		booklet := w.live(5, nil)
		w.printed(w.order(2, 1, nil))
		receipt := w.mustRedeem(booklet.Coupons[0].Number)
		payer := db.Actor{Kind: db.Person, ID: w.national.ID, Organisation: w.funders[0].Organisation, Role: account.RoleFunder, Level: account.LevelMember}
		stranger := payer
		stranger.Organisation = w.otherSite.Organisation
		auditor := db.Actor{Kind: db.Person, ID: w.national.ID, Organisation: w.national.Organisation, Role: account.RoleAuditor, Level: account.LevelMember}
		for name, test := range map[string]struct {
			actor  db.Actor
			listed int
			named  bool
		}{
			"desk": {w.desk, 3, true}, "territory": {w.territory, 3, false}, "funder": {payer, 3, false}, "auditor": {auditor, 3, false},
			"another desk": {w.otherDesk, 0, false}, "another funder": {stranger, 0, false},
		} {
			w.view(test.actor, func(ctx context.Context, q db.Q) error {
				booklets, err := voucher.Booklets(ctx, q, voucher.Filter{})
				if err != nil || len(booklets) != test.listed {
					t.Errorf("%s lists %d booklets, %v", name, len(booklets), err)
				}
				found, err := voucher.BookletByNumber(ctx, q, booklet.Number)
				if test.listed == 0 {
					wantCode(t, err, "unknown_booklet")
					_, err = voucher.RedemptionByID(ctx, q, receipt.ID)
					wantCode(t, err, "unknown_redemption")
					return nil
				}
				if err != nil || found.Holder.IsZero() == test.named || found.Left != 4 {
					t.Errorf("%s reads %+v, %v", name, found, err)
				}
				_, err = voucher.RedemptionByID(ctx, q, receipt.ID)
				if err != nil {
					t.Errorf("%s reads the receipt: %v", name, err)
				}
				stock, err := voucher.Booklets(ctx, q, voucher.Filter{State: voucher.InStock})
				if err != nil || len(stock) != 2 {
					t.Errorf("%s lists %d in stock, %v", name, len(stock), err)
				}
				return nil
			})
		}
	})
}

// Booklets printed into the stock of a body that is no counter could be handed
// over by nobody.
func TestTheAuthorityPrintsIntoTheStockOfDesksOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d)
		order := w.order(20, 5, nil)
		into := func(desk db.ID) error {
			return w.try(w.territory, func(ctx context.Context, tx *db.Tx) error {
				_, err := voucher.Print(ctx, tx, voucher.PrintRun{Order: order.ID, Desk: desk, Count: 1})
				return err
			})
		}
		for name, desk := range map[string]db.ID{"a site": w.mediator.Organisation, "nobody": db.NewID(d.Clock.Now())} {
			err := into(desk)
			if fields := fault.Of(err).Fields; fault.KindOf(err) != fault.Invalid || len(fields) != 1 || fields[0].Name != "desk" {
				t.Errorf("printed into the stock of %s: %v", name, err)
			}
		}
		for _, desk := range []db.ID{{}, w.desk.Organisation, w.otherDesk.Organisation} {
			if err := into(desk); err != nil {
				t.Errorf("into a desk's stock: %v", err)
			}
		}
		w.sound()
	})
}
