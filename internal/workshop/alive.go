package workshop

import (
	"context"
	"time"

	"passerelle/internal/db"
)

// LastHeld tells when each site last held a session, for the sites whose ID lies
// between two, both included. A site that never did is not in it.
func LastHeld(ctx context.Context, q db.Q, from, to db.ID) (map[db.ID]time.Time, error) {
	type held struct {
		site db.ID
		at   time.Time
	}
	rows, err := db.All(ctx, q, func(row db.Scanner) (held, error) {
		var one held
		err := row.Scan(&one.site, &one.at)
		return one, err
	}, `SELECT site, MAX(starts_at) FROM workshop_session WHERE site >= $1 AND site <= $2 AND state = 'held' GROUP BY site`, from, to)
	last := make(map[db.ID]time.Time, len(rows))
	for _, one := range rows {
		last[one.site] = one.at
	}
	return last, err
}
