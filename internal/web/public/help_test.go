package public_test

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"passerelle/internal/api"
	"passerelle/internal/apptest"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/job"
)

// explained are the pages that this file is about.
var explained = []string{
	"/aide", "/aide/mots", "/aide/guichet", "/aide/lieu", "/aide/collectivite", "/aide/comptabilite", "/aide/labellisation", "/aide/administration",
	"/accessibilite", "/mentions-legales", "/donnees", "/donnees-ouvertes", "/etat", "/api",
}

// crawl follows every link of the pages that explain, within this host.
func crawl(t *testing.T, client *apptest.Client) {
	t.Helper()
	seen := map[string]bool{}
	for _, path := range explained {
		page := client.Get(path).Must(200)
		if page.Attribute("html", "lang") != "fr" || page.Count("h1") != 1 || page.Text("title") == "" {
			t.Errorf("%s: not a whole French page", path)
		}
		ids := map[string]bool{}
		for _, id := range page.Attributes("[id]", "id") {
			if ids[id] {
				t.Errorf("%s: two elements are named %q", path, id)
			}
			ids[id] = true
		}
		for _, link := range page.Attributes("a[href]", "href") {
			target, err := url.Parse(link)
			if err != nil {
				t.Errorf("%s: link %q", path, link)
				continue
			}
			if target.Path == "" && target.Fragment != "" && !ids[target.Fragment] {
				t.Errorf("%s: nothing is named %q", path, link)
			}
			if target.Scheme != "" || target.Path == "" || seen[target.Path] || strings.HasPrefix(target.Path, api.Prefix) {
				continue
			}
			seen[target.Path] = true
			if status := client.Get(target.Path).Status; status != 200 {
				t.Errorf("%s links to %s, which answers %d", path, link, status)
			}
		}
	}
}

func TestPagesThatExplainLinkToPagesThatExist(t *testing.T) {
	t.Parallel()
	i, _ := directory(t)
	i.person(t, "odile@exemple.invalid", "territory")
	visitor := i.client(t)
	crawl(t, visitor)
	visitor.Get("/aide/inconnu").Must(404)
	visitor.Get("/aide").Shows("Se connecter").Follow("Accueillir au guichet").Must(200).Shows("« Je ne sais pas » est une réponse.")
}

func TestHelpPutsOnesOwnWorkFirst(t *testing.T) {
	t.Parallel()
	i := start(t)
	i.person(t, "odile@exemple.invalid", "desk")
	client := i.client(t)
	client.SignIn("odile@exemple.invalid", password)
	if doors := client.Get("/aide").Must(200).Shows("Pour vous").Texts(".doors a"); doors[0] != "Accueillir au guichet" {
		t.Errorf("first: %v", doors)
	}
	if linked := client.Get("/aide/guichet").Must(200).Attributes("h2 a", "href"); slices.ContainsFunc(linked, func(path string) bool { return path != "/guichet" && path != "/exercice" }) || len(linked) == 0 {
		t.Errorf("one's own pages that are mounted are linked, got %q", linked)
	}
	if other := client.Get("/aide/administration").Must(200).Count("h2 a"); other != 0 {
		t.Errorf("%d links to pages of another role", other)
	}
}

func TestEveryCodeHasItsPlaceInTheReference(t *testing.T) {
	t.Parallel()
	page := start(t).client(t).Get("/api").Must(200)
	for _, refused := range fault.All() {
		if page.Count("[id='"+refused.Code+"']") != 1 {
			t.Errorf("/api#%s leads nowhere", refused.Code)
		}
	}
	for _, entry := range api.Reference() {
		page.Shows(entry.Method + " " + entry.Path).Shows(entry.Summary)
	}
	for _, title := range page.Texts("h2") {
		if title == "" {
			t.Error("a group of operations has no French title")
		}
	}
}

func TestTheInstanceSaysWhoItIsOrThatItDoesNotYet(t *testing.T) {
	t.Parallel()
	i := start(t)
	client := i.client(t)
	client.Get("/mentions-legales").Shows("n’est pas encore complète").Shows("À compléter")
	client.Get("/accessibilite").Shows("non conforme").Shows("Défenseur des droits")
	i.server.App.Settings.Legal.Publisher, i.server.App.Settings.Legal.Contact = "Conseil départemental de l’Exemple", "contact@exemple.invalid"
	client.Get("/mentions-legales").Shows("Conseil départemental de l’Exemple")
	client.Get("/accessibilite").Shows("contact@exemple.invalid")
}

func TestTheStateOfTheServiceTellsWhatIsLateAndNothingSecret(t *testing.T) {
	t.Parallel()
	i := start(t)
	client := i.client(t)
	client.Get("/etat").Must(200).Shows("Le service fonctionne").Shows("Rien n’attend")
	if err := i.Update(t.Context(), job.Actor, func(tx *db.Tx) error { return job.Enqueue(t.Context(), tx, "secret-kind", "secret") }); err != nil {
		t.Fatal(err)
	}
	i.Clock.Advance(20 * time.Minute)
	late := client.Get("/etat").Must(200).Shows("des envois ont du retard").Shows("en retard")
	if strings.Contains(late.Body, "secret") {
		t.Error("the public page names a job")
	}
}

func TestTheStateOfTheServiceSaysThatTheDatabaseDoesNotAnswer(t *testing.T) {
	t.Parallel()
	i := start(t)
	i.server.Broken = true
	client := i.client(t)
	i.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `ALTER TABLE job RENAME TO gone`)
		return err
	})
	client.Get("/etat").Must(503).Shows("La base de données ne répond pas")
}

func TestPagesThatExplainInABrowser(t *testing.T) {
	i, _ := directory(t)
	tab := apptest.NewTab(t, i.server.URL, apptest.WithoutScript)
	for _, path := range explained {
		tab.Visit(path)
		if strings.HasPrefix(path, "/aide/") && path != "/aide/mots" && path != "/aide/guichet" {
			tab.French() // the guides are of one template
			continue
		}
		tab.Check()
		tab.Picture("public" + strings.ReplaceAll(path, "/", "-"))
	}
}
