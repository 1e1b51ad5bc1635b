package departure_test

import (
	"context"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/departure"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
	"passerelle/internal/job"
	"passerelle/internal/label"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

var console = db.Actor{Kind: db.Console}

func newID() db.ID { return db.NewID(dbtest.Start) }

func person(role, level string, organisation db.ID) db.Actor {
	return db.Actor{Kind: db.Person, ID: newID(), Organisation: organisation, Role: role, Level: level}
}

// site is a labelled place with who signs for it.
type site struct {
	owner db.Actor
	place.Place
}

// town has a site that will leave, a neighbour, and two desks that send people.
type town struct {
	t *testing.T
	*dbtest.DB
	leaving, near       site
	desk, other         db.Actor
	certifier, national db.Actor
}

func newTown(t *testing.T, d *dbtest.DB) *town {
	t.Helper()
	w := &town{t: t, DB: d, certifier: person(account.RoleCertifier, account.LevelOwner, newID()), national: person(account.RoleNational, account.LevelOwner, newID())}
	w.desk, w.other = w.body("CCAS", account.RoleDesk), w.body("Mission locale", account.RoleDesk)
	w.leaving, w.near = w.open("La Filature", "23079"), w.open("Le Fil numérique", "23096")
	return w
}

func (w *town) body(name, role string) db.Actor {
	w.t.Helper()
	var made account.Organisation
	w.Must(w.t, console, func(ctx context.Context, tx *db.Tx) (err error) {
		made, err = account.CreateOrganisation(ctx, tx, account.Organisation{Name: name, Telephone: "05 36 49 12 00", Roles: []string{role}})
		return err
	})
	return person(role, account.LevelOwner, made.ID)
}

func (w *town) open(name, commune string) site {
	w.t.Helper()
	opened := site{owner: w.body(name, account.RoleSite)}
	where, err := geography.CommuneByCode(commune)
	if err != nil {
		w.t.Fatal(err)
	}
	w.Must(w.t, console, func(ctx context.Context, tx *db.Tx) (err error) {
		opened.Place, _, err = place.Save(ctx, tx, place.Place{
			Organisation: opened.owner.Organisation, Source: "test", SourceID: name, Name: name, Commune: commune, CommuneName: where.Name,
			PostalCode: where.PostalCodes[0], Latitude: where.Latitude, Longitude: where.Longitude, Invented: true,
		})
		return err
	})
	w.Must(w.t, w.certifier, func(ctx context.Context, tx *db.Tx) error {
		_, err := label.Grant(ctx, tx, label.Decision{Site: opened.ID, On: today(tx).AddDays(-100), Reason: "Visite faite."})
		return err
	})
	return opened
}

func today(q db.Q) civil.Date { return civil.DateOf(q.Now(), civil.Paris) }

// day is some days from now.
func (w *town) day(ahead int) civil.Date {
	return civil.DateOf(w.Clock.Now(), civil.Paris).AddDays(ahead)
}

// plan opens a session in the morning, some days from now.
func (w *town) plan(at site, ahead, seats int) workshop.Session {
	w.t.Helper()
	var made workshop.Session
	starts := w.day(ahead).At(10*60, civil.Paris)
	w.Must(w.t, at.owner, func(ctx context.Context, tx *db.Tx) (err error) {
		made, err = workshop.Plan(ctx, tx, workshop.New{Site: at.ID, Topic: "formality", Level: "découvrir", Seats: seats, StartsAt: starts, EndsAt: starts.Add(2 * time.Hour)})
		return err
	})
	return made
}

// book books someone new.
func (w *town) book(desk db.Actor, session workshop.Session, name string) workshop.Booking {
	w.t.Helper()
	w.Clock.Advance(time.Millisecond) // two bookings are never told apart by chance
	var made workshop.Booking
	w.Must(w.t, desk, func(ctx context.Context, tx *db.Tx) error {
		known, err := holder.Register(ctx, tx, holder.New{Name: name})
		if err != nil {
			return err
		}
		made, err = workshop.Book(ctx, tx, workshop.Reservation{Session: session.ID, Holder: known.ID})
		return err
	})
	return made
}

func (w *town) announce(actor db.Actor, in departure.Departure) (departure.Departure, error) {
	return change(w, actor, func(ctx context.Context, tx *db.Tx) (departure.Departure, error) {
		return departure.Announce(ctx, tx, in)
	})
}

// leaves announces that the leaving site shuts, some days from now.
func (w *town) leaves(ahead int) {
	w.t.Helper()
	if _, err := w.announce(w.leaving.owner, departure.Departure{Place: w.leaving.ID, Shuts: true, LastOn: w.day(ahead), Reason: "Le bail s’achève."}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) move(actor db.Actor, booking workshop.Booking, to workshop.Session) (workshop.Booking, error) {
	return change(w, actor, func(ctx context.Context, tx *db.Tx) (workshop.Booking, error) {
		return departure.Move(ctx, tx, departure.Moving{Booking: booking.ID, Session: to.ID})
	})
}

func (w *town) giveUp(actor db.Actor, booking workshop.Booking, why string) error {
	_, err := change(w, actor, func(ctx context.Context, tx *db.Tx) (departure.Rehoming, error) {
		return departure.GiveUp(ctx, tx, booking.ID, why)
	})
	return err
}

func change[T any](w *town, actor db.Actor, act func(ctx context.Context, tx *db.Tx) (T, error)) (made T, err error) {
	w.Clock.Advance(time.Millisecond)
	err = w.Update(w.t.Context(), actor, func(tx *db.Tx) (err error) {
		made, err = act(w.t.Context(), tx)
		return err
	})
	return made, err
}

// see reads as someone.
func see[T any](w *town, actor db.Actor, read func(ctx context.Context, q db.Q) (T, error)) T {
	w.t.Helper()
	var found T
	if err := w.View(w.t.Context(), actor, func(q db.Q) (err error) {
		found, err = read(w.t.Context(), q)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return found
}

func (w *town) people(actor db.Actor) []departure.Person {
	w.t.Helper()
	return see(w, actor, func(ctx context.Context, q db.Q) ([]departure.Person, error) {
		return departure.People(ctx, q, w.leaving.ID)
	})
}

func (w *town) list(actor db.Actor) []departure.Listed {
	w.t.Helper()
	return see(w, actor, departure.List)
}

// night runs the nightly work.
func (w *town) night() {
	w.t.Helper()
	w.Must(w.t, job.Actor, func(ctx context.Context, tx *db.Tx) error { return departure.Nightly(ctx, tx) })
}

// whole verifies what the departures touch.
func (w *town) whole() {
	w.t.Helper()
	for _, check := range []func(context.Context, db.Q) ([]string, error){departure.Check, label.Check, workshop.Check} {
		for _, finding := range see(w, console, check) {
			w.t.Error(finding)
		}
	}
}

func (w *town) refused(err error, code string) {
	w.t.Helper()
	if !fault.HasCode(err, code) {
		w.t.Errorf("got %v; want the refusal %s", err, code)
	}
}
