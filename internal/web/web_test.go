package web_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"passerelle/internal/account"
	"passerelle/internal/apptest"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/web"
)

// trial is a seat whose handlers do what a test wants.
func trial(handle web.Handler, act account.Act) web.Seat {
	return web.Seat{
		Name: "trial", Templates: fstest.MapFS{"templates/only.html": {Data: []byte(`<h1>Une page ?</h1><p>{{.Title}}</p>`)}},
		Menu:   []web.MenuItem{{Label: "Essai", Path: "/essai"}},
		Routes: []web.Route{{Method: "GET", Path: "/essai/{id}", Act: act, Handle: handle}, {Method: "POST", Path: "/essai/{id}", Act: act, Handle: handle}},
	}
}

func TestEveryKindOfFaultHasItsPage(t *testing.T) {
	var answer error
	server, _ := serve(t, trial(func(http.ResponseWriter, *web.Request) error { return answer }, account.ActPublic))
	client := apptest.NewClient(t, server.URL)
	for _, kind := range []fault.Kind{
		fault.Malformed, fault.Unauthenticated, fault.Forbidden, fault.NotFound, fault.Conflict, fault.Gone, fault.TooLarge,
		fault.Unsupported, fault.Invalid, fault.TooMany, fault.Unavailable,
	} {
		answer = fault.New(kind, "trial", "Faites autrement.")
		page := client.Get("/essai/1").Must(kind.Status())
		if page.Text("h1") == "" || page.Count("main .button") != 1 {
			t.Errorf("%d has no heading or nothing to do: %s", kind.Status(), page.Text("main"))
		}
		if kind != fault.Unauthenticated {
			page.Shows("Faites autrement.")
		}
	}
}

func TestAnErrorThatIsNoFaultShowsItsReferenceAlone(t *testing.T) {
	for name, handle := range map[string]web.Handler{
		"an error": func(http.ResponseWriter, *web.Request) error { return io.ErrUnexpectedEOF },
		"a panic":  func(http.ResponseWriter, *web.Request) error { panic("unexpected EOF") },
	} {
		t.Run(name, func(t *testing.T) {
			server, _ := serve(t, trial(handle, account.ActPublic))
			page := apptest.NewClient(t, server.URL).Get("/essai/1").Must(http.StatusInternalServerError)
			if strings.Contains(page.Body, "unexpected EOF") {
				t.Error("the error's text is shown")
			}
			page.Shows(page.Header.Get("X-Request-Id"))
		})
	}
}

func TestAVisitorIsSentToSignInAndBack(t *testing.T) {
	server, _ := serve(t, trial(func(http.ResponseWriter, *web.Request) error { t.Error("the handler ran"); return nil }, account.ActSignedIn))
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Get(server.URL + "/essai/1?page=2")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if where := answer.Header.Get("Location"); answer.StatusCode != http.StatusSeeOther || where != "/connexion?retour="+url.QueryEscape("/essai/1?page=2") {
		t.Errorf("%d to %q", answer.StatusCode, where)
	}
	apptest.NewClient(t, server.URL).Post("/essai/1", url.Values{"a": {"b"}}).Must(http.StatusUnauthorized).Shows("n’a pas été enregistré")
}

func TestTheReturnAddressStaysOnThisHost(t *testing.T) {
	var told string
	server, _ := serve(t, trial(func(w http.ResponseWriter, r *web.Request) error {
		told = r.ReturnPath("/accueil")
		return web.SeeOther(w, r, "/design/fait")
	}, account.ActPublic))
	for asked, want := range map[string]string{
		"/lieux?a=b": "/lieux?a=b", "": "/accueil", "https://ailleurs.example/": "/accueil", "//ailleurs.example": "/accueil",
		"/\\ailleurs.example": "/accueil", "lieux": "/accueil", "javascript:alert(1)": "/accueil", "/a\r\nb": "/accueil",
	} {
		apptest.NewClient(t, server.URL).Get("/essai/1?retour=" + url.QueryEscape(asked)).Must(http.StatusOK)
		if told != want {
			t.Errorf("%q leads to %q, not %q", asked, told, want)
		}
	}
}

