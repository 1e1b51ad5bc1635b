package label_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/apptest"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	sites "passerelle/internal/label"
	"passerelle/internal/place"
	"passerelle/internal/web"
	"passerelle/internal/web/label"
	"passerelle/internal/web/public"
)

const password = "quatre chevaux dans un pré"

var (
	hash    = account.HashPassword(password)
	console = db.Actor{Kind: db.Console}
)

func TestMain(m *testing.M) { apptest.Main(m) }

// committee is a running program with a certifier, an auditor, a site's owner,
// that owner's place and another's.
type committee struct {
	*dbtest.DB
	server     *apptest.Server
	own, other place.Place
}

func start(t *testing.T) *committee {
	t.Helper()
	d := dbtest.SQLite(t)
	c := &committee{DB: d, server: apptest.Serve(t, d, web.Settings{Name: "Passerelle", Telephone: "05 36 49 12 00"}, public.Seat(), label.Seat())}
	c.server.App.Settings.BaseURL = c.server.URL
	d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
		// The second factor is off in a sample programme only.
		if err := db.Set(ctx, tx, db.SettingSample, "yes"); err != nil {
			return err
		}
		for _, role := range []string{account.RoleCertifier, account.RoleAuditor, account.RoleSite, account.RoleDesk} {
			organisation, err := account.CreateOrganisation(ctx, tx, account.Organisation{Name: "Organisation " + role, Roles: []string{role}})
			if err != nil {
				return err
			}
			person, err := account.AddPerson(ctx, tx, account.NewPerson{Name: "Odile Marchand", Email: role + "@exemple.fr", PasswordHash: hash})
			if err != nil {
				return err
			}
			if _, err := account.AddMember(ctx, tx, account.Member{Person: person.ID, Organisation: organisation.ID, Role: role, Level: account.LevelOwner}); err != nil {
				return err
			}
			if role == account.RoleSite {
				c.own, _, err = place.Save(ctx, tx, place.Place{Source: "own", Name: "Le Fil numérique", Commune: "23096", Address: "12 rue de l’Exemple", Organisation: organisation.ID, Services: []string{place.ServiceProcedures}})
			}
			if role == account.RoleDesk {
				c.other, _, err = place.Save(ctx, tx, place.Place{Source: "own", Name: "La Passerelle d’Aubusson", Commune: "23008", Organisation: organisation.ID})
			}
			if err != nil {
				return err
			}
		}
		_, _, err := place.Save(ctx, tx, place.Place{Source: "a", Name: "Médiathèque sans tuteur", Commune: "23096"})
		return err
	})
	return c
}

func (c *committee) as(t *testing.T, role string) *apptest.Client {
	t.Helper()
	client := apptest.NewClient(t, c.server.URL)
	client.SignIn(role+"@exemple.fr", password)
	return client
}

