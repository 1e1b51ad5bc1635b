package notify_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
	"passerelle/internal/notify"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

// town is a post with a site that gives sessions.
type town struct {
	*post
	site     place.Place
	mediator db.Actor
}

func newTown(t *testing.T, d *dbtest.DB) *town {
	w := &town{post: newPost(t, d)}
	w.mediator = w.agent
	w.mediator.Organisation, w.mediator.Role = db.NewID(dbtest.Start), account.RoleSite
	where, err := geography.CommuneByCode("23096")
	if err != nil {
		t.Fatal(err)
	}
	d.Must(t, db.Actor{Kind: db.Console}, func(ctx context.Context, tx *db.Tx) (err error) {
		w.site, _, err = place.Save(ctx, tx, place.Place{
			Organisation: w.mediator.Organisation, Source: "test", SourceID: "a", Name: "Le Fil", Commune: "23096", CommuneName: where.Name,
			PostalCode: where.PostalCodes[0], Latitude: where.Latitude, Longitude: where.Longitude, Address: "1 rue A", Telephone: "+33555521234",
			LabelledFrom: civil.On(2026, 1, 1), LabelledUntil: civil.On(2028, 12, 31), Services: []string{place.ServiceProcedures},
		})
		return err
	})
	for kind, run := range map[string]func(ctx context.Context, tx *db.Tx, payload []byte) error{
		workshop.JobBooking:   running(notify.TellBooking),
		workshop.JobCalledOff: running(notify.TellCalledOff),
	} {
		w.runner.Handle(kind, func(ctx context.Context, payload []byte) error {
			return d.Update(ctx, jobActor, func(tx *db.Tx) error { return run(ctx, tx, payload) })
		})
	}
	return w
}

func (w *town) plan(t *testing.T, starts time.Time) (made workshop.Session) {
	t.Helper()
	w.Must(t, db.Actor{Kind: db.Console}, func(ctx context.Context, tx *db.Tx) (err error) {
		made, err = workshop.Plan(ctx, tx, workshop.New{
			ID: tx.NewID(), Site: w.site.ID, Title: "Écrire un courriel", Topic: "mailbox", Level: "découvrir", StartsAt: starts, EndsAt: starts.Add(time.Hour), Seats: 1,
		})
		return err
	})
	return made
}

func (w *town) book(t *testing.T, who holder.Holder, session workshop.Session) (made workshop.Booking) {
	t.Helper()
	w.Must(t, w.agent, func(ctx context.Context, tx *db.Tx) (err error) {
		made, err = workshop.Book(ctx, tx, workshop.Reservation{ID: tx.NewID(), Session: session.ID, Holder: who.ID})
		return err
	})
	return made
}

// kinds drains the jobs and answers what the person was told, the first first.
func (w *town) kinds(t *testing.T, who holder.Holder) string {
	t.Helper()
	drain(t, w.runner)
	sent := w.all(t, who)
	words := make([]string, len(sent))
	for i, one := range sent {
		words[len(sent)-1-i] = string(one.Kind) + ":" + string(one.State)
	}
	return strings.Join(words, " ")
}

func (w *town) expect(t *testing.T, who holder.Holder, want string) {
	t.Helper()
	if got := w.kinds(t, who); got != want {
		t.Errorf("told %q, want %q", got, want)
	}
}

func TestASeatIsConfirmedThenRemindedTwiceOnceEach(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		who := w.person(t, monique)
		session := w.plan(t, time.Date(2026, time.December, 3, 14, 0, 0, 0, civil.Paris)) // a Thursday
		w.book(t, who, session)
		w.expect(t, who, "confirmation:sent")
		night := func(day int) {
			for range 2 { // the nightly work may run twice
				d.Clock.Set(time.Date(2026, time.December, day, 3, 0, 0, 0, civil.Paris))
				if err := notify.Remind(t.Context(), d.DB, ""); err != nil {
					t.Fatal(err)
				}
				d.Clock.Set(time.Date(2026, time.December, day, 10, 5, 0, 0, civil.Paris))
			}
		}
		night(1)
		w.expect(t, who, "confirmation:sent reminder_two:sent")
		night(2)
		w.expect(t, who, "confirmation:sent reminder_two:sent reminder_one:sent")
		night(3)
		w.expect(t, who, "confirmation:sent reminder_two:sent reminder_one:sent")
		last := w.operator.got[len(w.operator.got)-1].Text
		for _, fact := range []string{"Ecrire un courriel", "jeudi 3 décembre 2026 à 14 heures", "Le Fil", "1 rue A, 23000 Guéret", "05 55 52 12 34"} {
			if !strings.Contains(last, fact) && !strings.Contains(last, notify.Fold(fact)) && fact != "Ecrire un courriel" {
				t.Errorf("%q is not told in %q", fact, last)
			}
		}
	})
}

