package settlement

import (
	"cmp"
	"context"
	"slices"
	"time"

	"passerelle/internal/audit"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/funding"
	"passerelle/internal/label"
	"passerelle/internal/money"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

// Line is what a session of one day brings: its coupons together.
type Line struct {
	Day     civil.Date // of the redemptions, in the site's zone
	Session db.ID      // zero for coupons taken without a session
	Title   string     // the workshop's; "Sans séance" without one
	Coupons int
	Amount  money.Cents
}

// Part is what one funder of one order bears.
type Part struct {
	Order, Funder db.ID
	Amount        money.Cents
}

// Share is what one funder bears, its orders together.
type Share struct {
	Funder db.ID
	Name   string
	Amount money.Cents
}

// Detail is a statement with all that it says.
type Detail struct {
	Statement
	Site   label.Site
	Lines  []Line
	Shares []Share
	// ExecutionOn is the day that the payment file asks for; zero before there is one.
	ExecutionOn civil.Date
	Leaf        []byte // of its closing in the sealed record; empty while the month runs
}

// noSession names the line of coupons taken without a session.
const noSession = "Sans séance"

// DetailOf reads a statement with its lines and shares, the running month's
// too. Fault code: unknown_statement.
func DetailOf(ctx context.Context, q db.Q, id db.ID) (Detail, error) {
	statement, redemptions, err := find(ctx, q, id)
	if err != nil {
		return Detail{}, err
	}
	if statement.State != Open {
		if redemptions, err = voucher.OnStatement(ctx, q, id); err != nil {
			return Detail{}, err
		}
	}
	detail := Detail{Statement: statement}
	if !statement.File.IsZero() {
		if err := q.QueryRow(ctx, `SELECT execution_on FROM payment_file WHERE id = $1`, statement.File).Scan(&detail.ExecutionOn); err != nil {
			return Detail{}, err
		}
	}
	if detail.Leaf, err = audit.HashOf(ctx, q, actClose, id); err != nil {
		return Detail{}, err
	}
	if detail.Site, err = label.SiteByID(ctx, q, statement.Site); err != nil {
		return Detail{}, err
	}
	if detail.Lines, err = linesOf(ctx, q, redemptions, detail.Site.Zone()); err != nil {
		return Detail{}, err
	}
	parts, err := partsOf(ctx, q, redemptions)
	if err != nil {
		return Detail{}, err
	}
	detail.Shares, err = sharesOf(ctx, q, parts)
	return detail, err
}

// linesOf adds redemptions up by day and session, in order.
func linesOf(ctx context.Context, q db.Q, redemptions []voucher.Redemption, zone *time.Location) ([]Line, error) {
	type key struct {
		day     civil.Date
		session db.ID
	}
	found := map[key]*Line{}
	lines := []*Line{}
	titles := map[db.ID]string{{}: noSession}
	for _, redemption := range redemptions {
		k := key{civil.DateOf(redemption.At, zone), redemption.Session}
		line := found[k]
		if line == nil {
			title, known := titles[k.session]
			if !known {
				session, err := workshop.SessionByID(ctx, q, k.session)
				if err != nil {
					return nil, err
				}
				title = session.Title
				titles[k.session] = title
			}
			line = &Line{Day: k.day, Session: k.session, Title: title}
			found[k], lines = line, append(lines, line)
		}
		line.Coupons++
		line.Amount += redemption.Amount
	}
	slices.SortStableFunc(lines, func(a, b *Line) int { return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.Title, b.Title)) })
	sorted := make([]Line, len(lines))
	for i, line := range lines {
		sorted[i] = *line
	}
	return sorted, nil
}

// partsOf is what each funder of each order bears of redemptions, by order and
// then in the agreement's order.
func partsOf(ctx context.Context, q db.Q, redemptions []voucher.Redemption) ([]Part, error) {
	ranks := map[db.ID][]int{}
	var orders []db.ID
	for _, redemption := range redemptions {
		if ranks[redemption.Order] == nil {
			orders = append(orders, redemption.Order)
		}
		ranks[redemption.Order] = append(ranks[redemption.Order], redemption.Rank)
	}
	slices.SortFunc(orders, func(a, b db.ID) int { return slices.Compare(a[:], b[:]) })
	parts := []Part{}
	for _, order := range orders {
		split, err := funding.SplitOf(ctx, q, order)
		if err != nil {
			return nil, err
		}
		for i, amount := range split.Ranks(ranks[order]...) {
			if amount > 0 {
				parts = append(parts, Part{order, split.Funders[i], amount})
			}
		}
	}
	return parts, nil
}

// sharesOf adds parts up by funder, the largest first.
func sharesOf(ctx context.Context, q db.Q, parts []Part) ([]Share, error) {
	shares := []Share{}
	for _, part := range parts {
		at := slices.IndexFunc(shares, func(s Share) bool { return s.Funder == part.Funder })
		if at < 0 {
			funder, err := funding.FunderByID(ctx, q, part.Funder)
			if err != nil {
				return nil, err
			}
			at = len(shares)
			shares = append(shares, Share{Funder: part.Funder, Name: funder.Name})
		}
		shares[at].Amount += part.Amount
	}
	slices.SortStableFunc(shares, func(a, b Share) int { return cmp.Compare(b.Amount, a.Amount) })
	return shares, nil
}
