package admin_test

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/apptest"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/job"
	"passerelle/internal/notify"
	"passerelle/internal/web"
	"passerelle/internal/web/admin"
	"passerelle/internal/web/public"
)

func TestMain(m *testing.M) { apptest.Main(m) }

const password = "quatre chevaux dans un pré"

var (
	hash    = account.HashPassword(password)
	console = db.Actor{Kind: db.Console}
)

// instance is a running sample programme (no second factor) with an admin, a
// desk with its owner and a member, and another desk.
type instance struct {
	*dbtest.DB
	server            *apptest.Server
	desk, other       account.Organisation
	owner, otherOwner db.ID // memberships
}

func start(t *testing.T) *instance {
	t.Helper()
	d := dbtest.SQLite(t)
	// Where people land after signing in.
	day := web.Seat{Name: "day", Menu: []web.MenuItem{{Label: "Ma journée", Path: "/compte", Roles: account.Roles}}}
	i := &instance{DB: d, server: apptest.Serve(t, d, web.Settings{Name: "Passerelle", Sample: true}, public.Seat(), admin.Seat(), day)}
	i.server.App.Settings.BaseURL = i.server.URL
	d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
		if err := db.Set(ctx, tx, db.SettingSample, "1"); err != nil {
			return err
		}
		issuer, err := account.CreateOrganisation(ctx, tx, account.Organisation{Name: "Émetteur", Roles: []string{"admin"}})
		if err != nil {
			return err
		}
		if i.desk, err = account.CreateOrganisation(ctx, tx, account.Organisation{Name: "Mairie de Guéret", Roles: []string{"desk"}, Commune: "23096", Territory: "23"}); err != nil {
			return err
		}
		if i.other, err = account.CreateOrganisation(ctx, tx, account.Organisation{Name: "CCAS d’Aubusson", Roles: []string{"desk"}}); err != nil {
			return err
		}
		_, err = add(ctx, tx, "Ada Legrand", "admin@exemple.fr", issuer.ID, "admin", "owner")
		if err == nil {
			i.owner, err = add(ctx, tx, "Odile Marchand", "odile@exemple.fr", i.desk.ID, "desk", "owner")
		}
		if err == nil {
			_, err = add(ctx, tx, "Léa Petit", "lea@exemple.fr", i.desk.ID, "desk", "member")
		}
		if err == nil {
			i.otherOwner, err = add(ctx, tx, "Paul Roche", "paul@exemple.fr", i.other.ID, "desk", "owner")
		}
		return err
	})
	return i
}

func add(ctx context.Context, tx *db.Tx, name, email string, organisation db.ID, role, level string) (db.ID, error) {
	person, err := account.AddPerson(ctx, tx, account.NewPerson{Name: name, Email: email, PasswordHash: hash})
	if err != nil {
		return db.ID{}, err
	}
	member, err := account.AddMember(ctx, tx, account.Member{Person: person.ID, Organisation: organisation, Role: role, Level: level})
	return member.ID, err
}

func (i *instance) as(t *testing.T, email string) *apptest.Client {
	t.Helper()
	client := apptest.NewClient(t, i.server.URL)
	client.SignIn(email, password)
	return client
}

func TestAnOwnerInvitesAndWithdraws(t *testing.T) {
	i := start(t)
	owner := i.as(t, "odile@exemple.fr")
	page := owner.Get("/mon-organisation").Must(200).Shows("Mairie de Guéret").Shows("lea@exemple.fr").Shows("Creuse")
	page = page.Follow("Inviter une personne").Must(200)
	page.Submit("Envoyer l’invitation", url.Values{"level": nil}).Must(422).Shows("Écrivez l’adresse e-mail de la personne").Shows("Choisissez un accès")
	page.Submit("Envoyer l’invitation", url.Values{"email": {"jeanne"}, "level": {"member"}}).Must(422).Shows("Écrivez une adresse e-mail")
	asked := url.Values{"email": {"jeanne@exemple.fr"}, "name": {"Jeanne"}, "level": {"read_only"}}
	page.Submit("Envoyer l’invitation", asked).Must(200).Shows("Invitation envoyée").Shows("jeanne@exemple.fr")
	page = page.Submit("Envoyer l’invitation", asked).Must(200) // the same form sent twice
	var messages []notify.Message
	i.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) (err error) {
		messages, err = notify.Messages(ctx, tx, notify.Waiting, db.ID{}, 10)
		return err
	})
	if len(messages) != 1 || messages[0].Kind != "invitation" {
		t.Errorf("messages %+v", messages)
	}
	question := page.Follow("Retirer l’invitation de jeanne@exemple.fr").Must(200).Shows("jeanne@exemple.fr")
	if page = question.Submit("Retirer l’invitation", nil).Must(200); strings.Contains(page.Text("main"), "jeanne") {
		t.Error("the invitation still waits")
	}
	question.Submit("Retirer l’invitation", nil).Must(404)
}

