package journey_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"passerelle/internal/apptest"
	"passerelle/internal/dbtest"
	"passerelle/internal/sample"
)

// walkers are those who go through the program: one of each role, "" a visitor,
// and a second site and desk so that each meets what is not its own.
var walkers = []string{
	"", "national", "territoire", "financeur", "mutuelle", "guichet", "ahun", "lieu", "lieu2", "reseau", "aidant", "labels", "comptable", "controle", "admin",
	"candidat6", "candidat7", // refused, with another application begun; under appeal
}

// samples is how many addresses of one kind are opened: the first one may lack
// what another has.
const samples = 6

// unlike are the pages that are opened at each address: every guide is a page of
// its own, every state of an application leads to other acts, and every visit
// to the step where it was left.
var unlike = []string{"/aide/{sujet}", "/labels/demandes/{id}", "/guichet/passages/{id}", "/guichet/groupes/{id}"}

// walk is what somebody found by following links.
type walk struct {
	who     string
	client  *apptest.Client
	mux     *http.ServeMux
	opened  map[string]int             // by kind
	pages   map[string][]*apptest.Page // by pattern, "/lieux/{id}", those opened
	linked  []string                   // patterns reached by links alone
	links   map[string]bool            // every path seen in a link, opened or not
	origins map[string]string          // the page on which a link was first seen
	forms   []apptest.Form             // that change something
}

// patterns matches addresses to the routes, as the program does.
func (w *world) patterns() *http.ServeMux {
	mux := http.NewServeMux()
	for _, route := range w.app.Routes() {
		mux.HandleFunc(route.Pattern(), func(http.ResponseWriter, *http.Request) {})
	}
	return mux
}

// patternOf is the path of the route that answers GET at an address, or nothing.
func patternOf(t *testing.T, mux *http.ServeMux, address string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, pattern := mux.Handler(request)
	return strings.TrimPrefix(pattern, "GET ")
}

// kindOf tells addresses apart by what they ask: the route and the names of the
// query, save the key of a list's next page.
func kindOf(pattern, address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return pattern
	}
	var names []string
	for name := range parsed.Query() {
		names = append(names, name)
	}
	slices.Sort(names)
	return pattern + "?" + strings.Join(names, "&")
}

// crawl follows every link from "/" breadth first, then from the addresses that
// no link gives. A link that does not answer, or leads to no page, is an error.
func (w *world) crawl(t *testing.T, who string, given ...string) *walk {
	t.Helper()
	found := &walk{
		who: who, client: w.client(t, who), mux: w.patterns(), opened: map[string]int{},
		pages: map[string][]*apptest.Page{}, links: map[string]bool{}, origins: map[string]string{},
	}
	found.follow(t, "/")
	found.linked = slices.Collect(maps.Keys(found.pages))
	found.follow(t, given...)
	return found
}

func (w *walk) follow(t *testing.T, waiting ...string) {
	t.Helper()
	for len(waiting) > 0 {
		address := waiting[0]
		waiting = waiting[1:]
		pattern := patternOf(t, w.mux, address)
		if strings.HasPrefix(address, "/static/") || strings.HasPrefix(address, "/api/") {
			pattern, _, _ = strings.Cut(address, "?")
		}
		if pattern == "" {
			t.Errorf("%s: %s links to %s, which is no page", name(w.who), w.origins[address], address)
			continue
		}
		kind := kindOf(pattern, address)
		if w.opened[kind]++; w.opened[kind] > samples && !slices.Contains(unlike, pattern) {
			continue
		}
		page := w.client.Get(address)
		if page.Status == http.StatusForbidden && strings.HasPrefix(w.origins[address], "/aide/") {
			continue // a guide tells of what its readers may do
		}
		if page.Status != http.StatusOK {
			t.Errorf("%s: %s links to %s, which answers %d: %s", name(w.who), w.origins[address], address, page.Status, page.Text("main"))
			continue
		}
		if w.who != "" && strings.HasPrefix(page.Path, "/connexion") {
			t.Errorf("%s is asked to sign in at %s", name(w.who), address)
		}
		w.open(t, pattern, page)
		// A page may send elsewhere: that address counts as reached too.
		if there := patternOf(t, w.mux, page.Path); there != "" && there != pattern {
			w.open(t, there, page)
		}
		for _, link := range page.Links() {
			path, _, _ := strings.Cut(link, "?")
			w.links[path] = true
			if _, known := w.origins[link]; !known {
				w.origins[link] = page.Path
				waiting = append(waiting, link)
			}
		}
	}
}

func (w *walk) open(t *testing.T, pattern string, page *apptest.Page) {
	t.Helper()
	path, _, _ := strings.Cut(page.Path, "?")
	w.links[path] = true
	w.pages[pattern] = append(w.pages[pattern], page)
	for _, form := range page.Posts() {
		w.forms = append(w.forms, form)
		w.links[strings.SplitN(form.Action, "?", 2)[0]] = true
	}
	if lost := page.LostAnchors(); page.IsHTML() && len(lost) > 0 {
		t.Errorf("%s: %s links to %s, which it does not have", name(w.who), page.Path, strings.Join(lost, ", "))
	}
}

