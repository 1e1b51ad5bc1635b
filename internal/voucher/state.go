package voucher

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/funding"
	"passerelle/internal/ledger"
	"passerelle/internal/money"
)

// The functions of this file are for package settlement, which has established
// that the actor may close, pay and confirm statements.

// ToState lists the redemptions of a site that stand and are on no statement,
// from an instant up to another, oldest first.
func ToState(ctx context.Context, q db.Q, site db.ID, from, to time.Time) ([]Redemption, error) {
	return db.All(ctx, q, scanRedemption, selectRedemption+` WHERE r.site_id = $1 AND r.at >= $2 AND r.at < $3
		AND c.redemption_id = r.id AND c.state = 'redeemed' ORDER BY r.at, r.id`, site, floor(from), to)
}

// floor stands for the beginning of time where there is none: the zero time is
// NULL in the database, and compares with nothing.
func floor(from time.Time) time.Time {
	if from.IsZero() {
		return time.Unix(0, 0)
	}
	return from
}

// SitesToState lists the sites that have redemptions to state before an instant.
func SitesToState(ctx context.Context, q db.Q, to time.Time) ([]db.ID, error) {
	return db.All(ctx, q, db.Value[db.ID], `SELECT DISTINCT r.site_id FROM redemption r JOIN coupon c ON c.id = r.coupon_id
		WHERE c.redemption_id = r.id AND c.state = 'redeemed' AND r.at < $1 ORDER BY r.site_id`, to)
}

// OnStatement lists the redemptions of a statement, oldest first.
func OnStatement(ctx context.Context, q db.Q, statement db.ID) ([]Redemption, error) {
	return db.All(ctx, q, scanRedemption, selectRedemption+` JOIN stated s ON s.redemption_id = r.id
		WHERE s.statement_id = $1 ORDER BY r.at, r.id`, statement)
}

// State puts redemptions on a statement, once: from then on they cannot be
// reversed. All of them or none: when one was reversed or stated in between it
// refuses with conflict, and the caller lists again.
func State(ctx context.Context, tx *db.Tx, statement db.ID, redemptions []db.ID) error {
	if len(redemptions) == 0 {
		return nil
	}
	for _, redemption := range redemptions {
		stated, err := tx.Exec(ctx, `UPDATE coupon SET state = 'stated' WHERE state = 'redeemed' AND redemption_id = $1
			AND id = (SELECT coupon_id FROM redemption WHERE id = $1)`, redemption)
		if err != nil {
			return err
		}
		if stated != 1 {
			return fault.ErrConflict
		}
	}
	const columns, most = 3, 100
	for start := 0; start < len(redemptions); start += most {
		chunk := redemptions[start:min(start+most, len(redemptions))]
		args := make([]any, 0, columns*len(chunk))
		for _, redemption := range chunk {
			args = append(args, redemption, statement, tx.Now())
		}
		if _, err := tx.Exec(ctx, `INSERT INTO stated (redemption_id, statement_id, at) VALUES `+rowsOf(len(chunk), columns), args...); err != nil {
			return err
		}
	}
	row := statedRow{Statement: statement}
	for _, redemption := range redemptions {
		row.Lines = append(row.Lines, statedLine{redemption, tx.Now()})
	}
	slices.SortFunc(row.Lines, func(a, b statedLine) int { return bytes.Compare(a.Redemption[:], b.Redemption[:]) })
	_, err := audit.Record(ctx, tx, actState, statement, row)
	return err
}

// rowsOf is the list of values of an INSERT of several rows: ($1, $2), ($3, $4).
func rowsOf(rows, columns int) string {
	var text strings.Builder
	for i := range rows * columns {
		switch {
		case i == 0:
			text.WriteString("($")
		case i%columns == 0:
			text.WriteString("), ($")
		default:
			text.WriteString(", $")
		}
		text.WriteString(strconv.Itoa(i + 1))
	}
	return text.String() + ")"
}

