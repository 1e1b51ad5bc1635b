package journey_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"passerelle/internal/apptest"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/job"
	"passerelle/internal/notify"
	"passerelle/internal/place"
	"passerelle/internal/sample"
)

// townPlace finds a place of the sample by words of its name, closed or not.
func (w *world) townPlace(t *testing.T, words string) (found place.Place) {
	t.Helper()
	w.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
		id, err := db.Value[db.ID](tx.QueryRow(ctx, `SELECT id FROM place WHERE name LIKE $1`, "%"+words+"%"))
		if err != nil {
			return err
		}
		found, err = place.ByID(ctx, tx, id)
		return err
	})
	return found
}

var mailedLink = regexp.MustCompile(`/corriger/([A-Z2-7]{16,})`)

// mailed sends what waits, and answers the secret of the link of the last mail.
func (w *world) mailed(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	runner := job.NewRunner(w.DB.DB, slog.New(slog.DiscardHandler))
	notify.Post{Database: w.DB.DB, Sender: notify.Folder{Path: folder}, From: "passerelle@exemple.invalid"}.Register(runner)
	if err := runner.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	letters, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, letter := range letters {
		text, err := os.ReadFile(letter)
		if err != nil {
			t.Fatal(err)
		}
		if found := mailedLink.FindStringSubmatch(strings.ReplaceAll(string(text), "=\r\n", "")); found != nil {
			return found[1]
		}
	}
	t.Fatalf("no link in %d letters", len(letters))
	return ""
}

func TestAReportLeadsToACorrectionWhichIsUndone(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	p := w.townPlace(t, "Deux-Rives")
	page := "/lieux/" + p.ID.String()

	visitor := apptest.NewTab(t, w.address, apptest.WithoutScript)
	visitor.Visit(page)
	visitor.Press("Signaler une erreur")
	visitor.Check()
	visitor.Press("Signaler")
	visitor.Shows("Choisissez ce qui ne va pas")
	visitor.Choose("Le téléphone ou le courriel ne répond pas")
	visitor.Fill("Ce que vous savez (facultatif)", "Le numéro a changé.")
	visitor.Fill("Votre adresse e-mail (facultatif)", "ana@exemple.invalid")
	visitor.Press("Signaler")
	visitor.Shows("Vous recevrez la réponse par e-mail")
	visitor.Check()

	team := apptest.NewTab(t, w.address, apptest.WithoutScript)
	team.SignIn(w.account(t, "territoire").Email, sample.Password)
	team.Visit("/fraicheur")
	team.Check()
	team.Press("Voir les erreurs signalées")
	team.Press("Téléphone à " + p.Name)
	team.Shows("Le numéro a changé.")
	report := team.Path()
	team.Press("Voir ce lieu et ce qu’on peut faire")
	team.Shows("Bonjour, je vous appelle pour l’annuaire")
	about := team.Path()
	team.Press("Envoyer le lien")
	team.Shows("Le lien est parti.")

	link := "/corriger/" + w.mailed(t)
	before := w.townPlace(t, "Deux-Rives")
	owner := apptest.NewTab(t, w.address, apptest.WithoutScript)
	for range 2 { // a mail program opens links before their reader does
		owner.Visit(link)
	}
	if opened := w.townPlace(t, "Deux-Rives"); opened.ConfirmedOn != before.ConfirmedOn || opened.Telephone != before.Telephone {
		t.Error("opening the link changed the place")
	}
	owner.Check()
	owner.Press("Corriger")
	owner.Check()
	owner.Fill("Téléphone (facultatif)", "12")
	owner.Press("Continuer")
	owner.Shows("Vérifiez le numéro de téléphone")
	owner.Fill("Téléphone (facultatif)", "05 36 49 12 98")
	owner.Fill("Mardi, matin, de", "9 h 30")
	owner.Fill("Mardi, matin, à", "12 h")
	owner.Choose("Imprimante")
	owner.Fill("Langues parlées (facultatif)", "espéranto")
	owner.Press("Continuer")
	owner.Shows("Avant :")
	owner.Check()
	owner.Press("Modifier")
	if got := owner.Value("Langues parlées (facultatif)"); got != "espéranto" {
		t.Errorf("the language that was typed is lost: %q", got)
	}
	if got := owner.Value("Téléphone (facultatif)"); got != "05 36 49 12 98" {
		t.Errorf("what was typed is lost: %q", got)
	}
	if got := owner.Value("Mardi, matin, de"); got != "9 h 30" {
		t.Errorf("the hours that were typed are lost: %q", got)
	}
	owner.Press("Continuer")
	owner.Press("Publier")
	owner.Shows("Ce que vous avez corrigé")
	owner.Shows("espéranto")
	owner.Check()
	done := owner.Path()
	owner.Press("Voir la fiche")
	owner.Shows("05 36 49 12 98")
	owner.Shows("9 h 30 à 12 h")
	owner.Shows("Horaires confirmés le 20 novembre 2026.")

	team.Visit(report)
	team.Choose("La fiche est corrigée")
	team.Press("Répondre")
	team.Shows("Qui a laissé une adresse reçoit la réponse")
	team.Check()

	owner.Visit(done)
	owner.Press("Annuler cette correction")
	owner.Shows("La fiche est redevenue ce qu’elle était")
	visitor.Visit(page)
	visitor.Shows(p.TelephoneText())
	if strings.Contains(visitor.Text("main"), "9 h 30") {
		t.Error("the hours are still those that were undone")
	}
	team.Visit(about)
	team.Shows("Annulée")
	team.Check()
}

