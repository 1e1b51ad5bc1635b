package place_test

import (
	"context"
	"errors"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/place"
)

// pair saves a place as two sources write it.
func pair(t *testing.T, d *dbtest.DB) (one, other place.Place) {
	t.Helper()
	second := house("Bibliothèque municipale de Guéret", at("12 av. du Gal Leclerc"))
	second.Source = "b"
	return save(t, d, house("Médiathèque", at("12 avenue du Général Leclerc"))), save(t, d, second)
}

func as(t *testing.T, d *dbtest.DB, actor db.Actor, write func(ctx context.Context, tx *db.Tx) error) error {
	t.Helper()
	return d.Update(t.Context(), actor, func(tx *db.Tx) error { return write(t.Context(), tx) })
}

func TestAPairKeptApartIsProposedAgainOnlyWhenWhatWasComparedChanges(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		_, other := pair(t, d)
		look(t, d)
		twins := proposed(t, d)
		if len(twins) != 1 || twins[0].Words() != "presque sûr" {
			t.Fatalf("proposed: %+v", twins)
		}
		again := func(change func(p *place.Place)) int {
			correct(t, d, other.ID, change)
			look(t, d)
			return len(proposed(t, d))
		}
		if n := again(func(p *place.Place) { p.Hours = "Mo 09:00-12:00" }); n != 1 {
			t.Errorf("looking again proposes %d", n)
		}
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			return place.KeepApart(ctx, tx, twins[0].ID, "other_place")
		})
		if n := again(func(p *place.Place) { p.Hours = "Tu 09:00-12:00" }); n != 0 {
			t.Errorf("the hours change: %d proposed", n)
		}
		if n := again(func(p *place.Place) { p.Telephone = "+33555000000" }); n != 1 {
			t.Errorf("the telephone changes: %d proposed", n)
		}
		if n := again(func(p *place.Place) {
			p.Name, p.Address, p.Telephone = "Garage Lion", "3 rue Basse", ""
			p.Latitude = 46.19
		}); n != 0 {
			t.Errorf("nothing is alike any more: %d proposed", n)
		}
		holds(t, d)
	})
}

func TestNothingIsProposedAcrossWhatWasKeptApart(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		_, second := pair(t, d)
		third := house("Médiathèque", at("12 avenue du Général Leclerc"))
		third.Source = "c"
		save(t, d, third)
		look(t, d)
		var of, without []place.Twin
		for _, twin := range proposed(t, d) {
			if twin.One.ID == second.ID || twin.Other.ID == second.ID {
				of = append(of, twin)
			} else {
				without = append(without, twin)
			}
		}
		if len(of) != 2 || len(without) != 1 {
			t.Fatalf("%d and %d proposed", len(of), len(without))
		}
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) error { return place.KeepApart(ctx, tx, of[0].ID, "other_place") })
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			_, err := place.Merge(ctx, tx, without[0].ID, db.ID{})
			return err
		})
		look(t, d)
		if twins := proposed(t, d); len(twins) != 0 {
			t.Errorf("proposed: %+v", twins)
		}
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			_, err := place.Separate(ctx, tx, without[0].ID)
			return err
		})
		look(t, d)
		if twins := proposed(t, d); len(twins) != 2 {
			t.Errorf("proposed once separated: %d", len(twins))
		}
		holds(t, d)
	})
}

