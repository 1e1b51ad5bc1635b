package workshop_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/workshop"
)

// A session is called off while somebody is being booked: whichever comes
// first, nobody is left expecting a session that will not be held.
func TestNobodyIsLeftExpectedAtASessionCalledOffMeanwhile(t *testing.T) {
	const aMoment = 300 * time.Millisecond // for the other act to finish, or to wait
	for name, full := range map[string]bool{"on the waiting list": true, "on a free seat": false} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
				w := newTown(t, d)
				for _, bookFirst := range []bool{true, false} {
					session := w.plan(workshop.New{Seats: 1, StartsAt: dbtest.Start.Add(240 * time.Hour)})
					if full {
						if _, err := w.book(w.desk, workshop.Reservation{Session: session.ID, Holder: w.register("Abdel")}); err != nil {
							t.Fatal(err)
						}
					}
					who := w.register("Monique")
					book := func(tx *db.Tx) error {
						_, err := workshop.Book(t.Context(), tx, workshop.Reservation{Session: session.ID, Holder: who})
						return err
					}
					callOff := func(tx *db.Tx) error {
						_, err := workshop.CallOff(t.Context(), tx, session.ID, "la médiatrice est malade")
						return err
					}
					first, second := book, callOff
					firstActor, secondActor := w.desk, w.mediator
					if !bookFirst {
						first, second, firstActor, secondActor = callOff, book, w.mediator, w.desk
					}
					ended := make(chan error, 1)
					begun := false
					err := w.Update(t.Context(), firstActor, func(tx *db.Tx) error {
						if err := first(tx); err != nil || begun {
							return err
						}
						begun = true
						go func() { ended <- w.Update(context.WithoutCancel(t.Context()), secondActor, second) }()
						time.Sleep(aMoment)
						return nil
					})
					if err != nil {
						t.Fatal(err)
					}
					if err := <-ended; err != nil && !errors.Is(err, workshop.ErrSessionCancelled) {
						t.Fatal(err)
					}
					w.read(w.mediator, func(ctx context.Context, q db.Q) error {
						sheet, err := workshop.Bookings(ctx, q, session.ID)
						for _, line := range sheet {
							if line.Stands() {
								t.Errorf("booked first %v: still %s at a session called off", bookFirst, line.State)
							}
						}
						return err
					})
				}
			})
		})
	}
}
