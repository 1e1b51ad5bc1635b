package voucher_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/place"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

// seat books a person at a session as the counter does.
func (w *world) seat(session, who db.ID) (booking workshop.Booking, err error) {
	err = w.try(w.desk, func(ctx context.Context, tx *db.Tx) (err error) {
		if booking, err = workshop.Book(ctx, tx, workshop.Reservation{Session: session, Holder: who}); err != nil {
			return err
		}
		return voucher.Hold(ctx, tx, booking.ID)
	})
	return booking, err
}

func (w *world) mustSeat(session, who db.ID) workshop.Booking {
	w.t.Helper()
	booking, err := w.seat(session, who)
	if err != nil {
		w.t.Fatal(err)
	}
	return booking
}

func (w *world) tick(actor db.Actor, booking workshop.Booking, state string) (ticked voucher.Ticked, err error) {
	err = w.try(actor, func(ctx context.Context, tx *db.Tx) (err error) {
		ticked, err = voucher.Tick(ctx, tx, booking.Session, map[db.ID]string{booking.ID: state})
		return err
	})
	return ticked, err
}

func (w *world) kept(booking db.ID) (one voucher.Kept, holds bool) {
	w.t.Helper()
	w.view(console, func(ctx context.Context, q db.Q) error {
		kept, err := voucher.KeptFor(ctx, q, booking)
		one, holds = kept[booking]
		return err
	})
	return one, holds
}

func (w *world) cancel(booking db.ID) error {
	return w.try(w.desk, func(ctx context.Context, tx *db.Tx) error {
		_, err := workshop.Cancel(ctx, tx, booking)
		return err
	})
}

func TestASeatHoldsACouponForItsSiteWhileItStands(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d)
		booklet := w.live(5, nil)
		session := w.plan(w.site, w.mediator, d.Clock.Now().Add(3*time.Hour), place.ServiceProcedures)
		booking := w.mustSeat(session.ID, booklet.Holder)
		kept, holds := w.kept(booking.ID)
		if !holds || kept.Coupon != booklet.Coupons[4].ID || kept.State != voucher.Live {
			t.Fatalf("the seat holds %+v, %v; want the last coupon", kept, holds)
		}
		_, err := w.redeem(w.otherSite, voucher.Presentation{Coupon: kept.Number, Site: w.limoges.ID})
		wantCode(t, err, "held_elsewhere")
		if _, err := w.redeem(w.otherSite, voucher.Presentation{Coupon: booklet.Coupons[0].Number, Site: w.limoges.ID}); err != nil {
			t.Error("a coupon that nothing holds is refused elsewhere:", err)
		}
		// Nothing is pushed: once the seat is given up, the same row holds nothing.
		if err := w.cancel(booking.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := w.redeem(w.otherSite, voucher.Presentation{Coupon: kept.Number, Site: w.limoges.ID}); err != nil {
			t.Error("a seat given up still holds its coupon:", err)
		}
		w.sound()
	})
}

func TestAHoldEndsWhenNobodyTellsWhoCame(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d)
		booklet := w.live(1, nil)
		session := w.plan(w.site, w.mediator, d.Clock.Now().Add(time.Hour), place.ServiceProcedures)
		w.mustSeat(session.ID, booklet.Holder)
		elsewhere := voucher.Presentation{Coupon: booklet.Coupons[0].Number, Site: w.limoges.ID}
		d.Clock.Set(session.EndsAt.Add(voucher.HeldAfter - time.Second))
		_, err := w.redeem(w.otherSite, elsewhere)
		wantCode(t, err, "held_elsewhere")
		d.Clock.Advance(time.Second)
		if _, err := w.redeem(w.otherSite, elsewhere); err != nil {
			t.Error(err)
		}
		w.sound()
	})
}