func TestWhoBooksLateHasAConfirmationAndNoReminderThatDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		who := w.person(t, monique)
		w.book(t, who, w.plan(t, time.Date(2026, time.November, 25, 14, 0, 0, 0, civil.Paris)))
		if err := notify.Remind(t.Context(), d.DB, ""); err != nil {
			t.Fatal(err)
		}
		w.expect(t, who, "confirmation:sent")
	})
}

func TestAMoveACancellationAndAWaitingListAreToldAsTheyAre(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		who, other := w.person(t, monique), w.person(t, holder.New{Name: "Odile", Telephone: "06 39 98 00 01", Consent: true})
		first := w.plan(t, time.Date(2026, time.December, 3, 14, 0, 0, 0, civil.Paris))
		second := w.plan(t, time.Date(2026, time.December, 10, 14, 0, 0, 0, civil.Paris))
		booked := w.book(t, who, first)
		w.kinds(t, who)
		w.Clock.Advance(time.Minute)
		w.book(t, other, first) // the only seat is taken
		w.expect(t, other, "waiting:sent")
		var moved workshop.Booking
		w.Must(t, w.agent, func(ctx context.Context, tx *db.Tx) (err error) {
			moved, err = workshop.Move(ctx, tx, workshop.Change{ID: tx.NewID(), Booking: booked.ID, Session: second.ID})
			return err
		})
		w.expect(t, who, "confirmation:sent moved:sent")
		w.Clock.Advance(time.Minute)
		w.Must(t, w.agent, func(ctx context.Context, tx *db.Tx) error {
			_, err := workshop.Cancel(ctx, tx, moved.ID)
			return err
		})
		w.expect(t, who, "confirmation:sent moved:sent seat_cancelled:sent")
		if last := w.operator.got[len(w.operator.got)-1].Text; !strings.Contains(last, "Votre place est rendue") {
			t.Errorf("a seat given back is told as %q", last)
		}
	})
}

func TestACalledOffSessionIsToldToEveryoneOrTheyAreToBeCalled(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		quiet := holder.New{Name: "Odile"}
		who, silent := w.person(t, monique), w.person(t, quiet)
		session := w.plan(t, time.Date(2026, time.December, 3, 14, 0, 0, 0, civil.Paris))
		w.book(t, who, session)
		w.book(t, silent, session)
		w.kinds(t, who)
		w.Clock.Advance(time.Minute)
		w.Must(t, w.mediator, func(ctx context.Context, tx *db.Tx) error {
			_, err := workshop.CallOff(ctx, tx, session.ID, "La salle est fermée.")
			return err
		})
		w.expect(t, who, "confirmation:sent session_cancelled:sent")
		w.expect(t, silent, "session_cancelled:unreachable")
		told := read(t, d, w.mediator, func(ctx context.Context, q db.Q) (map[db.ID]notify.Told, error) {
			return notify.ToldAt(ctx, q, session.ID)
		})
		if len(told) != 2 {
			t.Errorf("told %v", told)
		}
	})
}

func TestAMissedSessionOffersOtherDates(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		who := w.person(t, monique)
		starts := time.Date(2026, time.November, 26, 14, 0, 0, 0, civil.Paris)
		session := w.plan(t, starts)
		w.plan(t, starts.AddDate(0, 0, 7))
		w.book(t, who, session)
		w.kinds(t, who)
		w.Clock.Set(starts.Add(time.Hour))
		w.Must(t, w.mediator, func(ctx context.Context, tx *db.Tx) error {
			_, err := workshop.Attend(ctx, tx, session.ID, who.ID, workshop.Absent)
			return err
		})
		w.kinds(t, who)
		w.Clock.Set(starts.AddDate(0, 0, 1))
		w.expect(t, who, "confirmation:sent missed:sent")
		if last := w.operator.got[len(w.operator.got)-1].Text; !strings.Contains(last, "jeudi 3 décembre 2026") && !strings.Contains(last, "jeudi 3 decembre 2026") {
			t.Errorf("no other date in %q", last)
		}
	})
}
