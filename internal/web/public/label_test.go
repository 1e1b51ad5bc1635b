package public_test

import (
	"context"
	"strings"
	"testing"

	"passerelle/internal/apptest"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/label"
)

func TestAnyoneReadsTheCriteriaOfEveryVersion(t *testing.T) {
	t.Parallel()
	i := start(t)
	client := i.client(t)
	for _, version := range label.CriteriaVersions() {
		page := client.Get("/label/criteres/" + version.Version).Must(200)
		for _, item := range version.Items {
			for _, told := range []string{item.Title, item.Why, item.Proof, item.Answer.Text} {
				page.Shows(told)
			}
		}
		if lost := page.LostAnchors(); len(lost) > 0 {
			t.Errorf("%s: %v", version.Version, lost)
		}
		page.Follow("Exporter les critères (CSV)").Must(200)
	}
	former := label.CriteriaVersions()[1]
	client.Get("/label").Must(200).Follow("les critères").Must(200).Shows("En vigueur").
		Follow("Version " + former.Version + ", en vigueur à partir du " + former.InForceFrom.FrenchLong()).Must(200).Shows("Ancienne version")
	client.Get("/label/criteres/1999-1").Must(404)
}

func TestTheRegisterTellsWhoHoldsTheLabelAndWhoHeldIt(t *testing.T) {
	t.Parallel()
	i, site := directory(t)
	client := i.client(t)
	today := client.Get("/label").Must(200).Follow("Le registre").Must(200)
	if names := today.Texts("tbody th"); len(names) != 1 || names[0] != "Le Fil numérique" {
		t.Errorf("%v", names)
	}
	today.Shows("01/09/2026").Shows("31/08/2029").Follow("Le Fil numérique").Must(200).Shows("Label jusqu’au 31 août 2029").Follow("Ce que dit le label").Must(200)
	client.Get("/label/registre?territoire=23").Must(200).Shows("Le Fil numérique")
	client.Get("/label/registre?territoire=75").Must(200).Shows("Aucun lieu ne répond").Follow("Voir tout le registre").Must(200).Shows("Le Fil numérique")
	client.Get("/label/registre?territoire=Atlantide").Must(422).Shows("Choisissez un territoire de la liste")
	if file := client.Get("/label/registre?format=csv").Must(200).Body; strings.Count(file, "\r\n") != 2 || !strings.Contains(file, ";2026-09-01;2029-08-31;") || !strings.Contains(file, site.ID.String()) {
		t.Errorf("%q", file)
	}
	client.Get("/label/registre?etat=termines").Must(200).Shows("Aucun lieu ne répond")
	i.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
		_, err := label.Withdraw(ctx, tx, label.Decision{Site: site.ID, On: civil.On(2026, 11, 20), Reason: "Une raison qui ne regarde que le lieu"})
		return err
	})
	client.Get("/label/registre").Must(200).Shows("Aucun lieu ne répond")
	ended := client.Get("/label/registre?etat=termines").Must(200).Shows("Le Fil numérique").Shows("Label retiré").Shows("19/11/2026")
	place := ended.Follow("Le Fil numérique").Must(200).Shows("Ce lieu n’a plus le label depuis le 20 novembre 2026")
	for _, public := range []*apptest.Page{ended, place} {
		if strings.Contains(public.Body, "Pass accepté") || strings.Contains(public.Body, "ne regarde que le lieu") {
			t.Errorf("%s tells too much", public.Path)
		}
	}
}

func TestTheFiguresOfTheLabelAreForAnyone(t *testing.T) {
	t.Parallel()
	i := start(t)
	client := i.client(t)
	page := client.Get("/label").Must(200).Follow("Les chiffres").Must(200).Shows("aucune demande n’attend")
	if cells := page.Texts("td"); len(cells) == 0 || cells[0] != "–" {
		t.Errorf("no delay without a decision: %v", cells)
	}
	if file := page.Follow("Exporter ces chiffres (CSV)").Must(200).Body; strings.Count(file, "\r\n") != 2 {
		t.Errorf("%q", file)
	}
	client.Get("/label/chiffres?territoire=R75").Must(200).Shows("Nouvelle-Aquitaine")
	client.Get("/label/chiffres?territoire=zzz").Must(422)
}
