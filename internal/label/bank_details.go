package label

import (
	"context"
	"errors"
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

// Details are the bank details of a site: its own or, where it has none, those
// that the organisation which keeps it gave once for all of its places.
type Details struct {
	ID     db.ID  // of this entry, chosen by the edge
	Holder string // titulaire du compte
	IBAN   bank.IBAN
	BIC    bank.BIC // empty when the site gave none
	Actor  db.ID    // who entered them
	At     time.Time
	Common bool // the organisation's, and not the site's own
}

// SetBankDetails enters the account on which one site is paid from now on,
// whatever its organisation's other places are paid on. Only
// an owner of the organisation that keeps the place may. The same account again
// changes nothing. Faults: forbidden, owner_only, other_organisation,
// place_unkept, invalid (holder, iban, bic), unknown_place.
func SetBankDetails(ctx context.Context, tx *db.Tx, site db.ID, details Details) (Details, error) {
	if _, err := kept(ctx, tx, site, account.ActBankDetailsEnter); err != nil {
		return Details{}, err
	}
	return enter(ctx, tx, site, details)
}

// SetCommonDetails enters the account on which all of an organisation's places
// are paid from now on, those with an account of their own excepted. Only an
// owner of it may. The same account again changes nothing. Faults: forbidden,
// owner_only, other_organisation, invalid (holder, iban, bic).
func SetCommonDetails(ctx context.Context, tx *db.Tx, organisation db.ID, details Details) (Details, error) {
	if err := account.Require(tx.Actor(), account.ActBankDetailsEnter, organisation); err != nil {
		return Details{}, err
	}
	entered, err := enter(ctx, tx, organisation, details)
	entered.Common = err == nil
	return entered, err
}

// enter writes the account of a payee: a place, or the organisation for all of
// its places.
func enter(ctx context.Context, tx *db.Tx, payee db.ID, details Details) (Details, error) {
	details, err := details.read()
	if err != nil {
		return Details{}, err
	}
	mark := markOf(tx, payee, [3]string{details.Holder, string(details.IBAN), string(details.BIC)})
	current, err := currentMark(ctx, tx, payee)
	if err == nil && string(current) == string(mark) {
		return read(ctx, tx, payee)
	}
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return Details{}, err
	}
	if details.ID.IsZero() {
		details.ID = tx.NewID()
	}
	details.Actor, details.At = tx.Actor().ID, tx.Now()
	if err := insertDetails(ctx, tx, payee, details, mark); err != nil {
		return Details{}, err
	}
	_, err = audit.Record(ctx, tx, actEnter, details.ID, detailsRow{
		ID: details.ID, Payee: payee, Mark: mark, Actor: details.Actor, At: details.At,
	})
	return details, err
}

// markOf tells an account from another without telling it: the keyed hash of
// holder, IBAN and BIC.
func markOf(q db.Q, payee db.ID, texts [3]string) []byte {
	return db.Match(q, payee, strings.Join(texts[:], "\n"))
}

// detailsRow is what the sealed record stands for: a keyed mark tells one
// account from another, and nothing of it.
type detailsRow struct {
	ID, Payee db.ID
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

func insertDetails(ctx context.Context, tx *db.Tx, payee db.ID, d Details, mark []byte) error {
	var sealed [3][]byte
	for i, text := range []string{d.Holder, string(d.IBAN), string(d.BIC)} {
		var err error
		if sealed[i], err = db.Seal(ctx, tx, payee, text); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, `INSERT INTO bank_details (id, payee, holder, iban, bic, mark, actor, organisation, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		d.ID, payee, sealed[0], sealed[1], sealed[2], mark, d.Actor, tx.Actor().Organisation, d.At); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO bank_details_current (payee, details) VALUES ($1, $2)
		ON CONFLICT (payee) DO UPDATE SET details = excluded.details`, payee, d.ID)
	return err
}

// BankDetailsOf reads the account on which a site is paid, whole: for the
// accountant and for an owner of the organisation that keeps it. Pages show the
// owner IBAN.Masked(). Faults: forbidden, owner_only, other_organisation,
// unknown_place, no_bank_details, erased.
func BankDetailsOf(ctx context.Context, q db.Q, site db.ID) (Details, error) {
	known, err := kept(ctx, q, site, account.ActBankDetailsRead)
	if err != nil {
		return Details{}, err
	}
	details, err := read(ctx, q, site)
	if errors.Is(err, ErrNoBankDetails) {
		details, err = read(ctx, q, known.Organisation)
		details.Common = err == nil
	}
	return details, err
}

// CommonDetailsOf reads the account of an organisation's places that have none
// of their own, as BankDetailsOf does a site's. Faults: forbidden, owner_only,
// other_organisation, no_bank_details, erased.
func CommonDetailsOf(ctx context.Context, q db.Q, organisation db.ID) (Details, error) {
	if err := account.Require(q.Actor(), account.ActBankDetailsRead, organisation); err != nil {
		return Details{}, err
	}
	details, err := read(ctx, q, organisation)
	details.Common = err == nil
	return details, err
}

func read(ctx context.Context, q db.Q, payee db.ID) (Details, error) {
	var d Details
	var holder, iban, bic []byte
	err := q.QueryRow(ctx, `SELECT entered.id, entered.holder, entered.iban, entered.bic, entered.actor, entered.at
		FROM bank_details_current AS latest JOIN bank_details AS entered ON entered.id = latest.details
		WHERE latest.payee = $1`, payee).Scan(&d.ID, &holder, &iban, &bic, &d.Actor, &d.At)
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
		if *column.to, err = db.Unseal(ctx, q, payee, column.sealed); err != nil {
			return Details{}, err
		}
	}
	return d, nil
}

// HasBankDetails tells whether a site can be paid, on an account of its own or
// its organisation's; it shows nothing of the account. Fault: unknown_place.
func HasBankDetails(ctx context.Context, q db.Q, site db.ID) (bool, error) {
	known, err := place.StandingOf(ctx, q, site)
	if err != nil {
		return false, err
	}
	return db.Value[bool](q.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM bank_details_current WHERE payee = $1 OR payee = $2)`, site, known.Organisation))
}

// HasOwnDetails tells whether a site has an account of its own.
func HasOwnDetails(ctx context.Context, q db.Q, site db.ID) (bool, error) {
	return db.Value[bool](q.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM bank_details_current WHERE payee = $1)`, site))
}

func currentMark(ctx context.Context, q db.Q, payee db.ID) ([]byte, error) {
	var mark []byte
	err := q.QueryRow(ctx, `SELECT entered.mark FROM bank_details_current AS latest JOIN bank_details AS entered ON entered.id = latest.details
		WHERE latest.payee = $1`, payee).Scan(&mark)
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
