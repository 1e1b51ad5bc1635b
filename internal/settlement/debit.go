package settlement

import (
	"context"
	"fmt"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/money"
	"passerelle/internal/voucher"
)

// Debit is what the bank's statement shows of a file: one debit of its total,
// less what it rejected before.
type Debit struct {
	ID     db.ID
	File   db.ID
	On     civil.Date
	Amount money.Cents
}

// SeenDebit records that the bank has paid a file: only now are its statements
// and their coupons paid. The same debit again changes nothing.
//
// Fault codes: forbidden, unknown_payment_file, invalid (on, amount),
// debit_already_seen.
func SeenDebit(ctx context.Context, tx *db.Tx, seen Debit) (PaymentFile, error) {
	if err := account.Require(tx.Actor(), account.ActPaymentConfirm, db.ID{}); err != nil {
		return PaymentFile{}, err
	}
	file, err := PaymentFileByID(ctx, tx, seen.File)
	if err != nil {
		return PaymentFile{}, err
	}
	if err := seen.check(file, civil.DateOf(tx.Now(), civil.Paris)); err != nil {
		return PaymentFile{}, err
	}
	if seen.ID.IsZero() {
		seen.ID = tx.NewID()
	}
	inserted, err := tx.Exec(ctx, `INSERT INTO payment_debit (id, file_id, debited_on, amount, person_id, at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (file_id) DO NOTHING`, seen.ID, seen.File, seen.On, int64(seen.Amount), tx.Actor().ID, tx.Now())
	if err != nil {
		return PaymentFile{}, err
	}
	if inserted == 0 {
		file, err := PaymentFileByID(ctx, tx, seen.File)
		if err == nil && file.DebitedOn != seen.On {
			err = ErrDebitSeen
		}
		return file, err
	}
	file.DebitedOn = seen.On
	statements, err := StatementsOf(ctx, tx, file.ID)
	if err != nil {
		return PaymentFile{}, err
	}
	var out money.Cents
	for _, statement := range statements {
		if err := paid(ctx, tx, seen, statement); err != nil {
			return PaymentFile{}, err
		}
		out += statement.Amount
	}
	if out != seen.Amount {
		return PaymentFile{}, fault.ErrConflict // a payment was rejected meanwhile
	}
	_, err = audit.Record(ctx, tx, actDebit, seen.ID, debitRow{seen.ID, seen.File, seen.On.String(), int64(seen.Amount)})
	return file, err
}

// debitRow is what the sealed record stands for.
type debitRow struct {
	ID, File db.ID
	On       string
	Amount   int64
}

func (d Debit) check(file PaymentFile, today civil.Date) error {
	var wrong fault.Collector
	made := civil.DateOf(file.At, civil.Paris)
	switch {
	case d.On.IsZero():
		wrong.Add("on", "required", "Écrivez la date du débit, comme sur le relevé de la banque.")
	case d.On.After(today):
		wrong.Add("on", "future", "Écrivez la date d’un débit déjà passé.")
	case d.On.Before(made):
		wrong.Add("on", "before_file", "Le fichier date du "+made.FrenchLong()+"\u00a0: écrivez une date à partir de ce jour.")
	}
	wrong.Check(d.Amount == file.Due(), "amount", "other_amount",
		"La banque doit débiter "+file.Due().String()+" pour ce fichier. Vérifiez le montant du débit, et que c’est bien ce fichier.")
	return wrong.Err()
}

// paid moves one statement of the file.
func paid(ctx context.Context, tx *db.Tx, seen Debit, statement Statement) error {
	moved, err := tx.Exec(ctx, `UPDATE statement SET state = 'paid', paid_on = $3 WHERE id = $1 AND file_id = $2 AND state = 'sent'`,
		statement.ID, seen.File, seen.On)
	if err != nil {
		return err
	}
	if moved == 0 {
		return fault.ErrConflict
	}
	amount, err := voucher.MarkPaid(ctx, tx, seen.ID, statement.ID)
	if err == nil && amount != statement.Amount {
		err = fmt.Errorf("settlement: statement %s says %d cents, its coupons %d", statement.ID, statement.Amount, amount)
	}
	return err
}
