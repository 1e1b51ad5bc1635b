package ledger

import (
	"context"
	"fmt"

	"passerelle/internal/db"
)

// Check verifies the journal: each row moves money between the accounts of its
// event, for an order and a funder, and for a site where one is owed; no
// account but the bank is in debit; each closed period reads as it was signed. It answers one French line per violated row
// or balance.
func Check(ctx context.Context, q db.Q) ([]string, error) {
	findings, err := checkRows(ctx, q)
	if err != nil {
		return nil, err
	}
	balances, err := Balances(ctx, q, Filter{})
	if err != nil {
		return nil, err
	}
	for _, balance := range balances {
		if balance.Amount < 0 && balance.Account != Own {
			findings = append(findings, fmt.Sprintf("journal : le solde « %s » de la commande %s, financeur %s, lieu %s est négatif (%s)",
				balance.Account.French(), named(balance.Order), named(balance.Funder), named(balance.Site), balance.Amount))
		}
	}
	closed, err := checkClosings(ctx, q)
	return append(findings, closed...), err
}

func checkRows(ctx context.Context, q db.Q) ([]string, error) {
	const slice = 5000
	findings := []string{}
	var after db.ID
	for {
		entries, err := Journal(ctx, q, after, slice)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			if fault := entry.fault(); fault != "" {
				findings = append(findings, fmt.Sprintf("journal : l’écriture %s %s", entry.ID, fault))
			}
		}
		if len(entries) < slice {
			return findings, nil
		}
		after = entries[len(entries)-1].ID
	}
}

func (e Entry) fault() string {
	debit, credit, known := e.Event.Accounts()
	switch {
	case !known:
		return fmt.Sprintf("porte un événement inconnu (%s)", e.Event)
	case e.Debit != debit || e.Credit != credit:
		return fmt.Sprintf("débite %s et crédite %s, ce qui n’est pas l’événement %s", e.Debit, e.Credit, e.Event)
	case e.Amount <= 0:
		return fmt.Sprintf("a un montant de %s", e.Amount)
	case unowned[e.Event] != e.Order.IsZero() || unowned[e.Event] != e.Funder.IsZero():
		return "n’a pas la commande ou le financeur de son événement"
	case (sites[debit] || sites[credit]) && siteless[e.Event] != e.Site.IsZero():
		return "n’a pas de lieu"
	}
	return ""
}

func named(id db.ID) string {
	if id.IsZero() {
		return "—"
	}
	return id.String()
}