func TestAMemberSeesTheOrganisationAndInvitesNobody(t *testing.T) {
	i := start(t)
	member := i.as(t, "lea@exemple.fr")
	page := member.Get("/mon-organisation").Must(200).Shows("Mairie de Guéret")
	if strings.Contains(page.Text("main"), "odile@exemple.fr") {
		t.Error("a member reads the e-mails of others")
	}
	for _, path := range []string{"/mon-organisation/invitations/nouvelle", "/mon-organisation/jetons/nouveau", "/mon-organisation/membres/" + i.owner.String() + "/retrait"} {
		member.Get(path).Must(403)
	}
}

func TestNothingOfAnotherOrganisationIsReached(t *testing.T) {
	i := start(t)
	owner := i.as(t, "odile@exemple.fr")
	foreign := "/administration/organisations/" + i.other.ID.String()
	for _, path := range []string{
		foreign, foreign + "/membres/" + i.otherOwner.String() + "/retrait", "/mon-organisation/membres/" + i.otherOwner.String() + "/retrait",
		"/mon-organisation/jetons/" + i.otherOwner.String() + "/fin", "/mon-organisation/invitations/x/retrait",
	} {
		page := owner.Get(path).Must(404)
		if strings.Contains(page.Body, "Aubusson") || strings.Contains(page.Body, "paul@") {
			t.Errorf("%s tells of another organisation", path)
		}
	}
	for _, form := range []struct {
		path   string
		values url.Values
	}{
		{foreign + "/invitations/nouvelle", url.Values{"email": {"x@exemple.fr"}, "role": {"desk"}, "level": {"owner"}}},
		{foreign + "/jetons/nouveau", url.Values{"label": {"x"}, "role": {"desk"}, "level": {"owner"}}},
		{foreign + "/membres/" + i.otherOwner.String() + "/retrait", url.Values{}},
	} {
		owner.Post(form.path, form.values).Must(404)
	}
	for _, path := range []string{"/administration/organisations/nouvelle", "/administration/travaux", "/administration/messages", foreign + "/membres/" + i.otherOwner.String() + "/code"} {
		owner.Get(path).Must(403)
	}
	if page := owner.Get("/administration/organisations").Must(200); strings.Contains(page.Text("main"), "Aubusson") {
		t.Error("an owner lists another organisation")
	}
	// A role that is not the owner's own is refused, whatever the form says.
	owner.Post("/mon-organisation/invitations/nouvelle", url.Values{"email": {"x@exemple.fr"}, "role": {"admin"}, "level": {"owner"}}).Must(403)
	owner.Post("/mon-organisation/jetons/nouveau", url.Values{"label": {"x"}, "role": {"accountant"}, "level": {"member"}}).Must(403)
}

func TestATokenIsShownOnceThenStopped(t *testing.T) {
	i := start(t)
	owner := i.as(t, "odile@exemple.fr")
	page := owner.Get("/mon-organisation").Follow("Créer un jeton").Must(200)
	asked := url.Values{"label": {"Logiciel d’accueil"}, "level": {"member"}}
	made := page.Submit("Créer le jeton", asked).Must(200).Shows("Logiciel d’accueil")
	text := made.Text(".kept b")
	if !strings.HasPrefix(text, "psr_") {
		t.Fatalf("token %q", text)
	}
	page.Submit("Créer le jeton", asked).Must(409).Shows("déjà été créé et montré une fois")
	works := func() error {
		return i.View(t.Context(), db.Actor{}, func(q db.Q) error {
			_, err := account.AuthenticateToken(t.Context(), q, text)
			return err
		})
	}
	if err := works(); err != nil {
		t.Fatal(err)
	}
	list := owner.Get("/mon-organisation").Must(200).Shows("finit par " + text[len(text)-4:])
	if strings.Contains(list.Body, text) {
		t.Error("the token is shown again")
	}
	list.Follow("Arrêter le jeton Logiciel d’accueil").Must(200).Submit("Arrêter le jeton", nil).Must(200).Shows("Arrêté")
	if works() == nil {
		t.Error("a stopped token works")
	}
}

func TestAdminCreatesOrganisationsAndInvitesTheirOwner(t *testing.T) {
	i := start(t)
	client := i.as(t, "admin@exemple.fr")
	page := client.Get("/administration/organisations").Must(200).Shows("Aubusson").Follow("Ajouter une organisation").Must(200)
	page.Submit("Ajouter l’organisation", url.Values{"commune": {"Guéret"}, "siret": {"123"}}).Must(422).
		Shows("Écrivez le nom").Shows("Vérifiez le SIRET").Shows("au moins un rôle")
	page = page.Submit("Ajouter l’organisation", url.Values{
		"name": {"Département de la Creuse"}, "commune": {"Guéret"}, "roles": {"territory", "funder"}, "territory": {"departement"},
	}).Must(200).Shows("Collectivité, financeur").Shows("Creuse")
	page = page.Follow("Inviter une personne").Must(200)
	page.Submit("Envoyer l’invitation", url.Values{"email": {"chef@exemple.fr"}, "role": {"territory"}, "level": {"owner"}}).Must(200).Shows("Collectivité, responsable")
	if list := client.Get("/administration/organisations?nom=creuse").Must(200); list.Count("tbody tr") != 1 {
		t.Errorf("%d organisations", list.Count("tbody tr"))
	}
	if file := client.Get("/administration/organisations?format=csv").Must(200); !strings.Contains(file.Body, "Département de la Creuse;") {
		t.Errorf("file %s", file.Body)
	}
	client.Get("/administration/organisations?nom=introuvable").Must(200).Shows("Aucune organisation ne répond")
}

