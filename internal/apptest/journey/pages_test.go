package journey_test

import (
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"passerelle/internal/apptest"
	"passerelle/internal/dbtest"
	"passerelle/internal/sample"
)

// files are the routes that answer with something else than a page.
var files = regexp.MustCompile(`/pdf$|/fichier$|/attestation$|/correspondance$|^/labels/pieces|^/communes$|^/cartes/|^/lieux\.|^/aides/la-coop|^/calendriers/|^/open-data|^/log/`)

// TestEveryPageStandsEveryCheck opens each kind of page once in a browser, as
// the first walker who finds it: everything that Tab.Check looks at, and no
// header on paper.
// PASSERELLE_SCREENSHOTS=folder keeps a picture of each, wide and narrow.
func TestEveryPageStandsEveryCheck(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	s := w.prepare(t)
	pictures := os.Getenv("PASSERELLE_SCREENSHOTS") != ""
	checked := map[string]bool{}
	for _, who := range walkers {
		walked := w.crawl(t, who, s.more[who]...)
		paths := map[string]string{}
		for pattern, pages := range walked.pages {
			// A page that led elsewhere is looked at under its own name.
			at := slices.IndexFunc(pages, func(p *apptest.Page) bool { return p.IsHTML() && patternOf(t, walked.mux, p.Path) == pattern })
			if at >= 0 && !checked[pattern] && !files.MatchString(pattern) {
				paths[pattern] = pages[at].Path
			}
		}
		if len(paths) == 0 {
			continue
		}
		t.Run(name(who), func(t *testing.T) {
			tab := apptest.NewTab(t, w.address, apptest.WithoutScript)
			if who != "" {
				tab.SignIn(w.account(t, who).Email, sample.Password)
			}
			for _, pattern := range slices.Sorted(maps.Keys(paths)) {
				checked[pattern] = true
				tab.Visit(paths[pattern])
				if tab.Status() != http.StatusOK {
					t.Errorf("%s answers %d", tab.Path(), tab.Status())
				}
				if pictures {
					picture := strings.Trim(strings.NewReplacer("/", "-", "{", "", "}", "", "$", "").Replace(pattern), "-")
					tab.Picture(picture + "-1280")
					tab.Width(320)
					tab.Picture(picture + "-320")
					tab.Width(1280)
				}
				tab.Check()
				tab.Paper()
				if tab.Drawn("body > header") {
					t.Errorf("%s prints its header", pattern)
				}
				tab.Day()
			}
		})
	}
	for _, route := range w.app.Routes() {
		if route.Method == http.MethodGet && !checked[route.Path] && !files.MatchString(route.Path) && !slices.Contains(redirecting, route.Path) && !slices.Contains(elsewhere, route.Path) {
			t.Errorf("%s was not looked at", route.Path)
		}
	}
}

// redirecting are the routes that only lead elsewhere, or come in the middle of
// signing in, which web/public looks at.
var redirecting = []string{
	"/connexion/code", "/connexion/installer", "/seances/{id}/cheques", "/cheques/lecture", "/guichet/passages/{id}", "/guichet/groupes/{id}",
}
