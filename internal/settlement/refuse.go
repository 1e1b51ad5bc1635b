package settlement

import (
	"context"
	"errors"
	"fmt"

	"passerelle/internal/audit"
	"passerelle/internal/bank"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/job"
	"passerelle/internal/money"
	"passerelle/internal/voucher"
)

// Payment is one line of a file: a statement, paid to its site.
type Payment struct {
	ID, File, Statement db.ID
	Reference           string // the statement's, end to end
	Site                db.ID
	Amount              money.Cents
	Refused             Outcome // Refused or SentBack once the bank said so, else empty
	Reason              bank.Reason
}

const selectPayment = `SELECT p.id, p.file_id, p.statement_id, s.reference, s.site_id, p.amount, COALESCE(r.kind, ''), COALESCE(r.code, '')
	FROM payment p JOIN statement s ON s.id = p.statement_id LEFT JOIN payment_refusal r ON r.payment_id = p.id`

func scanPayment(row db.Scanner) (Payment, error) {
	var p Payment
	err := row.Scan(&p.ID, &p.File, &p.Statement, &p.Reference, &p.Site, (*int64)(&p.Amount), (*string)(&p.Refused), &p.Reason.Code)
	return p, err
}

// paymentsIn lists the payments of a file, by reference.
func paymentsIn(ctx context.Context, q db.Q, file db.ID) ([]Payment, error) {
	return db.All(ctx, q, scanPayment, selectPayment+` WHERE p.file_id = $1 ORDER BY s.reference`, file)
}

// paymentNamed finds the last payment of a statement, by its reference. Fault
// code: not_our_payment_file.
func paymentNamed(ctx context.Context, q db.Q, reference string) (Payment, error) {
	if reference == "" {
		return Payment{}, ErrNotOurFile
	}
	found, err := scanPayment(q.QueryRow(ctx, selectPayment+` JOIN payment_file f ON f.id = p.file_id
		WHERE s.reference = $1 ORDER BY f.at DESC, f.id DESC LIMIT 1`, reference))
	if errors.Is(err, fault.ErrNotFound) {
		return Payment{}, ErrNotOurFile
	}
	return found, err
}

// refuse puts the statement of a payment back among those to pay, once: before
// the debit because the bank rejected it, after because it sent it back. The
// line tells what came of it.
func (t *taking) refuse(p Payment, how Outcome, line BankLine) error {
	from, mark := Sent, voucher.MarkRejected
	if how == SentBack {
		from, mark = Paid, voucher.MarkReturned
	}
	moved, err := t.tx.Exec(t.ctx, `UPDATE statement SET state = 'rejected', file_id = NULL, paid_on = NULL
		WHERE id = $1 AND file_id = $2 AND state = $3`, p.Statement, p.File, string(from))
	if err != nil {
		return err
	}
	if moved == 0 {
		// Said before; or a rejection after the debit: the sum is still to come back.
		if line.Outcome = Known; p.Refused == "" {
			line.Outcome = Differs
		}
		return t.write(line)
	}
	line.ID, line.Outcome = t.tx.NewID(), how
	if err := t.write(line); err != nil {
		return err
	}
	row := refusalRow{ID: t.tx.NewID(), Payment: p.ID, Line: line.ID, Kind: how, Code: line.Reason.Code, Amount: p.Amount}
	if _, err := t.tx.Exec(t.ctx, `INSERT INTO payment_refusal (id, payment_id, line_id, kind, code, amount, person_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		row.ID, row.Payment, line.ID, string(row.Kind), row.Code, int64(row.Amount), t.tx.Actor().ID, t.tx.Now()); err != nil {
		return err
	}
	back, err := mark(t.ctx, t.tx, row.ID, p.Statement)
	if err != nil {
		return err
	}
	if back != p.Amount {
		return fmt.Errorf("settlement: payment %s is of %d cents, its coupons of %d", p.ID, p.Amount, back)
	}
	if _, err := audit.Record(t.ctx, t.tx, actRefusal, row.ID, row); err != nil {
		return err
	}
	return job.Enqueue(t.ctx, t.tx, JobRefused, RefusedNotice{Statement: p.Statement})
}

// actRefusal is recorded when a payment comes back to be paid again.
const actRefusal = "settlement.refuse"

// refusalRow is what the sealed record stands for.
type refusalRow struct {
	ID, Payment, Line db.ID
	Kind              Outcome
	Code              string
	Amount            money.Cents
}

// JobRefused is the kind of the job that tells a site that its payment did not
// reach it, and what to mend: an edge handles it. Its payload is a RefusedNotice.
const JobRefused = "settlement.refused"

// RefusedNotice names the statement that is to be paid again.
type RefusedNotice struct {
	Statement db.ID `json:"statement"`
}
