package voucher

import (
	"context"
	"time"

	"passerelle/internal/db"
)

// LastRedeemed tells when each site last took a coupon that was not given back,
// for the sites whose ID lies between two, both included. A site that never did
// is not in it.
func LastRedeemed(ctx context.Context, q db.Q, from, to db.ID) (map[db.ID]time.Time, error) {
	type taken struct {
		site db.ID
		at   time.Time
	}
	rows, err := db.All(ctx, q, func(row db.Scanner) (taken, error) {
		var one taken
		err := row.Scan(&one.site, &one.at)
		return one, err
	}, `SELECT site_id, MAX(at) FROM redemption WHERE site_id >= $1 AND site_id <= $2
		AND NOT EXISTS (SELECT 1 FROM reversal WHERE reversal.redemption_id = redemption.id) GROUP BY site_id`, from, to)
	last := make(map[db.ID]time.Time, len(rows))
	for _, one := range rows {
		last[one.site] = one.at
	}
	return last, err
}
