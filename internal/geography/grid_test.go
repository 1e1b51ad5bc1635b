package geography_test

import (
	"slices"
	"testing"

	"passerelle/internal/geography"

	"pgregory.net/rapid"
)

func anyPoint(t *rapid.T, name string) geography.Point {
	return geography.Point{
		Latitude:  rapid.Float64Range(-90, 90).Draw(t, name+" latitude"),
		Longitude: rapid.Float64Range(-180, 180).Draw(t, name+" longitude"),
	}
}

func TestTheOrderOfChordsIsTheOrderOfDistances(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from, to := anyPoint(t, "from"), anyPoint(t, "to")
		metres := geography.Distance(from.Latitude, from.Longitude, to.Latitude, to.Longitude)
		chord := from.Vector().Chord(to.Vector())
		if chord < 0 || 4*chord < chord {
			t.Fatalf("the chord %d overflows", chord)
		}
		// Near the antipodes a centimetre of chord is kilometres of ground.
		if metres < 19_000_000 {
			if told := geography.MetresOver(chord); told < metres-1 || told > metres+1 {
				t.Fatalf("%d m by the chord, %d m on the ground", told, metres)
			}
			if over := geography.MetresOver(geography.ChordOver(float64(metres))); over < metres-1 || over > metres+1 {
				t.Fatalf("%d m, then %d m", metres, over)
			}
		}
	})
	if geography.ChordOver(-1) != 0 || geography.ChordOver(1e9) != geography.ChordOver(25_000_000) {
		t.Error("a way below nothing, or beyond the Earth, has another chord")
	}
}

// A covering holds every point of the circle, and tells no more than it holds.
func TestACoveringHoldsItsCircle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		around := anyPoint(t, "around")
		radius := rapid.OneOf(rapid.IntRange(0, 3000), rapid.IntRange(0, 20_000_000)).Draw(t, "radius")
		ranges, reach := geography.Covering(around, radius)
		if len(ranges) == 0 || len(ranges) > geography.MostRanges || reach < radius {
			t.Fatalf("%d ranges, %d m for %d", len(ranges), reach, radius)
		}
		if !slices.IsSortedFunc(ranges, func(a, b geography.CellRange) int { return int(a.First>>8 - b.First>>8) }) {
			t.Fatalf("not in order: %v", ranges)
		}
		for range 20 {
			spread := float64(reach) / 111_000
			to := geography.Point{
				Latitude:  min(90, max(-90, around.Latitude+rapid.Float64Range(-spread, spread).Draw(t, "north"))),
				Longitude: min(180, max(-180, around.Longitude+rapid.Float64Range(-2*spread, 2*spread).Draw(t, "east"))),
			}
			inside := slices.ContainsFunc(ranges, func(run geography.CellRange) bool { return run.First <= to.Cell() && to.Cell() <= run.Last })
			if far := geography.Distance(around.Latitude, around.Longitude, to.Latitude, to.Longitude); far <= reach && !inside {
				t.Fatalf("%v lies %d m away, within %d m, in no range of %v", to, far, reach, ranges)
			}
		}
	})
}

func TestTheRadiusOfSomePeopleFollowsTheirDensity(t *testing.T) {
	paris, gueret := commune(t, "75056"), commune(t, "23096")
	within := func(name string, got, least, most int) {
		if got < least || got > most {
			t.Errorf("%s: %d m, want %d to %d", name, got, least, most)
		}
	}
	within("Paris, 10,000", geography.RadiusOf(10_000, paris), 200, 700)
	within("Guéret, 10,000", geography.RadiusOf(10_000, gueret), 2_000, 8_000)
	within("Guéret, 200,000", geography.RadiusOf(200_000, gueret), 30_000, 80_000)
	within("the ocean", geography.RadiusOf(10_000, geography.Point{Latitude: 30, Longitude: -40}), 90_000, 110_000)
	within("a pole", geography.RadiusOf(10_000, geography.Point{Latitude: -90, Longitude: 180}), 90_000, 110_000)
}

func commune(t *testing.T, code string) geography.Point {
	t.Helper()
	found, err := geography.CommuneByCode(code)
	if err != nil {
		t.Fatal(err)
	}
	return geography.Point{Latitude: found.Latitude, Longitude: found.Longitude}
}
