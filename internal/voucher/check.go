package voucher

import (
	"context"
	"fmt"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/funding"
	"passerelle/internal/ledger"
	"passerelle/internal/money"
)

// Check verifies the life of every booklet and coupon: a coupon is redeemed at
// most once per turn; each state is explained by its act; booklets, coupons and
// acts still are what their leaves were made from; cover and journal are what the
// coupons' states say, and each entry what its act says. It answers one French
// line per violated row.
func Check(ctx context.Context, q db.Q) ([]string, error) {
	c := checker{ctx: ctx, q: q, findings: []string{}, worth: map[ledger.Key]money.Cents{}}
	for _, check := range []func() error{
		c.coupons, c.ranks, c.booklets, c.terms, c.places, c.redemptions, c.turns, c.printed, c.acts, c.stated, c.holds, c.cover, c.journal, c.entries,
	} {
		if err := check(); err != nil {
			return nil, err
		}
	}
	return c.findings, nil
}

type checker struct {
	ctx         context.Context
	q           db.Q
	findings    []string
	commitments map[db.ID]funding.Commitment
	worth       map[ledger.Key]money.Cents // what the journal should say, by the coupons' states
}

func (c *checker) tell(format string, args ...any) {
	c.findings = append(c.findings, fmt.Sprintf(format, args...))
}

