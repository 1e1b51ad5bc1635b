package voucher_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
	"passerelle/internal/place"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

func (w *world) code(booklet db.ID) (code string) {
	w.t.Helper()
	w.view(console, func(ctx context.Context, q db.Q) (err error) {
		code, err = voucher.InnerCode(ctx, q, booklet)
		return err
	})
	return code
}

func (w *world) open(number, code string) (token string, err error) {
	err = w.try(db.Actor{}, func(ctx context.Context, tx *db.Tx) (err error) {
		token, err = voucher.OpenBearer(ctx, tx, number, code)
		return err
	})
	return token, err
}

func (w *world) bearing(token string) (actor db.Actor, err error) {
	err = w.View(context.Background(), db.Actor{}, func(q db.Q) (err error) {
		actor, err = voucher.Bearing(context.Background(), q, token)
		return err
	})
	return actor, err
}

func TestABookletOpensWithItsNumberAndItsCodeAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d)
		mine, theirs := w.live(5, nil), w.live(5, nil)
		idle := w.printed(w.order(1, 1, nil))[0]
		for _, c := range []struct{ number, code, refusal string }{
			{mine.Number, w.code(theirs.ID), "wrong_inner_code"},
			{mine.Number, "", "wrong_inner_code"},
			{idle.Number, idle.InnerCode, "wrong_inner_code"},
			{"123", w.code(mine.ID), "bad_number"},
		} {
			_, err := w.open(c.number, c.code)
			wantCode(t, err, c.refusal)
		}
		code := w.code(mine.ID)
		token, err := w.open(mine.Number[:4]+" "+mine.Number[4:], code[:4]+" "+code[4:])
		if err != nil {
			t.Fatal(err)
		}
		actor, err := w.bearing(token)
		if err != nil || actor.Kind != db.Bearer || actor.ID != mine.ID || actor.Holder != mine.Holder {
			t.Fatalf("opened as %+v, %v", actor, err)
		}
		d.Clock.Advance(voucher.BearerIdle)
		_, err = w.bearing(token)
		wantCode(t, err, fault.ErrUnauthenticated.Code)
		token, err = w.open(mine.Number, code)
		if err != nil {
			t.Fatal(err)
		}
		if actor, err = w.bearing(token); err != nil {
			t.Fatal(err)
		}
		w.do(actor, voucher.LeaveBearer)
		_, err = w.bearing(token)
		wantCode(t, err, fault.ErrUnauthenticated.Code)
		token, _ = w.open(mine.Number, code)
		if err := w.block(mine.Number); err != nil {
			t.Fatal(err)
		}
		_, err = w.bearing(token)
		wantCode(t, err, fault.ErrUnauthenticated.Code)
		_, err = w.open(mine.Number, code)
		wantCode(t, err, "bearer_blocked")
	})
}

func TestTriesAtACodeAreThrottledByNumberAndByAddress(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d)
		try := func(number, address string) error {
			return w.try(db.Actor{}, func(ctx context.Context, tx *db.Tx) error { return voucher.CountBearerTry(ctx, tx, number, address) })
		}
		passed := 0
		for i := range 20 {
			if try("1234 5678 9012", "192.0.2."+strconv.Itoa(i)) == nil {
				passed++
			}
		}
		if passed != 5 {
			t.Errorf("%d tries at one number pass", passed)
		}
		wantCode(t, try("123456789012", "198.51.100.1"), fault.ErrTooMany.Code)
		passed = 0
		for i := range 60 {
			if try(strconv.Itoa(100_000_000_000+i), "203.0.113.9") == nil {
				passed++
			}
		}
		if passed > 30 {
			t.Errorf("%d tries from one address pass", passed)
		}
	})
}

