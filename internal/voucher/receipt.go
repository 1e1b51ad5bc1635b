package voucher

import (
	"context"

	"passerelle/internal/db"
)

// Receipt is what a site is told of a coupon that it redeemed.
type Receipt struct {
	Redemption
	Position, Size int   // which of the booklet's coupons it is, from 1, and how many there are
	Left           int   // coupons of the booklet that can still serve
	Holder         db.ID // who came; zero without a session, and for all but the site
}

// ReceiptByID reads a receipt, for those of RedemptionByID. Fault code:
// unknown_redemption.
func ReceiptByID(ctx context.Context, q db.Q, id db.ID) (Receipt, error) {
	redemption, err := RedemptionByID(ctx, q, id)
	if err != nil {
		return Receipt{}, err
	}
	receipt := Receipt{Redemption: redemption}
	err = q.QueryRow(ctx, `SELECT COUNT(*) FILTER (WHERE c.rank <= $2), COUNT(*), COUNT(*) FILTER (WHERE c.state = 'live'), b.holder_id
		FROM coupon c JOIN booklet b ON b.id = c.booklet_id WHERE c.booklet_id = $1 GROUP BY b.holder_id`,
		redemption.Booklet, redemption.Rank).Scan(&receipt.Position, &receipt.Size, &receipt.Left, &receipt.Holder)
	if redemption.Session.IsZero() || redemption.Organisation != q.Actor().Organisation {
		receipt.Holder = db.ID{}
	}
	return receipt, err
}
