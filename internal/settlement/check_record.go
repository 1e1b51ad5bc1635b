package settlement

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"time"

	"passerelle/internal/audit"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/funding"
	"passerelle/internal/ledger"
	"passerelle/internal/voucher"
)

// checkRecord compares each row of this package's tables with the sealed record,
// and the journal's payments and debits with theirs.
func checkRecord(ctx context.Context, q db.Q) ([]string, error) {
	var findings []string
	for _, check := range []func(context.Context, db.Q) ([]string, error){
		checkClosings, checkFileRows, checkDebits, checkIssuerAccounts, checkEntries,
	} {
		more, err := check(ctx, q)
		if err != nil {
			return nil, err
		}
		findings = append(findings, more...)
	}
	return findings, nil
}

// done is who did an act, and when.
type done struct {
	by db.ID
	at time.Time
}

func checkClosings(ctx context.Context, q db.Q) ([]string, error) {
	type closed struct {
		closedRow
		done
	}
	rows, err := db.All(ctx, q, func(row db.Scanner) (closed, error) {
		var c closed
		var month civil.Month
		var on, due civil.Date
		err := row.Scan(&c.ID, &c.Reference, &c.Site, &c.Organisation, &month, &c.Coupons, &c.Amount, &on, &due, &c.by, &c.at)
		c.Month, c.ClosedOn, c.DueOn = month.String(), on.String(), due.String()
		return c, err
	}, `SELECT id, reference, site_id, organisation_id, month, coupons, amount, closed_on, due_on, person_id, at FROM statement`)
	if err != nil {
		return nil, err
	}
	r, err := audit.Replaying(ctx, q, "relevé", actClose)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if err := r.CompareDone(actClose, row.ID, row.by, row.at, row.closedRow); err != nil {
			return nil, err
		}
	}
	return r.Findings(), nil
}

func checkFileRows(ctx context.Context, q db.Q) ([]string, error) {
	type line struct {
		file db.ID
		paymentRow
	}
	lines, err := db.All(ctx, q, func(row db.Scanner) (line, error) {
		var l line
		err := row.Scan(&l.file, &l.ID, &l.Statement, &l.Details, &l.Amount)
		return l, err
	}, `SELECT file_id, id, statement_id, details_id, amount FROM payment ORDER BY id`)
	if err != nil {
		return nil, err
	}
	payments := map[db.ID][]paymentRow{}
	for _, l := range lines {
		payments[l.file] = append(payments[l.file], l.paymentRow)
	}
	type file struct {
		fileRow
		done
		sealed []byte
	}
	files, err := db.All(ctx, q, func(row db.Scanner) (file, error) {
		var f file
		var on civil.Date
		err := row.Scan(&f.ID, &f.MessageID, &on, &f.Count, &f.Amount, &f.sealed, &f.by, &f.at)
		f.ExecutionOn = on.String()
		return f, err
	}, `SELECT id, message_id, execution_on, payments, amount, text, person_id, at FROM payment_file`)
	if err != nil {
		return nil, err
	}
	r, err := audit.Replaying(ctx, q, "fichier de paiement, avec ses lignes,", actPay)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		// A text that no longer opens has no digest: it differs from its leaf's.
		if text, err := db.Unseal(ctx, q, f.ID, f.sealed); err == nil {
			f.Text = sha256.Sum256([]byte(text))
		}
		f.Payments = payments[f.ID]
		if err := r.CompareDone(actPay, f.ID, f.by, f.at, f.fileRow); err != nil {
			return nil, err
		}
	}
	return r.Findings(), nil
}

func checkDebits(ctx context.Context, q db.Q) ([]string, error) {
	type debit struct {
		debitRow
		done
	}
	debits, err := db.All(ctx, q, func(row db.Scanner) (debit, error) {
		var d debit
		var on civil.Date
		err := row.Scan(&d.ID, &d.File, &on, &d.Amount, &d.by, &d.at)
		d.On = on.String()
		return d, err
	}, `SELECT id, file_id, debited_on, amount, person_id, at FROM payment_debit`)
	if err != nil {
		return nil, err
	}
	r, err := audit.Replaying(ctx, q, "débit", actDebit)
	if err != nil {
		return nil, err
	}
	for _, d := range debits {
		if err := r.CompareDone(actDebit, d.ID, d.by, d.at, d.debitRow); err != nil {
			return nil, err
		}
	}
	return r.Findings(), nil
}

func checkIssuerAccounts(ctx context.Context, q db.Q) ([]string, error) {
	type set struct {
		IssuerAccount
		by db.ID
	}
	accounts, err := db.All(ctx, q, func(row db.Scanner) (set, error) {
		var s set
		err := row.Scan(&s.ID, &s.Name, (*string)(&s.IBAN), (*string)(&s.BIC), &s.by, &s.At)
		return s, err
	}, `SELECT id, name, iban, bic, person_id, at FROM issuer_account`)
	if err != nil {
		return nil, err
	}
	r, err := audit.Replaying(ctx, q, "compte qui paie", actIssuerAccount)
	if err != nil {
		return nil, err
	}
	for _, s := range accounts {
		if err := r.CompareDone(actIssuerAccount, s.ID, s.by, s.At, s.IssuerAccount); err != nil {
			return nil, err
		}
	}
	return r.Findings(), nil
}

// checkEntries compares the journal, line by line, with what each payment, debit
// and refusal should have posted.
func checkEntries(ctx context.Context, q db.Q) ([]string, error) {
	type moved struct {
		cause, statement db.ID
		at               time.Time
	}
	scan := func(row db.Scanner) (moved, error) {
		var m moved
		err := row.Scan(&m.cause, &m.statement, &m.at)
		return m, err
	}
	var findings []string
	for _, act := range []struct {
		event ledger.Event
		query string
	}{
		{ledger.Sent, `SELECT p.id, p.statement_id, f.at FROM payment p JOIN payment_file f ON f.id = p.file_id`},
		{ledger.Debited, `SELECT d.id, p.statement_id, d.at FROM payment_debit d JOIN payment p ON p.file_id = d.file_id
			WHERE NOT EXISTS (SELECT 1 FROM payment_refusal r WHERE r.payment_id = p.id AND r.kind = 'rejected')`},
		{ledger.Rejected, `SELECT r.id, p.statement_id, r.at FROM payment_refusal r JOIN payment p ON p.id = r.payment_id WHERE r.kind = 'rejected'`},
		{ledger.Returned, `SELECT r.id, p.statement_id, r.at FROM payment_refusal r JOIN payment p ON p.id = r.payment_id WHERE r.kind = 'returned'`},
	} {
		found, err := db.All(ctx, q, scan, act.query)
		if err != nil {
			return nil, err
		}
		r, err := ledger.Replaying(ctx, q, act.event)
		if err != nil {
			return nil, err
		}
		for _, m := range found {
			transfers, err := voucher.Moves(ctx, q, m.cause, m.statement, act.event)
			if errors.Is(err, funding.ErrUnknownOrder) {
				continue // told of the order
			}
			if err != nil {
				return nil, err
			}
			for _, transfer := range transfers {
				r.Expect(transfer, m.at)
			}
		}
		findings = slices.Concat(findings, r.Findings())
	}
	return findings, nil
}
