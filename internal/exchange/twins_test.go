package exchange_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/exchange"
	"passerelle/internal/place"
)

// TestFilesOfAMergedPlaceStillComeIn brings in one place as two sources write
// it, merges it, and brings both files again.
func TestFilesOfAMergedPlaceStillComeIn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		const first = schemaHeader + "7,,Médiathèque de Guéret,Guéret,23000,23096,12 avenue du Général Leclerc,46.1712,1.8714,0555000001,2025-03-01,\n"
		const second = schemaHeader + "b-7,,Bibliothèque municipale,Guéret,23000,23096,12 av. du Gal Leclerc,46.1712,1.8714,0555000001,2024-03-01,\n"
		bring := func(file, source string) exchange.Counts {
			counts, remarks := importing(t, d, file, exchange.Options{Source: source})
			if counts.Refused > 0 {
				t.Fatalf("refused: %v", remarks)
			}
			return counts
		}
		shown := func() (found []place.Found) {
			if err := d.View(t.Context(), console, func(q db.Q) (err error) {
				found, _, err = place.Search(t.Context(), q, place.Filter{Limit: 10})
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return found
		}
		bring(first, "a")
		bring(second, "b")
		var merged place.Place
		var twin place.Twin
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			if _, err := place.FindTwins(ctx, tx); err != nil {
				return err
			}
			twins, err := place.Twins(ctx, tx, place.TwinFilter{})
			if err != nil || len(twins) != 1 {
				t.Fatalf("%d pairs, %v", len(twins), err)
			}
			twin = twins[0]
			merged, err = place.Merge(ctx, tx, twin.ID, twin.Other.ID)
			return err
		})
		for range 2 {
			for source, file := range map[string]string{"a": first, "b": second} {
				if counts := bring(file, source); counts.Unchanged != 1 || counts.Read != 1 {
					t.Errorf("%s again: %v", source, counts)
				}
			}
		}
		if found := shown(); len(found) != 1 || found[0].ID != merged.ID || found[0].Name != "Médiathèque de Guéret" {
			t.Fatalf("shown: %+v", found)
		}
		// A newer file of the source that was absorbed updates what stands.
		newer := strings.Replace(strings.Replace(second, "2024-03-01", "2026-01-01", 1), "0555000001", "0555000002", 1)
		if counts := bring(newer, "b"); counts.Updated != 1 {
			t.Errorf("newer: %v", counts)
		}
		if found := shown(); len(found) != 1 || found[0].Telephone != "+33555000002" || found[0].Name != "Bibliothèque municipale" {
			t.Errorf("shown: %+v", found)
		}
		for _, key := range [][2]string{{"a", "7"}, {"b", "b-7"}} {
			if err := d.View(t.Context(), console, func(q db.Q) error {
				known, err := place.BySource(t.Context(), q, key[0], key[1])
				if known.ID != merged.ID {
					t.Errorf("%v leads to %s", key, known.ID)
				}
				return err
			}); err != nil {
				t.Error(err)
			}
		}
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			_, err := place.Separate(ctx, tx, twin.ID)
			return err
		})
		if found := shown(); len(found) != 2 {
			t.Errorf("separated: %+v", found)
		}
		if counts := bring(newer, "b"); counts.Unchanged != 1 {
			t.Errorf("separated, the same file again: %v", counts)
		}
	})
}

// TestThePublicFilesTellOfTheSamePlaces brings in three public files that
// overlap, and says how many pairs are proposed. With PASSERELLE_TWINS it prints
// them, to be judged by eye.
func TestThePublicFilesTellOfTheSamePlaces(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	importing(t, d, shared(t, "data", "lieux", "schema_national_v1_multi_sources_open_deps.csv"), exchange.Options{})
	for _, one := range []struct{ mapping, file string }{
		{"france-services", "france_services_20221201.csv"}, {"hub-lo", "hub_lo_centre_val_de_loire.json"}, {"maine-et-loire", "maine_et_loire_49.json"},
		{"angers", "angers_49.json"}, {"haute-vienne", "haute_vienne_87.json"}, {"la-creuse", "la_creuse_23.json"},
	} {
		importing(t, d, shared(t, "data", "lieux", one.file), exchange.Options{
			Source: one.mapping, Mapping: readMapping(t, shared(t, "data", "mappings", one.mapping+".config.json")),
		})
	}
	for waiting := 1; waiting > 0; {
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) (err error) {
			waiting, err = place.FindTwins(ctx, tx)
			return err
		})
	}
	var twins []place.Twin
	var count int
	if err := d.View(t.Context(), console, func(q db.Q) (err error) {
		if twins, err = place.Twins(t.Context(), q, place.TwinFilter{Limit: 100_000}); err != nil {
			return err
		}
		count, err = place.Count(t.Context(), q)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	steps, sources := map[string]int{}, map[string]int{}
	for _, twin := range twins {
		steps[twin.Words()]++
		if twin.One.Source == twin.Other.Source {
			sources["within one file"]++
		} else {
			sources["between two files"]++
		}
		if os.Getenv("PASSERELLE_TWINS") != "" {
			var why []string
			for _, reason := range twin.Reasons {
				why = append(why, fmt.Sprintf("%s %+d", reason.Says(), reason.Points))
			}
			fmt.Printf("%d\t%s | %s, %s (%s)\t%s | %s, %s (%s)\t%s\n", twin.Score, twin.One.Name, twin.One.Address, twin.One.CommuneName, twin.One.Source,
				twin.Other.Name, twin.Other.Address, twin.Other.CommuneName, twin.Other.Source, strings.Join(why, ", "))
		}
	}
	t.Logf("%d places, %d pairs: %v, %v", count, len(twins), steps, sources)
	// Some files write a place once per service: it is between files that too many
	// would be a rule that sees twins everywhere.
	if between := sources["between two files"]; between < 100 || between > count/10 {
		t.Errorf("%d pairs proposed between files, among %d places", between, count)
	}
}
