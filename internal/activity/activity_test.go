package activity_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/activity"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

var console = db.Actor{Kind: db.Console}

func person(role string) db.Actor {
	return db.Actor{Kind: db.Person, ID: db.NewID(dbtest.Start), Organisation: db.NewID(dbtest.Start), Role: role, Level: account.LevelMember}
}

// town is a database with a desk, and a site in Guéret with its mediator.
type town struct {
	*dbtest.DB
	t              *testing.T
	desk, mediator db.Actor
	site           place.Place
}

func newTown(t *testing.T, d *dbtest.DB) *town {
	w := &town{DB: d, t: t, desk: person(account.RoleDesk), mediator: person(account.RoleSite)}
	where, err := geography.CommuneByCode("23096")
	if err != nil {
		t.Fatal(err)
	}
	w.Must(t, console, func(ctx context.Context, tx *db.Tx) (err error) {
		w.site, _, err = place.Save(ctx, tx, place.Place{
			Organisation: w.mediator.Organisation, Source: "test", SourceID: "fil", Name: "Le Fil numérique", Commune: where.Code, CommuneName: where.Name,
			PostalCode: where.PostalCodes[0], Latitude: where.Latitude, Longitude: where.Longitude, Invented: true, Address: "1 rue de l’Exemple",
			LabelledFrom: civil.On(2026, 1, 1), LabelledUntil: civil.On(2028, 12, 31), Services: []string{place.ServiceProcedures},
		})
		return err
	})
	return w
}

func (w *town) today() civil.Date { return civil.DateOf(dbtest.Start, civil.Paris) }

// told is a help of half an hour to one person, today.
func (w *town) told() activity.Content {
	return activity.Content{Kind: activity.Individual, Day: w.today(), Minutes: 30, Themes: []string{"mail"}, Commune: "23096"}
}

func (w *town) record(actor db.Actor, in activity.New) (made activity.Activity, err error) {
	err = w.Update(w.t.Context(), actor, func(tx *db.Tx) (err error) {
		made, err = activity.Record(w.t.Context(), tx, in)
		return err
	})
	return made, err
}

func (w *town) check() []string {
	w.t.Helper()
	var found []string
	if err := w.View(w.t.Context(), console, func(q db.Q) (err error) {
		found, err = activity.Check(w.t.Context(), q)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return found
}

func TestWhatIsToldOfAHelp(t *testing.T) {
	d := dbtest.SQLite(t)
	w := newTown(t, d)
	for name, c := range map[string]struct {
		change func(in *activity.New)
		field  string // wrong; empty: accepted
	}{
		"as it is":           {func(*activity.New) {}, ""},
		"no theme":           {func(in *activity.New) { in.Themes = nil }, "themes"},
		"a theme of no list": {func(in *activity.New) { in.Themes = []string{"cuisine"} }, "themes"},
		"six themes": {func(in *activity.New) {
			in.Themes = []string{"mail", "job", "other", "internet", "business", "children"}
		}, "themes"},
		"tomorrow":            {func(in *activity.New) { in.Day = w.today().AddDays(1) }, "day"},
		"two years ago":       {func(in *activity.New) { in.Day = w.today().AddMonths(-24) }, "day"},
		"no time at all":      {func(in *activity.New) { in.Minutes = 0 }, "minutes"},
		"two days long":       {func(in *activity.New) { in.Minutes = 2880 }, "minutes"},
		"individual, for two": {func(in *activity.New) { in.People = 2 }, "people"},
		"a group of nobody":   {func(in *activity.New) { in.Kind = activity.Collective }, "people"},
		"a group":             {func(in *activity.New) { in.Kind, in.People = activity.Collective, 7 }, ""},
		"more women than people": {func(in *activity.New) {
			in.Kind, in.People, in.Publics.Genders = activity.Collective, 3, map[string]int{"women": 2, "men": 2}
		}, "genders"},
		"less than the people": {func(in *activity.New) {
			in.Kind, in.People, in.Publics.Ages = activity.Event, 30, map[string]int{"60_69": 12, "70_more": 4}
		}, ""},
		"a password in the note": {func(in *activity.New) { in.Note = "mot de passe : soleil" }, "note"},
	} {
		in := activity.New{Content: w.told()}
		c.change(&in)
		_, err := w.record(w.desk, in)
		if c.field == "" && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if c.field != "" && !slices.ContainsFunc(fault.Of(err).Fields, func(f fault.Field) bool { return f.Name == c.field }) {
			t.Errorf("%s: %v, want a refusal of %s", name, err, c.field)
		}
	}
}

func TestACorrectionIsKeptAndTheLastOneStands(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		in := activity.New{Content: w.told(), Note: "Venue avec sa fille."}
		in.Publics = activity.Publics{Genders: map[string]int{"women": 1, "men": 0}}
		made, err := w.record(w.mediator, in)
		if err != nil {
			t.Fatal(err)
		}
		fix := activity.Correction{Activity: made.ID, Revision: 1, Content: made.Content, Note: made.Note, Reason: "C’était une heure."}
		fix.Minutes = 60
		correct := func(actor db.Actor) error {
			return w.Update(t.Context(), actor, func(tx *db.Tx) error {
				_, err := activity.Correct(t.Context(), tx, fix)
				return err
			})
		}
		if err := correct(w.desk); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another organisation corrects: %v", err)
		}
		if err := correct(w.mediator); err != nil {
			t.Fatal(err)
		}
		if err := correct(w.mediator); fault.KindOf(err) != fault.Conflict {
			t.Errorf("the same revision corrected twice: %v", err)
		}
		w.Must(t, w.mediator, func(ctx context.Context, tx *db.Tx) error {
			known, err := activity.ByID(ctx, tx, made.ID)
			if known.Minutes != 60 || known.Revision != 2 || known.Note != in.Note || known.Publics.Genders["women"] != 1 {
				t.Errorf("after the correction: %+v", known)
			}
			if err != nil {
				return err
			}
			said, err := activity.Revisions(ctx, tx, made.ID)
			if err == nil && (len(said) != 2 || said[0].Minutes != 30 || said[1].Reason != fix.Reason) {
				t.Errorf("what it said: %+v", said)
			}
			return err
		})
		w.Must(t, w.mediator, func(ctx context.Context, tx *db.Tx) error {
			_, err := activity.Withdraw(ctx, tx, made.ID, "Notée deux fois.")
			return err
		})
		fix.Revision = 3
		if err := correct(w.mediator); !fault.HasCode(err, "activity_withdrawn") {
			t.Errorf("a withdrawn activity is corrected: %v", err)
		}
		if found := w.check(); len(found) > 0 {
			t.Error(found)
		}
		for _, tampering := range []string{`UPDATE activity SET minutes = 600`, `UPDATE activity_revision SET reason = 'rien', content = '{}' WHERE revision = 1`} {
			w.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, tampering)
				return err
			})
			if len(w.check()) == 0 {
				t.Errorf("nothing found after %s", tampering)
			}
		}
	})
}

