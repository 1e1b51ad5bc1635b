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
		done
		paid    money.Cents
		current bool
	}
	refusals, err := db.All(ctx, q, func(row db.Scanner) (refusal, error) {
		var r refusal
		err := row.Scan(&r.ID, &r.Payment, &r.Line, &r.by, &r.at, (*string)(&r.Kind), &r.Code, (*int64)(&r.Amount), (*int64)(&r.paid), &r.current)
		return r, err
	}, `SELECT r.id, r.payment_id, r.line_id, r.person_id, r.at, r.kind, r.code, r.amount, COALESCE(p.amount, 0), COALESCE(s.file_id = p.file_id, FALSE)
		FROM payment_refusal r LEFT JOIN payment p ON p.id = r.payment_id LEFT JOIN statement s ON s.id = p.statement_id ORDER BY r.id`)
	if err != nil {
		return err
	}
	sealed, err := audit.Replaying(ctx, q, "refus de la banque", actRefusal)
	if err != nil {
		return err
	}
	for _, r := range refusals {
		if r.Amount != r.paid || r.current {
			tell("refus de la banque %s : le paiement %s est encore compté, ou d’un autre montant", r.ID, r.Payment)
		}
		if err := sealed.CompareDone(actRefusal, r.ID, r.by, r.at, r.refusalRow); err != nil {
			return err
		}
	}
	for _, finding := range sealed.Findings() {
		tell("%s", finding)
	}
	unexplained, err := db.All(ctx, q, db.Value[db.ID], `SELECT s.id FROM statement s WHERE s.state = 'rejected' AND NOT EXISTS
		(SELECT 1 FROM payment p JOIN payment_refusal r ON r.payment_id = p.id WHERE p.statement_id = s.id) ORDER BY s.id`)
	for _, id := range unexplained {
		tell("relevé %s : rejeté, sans refus de la banque", id)
	}
	return err
}
