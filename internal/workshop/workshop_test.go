package workshop_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
	"passerelle/internal/workshop"
)

func TestFiftyBookingsOnEightSeatsGiveEightSeatsAndFortyTwoWaiting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		session := w.plan(workshop.New{Seats: 8})
		const asked = 50
		var people []db.ID
		for i := range asked {
			people = append(people, w.register(fmt.Sprintf("Personne %d", i)))
		}
		states := make([]string, asked)
		var group sync.WaitGroup
		for i, who := range people {
			group.Go(func() {
				made, err := w.book(w.desk, workshop.Reservation{Session: session.ID, Holder: who})
				if err != nil {
					t.Error(err)
				}
				states[i] = made.State
			})
		}
		group.Wait()
		count := map[string]int{}
		for _, state := range states {
			count[state]++
		}
		if count[workshop.Booked] != 8 || count[workshop.Waiting] != 42 {
			t.Errorf("states: %v", count)
		}
		if found := w.session(session.ID); found.Taken != 8 || found.Free() != 0 {
			t.Errorf("taken %d, free %d", found.Taken, found.Free())
		}
		w.whole()
	})
}

func TestOnePersonBookedTwiceAtOnceHasOneSeat(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		session, who := w.plan(workshop.New{}), w.register("Monique")
		var mutex sync.Mutex
		codes := map[string]int{}
		var group sync.WaitGroup
		for range 10 {
			group.Go(func() {
				_, err := w.book(w.desk, workshop.Reservation{Session: session.ID, Holder: who})
				mutex.Lock()
				defer mutex.Unlock()
				if err == nil {
					codes["ok"]++
				} else {
					codes[fault.Of(err).Code]++
				}
			})
		}
		group.Wait()
		if codes["ok"] != 1 || codes["already_booked"] != 9 {
			t.Errorf("answers: %v", codes)
		}
		if found := w.session(session.ID); found.Taken != 1 {
			t.Errorf("taken: %d", found.Taken)
		}
		w.whole()
	})
}

func TestCancelledSeatIsKeptForTheFirstWaiting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		session := w.plan(workshop.New{Seats: 1})
		seated, _ := w.book(w.desk, workshop.Reservation{Session: session.ID, Holder: w.register("Anna")})
		d.Clock.Advance(time.Second)
		first, _ := w.book(w.desk, workshop.Reservation{Session: session.ID, Holder: w.register("Béa")})
		d.Clock.Advance(time.Second)
		second, _ := w.book(w.desk, workshop.Reservation{Session: session.ID, Holder: w.register("Cléo")})
		if seated.State != workshop.Booked || first.State != workshop.Waiting || second.State != workshop.Waiting {
			t.Fatalf("states: %s %s %s", seated.State, first.State, second.State)
		}
		w.read(w.desk, func(ctx context.Context, q db.Q) error {
			rank, err := workshop.Rank(ctx, q, second)
			if rank != 2 {
				t.Errorf("rank: %d", rank)
			}
			return err
		})
		for range 2 { // told twice, cancelled once
			w.Must(t, w.desk, func(ctx context.Context, tx *db.Tx) error {
				_, err := workshop.Cancel(ctx, tx, seated.ID)
				return err
			})
		}
		if free := w.session(session.ID).Free(); free != 0 {
			t.Fatalf("free after cancelling: %d; the seat is kept for the first who waits", free)
		}
		w.read(w.mediator, func(ctx context.Context, q db.Q) error {
			sheet, err := workshop.Bookings(ctx, q, session.ID)
			for _, line := range sheet {
				if (line.Rank == 1) != (line.ID == first.ID) {
					t.Errorf("booking %s is rank %d of those who wait", line.ID, line.Rank)
				}
			}
			return err
		})
		w.Must(t, w.mediator, func(ctx context.Context, tx *db.Tx) error {
			_, err := workshop.SeatWaiting(ctx, tx, first.ID)
			return err
		})
		err := d.Update(t.Context(), w.desk, func(tx *db.Tx) error {
			_, err := workshop.SeatWaiting(t.Context(), tx, second.ID)
			return err
		})
		if !fault.HasCode(err, "session_full") {
			t.Errorf("a second offer of one seat: %v", err)
		}
		w.whole()
	})
}