func TestTheOneThatIsKeptStandsAndTwoThatAreAreRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		one, other := pair(t, d)
		keeper, second := db.NewID(d.Clock.Now()), db.NewID(d.Clock.Now())
		claim := func(id, organisation db.ID) error {
			return as(t, d, console, func(ctx context.Context, tx *db.Tx) error { return place.Claim(ctx, tx, id, organisation) })
		}
		if err := claim(other.ID, keeper); err != nil {
			t.Fatal(err)
		}
		merged := mergeAll(t, d)
		if merged.ID != other.ID || merged.Organisation != keeper {
			t.Errorf("%+v stands", merged)
		}
		if shown := byID(t, d, one.ID); shown.ID != other.ID {
			t.Errorf("the address of the other shows %+v", shown)
		}
		if err := claim(one.ID, second); !errors.Is(err, place.ErrClaimed) {
			t.Errorf("claiming what another stands for: %v", err)
		}
		var twins []place.Twin
		if err := d.View(t.Context(), console, func(q db.Q) (err error) {
			twins, err = place.Twins(t.Context(), q, place.TwinFilter{State: place.TwinMerged})
			return err
		}); err != nil || len(twins) != 1 {
			t.Fatal(err, twins)
		}
		merge := func(ctx context.Context, tx *db.Tx) error {
			_, err := place.Merge(ctx, tx, twins[0].ID, db.ID{})
			return err
		}
		separate := func(ctx context.Context, tx *db.Tx) error {
			_, err := place.Separate(ctx, tx, twins[0].ID)
			return err
		}
		if err := as(t, d, console, merge); !errors.Is(err, place.ErrTwinDecided) {
			t.Errorf("merged twice: %v", err)
		}
		if err := as(t, d, console, separate); err != nil {
			t.Fatal(err)
		}
		if err := as(t, d, console, separate); !errors.Is(err, place.ErrTwinDecided) {
			t.Errorf("separated twice: %v", err)
		}
		if err := claim(one.ID, second); err != nil {
			t.Fatal(err)
		}
		if err := as(t, d, console, merge); !errors.Is(err, place.ErrBothKept) {
			t.Errorf("two that are kept: %v", err)
		}
		// The database refuses by itself.
		err := as(t, d, console, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE place SET merged_into = $1 WHERE id = $2`, one.ID, other.ID)
			return err
		})
		if err == nil {
			t.Error("a place that is kept is made another's")
		}
		holds(t, d)
	})
}

func TestACollectiviteDecidesInItsOwnTerritoryOnly(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	pair(t, d)
	look(t, d)
	actors := map[string]db.Actor{}
	for _, territory := range []string{"23", "87"} {
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			made, err := account.CreateOrganisation(ctx, tx, account.Organisation{
				Name: "Département " + territory, Commune: "23096", Territory: territory, Telephone: "05 36 49 12 00", Roles: []string{account.RoleTerritory},
			})
			actors[territory] = db.Actor{Kind: db.Token, Organisation: made.ID, Role: account.RoleTerritory, Level: account.LevelMember}
			return err
		})
	}
	twin := proposed(t, d)[0]
	for territory, want := range map[string]int{"23": 1, "87": 0} {
		var found, count int
		var err error
		if viewed := d.View(t.Context(), actors[territory], func(q db.Q) error {
			var twins []place.Twin
			twins, err = place.Twins(t.Context(), q, place.TwinFilter{Territory: geography.Territory{Kind: geography.CommuneTerritory, Code: "23096"}})
			found = len(twins)
			if err == nil {
				count, err = place.CountTwins(t.Context(), q, place.TwinFilter{})
			}
			return err
		}); viewed != nil || found != want || count != want {
			t.Errorf("%s: %v, %d listed, %d counted", territory, viewed, found, count)
		}
	}
	merge := func(ctx context.Context, tx *db.Tx) error {
		_, err := place.Merge(ctx, tx, twin.ID, db.ID{})
		return err
	}
	if err := as(t, d, actors["87"], merge); !errors.Is(err, place.ErrUnknownTwin) {
		t.Errorf("87 merges: %v", err)
	}
	if err := as(t, d, db.Actor{Kind: db.Token, Role: account.RoleSite, Level: account.LevelOwner}, merge); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a site merges: %v", err)
	}
	if err := as(t, d, actors["23"], merge); err != nil {
		t.Error(err)
	}
	holds(t, d)
}

func TestCheckSeesWhatWasTamperedWith(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		pair(t, d)
		mergeAll(t, d)
		holds(t, d)
		for name, tamper := range map[string]string{
			"a field":             `UPDATE place SET telephone = '+33544999999' WHERE merged_into IS NULL`,
			"a record":            `UPDATE place_record SET said = '{"name":"Autre"}'`,
			"a record's place":    `UPDATE place_record SET place = home`,
			"a merge undone":      `UPDATE place SET merged_into = NULL`,
			"a decision":          `UPDATE place_twin_decision SET one = other`,
			"a decision's verb":   `UPDATE place_twin_decision SET verb = 'separate'`,
			"a forgotten state":   `UPDATE place_twin SET state = 'proposed', absorbed = NULL`,
			"a record that is no": `DELETE FROM place_record WHERE source = 'b'`,
		} {
			undone := errors.New("undone")
			err := as(t, d, console, func(ctx context.Context, tx *db.Tx) error {
				if _, err := tx.Exec(ctx, tamper); err != nil {
					return err
				}
				findings, err := place.Check(ctx, tx)
				if err != nil {
					return err
				}
				if len(findings) == 0 {
					t.Errorf("%s: nothing seen", name)
				}
				return undone
			})
			if !errors.Is(err, undone) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
