package report

import (
	"cmp"
	"context"
	"slices"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/funding"
	"passerelle/internal/ledger"
	"passerelle/internal/money"
	"passerelle/internal/place"
)

// Solvency answers "what if the issuer stopped today": the cash on the
// ring-fenced account against all that it must still pay, in cents.
type Solvency struct {
	At time.Time
	funding.Figures
	// Cash is what stands on the bank account: received, less paid and returned,
	// and what waits to be placed.
	Cash money.Cents
	// Waiting is cash that is of no order yet.
	Waiting money.Cents
	// Covered tells that the cash is all that holders, sites, funders and unknown
	// payers may claim, and that no funder lacks any on any order.
	Covered bool
	// BySite and ByFunder are told to those who may read them, else empty.
	BySite   []OwedSite
	ByFunder []OwedFunder
}

// Due is all that the cash must still pay: coupons in hands, what is owed to
// sites, and what is on its way to them.
func (s Solvency) Due() money.Cents { return s.Live + s.Redeemed + s.Sent }

// OwedSite is what a site is owed: not in a payment file yet, and sent.
type OwedSite struct {
	Site           db.ID
	Name           string
	Redeemed, Sent money.Cents
}

// OwedFunder is where the money of one funder stands, all its orders together.
type OwedFunder struct {
	Funder db.ID
	Name   string
	funding.Figures
}

// SolvencyNow is SolvencyAt this instant.
func SolvencyNow(ctx context.Context, q db.Q) (Solvency, error) { return SolvencyAt(ctx, q, q.Now()) }

// SolvencyAt reads the journal as it stood at an instant. Totals are for anyone;
// owed by site and funder for those who may (solvency.owed).
func SolvencyAt(ctx context.Context, q db.Q, at time.Time) (Solvency, error) {
	if err := account.Require(q.Actor(), account.ActSolvencyRead, db.ID{}); err != nil {
		return Solvency{}, err
	}
	sums, err := ledger.Sums(ctx, q, ledger.Filter{Until: at})
	if err != nil {
		return Solvency{}, err
	}
	found := Solvency{At: at, Covered: true}
	for _, sum := range sums {
		for account, moved := range map[ledger.Account]money.Cents{sum.Debit: sum.Amount, sum.Credit: -sum.Amount} {
			switch account {
			case ledger.Bank:
				found.Cash += moved
			case ledger.Suspense:
				found.Waiting -= moved
			}
		}
	}
	byFunder := map[db.ID]funding.Figures{}
	// Sums come by order: each order's funders are read together.
	for first := 0; first < len(sums); {
		last := first
		for last < len(sums) && sums[last].Order == sums[first].Order {
			last++
		}
		for funder, figures := range funding.FiguresOf(sums[first:last]) {
			if funder.IsZero() {
				continue // cash of no order, told above
			}
			found.Covered = found.Covered && figures.Available >= 0
			found.Add(figures)
			whole := byFunder[funder]
			whole.Add(figures)
			byFunder[funder] = whole
		}
		first = last
	}
	found.Covered = found.Covered && found.Cash == found.Available+found.Due()+found.Waiting
	if !account.May(q.Actor(), account.ActSolvencyOwed) {
		return found, nil
	}
	if found.ByFunder, err = named(ctx, q, byFunder); err != nil {
		return Solvency{}, err
	}
	found.BySite, err = owedSites(ctx, q, sums)
	return found, err
}

func named(ctx context.Context, q db.Q, figures map[db.ID]funding.Figures) ([]OwedFunder, error) {
	funders := make([]OwedFunder, 0, len(figures))
	for id, f := range figures {
		funder, err := funding.FunderByID(ctx, q, id)
		if err != nil {
			return nil, err
		}
		funders = append(funders, OwedFunder{Funder: id, Name: funder.Name, Figures: f})
	}
	slices.SortFunc(funders, func(a, b OwedFunder) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), slices.Compare(a.Funder[:], b.Funder[:]))
	})
	return funders, nil
}

// owedSites reads what the journal owes each site; sites that are owed nothing
// are left out.
func owedSites(ctx context.Context, q db.Q, sums []ledger.Sum) ([]OwedSite, error) {
	by := map[db.ID]*OwedSite{}
	add := func(of ledger.Account, site db.ID, amount money.Cents) {
		if site.IsZero() {
			return
		}
		if by[site] == nil {
			by[site] = &OwedSite{Site: site}
		}
		switch of {
		case ledger.SitePayable:
			by[site].Redeemed += amount
		case ledger.InTransit:
			by[site].Sent += amount
		}
	}
	for _, sum := range sums {
		add(sum.Debit, sum.Site, -sum.Amount)
		add(sum.Credit, sum.Site, sum.Amount)
	}
	var ids []db.ID
	for id, owed := range by {
		if owed.Redeemed != 0 || owed.Sent != 0 {
			ids = append(ids, id)
		}
	}
	known, err := place.ByIDs(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	sites := make([]OwedSite, 0, len(known))
	for _, site := range known {
		owed := by[site.ID]
		owed.Name = site.Name
		sites = append(sites, *owed)
	}
	slices.SortFunc(sites, func(a, b OwedSite) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), slices.Compare(a.Site[:], b.Site[:]))
	})
	return sites, nil
}
