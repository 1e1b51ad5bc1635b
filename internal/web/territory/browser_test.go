package territory_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"passerelle/internal/apptest"
	"passerelle/internal/dbtest"
	"passerelle/internal/sample"
	"passerelle/internal/web"
	"passerelle/internal/web/public"
	"passerelle/internal/web/territory"
)

func TestMain(m *testing.M) { apptest.Main(m) }

// programme serves a small sample programme, and tells one e-mail for each role.
func programme(t *testing.T) (string, map[string]string) {
	t.Helper()
	d := dbtest.SQLite(t)
	accounts, err := sample.Build(t.Context(), d.DB, d.Clock, sample.Options{
		Seed: 5, People: 120, At: time.Date(2026, time.November, 24, 9, 0, 0, 0, time.UTC),
	})
	if err != nil {
		t.Fatal(err)
	}
	server := apptest.Serve(t, d, web.Settings{Name: "Passerelle", Sample: true, Telephone: "05 36 49 12 00"}, public.Seat(), territory.Seat())
	emails := map[string]string{}
	for _, account := range accounts {
		if emails[account.Role] == "" {
			emails[account.Role] = account.Email
		}
	}
	return server.URL, emails
}

func TestATerritoryOrdersAndPrintsWithoutScript(t *testing.T) {
	address, emails := programme(t)
	tab := apptest.NewTab(t, address, apptest.WithoutScript)
	tab.SignIn(emails["territory"], sample.Password)
	tab.Visit("/commandes")
	tab.Look("commandes")
	tab.Press("Commander des carnets")
	tab.Look("commande-nouvelle")
	tab.Press("Continuer")
	tab.Shows("Écrivez un nombre entre 1 et 100")
	tab.Fill("Combien de carnets ?", "20")
	tab.Choose("5 chèques, 50 €")
	tab.Choose("Insertion professionnelle via le numérique")
	tab.Press("Continuer")
	tab.Shows("Vérifiez la commande")
	tab.Shows("1 000,00 €")
	tab.Look("commande-verification")
	tab.Press("Placer la commande")
	tab.Shows("La commande est placée")
	order := strings.Split(tab.Path(), "?")[0]
	tab.Look("commande-placee")

	tab.Press("Imprimer des carnets")
	tab.Look("impression")
	tab.Fill("Nombre de carnets", "3")
	tab.Press("Continuer")
	tab.Shows("Vérifiez avant d’imprimer")
	tab.Press("Mettre en stock et imprimer")
	tab.Shows("3 carnets sont dans le stock")
	tab.Look("imprimes")
	tab.Visit(order)
	tab.Shows("3 carnets imprimés sur 20")
}

func TestTheProgrammeTeamSignsAnAgreementWithoutScript(t *testing.T) {
	address, emails := programme(t)
	tab := apptest.NewTab(t, address, apptest.WithoutScript)
	tab.SignIn(emails["national"], sample.Password)
	tab.Visit("/conventions")
	tab.Look("conventions")
	tab.Press("Signer une convention")
	tab.Look("convention-nouvelle")
	tab.Fill("Titre de la convention", "Moitié, moitié")
	tab.Fill("État (exemple)", "1")
	tab.Fill("Mutuelle des Combrailles (exemple)", "2")
	tab.Press("Continuer")
	tab.Shows("33,33 €")
	tab.Shows("66,67 €")
	tab.Look("convention-verification")
	tab.Press("Signer")
	tab.Shows("La signature est enregistrée")
	tab.Look("convention")
	tab.Visit("/financeurs")
	tab.Look("financeurs")
	tab.Visit("/commandes/nouvelle")
	tab.Shows("Quelle collectivité commande")
}

