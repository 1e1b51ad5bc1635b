package place_test

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/place"
)

// holds fails when the directory breaks one of its invariants.
func holds(t interface{ Fatal(args ...any) }, d *dbtest.DB) {
	var findings []string
	err := d.View(context.Background(), db.Actor{}, func(q db.Q) (err error) {
		findings, err = place.Check(context.Background(), q)
		return err
	})
	if err != nil || len(findings) > 0 {
		t.Fatal(err, strings.Join(findings, "\n"))
	}
}

func correct(t *testing.T, d *dbtest.DB, id db.ID, change func(p *place.Place)) place.Place {
	t.Helper()
	var made place.Place
	d.Must(t, console, func(ctx context.Context, tx *db.Tx) (err error) {
		made, _, err = place.Correct(ctx, tx, id, change)
		return err
	})
	return made
}

func TestWhatIsSaidByHandIsBelievedBeforeAnyFile(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		file := house("Maison", at("1 rue Haute"), calling("+33544000000"))
		file.UpdatedOn, file.Hours, file.Wheelchair = civil.On(2024, 4, 2), "Mo 09:00-12:00", true
		first := save(t, d, file)
		byHand := correct(t, d, first.ID, func(p *place.Place) { p.Hours, p.Telephone, p.Wheelchair = "Tu 14:00-17:00", "", false })
		if byHand.Hours != "Tu 14:00-17:00" || byHand.Telephone != "" || byHand.Wheelchair || byHand.Name != "Maison" {
			t.Errorf("corrected: %+v", byHand)
		}
		newer := file
		newer.UpdatedOn, newer.Hours, newer.Name, newer.Telephone = civil.On(2030, 1, 1), "We 09:00-12:00", "La Maison", "+33544111111"
		shown := save(t, d, newer)
		if shown.Hours != "Tu 14:00-17:00" || shown.Telephone != "" || shown.Name != "La Maison" || shown.ID != first.ID {
			t.Errorf("after a newer file: %+v", shown)
		}
		holds(t, d)
		var differences []place.Difference
		var origins []place.Origin
		if err := d.View(t.Context(), console, func(q db.Q) (err error) {
			if differences, err = place.Differences(t.Context(), q, first.ID); err != nil {
				return err
			}
			_, origins, err = place.Provenance(t.Context(), q, first.ID)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		var told []string
		for _, one := range differences {
			told = append(told, fmt.Sprintf("%s: %s / %s", one.Field.Code, one.Field.Text(one.Kept), one.Field.Text(one.Said)))
		}
		want := []string{"telephone:  / 05\u00a044\u00a011\u00a011\u00a011", "hours: mardi 14\u00a0h à 17\u00a0h / mercredi 9\u00a0h à 12\u00a0h", "wheelchair: non / oui"}
		if !reflect.DeepEqual(told, want) {
			t.Errorf("differences %q, want %q", told, want)
		}
		from := map[string]string{}
		for _, one := range origins {
			from[one.Field.Code] = one.Record.Source + " " + one.Record.DatedOn.String()
		}
		if from["hours"] != " "+civil.DateOf(d.Clock.Now(), civil.Paris).String() || from["name"] != "a 2030-01-01" || from["telephone"] != "" {
			t.Errorf("origins: %v", from)
		}
	})
}

func TestAFilledFieldIsNotErasedByASourceThatDoesNotSayIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		rich := house("Médiathèque", at("1 rue Haute"), calling("+33544000000"))
		rich.UpdatedOn = civil.On(2023, 1, 1)
		poor := house("Médiathèque de Guéret", at("1 rue Haute"))
		poor.Source, poor.UpdatedOn, poor.Hours = "b", civil.On(2025, 1, 1), "Mo 09:00-12:00"
		save(t, d, rich)
		save(t, d, poor)
		merged := mergeAll(t, d)
		if merged.Telephone != "+33544000000" || merged.Hours != "Mo 09:00-12:00" || merged.Name != "Médiathèque de Guéret" {
			t.Errorf("%+v", merged)
		}
		poor.Hours, poor.UpdatedOn = "Tu 09:00-12:00", civil.On(2025, 2, 1)
		if again := save(t, d, poor); again.ID != merged.ID || again.Hours != poor.Hours {
			t.Errorf("the merged source again: %+v", again)
		}
		if found, _ := search(t, d, place.Filter{Commune: "23096"}); len(found) != 1 {
			t.Errorf("listed: %v", found)
		}
		holds(t, d)
	})
}

