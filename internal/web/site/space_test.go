package site_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/apptest"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/place"
)

// opened gives the first organisation a second place, with the label.
func (w *world) opened() {
	w.t.Helper()
	w.annex = w.place(w.owner, "L’Annexe (exemple)", "23025", "Bonnat", "23220", true)
}

func (w *world) known(id db.ID) (found place.Place) {
	w.t.Helper()
	w.view(w.owner, func(ctx context.Context, q db.Q) (err error) {
		found, err = place.ByID(ctx, q, id)
		return err
	})
	return found
}

func TestAPlacesOwnSpaceIsEditedSubjectBySubject(t *testing.T) {
	w := newWorld(t)
	client := w.client(w.mediator)
	hours := client.Get("/mon-lieu").Must(http.StatusOK).Follow("Modifier horaires et fermetures").Must(http.StatusOK)
	if got := hours.Attribute("#h-lundi-matin-de", "value"); got != "9 h" {
		t.Errorf("Monday begins at %q", got)
	}
	wrong := hours.Submit("Enregistrer", url.Values{"h-samedi-matin-de": {"10 h"}, "fermeture-0-du": {"24/12/2026"}}).Must(http.StatusUnprocessableEntity)
	wrong.Shows("Samedi matin : écrivez l’heure de fermeture")
	if got := wrong.Attribute("#h-samedi-matin-de", "value"); got != "10 h" {
		t.Errorf("what was typed is lost: %q", got)
	}
	page := wrong.Submit("Enregistrer", url.Values{"h-samedi-matin-a": {"12h30"}, "h-vendredi-soir-de": {""}, "h-vendredi-soir-a": {""}, "fermeture-0-au": {"2/1/2027"}}).Must(http.StatusOK)
	page.Shows("Enregistré").Shows("samedi 10 h à 12 h 30").Shows("du 24 décembre 2026 au 2 janvier 2027")
	if got := w.known(w.site.ID).Hours; got != "Mo-Th 09:00-12:00,14:00-18:00; Fr 09:00-12:00; Sa 10:00-12:30; 2026 Dec 24-2027 Jan 02 off" {
		t.Errorf("kept as %q", got)
	}
	words := client.Get("/mon-lieu").Follow("Modifier horaires et fermetures").Follow("Écrire les horaires autrement que dans le tableau").Must(http.StatusOK)
	words.Submit("Enregistrer", url.Values{"horaires-texte": {"Le premier lundi du mois, sur rendez-vous"}}).Must(http.StatusOK).Shows("Le premier lundi du mois, sur rendez-vous")
	kept := client.Get("/mon-lieu").Follow("Modifier horaires et fermetures").Must(http.StatusOK)
	if got := kept.Text("textarea"); got != "Le premier lundi du mois, sur rendez-vous" {
		t.Errorf("shown as %q", got)
	}
	kept.Follow("Remplir le tableau de la semaine").Must(http.StatusOK).Shows("Une ligne vide veut dire fermé")

	contacts := client.Get("/mon-lieu").Follow("Modifier nom, adresse et contacts").Must(http.StatusOK)
	contacts.Submit("Enregistrer", url.Values{"nom": {""}, "courriels": {"personne"}, "telephone": {"12"}, "sites": {"javascript:x"}}).
		Must(http.StatusUnprocessableEntity).Shows("Donnez le nom du lieu").Shows("« personne » n’est pas une adresse e-mail").Shows("n’est pas une adresse de page")
	contacts.Submit("Enregistrer", url.Values{"nom": {"Le Fil"}, "courriels": {"a@fil.example\nb@fil.example"}, "telephone": {"05 55 51 00 00"}, "sites": {"www.fil.example"}}).Must(http.StatusOK)
	client.Get("/mon-lieu").Follow("Modifier ce que l’on peut utiliser").Submit("Enregistrer", url.Values{"equipement": {"printer", "scanner"}}).Must(http.StatusOK).Shows("Imprimante, Scanner")
	client.Get("/mon-lieu").Follow("Modifier les langues parlées").Submit("Enregistrer", url.Values{"langues": {"anglais\narabe"}}).Must(http.StatusOK).Shows("anglais, arabe")
	client.Get("/mon-lieu").Follow("Modifier ce que cela coûte").Submit("Enregistrer", url.Values{"frais": {"paid"}, "prix": {"2 € la séance"}}).Must(http.StatusOK).Shows("2 € la séance")
	client.Get("/mon-lieu").Follow("Modifier ce que l’on y apprend").Submit("Enregistrer", url.Values{"services": nil}).Must(http.StatusUnprocessableEntity).Shows("Cochez au moins un service")
	client.Get("/mon-lieu").Follow("Modifier comment on vient").Submit("Enregistrer", url.Values{"fauteuil": nil, "rendez-vous": {"rdv.example/fil"}}).Must(http.StatusOK)
	client.Get("/mon-lieu").Follow("Modifier qui est accueilli").Submit("Enregistrer", url.Values{"publics": {"seniors"}}).Must(http.StatusOK).Shows("Seniors")
	known := w.known(w.site.ID)
	if known.Name != "Le Fil" || len(known.Emails) != 2 || known.Telephone != "+33555510000" || known.Websites[0] != "https://www.fil.example" || known.Commune != "23096" ||
		known.Wheelchair || known.BookingURL != "https://rdv.example/fil" || known.Prices != "2 € la séance" || strings.Join(known.Languages, " ") != "anglais arabe" {
		t.Errorf("the place is %+v", known)
	}
	client.Get("/mon-lieu/fiche/autre").Must(http.StatusNotFound)
	w.client(w.stranger).Get("/mon-lieu/fiche/horaires?lieu=" + w.site.ID.String()).Must(http.StatusNotFound)
}

