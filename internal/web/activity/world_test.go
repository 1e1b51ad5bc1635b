package activity_test

import (
	"context"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/apptest"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/place"
	"passerelle/internal/web"
	"passerelle/internal/web/activity"
)

func TestMain(m *testing.M) { apptest.Main(m) }

var console = db.Actor{Kind: db.Console}

// world is a site in Guéret with its mediator signed in.
type world struct {
	*dbtest.DB
	server *apptest.Server
	token  string
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{DB: dbtest.SQLite(t)}
	w.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
		made, err := account.CreateOrganisation(ctx, tx, account.Organisation{Name: "Le Fil numérique (exemple)", Commune: "23096", Roles: []string{account.RoleSite}})
		if err != nil {
			return err
		}
		person, err := account.AddPerson(ctx, tx, account.NewPerson{Name: "Claire Vallade", Email: "claire@fil.example", PasswordHash: account.HashPassword("quatre chevaux dans un pré")})
		if err != nil {
			return err
		}
		if _, err := account.AddMember(ctx, tx, account.Member{Person: person.ID, Organisation: made.ID, Role: account.RoleSite, Level: account.LevelMember}); err != nil {
			return err
		}
		_, _, err = place.Save(ctx, tx, place.Place{
			Organisation: made.ID, Source: "test", SourceID: "fil", Name: "Le Fil numérique (exemple)", Commune: "23096", CommuneName: "Guéret",
			PostalCode: "23000", Address: "12 rue de l’Exemple", Invented: true, UpdatedOn: civil.On(2026, 10, 1),
		})
		return err
	})
	w.Must(t, db.Actor{}, func(ctx context.Context, tx *db.Tx) error {
		credentials, err := account.CredentialsOf(ctx, tx, "claire@fil.example")
		if err != nil {
			return err
		}
		begun, err := account.SignIn(ctx, tx, credentials, "Firefox sur Linux")
		w.token = begun.Token
		return err
	})
	w.server = apptest.Serve(t, w.DB, web.Settings{Name: "Passerelle", Sample: true}, activity.Seat(), apptest.Door("/aides"))
	return w
}

func TestAHelpIsWrittenDownOnOnePage(t *testing.T) {
	w := newWorld(t)
	tab := apptest.NewTab(t, w.server.URL)
	tab.Visit("/entrer/" + w.token)
	tab.Visit("/aides/nouvelle")
	tab.Look("aide")
	before := tab.Loads()
	tab.Visit("/aides/nouvelle")
	tab.Choose("Courriel")
	tab.Press("Noter l’aide")
	if loads := tab.Loads() - before; loads > 3 { // the page, the act, the page again
		t.Errorf("%d loads for one help", loads)
	}
	tab.Shows("Aide notée")
	tab.Look("aide-notee")

	tab.Visit("/aides/nouvelle?genre=collective")
	tab.Press("Noter l’aide")
	tab.Look("groupe-refuse")
	tab.Fill("Combien de personnes", "6")
	tab.Choose("Internet")
	tab.Press("Noter l’aide")
	tab.Shows("6 personnes")
	tab.Press("La revoir")
	tab.Look("aide-lue")
	tab.Press("Corriger")
	tab.Fill("Combien de personnes", "8")
	tab.Fill("Ce qui était à corriger", "Deux sont arrivées en retard")
	tab.Press("Corriger")
	tab.Shows("Ce qui a été écrit")
	tab.Look("aide-corrigee")

	tab.Visit("/aides")
	tab.Shows("9") // one person, and a group of eight
	tab.Look("aides")
	tab.Visit("/aides?cheque=with")
	tab.Shows("Aucune aide ne répond à ce choix")
	tab.Visit("/aides?genre=collective")
	tab.Press("Atelier collectif")
	tab.Press("Retirer des chiffres")
	tab.Fill("Pourquoi la retirer ?", "Notée deux fois")
	tab.Press("Retirer des chiffres")
	tab.Shows("ne compte plus")
}