func TestAGroupOnADayOfASessionSaysThatItIsAnother(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		w.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			_, err := workshop.Plan(ctx, tx, workshop.New{
				Site: w.site.ID, Topic: "formality", Level: workshop.Discover, Seats: 8, StartsAt: dbtest.Start, EndsAt: dbtest.Start.Add(time.Hour),
			})
			return err
		})
		group := activity.New{Content: w.told()}
		group.Kind, group.People, group.Place = activity.Collective, 6, w.site.ID
		if _, err := w.record(w.mediator, group); !fault.HasCode(err, "session_that_day") {
			t.Errorf("a group on a session's day: %v", err)
		}
		group.Distinct = true
		if _, err := w.record(w.mediator, group); err != nil {
			t.Error(err)
		}
		alone := activity.New{Content: w.told()}
		alone.Place = w.site.ID
		if _, err := w.record(w.mediator, alone); err != nil {
			t.Errorf("one person that day: %v", err)
		}
		group.Place, group.Distinct = w.site.ID, false
		other := person(account.RoleSite)
		if _, err := w.record(other, group); fault.KindOf(err) != fault.NotFound {
			t.Errorf("at another organisation's place: %v", err)
		}
	})
}

func TestAKnownPersonIsOnesOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		var known holder.Holder
		w.Must(t, w.desk, func(ctx context.Context, tx *db.Tx) (err error) {
			known, err = holder.Register(ctx, tx, holder.New{Name: "Monique"})
			return err
		})
		in := activity.New{Content: w.told(), Note: "Un dossier à suivre."}
		in.Holder = known.ID
		if _, err := w.record(w.mediator, in); fault.KindOf(err) != fault.NotFound {
			t.Errorf("someone else's person: %v", err)
		}
		made, err := w.record(w.desk, in)
		if err != nil {
			t.Fatal(err)
		}
		w.Must(t, console, func(ctx context.Context, tx *db.Tx) error { return db.Erase(ctx, tx, known.ID) })
		w.Must(t, w.desk, func(ctx context.Context, tx *db.Tx) error {
			read, err := activity.ByID(ctx, tx, made.ID)
			if err == nil && (read.Note != "" || read.Minutes != in.Minutes) {
				t.Errorf("once the person is erased: %+v", read)
			}
			return err
		})
	})
}