func TestKeptSeatIsTheirsForTenMinutesThenAnyones(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		session := w.plan(workshop.New{Seats: 1})
		keep := func(visit db.ID) error {
			return d.Update(t.Context(), w.desk, func(tx *db.Tx) error {
				_, err := workshop.Keep(t.Context(), tx, visit, session.ID)
				return err
			})
		}
		visit, other := db.NewID(d.Clock.Now()), db.NewID(d.Clock.Now())
		if err := keep(visit); err != nil {
			t.Fatal(err)
		}
		if err := keep(visit); err != nil {
			t.Errorf("keeping again: %v", err)
		}
		if err := keep(other); !fault.HasCode(err, "session_full") {
			t.Errorf("another takes the kept seat: %v", err)
		}
		if _, err := w.book(w.desk, workshop.Reservation{Session: session.ID, Holder: w.register("Paul"), SeatOnly: true}); !fault.HasCode(err, "session_full") {
			t.Errorf("booked over a kept seat: %v", err)
		}
		w.whole()
		d.Clock.Advance(workshop.KeptFor)
		if free := w.session(session.ID).Free(); free != 1 {
			t.Errorf("free once the keeping is over: %d", free)
		}
		if err := keep(other); err != nil {
			t.Errorf("kept after the ten minutes: %v", err)
		}
		if _, err := w.book(w.desk, workshop.Reservation{Session: session.ID, Holder: w.register("Anna"), Kept: visit, SeatOnly: true}); !fault.HasCode(err, "session_full") {
			t.Errorf("a keeping that is over still gives a seat: %v", err)
		}
		if made, err := w.book(w.desk, workshop.Reservation{Session: session.ID, Holder: w.register("Béa"), Kept: other}); err != nil || made.State != workshop.Booked {
			t.Errorf("the kept seat is not booked: %v %s", err, made.State)
		}
		w.whole()
	})
}

func TestPresenceHasFiveStatesAndKeepsTheCountOfSeats(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		session := w.plan(workshop.New{Seats: 2})
		anna, bea, cleo, dina := w.register("Anna"), w.register("Béa"), w.register("Cléo"), w.register("Dina")
		first, _ := w.book(w.desk, workshop.Reservation{Session: session.ID, Holder: anna})
		second, _ := w.book(w.desk, workshop.Reservation{Session: session.ID, Holder: bea})
		waiting, _ := w.book(w.desk, workshop.Reservation{Session: session.ID, Holder: cleo})
		attend := func(who db.ID, state string) error {
			return d.Update(t.Context(), w.mediator, func(tx *db.Tx) error {
				_, err := workshop.Attend(t.Context(), tx, session.ID, who, state)
				return err
			})
		}
		if err := attend(anna, workshop.Came); !fault.HasCode(err, "session_ahead") {
			t.Errorf("came two weeks early: %v", err)
		}
		if err := attend(bea, workshop.Excused); err != nil {
			t.Fatal(err)
		}
		if asked := w.booking(waiting.ID); !asked.Offered() {
			t.Errorf("an excuse in advance frees the seat: it is kept for who waits: %+v", asked)
		}
		if err := attend(anna, "late"); !fault.HasCode(err, "invalid") {
			t.Errorf("a sixth state: %v", err)
		}
		d.Clock.Set(session.StartsAt.Add(5 * time.Minute))
		w.read(w.mediator, func(ctx context.Context, q db.Q) error {
			sheet, err := workshop.Bookings(ctx, q, session.ID)
			if len(sheet) != 3 || sheet[0].Presence != workshop.ToFill || sheet[0].Person.Name != "Anna" || sheet[2].Rank != 1 {
				t.Errorf("sheet: %+v", sheet)
			}
			return err
		})
		w.Must(t, w.mediator, func(ctx context.Context, tx *db.Tx) error {
			if err := workshop.AttendIfBooked(ctx, tx, session.ID, anna); err != nil {
				return err
			}
			if err := workshop.AttendIfBooked(ctx, tx, session.ID, anna); err != nil { // a second coupon
				return err
			}
			if err := workshop.AttendIfBooked(ctx, tx, session.ID, dina); err != nil { // at the door
				return err
			}
			return workshop.AttendIfBooked(ctx, tx, session.ID, cleo) // was waiting
		})
		w.whole()
		w.Must(t, w.mediator, func(ctx context.Context, tx *db.Tx) error {
			return workshop.Fill(ctx, tx, session.ID, map[db.ID]string{first.ID: workshop.Came, second.ID: workshop.Absent, waiting.ID: workshop.Came})
		})
		if state := w.session(session.ID).State; state != workshop.Held {
			t.Errorf("state after the sheet: %s", state)
		}
		w.read(w.mediator, func(ctx context.Context, q db.Q) error {
			sheet, err := workshop.Bookings(ctx, q, session.ID)
			came := 0
			for _, line := range sheet {
				if line.Presence == workshop.Came {
					came++
				}
			}
			if len(sheet) != 4 || came != 3 {
				t.Errorf("%d lines, %d came", len(sheet), came)
			}
			return err
		})
		w.whole()
	})
}

