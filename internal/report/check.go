package report

import (
	"context"

	"passerelle/internal/activity"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/departure"
	"passerelle/internal/diagnosis"
	"passerelle/internal/funding"
	"passerelle/internal/label"
	"passerelle/internal/ledger"
	"passerelle/internal/place"
	"passerelle/internal/settlement"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

// Result is one family of invariants with the rows that break it.
type Result struct {
	Invariant string   // French: what holds
	Faulty    []string // French, each naming its row; empty when it holds
}

// invariants gathers what each capability verifies of its own.
var invariants = []struct {
	says  string
	check func(ctx context.Context, q db.Q) ([]string, error)
}{
	{"journal : chaque écriture a un débit et un crédit de même montant, aucun solde ne manque d’argent", ledger.Check},
	{"couverture : par commande et par financeur, ce qui est engagé ne dépasse jamais ce qui est reçu", funding.Check},
	{"carnets et chèques : un chèque sert une fois au plus, chaque état s’explique par un acte scellé", voucher.Check},
	{"relevés et paiements : chaque relevé est la somme de ses chèques, chaque paiement celle de ses relevés", settlement.Check},
	{"labels : chaque label et chaque compte bancaire s’expliquent par un acte scellé", label.Check},
	{"annuaire : chaque lieu est ce que disent ses sources ; réunions, confirmations, corrections et réponses s’expliquent par un acte scellé", place.Check},
	{"questionnaires et diagnostics : chaque version publiée est celle qui a été scellée, chaque voie est celle que donnent les réponses", diagnosis.Check},
	{"registre scellé : ses numéros se suivent, chaque acte a l’empreinte sous laquelle il a été scellé, chaque point de contrôle est signé", audit.Check},
	{"séances : les places prises sont celles des inscrits", workshop.Check},
	{"activités : chacune est sa dernière correction, chaque correction est celle qui a été scellée", activity.Check},
	{"départs : chaque personne d’un lieu qui part est replacée avant la fin", departure.Check},
}

// Check verifies every invariant, in the order of the money's way.
func Check(ctx context.Context, q db.Q) ([]Result, error) {
	var results []Result
	for _, invariant := range invariants {
		faulty, err := invariant.check(ctx, q)
		if err != nil {
			return nil, err
		}
		results = append(results, Result{Invariant: invariant.says, Faulty: faulty})
	}
	return results, nil
}
