package journey_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/apptest"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/sample"
	"passerelle/internal/web"
)

// lesser are colleagues of two walkers, by level.
var lesser = map[string]struct{ beside, level string }{
	"guichet-membre":  {"guichet", account.LevelMember},
	"guichet-lecture": {"guichet", account.LevelReadOnly},
	"lieu-membre":     {"lieu", account.LevelMember},
	"lieu-chequier":   {"lieu", account.LevelScanOnly},
	"comptable-vue":   {"comptable", account.LevelReadOnly},
}

// hire adds the colleagues.
func (w *world) hire(t *testing.T) {
	t.Helper()
	hash := account.HashPassword(sample.Password)
	for local, colleague := range lesser {
		beside := w.account(t, colleague.beside)
		w.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			person, err := account.AddPerson(ctx, tx, account.NewPerson{Name: "Camille " + local, Email: local + "@exemple.invalid", PasswordHash: hash})
			if err != nil {
				return err
			}
			_, err = account.AddMember(ctx, tx, account.Member{Person: person.ID, Organisation: beside.OrganisationID, Role: beside.Role, Level: colleague.level})
			return err
		})
		beside.Email, beside.Name = local+"@exemple.invalid", "Camille "+local
		w.accounts = append(w.accounts, beside)
	}
}

// harvest is what everybody found: where to knock.
type harvest struct {
	walks map[string]*walk
	paths map[string]string // by pattern, one address that somebody opened
}

func (w *world) harvest(t *testing.T, s *situation) *harvest {
	t.Helper()
	found := &harvest{walks: map[string]*walk{}, paths: map[string]string{}}
	for _, who := range walkers {
		walked := w.crawl(t, who, s.more[who]...)
		found.walks[who] = walked
		for pattern, pages := range walked.pages {
			path, _, _ := strings.Cut(pages[0].Path, "?")
			if patternOf(t, walked.mux, path) == pattern { // else it leads elsewhere
				found.paths[pattern] = path
			}
		}
	}
	return found
}

var wildcard = regexp.MustCompile(`\{[^{}$]+\}`)

// address is one of a route's: that somebody opened, made from the values of
// a page above it, or of an object that does not exist.
func (h *harvest) address(route web.Route) string {
	if path := h.paths[route.Path]; path != "" && route.Path != "/{$}" {
		return path
	}
	for above := route.Path; strings.Contains(above, "/"); above = above[:strings.LastIndex(above, "/")] {
		if path := h.paths[above]; path != "" && strings.Count(path, "/") == strings.Count(above, "/") {
			return wildcard.ReplaceAllString(path+strings.TrimPrefix(route.Path, above), nobody)
		}
	}
	return wildcard.ReplaceAllString(strings.TrimSuffix(route.Path, "{$}"), nobody)
}

const nobody = "01980000-0000-7000-8000-000000000000"

func TestTheWallBetweenRolesAndOrganisations(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	s := w.prepare(t)
	w.hire(t)
	found := w.harvest(t, s)
	everybody := slices.Clone(walkers)
	for local := range lesser {
		everybody = append(everybody, local)
	}
	slices.Sort(everybody)
	for _, who := range everybody {
		t.Run(name(who), func(t *testing.T) {
			wall := &wall{world: w, before: w.state(t), tried: map[string]int{}}
			actor, walked := w.actor(t, who), found.walks[who]
			var client *apptest.Client
			if lower, is := lesser[who]; is {
				actor.Level = lower.level
				client = w.client(t, who)
			} else {
				client = walked.client // so many sign in from one address that more would be slowed down
			}
			for _, route := range w.app.Routes() {
				if !account.May(actor, route.Act) {
					refusesRole(t, client, who, route, found.address(route))
				}
			}
			if walked != nil {
				wall.foreign(t, found, walked, actor)
				t.Logf("knocked at %v", wall.tried)
			}
			wall.unchanged(t)
		})
	}
}

// refusesRole knocks at a route that a role may not pass.
func refusesRole(t *testing.T, client *apptest.Client, who string, route web.Route, address string) {
	t.Helper()
	if route.Method == http.MethodGet {
		page := client.Get(address)
		switch {
		case who == "" && (page.Status != http.StatusOK || !strings.HasPrefix(page.Path, "/connexion")):
			t.Errorf("%s is not asked to sign in at %s: %d, %s", name(who), address, page.Status, page.Path)
		case who != "" && page.Status != http.StatusForbidden:
			t.Errorf("%s may not do %s, yet %s answers %d", name(who), route.Act, address, page.Status)
		}
		return
	}
	wanted := http.StatusForbidden
	if who == "" {
		wanted = http.StatusUnauthorized
	}
	if page := client.Post(address, url.Values{"confirmer": {"oui"}}); page.Status != wanted {
		t.Errorf("%s may not do %s, yet %s %s answers %d", name(who), route.Act, route.Method, address, page.Status)
	}
}

// wall is what one walker is kept from.
type wall struct {
	*world
	before map[string]string
	tried  map[string]int // by "GET /lieux/{id}", how often
}

// enough is how many objects of one kind and owner are tried.
const enough = 2

// shared are the pages of another organisation's objects that a role reads all
// the same: a booklet is its order's authority's and funders' too.
var shared = map[string]map[string]bool{
	account.RoleTerritory: {
		"/guichet/carnets/{id}": true, "/guichet/carnets/{id}/papier": true, "/guichet/carnets/{id}/pdf": true, "/guichet/carnets/impression/{id}/pdf": true,
	},
	account.RoleFunder: {"/guichet/carnets/{id}": true},
	// A site that leaves is followed by each desk that booked someone there; a test
	// of departures holds off the others.
	account.RoleDesk: {"/departs/{id}": true},
}

