package voucher

import (
	"context"
	"crypto/sha256"
	"errors"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/funding"
	"passerelle/internal/ledger"
)

// The kinds of reversals.
const (
	Undone   = "undone"   // a slip, taken back at once by the same person
	Reversed = "reversed" // with a reason
)

// Reversal gives back a coupon that was redeemed.
type Reversal struct {
	ID         db.ID
	Redemption db.ID
	Reason     string // not needed for two minutes

	// Filled in by Reverse.
	Kind string
	At   time.Time
}

// UndoWindow is how long the person who redeemed may take it back without a reason.
const UndoWindow = 2 * time.Minute

// The refusals of a reversal.
var (
	ErrReasonRequired    = fault.Define(fault.Invalid, "reason_required", "Dites pourquoi vous annulez ce chèque : plus de deux minutes ont passé, ou une autre personne l’a lu.")
	ErrStatementClosed   = fault.Define(fault.Conflict, "statement_closed", "Ce chèque est sur un relevé clos : il ne peut plus être annulé. Signalez-le à la comptabilité, qui corrige le relevé suivant.")
	ErrAlreadyReversed   = fault.Define(fault.Conflict, "already_reversed", "Cette lecture est déjà annulée. Il n’y a rien d’autre à faire.")
	ErrUnknownRedemption = fault.Define(fault.NotFound, "unknown_redemption", "Cette lecture de chèque n’existe pas, ou n’est pas à votre lieu. Repartez de la séance.")
)

// Reverse gives a coupon back, by the site that redeemed it, until its
// statement is closed. The coupon serves again; if its booklet ended in the
// meantime (blocked, expired), it ends as the booklet did and its value returns
// to the funders.
//
// Fault codes: unknown_redemption, reason_required, already_reversed,
// statement_closed, and those of account.Require.
func Reverse(ctx context.Context, tx *db.Tx, act Reversal) (Reversal, error) {
	redemption, err := redemptionByID(ctx, tx, act.Redemption)
	if err != nil {
		return Reversal{}, err
	}
	if err := account.RequireAt(tx.Actor(), account.ActCouponReverse, redemption.Organisation, redemption.Site); err != nil {
		if errors.Is(err, account.ErrOtherOrganisation) || errors.Is(err, account.ErrOtherPlace) {
			return Reversal{}, ErrUnknownRedemption
		}
		return Reversal{}, err
	}
	if err := redemption.reversible(); err != nil {
		return Reversal{}, err
	}
	act, err = act.completed(tx, redemption)
	if err != nil {
		return Reversal{}, err
	}
	if err := act.store(ctx, tx, redemption); err != nil {
		return Reversal{}, err
	}
	split, err := funding.SplitOf(ctx, tx, redemption.Order)
	if err != nil {
		return Reversal{}, err
	}
	parts := split.Coupon(redemption.Rank)
	if err := ledger.Post(ctx, tx, ledger.Move(ledger.Reversed, act.ID, redemption.Order, redemption.Site, split.Funders, parts)); err != nil {
		return Reversal{}, err
	}
	if err := act.endWithBooklet(ctx, tx, redemption, split); err != nil {
		return Reversal{}, err
	}
	_, err = audit.Record(ctx, tx, actReverse, act.ID, act.row())
	return act, err
}

func (r Reversal) row() audit.Row {
	return struct {
		ID, Redemption db.ID
		Kind           string
		Reason         [sha256.Size]byte
		At             time.Time
	}{r.ID, r.Redemption, r.Kind, reasonMark(r.Reason), r.At}
}

// reversible refuses by where the redemption stands.
func (r Redemption) reversible() error {
	switch r.State {
	case Redeemed:
		return nil
	case Reversed:
		return ErrAlreadyReversed
	}
	return ErrStatementClosed
}

func (r Reversal) completed(tx *db.Tx, redemption Redemption) (Reversal, error) {
	r.Reason, r.Kind, r.At = strings.TrimSpace(r.Reason), Reversed, tx.Now()
	if r.Reason == "" {
		if tx.Actor().ID != redemption.Person || tx.Now().Sub(redemption.At) > UndoWindow {
			return Reversal{}, ErrReasonRequired
		}
		r.Kind = Undone
	}
	if len(r.Reason) > 500 {
		var wrong fault.Collector
		wrong.Add("reason", "too_long", "Donnez la raison en 500 caractères au plus.")
		return Reversal{}, wrong.Err()
	}
	if r.ID.IsZero() {
		r.ID = tx.NewID()
	}
	return r, nil
}

// store gives the coupon back, if it still stands as this redemption left it,
// and keeps the act.
func (r Reversal) store(ctx context.Context, tx *db.Tx, redemption Redemption) error {
	given, err := tx.Exec(ctx, `UPDATE coupon SET state = 'live', redemption_id = NULL, turn = turn + 1
		WHERE id = $1 AND state = 'redeemed' AND redemption_id = $2`, redemption.Coupon, redemption.ID)
	if err != nil {
		return err
	}
	if given == 0 {
		if redemption, err = redemptionByID(ctx, tx, redemption.ID); err != nil {
			return err
		}
		if err := redemption.reversible(); err != nil {
			return err
		}
		return fault.ErrConflict
	}
	_, err = tx.Exec(ctx, `INSERT INTO reversal (id, redemption_id, kind, reason, person_id, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		r.ID, r.Redemption, r.Kind, r.Reason, tx.Actor().ID, r.At)
	return err
}

// endWithBooklet ends a coupon given back into a booklet that is no more. The
// booklet's row is touched so that its end and this act wait for each other.
func (r Reversal) endWithBooklet(ctx context.Context, tx *db.Tx, redemption Redemption, split funding.Split) error {
	var state string
	if err := tx.QueryRow(ctx, `UPDATE booklet SET state = state WHERE id = $1 RETURNING state`, redemption.Booklet).Scan(&state); err != nil {
		return err
	}
	event, ended := ledger.Expired, Expired
	switch state {
	case BookletLive:
		return nil
	case BookletBlocked:
		event, ended = ledger.Blocked, Blocked
	case BookletVoid:
		event, ended = ledger.Voided, Voided
	}
	changed, err := tx.Exec(ctx, `UPDATE coupon SET state = $2 WHERE id = $1 AND state = 'live'`, redemption.Coupon, ended)
	if err != nil {
		return err
	}
	if changed == 0 {
		return fault.ErrConflict
	}
	return giveBack(ctx, tx, event, r.ID, split, split.Coupon(redemption.Rank))
}

// ReversalByID finds a reversal, for a request that is repeated. Fault code: not_found.
func ReversalByID(ctx context.Context, q db.Q, id db.ID) (Reversal, error) {
	var r Reversal
	var organisation, site db.ID
	err := q.QueryRow(ctx, `SELECT v.id, v.redemption_id, v.reason, v.kind, v.at, r.organisation_id, r.site_id
		FROM reversal v JOIN redemption r ON r.id = v.redemption_id WHERE v.id = $1`, id).
		Scan(&r.ID, &r.Redemption, &r.Reason, &r.Kind, &r.At, &organisation, &site)
	if err != nil {
		return Reversal{}, err
	}
	return r, account.RequireAt(q.Actor(), account.ActCouponReverse, organisation, site)
}