// MarkSent moves a statement's coupons from stated to sent, because a payment
// file (the cause) holds them, and answers their value in cents.
func MarkSent(ctx context.Context, tx *db.Tx, cause, statement db.ID) (money.Cents, error) {
	return move(ctx, tx, cause, statement, Stated, Sent, ledger.Sent)
}

// MarkPaid moves a statement's coupons from sent to paid, because the bank's
// statement shows the debit (the cause).
func MarkPaid(ctx context.Context, tx *db.Tx, cause, statement db.ID) (money.Cents, error) {
	return move(ctx, tx, cause, statement, Sent, Paid, ledger.Debited)
}

// MarkRejected moves a statement's coupons from sent back to stated, because
// the bank refused the payment.
func MarkRejected(ctx context.Context, tx *db.Tx, cause, statement db.ID) (money.Cents, error) {
	return move(ctx, tx, cause, statement, Sent, Stated, ledger.Rejected)
}

// MarkReturned moves a statement's coupons from paid back to stated, because the
// bank sent the payment back.
func MarkReturned(ctx context.Context, tx *db.Tx, cause, statement db.ID) (money.Cents, error) {
	return move(ctx, tx, cause, statement, Paid, Stated, ledger.Returned)
}

// move changes the state of every coupon of a statement, all or none, and
// journals the sums by order, funder and site. A statement whose coupons are not
// all in the first state is refused with conflict.
func move(ctx context.Context, tx *db.Tx, cause, statement db.ID, from, to string, event ledger.Event) (money.Cents, error) {
	redemptions, err := OnStatement(ctx, tx, statement)
	if err != nil {
		return 0, err
	}
	moved, err := tx.Exec(ctx, `UPDATE coupon SET state = $3 WHERE state = $2
		AND id IN (SELECT r.coupon_id FROM stated s JOIN redemption r ON r.id = s.redemption_id WHERE s.statement_id = $1)`,
		statement, from, to)
	if err != nil {
		return 0, err
	}
	if moved != int64(len(redemptions)) {
		return 0, fault.ErrConflict
	}
	total, transfers, err := sumUp(ctx, tx, redemptions, cause, event)
	if err != nil {
		return 0, err
	}
	for _, transfer := range transfers {
		if err := ledger.Post(ctx, tx, transfer); err != nil {
			return 0, err
		}
	}
	return total, nil
}

// Moves is what move journals for a statement, for checks.
func Moves(ctx context.Context, q db.Q, cause, statement db.ID, event ledger.Event) ([]ledger.Transfer, error) {
	redemptions, err := OnStatement(ctx, q, statement)
	if err != nil {
		return nil, err
	}
	_, transfers, err := sumUp(ctx, q, redemptions, cause, event)
	return transfers, err
}

// sumUp adds the parts of redemptions up: one transfer per order and site.
func sumUp(ctx context.Context, q db.Q, redemptions []Redemption, cause db.ID, event ledger.Event) (money.Cents, []ledger.Transfer, error) {
	type key struct{ order, site db.ID }
	splits := map[db.ID]funding.Split{}
	sums := map[key][]money.Cents{}
	keys := []key{}
	var total money.Cents
	for _, redemption := range redemptions {
		split, known := splits[redemption.Order]
		if !known {
			var err error
			if split, err = funding.SplitOf(ctx, q, redemption.Order); err != nil {
				return 0, nil, err
			}
			splits[redemption.Order] = split
		}
		k := key{redemption.Order, redemption.Site}
		if sums[k] == nil {
			sums[k] = make([]money.Cents, len(split.Funders))
			keys = append(keys, k)
		}
		for i, part := range split.Coupon(redemption.Rank) {
			sums[k][i] += part
			total += part
		}
	}
	transfers := make([]ledger.Transfer, len(keys))
	for i, k := range keys {
		transfers[i] = ledger.Move(event, cause, k.order, k.site, splits[k.order].Funders, sums[k])
	}
	return total, transfers, nil
}
