package settlement

import (
	"context"
	"errors"
	"slices"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

const selectFile = `SELECT f.id, f.message_id, f.execution_on, f.payments, f.amount, f.at, d.debited_on,
		(SELECT COALESCE(SUM(r.amount), 0) FROM payment p JOIN payment_refusal r ON r.payment_id = p.id WHERE p.file_id = f.id AND r.kind = 'rejected')
	FROM payment_file f LEFT JOIN payment_debit d ON d.file_id = f.id`

func scanFile(row db.Scanner) (PaymentFile, error) {
	var f PaymentFile
	err := row.Scan(&f.ID, &f.MessageID, &f.ExecutionOn, &f.Payments, (*int64)(&f.Amount), &f.At, &f.DebitedOn, (*int64)(&f.Rejected))
	return f, err
}

// PaymentFileByID reads a file with its text, the very bytes that were made
// first. Fault code: unknown_payment_file.
func PaymentFileByID(ctx context.Context, q db.Q, id db.ID) (PaymentFile, error) {
	if err := account.Require(q.Actor(), account.ActPaymentRead, db.ID{}); err != nil {
		return PaymentFile{}, err
	}
	file, err := scanFile(q.QueryRow(ctx, selectFile+` WHERE f.id = $1`, id))
	if errors.Is(err, fault.ErrNotFound) {
		return PaymentFile{}, ErrUnknownFile
	}
	if err != nil {
		return PaymentFile{}, err
	}
	var sealed []byte
	if err := q.QueryRow(ctx, `SELECT text FROM payment_file WHERE id = $1`, id).Scan(&sealed); err != nil {
		return PaymentFile{}, err
	}
	text, err := db.Unseal(ctx, q, id, sealed)
	if err != nil {
		return PaymentFile{}, err
	}
	file.XML = []byte(text)
	file.Leaf, err = audit.HashOf(ctx, q, actPay, id)
	return file, err
}

// PaymentFiles lists the files, latest first, after one of them (the zero ID
// for the first), at most limit; without their texts.
func PaymentFiles(ctx context.Context, q db.Q, after db.ID, limit int) ([]PaymentFile, error) {
	if err := account.Require(q.Actor(), account.ActPaymentRead, db.ID{}); err != nil {
		return nil, err
	}
	if after.IsZero() {
		for i := range after {
			after[i] = 0xff
		}
	}
	return db.All(ctx, q, scanFile, selectFile+` WHERE f.id < $1 ORDER BY f.id DESC LIMIT $2`, after, limit)
}

// Undebited lists the files whose debit is awaited, oldest first; one that the
// bank rejected whole never will be debited.
func Undebited(ctx context.Context, q db.Q) ([]PaymentFile, error) {
	if err := account.Require(q.Actor(), account.ActPaymentRead, db.ID{}); err != nil {
		return nil, err
	}
	files, err := db.All(ctx, q, scanFile, selectFile+` WHERE d.id IS NULL ORDER BY f.id`)
	return slices.DeleteFunc(files, func(f PaymentFile) bool { return f.Due() == 0 }), err
}

// StatementsOf lists the statements that a file pays, by reference; those that
// the bank refused are no longer among them.
func StatementsOf(ctx context.Context, q db.Q, file db.ID) ([]Statement, error) {
	if err := account.Require(q.Actor(), account.ActPaymentRead, db.ID{}); err != nil {
		return nil, err
	}
	return db.All(ctx, q, scanStatement, selectStatement+` WHERE file_id = $1 ORDER BY reference`, file)
}

// PaymentsOf lists the payments of a file as it was made, by reference, with
// what the bank refused.
func PaymentsOf(ctx context.Context, q db.Q, file db.ID) ([]Payment, error) {
	if err := account.Require(q.Actor(), account.ActPaymentRead, db.ID{}); err != nil {
		return nil, err
	}
	return paymentsIn(ctx, q, file)
}

// RefusalOf is why the last payment of a statement did not reach the site, for
// those who may read the statement; found is false when it was not refused.
func RefusalOf(ctx context.Context, q db.Q, statement Statement) (refused Payment, found bool, err error) {
	if statement.State != Rejected {
		return Payment{}, false, nil
	}
	if err := account.RequireAt(q.Actor(), account.ActStatementRead, statement.Organisation, statement.Site); err != nil {
		return Payment{}, false, err
	}
	refused, err = paymentNamed(ctx, q, statement.Reference)
	return refused, err == nil, err
}
