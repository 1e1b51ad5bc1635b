package place_test

import (
	"context"
	"testing"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/place"
)

// Coupons are refused without the label, so a place that says it takes the pass
// is believed only as long as nobody decided on its label.
func TestALabelDecidesWhetherThePassIsTaken(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		from, until := civil.On(2026, 1, 10), civil.On(2026, 6, 30)
		for name, test := range map[string]struct {
			says, labelled bool
			on             civil.Date
			takes          bool
		}{
			"nothing known":                        {false, false, from, false},
			"says so, never labelled":              {true, false, from, true},
			"labelled, says nothing, first day":    {false, true, from, true},
			"labelled, last day":                   {false, true, until, true},
			"labelled later":                       {true, true, from.AddDays(-1), false},
			"label ended, though it still says so": {true, true, until.AddDays(1), false},
		} {
			t.Run(name, func(t *testing.T) {
				saved := save(t, d, place.Place{Source: "a", SourceID: name, Name: "Lieu " + name, Commune: "23096", PassAccepted: test.says})
				if test.labelled {
					d.Must(t, console, func(ctx context.Context, tx *db.Tx) error { return place.SetLabelled(ctx, tx, saved.ID, from, until) })
				}
				if err := d.View(t.Context(), console, func(q db.Q) error {
					known, err := place.ByID(t.Context(), q, saved.ID)
					if err != nil {
						return err
					}
					if known.TakesPass(test.on) != test.takes {
						t.Errorf("takes the pass: %v", !test.takes)
					}
					found, _, err := place.Search(t.Context(), q, place.Filter{Pass: test.on, Text: name})
					if err == nil && len(found) > 0 != test.takes {
						t.Errorf("found: %v", !test.takes)
					}
					return err
				}); err != nil {
					t.Fatal(err)
				}
			})
		}
	})
}
