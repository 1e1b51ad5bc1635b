package territory_test

import (
	"log/slog"
	"testing"
	"time"

	"passerelle/internal/apptest"
	"passerelle/internal/dbtest"
	"passerelle/internal/exchange"
	"passerelle/internal/job"
	"passerelle/internal/sample"
	"passerelle/internal/web"
	"passerelle/internal/web/public"
	"passerelle/internal/web/territory"
)

// aTerritorysOwn is a list of places as a collectivité keeps it: its own
// columns and words, a place of another département, a line without a name.
const aTerritorysOwn = `Structure;Voie;CP;Ville;Tel;On y apprend;Lundi;Mardi
Salle du lavoir;3 place du Lavoir;23000;Guéret;05 55 00 00 01;ordinateur, papiers;9h-12h;
Local des jeunes;8 rue Basse;23200;Aubusson;05 55 00 00 02;papiers;;14h à 17h
Antenne de Limoges;1 rue Haute;87000;Limoges;;ordinateur;;
;2 rue du Pont;23300;La Souterraine;;;;
`

func TestATerritoryImportsItsOwnFileWithoutScript(t *testing.T) {
	d := dbtest.SQLite(t)
	accounts, err := sample.Build(t.Context(), d.DB, d.Clock, sample.Options{
		Seed: 5, People: 40, At: time.Date(2026, time.November, 24, 9, 0, 0, 0, time.UTC),
	})
	if err != nil {
		t.Fatal(err)
	}
	server := apptest.Serve(t, d, web.Settings{Name: "Passerelle", Sample: true}, public.Seat(), territory.Seat())
	runner := job.NewRunner(d.DB, slog.New(slog.DiscardHandler))
	exchange.Uploads{Database: d.DB}.Register(runner)
	work := func() {
		t.Helper()
		if err := runner.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	email := ""
	for _, account := range accounts {
		if account.Role == "territory" {
			email = account.Email
		}
	}
	tab := apptest.NewTab(t, server.URL, apptest.WithoutScript)
	tab.SignIn(email, sample.Password)
	tab.Visit("/imports")
	tab.Press("Apporter le fichier")
	tab.Shows("Choisissez le fichier à importer")
	tab.Attach("Fichier", "nos-lieux.csv", aTerritorysOwn)
	tab.Fill("Nom de la source", "liste-du-departement")
	tab.Press("Apporter le fichier")
	tab.Shows("n’est pas une liste de lieux")
	tab.Look("import-inconnu")

	tab.Press("Choisir les colonnes")
	tab.Press("Garder ces colonnes")
	tab.Shows("Choisissez la colonne qui donne le nom du lieu")
	for label, column := range map[string]string{"Nom du lieu": "Structure", "Adresse": "Voie", "Code postal": "CP", "Commune": "Ville", "Téléphone": "Tel", "Services": "On y apprend", "Horaires du lundi": "Lundi", "du mardi": "Mardi"} {
		tab.Fill(label, column)
	}
	tab.Press("Voir l’effet")
	tab.Shows("Salle du lavoir")
	tab.Shows("3 place du Lavoir, 23000 Guéret")
	tab.Look("import-colonnes")
	tab.Press("Garder ces colonnes")
	tab.Look("import-apercu")
	tab.Press("Choisir les colonnes")
	tab.Press("Choisir les mots")
	tab.Fill("ordinateur", "Maîtrise des outils numériques du quotidien")
	tab.Fill("papiers", "Aide aux démarches administratives")
	tab.Look("import-mots")
	tab.Press("Garder ces mots")
	tab.Press("Garder ces colonnes")
	tab.Shows("Maîtrise des outils numériques du quotidien")

	tab.Press("Essayer tout le fichier, sans rien écrire")
	tab.Shows("Essai en cours")
	work()
	tab.Visit(tab.Path())
	tab.Shows("Essayé")
	tab.Shows("Ce lieu n’est pas dans votre territoire")
	tab.Shows("Le nom du lieu manque")
	tab.Look("import-essai")
	tab.Press("Importer ces lieux")
	tab.Shows("Import en cours")
	work()
	tab.Visit(tab.Path())
	tab.Shows("Importé")
	tab.Look("import-fait")
	tab.Visit("/lieux?texte=Salle+du+lavoir")
	tab.Shows("Salle du lavoir")
	tab.Visit("/lieux?texte=Antenne+de+Limoges")
	tab.Shows("Aucun lieu")
}
