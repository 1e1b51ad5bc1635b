package web

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/place"
)

const aHouse = `{"type":"FeatureCollection","features":[
	{"geometry":{"type":"Point","coordinates":[1.25,45.84]},"properties":{"label":"Rue de la Paix 87000 Limoges","score":0.7,"type":"street","name":"Rue de la Paix","citycode":"87085"}},
	{"geometry":{"type":"Point","coordinates":[1.8705,46.1705]},"properties":{"label":"7 Rue Neuve 23000 Guéret","score":0.9,"type":"housenumber","street":"Rue Neuve","housenumber":"7","name":"7 Rue Neuve","citycode":"23096"}}]}`

// locating asks for a text where a geocoder answers so, and tells what it was asked.
func locating(t *testing.T, status int, answer string) (locate func(text string) (place.Spot, error), asked *[]string, logged *strings.Builder) {
	t.Helper()
	d := dbtest.SQLite(t)
	d.Must(t, db.Actor{Kind: db.Console}, func(ctx context.Context, tx *db.Tx) error {
		_, _, err := place.Save(ctx, tx, place.Place{
			Source: "a", SourceID: "1", Name: "Lieu", Commune: "23096", Address: "12 rue de la Paix", Latitude: 46.17, Longitude: 1.87,
		})
		return err
	})
	asked, logged = &[]string{}, &strings.Builder{}
	outside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*asked = append(*asked, r.URL.Path+" "+r.URL.Query().Get("q")+" "+r.URL.Query().Get("limit"))
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(outside.Close)
	geocoder, err := NewGeocoder(outside.URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	app := &App{DB: d.DB, Clock: d.Clock, Log: slog.New(slog.NewTextHandler(logged, nil)), Settings: Settings{Geocoder: geocoder}}
	return func(text string) (place.Spot, error) {
		spot, _, err := (&Request{Request: httptest.NewRequest(http.MethodGet, "/lieux", nil), App: app}).Locate(text)
		return spot, err
	}, asked, logged
}

func TestAGeocoderIsAskedOnlyForWhatTheDirectoryDoesNotKnow(t *testing.T) {
	locate, asked, _ := locating(t, http.StatusOK, aHouse)
	for _, text := range []string{"Guéret", "12 rue de la Paix, Guéret", "46.17,1.87", "Saint-Denis"} {
		if _, err := locate(text); err != nil || len(*asked) > 0 {
			t.Errorf("%q: %v, asked %q", text, err, *asked)
		}
	}
	for _, text := range []string{"7 rue Neuve, Guéret", "7 rue Neuve"} {
		*asked = nil
		spot, err := locate(text)
		if err != nil || len(*asked) != 1 || (*asked)[0] != "/search/ "+text+" 5" {
			t.Errorf("%q: %v, asked %q", text, err, *asked)
		}
		if text != "7 rue Neuve" && (spot.Precision != place.ByNumber || spot.Text() != "7 Rue Neuve, Guéret (23096)" || spot.Point.Latitude != 46.1705) {
			t.Errorf("%q: %+v", text, spot)
		}
	}
}

func TestAGeocoderThatFailsLeavesTheDirectorysAnswer(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		answer string
		logged bool
	}{
		"broken":          {http.StatusInternalServerError, "", true},
		"not JSON":        {http.StatusOK, "<html>", true},
		"nothing":         {http.StatusOK, `{"features":[]}`, false},
		"half a feature":  {http.StatusOK, `{"features":[{"geometry":{"coordinates":[1]},"properties":{"score":1,"citycode":"23096","type":"street"}}]}`, false},
		"off the Earth":   {http.StatusOK, strings.ReplaceAll(aHouse, "46.1705", "461705"), false},
		"unsure":          {http.StatusOK, strings.ReplaceAll(aHouse, "0.9", "0.3"), false},
		"another commune": {http.StatusOK, strings.ReplaceAll(aHouse, "23096", "23008"), false},
		"unknown commune": {http.StatusOK, strings.ReplaceAll(aHouse, "23096", "99999"), false},
		"a commune":       {http.StatusOK, strings.ReplaceAll(aHouse, "housenumber\",\"street", "municipality\",\"street"), false},
	} {
		locate, asked, logged := locating(t, test.status, test.answer)
		spot, err := locate("7 rue Neuve, Guéret")
		if err != nil || spot.Precision != place.ByCommune || spot.Commune.Code != "23096" || len(*asked) != 1 {
			t.Errorf("%s: %+v %v", name, spot, err)
		}
		if (logged.Len() > 0) != test.logged || strings.Contains(logged.String(), "Neuve") {
			t.Errorf("%s: logged %q", name, logged)
		}
		if _, err := locate("Zzyzx"); test.logged && !fault.HasCode(err, "unknown_commune") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAGeocodersAddressIsAnAddress(t *testing.T) {
	for _, address := range []string{"", "x", "ftp://a.example", "https://", "://"} {
		if _, err := NewGeocoder(address); err == nil {
			t.Errorf("%q is taken", address)
		}
	}
}
