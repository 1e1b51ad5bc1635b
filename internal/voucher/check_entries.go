package voucher

import (
	"time"

	"passerelle/internal/db"
	"passerelle/internal/ledger"
)

// entries compares the journal, line by line, with what each handover,
// redemption, reversal and end should have posted.
func (c *checker) entries() error {
	r, err := ledger.Replaying(c.ctx, c.q, ledger.HandedOver, ledger.Redeemed, ledger.Reversed, ledger.Expired, ledger.Blocked, ledger.Voided)
	if err != nil {
		return err
	}
	for _, expect := range []func(*ledger.Replay) error{c.handoverEntries, c.redemptionEntries, c.endEntries} {
		if err := expect(r); err != nil {
			return err
		}
	}
	c.findings = append(c.findings, r.Findings()...)
	return nil
}

// expect takes out what coupons of an order moved, by their ranks.
func (c *checker) expect(r *ledger.Replay, event ledger.Event, cause, order, site db.ID, at time.Time, ranks ...int) {
	commitment, known := c.commitments[order]
	if !known {
		return // told by add
	}
	r.Expect(ledger.Move(event, cause, order, site, commitment.Funders, commitment.Ranks(ranks...)), at)
}

func (c *checker) handoverEntries(r *ledger.Replay) error {
	return c.each(func(row db.Scanner) error {
		var id, order db.ID
		var at time.Time
		var first, last int
		if err := row.Scan(&id, &at, &order, &first, &last); err != nil {
			return err
		}
		if commitment, known := c.commitments[order]; known {
			r.Expect(ledger.Move(ledger.HandedOver, id, order, db.ID{}, commitment.Funders, commitment.Run(first, last)), at)
		}
		return nil
	}, `SELECT h.id, h.at, b.order_id, MIN(c.rank), MAX(c.rank) FROM handover h JOIN booklet b ON b.id = h.booklet_id
		JOIN coupon c ON c.booklet_id = b.id GROUP BY h.id, h.at, b.order_id`)
}

// redemptionEntries explains redemptions and their reversals. A coupon given
// back into a booklet that is no more ends at once, by the reversal.
func (c *checker) redemptionEntries(r *ledger.Replay) error {
	return c.each(func(row db.Scanner) error {
		var id, order, site, reversal db.ID
		var at, reversed time.Time
		var rank int
		if err := row.Scan(&id, &order, &site, &rank, &at, &reversal, &reversed); err != nil {
			return err
		}
		c.expect(r, ledger.Redeemed, id, order, site, at, rank)
		if reversal.IsZero() {
			return nil
		}
		c.expect(r, ledger.Reversed, reversal, order, site, reversed, rank)
		return nil
	}, `SELECT r.id, b.order_id, r.site_id, c.rank, r.at, v.id, v.at FROM redemption r JOIN coupon c ON c.id = r.coupon_id
		JOIN booklet b ON b.id = c.booklet_id LEFT JOIN reversal v ON v.redemption_id = r.id`)
}

// endEntries explains the value that returned to the funders: by the booklet's
// end, or by the reversal that came after it.
func (c *checker) endEntries(r *ledger.Replay) error {
	type ended struct {
		id, order db.ID
		at        time.Time
		event     ledger.Event
	}
	var last ended
	var ranks []int
	flush := func() {
		if len(ranks) > 0 {
			c.expect(r, last.event, last.id, last.order, db.ID{}, last.at, ranks...)
		}
		ranks = nil
	}
	err := c.each(func(row db.Scanner) error {
		var one ended
		var kind string
		var rank int
		var reversal db.ID
		var reversed time.Time
		if err := row.Scan(&one.id, &one.at, &kind, &one.order, &rank, &reversal, &reversed); err != nil {
			return err
		}
		one.event = end{Kind: kind}.event()
		if one.id != last.id {
			flush()
			last = one
		}
		if !reversal.IsZero() && r.Posted(one.event, reversal) {
			c.expect(r, one.event, reversal, one.order, db.ID{}, reversed, rank)
		} else {
			ranks = append(ranks, rank)
		}
		return nil
	}, `SELECT e.id, e.at, e.kind, b.order_id, c.rank, v.id, v.at FROM booklet_end e JOIN booklet b ON b.id = e.booklet_id
		JOIN handover h ON h.booklet_id = b.id JOIN coupon c ON c.booklet_id = b.id AND (c.state = 'expired' OR c.state = 'blocked' OR c.state = 'void')
		LEFT JOIN redemption r ON r.coupon_id = c.id AND r.turn = c.turn - 1 LEFT JOIN reversal v ON v.redemption_id = r.id
		ORDER BY e.id, c.rank`)
	flush()
	return err
}
