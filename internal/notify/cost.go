package notify

import (
	"context"
	"errors"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// thousandths of a euro in a cent.
const perCent = 10

// monthOf is the month in which a message sent now is counted: the programme's
// own, whatever the person's zone.
func monthOf(q db.Q) civil.Month { return civil.MonthOf(q.Now(), civil.Paris) }

// affords tells whether the month's ceiling still lets so many text messages
// leave: what reserve will hold to, told early so that another way is chosen.
func (r Rules) affords(ctx context.Context, q db.Q, segments int) (bool, error) {
	if r.Ceiling == 0 {
		return true, nil
	}
	var spent int64
	err := q.QueryRow(ctx, `SELECT cost FROM message_month WHERE month = $1`, monthOf(q)).Scan(&spent)
	if err != nil && !errors.Is(err, fault.ErrNotFound) {
		return false, err
	}
	return spent+int64(segments)*r.Price <= int64(r.Ceiling)*perCent, nil
}

// reserve counts a text message in its month, unless that would pass the ceiling;
// it answers false then. A message that was counted before is not counted again.
func (r Rules) reserve(ctx context.Context, tx *db.Tx, id db.ID, segments int) (bool, error) {
	month, cost := monthOf(tx), int64(segments)*r.Price
	counted, err := tx.Exec(ctx, `UPDATE person_message SET month = $2, cost = $3 WHERE id = $1 AND month IS NULL`, id, month, cost)
	if err != nil || counted == 0 {
		return err == nil, err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO message_month (month) VALUES ($1) ON CONFLICT (month) DO NOTHING`, month); err != nil {
		return false, err
	}
	within, err := tx.Exec(ctx, `UPDATE message_month SET cost = cost + $2, messages = messages + 1, segments = segments + $3
		WHERE month = $1 AND ($4 = 0 OR cost + $2 <= $4)`, month, cost, segments, int64(r.Ceiling)*perCent)
	if err != nil || within == 1 {
		return within == 1, err
	}
	if _, err := tx.Exec(ctx, `UPDATE message_month SET held = held + 1 WHERE month = $1`, month); err != nil {
		return false, err
	}
	_, err = tx.Exec(ctx, `UPDATE person_message SET month = NULL, cost = 0 WHERE id = $1`, id)
	return false, err
}

// release takes a message that was refused out of its month's cost.
func release(ctx context.Context, tx *db.Tx, id db.ID) error {
	var month civil.Month
	var cost, segments int64
	if err := tx.QueryRow(ctx, `SELECT month, cost, segments FROM person_message WHERE id = $1`, id).Scan(&month, &cost, &segments); err != nil || month.IsZero() {
		return err
	}
	freed, err := tx.Exec(ctx, `UPDATE person_message SET month = NULL, cost = 0 WHERE id = $1 AND month IS NOT NULL`, id)
	if err != nil || freed == 0 {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE message_month SET cost = cost - $2, messages = messages - 1, segments = segments - $3 WHERE month = $1`, month, cost, segments)
	return err
}