// mergeAll merges what is proposed, and answers the last place that it made.
func mergeAll(t *testing.T, d *dbtest.DB) place.Place {
	t.Helper()
	look(t, d)
	var made place.Place
	for _, twin := range proposed(t, d) {
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) (err error) {
			made, err = place.Merge(ctx, tx, twin.ID, db.ID{})
			return err
		})
	}
	return made
}

func look(t testing.TB, d *dbtest.DB) {
	t.Helper()
	for waiting := 1; waiting > 0; {
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) (err error) {
			waiting, err = place.FindTwins(ctx, tx)
			return err
		})
	}
}

func proposed(t testing.TB, d *dbtest.DB) []place.Twin {
	t.Helper()
	var twins []place.Twin
	if err := d.View(t.Context(), console, func(q db.Q) (err error) {
		twins, err = place.Twins(t.Context(), q, place.TwinFilter{Limit: 1000})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return twins
}

// drawn is what some source says of a place in Guéret.
func drawn(t *rapid.T, source string) place.Place {
	p := house(rapid.SampledFrom([]string{"Mairie", "Médiathèque", "Le Fil", "Fablab"}).Draw(t, "name"))
	p.Source, p.SourceID = source, "1"
	if rapid.Bool().Draw(t, "dated") {
		p.UpdatedOn = civil.On(2024, 1, rapid.IntRange(1, 3).Draw(t, "day"))
	}
	p.Telephone = rapid.SampledFrom([]string{"", "+33544000000", "+33544111111"}).Draw(t, "telephone")
	p.Services = rapid.SampledFrom([][]string{nil, {place.ServiceSafety}, {place.ServiceProcedures}}).Draw(t, "services")
	p.PassAccepted, p.Address = rapid.Bool().Draw(t, "pass"), rapid.SampledFrom([]string{"1 rue Haute", "Le bourg"}).Draw(t, "address")
	if rapid.Bool().Draw(t, "elsewhere") {
		p.Commune, p.CommuneName, p.PostalCode = "23008", "Aubusson", "23200"
	}
	if rapid.Bool().Draw(t, "approximate") {
		p.Approximate = true
	}
	return p
}

// Whatever the order in which files come in, one place is made of them; and
// undoing every merge, in any order, gives back each place as it was alone.
func TestMergingAndSeparatingAnyPlacesInAnyOrder(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		rapid.Check(t, func(r *rapid.T) {
			ctx := context.Background()
			must := func(write func(tx *db.Tx) error) {
				if err := d.Update(ctx, console, write); err != nil {
					r.Fatal(err)
				}
			}
			must(func(tx *db.Tx) error {
				for _, table := range []string{"place_twin_decision", "place_twin", "place_record", "place", "leaf", "job"} {
					if _, err := tx.Exec(ctx, `DELETE FROM `+table); err != nil {
						return err
					}
				}
				return nil
			})
			sources := []string{"a", "b", "c", "d"}[:rapid.IntRange(2, 4).Draw(r, "sources")]
			said := map[string]place.Place{}
			alone := map[db.ID]place.Place{}
			var ids []db.ID
			for _, source := range sources {
				said[source] = drawn(r, source)
				must(func(tx *db.Tx) error {
					made, _, err := place.Save(ctx, tx, said[source])
					alone[made.ID], ids = made, append(ids, made.ID)
					return err
				})
			}
			// Every pair is proposed, however unlike: a person may think otherwise.
			var twins []db.ID
			slices.SortFunc(ids, func(a, b db.ID) int { return bytes.Compare(a[:], b[:]) })
			must(func(tx *db.Tx) error {
				twins = nil
				for i, one := range ids {
					for _, other := range ids[i+1:] {
						id := tx.NewID()
						if _, err := tx.Exec(ctx, `INSERT INTO place_twin (id, one, other, score, reasons, basis, state, proposed_at)
							VALUES ($1, $2, $3, 60, '', $4, 'proposed', $5)`, id, one, other, []byte{}, tx.Now()); err != nil {
							return err
						}
						twins = append(twins, id)
					}
				}
				return nil
			})
			var merged []db.ID
			for _, twin := range rapid.Permutation(twins).Draw(r, "merges") {
				err := d.Update(ctx, console, func(tx *db.Tx) error {
					_, err := place.Merge(ctx, tx, twin, db.ID{})
					return err
				})
				if err == nil {
					merged = append(merged, twin)
				}
			}
			if len(merged) != len(ids)-1 {
				r.Fatalf("%d merges of %d places", len(merged), len(ids))
			}
			holds(r, d)
			whole := func() (p place.Place) {
				if err := d.View(ctx, console, func(q db.Q) (err error) {
					p, err = place.ByID(ctx, q, ids[rapid.IntRange(0, len(ids)-1).Draw(r, "by")])
					return err
				}); err != nil {
					r.Fatal(err)
				}
				return p
			}
			before := whole()
			for _, source := range rapid.Permutation(sources).Draw(r, "again") {
				must(func(tx *db.Tx) error {
					_, change, err := place.Save(ctx, tx, said[source])
					if change != place.Unchanged {
						r.Errorf("%s a second time: %v", source, change)
					}
					return err
				})
			}
			if after := whole(); !reflect.DeepEqual(before, after) {
				r.Errorf("the same files again:\n%+v\nbefore\n%+v", after, before)
			}
			for _, twin := range rapid.Permutation(merged).Draw(r, "undone") {
				must(func(tx *db.Tx) error {
					_, err := place.Separate(ctx, tx, twin)
					return err
				})
				holds(r, d)
			}
			for id, want := range alone {
				var got place.Place
				if err := d.View(ctx, console, func(q db.Q) (err error) {
					got, err = place.ByID(ctx, q, id)
					return err
				}); err != nil || !reflect.DeepEqual(got, want) {
					r.Errorf("%v, separated\n%+v\nwas\n%+v", err, got, want)
				}
			}
		})
	})
}