// The wall of this actor: their own seats, nothing of anyone else's, and none of
// the acts of agents.
func TestTheHolderOfABookletActsOnWhatIsTheirOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d)
		mine, theirs := w.live(5, nil), w.live(5, nil)
		session := w.plan(w.site, w.mediator, d.Clock.Now().Add(72*time.Hour), place.ServiceProcedures)
		other := w.plan(w.limoges, w.otherSite, d.Clock.Now().Add(80*time.Hour), place.ServiceProcedures)
		foreign := w.mustSeat(session.ID, theirs.Holder)
		token, err := w.open(mine.Number, w.code(mine.ID))
		if err != nil {
			t.Fatal(err)
		}
		me, err := w.bearing(token)
		if err != nil {
			t.Fatal(err)
		}
		var booking workshop.Booking
		w.do(me, func(ctx context.Context, tx *db.Tx) (err error) {
			if booking, err = workshop.Book(ctx, tx, workshop.Reservation{Session: session.ID, Holder: me.Holder}); err != nil {
				return err
			}
			return voucher.Hold(ctx, tx, booking.ID)
		})
		if booking.Organisation != w.desk.Organisation {
			t.Error("the counter does not follow what the person booked")
		}
		if _, holds := w.kept(booking.ID); !holds {
			t.Error("the seat holds no coupon")
		}
		for name, act := range map[string]func(ctx context.Context, tx *db.Tx) error{
			"book another person": func(ctx context.Context, tx *db.Tx) error {
				_, err := workshop.Book(ctx, tx, workshop.Reservation{Session: other.ID, Holder: theirs.Holder})
				return err
			},
			"cancel another's seat": func(ctx context.Context, tx *db.Tx) error {
				_, err := workshop.Cancel(ctx, tx, foreign.ID)
				return err
			},
			"read another's seat": func(ctx context.Context, tx *db.Tx) error {
				_, _, err := workshop.BookingByID(ctx, tx, foreign.ID)
				return err
			},
			"move another's seat": func(ctx context.Context, tx *db.Tx) error {
				_, err := workshop.Move(ctx, tx, workshop.Change{Booking: foreign.ID, Session: other.ID})
				return err
			},
			"answer for another": func(ctx context.Context, tx *db.Tx) error {
				_, err := workshop.AnswerOffer(ctx, tx, foreign.ID, true)
				return err
			},
			"read a person": func(ctx context.Context, tx *db.Tx) error {
				_, err := holder.ByID(ctx, tx, me.Holder)
				return err
			},
			"tick": func(ctx context.Context, tx *db.Tx) error {
				_, err := voucher.Tick(ctx, tx, session.ID, map[db.ID]string{booking.ID: workshop.Came})
				return err
			},
			"redeem": func(ctx context.Context, tx *db.Tx) error {
				_, err := voucher.Redeem(ctx, tx, voucher.Presentation{Coupon: mine.Coupons[0].Number, Site: w.site.ID})
				return err
			},
			"read any booklet": func(ctx context.Context, tx *db.Tx) error {
				_, err := voucher.BookletByNumber(ctx, tx, mine.Number)
				return err
			},
			"read an inner code": func(ctx context.Context, tx *db.Tx) error {
				_, err := voucher.InnerCode(ctx, tx, mine.ID)
				return err
			},
		} {
			err := w.try(me, act)
			if kind := fault.KindOf(err); err == nil || kind != fault.NotFound && kind != fault.Forbidden && kind != fault.Unauthenticated {
				t.Errorf("%s: %v", name, err)
			}
		}
		var moved workshop.Booking
		w.do(me, func(ctx context.Context, tx *db.Tx) (err error) {
			if moved, err = workshop.Move(ctx, tx, workshop.Change{Booking: booking.ID, Session: other.ID}); err != nil {
				return err
			}
			return voucher.Hold(ctx, tx, moved.ID)
		})
		w.view(me, func(ctx context.Context, q db.Q) error {
			seats, err := workshop.Own(ctx, q)
			if err != nil || len(seats) != 1 || seats[0].ID != moved.ID {
				t.Errorf("one's own seats are %+v, %v", seats, err)
			}
			remains, err := voucher.OwnRemains(ctx, q)
			if remains.Left != 5 || remains.Kept != 1 {
				t.Errorf("there remains %+v", remains)
			}
			known, lookup := holder.Own(ctx, q)
			if lookup != nil || known.Name != "" || known.Telephone != "" {
				t.Errorf("the pages know %+v, %v", known, lookup)
			}
			return err
		})
		w.do(me, func(ctx context.Context, tx *db.Tx) error {
			_, err := workshop.Cancel(ctx, tx, moved.ID)
			return err
		})
		w.sound()
	})
}
