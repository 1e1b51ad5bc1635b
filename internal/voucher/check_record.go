package voucher

import (
	"crypto/sha256"
	"time"

	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/money"
)

// replay compares the rows of a query with the leaves of acts.
func (c *checker) replay(what string, compare func(r *audit.Replay, row db.Scanner) error, query string, acts ...string) error {
	r, err := audit.Replaying(c.ctx, c.q, what, acts...)
	if err != nil {
		return err
	}
	if err := c.each(func(row db.Scanner) error { return compare(r, row) }, query); err != nil {
		return err
	}
	c.findings = append(c.findings, r.Findings()...)
	return nil
}

// printed compares runs, booklets and coupons with what was printed.
func (c *checker) printed() error {
	err := c.replay("impression", func(r *audit.Replay, row db.Scanner) error {
		var run printRow
		var by db.ID
		var at time.Time
		if err := row.Scan(&run.ID, &run.Order, &run.Desk, &run.FirstSequence, &run.Count, &by, &at); err != nil {
			return err
		}
		return r.CompareDone(actPrint, run.ID, by, at, run)
	}, `SELECT id, order_id, desk_id, first_sequence, count, person_id, at FROM booklet_print`, actPrint)
	if err != nil {
		return err
	}
	return c.bookletsPrinted()
}

// bookletsPrinted compares each booklet and its coupons with their leaf.
func (c *checker) bookletsPrinted() error {
	r, err := audit.Replaying(c.ctx, c.q, "carnet", actPrintBooklet)
	if err != nil {
		return err
	}
	var last bookletRow
	compare := func() error {
		if last.ID.IsZero() {
			return nil
		}
		return r.Compare(actPrintBooklet, last.ID, last)
	}
	err = c.each(func(row db.Scanner) error {
		var booklet bookletRow
		var coupon couponRow
		if err := row.Scan(&booklet.ID, &booklet.Number, &booklet.Order, &booklet.Sequence, &booklet.Print, &booklet.Desk, &booklet.Services,
			&booklet.Territory, &booklet.ValidityMonths, &booklet.InnerMatch, &coupon.ID, &coupon.Number, &coupon.Rank, (*int64)(&coupon.Face)); err != nil {
			return err
		}
		if booklet.ID != last.ID {
			if err := compare(); err != nil {
				return err
			}
			last = booklet
		}
		if !coupon.ID.IsZero() {
			last.Coupons = append(last.Coupons, coupon)
		}
		return nil
	}, `SELECT b.id, b.number, b.order_id, b.sequence, b.print_id, b.desk_id, b.services, b.territory, b.validity_months, b.inner_match,
			c.id, COALESCE(c.number, ''), COALESCE(c.rank, 0), COALESCE(c.face, 0)
		FROM booklet b LEFT JOIN coupon c ON c.booklet_id = b.id ORDER BY b.id, c.rank, c.id`)
	if err == nil {
		err = compare()
	}
	c.findings = append(c.findings, r.Findings()...)
	return err
}

// acts compares what was done to booklets and coupons with the leaves.
func (c *checker) acts() error {
	err := c.replay("remise", func(r *audit.Replay, row db.Scanner) error {
		act, err := scanHandover(row)
		if err != nil {
			return err
		}
		return r.CompareDone(actHandOver, act.ID, act.Person, act.At, act.row())
	}, selectHandover, actHandOver)
	if err != nil {
		return err
	}
	err = c.replay("lecture", func(r *audit.Replay, row db.Scanner) error {
		redemption, err := scanRedemption(row)
		if err != nil {
			return err
		}
		return r.CompareDone(actRedeem, redemption.ID, redemption.Person, redemption.At, redemption.row())
	}, selectRedemption, actRedeem)
	if err != nil {
		return err
	}
	err = c.replay("annulation", func(r *audit.Replay, row db.Scanner) error {
		var act Reversal
		var by db.ID
		if err := row.Scan(&act.ID, &act.Redemption, &act.Kind, &act.Reason, &by, &act.At); err != nil {
			return err
		}
		return r.CompareDone(actReverse, act.ID, by, act.At, act.row())
	}, `SELECT id, redemption_id, kind, reason, person_id, at FROM reversal`, actReverse)
	if err != nil {
		return err
	}
	return c.replay("fin de carnet", func(r *audit.Replay, row db.Scanner) error {
		var act end
		var reason string
		var by db.ID
		if err := row.Scan(&act.ID, &act.Booklet, &act.Kind, &reason, &by, &act.At); err != nil {
			return err
		}
		return r.CompareDone(act.leaf(), act.ID, by, act.At, act.row(reason))
	}, `SELECT id, booklet_id, kind, reason, person_id, at FROM booklet_end`, actBlock, actExpire, actVoid)
}

// stated compares which redemptions stand on each statement with the leaves.
func (c *checker) stated() error {
	r, err := audit.Replaying(c.ctx, c.q, "chèques du relevé", actState)
	if err != nil {
		return err
	}
	var last statedRow
	compare := func() error {
		if last.Statement.IsZero() {
			return nil
		}
		return r.Compare(actState, last.Statement, last)
	}
	err = c.each(func(row db.Scanner) error {
		var statement, redemption db.ID
		var at time.Time
		if err := row.Scan(&statement, &redemption, &at); err != nil {
			return err
		}
		if statement != last.Statement {
			if err := compare(); err != nil {
				return err
			}
			last = statedRow{Statement: statement}
		}
		last.Lines = append(last.Lines, statedLine{redemption, at})
		return nil
	}, `SELECT statement_id, redemption_id, at FROM stated ORDER BY statement_id, redemption_id`)
	if err == nil {
		err = compare()
	}
	c.findings = append(c.findings, r.Findings()...)
	return err
}

// The canonical forms of what is printed and stated.
type (
	printRow struct {
		ID, Order, Desk      db.ID
		FirstSequence, Count int
	}
	bookletRow struct {
		ID                  db.ID
		Number              string
		Order               db.ID
		Sequence            int
		Print, Desk         db.ID
		Services, Territory string
		ValidityMonths      int
		InnerMatch          []byte
		Coupons             []couponRow
	}
	couponRow struct {
		ID     db.ID
		Number string
		Rank   int
		Face   money.Cents
	}
	statedRow struct {
		Statement db.ID
		Lines     []statedLine // in the order of the redemptions' identifiers
	}
	statedLine struct {
		Redemption db.ID
		At         time.Time
	}
)

// reasonMark stands for a reason in a canonical row: the salt of the leaf keeps
// it from being guessed.
func reasonMark(reason string) [sha256.Size]byte { return sha256.Sum256([]byte(reason)) }