func TestTickingWhoCameTakesTheHeldCouponAndUntickingGivesItBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d)
		booklet := w.live(5, nil)
		session := w.plan(w.site, w.mediator, d.Clock.Now().Add(10*time.Minute), place.ServiceProcedures)
		booking := w.mustSeat(session.ID, booklet.Holder)
		ticked, err := w.tick(w.mediator, booking, workshop.Came)
		if err != nil || len(ticked.Redeemed) != 1 || ticked.Redeemed[0].Session != session.ID || len(ticked.Redeemed[0].Leaf) == 0 {
			t.Fatalf("ticking took %+v, %v", ticked, err)
		}
		again, err := w.tick(w.mediator, booking, workshop.Came)
		if err != nil || len(again.Redeemed) != 0 {
			t.Errorf("ticked again it took %+v, %v", again, err)
		}
		back, err := w.tick(w.mediator, booking, workshop.Absent)
		if err != nil || len(back.Reversed) != 1 || back.Reversed[0].Kind != voucher.Undone {
			t.Errorf("unticked at once it gave back %+v, %v", back, err)
		}
		if _, err := w.tick(w.mediator, booking, workshop.Came); err != nil {
			t.Fatal(err)
		}
		d.Clock.Advance(time.Hour)
		back, err = w.tick(w.colleague, booking, workshop.ToFill)
		if err != nil || len(back.Reversed) != 1 || back.Reversed[0].Kind != voucher.Reversed || back.Reversed[0].Reason == "" {
			t.Errorf("unticked by a colleague it gave back %+v, %v", back, err)
		}
		if _, err := w.tick(w.mediator, booking, workshop.Came); err != nil {
			t.Fatal(err)
		}
		w.state()
		_, err = w.tick(w.mediator, booking, workshop.Absent)
		wantCode(t, err, "statement_closed")
		w.view(w.mediator, func(ctx context.Context, q db.Q) error {
			stands, _, err := workshop.BookingByID(ctx, q, booking.ID)
			if stands.State != workshop.Came {
				t.Errorf("the presence is %s though its coupon was to be paid", stands.State)
			}
			return err
		})
		w.sound()
	})
}

func TestAPresenceIsKeptWhenItsCouponCannotPay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d)
		booklet := w.live(1, nil)
		session := w.plan(w.site, w.mediator, d.Clock.Now().Add(40*time.Minute), place.ServiceProcedures)
		booking := w.mustSeat(session.ID, booklet.Holder)
		ticked, err := w.tick(w.mediator, booking, workshop.Came)
		if err != nil || len(ticked.Redeemed) != 0 {
			t.Fatalf("40 minutes early it took %+v, %v", ticked, err)
		}
		wantCode(t, ticked.Refused[booking.ID], "too_early")
		w.sound()
	})
}

func TestHoldsFollowHandoversLossesAndMoves(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d)
		person := w.holder().ID
		order := w.order(2, 5, nil)
		w.receive(order, 100)
		stock := w.printed(order)
		soon := w.plan(w.site, w.mediator, d.Clock.Now().Add(3*time.Hour), place.ServiceProcedures)
		later := w.plan(w.limoges, w.otherSite, d.Clock.Now().Add(30*time.Hour), place.ServiceProcedures)
		booking := w.mustSeat(soon.ID, person)
		if _, holds := w.kept(booking.ID); holds {
			t.Error("a seat holds a coupon of nobody's booklet")
		}
		if _, err := w.handOver(stock[0].Number, person); err != nil {
			t.Fatal(err)
		}
		first, holds := w.kept(booking.ID)
		if !holds {
			t.Fatal("the booklet handed over holds nothing for the seat that the person has")
		}
		if err := w.block(stock[0].Number); err != nil {
			t.Fatal(err)
		}
		if _, err := w.handOver(stock[1].Number, person); err != nil {
			t.Fatal(err)
		}
		second, holds := w.kept(booking.ID)
		if !holds || second.Coupon == first.Coupon || second.State != voucher.Live {
			t.Errorf("after a loss the seat holds %+v", second)
		}
		var moved workshop.Booking
		w.do(w.desk, func(ctx context.Context, tx *db.Tx) (err error) {
			if moved, err = workshop.Move(ctx, tx, workshop.Change{Booking: booking.ID, Session: later.ID}); err != nil {
				return err
			}
			return voucher.Hold(ctx, tx, moved.ID)
		})
		followed, holds := w.kept(moved.ID)
		if !holds || followed.Coupon != second.Coupon {
			t.Errorf("the seat moved, and holds %+v, %v; want the same coupon", followed, holds)
		}
		if _, holds := w.kept(booking.ID); holds {
			t.Error("the seat left still has its hold")
		}
		_, err := w.redeem(w.mediator, voucher.Presentation{Coupon: followed.Number, Site: w.site.ID})
		wantCode(t, err, "held_elsewhere")
		w.sound()
	})
}

// Two seats booked at once for one person never hold the same coupon, and one
// coupon redeemed while it is being held pays once.
func TestSeatsBookedAtOnceHoldTheirOwnCoupons(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d)
		booklet := w.live(5, nil)
		sessions := []workshop.Session{}
		for i := range 8 {
			sessions = append(sessions, w.plan(w.site, w.mediator, d.Clock.Now().Add(time.Duration(i+1)*5*time.Hour), place.ServiceProcedures))
		}
		bookings := make([]workshop.Booking, len(sessions))
		failures := make([]error, len(sessions)+1)
		var all sync.WaitGroup
		for i, session := range sessions {
			all.Go(func() { bookings[i], failures[i] = w.seat(session.ID, booklet.Holder) })
		}
		all.Go(func() {
			_, err := w.redeem(w.otherSite, voucher.Presentation{Coupon: booklet.Coupons[4].Number, Site: w.limoges.ID})
			if !fault.HasCode(err, "held_elsewhere") {
				failures[len(sessions)] = err
			}
		})
		all.Wait()
		if err := errors.Join(failures...); err != nil {
			t.Fatal(err)
		}
		seen := map[db.ID]bool{}
		for _, booking := range bookings {
			if kept, holds := w.kept(booking.ID); holds {
				if seen[kept.Coupon] {
					t.Errorf("two seats hold coupon %s", kept.Coupon)
				}
				seen[kept.Coupon] = true
			}
		}
		if len(seen) < 4 {
			t.Errorf("8 seats and 5 coupons make %d holds", len(seen))
		}
		w.sound()
	})
}

