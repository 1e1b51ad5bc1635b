package place_test

import (
	"context"
	"fmt"
	"testing"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/place"
)

// TestTwinsAreFoundInACrowdedTown: in a commune of many places, those near each
// other, those that share a rare sign, and those whose point is not known are
// still compared; and a place is not its own twin, nor a pair proposed twice.
func TestTwinsAreFoundInACrowdedTown(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			for i := range 320 {
				one := house(fmt.Sprintf("Local %d", 1000+i), at(fmt.Sprintf("%d rue Basse", i+1)), standing(46.10+float64(i)*0.0005, 1.80), calling("+33555999999"))
				one.Source, one.SourceID = "crowd", fmt.Sprint(i)
				if _, _, err := place.Save(ctx, tx, one); err != nil {
					return err
				}
			}
			return nil
		})
		pairs := map[string][2]place.Place{
			"near":        {house("Le Fil d’Ariane", at("3 rue Haute"), standing(46.20, 1.90)), house("Fil d’Ariane", at("3 r. Haute"), standing(46.2003, 1.9003))},
			"no point":    {house("Maison Ronde", at("9 rue Haute"), unlocated), house("La Maison Ronde", at("9 rue Haute"), standing(46.15, 1.86))},
			"far, a rare": {house("Cyber Lilas", at("3 rue A"), calling("+33555000001"), siret("43493312300029"), standing(46.20, 1.95)), house("Cyber Lilas", at("3 rue A"), calling("+33555000001"), siret("43493312300029"), standing(46.10, 1.75))},
		}
		for name, pair := range pairs {
			for side, one := range pair {
				one.Source, one.SourceID = fmt.Sprint("list ", side), name
				save(t, d, one)
			}
		}
		look(t, d)
		look(t, d)
		twins := proposed(t, d)
		for _, twin := range twins {
			t.Logf("%d %s, %s", twin.Score, twin.One.Name, twin.Other.Name)
		}
		if len(twins) != len(pairs) {
			t.Errorf("%d pairs, wanted %d", len(twins), len(pairs))
		}
		holds(t, d)
	})
}
