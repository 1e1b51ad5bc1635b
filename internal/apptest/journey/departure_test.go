package journey_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/apptest"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/departure"
	"passerelle/internal/holder"
	"passerelle/internal/job"
	"passerelle/internal/place"
	"passerelle/internal/report"
	"passerelle/internal/sample"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

// A site announces that it shuts; its mediator and a counter find everyone
// another seat, in a browser; the night ends it, and the directory says so.
func TestASiteLeavesAndNobodyIsForgotten(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	site := w.account(t, "lieu").SiteID
	lost := w.expectedBeyond(t, site, 3)
	last := civil.DateOf(lost.StartsAt, civil.Paris).AddDays(-1)

	owner := apptest.NewTab(t, w.address, apptest.WithoutScript)
	owner.SignIn(w.account(t, "lieu").Email, sample.Password)
	owner.Visit("/mon-lieu")
	owner.Press("Annoncer le départ de ce lieu")
	owner.Press("Continuer")
	owner.Shows("Dites ce que devient le lieu")
	owner.Check()
	owner.Choose("Il ferme")
	owner.Fill("Dernier jour où il reçoit", last.String())
	owner.Fill("Pourquoi ?", "Le bail s’achève.")
	owner.Press("Continuer")
	owner.Shows("Vérifiez avant d’annoncer")
	owner.Shows("Le dernier relevé se clôt seul")
	owner.Check()
	owner.Press("Annoncer le départ")
	owner.Shows("L’annuaire le dit déjà")
	owner.Width(320)
	owner.Check()
	owner.Width(1280)

	// The first person goes elsewhere: not without a word from them.
	first := w.leftAt(t, site)[0]
	owner.Visit("/departs/" + site.String() + "/personnes/" + first.ID.String())
	owner.Check()
	owner.Shows("À dire au téléphone")
	owner.ChooseIn("Quelle autre séance ?", owner.Text("fieldset label"))
	owner.Press("Enregistrer")
	owner.Shows("Appelez d’abord")
	owner.Choose("La personne a dit oui")
	owner.Press("Enregistrer")
	owner.Shows("La personne a une autre place")

	// The counter does the others from its own first page.
	desk := w.client(t, "guichet")
	desk.Get("/guichet").Shows("dans un lieu qui part").Follow("personnes")
	for _, someone := range w.leftAt(t, site) {
		path := "/departs/" + site.String() + "/personnes/" + someone.ID.String()
		desk := w.client(t, w.deskOf(t, someone.Organisation))
		desk.Get(path).Submit("Enregistrer", url.Values{"seance": {"aucune"}}).Must(http.StatusUnprocessableEntity)
		desk.Get(path).Submit("Enregistrer", url.Values{"seance": {"aucune"}, "why": {departure.NotWanted}}).Shows("n’est plus attendue")
	}
	w.client(t, "national").Get("/departs/" + site.String()).Shows("Plus personne à replacer")
	w.client(t, "").Get("/lieux/" + site.String()).Shows("Ce lieu ferme : dernier jour le " + last.FrenchLong())

	w.Clock.Set(last.AddDays(9).At(4*60, civil.Paris))
	w.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) error { return departure.Nightly(ctx, tx) })
	again := w.client(t, "lieu")
	again.Get("/mon-lieu").Shows("Ce lieu a quitté le programme")
	if states := again.Get("/releves").Texts("tbody tr"); slices.ContainsFunc(states, func(line string) bool { return strings.Contains(line, "Mois en cours") }) {
		t.Errorf("the last statement is open: %q", states)
	}
	w.client(t, "").Get("/lieux/" + site.String()).Shows("Ce lieu est fermé depuis")
	w.whole(t)
}

// expectedBeyond books some people at the site's last session, and answers it.
func (w *world) expectedBeyond(t *testing.T, site db.ID, people int) (session workshop.Session) {
	t.Helper()
	w.Must(t, w.actor(t, "guichet"), func(ctx context.Context, tx *db.Tx) error {
		planned, err := workshop.OfSite(ctx, tx, site, tx.Now().AddDate(0, 0, 20), tx.Now().AddDate(0, 0, 60))
		if err != nil {
			return err
		}
		session = planned[len(planned)-1]
		for _, called := range []string{"Monique", "Abdel", "Ginette"}[:people] {
			met, err := holder.Register(ctx, tx, holder.New{Name: called})
			if err != nil {
				return err
			}
			if _, err := workshop.Book(ctx, tx, workshop.Reservation{Session: session.ID, Holder: met.ID}); err != nil {
				return err
			}
		}
		return nil
	})
	w.Clock.Advance(time.Second)
	return session
}