// each reads a query row by row, without keeping them.
func (c *checker) each(read func(db.Scanner) error, query string, args ...any) error {
	rows, err := c.q.Query(c.ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := read(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// standing is a coupon with the acts that should explain its state.
type standing struct {
	id, order, site      db.ID
	rank, turn, redeemed int
	state, booklet, end  string
	handed, stated       bool
	face, amount         money.Cents
}

// coupons verifies each coupon against its acts, and adds up what they are worth.
func (c *checker) coupons() error {
	commitments, err := funding.Commitments(c.ctx, c.q)
	if err != nil {
		return err
	}
	c.commitments = map[db.ID]funding.Commitment{}
	for _, commitment := range commitments {
		c.commitments[commitment.Order] = commitment
	}
	return c.each(func(row db.Scanner) error {
		var s standing
		if err := row.Scan(&s.id, &s.order, &s.rank, &s.state, &s.turn, (*int64)(&s.face), &s.booklet, &s.end, &s.handed, &s.stated,
			&s.redeemed, &s.site, (*int64)(&s.amount)); err != nil {
			return err
		}
		if fault := s.fault(); fault != "" {
			c.tell("chèque %s (%s) : %s", s.id, s.state, fault)
		}
		return c.add(s)
	}, `SELECT c.id, b.order_id, c.rank, c.state, c.turn, c.face, b.state, COALESCE(e.kind, ''), h.id IS NOT NULL, s.redemption_id IS NOT NULL,
			COALESCE(r.turn, 0), r.site_id, COALESCE(r.amount, 0)
		FROM coupon c JOIN booklet b ON b.id = c.booklet_id
		LEFT JOIN handover h ON h.booklet_id = b.id
		LEFT JOIN booklet_end e ON e.booklet_id = b.id
		LEFT JOIN redemption r ON r.id = c.redemption_id AND r.coupon_id = c.id
		LEFT JOIN stated s ON s.redemption_id = c.redemption_id`)
}

// fault says what is not explained, or nothing.
func (s standing) fault() string {
	lost := s.end == Lost || s.end == Stolen || s.end == Damaged
	switch s.state {
	case Idle:
		if s.handed || s.booklet != InStock {
			return "son carnet n’est plus en stock"
		}
	case Live:
		if !s.handed || s.booklet != BookletLive {
			return "son carnet n’est pas en main"
		}
	case Redeemed, Stated, Sent, Paid:
		switch {
		case !s.handed:
			return "son carnet n’a pas été remis"
		case s.redeemed != s.turn:
			return "aucune lecture ne l’explique"
		case s.amount != s.face:
			return fmt.Sprintf("lu pour %s, il en vaut %s", s.amount, s.face)
		case s.stated != (s.state != Redeemed):
			return "son relevé ne l’explique pas"
		}
	case Expired:
		if s.end != BookletExpired && s.end != BookletUsedUp {
			return "aucune expiration ne l’explique"
		}
	case Blocked:
		if !lost {
			return "aucun blocage ne l’explique"
		}
	case Voided:
		if s.end != BookletVoid {
			return "aucun rappel ne l’explique"
		}
	default:
		return "aucun acte ne l’explique"
	}
	return ""
}

// add counts the coupon on the account that its state stands for.
func (c *checker) add(s standing) error {
	key := ledger.Key{Order: s.order}
	switch s.state {
	case Live:
		key.Account = ledger.LivePasses
	case Redeemed, Stated:
		key.Account, key.Site = ledger.SitePayable, s.site
	case Sent:
		key.Account, key.Site = ledger.InTransit, s.site
	case Paid:
		key.Account = ledger.Bank // the part that left it
	default:
		return nil
	}
	commitment, known := c.commitments[s.order]
	if !known {
		c.tell("chèque %s : sa commande %s n’existe pas", s.id, s.order)
		return nil
	}
	for i, part := range commitment.Coupon(s.rank) {
		key.Funder = commitment.Funders[i]
		c.worth[key] += part
	}
	return nil
}

// ranks verifies that a booklet's coupons have the ranks of its place in the order.
func (c *checker) ranks() error {
	return c.each(func(row db.Scanner) error {
		var id db.ID
		var sequence, first, last int
		err := row.Scan(&id, &sequence, &first, &last)
		c.tell("carnet %s : ses chèques ont les rangs %d à %d, ce qui n’est pas la place %d", id, first, last, sequence)
		return err
	}, `SELECT b.id, b.sequence, MIN(c.rank), MAX(c.rank) FROM booklet b JOIN coupon c ON c.booklet_id = b.id GROUP BY b.id, b.sequence
		HAVING MIN(c.rank) <> (b.sequence - 1) * COUNT(*) + 1 OR MAX(c.rank) <> b.sequence * COUNT(*)`)
}

// booklets verifies that a booklet's end is explained.
func (c *checker) booklets() error {
	return c.each(func(row db.Scanner) error {
		var id db.ID
		var state string
		err := row.Scan(&id, &state)
		c.tell("carnet %s (%s) : aucun acte n’explique son état", id, state)
		return err
	}, `SELECT b.id, b.state FROM booklet b LEFT JOIN handover h ON h.booklet_id = b.id LEFT JOIN booklet_end e ON e.booklet_id = b.id
		WHERE NOT CASE b.state
			WHEN 'in_stock' THEN h.id IS NULL AND e.id IS NULL
			WHEN 'live' THEN h.id IS NOT NULL AND e.id IS NULL AND h.holder_id = b.holder_id
			WHEN 'blocked' THEN COALESCE(e.kind, '') IN ('lost', 'stolen', 'damaged')
			WHEN 'void' THEN COALESCE(e.kind, '') = 'void'
			ELSE h.id IS NOT NULL AND COALESCE(e.kind, '') = b.state END`)
}

// terms verifies that a booklet's days are those of its handover, with the month
// of grace.
func (c *checker) terms() error {
	return c.each(func(row db.Scanner) error {
		var id db.ID
		var until, grace, handed civil.Date
		err := row.Scan(&id, &until, &grace, &handed)
		if until != handed || !handed.IsZero() && grace != handed.AddMonths(1) || handed.IsZero() && !grace.IsZero() {
			c.tell("carnet %s : ses derniers jours ne sont pas ceux de sa remise", id)
		}
		return err
	}, `SELECT b.id, b.valid_until, b.grace_until, h.valid_until FROM booklet b LEFT JOIN handover h ON h.booklet_id = b.id
		WHERE b.valid_until IS NOT NULL OR b.grace_until IS NOT NULL OR h.id IS NOT NULL`)
}

// places verifies that each order counts the booklets of its runs.
func (c *checker) places() error {
	printed := map[db.ID]int{}
	err := c.each(func(row db.Scanner) error {
		var order db.ID
		var count int
		err := row.Scan(&order, &count)
		printed[order] = count
		return err
	}, `SELECT order_id, SUM(count) FROM booklet_print GROUP BY order_id`)
	for order, commitment := range c.commitments {
		if commitment.Printed != printed[order] {
			c.tell("commande %s : elle compte %d carnets imprimés, ses impressions %d", order, commitment.Printed, printed[order])
		}
	}
	return err
}

// redemptions verifies that each stands on its coupon or was reversed, not both.
func (c *checker) redemptions() error {
	return c.each(func(row db.Scanner) error {
		var id, coupon db.ID
		err := row.Scan(&id, &coupon)
		c.tell("lecture %s du chèque %s : ni en cours ni annulée, ou les deux", id, coupon)
		return err
	}, `SELECT r.id, r.coupon_id FROM redemption r JOIN coupon c ON c.id = r.coupon_id LEFT JOIN reversal v ON v.redemption_id = r.id
		WHERE (v.id IS NULL) <> (c.redemption_id IS NOT NULL AND c.redemption_id = r.id)`)
}

// turns verifies that a coupon's turn began with a reversal of the one before.
func (c *checker) turns() error {
	return c.each(func(row db.Scanner) error {
		var id db.ID
		var turn, reversals int
		err := row.Scan(&id, &turn, &reversals)
		c.tell("chèque %s : tour %d après %d annulations", id, turn, reversals)
		return err
	}, `SELECT c.id, c.turn, COUNT(v.id) FROM coupon c LEFT JOIN redemption r ON r.coupon_id = c.id LEFT JOIN reversal v ON v.redemption_id = r.id
		WHERE c.turn > 1 OR r.id IS NOT NULL GROUP BY c.id, c.turn HAVING c.turn <> COUNT(v.id) + 1`)
}

// cover verifies that what each order has set aside is what its coupons in
// hand, redeemed, in payment and paid are worth.
func (c *checker) cover() error {
	type key struct{ order, funder db.ID }
	worth := map[key]money.Cents{}
	for k, amount := range c.worth {
		worth[key{k.Order, k.Funder}] += amount
	}
	for order, commitment := range c.commitments {
		for i, funder := range commitment.Funders {
			if committed, due := commitment.Committed[i], worth[key{order, funder}]; committed != due {
				c.tell("couverture : commande %s, financeur %s : engagé %s, pour %s de chèques", order, funder, committed, due)
			}
		}
	}
	return nil
}

// journal verifies that the balances are what the coupons' states say.
func (c *checker) journal() error {
	balances, err := ledger.Balances(c.ctx, c.q, ledger.Filter{})
	if err != nil {
		return err
	}
	said := map[ledger.Key]money.Cents{}
	for _, balance := range balances {
		switch balance.Account {
		case ledger.LivePasses, ledger.SitePayable, ledger.InTransit:
			// Without a site, the transit is of a refund: the funding check's.
			if balance.Account != ledger.InTransit || !balance.Site.IsZero() {
				said[balance.Key] = balance.Amount
			}
		}
	}
	sums, err := ledger.Sums(c.ctx, c.q, ledger.Filter{})
	if err != nil {
		return err
	}
	for _, sum := range sums {
		key := ledger.Key{Account: ledger.Bank, Order: sum.Order, Funder: sum.Funder}
		switch sum.Event {
		case ledger.Debited:
			said[key] += sum.Amount
		case ledger.Returned:
			said[key] -= sum.Amount
		}
	}
	for key, due := range c.worth {
		if said[key] != due {
			c.tell("journal : %s, commande %s, financeur %s, lieu %s : %s, pour %s de chèques", key.Account.French(), key.Order, key.Funder, key.Site, said[key], due)
		}
		delete(said, key)
	}
	for key, amount := range said {
		if amount != 0 {
			c.tell("journal : %s, commande %s, financeur %s, lieu %s : %s, sans aucun chèque", key.Account.French(), key.Order, key.Funder, key.Site, amount)
		}
	}
	return nil
}
