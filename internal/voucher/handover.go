package voucher

import (
	"context"
	"errors"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/funding"
	"passerelle/internal/holder"
	"passerelle/internal/ledger"
)

// Handover gives a booklet of a desk's stock to a person.
type Handover struct {
	ID     db.ID
	Number string // of the booklet, as typed or scanned
	Holder db.ID

	// Filled in by HandOver.
	Booklet      db.ID
	Organisation db.ID // the desk
	Person       db.ID // who handed it over
	ValidUntil   civil.Date
	At           time.Time
}

// HandOver makes a booklet live in a person's hands, from the desk's own stock,
// where the cash received from each funder covers its part. The order's months
// of validity run from today, in the zone of the person's commune. The seats
// that the person already has hold a coupon each, as far as there are coupons.
//
// Fault codes: bad_number, unknown_booklet (also of another desk), not_found and
// other_organisation (the person), already_handed_over, not_covered, blocked,
// expired, replaced.
func HandOver(ctx context.Context, tx *db.Tx, act Handover) (Booklet, error) {
	number, err := ParseBooklet(act.Number)
	if err != nil {
		return Booklet{}, err
	}
	if err := account.Require(tx.Actor(), account.ActBookletHandOver, db.ID{}); err != nil {
		return Booklet{}, err
	}
	if err := rehearsed(SpecimenBooklets, number); err != nil {
		return Booklet{}, err
	}
	booklet, err := bookletBy(ctx, tx, byNumber, number)
	if err != nil {
		return Booklet{}, err
	}
	if err := account.Require(tx.Actor(), account.ActBookletHandOver, booklet.Desk); err != nil {
		return Booklet{}, hidden(err)
	}
	person, err := holder.ByID(ctx, tx, act.Holder)
	if err != nil {
		return Booklet{}, err
	}
	if err := booklet.handable(); err != nil {
		return Booklet{}, err
	}
	split, err := funding.SplitOf(ctx, tx, booklet.Order)
	if err != nil {
		return Booklet{}, err
	}
	act.Booklet, act.Organisation, act.Person, act.At = booklet.ID, booklet.Desk, tx.Actor().ID, tx.Now()
	act.ValidUntil = civil.DateOf(tx.Now(), civil.ZoneOf(person.Commune)).AddMonths(booklet.ValidityMonths)
	if act.ID.IsZero() {
		act.ID = tx.NewID()
	}
	if err := act.enliven(ctx, tx); err != nil {
		return Booklet{}, err
	}
	if err := act.pay(ctx, tx, booklet, split); err != nil {
		return Booklet{}, err
	}
	if _, err := audit.Record(ctx, tx, actHandOver, act.ID, act.row()); err != nil {
		return Booklet{}, err
	}
	if err := holdAhead(ctx, tx, act.Holder); err != nil {
		return Booklet{}, err
	}
	return bookletBy(ctx, tx, byID, booklet.ID)
}

// hidden tells of another desk's booklet as of one that is not there.
func hidden(err error) error {
	if errors.Is(err, account.ErrOtherOrganisation) {
		return ErrUnknownBooklet
	}
	return err
}

// handable refuses a booklet that is not in stock.
func (b Booklet) handable() error {
	switch b.State {
	case InStock:
		return nil
	case BookletLive, BookletUsedUp:
		return ErrAlreadyHandedOver
	case BookletVoid:
		return ErrBlocked.Sayf("Ce carnet a été rappelé par la collectivité qui l’a commandé. Prenez un autre carnet du stock.")
	case BookletBlocked:
		return ErrBlocked.Sayf("Ce carnet a été déclaré perdu, volé ou abîmé. Prenez un autre carnet du stock.")
	case BookletExpired:
		return ErrExpired.Sayf("Ce carnet n’est plus valable. Prenez un autre carnet du stock.")
	case BookletReplaced:
		return ErrReplaced.Sayf("Ce carnet a été remplacé. Prenez un autre carnet du stock.")
	}
	return fault.ErrConflict
}

// enliven changes the states and keeps the act.
func (h Handover) enliven(ctx context.Context, tx *db.Tx) error {
	changed, err := tx.Exec(ctx, `UPDATE booklet SET state = 'live', holder_id = $2, valid_until = $3, grace_until = $4
		WHERE id = $1 AND state = 'in_stock'`, h.Booklet, h.Holder, h.ValidUntil, h.ValidUntil.AddMonths(1))
	if err != nil {
		return err
	}
	if changed == 0 {
		return ErrAlreadyHandedOver
	}
	if _, err := tx.Exec(ctx, `UPDATE coupon SET state = 'live' WHERE booklet_id = $1 AND state = 'idle'`, h.Booklet); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO handover (id, booklet_id, holder_id, organisation_id, person_id, valid_until, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		h.ID, h.Booklet, h.Holder, h.Organisation, h.Person, h.ValidUntil, h.At)
	return err
}

// pay sets cash aside for the booklet's coupons and journals it.
func (h Handover) pay(ctx context.Context, tx *db.Tx, booklet Booklet, split funding.Split) error {
	parts := split.Run(booklet.Coupons[0].Rank, booklet.Coupons[len(booklet.Coupons)-1].Rank)
	if err := funding.Cover(ctx, tx, split, parts); err != nil {
		return err
	}
	return ledger.Post(ctx, tx, ledger.Move(ledger.HandedOver, h.ID, split.Order, db.ID{}, split.Funders, parts))
}

// row is what the handover's leaf stands for.
func (h Handover) row() audit.Row {
	return struct {
		ID, Booklet, Holder, Organisation db.ID
		ValidUntil                        civil.Date
		At                                time.Time
	}{h.ID, h.Booklet, h.Holder, h.Organisation, h.ValidUntil, h.At}
}

const selectHandover = `SELECT h.id, h.booklet_id, h.holder_id, h.organisation_id, h.person_id, h.valid_until, h.at FROM handover h`

func scanHandover(row db.Scanner) (Handover, error) {
	var h Handover
	err := row.Scan(&h.ID, &h.Booklet, &h.Holder, &h.Organisation, &h.Person, &h.ValidUntil, &h.At)
	return h, err
}

// HandedOver is the booklet of a handover that already happened, for a request
// that is repeated. Fault code: not_found.
func HandedOver(ctx context.Context, q db.Q, id db.ID) (Booklet, error) {
	act, err := scanHandover(q.QueryRow(ctx, selectHandover+` WHERE h.id = $1`, id))
	if err != nil {
		return Booklet{}, err
	}
	if err := account.Require(q.Actor(), account.ActBookletHandOver, act.Organisation); err != nil {
		return Booklet{}, err
	}
	return bookletBy(ctx, q, byID, act.Booklet)
}
