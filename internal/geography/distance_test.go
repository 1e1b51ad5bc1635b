package geography_test

import (
	"math"
	"testing"

	"passerelle/internal/geography"

	"pgregory.net/rapid"
)

func TestDistanceIsThatOfTheMap(t *testing.T) {
	for _, c := range []struct {
		from, to string
		want     int // metres, to one in a hundred
	}{
		{"75056", "13055", 659_000},
		{"23096", "23096", 0},
	} {
		from, _ := geography.CommuneByCode(c.from)
		to, _ := geography.CommuneByCode(c.to)
		got := geography.Distance(from.Latitude, from.Longitude, to.Latitude, to.Longitude)
		if math.Abs(float64(got-c.want)) > float64(c.want)/100 {
			t.Errorf("%s to %s: %d m, want %d", from.Name, to.Name, got, c.want)
		}
	}
	if quarter := geography.Distance(0, 0, 90, 0); quarter != 10_007_557 {
		t.Errorf("a quarter of a meridian is %d m", quarter)
	}
	if half := geography.Distance(0, 0, 0, 180); half != 20_015_114 {
		t.Errorf("half the equator is %d m", half)
	}
}

var (
	latitudes  = rapid.Float64Range(-90, 90)
	longitudes = rapid.Float64Range(-180, 180)
)

func TestDistanceIsTheSameBothWaysAndNoDetourIsShorter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := geography.Point{Latitude: latitudes.Draw(t, "a"), Longitude: longitudes.Draw(t, "a")}
		b := geography.Point{Latitude: latitudes.Draw(t, "b"), Longitude: longitudes.Draw(t, "b")}
		c := geography.Point{Latitude: latitudes.Draw(t, "c"), Longitude: longitudes.Draw(t, "c")}
		there, back := between(a, b), between(b, a)
		if there != back || there < 0 || there > 20_015_115 {
			t.Fatalf("%d m there, %d m back", there, back)
		}
		if between(a, a) != 0 {
			t.Fatal("a place is far from itself")
		}
		// Two metres for the rounding.
		if there > between(a, c)+between(c, b)+2 {
			t.Fatalf("the detour by %v is shorter", c)
		}
	})
}

func TestWhatIsWithinTheRadiusIsInTheBox(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		centre := geography.Point{Latitude: latitudes.Draw(t, "latitude"), Longitude: longitudes.Draw(t, "longitude")}
		other := geography.Point{Latitude: latitudes.Draw(t, "other"), Longitude: longitudes.Draw(t, "other")}
		if rapid.Bool().Draw(t, "near") {
			other.Latitude = min(90, max(-90, centre.Latitude+rapid.Float64Range(-1, 1).Draw(t, "north")))
			other.Longitude = min(180, max(-180, centre.Longitude+rapid.Float64Range(-1, 1).Draw(t, "east")))
		}
		box := geography.BoundingBox(centre.Latitude, centre.Longitude, between(centre, other))
		if other.Latitude < box.South || other.Latitude > box.North || other.Longitude < box.West || other.Longitude > box.East {
			t.Fatalf("%v is not in %v", other, box)
		}
	})
}

func TestTheBoxIsNotLargerThanItMust(t *testing.T) {
	box := geography.BoundingBox(46.16, 1.87, 10_000)
	if geography.Distance(46.16, 1.87, box.North, 1.87) > 10_010 || geography.Distance(46.16, 1.87, 46.16, box.East) > 10_020 {
		t.Errorf("%+v", box)
	}
}

func between(a, b geography.Point) int {
	return geography.Distance(a.Latitude, a.Longitude, b.Latitude, b.Longitude)
}
