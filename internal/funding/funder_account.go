package funding

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/bank"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// Account is where a funder is paid back, and what tells its payments from
// another's.
type Account struct {
	ID     db.ID
	Funder db.ID
	Name   string // its holder, as the bank knows it
	IBAN   bank.IBAN
	BIC    bank.BIC // may be empty
	At     time.Time
}

// ErrNoFunderAccount refuses to pay back a funder whose account is not known.
var ErrNoFunderAccount = fault.Define(fault.Conflict, "no_funder_account", "Le compte de ce financeur n’est pas enregistré. Enregistrez-le d’abord, puis remboursez.")

// longestName is what a credit transfer carries of a party's name, in characters.
const longestName = 70

// SetAccount records the account on which a funder is paid back from now on.
// Fault codes: forbidden, unknown_funder, invalid (name, iban, bic).
func SetAccount(ctx context.Context, tx *db.Tx, set Account) (Account, error) {
	if err := account.Require(tx.Actor(), account.ActRefundMake, db.ID{}); err != nil {
		return Account{}, err
	}
	if _, err := FunderByID(ctx, tx, set.Funder); err != nil {
		return Account{}, err
	}
	set, err := set.read()
	if err != nil {
		return Account{}, err
	}
	if set.ID.IsZero() {
		set.ID = tx.NewID()
	}
	set.At = tx.Now()
	if _, err := tx.Exec(ctx, `INSERT INTO funder_account (id, funder_id, name, iban, bic, person_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		set.ID, set.Funder, set.Name, string(set.IBAN), string(set.BIC), tx.Actor().ID, set.At); err != nil {
		return Account{}, err
	}
	_, err = audit.Record(ctx, tx, actSetAccount, set.ID, set)
	return set, err
}

// read checks what was typed and writes it as banks do.
func (a Account) read() (Account, error) {
	var wrong fault.Collector
	a.Name = strings.Join(strings.Fields(a.Name), " ")
	wrong.Check(a.Name != "", "name", "required", "Donnez le nom du titulaire du compte.")
	wrong.Check(utf8.RuneCountInString(a.Name) <= longestName, "name", "too_long", "Raccourcissez le nom du titulaire\u00a0: 70\u00a0caractères au plus.")
	var err error
	if a.IBAN, err = bank.ParseIBAN(string(a.IBAN)); err != nil {
		wrong.Add("iban", fault.Of(err).Code, fault.Of(err).Message)
	}
	if a.BIC != "" {
		if a.BIC, err = bank.ParseBIC(string(a.BIC)); err != nil {
			wrong.Add("bic", fault.Of(err).Code, fault.Of(err).Message)
		}
	}
	return a, wrong.Err()
}

const selectAccount = `SELECT id, funder_id, name, iban, bic, at FROM funder_account`

func scanAccount(row db.Scanner) (Account, error) {
	var a Account
	err := row.Scan(&a.ID, &a.Funder, &a.Name, (*string)(&a.IBAN), (*string)(&a.BIC), &a.At)
	return a, err
}

// AccountOf is the account of a funder in force. Fault code: no_funder_account.
func AccountOf(ctx context.Context, q db.Q, funder db.ID) (Account, error) {
	return readAccount(ctx, q, ` WHERE funder_id = $1 ORDER BY at DESC, id DESC LIMIT 1`, funder)
}

// AccountByID is an account as it was set. Fault code: no_funder_account.
func AccountByID(ctx context.Context, q db.Q, id db.ID) (Account, error) {
	return readAccount(ctx, q, ` WHERE id = $1`, id)
}

func readAccount(ctx context.Context, q db.Q, condition string, key db.ID) (Account, error) {
	if err := account.Require(q.Actor(), account.ActRefundRead, db.ID{}); err != nil {
		return Account{}, err
	}
	found, err := scanAccount(q.QueryRow(ctx, selectAccount+condition, key))
	if fault.KindOf(err) == fault.NotFound {
		return Account{}, ErrNoFunderAccount
	}
	return found, err
}
