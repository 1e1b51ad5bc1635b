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
	if len(twins) < 100 || len(twins) > count/4 {
		t.Errorf("%d pairs proposed among %d places", len(twins), count)
	}
}