func TestEndingAnAccessAsksFirstAndKeepsTheLastOwner(t *testing.T) {
	i := start(t)
	owner, member := i.as(t, "odile@exemple.fr"), i.as(t, "lea@exemple.fr")
	page := owner.Get("/mon-organisation")
	page.Follow("Retirer Odile Marchand").Must(200).Submit("Retirer l’accès", nil).Must(409).Shows("dernier responsable")
	page.Follow("Retirer Léa Petit").Must(200).Shows("lea@exemple.fr").Submit("Retirer l’accès", nil).Must(200)
	if page := member.Get("/compte"); !strings.HasPrefix(page.Path, "/connexion") {
		t.Error("who lost their access is still signed in")
	}
}

func TestADeadJobIsSeenAndTriedAgain(t *testing.T) {
	i := start(t)
	i.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) error { return job.Enqueue(ctx, tx, "trial", "x") })
	runner := job.NewRunner(i.DB.DB, slog.New(slog.DiscardHandler))
	runner.Handle("trial", func(context.Context, []byte) error { return errors.New("le disque est plein\nsecond line") })
	for range 12 {
		if err := runner.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		i.Clock.Advance(24 * time.Hour)
	}
	client := i.as(t, "admin@exemple.fr")
	page := client.Get("/administration/travaux").Must(200).Shows("le disque est plein")
	if strings.Contains(page.Body, "second line") {
		t.Error("the whole error is shown")
	}
	row := page.Text("tbody tr .small")
	page.Follow("Relancer le travail trial "+row).Must(200).Submit("Relancer", nil).Must(200).Shows("Aucun travail n’est arrêté")
	client.Get("/administration/travaux?etat=attente").Must(200).Shows("trial")
	client.Get("/administration/travaux/" + db.NewID(time.Now()).String() + "/reprise").Must(404)
	client.Get("/administration/messages").Must(200).Shows("Aucun message")
}

// TestThePagesStandEveryCheck looks at each page in a browser; its pictures go
// where PASSERELLE_PICTURES says.
func TestThePagesStandEveryCheck(t *testing.T) {
	i := start(t)
	i.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
		if _, _, err := account.CreateToken(ctx, tx, account.NewToken{Organisation: i.desk.ID, Role: "desk", Label: "Logiciel d’accueil"}); err != nil {
			return err
		}
		made, _, err := account.Invite(ctx, tx, account.Invitation{Organisation: i.desk.ID, Role: "desk", Level: "member", Email: "jeanne.de-la-tour-saint-pierre@exemple.fr"})
		if err != nil {
			return err
		}
		_, err = notify.Enqueue(ctx, tx, made.Email, notify.SecondFactorReset{Name: "Jeanne"})
		return err
	})
	var secret string
	i.Must(t, console, func(ctx context.Context, tx *db.Tx) (err error) {
		_, secret, err = account.Invite(ctx, tx, account.Invitation{Organisation: i.desk.ID, Role: "site", Level: "member", Email: "neuve@exemple.fr"})
		return err
	})
	tab := apptest.NewTab(t, i.server.URL, apptest.WithoutScript)
	look := func(path string) {
		t.Helper()
		tab.Visit(path)
		tab.Check()
		name := strings.NewReplacer("/", "-", "?", "-", "=", "-", secret, "jeton", i.desk.ID.String(), "id", i.owner.String(), "id").Replace(strings.TrimPrefix(path, "/"))
		tab.Picture("account-" + name)
	}
	for _, path := range []string{"/connexion", "/connexion?attente=oui", "/mot-de-passe/oublie", "/mot-de-passe/envoye", "/invitation/" + secret} {
		look(path)
	}
	tab.SignIn("odile@exemple.fr", password)
	for _, path := range []string{
		"/compte", "/mes-sessions", "/mon-organisation", "/mon-organisation/invitations/nouvelle", "/mon-organisation/jetons/nouveau",
		"/mon-organisation/membres/" + i.owner.String() + "/retrait",
	} {
		look(path)
	}
	tab.Visit("/compte")
	tab.Press("Installer")
	tab.Check()
	tab.Picture("account-compte-code")
	tab.Visit("/compte")
	tab.Press("Se déconnecter")
	tab.SignIn("admin@exemple.fr", password)
	for _, path := range []string{
		"/administration/organisations", "/administration/organisations/nouvelle", "/administration/organisations/" + i.desk.ID.String(),
		"/administration/travaux?etat=attente", "/administration/messages?etat=attente",
	} {
		look(path)
	}
}
