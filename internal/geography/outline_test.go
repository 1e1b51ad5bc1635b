package geography_test

import (
	"testing"

	"passerelle/internal/geography"
)

func TestTheCommunesOfADepartementAreInItsOutline(t *testing.T) {
	drawn := 0
	for _, departement := range geography.Departements() {
		rings := geography.Outline(departement.Code)
		if len(rings) == 0 {
			if len(departement.Code) == 3 && departement.Code >= "975" && departement.Code != "976" {
				continue
			}
			t.Errorf("%s has no outline", departement.Name)
			continue
		}
		drawn++
		for _, ring := range rings {
			if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
				t.Errorf("%s has an open ring of %d points", departement.Name, len(ring))
			}
		}
		inside, all := 0, 0
		for _, commune := range geography.CommunesOf(departement.Code) {
			if !commune.HasCentre() {
				continue
			}
			all++
			if holds(rings, commune.Latitude, commune.Longitude) {
				inside++
			}
		}
		// A simplified coast leaves a few out.
		if inside*100 < all*90 {
			t.Errorf("%s: %d communes of %d in its outline", departement.Name, inside, all)
		}
	}
	if drawn != 101 {
		t.Errorf("%d outlines, want 101", drawn)
	}
}

// holds is the even-odd rule.
func holds(rings [][]geography.Point, latitude, longitude float64) bool {
	inside := false
	for _, ring := range rings {
		for i := 1; i < len(ring); i++ {
			a, b := ring[i-1], ring[i]
			if (a.Latitude > latitude) != (b.Latitude > latitude) &&
				longitude < a.Longitude+(latitude-a.Latitude)/(b.Latitude-a.Latitude)*(b.Longitude-a.Longitude) {
				inside = !inside
			}
		}
	}
	return inside
}
