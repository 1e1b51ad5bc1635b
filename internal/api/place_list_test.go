package api_test

import (
	"fmt"
	"strings"
	"testing"

	"passerelle/internal/dbtest"
)

func TestPlacesAreFoundFromATypedAddress(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t)).prepare()
	for path, want := range map[string]string{
		"/places?address=1+rue+de+l'exemple,+Gueret":          "number 23096",
		"/places?address=rue+de+l'exemple+23000":              "street 23096",
		"/places?address=Limoges&radius_km=100":               "commune 87085",
		"/places?address=46.17,1.87":                          "coordinates 23096",
		"/places?address=Guéret&service=procedures&limit=100": "commune 23096",
	} {
		got := w.get("", path).is(200)
		if understood := got.text("around.precision") + " " + got.text("around.code_insee"); understood != want || len(got.items()) != 2 {
			t.Errorf("%s: %s, %d items; want %s", path, understood, len(got.items()), want)
		}
		if origin := got.Header.Get("Access-Control-Allow-Origin"); origin != "*" {
			t.Errorf("%s: readable from %q", path, origin)
		}
	}
	item := fmt.Sprint(w.get("", "/places?near=46.18,1.88").is(200).items()[0])
	for _, part := range []string{"travel:map[", "walk_minutes:", "bike_minutes:", "car_minutes:", "distance_m:", "freshness:map[", "stale:false"} {
		if !strings.Contains(item, part) {
			t.Errorf("no %s in %s", part, item)
		}
	}
}

func TestEveryFilterOfPlacesIsReadOrRefusedByItsName(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t)).prepare()
	for filter, found := range map[string]int{
		"territory=23": 2, "territory=R75": 2, "territory=87": 0, "commune=23096": 2, "service=procedures": 2, "service=safety": 0, "public=youth": 0,
		"need=deafness": 0, "language=arabe": 0, "access=come": 0, "access=wheelchair": 0, "equipment=printer": 0, "fee=free": 0,
		"open=now": 0, "open=2026-11-25": 0, "open=2026-11-25&half=morning": 0, "pass=true": 2, "labelled=true": 2, "aidants_connect=true": 0,
		"kept=true": 2, "q=exemple": 2, "q=rien": 0, "address=Limoges&radius_km=1": 0,
	} {
		if got := len(w.get("", "/places?"+filter).is(200).items()); got != found {
			t.Errorf("%s: %d items, want %d", filter, got, found)
		}
	}
	for filter, field := range map[string]string{
		"territory=99": "territory", "need=x": "need", "equipment=x": "equipment", "fee=x": "fee", "open=demain": "open", "open=2026-13-01": "open",
		"open=2026-11-25&half=noon": "half", "half=morning": "open", "open=now&half=morning": "open", "address=Saint-Denis": "address",
		"address=rue+de+la+Paix": "address", "near=46,1&address=Limoges": "address", "near=46": "near", "radius_km=2": "near",
	} {
		refused := w.get("", "/places?"+filter).refuses(422, "invalid")
		if got := refused.JSON["errors"].([]any)[0].(map[string]any)["field"]; got != field {
			t.Errorf("%s: refused by %v, want %s", filter, got, field)
		}
	}
}
