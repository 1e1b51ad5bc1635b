package holder_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
)

func agent() db.Actor {
	return db.Actor{
		Kind: db.Person, ID: db.NewID(dbtest.Start), Organisation: db.NewID(dbtest.Start),
		Role: account.RoleDesk, Level: account.LevelMember,
	}
}

func register(t *testing.T, d *dbtest.DB, actor db.Actor, in holder.New) holder.Holder {
	t.Helper()
	var made holder.Holder
	d.Must(t, actor, func(ctx context.Context, tx *db.Tx) (err error) {
		made, err = holder.Register(ctx, tx, in)
		return err
	})
	return made
}

func view(t *testing.T, d *dbtest.DB, actor db.Actor, read func(ctx context.Context, q db.Q) error) error {
	t.Helper()
	return d.View(t.Context(), actor, func(q db.Q) error { return read(t.Context(), q) })
}

func TestRegisteredPersonIsReadBackWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		desk := agent()
		made := register(t, d, desk, holder.New{
			Name: " Monique ", Commune: "23217", Telephone: "06 12 34 56 78", Recipient: holder.Recipient{Relation: "daughter", Name: "Léa"},
			Manner: holder.Manner{LargePrint: true}, Note: "Préfère le mardi.", Consent: true,
		})
		var found holder.Holder
		if err := view(t, d, desk, func(ctx context.Context, q db.Q) (err error) {
			found, err = holder.ByID(ctx, q, made.ID)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if found != made {
			t.Errorf("read %+v, registered %+v", found, made)
		}
		if found.Name != "Monique" || found.Telephone != "+33612345678" || found.ConsentBy != desk.ID || !found.ConsentAt.Equal(dbtest.Start) {
			t.Errorf("kept wrongly: %+v", found)
		}
	})
}

