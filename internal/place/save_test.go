package place_test

import (
	"reflect"
	"testing"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/place"
)

func TestAPlaceIsKnownByItsSource(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		whole := place.Place{
			Source: "a", SourceID: "1", Name: "Maison", Commune: "23096", PostalCode: "23000", Address: "1 rue", AddressComplement: "au fond",
			Latitude: 46.17, Longitude: 1.87, Pivot: "43493312300029", Typology: []string{"ASSO"}, Telephone: "+33544000000",
			Emails: []string{"a@exemple.fr"}, Websites: []string{"https://exemple.fr"}, Hours: "Mo 09:00-12:00", Summary: "Court", Description: "Long",
			Collector: "Hubik", Parent: "Ville", Itinerance: []string{"fixed"}, UpdatedOn: civil.On(2024, 4, 2), Services: []string{place.ServiceSafety},
			Publics: []string{"women"}, SpecialNeeds: []string{"english"}, Fees: []string{"free"}, Programmes: []string{"pix"}, Trainings: []string{"ordi"},
			OtherTrainings: "Autre", AccessWays: []string{"come"}, Supports: []string{"remote"}, Languages: []string{"Français", "Arabe"},
			AccessibilityURL: "https://acceslibre.example", BookingURL: "https://rdv.example", Wheelchair: true, PassAccepted: true, Invented: true,
		}
		saved := save(t, d, whole)
		read := byID(t, d, saved.ID)
		if !reflect.DeepEqual(read, saved) {
			t.Errorf("read back\n%+v, saved\n%+v", read, saved)
		}
		want := whole
		want.ID, want.Departement, want.CommuneName = saved.ID, "23", "Guéret"
		if !reflect.DeepEqual(saved, want) {
			t.Errorf("saved\n%+v, want\n%+v", saved, want)
		}
		for name, test := range map[string]struct {
			change func(p *place.Place)
			want   place.Change
		}{
			"the same":      {func(*place.Place) {}, place.Unchanged},
			"another name":  {func(p *place.Place) { p.Name = "Autre" }, place.Updated},
			"another place": {func(p *place.Place) { p.SourceID = "2" }, place.Created},
		} {
			again := whole
			test.change(&again)
			var got place.Change
			err := d.Update(t.Context(), console, func(tx *db.Tx) (err error) {
				_, got, err = place.Save(t.Context(), tx, again)
				return err
			})
			if err != nil || got != test.want {
				t.Errorf("%s: %v %v", name, got, err)
			}
			save(t, d, whole)
		}
	})
}

func byID(t *testing.T, d *dbtest.DB, id db.ID) place.Place {
	t.Helper()
	var read place.Place
	if err := d.View(t.Context(), db.Actor{}, func(q db.Q) (err error) {
		read, err = place.ByID(t.Context(), q, id)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return read
}

func TestAPlaceWithoutCoordinatesStandsAtItsCommunesCentre(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	saved := save(t, d, place.Place{Source: "a", SourceID: "1", Name: "Maison", Commune: "23096"})
	if !saved.Approximate || saved.Latitude == 0 || saved.PostalCode != "23000" {
		t.Errorf("%+v", saved)
	}
}

func TestAPlaceThatCannotBeIsRefusedFieldByField(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	err := d.Update(t.Context(), console, func(tx *db.Tx) error {
		_, _, err := place.Save(t.Context(), tx, place.Place{Commune: "99999", Services: []string{"cuisine"}})
		return err
	})
	if found := fault.Of(err); found.Code != "invalid" || len(found.Fields) != 3 {
		t.Errorf("%v %+v", err, found.Fields)
	}
}

func TestAPlaceIsKeptByItsOrganisationAlone(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	own, other := db.NewID(dbtest.Start), db.NewID(dbtest.Start)
	site := func(organisation db.ID) db.Actor {
		return db.Actor{Kind: db.Person, ID: db.NewID(dbtest.Start), Organisation: organisation, Role: "site", Level: "member"}
	}
	kept := place.Place{Source: "own", SourceID: "1", Name: "Maison", Commune: "23096", Organisation: own}
	tell := func(actor db.Actor, p place.Place) string {
		err := d.Update(t.Context(), actor, func(tx *db.Tx) error {
			_, _, err := place.Save(t.Context(), tx, p)
			return err
		})
		if err == nil {
			return ""
		}
		return fault.Of(err).Code
	}
	if code := tell(site(own), kept); code != "" {
		t.Errorf("its organisation: %s", code)
	}
	if code := tell(site(other), kept); code != "other_organisation" {
		t.Errorf("another organisation: %q", code)
	}
	taken := kept
	taken.Organisation = other
	if code := tell(site(other), taken); code != "other_organisation" {
		t.Errorf("another organisation, as its own: %q", code)
	}
	unkept := place.Place{Source: "a", SourceID: "2", Name: "Autre", Commune: "23096"}
	if code := tell(site(own), unkept); code != "forbidden" {
		t.Errorf("a place of nobody, by a site: %q", code)
	}
	save(t, d, unkept)
	unkept.Organisation = own
	if code := tell(site(own), unkept); code != "forbidden" {
		t.Errorf("a place of nobody, taken by a site: %q", code)
	}
}

func TestAPlaceIsClaimedOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		saved := save(t, d, place.Place{Source: "a", SourceID: "1", Name: "Maison", Commune: "23096"})
		first, second := db.NewID(dbtest.Start), db.NewID(dbtest.Start)
		for _, step := range []struct {
			place, organisation db.ID
			want                string
		}{{saved.ID, first, ""}, {saved.ID, first, ""}, {saved.ID, second, "place_claimed"}, {db.NewID(dbtest.Start), second, "unknown_place"}} {
			err := d.Update(t.Context(), console, func(tx *db.Tx) error {
				return place.Claim(t.Context(), tx, step.place, step.organisation)
			})
			if code := codeOf(err); code != step.want {
				t.Errorf("%q, want %q", code, step.want)
			}
		}
		if byID(t, d, saved.ID).Organisation != first {
			t.Error("the first organisation keeps it")
		}
	})
}

func codeOf(err error) string {
	if err == nil {
		return ""
	}
	return fault.Of(err).Code
}
