package settlement

import (
	"context"
	"errors"
	"slices"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/place"
	"passerelle/internal/voucher"
)

// Filter narrows a list of statements; its zero fields do not.
type Filter struct {
	Site         db.ID
	Organisation db.ID // set for those who read only their own
	Month        civil.Month
	State        State
	After        db.ID // the last statement of the page before
	Limit        int   // zero means 50
}

const defaultLimit = 50

const selectStatement = `SELECT id, reference, site_id, organisation_id, month, coupons, amount, state, closed_on, due_on, file_id, paid_on, at FROM statement`

func scanStatement(row db.Scanner) (Statement, error) {
	var s Statement
	err := row.Scan(&s.ID, &s.Reference, &s.Site, &s.Organisation, &s.Month, &s.Coupons, (*int64)(&s.Amount), (*string)(&s.State),
		&s.ClosedOn, &s.DueOn, &s.File, &s.PaidOn, &s.At)
	return s, err
}

func stored(ctx context.Context, q db.Q, id db.ID) (Statement, error) {
	found, err := scanStatement(q.QueryRow(ctx, selectStatement+` WHERE id = $1`, id))
	if errors.Is(err, fault.ErrNotFound) {
		return Statement{}, ErrUnknownStatement
	}
	return found, err
}

// StatementByID finds a statement that the actor may read: the site's own, or
// any for those who pay and check. The running month has one too. Fault code:
// unknown_statement.
func StatementByID(ctx context.Context, q db.Q, id db.ID) (Statement, error) {
	found, _, err := find(ctx, q, id)
	return found, err
}

// find reads a statement, and its redemptions when it is open.
func find(ctx context.Context, q db.Q, id db.ID) (Statement, []voucher.Redemption, error) {
	actor := q.Actor()
	if err := account.Require(actor, account.ActStatementRead, db.ID{}); err != nil {
		return Statement{}, nil, err
	}
	found, err := stored(ctx, q, id)
	if err == nil {
		if account.RequireAt(actor, account.ActStatementRead, found.Organisation, found.Site) != nil {
			return Statement{}, nil, ErrUnknownStatement
		}
		return found, nil, nil
	}
	if !errors.Is(err, ErrUnknownStatement) {
		return Statement{}, nil, err
	}
	open, err := runningByID(ctx, q, id)
	return open.Statement, open.redemptions, err
}

// runningByID looks for an identifier among the open statements that the actor
// may read: they are made from site and month, and stored nowhere.
func runningByID(ctx context.Context, q db.Q, id db.ID) (running, error) {
	sites, err := waitingSites(ctx, q, own(q, Filter{}))
	if err != nil {
		return running{}, err
	}
	for _, site := range sites {
		now := civil.MonthOf(q.Now(), civil.ZoneOf(site.Commune))
		// Something may wait since a month that nobody closed.
		for month, past := now, 0; past <= mostOpen; month, past = month.Previous(), past+1 {
			if idOf(site.ID, month) != id {
				continue
			}
			at, err := runningAt(ctx, q, site)
			if err != nil {
				return running{}, err
			}
			if found := slices.IndexFunc(at, func(r running) bool { return r.ID == id }); found >= 0 {
				return at[found], nil
			}
			if month == now {
				return running{Statement: open(site, month)}, nil
			}
			return running{}, ErrUnknownStatement
		}
	}
	return running{}, ErrUnknownStatement
}

// mostOpen is how many months back an open statement is looked for.
const mostOpen = 36

// own narrows a filter to the actor's organisation, and to the place they are
// attached to, unless they may read all.
func own(q db.Q, filter Filter) Filter {
	actor := q.Actor()
	if account.Everywhere(actor, account.ActStatementRead) {
		return filter
	}
	filter.Organisation = actor.Organisation
	if filter.Site.IsZero() {
		filter.Site = actor.Place
	}
	return filter
}

// Statements lists the statements that the actor may read, latest month first,
// open ones included. Fault codes: unknown_statement (After), unknown_place.
func Statements(ctx context.Context, q db.Q, filter Filter) ([]Statement, error) {
	if err := account.Require(q.Actor(), account.ActStatementRead, db.ID{}); err != nil {
		return nil, err
	}
	filter = own(q, filter)
	if !account.AtPlace(q.Actor(), account.ActStatementRead, filter.Site) {
		return []Statement{}, nil
	}
	if filter.Limit == 0 {
		filter.Limit = defaultLimit
	}
	var after Statement
	if !filter.After.IsZero() {
		var err error
		if after, err = StatementByID(ctx, q, filter.After); err != nil {
			return nil, err
		}
	}
	var found []Statement
	if filter.State == "" || filter.State == Open {
		if !filter.Site.IsZero() {
			if site, err := place.ByID(ctx, q, filter.Site); err != nil {
				return nil, err
			} else if account.Require(q.Actor(), account.ActStatementRead, site.Organisation) != nil {
				return []Statement{}, nil
			}
		}
		open, err := runningEverywhere(ctx, q, filter)
		if err != nil {
			return nil, err
		}
		for _, statement := range open {
			if (filter.Month.IsZero() || statement.Month == filter.Month) && (after.ID.IsZero() || statement.follows(after)) {
				found = append(found, statement.Statement)
			}
		}
	}
	if filter.State != Open {
		closed, err := closedStatements(ctx, q, filter, after)
		if err != nil {
			return nil, err
		}
		found = append(found, closed...)
	}
	slices.SortFunc(found, func(a, b Statement) int {
		if a.follows(b) {
			return 1
		}
		return -1
	})
	return found[:min(len(found), filter.Limit):len(found)], nil
}

// follows tells whether a statement stands after another in lists.
func (s Statement) follows(other Statement) bool {
	if s.Month != other.Month {
		return s.Month.Compare(other.Month) < 0
	}
	return slices.Compare(s.ID[:], other.ID[:]) < 0
}

func closedStatements(ctx context.Context, q db.Q, filter Filter, after Statement) ([]Statement, error) {
	month, id := "9999-99", after.ID
	if !after.ID.IsZero() {
		month = after.Month.String()
	} else {
		for i := range id {
			id[i] = 0xff
		}
	}
	return db.All(ctx, q, scanStatement, selectStatement+` WHERE (month, id) < ($1, $2)
		AND ($3 OR site_id = $4) AND ($5 OR organisation_id = $6) AND ($7 OR month = $8) AND ($9 OR state = $10)
		ORDER BY month DESC, id DESC LIMIT $11`,
		month, id, filter.Site.IsZero(), filter.Site, filter.Organisation.IsZero(), filter.Organisation,
		filter.Month.IsZero(), filter.Month.String(), filter.State == "", string(filter.State), filter.Limit)
}