// own tells whether a walker found an address, or might have: the same pages
// show one's own organisation, site and orders at an address for others.
func (w *wall) own(t *testing.T, walked *walk, path string) bool {
	t.Helper()
	if walked.links[path] || walked.who == "" {
		return walked.links[path]
	}
	one := w.account(t, walked.who)
	under := func(base string) bool { return path == base || strings.HasPrefix(path, base+"/") }
	return under("/administration/organisations/"+one.OrganisationID.String()) || under("/labels/lieux/"+one.SiteID.String()) ||
		under("/departs/"+one.SiteID.String()) || under("/releves-du-mois") || // a month is one's own too
		walked.who == "guichet" && under("/commandes") // the desk of every order of the sample
}

// foreign knocks, with an act that the walker may do, at what the others found
// and the walker did not.
func (w *wall) foreign(t *testing.T, found *harvest, walked *walk, actor db.Actor) {
	t.Helper()
	acts := map[string]account.Act{}
	for _, route := range w.app.Routes() {
		acts[route.Pattern()] = route.Act
	}
	for _, other := range walkers {
		if other == walked.who || w.actor(t, other).Organisation == actor.Organisation {
			continue
		}
		theirs, tried := found.walks[other], map[string]int{}
		for pattern, pages := range theirs.pages {
			act := acts["GET "+pattern]
			if !wildcard.MatchString(pattern) || !account.May(actor, act) || account.Everywhere(actor, act) {
				continue
			}
			for _, page := range pages {
				path, _, _ := strings.Cut(page.Path, "?")
				if tried[pattern] == enough || shared[actor.Role][pattern] || w.own(t, walked, path) {
					continue
				}
				tried[pattern]++
				w.tried["GET"]++
				if answer := walked.client.Get(path); answer.Status != http.StatusNotFound && answer.Status != http.StatusForbidden {
					t.Errorf("%s reads %s of %s: %d, led to %s", name(walked.who), page.Path, name(other), answer.Status, answer.Path)
				}
			}
		}
		for _, form := range theirs.forms {
			w.forge(t, walked, actor, acts, other, form, tried)
		}
	}
}

var identifier = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// forge sends the form of somebody of another organisation as one's own.
func (w *wall) forge(t *testing.T, walked *walk, actor db.Actor, acts map[string]account.Act, other string, form apptest.Form, tried map[string]int) {
	t.Helper()
	path, _, _ := strings.Cut(form.Action, "?")
	pattern := postPattern(t, walked.mux, form.Action)
	act := acts[pattern]
	if act == "" {
		t.Errorf("%s sees a form that no route takes: %s", name(other), form.Action)
		return
	}
	if !account.May(actor, act) || act == account.ActPublic || act != account.ActSignedIn && account.Everywhere(actor, act) {
		return
	}
	inAddress := wildcard.MatchString(pattern)
	if inAddress && w.own(t, walked, path) || !inAddress && !identifier.MatchString(form.Values.Encode()) {
		return
	}
	if tried[pattern]++; tried[pattern] > enough {
		return
	}
	form.Values.Set("confirmer", "oui")
	w.tried["POST"]++
	answer := walked.client.Post(form.Action, form.Values)
	if inAddress && answer.Status != http.StatusNotFound && answer.Status != http.StatusForbidden {
		t.Errorf("%s sends the form %q of %s to %s: %d, led to %s", name(walked.who), form.Button, name(other), form.Action, answer.Status, answer.Path)
	}
	if answer.Status < http.StatusBadRequest {
		w.unchanged(t)
	}
}

func postPattern(t *testing.T, mux *http.ServeMux, address string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, pattern := mux.Handler(request)
	return pattern
}

// passing are the tables in which a refused request may leave a trace: the last
// use of a session, attempts counted, request keys.
var passing = []string{"sign_in", "attempt", "idempotency"}

// state is a fingerprint of every table of rights, money and people.
func (w *world) state(t *testing.T) map[string]string {
	t.Helper()
	marks := map[string]string{}
	err := w.View(t.Context(), console, func(q db.Q) error {
		tables, err := db.All(t.Context(), q, db.Value[string], `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name`)
		if err != nil {
			return err
		}
		for _, table := range tables {
			if slices.Contains(passing, table) || strings.HasPrefix(table, "place") {
				continue
			}
			if marks[table], err = fingerprint(t.Context(), q, table); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return marks
}

func fingerprint(ctx context.Context, q db.Q, table string) (string, error) {
	rows, err := q.Query(ctx, `SELECT * FROM `+table)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return "", err
	}
	sum, count := sha256.New(), 0
	values, receivers := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		receivers[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Rows.Scan(receivers...); err != nil {
			return "", err
		}
		_, _ = fmt.Fprintf(sum, "%v\n", values)
		count++
	}
	return fmt.Sprintf("%d rows, %s", count, hex.EncodeToString(sum.Sum(nil))[:12]), rows.Err()
}

// unchanged fails for each table that is not as it was, and takes it as it is.
func (w *wall) unchanged(t *testing.T) {
	t.Helper()
	now := w.state(t)
	for table, mark := range now {
		if w.before[table] != mark {
			t.Errorf("%s changed: %s, then %s", table, w.before[table], mark)
		}
	}
	w.before = now
}
