package money_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"passerelle/internal/apptest"
	"passerelle/internal/dbtest"
	"passerelle/internal/sample"
	"passerelle/internal/web"
	"passerelle/internal/web/money"
	"passerelle/internal/web/public"
	"passerelle/internal/web/territory"
)

func TestMain(m *testing.M) { apptest.Main(m) }

// programme serves a small sample programme that stops on 30 October, four days
// ago: October is over and not closed.
func programme(t *testing.T) (*apptest.Server, *dbtest.DB, map[string]string) {
	t.Helper()
	d := dbtest.SQLite(t)
	accounts, err := sample.Build(t.Context(), d.DB, d.Clock, sample.Options{
		Seed: 3, People: 150, At: time.Date(2026, time.October, 30, 17, 0, 0, 0, time.UTC),
	})
	if err != nil {
		t.Fatal(err)
	}
	d.Clock.Set(time.Date(2026, time.November, 3, 9, 0, 0, 0, time.UTC))
	server := apptest.Serve(t, d, web.Settings{Name: "Passerelle", Sample: true, Telephone: "05 36 49 12 00"}, public.Seat(), money.Seat(), territory.Seat())
	emails := map[string]string{}
	for _, account := range accounts {
		if emails[account.Role] == "" {
			emails[account.Role] = account.Email
		}
	}
	return server, d, emails
}

func TestAnAccountantClosesPaysAndConfirmsWithoutScript(t *testing.T) {
	server, d, emails := programme(t)
	tab := apptest.NewTab(t, server.URL, apptest.WithoutScript)
	tab.SignIn(emails["accountant"], sample.Password)
	tab.Visit("/comptable")
	tab.Look("comptable")

	tab.Press("Clore octobre 2026")
	tab.Look("cloture")
	tab.Press("Clore octobre 2026")
	tab.Shows("À payer")
	tab.Look("releves")

	tab.Visit("/comptable/paiements/nouveau")
	tab.Look("paiement-choix")
	tab.Press("Continuer")
	tab.Shows("Vérifiez avant de payer")
	tab.Look("paiement-verification")
	tab.Press("Faire le fichier de paiement")
	tab.Shows("Le fichier de paiement est prêt")
	tab.Look("paiement-fait")
	file := strings.Split(tab.Path(), "?")[0]

	d.Clock.Advance(48 * time.Hour) // the session is over
	tab.SignIn(emails["accountant"], sample.Password)
	tab.Visit(file + "/debit")
	tab.Look("debit")
	tab.Fill("Date du débit", "2026-11-05")
	tab.Fill("Montant débité", "12,34")
	tab.Press("Continuer")
	tab.Shows("La banque doit débiter")
	tab.Look("debit-refuse")
	_, total, _ := strings.Cut(tab.Text(".step"), ", ")
	tab.Fill("Montant débité", total)
	tab.Press("Continuer")
	tab.Shows("Vérifiez le débit")
	tab.Look("debit-verification")
	tab.Press("Confirmer le débit")
	tab.Shows("La banque a payé")
	tab.Look("paiement-debite")
	tab.Press("2026-10-0001")
	tab.Shows("Payé")
	tab.Look("releve-paye")
}

func TestAnAccountantBringsWhatTheBankAnswers(t *testing.T) {
	server, _, emails := programme(t)
	tab := apptest.NewTab(t, server.URL, apptest.WithoutScript)
	tab.SignIn(emails["accountant"], sample.Password)
	tab.Visit("/comptable/banque")
	tab.Press("Lire ce fichier")
	tab.Shows("Choisissez le fichier de la banque")
	tab.Attach("Fichier de la banque", "releve.csv", "jour;somme\n")
	tab.Press("Lire ce fichier")
	tab.Shows("Gardez la ligne de titres que donne la banque")
	tab.Look("banque-refuse")
	tab.Visit("/comptable/banque")
	tab.Press("EXEMPLE-R-2026-09-06")
	tab.Shows("Rejeté, à payer de nouveau")
	tab.Shows("le compte est fermé")
	tab.Look("banque-rejet")
	reference, _, _ := strings.Cut(tab.Text("tbody th"), " ")
	tab.Press(reference)
	tab.Shows("1 virement n’est pas arrivé")
	tab.Shows("Rejeté, à payer de nouveau : le compte est fermé")
	tab.Look("paiement-rejet")
}