func TestANewerFileIsToldAndTheKeeperDecides(t *testing.T) {
	w := newWorld(t)
	client := w.client(w.owner)
	client.Get("/mon-lieu").Follow("Modifier ce que cela coûte").Submit("Enregistrer", url.Values{"prix": {"2 €"}}).Must(http.StatusOK)
	reads := func(prices string) {
		w.Clock.Advance(48 * time.Hour)
		w.resume()
		client = w.client(w.owner)
		w.do(console, func(ctx context.Context, tx *db.Tx) error {
			said := w.known(w.site.ID)
			said.Source, said.SourceID, said.Prices, said.UpdatedOn = "test", "Le Fil numérique (exemple)", prices, civil.DateOf(tx.Now(), civil.Paris)
			_, _, err := place.Save(ctx, tx, said)
			return err
		})
		w.Clock.Advance(24 * time.Hour)
		w.resume()
		client = w.client(w.owner)
	}
	reads("3 €")
	page := client.Get("/mon-lieu").Must(http.StatusOK).Shows("Une source plus récente dit autre chose").Shows("3 €")
	page = page.Submit("Garder ma fiche pour Tarifs", nil).Must(http.StatusOK)
	if strings.Contains(page.Text("main"), "Une source plus récente") || w.known(w.site.ID).Prices != "2 €" {
		t.Errorf("kept: %q", w.known(w.site.ID).Prices)
	}
	reads("4 €")
	page = client.Get("/mon-lieu").Submit("Prendre la nouvelle valeur pour Tarifs", nil).Must(http.StatusOK)
	if strings.Contains(page.Text("main"), "Une source plus récente") || w.known(w.site.ID).Prices != "4 €" {
		t.Errorf("taken: %q", w.known(w.site.ID).Prices)
	}
}