func TestSomeoneAtTheDoorIsAddedOverCapacity(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		session := w.plan(workshop.New{Seats: 1})
		if _, err := w.book(w.desk, workshop.Reservation{Session: session.ID, Holder: w.register("Anna")}); err != nil {
			t.Fatal(err)
		}
		add := func(actor db.Actor) error {
			return d.Update(t.Context(), actor, func(tx *db.Tx) error {
				odile, err := holder.Register(t.Context(), tx, holder.New{Name: "Odile", AtDoor: true})
				if err != nil {
					return err
				}
				made, err := workshop.AddAtDoor(t.Context(), tx, tx.NewID(), session.ID, odile.ID)
				if err == nil && (!made.Door || made.State != workshop.Came) {
					t.Errorf("at the door: %+v", made)
				}
				return err
			})
		}
		if err := add(w.mediator); !fault.HasCode(err, "session_ahead") {
			t.Errorf("two weeks early: %v", err)
		}
		d.Clock.Set(session.StartsAt.Add(-10 * time.Minute))
		if err := add(w.mediator); err != nil {
			t.Error(err)
		}
		if err := add(person(account.RoleSite, db.ID{})); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another site's door: %v", err)
		}
		w.whole()
	})
}

func TestSessionCalledOffTellsWhomToCall(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		session := w.plan(workshop.New{Seats: 1})
		for _, name := range []string{"Anna", "Béa"} {
			if _, err := w.book(w.desk, workshop.Reservation{Session: session.ID, Holder: w.register(name)}); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 {
			w.Must(t, w.mediator, func(ctx context.Context, tx *db.Tx) error {
				told, err := workshop.CallOff(ctx, tx, session.ID, "La salle est fermée.")
				if len(told) != 2 {
					t.Errorf("people to call: %d", len(told))
				}
				return err
			})
		}
		if _, err := w.book(w.desk, workshop.Reservation{Session: session.ID, Holder: w.register("Cléo")}); !fault.HasCode(err, "session_cancelled") {
			t.Errorf("booked at a session called off: %v", err)
		}
		w.whole()
	})
}

