package money_test

import (
	"testing"

	"passerelle/internal/apptest"
	"passerelle/internal/sample"
)

func TestAnAccountantPlacesAndPaysBackWithoutScript(t *testing.T) {
	server, _, emails := programme(t)
	tab := apptest.NewTab(t, server.URL, apptest.WithoutScript)
	tab.SignIn(emails["accountant"], sample.Password)
	tab.Visit("/comptable")
	tab.Press("Affecter ces sommes")
	tab.Look("sommes")
	tab.Press("MUTUELLE")
	tab.Look("somme")
	tab.Press("Noter un renvoi")
	tab.Look("somme-renvoi")
	tab.Fill("Montant", "10,00")
	tab.Fill("Référence du virement", "VIR 12")
	tab.Fill("Pourquoi", "Trop versé")
	tab.Press("Continuer")
	tab.Look("somme-verification")
	tab.Press("Enregistrer le renvoi")
	tab.Shows("Renvoyé")

	tab.Visit("/comptable/remboursements")
	tab.Look("remboursements")
	tab.Press("R2026-0002")
	tab.Look("remboursement")
	tab.Visit("/comptable/sommes/nouvelle")
	tab.Look("somme-nouvelle")
	tab.Fill("Montant", "5,00")
	tab.Fill("Libellé du virement", "DON")
	tab.Press("Continuer")
	tab.Press("Enregistrer la somme")
	tab.Shows("Reste à affecter")
}

func TestAnAccountantClosesTheJournalWithoutScript(t *testing.T) {
	server, _, emails := programme(t)
	tab := apptest.NewTab(t, server.URL, apptest.WithoutScript)
	tab.SignIn(emails["accountant"], sample.Password)
	tab.Visit("/journal")
	tab.Press("Balance des comptes")
	tab.Look("balance")
	tab.Press("Clôtures du journal")
	tab.Look("clotures")
	tab.Press("Continuer")
	tab.Look("cloture-verification")
	tab.Press("Clore cette période")
	tab.Shows("31 octobre 2026")
}
