package public_test

import (
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"passerelle/internal/api"
	"passerelle/internal/apptest"
)

func TestTheListStandsInAFrameOfAnySite(t *testing.T) {
	t.Parallel()
	i, _ := directory(t)
	framed, body := answer(t, http.MethodGet, i.server.URL+"/lieux/cadre?ou=23096&pass=oui")
	if policy := framed.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-ancestors *") {
		t.Errorf("the frame is refused: %s", policy)
	}
	if len(framed.Cookies()) != 0 || strings.Contains(body, `class="top"`) || strings.Contains(body, `class="foot"`) {
		t.Error("a frame has a band, a foot or a cookie")
	}
	for _, path := range []string{"/lieux?ou=23096", "/lieux/integrer", "/"} {
		if whole, _ := answer(t, http.MethodGet, i.server.URL+path); !strings.Contains(whole.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%s stands in frames too", path)
		}
	}
	page := i.client(t).Get("/lieux/cadre?ou=23096&pass=oui").Must(200)
	if page.Count(".list > li") != 1 || page.Attribute(".list h2 a", "target") != "_blank" || page.Attribute("input[name=pass]", "value") != "oui" {
		t.Error("the frame's list")
	}
	i.client(t).Get("/lieux/cadre?ou=Atlantide").Must(422)
}

func TestTheCodesLeadToTheSameList(t *testing.T) {
	t.Parallel()
	i, _ := directory(t)
	client := i.client(t)
	want := client.Get("/lieux?ou=23096&service=access").Must(200).Texts(".list h2")
	page := client.Get("/lieux").Must(200).Follow("Mettre une liste sur votre site").Submit("Voir la liste", url.Values{"ou": {"Guéret"}, "service": {"access"}}).Must(200)
	if page.Attribute("iframe", "src") != "/lieux/cadre?ou=23096&service=access" {
		t.Errorf("the frame shows %s", page.Attribute("iframe", "src"))
	}
	codes := page.Texts("pre code")
	if len(codes) != 3 {
		t.Fatalf("%d codes: %q", len(codes), codes)
	}
	for n, attribute := range []string{"href", "src", "href"} {
		_, after, _ := strings.Cut(codes[n], attribute+`="`+i.server.URL+"/lieux")
		if n == 2 {
			_, after, _ = strings.Cut(codes[n], `href="`+i.server.URL+"/lieux")
		}
		path, _, _ := strings.Cut(after, `"`)
		got := client.Get("/lieux" + html.UnescapeString(path)).Must(200).Texts(".list h2")
		for k := range got {
			got[k] = strings.TrimSuffix(got[k], " (nouvel onglet)")
		}
		if !slices.Equal(got, want) {
			t.Errorf("code %d shows %q, not %q", n+1, got, want)
		}
	}
	if !strings.Contains(codes[2], `<passerelle-lieux commune="23096" service="access">`) {
		t.Errorf("%s", codes[2])
	}
	client.Get("/lieux/integrer?ou=23000").Must(200).Shows("Quel endroit voulez-vous dire")
	hostile := client.Get("/lieux/integrer?langue=" + url.QueryEscape(`"><script>alert(1)</script>`)).Must(200)
	if strings.Contains(hostile.Body, "<script>alert") {
		t.Error("what was typed is run")
	}
}

// otherSite is a page of another origin, on a port of its own.
func otherSite(t *testing.T, body string) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.URL.Path == "/" {
			_, _ = fmt.Fprintf(w, `<!doctype html><html lang="fr"><head><title>Ma commune</title><meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"></head><body><main><h1>Ma commune</h1>%s</main></body></html>`, body)
		}
	}))
	t.Cleanup(server.Close)
	return server
}

func TestTheElementShowsTheListInAnotherSite(t *testing.T) {
	i, site := directory(t)
	api := httptest.NewServer(withAPI(t, i))
	t.Cleanup(api.Close)
	code := i.client(t).Get("/lieux/integrer?ou=23096&service=procedures").Must(200).Texts("pre code")[2]
	mine := otherSite(t, strings.ReplaceAll(code, i.server.URL, api.URL))
	tab := apptest.NewTab(t, mine.URL)
	tab.Visit("/")
	tab.Until(`Boolean(document.querySelector('passerelle-lieux').shadowRoot?.querySelector('li'))`)
	tab.Axe("in another site")
	tab.Picture("public-element")
	tab.Until(`(() => {
		const text = document.querySelector('passerelle-lieux').shadowRoot.querySelector('ol').innerText;
		return text.includes('` + site.Name + `') && text.includes('05\u00a036\u00a049\u00a012\u00a008') && text.includes('9\u00a0h à 12\u00a0h et 14\u00a0h à 18\u00a0h') && text.includes('environ 1\u00a0km');
	})()`)
	tab.Until(`document.querySelector('passerelle-lieux').shadowRoot.querySelector('a').href === '` + api.URL + "/lieux/" + site.ID.String() + `'`)

	own := apptest.NewTab(t, api.URL) // the page that writes the code shows it too
	own.Visit("/lieux/integrer?ou=23096&service=procedures&acces=oui")
	own.Until(`document.querySelector('passerelle-lieux').shadowRoot?.querySelectorAll('li').length === 1`)
	own.CheckEveryWay()

	broken := otherSite(t, strings.ReplaceAll(strings.ReplaceAll(code, i.server.URL, api.URL), "procedures", "nulle"))
	tab = apptest.NewTab(t, broken.URL)
	tab.Visit("/")
	tab.Shows("Les lieux près de Guéret")
}

// withAPI answers the pages and the API at one address, as the program does.
func withAPI(t *testing.T, i *instance) http.Handler {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle(api.Prefix+"/", api.New(api.Options{DB: i.DB.DB, Log: slog.New(slog.DiscardHandler)}))
	mux.Handle("/", i.server.App.Handler())
	return mux
}
