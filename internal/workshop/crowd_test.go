package workshop_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/holder"
	"passerelle/internal/workshop"
)

func (w *town) registerMany(count int) (people []db.ID) {
	w.t.Helper()
	for len(people) < count {
		var made []db.ID
		w.Must(w.t, w.desk, func(ctx context.Context, tx *db.Tx) error {
			made = made[:0]
			for range min(500, count-len(people)) {
				one, err := holder.Register(ctx, tx, holder.New{})
				if err != nil {
					return err
				}
				made = append(made, one.ID)
			}
			return nil
		})
		people = append(people, made...)
	}
	return people
}

// inLine lists who has a seat and who waits, the latter in order.
func (w *town) inLine(session db.ID) (seated, waiting []workshop.Booking) {
	w.t.Helper()
	w.read(console, func(ctx context.Context, q db.Q) error {
		rows, err := workshop.Standings(ctx, q, session)
		for _, one := range rows {
			if one.State == workshop.Booked {
				seated = append(seated, one)
			} else if one.State == workshop.Waiting {
				waiting = append(waiting, one)
			}
		}
		return err
	})
	return seated, waiting
}

// The last ten seats are wanted by a crowd at once: exactly ten are booked and
// the others wait, in order; then each freed seat is refilled once, in order.
func TestACrowdWantsTheLastTenSeats(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		const seats, callers = 10, 64
		w := newTown(t, d)
		session := w.plan(workshop.New{Seats: seats})
		people := w.registerMany(crowd())
		next := make(chan db.ID)
		var group sync.WaitGroup
		for range callers {
			group.Go(func() {
				for who := range next {
					err := w.Update(t.Context(), w.desk, func(tx *db.Tx) error {
						_, err := workshop.Book(t.Context(), tx, workshop.Reservation{Session: session.ID, Holder: who, Word: workshop.TakeIt})
						return err
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		for _, who := range people {
			next <- who
		}
		close(next)
		group.Wait()
		seated, waiting := w.inLine(session.ID)
		if len(seated) != seats || len(waiting) != len(people)-seats {
			t.Fatalf("%d booked, %d waiting, of %d", len(seated), len(waiting), len(people))
		}
		for rank, one := range waiting {
			if rank > 0 && one.WaitingRank <= waiting[rank-1].WaitingRank {
				t.Fatalf("rank %d after rank %d", one.WaitingRank, waiting[rank-1].WaitingRank)
			}
		}
		w.whole()

		for range 2 * seats {
			w.cancel(seated[rand.IntN(len(seated))].ID)
			first := waiting[0].ID
			seated, waiting = w.inLine(session.ID)
			if len(seated) != seats || !slices.ContainsFunc(seated, func(b workshop.Booking) bool { return b.ID == first }) {
				t.Fatalf("the freed seat is not the first one's: %d booked", len(seated))
			}
		}
		// All ten leave at once: the ten next have their seats.
		promised := waiting[:seats]
		for _, one := range seated {
			group.Go(func() {
				err := w.Update(t.Context(), w.desk, func(tx *db.Tx) error {
					_, err := workshop.Cancel(t.Context(), tx, one.ID)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		seated, _ = w.inLine(session.ID)
		for _, one := range promised {
			if !slices.ContainsFunc(seated, func(b workshop.Booking) bool { return b.ID == one.ID }) {
				t.Errorf("rank %d has no seat", one.WaitingRank)
			}
		}
		if told := w.jobs()[workshop.JobSeatTaken]; len(seated) != seats || told != 3*seats {
			t.Errorf("%d booked; %d told for %d freed seats", len(seated), told, 3*seats)
		}
		w.whole()
		d.Clock.Advance(time.Second)
	})
}
