package web_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"passerelle/internal/account"
	"passerelle/internal/apptest"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/web"
)

func TestMain(m *testing.M) { apptest.Main(m) }

// serve starts the pages of package web alone, and any seats given.
func serve(t testing.TB, seats ...web.Seat) (*httptest.Server, *dbtest.DB) {
	t.Helper()
	d := dbtest.SQLite(t)
	app := &web.App{
		DB: d.DB, Clock: d.Clock, Log: slog.New(slog.DiscardHandler),
		Settings: web.Settings{Name: "Passerelle", Sample: true, Telephone: "05 36 49 12 00", Hours: "du lundi au vendredi"},
	}
	if err := app.Mount(seats...); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(app.Handler())
	t.Cleanup(server.Close)
	return server, d
}

func TestTheDesignPagesStandEveryCheck(t *testing.T) {
	server, _ := serve(t)
	for _, path := range []string{"/design", "/design/question", "/design/fait", "/design/papier", "/nulle-part"} {
		t.Run(path[1:], func(t *testing.T) {
			tab := apptest.NewTab(t, server.URL, apptest.WithoutScript)
			tab.Visit(path)
			tab.CheckEveryWay()
			t.Logf("%d bytes", tab.Weight())
			tab.Picture(name(path) + "-1280")
			tab.Night()
			tab.Picture(name(path) + "-1280-night")
			tab.Forced()
			tab.Picture(name(path) + "-1280-forced")
			tab.Day()
			tab.Width(320)
			tab.Picture(name(path) + "-320")
			tab.PDF(name(path))
		})
	}
}

func name(path string) string {
	safe := []rune(path[1:])
	for i, letter := range safe {
		if letter == '/' {
			safe[i] = '-'
		}
	}
	return string(safe)
}

func TestARefusedAnswerIsToldAtTheTopAndBesideItsField(t *testing.T) {
	server, _ := serve(t)
	tab := apptest.NewTab(t, server.URL, apptest.WithoutScript)
	tab.Visit("/design/question")
	tab.Fill("Prénom ou surnom", "Monique 2")
	tab.Fill("Commune", "Saint-Vaury")
	tab.Press("Continuer")
	if tab.Status() != 422 || !strings.HasPrefix(tab.Title(), "Erreur") {
		t.Errorf("%d, %q", tab.Status(), tab.Title())
	}
	if tab.Focused() != "erreurs" {
		t.Errorf("the focus is on %q, not on the summary", tab.Focused())
	}
	if tab.Count(".errors a[href='#q3']") != 1 || tab.Count("#q3") != 1 || tab.Count(".wrong .err") != 2 {
		t.Errorf("summary: %s", tab.Text(".errors"))
	}
	tab.CheckEveryWay()
	tab.Picture("design-question-errors")
	tab.Fill("Prénom ou surnom", "Monique")
	tab.Choose("Je ne le fais pas")
	tab.Press("Continuer")
	tab.Shows("Le carnet est remis à Monique")
	if tab.Loads() != 3 {
		t.Errorf("%d page loads", tab.Loads())
	}
}

func TestCommunesAreProposedWhereThereIsScript(t *testing.T) {
	server, _ := serve(t)
	tab := apptest.NewTab(t, server.URL)
	tab.Visit("/design/question")
	tab.Focus("Commune")
	tab.Type("souterraine")
	tab.Until(`document.querySelectorAll('[role=option]').length > 0`)
	tab.Axe("while communes are proposed")
	tab.Picture("design-question-communes")
	tab.Type(kb.ArrowDown + kb.Enter)
	if got := tab.Value("Commune"); got != "La Souterraine (23300)" {
		t.Errorf("the field holds %q", got)
	}
}

func TestPaperPrintsOneSheetEach(t *testing.T) {
	server, _ := serve(t)
	tab := apptest.NewTab(t, server.URL, apptest.WithoutScript)
	tab.Visit("/design/papier")
	if got := apptest.Pages(tab.PDF("design-papier")); got != 2 {
		t.Errorf("two sheets print on %d pages", got)
	}
}

func TestTheBandSaysWhereOneIsAndWhoOneIs(t *testing.T) {
	seat := trial(func(w http.ResponseWriter, r *web.Request) error {
		id := db.NewID(r.App.Clock.Now())
		r.Session = account.Session{
			ID: id, Actor: db.Actor{Kind: db.Person, ID: id, Role: account.RoleDesk},
			PersonName: "Inès Maury", OrganisationName: "CCAS de Guéret (exemple)", RoleName: "Guichet",
		}
		return web.Render(w, r, http.StatusOK, "only", &struct{ web.Page }{web.Page{Title: "Une page ?", Back: web.Link{Label: "Les pièces", Path: "/design"}}})
	}, account.ActPublic)
	seat.Menu = []web.MenuItem{
		{Label: "Accueillir", Path: "/accueil", Roles: []string{account.RoleDesk}},
		{Label: "Places libres", Path: "/essai", Roles: []string{account.RoleDesk, account.RoleSite}},
		{Label: "Relevés", Path: "/releves", Roles: []string{account.RoleSite}},
		{Label: "Se connecter", Path: "/connexion"},
	}
	seat.Routes = append(seat.Routes, web.Route{Method: "POST", Path: "/deconnexion", Act: account.ActPublic, Handle: func(w http.ResponseWriter, r *web.Request) error {
		r.App.EndSession(w)
		return web.SeeOther(w, r, "/design")
	}})
	server, _ := serve(t, seat)
	tab := apptest.NewTab(t, server.URL, apptest.WithoutScript)
	tab.Visit("/essai/1")
	if tab.Text(".top [aria-current=page]") != "Places libres" || tab.Count(".top nav a") != 2 {
		t.Errorf("menu: %s", tab.Text(".top nav"))
	}
	tab.Shows("Inès Maury, guichet")
	tab.CheckEveryWay()
	tab.Picture("band-1280")
	tab.Width(320)
	tab.Picture("band-320")
	tab.Press("Se déconnecter")
	if tab.Path() != "/design" {
		t.Errorf("signing out leads to %s", tab.Path())
	}
}
