package geography_test

import (
	"strings"
	"testing"
	"time"

	"passerelle/internal/geography"

	"pgregory.net/rapid"
)

func TestTravelIsToldAsAnOrderOfMagnitude(t *testing.T) {
	for _, c := range []struct {
		straight                        int
		distance, foot, bicycle, driven string
	}{
		{0, "à moins de 100 m", "5 min à pied", "5 min à vélo", "5 min en voiture"},
		{70, "à moins de 100 m", "5 min à pied", "5 min à vélo", "5 min en voiture"},
		{600, "environ 800 m", "10 min à pied", "5 min à vélo", "5 min en voiture"},
		{740, "environ 1 km", "15 min à pied", "5 min à vélo", "5 min en voiture"},
		{3_000, "environ 4 km", "1 h à pied", "15 min à vélo", "5 min en voiture"},
		{8_462, "environ 11 km", "2 h 45 à pied", "45 min à vélo", "15 min en voiture"},
		{10_000, "environ 13 km", "3 h 15 à pied", "50 min à vélo", "15 min en voiture"},
		{18_462, "environ 24 km", "6 h à pied", "1 h 30 à vélo", "30 min en voiture"},
		{20_769, "environ 27 km", "6 h 45 à pied", "1 h 45 à vélo", "30 min en voiture"},
		{28_462, "environ 37 km", "9 h 15 à pied", "2 h 30 à vélo", "45 min en voiture"},
		{800_000, "environ 1~040 km", "260 h à pied", "69 h 15 à vélo", "20 h 45 en voiture"},
	} {
		travel := geography.TravelOver(c.straight)
		got := []string{travel.DistanceText(), travel.OnFootText(), travel.ByBicycleText(), travel.ByCarText()}
		for i, want := range []string{c.distance, c.foot, c.bicycle, c.driven} {
			if plain := plainSpaces.Replace(got[i]); plain != want {
				t.Errorf("%d m: %q, want %q", c.straight, plain, want)
			}
		}
	}
	if text := geography.TravelOver(10_000).DistanceText(); text != "environ 13\u00a0km" {
		t.Errorf("%q lets the number leave its unit", text)
	}
}

var plainSpaces = strings.NewReplacer("\u00a0", " ", "\u202f", "~")

func TestAFartherPlaceIsNeverToldNearer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		near := rapid.IntRange(0, 200_000).Draw(t, "near")
		far := near + rapid.IntRange(0, 50_000).Draw(t, "more")
		a, b := geography.TravelOver(near), geography.TravelOver(far)
		if a.Metres > b.Metres || a.OnFoot > b.OnFoot || a.ByBicycle > b.ByBicycle || a.ByCar > b.ByCar {
			t.Fatalf("%+v, then %+v", a, b)
		}
		for _, duration := range []time.Duration{a.OnFoot, a.ByBicycle, a.ByCar} {
			if step := 5 * time.Minute; duration < step || duration%step != 0 || (duration > time.Hour && duration%(3*step) != 0) {
				t.Fatalf("%v is too exact", duration)
			}
		}
	})
}