func TestACertifierGrantsAndWithdrawsALabel(t *testing.T) {
	t.Parallel()
	c := start(t)
	certifier := c.as(t, account.RoleCertifier)
	list := certifier.Get("/labels/lieux").Must(200)
	if names := list.Texts("tbody th"); len(names) != 2 {
		t.Errorf("the places that are kept: %v", names)
	}
	page := list.Follow("Le Fil numérique").Must(200).Shows("Sans label")
	page.Submit("Continuer", url.Values{"on": {"24/11/2026"}}).Must(422).Shows("Choisissez ce que vous décidez").Shows("Écrivez la raison")
	check := page.Submit("Continuer", url.Values{"decision": {"grant"}, "on": {"24/11/2026"}, "reason": {"Visite du 20 novembre."}}).Must(200).
		Shows("mardi 24 novembre 2026").Shows("jusqu’au 23 novembre 2029 compris")
	if c.labelled(t) {
		t.Error("nothing is done before it is confirmed")
	}
	check.Submit("Modifier", nil).Must(200).Shows("Visite du 20 novembre.")
	check.Submit("Accorder le label", nil).Must(200).Shows("Le Fil numérique a le label")
	if !c.labelled(t) {
		t.Error("the label is granted")
	}
	check.Submit("Accorder le label", nil).Must(200).Shows("Le Fil numérique a le label") // sent twice: once
	certifier.Get("/lieux?label=oui").Must(200).Shows("Le Fil numérique")
	again := certifier.Get("/labels/lieux?etat=labellises").Follow("Le Fil numérique").Must(200).Shows("Labellisé")
	again.Submit("Continuer", url.Values{"decision": {"grant"}, "on": {"2026-11-24"}, "reason": {"Encore."}}).Must(409).Shows("déjà le label").Shows("Encore.")
	again.Submit("Continuer", url.Values{"decision": {"withdraw"}, "on": {"2026-11-23"}, "reason": {"Fermé."}}).Must(409).Shows("plus récente")
	again.Submit("Continuer", url.Values{"decision": {"withdraw"}, "on": {"2026-11-24"}, "reason": {"Fermé."}}).Must(200).
		Submit("Retirer le label", nil).Must(200).Shows("est retiré")
	if c.labelled(t) {
		t.Error("the label is withdrawn")
	}
	history := certifier.Get("/labels/lieux/" + c.own.ID.String()).Must(200)
	if rows := history.Count("tbody tr"); rows != 2 {
		t.Errorf("%d decisions stand in the history", rows)
	}
	certifier.Get("/labels/lieux?etat=termines").Shows("Le Fil numérique")
	certifier.Get("/labels/lieux?texte=nulle").Shows("Aucun lieu ne répond")
	if file := certifier.Get("/labels/lieux?format=csv").Must(200).Body; strings.Count(file, "\r\n") != 3 {
		t.Errorf("%q", file)
	}
}

func (c *committee) labelled(t *testing.T) bool {
	t.Helper()
	var holds bool
	if err := c.View(t.Context(), console, func(q db.Q) error {
		site, err := sites.SiteByID(t.Context(), q, c.own.ID)
		holds = site.Label.State == sites.Granted
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return holds
}

func TestEachRoleSeesItsOwnLabels(t *testing.T) {
	t.Parallel()
	c := start(t)
	own, other := "/labels/lieux/"+c.own.ID.String(), "/labels/lieux/"+c.other.ID.String()
	decision := url.Values{"decision": {"grant"}, "on": {"2026-11-24"}, "reason": {"Visite"}, "confirmer": {"oui"}, "cle": {"one"}}
	owner := c.as(t, account.RoleSite)
	owner.Get(own).Must(200)
	owner.Get(other).Must(404)
	if names := owner.Get("/labels/lieux").Must(200).Texts("tbody th"); len(names) != 1 {
		t.Errorf("a site sees its own: %v", names)
	}
	owner.Post(own, decision).Must(403)
	auditor := c.as(t, account.RoleAuditor)
	if auditor.Get(own).Must(200).Count("form[method=post] textarea") != 0 {
		t.Error("an auditor decides nothing")
	}
	auditor.Post(own, decision).Must(403)
	desk := c.as(t, account.RoleDesk)
	desk.Get("/labels").Must(403)
	desk.Get(own).Must(403)
	if apptest.NewClient(t, c.server.URL).Get("/labels").Must(200).Path != "/connexion?retour=%2Flabels" {
		t.Error("a visitor signs in first")
	}
}

func TestLabelPagesInABrowser(t *testing.T) {
	c := start(t)
	tab := apptest.NewTab(t, c.server.URL, apptest.WithoutScript)
	tab.SignIn(account.RoleCertifier+"@exemple.fr", password)
	shown := func(name string) {
		tab.Check()
		tab.Picture("label-" + name)
		tab.Width(320)
		tab.Picture("label-" + name + "-320")
		tab.Width(1280)
	}
	tab.Visit("/labels/lieux")
	shown("liste")
	tab.Visit("/labels/lieux/" + c.own.ID.String())
	shown("lieu")
	tab.Press("Continuer")
	shown("erreurs")
	tab.Choose("Accorder le label")
	tab.Fill("Date de la décision", "2026-11-24")
	tab.Fill("Raison", "Visite faite le 20 novembre. Une médiatrice est là, les horaires sont affichés.")
	tab.Press("Continuer")
	shown("verification")
	tab.Press("Accorder le label")
	shown("fait")
	tab.Visit("/labels/lieux/" + c.own.ID.String())
	shown("apres")
}