// leftAt are the people to be re-homed from a site.
func (w *world) leftAt(t *testing.T, site db.ID) (people []departure.Person) {
	t.Helper()
	if err := w.View(t.Context(), console, func(q db.Q) (err error) {
		people, err = departure.People(t.Context(), q, site)
		return err
	}); err != nil || len(people) == 0 {
		t.Fatalf("%d people, %v", len(people), err)
	}
	return people
}

// deskOf is a sign-in of a desk.
func (w *world) deskOf(t *testing.T, organisation db.ID) string {
	t.Helper()
	for _, one := range w.accounts {
		if one.OrganisationID == organisation {
			local, _, _ := strings.Cut(one.Email, "@")
			return local
		}
	}
	t.Fatalf("no desk %s", organisation)
	return ""
}

// whole verifies every invariant.
func (w *world) whole(t *testing.T) {
	t.Helper()
	if err := w.View(t.Context(), console, func(q db.Q) error {
		results, err := report.Check(t.Context(), q)
		for _, result := range results {
			for _, row := range result.Faulty {
				t.Error(row)
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// Someone attached to one of a body's ten places finds nothing of the nine
// others, whatever address they know.
func TestSomeoneAttachedToAPlaceSeesNoOther(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	all := w.crawl(t, "reseau")
	routes := map[string]web.Route{}
	for _, route := range w.app.Routes() {
		routes[route.Pattern()] = route
	}
	for local, level := range map[string]string{"reseau-ahun": account.LevelMember, "reseau-dun": account.LevelScanOnly} {
		t.Run(local, func(t *testing.T) {
			own := w.crawl(t, local)
			actor := w.actor(t, local)
			actor.Level, actor.Place = level, w.placeOf(t, local)
			knocked := 0
			for pattern, pages := range all.pages {
				act := routes["GET "+pattern].Act
				if !wildcard.MatchString(pattern) || !account.May(actor, act) || account.Everywhere(actor, act) {
					continue
				}
				for _, page := range pages {
					path, _, _ := strings.Cut(page.Path, "?")
					if strings.Contains(page.Text("main"), w.nameOf(t, actor.Place)) || own.links[path] || strings.HasPrefix(path, "/mon-lieu/fiche/") || strings.HasPrefix(path, "/releves-du-mois/") {
						continue // of one's own, or narrowed to it
					}
					knocked++
					if answer := own.client.Get(path); answer.Status != http.StatusNotFound && answer.Status != http.StatusForbidden {
						t.Errorf("%s answers %d", path, answer.Status)
					}
				}
			}
			for _, path := range []string{"/mon-lieu?lieu=", "/seances?lieu=", "/releves?lieu=", "/cheques?lieu="} {
				for _, other := range w.placesOf(t, "reseau") {
					if other == actor.Place {
						continue
					}
					knocked++
					if answer := own.client.Get(path + other.String()); answer.Status != http.StatusNotFound && answer.Status != http.StatusForbidden {
						t.Errorf("%s%s answers %d", path, other, answer.Status)
					}
				}
			}
			t.Logf("knocked %d times", knocked)
			if knocked < 30 {
				t.Error("too little was tried")
			}
		})
	}
}

// placeOf is the place that a sign-in is attached to.
func (w *world) placeOf(t *testing.T, local string) (at db.ID) {
	t.Helper()
	if err := w.View(t.Context(), console, func(q db.Q) error {
		members, err := account.Members(t.Context(), q, w.account(t, local).OrganisationID)
		for _, one := range members {
			if one.Email == w.account(t, local).Email {
				at = one.Place
			}
		}
		return err
	}); err != nil || at.IsZero() {
		t.Fatalf("%s is attached to nothing, %v", local, err)
	}
	return at
}

func (w *world) nameOf(t *testing.T, id db.ID) (name string) {
	t.Helper()
	if err := w.View(t.Context(), console, func(q db.Q) error {
		known, err := place.ByID(t.Context(), q, id)
		name = known.Name
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return name
}

func (w *world) placesOf(t *testing.T, local string) []db.ID {
	t.Helper()
	places := map[db.ID]bool{}
	for _, option := range w.client(t, local).Get("/mon-lieu").Attributes("select[name=lieu] option", "value") {
		if id, err := db.ParseID(option); err == nil {
			places[id] = true
		}
	}
	var ids []db.ID
	for id := range places {
		ids = append(ids, id)
	}
	return ids
}
