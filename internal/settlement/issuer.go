package settlement

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

// IssuerAccount is the ring-fenced account from which sites are paid.
type IssuerAccount struct {
	ID   db.ID
	Name string // its holder, as the bank knows it
	IBAN bank.IBAN
	BIC  bank.BIC // may be empty
	At   time.Time
}

// longestName is what a credit transfer carries of a party's name, in characters.
const longestName = 70

// SetIssuerAccount records the account that pays from now on; files already
// made keep theirs. Fault codes: forbidden, invalid (name, iban, bic).
func SetIssuerAccount(ctx context.Context, tx *db.Tx, set IssuerAccount) (IssuerAccount, error) {
	if err := account.Require(tx.Actor(), account.ActIssuerAccountSet, db.ID{}); err != nil {
		return IssuerAccount{}, err
	}
	set, err := set.read()
	if err != nil {
		return IssuerAccount{}, err
	}
	if set.ID.IsZero() {
		set.ID = tx.NewID()
	}
	set.At = tx.Now()
	if _, err := tx.Exec(ctx, `INSERT INTO issuer_account (id, name, iban, bic, person_id, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		set.ID, set.Name, string(set.IBAN), string(set.BIC), tx.Actor().ID, set.At); err != nil {
		return IssuerAccount{}, err
	}
	_, err = audit.Record(ctx, tx, actIssuerAccount, set.ID, set)
	return set, err
}

// read checks what was typed and writes it as banks do.
func (a IssuerAccount) read() (IssuerAccount, error) {
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

// IssuerAccountNow is the account in force. Fault code: no_issuer_account.
func IssuerAccountNow(ctx context.Context, q db.Q) (IssuerAccount, error) {
	if err := account.Require(q.Actor(), account.ActIssuerAccountRead, db.ID{}); err != nil {
		return IssuerAccount{}, err
	}
	return issuerAccount(ctx, q, `SELECT id, name, iban, bic, at FROM issuer_account ORDER BY at DESC, id DESC LIMIT 1`)
}

// IssuerAccountByID is an account as it was set. Fault code: no_issuer_account.
func IssuerAccountByID(ctx context.Context, q db.Q, id db.ID) (IssuerAccount, error) {
	if err := account.Require(q.Actor(), account.ActIssuerAccountRead, db.ID{}); err != nil {
		return IssuerAccount{}, err
	}
	return issuerAccount(ctx, q, `SELECT id, name, iban, bic, at FROM issuer_account WHERE id = $1`, id)
}

func issuerAccount(ctx context.Context, q db.Q, query string, args ...any) (IssuerAccount, error) {
	var a IssuerAccount
	err := q.QueryRow(ctx, query, args...).Scan(&a.ID, &a.Name, (*string)(&a.IBAN), (*string)(&a.BIC), &a.At)
	if fault.KindOf(err) == fault.NotFound {
		return IssuerAccount{}, ErrNoIssuerAccount
	}
	return a, err
}
