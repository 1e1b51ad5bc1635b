package label_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/apptest"
	"passerelle/internal/db"
	sites "passerelle/internal/label"
	"passerelle/internal/place"
)

// second adds a place to the applicant's organisation, and a colleague who
// writes for it without signing.
func (c *committee) second(t *testing.T) {
	t.Helper()
	c.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
		if _, _, err := place.Save(ctx, tx, place.Place{Source: "own", SourceID: "2", Name: "L’Annexe", Commune: "23008", Organisation: c.own.Organisation}); err != nil {
			return err
		}
		person, err := account.AddPerson(ctx, tx, account.NewPerson{Name: "Sami Haddad", Email: "collegue@exemple.fr", PasswordHash: hash})
		if err != nil {
			return err
		}
		_, err = account.AddMember(ctx, tx, account.Member{Person: person.ID, Organisation: c.own.Organisation, Role: account.RoleSite, Level: account.LevelMember})
		return err
	})
}

// begun opens an application for both places.
func begun(t *testing.T, client *apptest.Client) *apptest.Page {
	t.Helper()
	asked := client.Get("/demande-label").Must(200).Shows("Vous n’avez encore rien demandé").Follow("Commencer une demande").Must(200)
	asked.Submit("Commencer la demande", nil).Must(422).Shows("Choisissez au moins un lieu")
	return asked.Submit("Commencer la demande", url.Values{"lieu": asked.Attributes("input[name=lieu]", "value")}).Must(200).Shows("Demande de label : 2 lieux")
}

func TestOneApplicationForTwoPlaces(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.second(t)
	colleague := c.as(t, "collegue")
	file := begun(t, colleague)
	criteria := sites.CriteriaVersions()[0]
	first := file.Follow(criteria.Items[0].Title).Must(200).Shows("Le Fil numérique").Shows("L’Annexe")
	next := first.Submit("Enregistrer et continuer", url.Values{"reponse-0": {"6"}, "detail-0": {"Le mardi"}, "pareil": {"oui"}}).Must(200).Shows(criteria.Items[1].Title)
	next.Follow("Revenir à la demande").Must(200).Shows("Parties remplies : 1 sur 14")
	again := colleague.Get(first.Path).Must(200)
	if got := again.Attributes("input[inputmode=numeric]", "value"); len(got) != 2 || got[0] != "6" || got[1] != "6" {
		t.Errorf("one answer for both places: %v", got)
	}
	again.Submit("Enregistrer et continuer", url.Values{"reponse-1": {"2"}}).Must(200)
	if got := colleague.Get(first.Path).Attributes("input[inputmode=numeric]", "value"); got[0] != "6" || got[1] != "2" {
		t.Errorf("each place its own: %v", got)
	}
	check := file.Follow("Relire toute la demande").Must(200).Shows("Il manque encore").Shows("Répondez au critère").Shows(", pour L’Annexe")
	if check.Count("form button") != 1 { // signing out
		t.Error("what lacks something is not sent")
	}
	colleague.Get("/demande-label/nouvelle").Must(200).Shows("Aucun de vos lieux ne peut être choisi").Shows("Une demande est déjà ouverte")
	colleague.Get(file.Path + "/abandon").Must(403)
	colleague.Get(file.Path + "/criteres/inconnu").Must(404)
}

func TestAnOwnerGivesAnApplicationUp(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.second(t)
	owner := c.as(t, account.RoleSite)
	file := begun(t, owner)
	file.Follow("Renoncer à cette demande").Must(200).Submit("Renoncer à la demande", url.Values{"reason": {"Nous déménageons."}}).Must(200)
	closed := owner.Get(file.Path).Must(200).Shows("Retirée").Shows("Nous déménageons.")
	for _, gone := range []string{"/organisation", "/criteres/open_hours", "/verification"} {
		if page := owner.Get(file.Path + gone); page.Status < 400 {
			t.Errorf("%s answers %d", page.Path, page.Status)
		}
	}
	if strings.Contains(closed.Body, "Renoncer à cette demande") {
		t.Error("it is given up once")
	}
	owner.Get("/demande-label/nouvelle").Must(200).Shows("Pour quels lieux demandez-vous le label")
	for _, who := range []string{account.RoleDesk, account.RoleCertifier} {
		if page := c.as(t, who).Get(file.Path); page.Status == 200 && !strings.HasPrefix(page.Path, "/labels/demandes/") {
			t.Errorf("%s reads it: %s", who, page.Path)
		}
	}
}
