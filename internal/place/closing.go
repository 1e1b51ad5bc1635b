package place

import (
	"context"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// Closing is the end of a place, or of the pass there. The zero Closing is none.
type Closing struct {
	LastOn civil.Date // the last day on which it receives people with a pass
	Shuts  bool       // the place itself shuts; else it takes the pass no longer
}

// IsZero tells that a place goes on.
func (c Closing) IsZero() bool { return c.LastOn.IsZero() }

// Receives tells whether the place still receives people with a pass on a day.
func (c Closing) Receives(day civil.Date) bool { return c.IsZero() || !day.After(c.LastOn) }

// ClosingOf is the end that was announced of a place; zero when there is none.
func ClosingOf(ctx context.Context, q db.Q, id db.ID) (Closing, error) {
	var closing Closing
	err := q.QueryRow(ctx, `SELECT last_on, shuts FROM place_closing WHERE place = $1`, id).Scan(&closing.LastOn, &closing.Shuts)
	if fault.KindOf(err) == fault.NotFound {
		return Closing{}, nil
	}
	return closing, err
}

// Closings are the ends announced of all places, by place.
func Closings(ctx context.Context, q db.Q) (map[db.ID]Closing, error) {
	type closed struct {
		place db.ID
		Closing
	}
	all, err := db.All(ctx, q, func(row db.Scanner) (one closed, err error) {
		err = row.Scan(&one.place, &one.LastOn, &one.Shuts)
		return one, err
	}, `SELECT place, last_on, shuts FROM place_closing`)
	closings := make(map[db.ID]Closing, len(all))
	for _, one := range all {
		closings[one.place] = one.Closing
	}
	return closings, err
}

// SetClosing writes the last day of a place, or of the pass there. Only package
// departure calls it.
func SetClosing(ctx context.Context, tx *db.Tx, id db.ID, closing Closing) error {
	_, err := tx.Exec(ctx, `INSERT INTO place_closing (place, last_on, shuts) VALUES ($1, $2, $3)
		ON CONFLICT (place) DO UPDATE SET last_on = $2, shuts = $3`, id, closing.LastOn, closing.Shuts)
	return err
}

// Shut takes a place whose last day is over out of the lists. Only package
// departure calls it.
func Shut(ctx context.Context, tx *db.Tx, id db.ID) error {
	_, err := tx.Exec(ctx, `UPDATE place SET closed_on = $2 WHERE id = $1 AND closed_on IS NULL
		AND EXISTS (SELECT 1 FROM place_closing WHERE place = $1 AND shuts AND last_on < $2)`, id, today(tx))
	return err
}

// goesOn takes the end of a place away once it holds the label for longer.
func goesOn(ctx context.Context, tx *db.Tx, id db.ID, until civil.Date) error {
	gone, err := tx.Exec(ctx, `DELETE FROM place_closing WHERE place = $1 AND last_on < $2`, id, until)
	if err != nil || gone == 0 {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE place SET closed_on = NULL WHERE id = $1`, id)
	return err
}