func TestThoseAttachedSeeTheirPlaceAlone(t *testing.T) {
	w := newWorld(t)
	w.opened()
	booklet, monique := w.live("Monique", 5, nil)
	here, there := w.plan(w.owner, w.annex, nearly(w), 8), w.plan(w.owner, w.site, nearly(w), 8)
	w.book(there, monique)
	w.redeem(booklet.Coupons[0].Number, there.ID)
	passage := w.redemptions()[0]
	owner := w.client(w.owner)
	team := owner.Get("/mon-lieu").Follow("Qui travaille ici, et ce que chacun peut faire").Must(http.StatusOK).Shows("Sami Ferrand").Shows("Tous les lieux")
	form := team.Follow("Changer l’accès de Sami Ferrand").Must(http.StatusOK)
	form.Submit("Enregistrer", url.Values{"level": {account.LevelOwner}, "place": {w.annex.ID.String()}}).Must(http.StatusUnprocessableEntity).Shows("Un responsable agit pour tous les lieux")
	form.Submit("Enregistrer", url.Values{"place": {w.limoges.ID.String()}}).Must(http.StatusUnprocessableEntity).Shows("Choisissez un de vos lieux")
	form.Submit("Enregistrer", url.Values{"place": {w.annex.ID.String()}}).Must(http.StatusOK).Shows("L’Annexe (exemple)")

	client := w.client(w.mediator)
	statement := owner.Get("/releves").Must(http.StatusOK).Attribute("td a[href^='/releves/'], th a[href^='/releves/']", "href")
	client.Get("/seances").Must(http.StatusOK).Shows(here.Title)
	for _, path := range []string{
		"/seances/" + there.ID.String(), "/seances/" + there.ID.String() + "/feuille", "/seances/" + there.ID.String() + "/porte", "/seances/" + there.ID.String() + "/annulation",
		"/mon-lieu?lieu=" + w.site.ID.String(), "/mon-lieu/fiche/horaires?lieu=" + w.site.ID.String(), "/cheques?lieu=" + w.site.ID.String(),
		"/passages/" + passage.ID.String() + "/annulation", statement, statement + "/pdf", "/seances?lieu=" + w.site.ID.String(),
	} {
		client.Get(path).Must(http.StatusNotFound)
	}
	client.Post("/cheques/lecture", url.Values{"lieu": {w.site.ID.String()}, "code": {booklet.Coupons[1].Number}}).Must(http.StatusNotFound)
	client.Post("/seances/"+there.ID.String()+"/cheques", url.Values{"code": {booklet.Coupons[1].Number}}).Must(http.StatusNotFound)
	client.Post("/seances/nouvelle", url.Values{"lieu": {w.site.ID.String()}}).Must(http.StatusNotFound)
	client.Get("/releves").Must(http.StatusOK)
	client.Get("/seances/" + here.ID.String()).Must(http.StatusOK)
	client.Get("/mon-lieu/equipe").Must(http.StatusForbidden)
	if got := len(w.redemptions()); got != 1 {
		t.Errorf("%d redemptions at the other place", got)
	}

	owner.Get("/mon-lieu/equipe").Follow("Changer l’accès de Sami Ferrand").Follow("Retirer Sami Ferrand de l’équipe").Submit("Retirer de l’équipe", nil).Must(http.StatusOK)
	if page := client.Get("/seances/" + here.ID.String()); !strings.HasPrefix(page.Path, "/connexion") {
		t.Errorf("who was removed still opens %s", page.Path)
	}
	owner.Get("/mon-lieu/equipe").Follow("Inviter quelqu’un").Submit("Envoyer l’invitation", url.Values{"email": {"neuve@fil.example"}, "level": {account.LevelScanOnly}, "place": {w.annex.ID.String()}}).
		Must(http.StatusOK).Shows("neuve@fil.example").Shows("Lecture des chèques seulement")
	owner.Get("/mon-lieu/equipe").Follow("Changer l’accès de Claire Vallade").Submit("Enregistrer", url.Values{"level": {account.LevelMember}}).Must(http.StatusConflict).Shows("C’est le dernier responsable")
}

