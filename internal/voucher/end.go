package voucher

import (
	"context"
	"crypto/sha256"
	"slices"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/funding"
	"passerelle/internal/ledger"
	"passerelle/internal/money"
)

// The kinds of loss for which a desk blocks a booklet.
const (
	Lost    = "lost"
	Stolen  = "stolen"
	Damaged = "damaged"
)

// Loss blocks what is unused of a booklet.
type Loss struct {
	ID     db.ID
	Number string // of the booklet, as typed
	Kind   string // Lost, Stolen or Damaged
	Reason string // what the person said
}

// end is the row of a booklet's end.
type end struct {
	ID, Booklet db.ID
	Kind        string
	At          time.Time
}

// Block ends a booklet that was lost, stolen or damaged, from the stock or from
// a person's hands, by the desk that has it or gave it. What was redeemed stands;
// the value of the rest returns to the order's funders.
//
// Fault codes: bad_number, unknown_booklet, invalid (kind, reason), blocked,
// expired, replaced.
func Block(ctx context.Context, tx *db.Tx, loss Loss) (Booklet, error) {
	number, err := ParseBooklet(loss.Number)
	if err != nil {
		return Booklet{}, err
	}
	booklet, err := bookletBy(ctx, tx, byNumber, number)
	if err != nil {
		return Booklet{}, err
	}
	if err := account.Require(tx.Actor(), account.ActBookletBlock, booklet.Desk); err != nil {
		return Booklet{}, hidden(err)
	}
	loss.Reason = strings.TrimSpace(loss.Reason)
	if err := loss.check(); err != nil {
		return Booklet{}, err
	}
	if booklet.State != InStock && !booklet.live() {
		return Booklet{}, booklet.handable()
	}
	changed, err := tx.Exec(ctx, `UPDATE booklet SET state = 'blocked' WHERE id = $1 AND state IN ('in_stock', 'live')`, booklet.ID)
	if err != nil {
		return Booklet{}, err
	}
	if changed == 0 {
		return Booklet{}, fault.ErrConflict
	}
	if err := finish(ctx, tx, end{loss.ID, booklet.ID, loss.Kind, tx.Now()}, booklet.Order, Blocked, loss.Reason); err != nil {
		return Booklet{}, err
	}
	return bookletBy(ctx, tx, byID, booklet.ID)
}

func (l Loss) check() error {
	var wrong fault.Collector
	wrong.Check(slices.Contains([]string{Lost, Stolen, Damaged}, l.Kind), "kind", "unknown", "Dites si le carnet est perdu, volé ou abîmé.")
	wrong.Check(l.Reason != "", "reason", "required", "Notez ce que la personne a dit, en quelques mots.")
	wrong.Check(len(l.Reason) <= 500, "reason", "too_long", "Notez la raison en 500 caractères au plus.")
	return wrong.Err()
}

// MostExpired bounds one call of Expire.
const MostExpired = 200

// Expire ends the booklets whose month of grace ended before a day, at most
// MostExpired, and tells how many: the nightly job calls it until it tells less.
// The value of what was not used returns to the order's funders.
func Expire(ctx context.Context, tx *db.Tx, day civil.Date) (int, error) {
	if kind := tx.Actor().Kind; kind != db.Job && kind != db.Console {
		return 0, fault.ErrForbidden
	}
	type term struct{ booklet, order db.ID }
	terms, err := db.All(ctx, tx, func(row db.Scanner) (term, error) {
		var t term
		err := row.Scan(&t.booklet, &t.order)
		return t, err
	}, `SELECT id, order_id FROM booklet WHERE state = 'live' AND grace_until < $1 ORDER BY grace_until, id LIMIT $2`, day, MostExpired)
	if err != nil {
		return 0, err
	}
	for _, t := range terms {
		var left int
		if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM coupon WHERE booklet_id = $1 AND state = 'live'`, t.booklet).Scan(&left); err != nil {
			return 0, err
		}
		state := BookletExpired
		if left == 0 {
			state = BookletUsedUp
		}
		changed, err := tx.Exec(ctx, `UPDATE booklet SET state = $2 WHERE id = $1 AND state = 'live'`, t.booklet, state)
		if err != nil {
			return 0, err
		}
		if changed == 0 {
			continue // ended otherwise in between
		}
		if err := finish(ctx, tx, end{Booklet: t.booklet, Kind: state, At: tx.Now()}, t.order, Expired, ""); err != nil {
			return 0, err
		}
	}
	return len(terms), nil
}

// finish ends every unused coupon of a booklet, keeps the act and gives the
// value of live coupons back.
func finish(ctx context.Context, tx *db.Tx, act end, order db.ID, state, reason string) error {
	event := act.event()
	if act.ID.IsZero() {
		act.ID = tx.NewID()
	}
	if _, err := tx.Exec(ctx, `INSERT INTO booklet_end (id, booklet_id, kind, reason, person_id, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		act.ID, act.Booklet, act.Kind, reason, tx.Actor().ID, act.At); err != nil {
		return err
	}
	ranks, err := db.All(ctx, tx, db.Value[int], `UPDATE coupon SET state = $2 WHERE booklet_id = $1 AND state = 'live' RETURNING rank`, act.Booklet, state)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE coupon SET state = $2 WHERE booklet_id = $1 AND state = 'idle'`, act.Booklet, state); err != nil {
		return err
	}
	if len(ranks) > 0 {
		split, err := funding.SplitOf(ctx, tx, order)
		if err != nil {
			return err
		}
		if err := giveBack(ctx, tx, event, act.ID, split, split.Ranks(ranks...)); err != nil {
			return err
		}
	}
	_, err = audit.Record(ctx, tx, act.leaf(), act.ID, act.row(reason))
	return err
}

// leaf names the act in the sealed record.
func (e end) leaf() string {
	switch e.Kind {
	case Lost, Stolen, Damaged:
		return actBlock
	case BookletVoid:
		return actVoid
	}
	return actExpire
}

// event is what gives the value of live coupons back.
func (e end) event() ledger.Event {
	switch e.leaf() {
	case actBlock:
		return ledger.Blocked
	case actVoid:
		return ledger.Voided
	}
	return ledger.Expired
}

func (e end) row(reason string) audit.Row {
	return struct {
		ID, Booklet db.ID
		Kind        string
		Reason      [sha256.Size]byte
		At          time.Time
	}{e.ID, e.Booklet, e.Kind, reasonMark(reason), e.At}
}

// giveBack returns the value of coupons that end unused to the order's funders.
func giveBack(ctx context.Context, tx *db.Tx, event ledger.Event, cause db.ID, split funding.Split, parts []money.Cents) error {
	if err := funding.Release(ctx, tx, split, parts); err != nil {
		return err
	}
	return ledger.Post(ctx, tx, ledger.Move(event, cause, split.Order, db.ID{}, split.Funders, parts))
}
