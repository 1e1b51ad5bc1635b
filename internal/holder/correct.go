package holder

import (
	"context"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/db"
)

// Correction is what is now known of a registered person; every field replaces
// what was kept.
type Correction struct {
	Holder    db.ID
	Name      string
	Commune   string
	Telephone string
	Email     string
	Address   string // where letters go, a line each
	Recipient Recipient
	Manner    Manner
	Note      string
	Consent   bool
}

// Correct replaces what is kept of a person, and records consent given or taken
// back: who heard it, when. Faults: those of New.Check, and of account.Require
// for holder.register.
func Correct(ctx context.Context, tx *db.Tx, in Correction) (Holder, error) {
	known, err := load(ctx, tx, in.Holder)
	if err != nil {
		return Holder{}, err
	}
	if err := account.Require(tx.Actor(), account.ActHolderRegister, known.Organisation); err != nil {
		return Holder{}, err
	}
	sealed := New{
		Telephone: in.Telephone, Email: in.Email, Address: in.Address, Recipient: in.Recipient, Manner: in.Manner, Note: in.Note,
	}.details()
	name := strings.TrimSpace(in.Name)
	if err := sealed.check(name, in.Commune, in.Consent); err != nil {
		return Holder{}, err
	}
	act := "holder.correct"
	if known.Consent != in.Consent {
		known.ConsentAt, known.ConsentBy = tx.Now(), tx.Actor().ID
		act = "holder.consent"
	}
	known.Name, known.Commune, known.Consent = name, in.Commune, in.Consent
	known.Email, known.Address = sealed.Email, sealed.Address
	known.Telephone, known.Recipient, known.Manner, known.Note = sealed.Telephone, sealed.Recipient, sealed.Manner, sealed.Note
	columns, err := known.seal(ctx, tx)
	if err != nil {
		return Holder{}, err
	}
	if _, err := tx.Exec(ctx, `UPDATE holder SET commune = $2, name = $3, details = $4, name_match = $5, telephone_match = $6,
			consent = $7, consent_at = $8, consent_by = $9 WHERE id = $1`,
		known.ID, known.Commune, columns.name, columns.details, columns.nameMatch, columns.telephoneMatch,
		known.Consent, known.ConsentAt, known.ConsentBy); err != nil {
		return Holder{}, err
	}
	return known, record(ctx, tx, act, known)
}