func TestOneAccountAndOneDocumentForAllPlaces(t *testing.T) {
	w := newWorld(t)
	w.opened()
	booklet, _ := w.live("Monique", 5, nil)
	w.redeem(booklet.Coupons[0].Number, db.ID{})
	w.do(w.owner, func(ctx context.Context, tx *db.Tx) error {
		return redeemAt(ctx, tx, booklet.Coupons[1].Number, w.annex.ID)
	})
	owner := w.client(w.owner)
	owner.Get("/seances").Shows("Le Fil numérique (exemple)").Shows("20 € attendent ce compte.")
	w.client(w.mediator).Get("/cheques?lieu=" + w.annex.ID.String()).Shows("10 € attendent ce compte.").Shows("Demandez à Claire Vallade de le donner")
	form := owner.Get("/mon-lieu").Follow("Donner le compte bancaire").Must(http.StatusOK)
	check := form.Submit("Continuer", url.Values{"holder": {"Le Fil numérique"}, "iban": {"FR76 3000 6000 0112 3456 7890 189"}}).Must(http.StatusOK)
	check.Shows("Tous vos lieux qui n’ont pas leur propre compte").Submit("Enregistrer ce compte", nil).Must(http.StatusOK)
	for _, lieu := range []db.ID{w.site.ID, w.annex.ID} {
		owner.Get("/mon-lieu?lieu=" + lieu.String()).Shows("Tous vos lieux qui n’ont pas le leur").Shows("FR76")
	}
	if page := owner.Get("/seances"); strings.Contains(page.Text("main"), "Le compte bancaire manque") {
		t.Error("an account is given, and still missed")
	}
	page := owner.Get("/releves").Must(http.StatusOK).Follow("Novembre 2026 tous les lieux").Must(http.StatusOK)
	page.Shows("Novembre 2026, tous vos lieux : 20 €").Shows("L’Annexe (exemple)").Shows("Total 2 20,00 €").Shows("État 50 % 10,00 €")
	if csv := owner.Get("/releves-du-mois/2026-11?format=csv").Must(http.StatusOK); !strings.Contains(csv.Body, "Total;;;2;20,00") && !strings.Contains(csv.Body, "L’Annexe (exemple)") {
		t.Errorf("the file is %q", csv.Body)
	}
	if pdf := owner.Get("/releves-du-mois/2026-11/pdf").Must(http.StatusOK); !strings.HasPrefix(pdf.Body, "%PDF-") {
		t.Error("no PDF")
	}
	owner.Get("/releves-du-mois/2026-01").Must(http.StatusNotFound)
	w.client(w.stranger).Get("/releves-du-mois/2026-11").Must(http.StatusNotFound)
}

func TestTheSpacesPagesStandEveryCheck(t *testing.T) {
	w := newWorld(t)
	w.opened()
	booklet, _ := w.live("Monique", 5, nil)
	w.redeem(booklet.Coupons[0].Number, db.ID{})
	tab := apptest.NewTab(t, w.server.URL)
	w.enter(tab, w.owner)
	for name, path := range map[string]string{
		"lieu": "/mon-lieu", "horaires": "/mon-lieu/fiche/horaires", "horaires-texte": "/mon-lieu/fiche/horaires?horaires=texte", "coordonnees": "/mon-lieu/fiche/coordonnees",
		"services": "/mon-lieu/fiche/services", "acces": "/mon-lieu/fiche/acces", "tarifs": "/mon-lieu/fiche/tarifs", "equipe": "/mon-lieu/equipe",
		"invitation": "/mon-lieu/equipe/invitation", "compte-commun": "/mon-lieu/compte", "releves-tous": "/releves", "ensemble": "/releves-du-mois/2026-11", "seances-lieux": "/seances",
	} {
		tab.Visit(path)
		tab.Look(name)
	}
	tab.Visit("/mon-lieu/fiche/horaires")
	tab.Fill("Lundi, matin, à", "7 h")
	tab.Press("Enregistrer")
	tab.Look("horaires-erreur")
}
