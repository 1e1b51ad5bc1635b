package public_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/place"
)

// answer asks for an address with headers, and reads the whole answer.
func answer(t *testing.T, method, address string, headers ...string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	got, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return got, string(body)
}

func TestTheDirectoryIsOpenData(t *testing.T) {
	t.Parallel()
	i, site := directory(t)
	csv := i.server.URL + "/open-data/places.csv"
	i.client(t).Get("/lieux").Must(200).Follow("CSV").Must(200)

	page := i.client(t).Get("/donnees-ouvertes").Must(200)
	page.Shows("toute la France").Shows("Licence Ouverte 2.0").Shows("selon le moment").Shows("/open-data/places.xlsx")
	page.Follow("Tous les lieux, CSV").Must(200)
	i.client(t).Get("/donnees-ouvertes").Must(200).Shows("ko")
	i.client(t).Get("/donnees-ouvertes?territoire=87").Must(200).Shows("Haute-Vienne").Shows("schema=lieux&territory=87")
	i.client(t).Get("/donnees-ouvertes?territoire=999").Must(422).Shows("n’est pas connu. Donnez un département")

	first, body := answer(t, http.MethodGet, csv)
	tag := first.Header.Get("Etag")
	if first.StatusCode != 200 || strings.Count(body, "\n") != 32 || !strings.Contains(body, site.Name) || tag == "" || first.Header.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.Contains(first.Header.Get("Cache-Control"), "public") {
		t.Errorf("%d %v, %d lines", first.StatusCode, first.Header, strings.Count(body, "\n"))
	}
	if len(first.Cookies()) != 0 {
		t.Error("what everybody may keep sets a cookie")
	}
	if again, body := answer(t, http.MethodGet, csv, "If-None-Match", tag); again.StatusCode != http.StatusNotModified || body != "" {
		t.Errorf("who has it already is answered %d", again.StatusCode)
	}
	if head, body := answer(t, http.MethodHead, csv); head.StatusCode != 200 || body != "" || head.Header.Get("Etag") != tag {
		t.Errorf("HEAD: %d %v", head.StatusCode, head.Header)
	}
	if part, whole := answer(t, http.MethodGet, csv, "Range", "bytes=5-9"); part.StatusCode != 200 || whole != body {
		t.Errorf("a part is answered %d", part.StatusCode)
	}

	// A file stays what it is for a while; then it is written afresh.
	i.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
		site.Name = "Le Nouveau Fil"
		_, _, err := place.Save(ctx, tx, site)
		return err
	})
	if same, _ := answer(t, http.MethodGet, csv, "If-None-Match", tag); same.StatusCode != http.StatusNotModified {
		t.Errorf("within its time it is answered %d", same.StatusCode)
	}
	i.Clock.Advance(11 * time.Minute)
	if changed, body := answer(t, http.MethodGet, csv, "If-None-Match", tag); changed.StatusCode != 200 || !strings.Contains(body, "Le Nouveau Fil") || changed.Header.Get("Etag") == tag {
		t.Errorf("a change is answered %d", changed.StatusCode)
	}

	for path, field := range map[string]string{"/open-data/places.geojson": "features", "/open-data/places.json": "structures"} {
		var whole map[string]any
		got, body := answer(t, http.MethodGet, i.server.URL+path)
		if err := json.Unmarshal([]byte(body), &whole); err != nil {
			t.Errorf("%s: %d %v", path, got.StatusCode, err)
			continue
		}
		if list, is := whole[field].([]any); !is || len(list) != 31 {
			t.Errorf("%s: %d of 31", path, len(list))
		}
	}
	if _, body := answer(t, http.MethodGet, csv+"?territory=87"); strings.Count(body, "\n") != 11 {
		t.Errorf("a département has %d lines", strings.Count(body, "\n"))
	}
	if _, body := answer(t, http.MethodGet, csv+"?schema=lieux"); strings.Count(body, "\n") != 1 || strings.Contains(body, "pass_numerique") {
		t.Errorf("no place of this directory has a SIRET: %s", body)
	}
	if wrong, _ := answer(t, http.MethodGet, csv+"?territory=999"); wrong.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an unknown territory is answered %d", wrong.StatusCode)
	}
	for n := range 40 { // more files than are kept
		if got, _ := answer(t, http.MethodGet, csv+"?territory="+[]string{"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "21"}[n%20]); got.StatusCode != 200 {
			t.Errorf("territory %d is answered %d", n, got.StatusCode)
		}
	}
}