// The order in which sources come in does not matter once they are one place.
func TestTheOrderOfFilesDoesNotMatter(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	rapid.Check(t, func(r *rapid.T) {
		ctx := context.Background()
		home := house("Maison")
		home.Source, home.UpdatedOn = "home", civil.On(2024, 1, 2)
		others := []place.Place{drawn(r, "a"), drawn(r, "b"), drawn(r, "c")}
		var results []place.Place
		for range 2 {
			if err := d.Update(ctx, console, func(tx *db.Tx) error {
				for _, table := range []string{"place_record", "place", "job"} {
					if _, err := tx.Exec(ctx, `DELETE FROM `+table); err != nil {
						return err
					}
				}
				made, _, err := place.Save(ctx, tx, home)
				if err != nil {
					return err
				}
				for _, other := range rapid.Permutation(others).Draw(r, "order") {
					saved, _, err := place.Save(ctx, tx, other)
					if err != nil {
						return err
					}
					if _, err := tx.Exec(ctx, `UPDATE place_record SET place = $1 WHERE place = $2`, made.ID, saved.ID); err != nil {
						return err
					}
					if made, _, err = place.Save(ctx, tx, home); err != nil {
						return err
					}
				}
				// One that says something new makes the fold anew.
				home.Name += "x"
				if made, _, err = place.Save(ctx, tx, home); err != nil {
					return err
				}
				home.Name = "Maison"
				made, _, err = place.Save(ctx, tx, home)
				made.ID = db.ID{}
				results = append(results, made)
				return err
			}); err != nil {
				r.Fatal(err)
			}
		}
		if !reflect.DeepEqual(results[0], results[1]) {
			r.Errorf("%+v\nin another order\n%+v", results[0], results[1])
		}
	})
}