func TestThePagesOfMoneyStandEveryCheck(t *testing.T) {
	server, _, emails := programme(t)
	tab := apptest.NewTab(t, server.URL, apptest.WithoutScript)
	tab.Visit("/comptes")
	tab.Look("comptes-public")
	tab.SignIn(emails["accountant"], sample.Password)
	for _, path := range []string{"/comptable/encaissements/nouveau", "/comptable/compte", "/comptable/paiements", "/journal", "/comptes", "/comptable/releves?etat=open"} {
		tab.Visit(path)
		tab.Look(strings.NewReplacer("/", "-", "?", "-", "=", "-").Replace(path[1:]))
	}
	tab.Press("pas encore clos")
	tab.Look("releve-ouvert")
}

func TestVisitorsReadTheTotalsOnly(t *testing.T) {
	server, _, emails := programme(t)
	visitor := apptest.NewClient(t, server.URL)
	public := visitor.Get("/comptes").Must(200)
	public.Shows("tout serait payé")
	auditor := apptest.NewClient(t, server.URL)
	auditor.SignIn(emails["auditor"], sample.Password)
	whole := auditor.Get("/comptes").Must(200)
	whole.Shows("Par financeur").Shows("Par lieu")
	if strings.Contains(public.Body, "Par financeur") || strings.Contains(public.Body, "Par lieu") {
		t.Error("a visitor is told who is owed what")
	}
	auditor.Get("/journal").Must(200).Follow("Voir la suite de la liste").Must(200)
	for _, path := range []string{"/comptable/cloture?mois=2026-10", "/comptable/paiements/nouveau", "/comptable/encaissements/nouveau"} {
		auditor.Get(path).Must(403)
	}
}

func TestAReceiptIsCheckedThenRecordedOnce(t *testing.T) {
	server, _, emails := programme(t)
	client := apptest.NewClient(t, server.URL)
	client.SignIn(emails["accountant"], sample.Password)
	form := client.Get("/comptable").Must(200).Follow("Enregistrer").Must(200)
	form.Submit("Continuer", url.Values{"montant": {"999 999"}}).Must(409).Shows("dépasse")
	check := form.Submit("Continuer", url.Values{"montant": {"1 000"}}).Must(200)
	check.Shows("Vérifiez le versement").Shows("1 000,00 €")
	done := check.Submit("Enregistrer le versement", nil).Must(200)
	done.Shows("1 000 € de Mutuelle des Combrailles (exemple) sont enregistrés")
	again := check.Submit("Enregistrer le versement", nil).Must(200)
	if again.Text("h1") != done.Text("h1") {
		t.Errorf("sent twice: %q", again.Text("h1"))
	}
	client.Get("/comptable").Must(200).Shows("2 080 € manquent")
}

func TestTheFileAndThePaperAreDownloaded(t *testing.T) {
	server, _, emails := programme(t)
	client := apptest.NewClient(t, server.URL)
	client.SignIn(emails["accountant"], sample.Password)
	file := client.Get("/comptable/paiements/nouveau").Must(200).
		Submit("Continuer", nil).Must(200).Submit("Faire le fichier de paiement", nil).Must(200)
	first := file.Follow("Télécharger le fichier (XML)").Must(200)
	second := file.Follow("Télécharger le fichier (XML)").Must(200)
	if !strings.Contains(first.Body, "pain.001.001.09") || first.Body != second.Body {
		t.Errorf("the file begins with %.200s", first.Body)
	}
	paper := file.Follow("2026-09-0001").Must(200).Follow("Télécharger le relevé (PDF)").Must(200)
	if !strings.HasPrefix(paper.Body, "%PDF-") {
		t.Errorf("the paper begins with %.20q", paper.Body)
	}
}
