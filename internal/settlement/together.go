package settlement

import (
	"context"
	"slices"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/money"
	"passerelle/internal/place"
)

// Together is what an organisation is owed for a month, all of its places
// together: a sub-total per place, which is that place's statement, and the
// total. To someone attached to one place, it holds that one alone.
type Together struct {
	Organisation account.Organisation
	Month        civil.Month
	Places       []Detail // by the place's name
	Coupons      int
	Amount       money.Cents
	Shares       []Share // who bears it, the largest first
}

// mostPlaces bounds one document; no body has so many.
const mostPlaces = 500

// TogetherOf reads the statements of an organisation's places for a month as
// one, the running month's too. Fault codes: those of account.Require,
// unknown_statement when no place has one.
func TogetherOf(ctx context.Context, q db.Q, organisation db.ID, month civil.Month) (Together, error) {
	if err := account.Require(q.Actor(), account.ActStatementRead, organisation); err != nil {
		return Together{}, err
	}
	statements, err := Statements(ctx, q, Filter{Organisation: organisation, Month: month, Limit: mostPlaces})
	if err != nil {
		return Together{}, err
	}
	if len(statements) == 0 {
		return Together{}, ErrUnknownStatement
	}
	made := Together{Month: month}
	if made.Organisation, err = account.OrganisationByID(ctx, q, organisation); err != nil {
		return Together{}, err
	}
	for _, statement := range statements {
		detail, err := DetailOf(ctx, q, statement.ID)
		if err != nil {
			return Together{}, err
		}
		made.Places = append(made.Places, detail)
		made.Coupons += detail.Coupons
		made.Amount += detail.Amount
		for _, share := range detail.Shares {
			at := slices.IndexFunc(made.Shares, func(s Share) bool { return s.Funder == share.Funder })
			if at < 0 {
				made.Shares = append(made.Shares, share)
				continue
			}
			made.Shares[at].Amount += share.Amount
		}
	}
	slices.SortStableFunc(made.Places, func(a, b Detail) int { return place.ByName(a.Site.Place, b.Site.Place) })
	slices.SortStableFunc(made.Shares, func(a, b Share) int { return int(b.Amount - a.Amount) })
	return made, nil
}

// Waits is what a site is owed and is in no payment file: its running months
// and its statements to be paid, to the cent what the journal says is payable to
// it. Fault codes: those of account.RequireAt, unknown_place.
func Waits(ctx context.Context, q db.Q, site db.ID) (money.Cents, error) {
	known, err := place.ByID(ctx, q, site)
	if err != nil {
		return 0, err
	}
	if err := account.RequireAt(q.Actor(), account.ActStatementRead, known.Organisation, site); err != nil {
		return 0, err
	}
	closed, err := db.Value[int64](q.QueryRow(ctx, `SELECT COALESCE(SUM(amount), 0) FROM statement WHERE site_id = $1 AND state IN ('closed', 'rejected')`, site))
	if err != nil {
		return 0, err
	}
	waits := money.Cents(closed)
	open, err := runningAt(ctx, q, known)
	for _, month := range open {
		waits += month.Amount
	}
	return waits, err
}
