package geography_test

import (
	"testing"

	"passerelle/internal/geography"
)

func TestCoordinatesAreReadAsTheyAreCopied(t *testing.T) {
	for text, want := range map[string]string{
		"46.17,1.87": "46.17000,1.87000", "46,17 1,87": "46.17000,1.87000", "46,17;1,87": "46.17000,1.87000", "(46.17, 1.87)": "46.17000,1.87000",
		" 46.17 / 1.87 ": "46.17000,1.87000", "46.17°N 1.87°E": "46.17000,1.87000", "46.17 S, 1.87 W": "-46.17000,-1.87000", "14,6 n 61,07 o": "14.60000,-61.07000",
		"geo:-20.88,55.45": "-20.88000,55.45000", "+46.17,-1": "46.17000,-1.00000", "46,17,1,87": "46.17000,1.87000",
	} {
		point, read := geography.ParsePoint(text)
		if !read || point.String() != want {
			t.Errorf("%q: %v %v", text, point, read)
		}
	}
	for _, text := range []string{"", "46", "23000 87000", "46 1", "91.0,0", "0,181.5", "46.17", "46.17,1.87,3", "NaN,0.1", "1e9,0.1", "rue 46.1,1.8", "46.17E,1.87N"} {
		if point, read := geography.ParsePoint(text); read {
			t.Errorf("%q is %v", text, point)
		}
	}
}

func TestTheNearestCommuneIsAroundAPoint(t *testing.T) {
	for code, point := range map[string]geography.Point{
		"23096": {Latitude: 46.1703, Longitude: 1.8717}, "75056": {Latitude: 48.8566, Longitude: 2.3522}, "97411": {Latitude: -20.8907, Longitude: 55.4551},
		"": {Latitude: 30, Longitude: -40},
	} {
		nearest, found := geography.NearestCommune(point)
		if nearest.Code != code || found != (code != "") {
			t.Errorf("%v: %s %v, want %s", point, nearest.Code, found, code)
		}
	}
}

func FuzzParsePoint(f *testing.F) {
	for _, seed := range []string{"46.17,1.87", "46,17 ; 1,87", "geo:1.0,2.0", "14,6 N 61 O", "(-90.0 -180)"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		point, read := geography.ParsePoint(text)
		if !read {
			return
		}
		again, read := geography.ParsePoint(point.String())
		if !read || again.String() != point.String() {
			t.Errorf("%q is %v, then %v", text, point, again)
		}
		point.Cell()
		geography.Covering(point, 1000)
	})
}

func FuzzAddresses(f *testing.F) {
	for _, seed := range []string{
		"12 rue de la Paix, Guéret", "rue Jean Jaurès 23000", "23000 Guéret 3bis av", "BP 12 CEDEX 9", "le la les", "12", "\xff\xfe", "rue rue rue rue",
		"(((", "Paris 12e rue", "1 r", "ﬁn 23000",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, address := range geography.Addresses(text) {
			if len(address.Communes) == 0 {
				t.Errorf("%q: %q in no commune", text, address.Street)
			}
		}
	})
}
