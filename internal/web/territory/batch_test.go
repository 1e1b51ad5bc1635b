package territory_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"passerelle/internal/apptest"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/printing"
	"passerelle/internal/sample"
	"passerelle/internal/web"
	"passerelle/internal/web/desk"
	"passerelle/internal/web/public"
	"passerelle/internal/web/territory"
)

func TestATerritoryPrintsAnOrderByBatchAndItsDeskTakesTheFiles(t *testing.T) {
	d := dbtest.SQLite(t)
	accounts, err := sample.Build(t.Context(), d.DB, d.Clock, sample.Options{Seed: 5, People: 40, At: time.Date(2026, time.November, 24, 9, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	server := apptest.Serve(t, d, web.Settings{Name: "Passerelle", Sample: true}, public.Seat(), territory.Seat(), desk.Seat())
	emails := map[string]string{}
	for _, account := range accounts {
		if emails[account.Role] == "" {
			emails[account.Role] = account.Email
		}
	}
	press := printing.Press{Database: d.DB, Issuer: printing.Issuer{Name: "Passerelle", Sample: true}}
	tab := apptest.NewTab(t, server.URL, apptest.WithoutScript)
	tab.SignIn(emails["territory"], sample.Password)
	client := apptest.NewClient(t, server.URL)
	client.SignIn(emails["territory"], sample.Password)
	order := client.Get("/commandes/nouvelle").Submit("Continuer", url.Values{"carnets": {"25"}}).Submit("Placer la commande", nil).Must(200)
	tab.Visit(strings.TrimSuffix(order.Path, "?fait"))
	tab.Press("Imprimer par lots")
	tab.Look("lots")
	tab.Fill("Carnets par fichier", "5")
	tab.Press("Continuer")
	tab.Shows("10") // at least
	tab.Fill("Carnets par fichier", "10")
	tab.Press("Continuer")
	tab.Look("lots-verification")
	tab.Shows("3 fichiers")
	tab.Press("Mettre en stock et préparer les fichiers")
	tab.Shows("En cours")
	path := tab.Path()
	id, err := db.ParseID(path[strings.LastIndex(path, "/")+1:])
	if err != nil {
		t.Fatal(err)
	}
	for i, told := range []string{"10 carnets prêts sur 25", "20 carnets prêts sur 25", "25 carnets prêts sur 25"} {
		if ended, err := press.MakeNext(t.Context(), id); err != nil || ended != (i == 2) {
			t.Fatalf("%t %v", ended, err)
		}
		tab.Visit(path)
		tab.Shows(told)
	}
	tab.Look("lot")

	other := apptest.NewClient(t, server.URL)
	shown := client.Get(path).Must(200).Text("main")
	for _, account := range accounts {
		if account.Role == "desk" && strings.Contains(shown, account.Organisation) {
			emails["desk"] = account.Email
		}
	}
	other.SignIn(emails["desk"], sample.Password)
	page := other.Get("/guichet/carnets/impression").Must(200).Follow("25 carnets").Must(200)
	if file := page.Follow("Fichier 3").Must(200); !strings.HasPrefix(file.Body, "%PDF-") {
		t.Errorf("the file begins with %.20q", file.Body)
	}
	page.Submit("Supprimer les fichiers", nil).Must(200).Shows("Fichiers supprimés")
	other.Get(path + "/1/pdf").Must(410).Shows("supprimés")
	other.Get(path + "/9/pdf").Must(404)
}
