package money_test

import (
	"testing"

	"passerelle/internal/apptest"
)

func TestAnyoneReadsWhatTheCashCoversOnAPastDay(t *testing.T) {
	server, _, _ := programme(t)
	tab := apptest.NewTab(t, server.URL, apptest.WithoutScript)
	tab.Visit("/comptes")
	tab.Fill("À la fin de quel jour ?", "2026-10-01")
	tab.Press("Voir ce jour")
	tab.Shows("tout aurait été payé")
	tab.Press("Attestation de couverture")
	tab.Look("attestation")
	tab.Shows("L’argent du compte couvre tout")
	tab.Shows("1er octobre 2026")
	tab.Visit("/comptes?le=2030-01-01")
	tab.Shows("Choisissez un jour déjà passé")
}
