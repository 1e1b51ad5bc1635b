package site_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

func TestTodaysSessionsComeFirstAndPastOnesAreFilledIn(t *testing.T) {
	w := newWorld(t)
	past := w.plan(w.owner, w.site, w.Clock.Now().Add(time.Hour), 8)
	w.book(past, w.holder("Monique"))
	w.Clock.Advance(48 * time.Hour)
	w.resume()
	w.plan(w.owner, w.site, w.Clock.Now().Add(time.Hour), 8)
	w.plan(w.owner, w.site, w.Clock.Now().Add(7*24*time.Hour), 8)
	client := w.client(w.mediator)
	page := client.Get("/seances").Must(http.StatusOK)
	got := page.Texts("main h2")
	if text := strings.Join(got, " | "); !strings.HasPrefix(text, "Le compte bancaire manque | Présences à remplir | Mes démarches en ligne | Aujourd’hui, jeudi 26 novembre | Mes démarches en ligne | À venir") {
		t.Errorf("headings are %s", text)
	}
	session := page.Follow("Remplir Mes démarches en ligne, mardi 24 novembre, 10 h 30 à 12 h 30").Must(http.StatusOK)
	session = session.Submit("Enregistrer les présences", url.Values{session.Attribute("fieldset.five input", "name"): {workshop.Absent}}).Must(http.StatusOK)
	session.Shows("Présences enregistrées")
	if got := session.Attribute("input[type=radio][checked]", "value"); got != workshop.Absent {
		t.Errorf("presence is %q", got)
	}
	client.Get("/seances").Shows("Aujourd’hui")
	if page := client.Get("/seances"); strings.Contains(page.Text("main"), "Présences à remplir") {
		t.Error("a session that is filled in still waits")
	}
	client.Get("/seances?quand=passees").Shows("mardi 24 novembre, 10 h 30 à 12 h 30").Follow("Voir la suite de la liste").Shows("Pas de séance passée en octobre 2026")
}

func TestASessionIsPlannedAndDoneAgainAWeekLater(t *testing.T) {
	w := newWorld(t)
	client := w.client(w.mediator)
	form := client.Get("/seances/nouvelle").Must(http.StatusOK)
	form = form.Submit("Prévoir la séance", url.Values{"topic": {""}, "level": {""}, "day": {"31/02/2026"}, "seats": {"0"}}).Must(http.StatusUnprocessableEntity)
	form.Shows("Erreur").Shows("Écrivez une date, par exemple 8/12/2026").Shows("Écrivez un nombre entre 1 et 500").Shows("Choisissez un niveau")
	page := form.Submit("Prévoir la séance", url.Values{
		"topic": {"formality"}, "level": {"discover"}, "day": {"8/12/2026"}, "starts_at": {"14:00"}, "ends_at": {"16 h"}, "seats": {"8"}, "room": {"Salle du bas"},
	}).Must(http.StatusOK)
	page.Shows("Faire une démarche en ligne, le mardi 8 décembre à 14 h").Shows("14 h à 16 h, Salle du bas. 0 personne attendue pour 8 places.")
	again := page.Follow("Refaire cette séance la semaine suivante").Must(http.StatusOK)
	if got := again.Attribute("input[name=day]", "value"); got != "2026-12-15" {
		t.Errorf("a week later is %s", got)
	}
	again.Submit("Prévoir la séance", nil).Must(http.StatusOK).Shows("le mardi 15 décembre à 14 h").Shows("Salle du bas")
	again.Submit("Prévoir la séance", nil)
	var planned []workshop.Session
	w.view(w.owner, func(ctx context.Context, q db.Q) (err error) {
		planned, err = workshop.OfSite(ctx, q, w.site.ID, w.Clock.Now(), w.Clock.Now().AddDate(0, 2, 0))
		return err
	})
	if len(planned) != 2 {
		t.Errorf("%d sessions: the form sent twice planned twice", len(planned))
	}
}

func TestACancelledSessionEndsWithACallList(t *testing.T) {
	w := newWorld(t)
	session := w.plan(w.owner, w.site, w.Clock.Now().Add(48*time.Hour), 1)
	w.book(session, w.holder("Monique"))
	w.book(session, w.holder("Abdel R."))
	client := w.client(w.mediator)
	ask := client.Get("/seances/" + session.ID.String()).Follow("Annuler la séance").Must(http.StatusOK)
	ask.Shows("2 personnes sont inscrites").Shows("Abdel R.")
	ask = ask.Submit("Annuler la séance", nil).Must(http.StatusUnprocessableEntity).Shows("Écrivez pourquoi la séance est annulée")
	calls := ask.Submit("Annuler la séance", url.Values{"reason": {"La salle est fermée"}}).Must(http.StatusOK)
	calls.Shows("Qui prévenir").Shows("Monique Message en cours CCAS de Guéret (exemple) 05 55 00 00 01").Shows("La raison : La salle est fermée.")
	if csv := client.Get(calls.Path + "?format=csv"); !strings.Contains(csv.Body, "Monique;Message en cours;CCAS de Guéret (exemple);05 55 00 00 01") {
		t.Errorf("the file is %q", csv.Body)
	}
	page := client.Get("/seances/" + session.ID.String()).Shows("Séance annulée")
	if page.Count("input#code") != 0 {
		t.Error("a cancelled session takes coupons")
	}
}

