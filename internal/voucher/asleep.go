package voucher

import (
	"context"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
)

// Asleep is a booklet in someone's hands, with the day it was handed over.
type Asleep struct {
	Booklet
	HandedAt time.Time
	By       db.ID // the agent who handed it over
}

func scanAsleep(row db.Scanner) (Asleep, error) {
	var a Asleep
	err := row.Scan(&a.ID, &a.Number, &a.Desk, &a.Holder, &a.ValidUntil, &a.Left, &a.Size, &a.HandedAt, &a.By)
	a.State = BookletLive
	return a, err
}

const selectAsleep = `SELECT b.id, b.number, b.desk_id, b.holder_id, b.valid_until,
		(SELECT COUNT(*) FROM coupon c WHERE c.booklet_id = b.id AND c.state = 'live'), (SELECT COUNT(*) FROM coupon c WHERE c.booklet_id = b.id),
		h.at, h.person_id
	FROM booklet b JOIN handover h ON h.booklet_id = b.id`

// Unstarted lists the live booklets that a counter handed over up to an instant
// and of which no coupon has served, the oldest first. Faults of account.Require
// for holder.read.
func Unstarted(ctx context.Context, q db.Q, desk db.ID, until time.Time) ([]Asleep, error) {
	if err := account.Require(q.Actor(), account.ActHolderRead, desk); err != nil {
		return nil, err
	}
	return db.All(ctx, q, scanAsleep, selectAsleep+` WHERE b.desk_id = $1 AND b.state = 'live' AND h.at <= $2
		AND NOT EXISTS (SELECT 1 FROM coupon c WHERE c.booklet_id = b.id AND c.state <> 'live') ORDER BY h.at, b.id`, desk, until)
}

// Ending lists the live booklets with coupons left whose last day is between two
// days, by last day, for a job alone.
func Ending(ctx context.Context, q db.Q, from, to civil.Date) ([]Asleep, error) {
	if q.Actor().Kind != db.Job && q.Actor().Kind != db.Console {
		return nil, account.ErrOtherOrganisation
	}
	return db.All(ctx, q, scanAsleep, selectAsleep+` WHERE b.state = 'live' AND b.valid_until >= $1 AND b.valid_until <= $2
		AND EXISTS (SELECT 1 FROM coupon c WHERE c.booklet_id = b.id AND c.state = 'live') ORDER BY b.valid_until, b.id`, from, to)
}
