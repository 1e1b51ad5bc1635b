package workshop_test

import (
	"context"
	"os"
	"testing"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/job"
	"passerelle/internal/workshop"
)

func (w *town) cancel(id db.ID) {
	w.t.Helper()
	w.Clock.Advance(time.Millisecond)
	w.Must(w.t, w.desk, func(ctx context.Context, tx *db.Tx) error {
		_, err := workshop.Cancel(ctx, tx, id)
		return err
	})
}

func (w *town) answer(id db.ID, yes bool) error {
	return w.Update(w.t.Context(), w.desk, func(tx *db.Tx) error {
		_, err := workshop.AnswerOffer(w.t.Context(), tx, id, yes)
		return err
	})
}

// line books people until the session is full, then puts the others in line.
func (w *town) line(session workshop.Session, word string, people int) (made []workshop.Booking) {
	w.t.Helper()
	for range people {
		booking, err := w.book(w.desk, workshop.Reservation{Session: session.ID, Holder: w.register("Anna"), Word: word})
		if err != nil {
			w.t.Fatal(err)
		}
		made = append(made, booking)
	}
	return made
}

func TestFreedSeatIsTheirsWhoLeftTheirWord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		session := w.plan(workshop.New{Seats: 1})
		line := w.line(session, workshop.TakeIt, 3)
		w.cancel(line[0].ID)
		if state := w.booking(line[1].ID).State; state != workshop.Booked {
			t.Errorf("the first who left their word is %s", state)
		}
		if state := w.booking(line[2].ID).State; state != workshop.Waiting {
			t.Errorf("one seat was freed, the second is %s", state)
		}
		if told := w.jobs()[workshop.JobSeatTaken]; told != 1 {
			t.Errorf("people to tell: %d", told)
		}
		// Their word holds on the eve too.
		d.Clock.Set(session.StartsAt.Add(-time.Hour))
		w.cancel(line[1].ID)
		if state := w.booking(line[2].ID).State; state != workshop.Booked {
			t.Errorf("an hour before, the one who left their word is %s", state)
		}
		w.whole()
	})
}

func TestFreedSeatIsKeptForWhoWantsToBeAskedThenGoesToTheNext(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		session := w.plan(workshop.New{Seats: 1})
		line := w.line(session, "", 4)
		w.cancel(line[0].ID)
		first := w.booking(line[1].ID)
		if !first.Offered() || first.Offers != 1 || !first.OfferedUntil.Equal(d.Clock.Now().Add(24*time.Hour).Truncate(time.Microsecond)) {
			t.Fatalf("the first is not asked: %+v", first)
		}
		if _, err := w.book(w.desk, workshop.Reservation{Session: session.ID, Holder: w.register("Paul"), SeatOnly: true}); !fault.HasCode(err, "session_full") {
			t.Errorf("a seat kept for someone is given to another: %v", err)
		}
		if err := w.answer(line[2].ID, true); !fault.HasCode(err, "offer_over") {
			t.Errorf("the second takes a seat kept for the first: %v", err)
		}
		// The first says no, and goes on waiting; the second does not answer.
		if err := w.answer(line[1].ID, false); err != nil {
			t.Fatal(err)
		}
		if first, second := w.booking(line[1].ID), w.booking(line[2].ID); first.Offered() || first.State != workshop.Waiting || !second.Offered() {
			t.Fatalf("after a no: %+v, %+v", first, second)
		}
		lapse := func(id db.ID) {
			w.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) error { return workshop.LapseOffer(ctx, tx, id) })
		}
		lapse(line[2].ID)
		if !w.booking(line[2].ID).Offered() {
			t.Error("an offer lapses before its answer is due")
		}
		d.Clock.Advance(24 * time.Hour)
		if err := w.answer(line[2].ID, true); !fault.HasCode(err, "offer_over") {
			t.Errorf("a yes after the answer was due: %v", err)
		}
		lapse(line[2].ID)
		lapse(line[2].ID)
		if third := w.booking(line[3].ID); !third.Offered() {
			t.Fatalf("the third is not asked: %+v", third)
		}
		for range 2 {
			if err := w.answer(line[3].ID, true); err != nil {
				t.Fatal(err)
			}
		}
		if third := w.booking(line[3].ID); third.State != workshop.Booked || third.Offered() {
			t.Errorf("who said yes: %+v", third)
		}
		if told := w.jobs()[workshop.JobSeatOffered]; told != 3 {
			t.Errorf("offers to tell: %d", told)
		}
		w.whole()
	})
}