func TestAFormOfAnotherSiteIsRefused(t *testing.T) {
	server, _ := serve(t, trial(func(http.ResponseWriter, *web.Request) error { t.Error("the handler ran"); return nil }, account.ActPublic))
	request, err := http.NewRequest(http.MethodPost, server.URL+"/essai/1", strings.NewReader("a=b"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Origin", "https://ailleurs.example")
	request.Header.Set("Sec-Fetch-Site", "cross-site")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusForbidden {
		t.Errorf("answered %d", answer.StatusCode)
	}
}

func TestAnUnknownAddressAndAWrongMethodHaveTheirPage(t *testing.T) {
	server, _ := serve(t)
	client := apptest.NewClient(t, server.URL)
	client.Get("/nulle-part").Must(http.StatusNotFound).Shows("Cette adresse ne mène à aucune page")
	if page := client.Post("/design", url.Values{}).Must(http.StatusMethodNotAllowed); page.Header.Get("Allow") != "GET" {
		t.Errorf("Allow: %q", page.Header.Get("Allow"))
	}
}

func TestEveryAnswerHasItsHeaders(t *testing.T) {
	server, _ := serve(t)
	for _, path := range []string{"/design", "/nulle-part", "/static/nothing"} {
		answer, err := http.Head(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		for header, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Permissions-Policy": "camera=(self)",
		} {
			if got := answer.Header.Get(header); !strings.Contains(got, want) {
				t.Errorf("%s: %s is %q", path, header, got)
			}
		}
	}
}

func TestStaticFilesAreKeptAYearAndCompressed(t *testing.T) {
	server, _ := serve(t)
	path, err := web.StaticPath("passerelle.css")
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequest(http.MethodGet, server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept-Encoding", "br, gzip")
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.Header.Get("Content-Encoding") != "gzip" || !strings.Contains(answer.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("headers: %v", answer.Header)
	}
	plain, err := gzip.NewReader(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	served, err := io.ReadAll(plain)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile("static/passerelle.css")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(served, kept) {
		t.Error("what is served is not the file")
	}
}

func TestASmallOrUncompressedAnswerGoesAsItIs(t *testing.T) {
	server, _ := serve(t)
	for _, offer := range []string{"", "gzip;q=0", "identity"} {
		request, err := http.NewRequest(http.MethodGet, server.URL+"/design", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept-Encoding", offer)
		answer, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.Header.Get("Content-Encoding") != "" {
			t.Errorf("%q got %q", offer, answer.Header.Get("Content-Encoding"))
		}
	}
}

func TestTheLogHoldsThePatternAndNeverTheAddress(t *testing.T) {
	var log bytes.Buffer
	d := dbtest.SQLite(t)
	app := &web.App{DB: d.DB, Clock: d.Clock, Log: slog.New(slog.NewTextHandler(&log, nil)), Settings: web.Settings{Name: "Passerelle"}}
	if err := app.Mount(trial(func(http.ResponseWriter, *web.Request) error { return fault.ErrNotFound }, account.ActPublic)); err != nil {
		t.Fatal(err)
	}
	app.Handler().ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/essai/2914177763170674?nom=Monique", nil))
	if text := log.String(); strings.Contains(text, "2914") || strings.Contains(text, "Monique") || !strings.Contains(text, "GET /essai/{id}") {
		t.Error(text)
	}
}

func TestMountRefusesWhatIsNotWhole(t *testing.T) {
	page := func(http.ResponseWriter, *web.Request) error { return nil }
	for name, seats := range map[string][]web.Seat{
		"a route twice":   {{Name: "a", Routes: []web.Route{{Method: "GET", Path: "/a", Act: account.ActPublic, Handle: page}, {Method: "GET", Path: "/a", Act: account.ActPublic, Handle: page}}}},
		"no act":          {{Name: "a", Routes: []web.Route{{Method: "GET", Path: "/a", Handle: page}}}},
		"no handler":      {{Name: "a", Routes: []web.Route{{Method: "GET", Path: "/a", Act: account.ActPublic}}}},
		"a page twice":    {{Name: "a", Templates: fstest.MapFS{"templates/p.html": {}}}, {Name: "a", Templates: fstest.MapFS{"templates/p.html": {}}}},
		"a bad template":  {{Name: "a", Templates: fstest.MapFS{"templates/p.html": {Data: []byte("{{")}}}},
		"an unknown name": {{Name: "a", Templates: fstest.MapFS{"templates/p.html": {Data: []byte("{{fieldset}}")}}}},
	} {
		if err := (&web.App{}).Mount(seats...); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func TestCommunesAreSuggestedToAnyone(t *testing.T) {
	server, _ := serve(t)
	page := apptest.NewClient(t, server.URL).Get("/communes?q=souterraine").Must(http.StatusOK)
	var found []struct{ Code, Value string }
	if err := json.Unmarshal([]byte(page.Body), &found); err != nil || len(found) == 0 || found[0].Value != "La Souterraine (23300)" {
		t.Errorf("%v: %s", err, page.Body)
	}
	if page := apptest.NewClient(t, server.URL).Get("/communes?q=s").Must(http.StatusOK); page.Body != "[]\n" {
		t.Errorf("one letter suggests %s", page.Body)
	}
}

func TestTheSessionCookieIsHTTPOnlyAndSecureOverHTTPS(t *testing.T) {
	for base, secure := range map[string]bool{"https://passerelle.example": true, "http://127.0.0.1:8080": false} {
		recorder := httptest.NewRecorder()
		(&web.App{Settings: web.Settings{BaseURL: base}}).StartSession(recorder, "token")
		cookie := recorder.Result().Cookies()[0]
		if !cookie.HttpOnly || cookie.Secure != secure || cookie.SameSite != http.SameSiteLaxMode || cookie.Name != "passerelle_session" {
			t.Errorf("%s: %v", base, cookie)
		}
	}
}

func TestAnEndedSessionIsForgotten(t *testing.T) {
	server, _ := serve(t)
	request, err := http.NewRequest(http.MethodGet, server.URL+"/design", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: "ended"})
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	cookies := answer.Cookies()
	if answer.StatusCode != http.StatusOK || len(cookies) != 1 || cookies[0].MaxAge >= 0 {
		t.Errorf("%d, %v", answer.StatusCode, cookies)
	}
}

func TestTheSameFormTwiceHasOneKeyAndAnotherAnswerAnotherInput(t *testing.T) {
	var keys []db.Key
	server, _ := serve(t, trial(func(w http.ResponseWriter, r *web.Request) error {
		form, err := r.ReadForm()
		if err != nil {
			return err
		}
		keys = append(keys, form.Key(r))
		return web.SeeOther(w, r, "/design/fait")
	}, account.ActPublic))
	client := apptest.NewClient(t, server.URL)
	client.Post("/essai/1", url.Values{"cle": {"K"}, "nom": {"Monique"}})
	client.Post("/essai/1", url.Values{"cle": {"K"}, "nom": {"Monique"}})
	client.Post("/essai/1", url.Values{"cle": {"K"}, "nom": {"Abdel"}})
	client.Post("/essai/2", url.Values{"cle": {"K"}, "nom": {"Monique"}})
	if len(keys) != 4 || keys[0] != keys[1] || keys[0].Input == keys[2].Input || keys[0].Input == keys[3].Input || keys[0].Route != "POST /essai/{id}" {
		t.Errorf("%v", keys)
	}
}