func TestSomeoneAtTheDoorIsAddedEvenOverCapacity(t *testing.T) {
	w := newWorld(t)
	session := w.plan(w.owner, w.site, nearly(w), 1)
	w.book(session, w.holder("Monique"))
	page := w.client(w.mediator).Get("/seances/" + session.ID.String()).Follow("Ajouter quelqu’un à la porte").Must(http.StatusOK)
	page.Shows("Séance complète").Shows("Vous pouvez quand même ajouter quelqu’un.")
	page.Submit("Ajouter", nil).Must(http.StatusUnprocessableEntity).Shows("Écrivez un prénom ou un surnom")
	page.Submit("Ajouter", url.Values{"name": {"Odile"}})
	page = page.Submit("Ajouter", url.Values{"name": {"Odile"}}).Must(http.StatusOK)
	page.Shows("Odile Inscrit à la porte").Shows("Plus de monde que de places").Shows("2 personnes attendues pour 1 place.")
	if got := page.Count("fieldset.five"); got != 2 {
		t.Errorf("%d people after a form sent twice", got)
	}
}

func TestAFreeSeatIsOfferedToWhoWaits(t *testing.T) {
	w := newWorld(t)
	session := w.plan(w.owner, w.site, w.Clock.Now().Add(48*time.Hour), 1)
	first := w.book(session, w.holder("Monique"))
	w.book(session, w.holder("Jean-Luc"))
	client := w.client(w.mediator)
	page := client.Get("/seances/" + session.ID.String()).Shows("Liste d’attente Jean-Luc")
	if page.Count("form[action$=places]") != 0 {
		t.Error("a seat is offered while none is free")
	}
	page.Submit("Enregistrer les présences", url.Values{"presence-" + first.ID.String(): {workshop.Came}}).
		Must(http.StatusConflict).Shows(strings.TrimSuffix(workshop.ErrSessionAhead.Message, "."))
	page = page.Submit("Enregistrer les présences", url.Values{"presence-" + first.ID.String(): {workshop.Excused}}).Must(http.StatusOK)
	page = page.Submit("Donner la place à Jean-Luc", nil).Must(http.StatusOK)
	if strings.Contains(page.Text("main"), "Liste d’attente") || page.Count("fieldset.five") != 2 {
		t.Errorf("Jean-Luc still waits: %s", page.Text("main"))
	}
}

func TestTheSheetListsWhoIsExpected(t *testing.T) {
	w := newWorld(t)
	session := w.plan(w.owner, w.site, w.Clock.Now().Add(48*time.Hour), 8)
	w.book(session, w.holder("Monique"))
	page := w.client(w.mediator).Get("/seances/" + session.ID.String()).Follow("Imprimer la feuille").Must(http.StatusOK)
	page.Shows("Feuille de présence").Shows("Jeudi 26 novembre 2026, 9 h 30 à 11 h 30").Shows("Monique CCAS de Guéret (exemple)").Shows("Signature")
}

func TestWhoOnlyScansSeesNoNames(t *testing.T) {
	w := newWorld(t)
	scanner := w.signedIn(w.owner, "Léo Bastide", "leo@fil.example", account.LevelScanOnly)
	booklet, monique := w.live("Monique", 5, nil)
	session := w.plan(w.owner, w.site, nearly(w), 8)
	w.book(session, monique)
	client := w.client(scanner)
	page := client.Get("/seances").Must(http.StatusOK).Follow("Mes démarches en ligne").Must(http.StatusOK)
	page = page.Submit("Lire", code(booklet.Coupons[0].Number)).Must(http.StatusOK).Shows("Accepté, 10 €").Shows("Chèque 1 sur 5.")
	if strings.Contains(page.Body, "Monique") {
		t.Error("who only scans reads a name")
	}
	client.Get("/seances/nouvelle").Must(http.StatusForbidden)
	client.Get("/releves").Must(http.StatusForbidden)
	page.Submit("Annuler", nil).Must(http.StatusOK).Shows("Passage annulé")
}

func TestTickingWhoCameTakesTheCouponKeptForTheSeat(t *testing.T) {
	w := newWorld(t)
	booklet, someone := w.live("Monique", 5, nil)
	session := w.plan(w.owner, w.site, nearly(w), 8)
	booking := w.book(session, someone)
	w.do(w.desk, func(ctx context.Context, tx *db.Tx) error { return voucher.Hold(ctx, tx, booking.ID) })
	client := w.client(w.mediator)
	page := client.Get("/seances/" + session.ID.String()).Must(http.StatusOK).Shows("Un chèque est gardé : il est pris avec « Venu »")
	presence := page.Attribute("fieldset.five input", "name")
	page = page.Submit("Enregistrer les présences", url.Values{presence: {workshop.Came}}).Must(http.StatusOK)
	page.Shows("Accepté, 10 €").Shows("Monique, chèque 5 sur 5").Shows("Chèque pris avec la présence").Shows("Aujourd’hui : 1 chèque accepté, 10 €")
	page = page.Submit("Enregistrer les présences", url.Values{presence: {workshop.Absent}}).Must(http.StatusOK).Shows("Passage annulé")
	page = page.Submit("Enregistrer les présences", url.Values{presence: {workshop.Came}}).Must(http.StatusOK)
	page.Follow("Annuler ce passage de Monique").Must(http.StatusOK).Shows("Annuler ce passage").Shows("Chèque")
	states := map[string]int{}
	for _, taken := range w.redemptions() {
		if states[taken.State]++; taken.Number != booklet.Coupons[4].Number {
			t.Errorf("the site took coupon %s", taken.Number)
		}
	}
	if states[voucher.Redeemed] != 1 || states[voucher.Reversed] != 1 {
		t.Errorf("the site took %v", states)
	}
}