func TestNobodyIsAskedAFourthTimeNorInTheLastDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		session := w.plan(workshop.New{Seats: 1})
		line := w.line(session, workshop.AskFirst, 2)
		seated, asked := line[0], line[1]
		for range 3 {
			w.cancel(seated.ID)
			if !w.booking(asked.ID).Offered() {
				t.Fatal("not asked")
			}
			if err := w.answer(asked.ID, false); err != nil {
				t.Fatal(err)
			}
			seated, _ = w.book(w.desk, workshop.Reservation{Session: session.ID, Holder: w.register("Béa")})
			if seated.State != workshop.Booked {
				t.Fatalf("a seat that nobody wants is free: %s", seated.State)
			}
		}
		w.cancel(seated.ID)
		if found := w.booking(asked.ID); found.Offered() || found.Offers != 3 {
			t.Errorf("asked a fourth time: %+v", found)
		}
		w.whole()

		late := w.plan(workshop.New{Seats: 1, StartsAt: dbtest.Start.Add(240 * time.Hour)})
		line = w.line(late, workshop.AskFirst, 2)
		d.Clock.Set(late.StartsAt.Add(-24 * time.Hour))
		w.cancel(line[0].ID)
		if found := w.booking(line[1].ID); found.Offered() {
			t.Errorf("asked in the last day: %+v", found)
		}
		// Told by telephone, they may still be seated by hand.
		w.Must(t, w.mediator, func(ctx context.Context, tx *db.Tx) error {
			_, err := workshop.SeatWaiting(ctx, tx, line[1].ID)
			return err
		})
		w.whole()
	})
}

func TestEveryActThatFreesASeatRefillsIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		elsewhere := w.plan(workshop.New{StartsAt: dbtest.Start.Add(500 * time.Hour)})
		visit := db.NewID(d.Clock.Now())
		for name, act := range map[string]func(ctx context.Context, tx *db.Tx, seated workshop.Booking) error{
			"moved": func(ctx context.Context, tx *db.Tx, seated workshop.Booking) error {
				_, err := workshop.Move(ctx, tx, workshop.Change{Booking: seated.ID, Session: elsewhere.ID})
				return err
			},
			"excused": func(ctx context.Context, tx *db.Tx, seated workshop.Booking) error {
				_, err := workshop.Attend(ctx, tx, seated.Session, seated.Holder, workshop.Excused)
				return err
			},
		} {
			session := w.plan(workshop.New{Seats: 1})
			line := w.line(session, workshop.TakeIt, 2)
			w.Must(t, console, func(ctx context.Context, tx *db.Tx) error { return act(ctx, tx, line[0]) })
			if state := w.booking(line[1].ID).State; state != workshop.Booked {
				t.Errorf("%s: who waits is %s", name, state)
			}
		}
		// A seat kept at a counter, then let go; then one whose keeping is over.
		for _, letGo := range []bool{true, false} {
			session := w.plan(workshop.New{Seats: 1})
			w.Must(t, w.desk, func(ctx context.Context, tx *db.Tx) error {
				_, err := workshop.Keep(ctx, tx, visit, session.ID)
				return err
			})
			waiting := w.line(session, workshop.TakeIt, 1)[0]
			if letGo {
				w.Must(t, w.desk, func(ctx context.Context, tx *db.Tx) error { return workshop.LetGo(ctx, tx, visit) })
			} else {
				d.Clock.Advance(workshop.KeptFor)
				w.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) error { return workshop.Refill(ctx, tx, session.ID) })
			}
			if state := w.booking(waiting.ID).State; state != workshop.Booked {
				t.Errorf("kept, let go %v: who waits is %s", letGo, state)
			}
		}
		if w.jobs()[workshop.JobRefill] != 2 {
			t.Errorf("nobody comes back when the keeping is over: %v", w.jobs())
		}
		// Someone who wanted to be asked leaves their word while a seat is free.
		session := w.plan(workshop.New{Seats: 1})
		line := w.line(session, workshop.AskFirst, 2)
		w.cancel(line[0].ID)
		w.Must(t, w.desk, func(ctx context.Context, tx *db.Tx) error {
			made, err := workshop.LeaveWord(ctx, tx, line[1].ID, workshop.TakeIt)
			if made.State != workshop.Booked {
				t.Errorf("who left their word is %s", made.State)
			}
			return err
		})
		w.whole()
	})
}

// crowd is how many people want the last seats: more where a long run is asked for.
func crowd() int {
	if os.Getenv("PASSERELLE_SOAK") != "" {
		return 10_000
	}
	return 1_000
}
