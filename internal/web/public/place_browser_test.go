package public_test

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"passerelle/internal/apptest"
	"passerelle/internal/web"
)

// With script the map moves in its frame without a page being asked for; the
// keyboard does what the mouse does.
func TestTheMapMovesInABrowser(t *testing.T) {
	i, _ := directory(t)
	tab := apptest.NewTab(t, i.server.URL)
	tab.Visit("/lieux?ou=Gu%C3%A9ret")
	tab.Until(`document.querySelectorAll('.moves button').length === 4`)
	tab.CheckEveryWay()
	tab.Visit("/lieux?ou=Gu%C3%A9ret")
	loads := tab.Loads()
	const box = `document.querySelector('.map svg').getAttribute('viewBox').split(' ').map(Number)`
	tab.Until(`(document.querySelector('.moves a').click(), ` + box + `[2] === 250)`)
	tab.Until(`(([x]) => { document.querySelector('.moves a').focus(); document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true})); return ` + box + `[0] > x; })(` + box + `)`)
	tab.Until(`(([x]) => { document.querySelector('[aria-label="Vers l’ouest"]').click(); return ` + box + `[0] < x; })(` + box + `)`)
	tab.Until(`[...document.querySelectorAll('.point')].filter(point => point.getAttribute('visibility') === 'visible').length > 1`)
	tab.Until(`(document.querySelector('.point').dispatchEvent(new MouseEvent('click', {bubbles: true})), document.activeElement === document.querySelector('.list h2 a'))`)
	if tab.Loads() != loads {
		t.Error("a page was asked for")
	}
}

// A list of twenty places is two sheets at most, with the numbers to call.
func TestTheListOnPaper(t *testing.T) {
	i, site := directory(t)
	tab := apptest.NewTab(t, i.server.URL, apptest.WithoutScript)
	for path, most := range map[string]int{"/lieux?ou=Gu%C3%A9ret": 2, "/lieux/" + site.ID.String(): 1} {
		tab.Visit(path)
		if sheets := apptest.Pages(tab.PDF("public-lieux-papier")); sheets < 1 || sheets > most {
			t.Errorf("%s makes %d sheets", path, sheets)
		}
		tab.Paper()
		tab.Shows("05 36 49 12 08")
		for _, gone := range []string{"body > header", "form", ".moves"} {
			if tab.Drawn(gone) {
				t.Errorf("%s: %s is printed", path, gone)
			}
		}
		if !tab.Drawn(".share .qr") {
			t.Errorf("%s: no code leads back here", path)
		}
		tab.Day()
	}
}

// The frame is shown in a page of another origin, and nothing else is.
func TestTheFrameStandsInAnotherSite(t *testing.T) {
	i, _ := directory(t)
	code := i.client(t).Get("/lieux/integrer?ou=23096&pass=oui").Must(200).Texts("pre code")[1]
	mine := otherSite(t, code)
	for _, tab := range []*apptest.Tab{apptest.NewTab(t, mine.URL), apptest.NewTab(t, mine.URL, apptest.WithoutScript)} {
		tab.Visit("/")
		tab.Axe("in another site")
		asked := tab.Strangers()
		if len(asked) == 0 || !strings.HasPrefix(asked[0], i.server.URL+"/lieux/cadre?") {
			t.Errorf("the frame asks for %q", asked)
		}
	}
	tab := apptest.NewTab(t, i.server.URL)
	tab.Visit("/lieux/cadre?ou=23096&pass=oui")
	tab.CheckEveryWay()
	tab.Shows("Le Fil numérique")
}

// tileService is a service of tiles, on a host of its own: white squares.
func tileService(t *testing.T) (address string, asked chan string) {
	t.Helper()
	square := image.NewRGBA(image.Rect(0, 0, 256, 256))
	for i := range square.Pix {
		square.Pix[i] = 0xff
	}
	var drawn bytes.Buffer
	if err := png.Encode(&drawn, square); err != nil {
		t.Fatal(err)
	}
	asked = make(chan string, 1000)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.Path
		w.Header().Set("Content-Type", "image/png")
		w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
		_, _ = w.Write(drawn.Bytes())
	}))
	t.Cleanup(server.Close)
	return server.URL + "/{z}/{x}/{y}.png", asked
}

// The tiles' host is asked for nothing until the visitor wants the detailed map,
// and only pages that have one may ask it.
func TestTheDetailedMapIsShownOnlyWhenWanted(t *testing.T) {
	i, site := directory(t)
	address, asked := tileService(t)
	tiles, err := web.NewTiles(address, "© <les auteurs>")
	if err != nil {
		t.Fatal(err)
	}
	i.server.App.Settings.Tiles = tiles
	host, _, _ := strings.Cut(address, "/{z}")
	for path, allowed := range map[string]bool{"/lieux?ou=23096": true, "/lieux/" + site.ID.String(): true, "/lieux?texte=nulle+part": false, "/": false, "/lieux/cadre?ou=23096": false} {
		got, _ := answer(t, http.MethodGet, i.server.URL+path)
		if policy := got.Header.Get("Content-Security-Policy"); strings.Contains(policy, host) != allowed {
			t.Errorf("%s: %s", path, policy)
		}
	}
	tab := apptest.NewTab(t, i.server.URL)
	for _, path := range []string{"/lieux?ou=23096", "/lieux/" + site.ID.String()} {
		tab.Visit(path)
		tab.Check()
		if len(asked) > 0 || len(tab.Strangers()) > 0 {
			t.Fatalf("%s: asked before anybody wanted it: %q", path, tab.Strangers())
		}
		tab.Until(`(([...document.querySelectorAll('button')].find(button => button.textContent === 'Afficher la carte détaillée')?.click()), document.querySelector('.leaflet-tile-loaded') !== null)`)
		tab.Shows("© <les auteurs>")
		if tab.Count(".leaflet-marker-icon .pin") == 0 {
			t.Error("no place is shown")
		}
		tab.Axe("with the detailed map")
		tab.Picture("public-carte-detaillee")
		tab = apptest.NewTab(t, i.server.URL)
		for len(asked) > 0 {
			<-asked
		}
	}
	if _, err := web.NewTiles(address, ""); err == nil {
		t.Error("tiles without an author")
	}
	for _, bad := range []string{"", "tiles.example", "https://tiles.example/a.png", "ftp://tiles.example/{z}/{x}/{y}", "https://a b/{z}/{x}/{y}"} {
		if _, err := web.NewTiles(bad, "auteurs"); err == nil {
			t.Errorf("%q is taken for tiles", bad)
		}
	}
}