func name(who string) string {
	if who == "" {
		return "a visitor"
	}
	return who
}

// apart are the pages to which no link leads, with the reason. The situation
// gives their addresses, but for those that name a test.
var apart = map[string]string{
	"/communes":                                "is asked for by the field of a commune",
	"/lieux.js":                                "is asked for by the pages of other sites",
	"/cartes/{departement}":                    "is the picture under a map",
	"/design":                                  "is for those who write pages",
	"/design/question":                         "is for those who write pages",
	"/design/fait":                             "is for those who write pages",
	"/design/papier":                           "is for those who write pages",
	"/q/{code}":                                "is given on paper, or shown as a code",
	"/q/{code}/{rang}":                         "follows an address given on paper",
	"/q/{code}/fin":                            "follows an address given on paper",
	"/connexion/code":                          "comes after the password; TestTheCodeIsAskedAfterThePassword",
	"/connexion/installer":                     "comes where a role demands a code, and in a sample none does; web/public's TestASecondFactorIsInstalledThenAsked",
	"/mot-de-passe/envoye":                     "comes after the form that asks for the message",
	"/mot-de-passe/nouveau":                    "is mailed",
	"/invitation/{jeton}":                      "is mailed",
	"/comptable/encaissements/{id}":            "confirms what a form did",
	"/commandes/{id}/impression/{run}":         "confirms what a form did",
	"/commandes/{id}/impression/{run}/pdf":     "is linked by what confirms the form",
	"/labels/lieux/{id}/decisions/{decision}":  "confirms what a form did",
	"/labels/demandes/{id}/fait":               "confirms what a form did",
	"/demande-label/{id}/envoyee":              "confirms what a form did",
	"/compte/code":                             "comes after the button that proposes a code",
	"/guichet/carnets/impression/{id}/pdf":     "is what the form of printing answers",
	"/seances/{id}/cheques":                    "is where a form leads whose session had ended",
	"/cheques/lecture":                         "is where a form leads whose session had ended",
	"/guichet/passages/{id}/page":              "comes at the end of a visit; the person's own page then links to its twin",
	"/signaler/merci":                          "confirms what a form did",
	"/corriger/envoye":                         "confirms what a form did",
	"/corriger/{jeton}":                        "is mailed",
	"/corriger/{jeton}/fiche":                  "is linked from what is mailed",
	"/corriger/{jeton}/merci":                  "confirms what a form did",
	"/calendriers/{secret}":                    "is copied into a calendar program",
	"/mon-carnet/places":                       "is behind a booklet's number and code; TestAPersonOpensTheirOwnBooklet",
	"/mon-carnet/places/{seance}":              "is behind a booklet's number and code; TestAPersonOpensTheirOwnBooklet",
	"/mon-carnet/inscriptions/{id}":            "is behind a booklet's number and code; TestAPersonOpensTheirOwnBooklet",
	"/mon-carnet/inscriptions/{id}/pdf":        "is behind a booklet's number and code; TestAPersonOpensTheirOwnBooklet",
	"/mon-carnet/inscriptions/{id}/annulation": "is behind a booklet's number and code; TestAPersonOpensTheirOwnBooklet",
}

// elsewhere are those of apart that another test opens.
var elsewhere = []string{
	"/connexion/code", "/connexion/installer",
	"/mon-carnet/places", "/mon-carnet/places/{seance}", "/mon-carnet/inscriptions/{id}", "/mon-carnet/inscriptions/{id}/pdf", "/mon-carnet/inscriptions/{id}/annulation",
}

func TestEveryPageIsReachedAndEveryLinkAnswers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d)
		s := w.prepare(t)
		linked, opened := map[string][]string{}, map[string]bool{}
		for _, who := range walkers {
			walked := w.crawl(t, who, s.more[who]...)
			for _, pattern := range walked.linked {
				linked[pattern] = append(linked[pattern], name(who))
			}
			for pattern := range walked.pages {
				opened[pattern] = true
			}
		}
		for _, route := range w.app.Routes() {
			reason := apart[route.Path]
			switch {
			case route.Method != http.MethodGet:
			case reason == "" && len(linked[route.Path]) == 0:
				t.Errorf("no link leads to %s", route.Path)
			case reason != "" && len(linked[route.Path]) > 0:
				t.Errorf("%s links to %s, though it %s", strings.Join(linked[route.Path], ", "), route.Path, reason)
			case !opened[route.Path] && !slices.Contains(elsewhere, route.Path):
				t.Errorf("nobody opened %s", route.Path)
			}
		}
	})
}

func TestTheCodeIsAskedAfterThePassword(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	w.prepare(t)
	page := w.client(t, "").Get("/connexion").Submit("Me connecter", url.Values{"email": {w.account(t, "guichet2").Email}, "password": {sample.Password}})
	if page.Must(http.StatusOK).Path != "/connexion/code" {
		t.Errorf("led to %s", page.Path)
	}
}