// Whatever is booked, given up, ticked, unticked and read, no coupon is held
// twice, none is taken elsewhere while it is held, and the books stay exact.
func TestAnyOrderOfSeatsKeepsHoldsTrue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d)
		rapid.Check(t, func(rt *rapid.T) {
			d.Clock.Set(dbtest.Start)
			booklet := w.live(5, nil)
			bookings := []workshop.Booking{}
			for range rapid.IntRange(1, 20).Draw(rt, "acts") {
				var err error
				switch rapid.SampledFrom([]string{"book here", "book there", "cancel", "tick", "untick", "read here", "read there", "wait", "lose"}).Draw(rt, "act") {
				case "book here":
					var booking workshop.Booking
					if booking, err = w.seat(w.plan(w.site, w.mediator, d.Clock.Now().Add(10*time.Minute), place.ServiceProcedures).ID, booklet.Holder); err == nil {
						bookings = append(bookings, booking)
					}
				case "book there":
					var booking workshop.Booking
					if booking, err = w.seat(w.plan(w.limoges, w.otherSite, d.Clock.Now().Add(10*time.Minute), place.ServiceProcedures).ID, booklet.Holder); err == nil {
						bookings = append(bookings, booking)
					}
				case "cancel", "tick", "untick":
					if len(bookings) == 0 {
						continue
					}
					booking := rapid.SampledFrom(bookings).Draw(rt, "booking")
					actor := w.mediator
					if _, err := w.tick(w.otherSite, booking, workshop.ToFill); err == nil {
						actor = w.otherSite
					}
					_, err = w.tick(actor, booking, rapid.SampledFrom(workshop.Presences).Draw(rt, "presence").State)
				case "read here":
					_, err = w.redeem(w.mediator, voucher.Presentation{Coupon: rapid.SampledFrom(booklet.Coupons).Draw(rt, "coupon").Number, Site: w.site.ID})
				case "read there":
					_, err = w.redeem(w.otherSite, voucher.Presentation{Coupon: rapid.SampledFrom(booklet.Coupons).Draw(rt, "coupon").Number, Site: w.limoges.ID})
				case "wait":
					d.Clock.Advance(time.Duration(rapid.IntRange(1, 300).Draw(rt, "hours")) * time.Hour)
				case "lose":
					err = w.block(booklet.Number)
				}
				if kind := fault.KindOf(err); err != nil && kind != fault.Conflict && kind != fault.NotFound && kind != fault.Invalid {
					rt.Fatal(err)
				}
			}
			for _, finding := range w.findings() {
				rt.Error(finding)
			}
		})
	})
}

func TestATamperedHoldIsFound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d)
		mine, theirs := w.live(1, nil), w.live(1, nil)
		session := w.plan(w.site, w.mediator, d.Clock.Now().Add(time.Hour), place.ServiceProcedures)
		booking := w.mustSeat(session.ID, mine.Holder)
		for _, tamper := range []string{
			`UPDATE coupon_hold SET site_id = booking_id WHERE coupon_id = $1`,
			`UPDATE coupon_hold SET booking_id = coupon_id WHERE coupon_id = $1`,
			`DELETE FROM coupon_hold WHERE coupon_id = $1`,
		} {
			w.do(console, func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, tamper, mine.Coupons[0].ID)
				return err
			})
			if found := w.findings(); strings.HasPrefix(tamper, "UPDATE") && (len(found) != 1 || !strings.Contains(found[0], mine.Coupons[0].ID.String())) {
				t.Errorf("%s: check says %v", tamper, found)
			}
		}
		w.do(console, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO coupon_hold (coupon_id, booking_id, site_id, until) VALUES ($1, $2, $3, $4)`,
				theirs.Coupons[0].ID, booking.ID, w.site.ID, session.EndsAt)
			return err
		})
		if found := w.findings(); len(found) != 1 || !strings.Contains(found[0], "autre personne") {
			t.Errorf("another's coupon held: check says %v", found)
		}
	})
}