func TestNothingReadableOfThePersonIsStored(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		made := register(t, d, agent(), holder.New{Name: "Monique", Telephone: "0612345678", Note: "mardi", Recipient: holder.Recipient{Relation: "son"}})
		if err := view(t, d, db.Actor{}, func(ctx context.Context, q db.Q) error {
			var name, details, byName, byTelephone []byte
			err := q.QueryRow(ctx, `SELECT name, details, name_match, telephone_match FROM holder WHERE id = $1`, made.ID).
				Scan(&name, &details, &byName, &byTelephone)
			for _, stored := range [][]byte{name, details, byName, byTelephone} {
				for _, secret := range []string{"Monique", "monique", "612345678", "mardi", "son"} {
					if bytes.Contains(stored, []byte(secret)) {
						t.Errorf("%q stands in clear in the table", secret)
					}
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		d.Must(t, db.Actor{Kind: db.Job}, func(ctx context.Context, tx *db.Tx) error { return db.Erase(ctx, tx, made.ID) })
		if err := view(t, d, db.Actor{Kind: db.Job}, func(ctx context.Context, q db.Q) error {
			erased, err := holder.ByID(ctx, q, made.ID)
			if erased.Called() != made.Pseudonym || erased.Telephone != "" {
				t.Errorf("after erasure: %+v", erased)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestReturningPersonIsProposedInTheSameOrganisationOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		desk, other := agent(), agent()
		first := register(t, d, desk, holder.New{Name: "Élodie Martin", Telephone: "06 12 34 56 78"})
		register(t, d, desk, holder.New{Name: "Élodie", Telephone: "06 12 34 56 79"})
		register(t, d, desk, holder.New{Name: "Paul", Telephone: "06 12 34 56 78"})
		for _, c := range []struct {
			who             db.Actor
			name, telephone string
			want            int
		}{
			{desk, "ELODIE", "+33 6 12 34 56 78", 1},
			{desk, "Elodie", "", 0},
			{desk, "", "06 12 34 56 78", 0},
			{desk, "Élodie", "06 12 34 56 80", 0},
			{other, "Élodie", "06 12 34 56 78", 0},
		} {
			if err := view(t, d, c.who, func(ctx context.Context, q db.Q) error {
				met, err := holder.Known(ctx, q, c.name, c.telephone)
				if len(met) != c.want {
					t.Errorf("%s %s: %d proposed, want %d", c.name, c.telephone, len(met), c.want)
				}
				if len(met) == 1 && (met[0].ID != first.ID || met[0].Ending != "78") {
					t.Errorf("proposed %+v", met[0])
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestAnotherOrganisationsPersonCannotBeTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		desk, other := agent(), agent()
		auditor := db.Actor{Kind: db.Person, ID: db.NewID(dbtest.Start), Organisation: desk.Organisation, Role: account.RoleAuditor, Level: account.LevelMember}
		made := register(t, d, desk, holder.New{Name: "Monique"})
		read := func(actor db.Actor) error {
			return view(t, d, actor, func(ctx context.Context, q db.Q) error {
				_, err := holder.ByID(ctx, q, made.ID)
				return err
			})
		}
		if err := read(other); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another desk: %v", err)
		}
		if err := read(auditor); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("an auditor: %v", err)
		}
		err := d.Update(t.Context(), other, func(tx *db.Tx) error {
			_, err := holder.Correct(t.Context(), tx, holder.Correction{Holder: made.ID, Name: "X"})
			return err
		})
		if fault.KindOf(err) != fault.NotFound {
			t.Errorf("another desk corrects: %v", err)
		}
		err = d.Update(t.Context(), db.Actor{Kind: db.Person, Organisation: db.NewID(dbtest.Start), Role: account.RoleSite, Level: account.LevelMember}, func(tx *db.Tx) error {
			if _, err := holder.Register(t.Context(), tx, holder.New{Name: "Odile"}); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("a site registers as a desk does: %v", err)
			}
			_, err := holder.Register(t.Context(), tx, holder.New{Name: "Odile", AtDoor: true})
			return err
		})
		if err != nil {
			t.Errorf("at the door: %v", err)
		}
	})
}

func TestEveryWrongFieldIsToldAtOnce(t *testing.T) {
	err := holder.New{
		Name: "0612345678", Commune: "99999", Telephone: "06 39", Recipient: holder.Recipient{Relation: "boss"},
		Manner: holder.Manner{Language: "xx"}, Note: "mot de passe lapin",
	}.Check()
	var names []string
	for _, field := range fault.Of(err).Fields {
		names = append(names, field.Name)
	}
	if len(names) != 6 {
		t.Errorf("wrong fields told: %v", names)
	}
	if err := (holder.New{Name: "Monique", Consent: true}).Check(); len(fault.Of(err).Fields) != 1 {
		t.Errorf("consent without a telephone: %v", err)
	}
	if err := (holder.New{}).Check(); err != nil {
		t.Errorf("nothing is required: %v", err)
	}
}

func TestConsentTakenBackIsRecorded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		desk := agent()
		made := register(t, d, desk, holder.New{Name: "Monique", Telephone: "0612345678", Consent: true})
		d.Clock.Advance(1e9)
		d.Must(t, desk, func(ctx context.Context, tx *db.Tx) error {
			changed, err := holder.Correct(ctx, tx, holder.Correction{Holder: made.ID, Name: "Monique", Telephone: "0612345678"})
			if changed.Consent || changed.ConsentAt.Equal(made.ConsentAt) {
				t.Errorf("consent stands: %+v", changed)
			}
			return err
		})
		if err := view(t, d, desk, func(ctx context.Context, q db.Q) error {
			acts, err := audit.About(ctx, q, made.ID)
			if len(acts) != 2 || acts[1].Act != "holder.consent" {
				t.Errorf("acts: %+v", acts)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestListGoesPageByPageAndFindsByNameTelephoneOrPseudonym(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		desk := agent()
		var made []holder.Holder
		for i, name := range []string{"Anna", "Béa", "Cléo", "Dina", "Béa Petit"} {
			d.Clock.Advance(1e9)
			made = append(made, register(t, d, desk, holder.New{Name: name, Telephone: "061234567" + string(rune('0'+i))}))
		}
		register(t, d, agent(), holder.New{Name: "Béa"})
		list := func(f holder.Filter) (people []holder.Holder, more bool) {
			t.Helper()
			if err := view(t, d, desk, func(ctx context.Context, q db.Q) (err error) {
				people, more, err = holder.List(ctx, q, f)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return people, more
		}
		first, more := list(holder.Filter{Limit: 3})
		if len(first) != 3 || !more || first[0].Name != "Béa Petit" {
			t.Fatalf("first page: %d, more %v", len(first), more)
		}
		second, more := list(holder.Filter{Limit: 3, After: first[2].ID})
		if len(second) != 2 || more || second[1].Name != "Anna" {
			t.Errorf("second page: %d, more %v", len(second), more)
		}
		for text, want := range map[string]int{"bea": 2, "06 12 34 56 71": 1, made[2].Pseudonym: 1, "zoe": 0, "!": 0} {
			if found, _ := list(holder.Filter{Text: text}); len(found) != want {
				t.Errorf("%q finds %d, want %d", text, len(found), want)
			}
		}
	})
}

func TestUnknownPersonIsNotFound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		err := view(t, d, agent(), func(ctx context.Context, q db.Q) error {
			_, err := holder.OrganisationOf(ctx, q, db.NewID(dbtest.Start))
			return err
		})
		if !errors.Is(err, fault.ErrNotFound) {
			t.Error(err)
		}
	})
}
