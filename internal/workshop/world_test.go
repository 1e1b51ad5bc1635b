package workshop_test

import (
	"context"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

var console = db.Actor{Kind: db.Console}

func person(role string, organisation db.ID) db.Actor {
	if organisation.IsZero() {
		organisation = db.NewID(dbtest.Start)
	}
	return db.Actor{Kind: db.Person, ID: db.NewID(dbtest.Start), Organisation: organisation, Role: role, Level: account.LevelMember}
}

// town is a database with one desk, one site in Guéret and its mediator.
type town struct {
	*dbtest.DB
	t              *testing.T
	desk, mediator db.Actor
	site           place.Place
}

func newTown(t *testing.T, d *dbtest.DB) *town {
	w := &town{DB: d, t: t, desk: person(account.RoleDesk, db.ID{}), mediator: person(account.RoleSite, db.ID{})}
	w.site = w.place("Le Fil numérique", "23096", w.mediator.Organisation)
	return w
}

func (w *town) place(name, commune string, organisation db.ID) place.Place {
	w.t.Helper()
	where, err := geography.CommuneByCode(commune)
	if err != nil {
		w.t.Fatal(err)
	}
	var made place.Place
	w.Must(w.t, console, func(ctx context.Context, tx *db.Tx) (err error) {
		made, _, err = place.Save(ctx, tx, place.Place{
			Organisation: organisation, Source: "test", SourceID: name, Name: name, Commune: commune, CommuneName: where.Name,
			PostalCode: where.PostalCodes[0], Latitude: where.Latitude, Longitude: where.Longitude, Invented: true, Address: "1 rue de l’Exemple",
			LabelledFrom: civil.On(2026, 1, 1), LabelledUntil: civil.On(2028, 12, 31), Services: []string{place.ServiceProcedures},
		})
		return err
	})
	return made
}

func (w *town) plan(in workshop.New) workshop.Session {
	w.t.Helper()
	if in.Site.IsZero() {
		in.Site = w.site.ID
	}
	if in.Topic == "" {
		in.Topic = "formality"
	}
	if in.Level == "" {
		in.Level = "découvrir"
	}
	if in.StartsAt.IsZero() {
		in.StartsAt = dbtest.Start.Add(14 * 24 * time.Hour)
	}
	in.EndsAt = in.StartsAt.Add(2 * time.Hour)
	if in.Seats == 0 {
		in.Seats = 8
	}
	var made workshop.Session
	w.Must(w.t, console, func(ctx context.Context, tx *db.Tx) (err error) {
		made, err = workshop.Plan(ctx, tx, in)
		return err
	})
	return made
}

func (w *town) register(name string) db.ID {
	w.t.Helper()
	var made holder.Holder
	w.Must(w.t, w.desk, func(ctx context.Context, tx *db.Tx) (err error) {
		made, err = holder.Register(ctx, tx, holder.New{Name: name})
		return err
	})
	return made.ID
}

func (w *town) book(actor db.Actor, in workshop.Reservation) (made workshop.Booking, err error) {
	w.Clock.Advance(time.Millisecond) // two bookings are never told apart by chance
	err = w.Update(w.t.Context(), actor, func(tx *db.Tx) (err error) {
		made, err = workshop.Book(w.t.Context(), tx, in)
		return err
	})
	return made, err
}

func (w *town) session(id db.ID) (found workshop.Session) {
	w.t.Helper()
	w.read(w.desk, func(ctx context.Context, q db.Q) (err error) {
		found, err = workshop.SessionByID(ctx, q, id)
		return err
	})
	return found
}

func (w *town) booking(id db.ID) (found workshop.Booking) {
	w.t.Helper()
	w.read(w.desk, func(ctx context.Context, q db.Q) (err error) {
		found, _, err = workshop.BookingByID(ctx, q, id)
		return err
	})
	return found
}

// jobs counts the work left in the queue, by kind.
func (w *town) jobs() map[string]int {
	w.t.Helper()
	counted := map[string]int{}
	w.read(console, func(ctx context.Context, q db.Q) error {
		kinds, err := db.All(ctx, q, db.Value[string], `SELECT kind FROM job`)
		for _, kind := range kinds {
			counted[kind]++
		}
		return err
	})
	return counted
}

func (w *town) read(actor db.Actor, read func(ctx context.Context, q db.Q) error) {
	w.t.Helper()
	if err := w.View(w.t.Context(), actor, func(q db.Q) error { return read(w.t.Context(), q) }); err != nil {
		w.t.Fatal(err)
	}
}

// whole verifies the invariant of seats.
func (w *town) whole() {
	w.t.Helper()
	w.read(console, func(ctx context.Context, q db.Q) error {
		findings, err := workshop.Check(ctx, q)
		for _, finding := range findings {
			w.t.Error(finding)
		}
		return err
	})
}
