package label

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
	"passerelle/internal/place"
)

// actEnter names an entry in the sealed record.
const actEnter = "bank_details.enter"

// longestHolder is what a credit transfer carries of a payee's name (ISO 20022
// in the SEPA rulebooks), in characters.
const longestHolder = 70

// Details are a site's bank details.
type Details struct {
	ID     db.ID  // of this entry, chosen by the edge
	Holder string // titulaire du compte
	IBAN   bank.IBAN
	BIC    bank.BIC // empty when the site gave none
	Actor  db.ID    // who entered them
	At     time.Time
}

// SetBankDetails enters the account on which a site is paid from now on. Only
// an owner of the organisation that keeps the place may. The same account again
// changes nothing. Faults: forbidden, owner_only, other_organisation,
// place_unkept, invalid (holder, iban, bic), unknown_place.
func SetBankDetails(ctx context.Context, tx *db.Tx, site db.ID, details Details) (Details, error) {
	if _, err := kept(ctx, tx, site, account.ActBankDetailsEnter); err != nil {
		return Details{}, err
	}
	details, err := details.read()
	if err != nil {
		return Details{}, err
	}
	mark := db.Match(tx, site, details.Holder+"\n"+string(details.IBAN)+"\n"+string(details.BIC))
	current, err := currentMark(ctx, tx, site)
	if err == nil && string(current) == string(mark) {
		return read(ctx, tx, site)
	}
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return Details{}, err
	}
	if details.ID.IsZero() {
		details.ID = tx.NewID()
	}
	details.Actor, details.At = tx.Actor().ID, tx.Now()
	if err := insertDetails(ctx, tx, site, details, mark); err != nil {
		return Details{}, err
	}
	_, err = audit.Record(ctx, tx, actEnter, details.ID, detailsRow{
		ID: details.ID, Place: site, Mark: mark, Actor: details.Actor, At: details.At,
	})
	return details, err
}

// detailsRow is what the sealed record stands for: a keyed mark tells one
// account from another, and nothing of it.
type detailsRow struct {
	ID, Place db.ID
	Mark      []byte
	Actor     db.ID
	At        time.Time
}

// read checks what was typed and writes it as banks do.
func (d Details) read() (Details, error) {
	var wrong fault.Collector
	d.Holder = strings.Join(strings.Fields(d.Holder), " ")
	wrong.Check(d.Holder != "", "holder", "required", "Donnez le nom du titulaire du compte, comme sur le relevé d’identité bancaire.")
	wrong.Check(utf8.RuneCountInString(d.Holder) <= longestHolder, "holder", "too_long", "Raccourcissez le nom du titulaire\u00a0: 70\u00a0caractères au plus.")
	iban, err := bank.ParseIBAN(string(d.IBAN))
	if err != nil {
		wrong.Add("iban", fault.Of(err).Code, fault.Of(err).Message)
	}
	d.IBAN = iban
	if d.BIC != "" {
		bic, err := bank.ParseBIC(string(d.BIC))
		if err != nil {
			wrong.Add("bic", fault.Of(err).Code, fault.Of(err).Message)
		}
		d.BIC = bic
	}
	return d, wrong.Err()
}

func insertDetails(ctx context.Context, tx *db.Tx, site db.ID, d Details, mark []byte) error {
	var sealed [3][]byte
	for i, text := range []string{d.Holder, string(d.IBAN), string(d.BIC)} {
		var err error
		if sealed[i], err = db.Seal(ctx, tx, site, text); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, `INSERT INTO bank_details (id, place, holder, iban, bic, mark, actor, organisation, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		d.ID, site, sealed[0], sealed[1], sealed[2], mark, d.Actor, tx.Actor().Organisation, d.At); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO bank_details_current (place, details) VALUES ($1, $2)
		ON CONFLICT (place) DO UPDATE SET details = excluded.details`, site, d.ID)
	return err
}

// BankDetailsOf reads the account on which a site is paid, whole: for the
// accountant and for an owner of the organisation that keeps it. Pages show the
// owner IBAN.Masked(). Faults: forbidden, owner_only, other_organisation,
// unknown_place, no_bank_details, erased.
func BankDetailsOf(ctx context.Context, q db.Q, site db.ID) (Details, error) {
	if _, err := kept(ctx, q, site, account.ActBankDetailsRead); err != nil {
		return Details{}, err
	}
	return read(ctx, q, site)
}

func read(ctx context.Context, q db.Q, site db.ID) (Details, error) {
	var d Details
	var holder, iban, bic []byte
	err := q.QueryRow(ctx, `SELECT entered.id, entered.holder, entered.iban, entered.bic, entered.actor, entered.at
		FROM bank_details_current AS latest JOIN bank_details AS entered ON entered.id = latest.details
		WHERE latest.place = $1`, site).Scan(&d.ID, &holder, &iban, &bic, &d.Actor, &d.At)
	if fault.KindOf(err) == fault.NotFound {
		return Details{}, ErrNoBankDetails
	}
	if err != nil {
		return Details{}, err
	}
	for _, column := range []struct {
		sealed []byte
		to     *string
	}{{holder, &d.Holder}, {iban, (*string)(&d.IBAN)}, {bic, (*string)(&d.BIC)}} {
		if *column.to, err = db.Unseal(ctx, q, site, column.sealed); err != nil {
			return Details{}, err
		}
	}
	return d, nil
}

// HasBankDetails tells whether a site can be paid; it shows nothing of the account.
func HasBankDetails(ctx context.Context, q db.Q, site db.ID) (bool, error) {
	_, err := currentMark(ctx, q, site)
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return err == nil, err
}

func currentMark(ctx context.Context, q db.Q, site db.ID) ([]byte, error) {
	var mark []byte
	err := q.QueryRow(ctx, `SELECT entered.mark FROM bank_details_current AS latest JOIN bank_details AS entered ON entered.id = latest.details
		WHERE latest.place = $1`, site).Scan(&mark)
	return mark, err
}

// kept reads a place for an act on it by the organisation that keeps it. A
// place that nobody keeps has no owner: the zero organisation must not stand
// for "any".
func kept(ctx context.Context, q db.Q, id db.ID, act account.Act) (place.Place, error) {
	if err := account.Require(q.Actor(), act, db.ID{}); err != nil {
		return place.Place{}, err
	}
	known, err := place.ByID(ctx, q, id)
	if err != nil {
		return place.Place{}, err
	}
	if known.Organisation.IsZero() {
		return place.Place{}, ErrUnkept
	}
	return known, account.Require(q.Actor(), act, known.Organisation)
}
