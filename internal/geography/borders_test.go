package geography_test

import (
	"testing"

	"passerelle/internal/geography"
)

// Every border lies within its département, give or take the simplification.
func TestTheBordersOfCommunesAreWithinTheirDepartement(t *testing.T) {
	const slack = 0.02 // degrees
	for _, departement := range geography.Departements() {
		outline := geography.Outline(departement.Code)
		lines := geography.Borders(departement.Code)
		if len(outline) == 0 || departement.Code == "75" {
			if len(lines) > 0 {
				t.Errorf("%s has borders", departement.Code)
			}
			continue
		}
		if communes := len(geography.CommunesOf(departement.Code)); len(lines) < communes {
			t.Errorf("%s: %d borders between %d communes", departement.Code, len(lines), communes)
		}
		whole, inside := geography.Bounds(outline), geography.Bounds(lines)
		if inside.South < whole.South-slack || inside.North > whole.North+slack || inside.West < whole.West-slack || inside.East > whole.East+slack {
			t.Errorf("%s: borders in %v, outline in %v", departement.Code, inside, whole)
		}
	}
}

func TestThereAreNoBoundsAroundNothing(t *testing.T) {
	if got := geography.Bounds(nil); got != (geography.Box{}) {
		t.Errorf("%v", got)
	}
}
