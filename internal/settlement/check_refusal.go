package settlement

import (
	"context"

	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/money"
)

// checkRefusals verifies that each refusal is as it was recorded, is of its
// payment's amount, and left no statement in that payment's file; and that each
// statement to be paid again has one.
func checkRefusals(ctx context.Context, q db.Q, tell func(string, ...any)) error {
	type refusal struct {
		refusalRow
		paid    money.Cents
		current bool
	}
	refusals, err := db.All(ctx, q, func(row db.Scanner) (refusal, error) {
		var r refusal
		err := row.Scan(&r.ID, &r.Payment, (*string)(&r.Kind), &r.Code, (*int64)(&r.Amount), (*int64)(&r.paid), &r.current)
		return r, err
	}, `SELECT r.id, r.payment_id, r.kind, r.code, r.amount, p.amount, COALESCE(s.file_id = p.file_id, FALSE)
		FROM payment_refusal r JOIN payment p ON p.id = r.payment_id JOIN statement s ON s.id = p.statement_id ORDER BY r.id`)
	if err != nil {
		return err
	}
	leaves, err := audit.Of(ctx, q, actRefusal)
	if err != nil {
		return err
	}
	recorded := make(map[db.ID]audit.Leaf, len(leaves))
	for _, leaf := range leaves {
		recorded[leaf.Subject] = leaf
	}
	for _, r := range refusals {
		if r.Amount != r.paid || r.current {
			tell("refus de la banque %s : le paiement %s est encore compté, ou d’un autre montant", r.ID, r.Payment)
		}
		leaf, sealed := recorded[r.ID]
		delete(recorded, r.ID)
		if !sealed {
			tell("refus de la banque %s : absent du registre scellé", r.ID)
			continue
		}
		same, err := leaf.Matches(r.refusalRow)
		if err != nil {
			return err
		}
		if !same {
			tell("refus de la banque %s : changé depuis son inscription au registre scellé", r.ID)
		}
	}
	for id := range recorded {
		tell("refus de la banque %s : inscrit au registre scellé, et disparu", id)
	}
	unexplained, err := db.All(ctx, q, db.Value[db.ID], `SELECT s.id FROM statement s WHERE s.state = 'rejected' AND NOT EXISTS
		(SELECT 1 FROM payment p JOIN payment_refusal r ON r.payment_id = p.id WHERE p.statement_id = s.id) ORDER BY s.id`)
	for _, id := range unexplained {
		tell("relevé %s : rejeté, sans refus de la banque", id)
	}
	return err
}