// The rules of an agreement, from a known kind, then amended; an order is reckoned
// by them before it is placed.
func TestAnAgreementsRulesAreSignedAmendedAndReckonedWith(t *testing.T) {
	address, emails := programme(t)
	tab := apptest.NewTab(t, address, apptest.WithoutScript)
	tab.SignIn(emails["national"], sample.Password)
	tab.Visit("/conventions/nouvelle")
	tab.Press("Appel à projets de 2020")
	tab.Shows("20 000 € au moins par commande")
	if got := tab.Value("Montant minimal d’une commande"); got != "20000" {
		t.Errorf("the preset's minimum is %q", got)
	}
	tab.Check()
	tab.Look("convention-modele")
	tab.Fill("Titre de la convention", "Appel de 2020")
	tab.Fill("État (exemple)", "50")
	tab.Fill("Mutuelle des Combrailles (exemple)", "50")
	tab.Fill("On commande jusqu’au", "2020-01-01")
	tab.Fill("On commande à partir du", "2026-01-01")
	tab.Press("Continuer")
	tab.Shows("La fin vient avant le début")
	if got := tab.Value("Montant minimal d’une commande"); got != "20000" {
		t.Errorf("what was typed is lost: %q", got)
	}
	tab.Fill("On commande jusqu’au", "2027-12-31")
	tab.Press("Continuer")
	tab.Shows("Minimum par commande")
	tab.Check()
	tab.Press("Signer")
	tab.Shows("Personnes éloignées de l’emploi")
	tab.Check()
	agreement := strings.Split(tab.Path(), "?")[0]

	tab.Press("Signer un avenant")
	tab.Check()
	tab.Fill("Ce que l’avenant change, et pourquoi", "Le minimum baisse pour les petites communes.")
	tab.Fill("Montant minimal d’une commande", "500")
	tab.Press("Continuer")
	tab.Shows("Vérifiez l’avenant")
	tab.Press("Signer")
	tab.Shows("Le minimum baisse pour les petites communes.")
	tab.Look("convention-avenant")

	tab.Visit("/commandes/nouvelle?convention=" + strings.TrimPrefix(agreement, "/conventions/"))
	tab.Fill("Combien de carnets ?", "4")
	tab.Press("Continuer")
	tab.Shows("Ajoutez des carnets")
	tab.Shows("Engagez-vous sur cette part")
	tab.Fill("Combien de carnets ?", "20")
	tab.Fill("Part du public de la convention (facultatif)", "50")
	tab.Check()
	tab.Press("Continuer")
	tab.Shows("Sa part, poids 50")
	tab.Check()
	tab.Look("commande-lignes")
	tab.Press("Placer la commande")
	tab.Shows("La commande est placée")
}

func TestAFunderReadsItsOrdersAndChangesNothing(t *testing.T) {
	address, emails := programme(t)
	client := apptest.NewClient(t, address)
	client.SignIn(emails["funder"], sample.Password)
	list := client.Get("/commandes").Must(200)
	page := list.Follow("2026-0001").Must(200)
	if got := page.Text("h1"); !strings.Contains(got, "2026-0001") {
		t.Errorf("the order's page is called %q", got)
	}
	page.Shows("Par financeur")
	if page.Count("main form[method=post]")+page.Count("main .button") != 0 {
		t.Error("the page offers an act")
	}
	client.Get("/commandes/nouvelle").Must(403)
	client.Get("/conventions/nouvelle").Must(403)
	client.Get("/financeurs").Must(403)
	client.Get("/conventions").Must(200).Shows("Pour 100")
}

func TestTheOrdersPageTellsItsMoneyAndItsBooklets(t *testing.T) {
	address, emails := programme(t)
	tab := apptest.NewTab(t, address, apptest.WithoutScript)
	tab.SignIn(emails["territory"], sample.Password)
	tab.Visit("/commandes")
	tab.Press("2026-0001")
	tab.Look("commande")
	tab.Press("Voir les carnets")
	tab.Look("carnets")
	client := apptest.NewClient(t, address)
	client.SignIn(emails["territory"], sample.Password)
	file := client.Get(tab.Path() + "?etat=live&format=csv").Must(200)
	if lines := strings.Count(file.Body, "\n"); lines < 2 || strings.Contains(file.Body, "En stock") {
		t.Errorf("%d lines:\n%.300s", lines, file.Body)
	}
}

func TestPrintedBookletsAreDownloadedAsPaper(t *testing.T) {
	address, emails := programme(t)
	client := apptest.NewClient(t, address)
	client.SignIn(emails["territory"], sample.Password)
	check := client.Get("/commandes/nouvelle").Must(200).Submit("Continuer", url.Values{"carnets": {"2"}}).Must(200)
	order := check.Submit("Placer la commande", nil).Must(200)
	again := check.Submit("Placer la commande", nil).Must(200)
	if order.Text("h1") != again.Text("h1") {
		t.Errorf("sent twice: %q, then %q", order.Text("h1"), again.Text("h1"))
	}
	printed := order.Follow("Imprimer des carnets").Must(200).Submit("Continuer", nil).Must(200).Submit("Mettre en stock et imprimer", nil).Must(200)
	paper := printed.Follow("Télécharger les carnets (PDF)").Must(200)
	if !strings.HasPrefix(paper.Body, "%PDF-") {
		t.Errorf("the paper begins with %.20q", paper.Body)
	}
	client.Get(strings.TrimSuffix(order.Path, "?fait") + "/impression").Must(200).Shows("Tous les carnets sont imprimés")
}