func TestMoveChangesBothSeatsOrNone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		from, full := w.plan(workshop.New{}), w.plan(workshop.New{Seats: 1, StartsAt: dbtest.Start.Add(20 * 24 * time.Hour)})
		to := w.plan(workshop.New{StartsAt: dbtest.Start.Add(21 * 24 * time.Hour)})
		if _, err := w.book(w.desk, workshop.Reservation{Session: full.ID, Holder: w.register("Paul")}); err != nil {
			t.Fatal(err)
		}
		booking, err := w.book(w.desk, workshop.Reservation{Session: from.ID, Holder: w.register("Anna")})
		if err != nil {
			t.Fatal(err)
		}
		move := func(session db.ID) error {
			return d.Update(t.Context(), w.desk, func(tx *db.Tx) error {
				_, err := workshop.Move(t.Context(), tx, workshop.Change{Booking: booking.ID, Session: session})
				return err
			})
		}
		if err := move(full.ID); !fault.HasCode(err, "session_full") {
			t.Errorf("moved to a full session: %v", err)
		}
		if taken := w.session(from.ID).Taken; taken != 1 {
			t.Errorf("the first seat is lost: %d taken", taken)
		}
		if err := move(to.ID); err != nil {
			t.Fatal(err)
		}
		if w.session(from.ID).Taken != 0 || w.session(to.ID).Taken != 1 {
			t.Error("seats did not move")
		}
		later := w.plan(workshop.New{StartsAt: dbtest.Start.Add(22 * 24 * time.Hour)})
		if err := move(later.ID); !fault.HasCode(err, "booking_over") || w.session(later.ID).Taken != 0 {
			t.Errorf("a booking that was given up is moved: %v, %d taken", err, w.session(later.ID).Taken)
		}
		w.whole()
	})
}

func TestNobodyTouchesAnotherOrganisationsPeopleOrSessions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		session, who := w.plan(workshop.New{}), w.register("Monique")
		booking, err := w.book(w.desk, workshop.Reservation{Session: session.ID, Holder: who})
		if err != nil {
			t.Fatal(err)
		}
		otherDesk, otherSite := person(account.RoleDesk, db.ID{}), person(account.RoleSite, db.ID{})
		refused := func(name string, actor db.Actor, act func(tx *db.Tx) error) {
			t.Helper()
			if err := d.Update(t.Context(), actor, act); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
		ctx := t.Context()
		for _, actor := range []db.Actor{otherDesk, otherSite} {
			refused("books another's person", actor, func(tx *db.Tx) error {
				_, err := workshop.Book(ctx, tx, workshop.Reservation{Session: session.ID, Holder: who})
				return err
			})
			refused("cancels another's booking", actor, func(tx *db.Tx) error {
				_, err := workshop.Cancel(ctx, tx, booking.ID)
				return err
			})
			refused("reads another's booking", actor, func(tx *db.Tx) error {
				_, _, err := workshop.BookingByID(ctx, tx, booking.ID)
				return err
			})
			refused("reads another's person's bookings", actor, func(tx *db.Tx) error {
				_, err := workshop.Of(ctx, tx, who)
				return err
			})
		}
		refused("reads another's sheet", otherSite, func(tx *db.Tx) error {
			_, err := workshop.Bookings(ctx, tx, session.ID)
			return err
		})
		refused("calls off another's session", otherSite, func(tx *db.Tx) error {
			_, err := workshop.CallOff(ctx, tx, session.ID, "raison")
			return err
		})
		refused("plans at another's site", otherSite, func(tx *db.Tx) error {
			_, err := workshop.Plan(ctx, tx, workshop.New{Site: w.site.ID, Topic: "job", Level: "discover", Seats: 3, StartsAt: tx.Now().Add(time.Hour), EndsAt: tx.Now().Add(2 * time.Hour)})
			return err
		})
		w.read(w.mediator, func(ctx context.Context, q db.Q) error {
			_, _, err := workshop.BookingByID(ctx, q, booking.ID)
			return err
		})
	})
}

func TestWhatIsWrongInASessionIsToldAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		err := d.Update(t.Context(), w.mediator, func(tx *db.Tx) error {
			_, err := workshop.Plan(t.Context(), tx, workshop.New{Site: w.site.ID, Level: "expert", Seats: 0, StartsAt: tx.Now(), EndsAt: tx.Now()})
			return err
		})
		var names []string
		for _, field := range fault.Of(err).Fields {
			names = append(names, field.Name)
		}
		if !slices.Equal(names, []string{"title", "level", "service", "seats", "ends_at"}) {
			t.Errorf("fields: %v", names)
		}
	})
}
