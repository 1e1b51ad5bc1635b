package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"passerelle/internal/db"
)

func TestTheRunningMonthIsThereAndReadingsCanBeTakenBackFromIt(t *testing.T) {
	w := newWorld(t)
	w.bankDetails()
	booklet, _ := w.live("Monique", 5, nil)
	session := w.plan(w.owner, w.site, nearly(w), 8)
	client := w.client(w.mediator)
	client.Get("/releves").Must(http.StatusOK).Shows("Novembre 2026")
	w.redeem(booklet.Coupons[0].Number, session.ID)
	w.redeem(booklet.Coupons[1].Number, db.ID{})
	page := client.Get("/releves").Must(http.StatusOK).Shows("Mois en cours").Follow("Novembre 2026").Must(http.StatusOK)
	page.Shows("Novembre 2026 : 20 € à ce jour").Shows("Mes démarches en ligne").Shows("Sans séance").Shows("Total 2 20,00 €")
	page.Shows("État 50 % 10,00 €").Shows("Mutuelle des Combrailles (exemple) 15 % 3,00 €")
	ask := page.Follow("Annuler le passage du 24/11/2026, 9 h 30, chèque ···· " + booklet.Coupons[0].Number[12:]).Must(http.StatusOK)
	ask.Shows("Le chèque redevient utilisable").Shows("finit par ···· " + booklet.Coupons[0].Number[12:])
	if strings.Contains(ask.Body, booklet.Coupons[0].Number) {
		t.Error("a whole number stands on the page")
	}
	ask = ask.Submit("Annuler ce passage", nil).Must(http.StatusUnprocessableEntity).Shows("Dites pourquoi vous annulez")
	page = ask.Submit("Annuler ce passage", url.Values{"reason": {"Lu deux fois"}}).Must(http.StatusOK)
	page.Shows("Novembre 2026 : 10 € à ce jour")
}

func TestAClosedStatementSaysWhenItIsPaid(t *testing.T) {
	w := newWorld(t)
	w.bankDetails()
	booklet, _ := w.live("Monique", 5, nil)
	for _, coupon := range booklet.Coupons[:4] {
		w.redeem(coupon.Number, db.ID{})
	}
	statement := w.closeMonth()
	client := w.client(w.owner)
	page := client.Get("/releves/" + statement.ID.String()).Must(http.StatusOK)
	page.Shows("Novembre 2026 : 40 € vous sont dus").Shows("Relevé 2026-11-0001").Shows("À payer")
	page.Shows("Payé au plus tard le 31 décembre 2026").Shows("Jour 0 sur 30. Il reste 30 jours.")
	page.Shows("FR76").Shows("Libellé : RELEVE 2026-11-0001 LE FIL NUMERIQUE (EXEMPLE)")
	if strings.Contains(page.Body, "3000 6000") || strings.Contains(page.Text("main"), "Annuler") {
		t.Error("the account is whole, or a reading on a closed statement can be taken back")
	}
	pdf := client.Get("/releves/" + statement.ID.String() + "/pdf").Must(http.StatusOK)
	if !strings.HasPrefix(pdf.Body, "%PDF-") || !strings.Contains(pdf.Header.Get("Content-Disposition"), "releve-2026-11-0001.pdf") {
		t.Error("no PDF")
	}
	csv := client.Get("/releves/" + statement.ID.String() + "?format=csv").Must(http.StatusOK)
	if !strings.Contains(csv.Body, "2026-11-24;Sans séance;4;40,00") {
		t.Errorf("the file is %q", csv.Body)
	}
	if member := w.client(w.mediator).Get("/releves/" + statement.ID.String()).Must(http.StatusOK); strings.Contains(member.Body, "FR76") {
		t.Error("who is not responsible sees the account")
	}
}

func TestTheAccountIsCheckedBeforeItIsKeptAndMaskedAfter(t *testing.T) {
	w := newWorld(t)
	booklet, _ := w.live("Monique", 5, nil)
	w.redeem(booklet.Coupons[0].Number, db.ID{})
	client := w.client(w.owner)
	client.Get("/seances").Shows("Le compte bancaire manque").Shows("10 € attendent ce compte.")
	client.Get("/cheques").Shows("Le compte bancaire manque").Shows("10 € attendent ce compte.").Shows("Donner le compte bancaire")
	session := w.plan(w.owner, w.site, w.Clock.Now().Add(time.Hour), 4)
	client.Get("/seances/" + session.ID.String()).Shows("Le compte bancaire manque").Shows("10 € attendent ce compte.").Shows("Donner le compte bancaire")
	page := client.Get("/mon-lieu").Must(http.StatusOK).Shows("Labellisé").Shows("12 rue de l’Exemple, 23000 Guéret").Shows("Du lundi au vendredi 9 h à 12 h et 14 h à 18 h")
	form := page.Follow("Donner le compte bancaire").Must(http.StatusOK)
	form = form.Submit("Continuer", url.Values{"holder": {""}, "iban": {"FR76 3000 6000 0112 3456 7890 188"}}).Must(http.StatusUnprocessableEntity)
	form.Shows("Donnez le nom du titulaire du compte")
	if got := form.Attribute("input[name=iban]", "value"); got != "FR76 3000 6000 0112 3456 7890 188" {
		t.Errorf("what was typed is lost: %q", got)
	}
	check := form.Submit("Continuer", url.Values{"holder": {"Le Fil numérique"}, "iban": {"FR76 3000 6000 0112 3456 7890 189"}, "bic": {"AGRIFRPP"}}).Must(http.StatusOK)
	check.Shows("Vérifiez le compte avant de l’enregistrer").Shows("FR76 3000 6000 0112 3456 7890 189")
	client.Get("/mon-lieu").Shows("Aucun compte bancaire n’est enregistré")
	back := check.Submit("Modifier", nil).Must(http.StatusOK)
	if got := back.Attribute("input[name=holder]", "value"); got != "Le Fil numérique" {
		t.Errorf("Modifier loses what was typed: %q", got)
	}
	page = check.Submit("Enregistrer ce compte", nil).Must(http.StatusOK).Shows("Compte enregistré")
	if strings.Contains(page.Body, "3000 6000") {
		t.Error("the account is shown whole")
	}
	member := w.client(w.mediator).Get("/mon-lieu").Must(http.StatusOK).Shows("Seul un responsable de votre organisation le voit.")
	if strings.Contains(member.Body, "FR76") {
		t.Error("who is not responsible sees the account")
	}
	w.client(w.mediator).Get("/mon-lieu/compte").Must(http.StatusForbidden)
}
