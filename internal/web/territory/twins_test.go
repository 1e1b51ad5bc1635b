package territory_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/apptest"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/place"
	"passerelle/internal/sample"
	"passerelle/internal/web"
	"passerelle/internal/web/public"
	"passerelle/internal/web/territory"
)

var console = db.Actor{Kind: db.Console}

func TestAPairOfPlacesIsMergedSeparatedAndKeptApartWithoutScript(t *testing.T) {
	d := dbtest.SQLite(t)
	accounts, err := sample.Build(t.Context(), d.DB, d.Clock, sample.Options{
		Seed: 5, People: 40, At: time.Date(2026, time.November, 24, 9, 0, 0, 0, time.UTC),
	})
	if err != nil {
		t.Fatal(err)
	}
	server := apptest.Serve(t, d, web.Settings{Name: "Passerelle", Sample: true}, public.Seat(), territory.Seat())
	email := map[string]string{}
	for _, account := range accounts {
		if email[account.Role] == "" {
			email[account.Role] = account.Email
		}
	}
	first, second := bySource(t, d, "annuaire-du-departement"), bySource(t, d, "reseau-des-mediateurs")

	tab := apptest.NewTab(t, server.URL, apptest.WithoutScript)
	tab.SignIn(email["territory"], sample.Password)
	tab.Visit("/commandes")
	tab.Press("paires de lieux à regarder")
	tab.Shows("France services Bourganeuf (exemple)")
	tab.Look("doublons")
	tab.Fill("Ressemblance", "Presque sûres")
	tab.Press("Filtrer")
	tab.Press("sur 100 France services Bourganeuf (exemple) et Maison France services (exemple)")
	tab.Shows("Les deux fiches, champ par champ")
	tab.Shows("Horaires")
	tab.Shows("Différent")
	tab.Shows("D’un seul côté")
	tab.Shows("reseau-des-mediateurs, le")
	tab.Shows("Même téléphone")
	tab.Look("doublon")

	pair := tab.Path()
	tab.Choose("Maison France services (exemple)")
	tab.Press("Voir la fiche réunie")
	tab.Shows("Vérifiez la fiche réunie")
	tab.Shows("Des ordinateurs en accès libre")
	tab.Look("doublon-reunion")
	tab.Press("Revenir aux deux fiches")
	tab.Choose("Maison France services (exemple)")
	tab.Press("Voir la fiche réunie")
	tab.Press("Réunir les deux lieux")
	tab.Shows("C’est enregistré")
	tab.Shows("Département de la Creuse (exemple)")
	tab.Look("doublon-reuni")

	// The other's address leads to the one that stands, for anyone.
	visitor := apptest.NewClient(t, server.URL)
	if page := visitor.Get("/lieux/" + first.ID.String()).Must(http.StatusOK); page.Path != "/lieux/"+second.ID.String() {
		t.Errorf("the address leads to %s", page.Path)
	}
	tab.Visit("/lieux/" + first.ID.String())
	tab.Press("D’où vient cette fiche")
	tab.Shows("annuaire-du-departement")
	tab.Shows("reseau-des-mediateurs")
	tab.Look("provenance")

	tab.Press("réunis")
	tab.Press("Annuler la réunion")
	tab.Shows("De nouveau dans l’annuaire")
	tab.Look("doublon-annulation")
	tab.Press("Séparer les deux lieux")
	tab.Shows("De nouveau à regarder")
	if page := visitor.Get("/lieux/" + first.ID.String()).Must(http.StatusOK); page.Path != "/lieux/"+first.ID.String() {
		t.Errorf("once separated, the address leads to %s", page.Path)
	}

	tab.Press("Garder à part")
	tab.Shows("Choisissez pourquoi ce sont deux lieux")
	tab.Look("doublon-sans-raison")
	tab.Choose("Deux antennes d’un même organisme")
	tab.Press("Garder à part")
	tab.Shows("Gardés à part le")
	tab.Shows("Raison : Deux antennes d’un même organisme")
	tab.Visit("/doublons?etat=a-part")
	tab.Shows("France services Bourganeuf (exemple)")
	tab.Look("doublons-decides")

	// Another territory's team finds no such page, nor in its list.
	d.Must(t, console, neighbour)
	stranger := apptest.NewClient(t, server.URL)
	stranger.SignIn("voisine@exemple.invalid", sample.Password)
	stranger.Get(pair).Must(http.StatusNotFound)
	stranger.Get("/doublons?etat=a-part").Must(http.StatusOK).Shows("Aucune paire de lieux ici")

	if err := d.View(t.Context(), console, func(q db.Q) error {
		findings, err := place.Check(t.Context(), q)
		for _, finding := range findings {
			t.Error(finding)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
}

// bySource is the place of the waiting pair that one of its lists says.
func bySource(t *testing.T, d *dbtest.DB, source string) (found place.Place) {
	t.Helper()
	if err := d.View(t.Context(), console, func(q db.Q) (err error) {
		found, err = place.BySource(t.Context(), q, source, "exemple-services")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return found
}

// neighbour adds another département's team.
func neighbour(ctx context.Context, tx *db.Tx) error {
	body, err := account.CreateOrganisation(ctx, tx, account.Organisation{
		Name: "Département voisin", Commune: "87085", Territory: "87", Telephone: "05 36 49 12 99", Roles: []string{account.RoleTerritory},
	})
	if err != nil {
		return err
	}
	person, err := account.AddPerson(ctx, tx, account.NewPerson{
		Name: "Camille Voisine", Email: "voisine@exemple.invalid", PasswordHash: account.HashPassword(sample.Password),
	})
	if err != nil {
		return err
	}
	_, err = account.AddMember(ctx, tx, account.Member{Person: person.ID, Organisation: body.ID, Role: account.RoleTerritory, Level: account.LevelMember})
	return err
}