func TestALetterBringsACodeAndAClosedPlaceLeavesTheLists(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	p := w.townPlace(t, "Espace public du Parc")
	about := "/fraicheur/" + p.ID.String()
	team := apptest.NewTab(t, w.address, apptest.WithoutScript)
	team.SignIn(w.account(t, "territoire").Email, sample.Password)
	team.Visit(about)
	team.Press("Imprimer une lettre")
	team.Shows("Votre fiche dans l’annuaire est-elle juste")
	team.Check()
	team.Picture("owner-letter")
	team.Paper()
	team.NoOverflow()
	team.Day()
	code := strings.ToLower(team.Text("article .kept b"))

	client := w.client(t, "territoire")
	letter := client.Get(about).Submit("Imprimer une lettre", nil).Must(http.StatusOK)
	pdf := letter.Submit("La même lettre en PDF", nil).Must(http.StatusOK)
	if !strings.HasPrefix(pdf.Header.Get("Content-Type"), "application/pdf") {
		t.Errorf("the letter is %s", pdf.Header.Get("Content-Type"))
	}
	visitor := w.client(t, "")
	visitor.Get("/corriger").Submit("Ouvrir la fiche", url.Values{"code": {"AAAA BBBB CCCC DDDD"}}).Must(http.StatusUnprocessableEntity).Shows("mal recopié")
	visitor.Get("/corriger").Submit("Ouvrir la fiche", url.Values{"code": {code}}).Must(http.StatusOK).Submit("Oui, tout est juste", nil).Must(http.StatusOK)
	visitor.Get("/lieux/" + p.ID.String()).Must(http.StatusOK).Shows("Horaires confirmés le 20 novembre 2026.")

	list := "/lieux?texte=" + url.QueryEscape("Espace public du Parc")
	visitor.Get(list).Must(http.StatusOK).Shows(p.Name)
	client.Get(about).Submit("Le lieu a fermé", url.Values{"texte": {"La mairie le dit."}}).Must(http.StatusOK).Shows("Le lieu est sorti des listes.")
	visitor.Get(list).Must(http.StatusOK).Shows("Aucun lieu ne répond")
	visitor.Get("/lieux/" + p.ID.String()).Must(http.StatusOK).Shows("Ce lieu a fermé")
	client.Get(about).Submit("Il est ouvert : le remettre dans les listes", nil).Must(http.StatusOK)
	visitor.Get(list).Must(http.StatusOK).Shows(p.Name)
	client.Get(about).Submit("Tout est juste, d’après le lieu", nil).Must(http.StatusOK).Shows("Par son lien")
}

// TestNobodyTriesCodesOrReportsForLong holds visitors to a measure.
func TestNobodyTriesCodesOrReportsForLong(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	visitor := w.client(t, "")
	status := 0
	for i := 0; i < 60 && status != http.StatusTooManyRequests; i++ {
		status = visitor.Get("/corriger/AAAABBBBCCCCDDDD").Status
	}
	if status != http.StatusTooManyRequests {
		t.Errorf("codes are tried for ever: %d", status)
	}
	lieu := "/signaler?lieu=" + w.townPlace(t, "Médiathèque de la Filature").ID.String()
	status = 0
	for i := 0; i < 60 && status != http.StatusTooManyRequests; i++ {
		status = visitor.Get(lieu).Submit("Signaler", url.Values{"quoi": {"hours"}}).Status
	}
	if status != http.StatusTooManyRequests {
		t.Errorf("reports are made for ever: %d", status)
	}
}
