package settlement

import (
	"cmp"
	"context"
	"slices"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/place"
	"passerelle/internal/voucher"
)

// running is a statement that is not closed, with the redemptions that wait for it.
type running struct {
	Statement
	zone        *time.Location
	redemptions []voucher.Redemption
}

// runningAt reads the open statements of a site, one per month that has
// something waiting, first to last. A redemption that was
// on its way while its month was closed goes on the next month's statement.
func runningAt(ctx context.Context, q db.Q, site place.Place) ([]running, error) {
	zone := civil.ZoneOf(site.Commune)
	waiting, err := voucher.ToState(ctx, q, site.ID, time.Time{}, latest)
	if err != nil {
		return nil, err
	}
	if len(waiting) == 0 {
		return []running{}, nil
	}
	closed, err := db.All(ctx, q, db.Value[civil.Month], `SELECT month FROM statement WHERE site_id = $1`, site.ID)
	if err != nil {
		return nil, err
	}
	by := map[civil.Month]*running{}
	for _, redemption := range waiting {
		month := civil.MonthOf(redemption.At, zone)
		for slices.Contains(closed, month) {
			month = month.Next()
		}
		if by[month] == nil {
			by[month] = &running{Statement: open(site, month), zone: zone}
		}
		by[month].add(redemption)
	}
	found := make([]running, 0, len(by))
	for _, statement := range by {
		found = append(found, *statement)
	}
	slices.SortFunc(found, func(a, b running) int { return a.Month.Compare(b.Month) })
	return found, nil
}

// latest is later than anything.
var latest = time.Date(9999, time.January, 1, 0, 0, 0, 0, time.UTC)

func open(site place.Place, month civil.Month) Statement {
	return Statement{ID: idOf(site.ID, month), Site: site.ID, Organisation: site.Organisation, Month: month, State: Open}
}

func (r *running) add(redemption voucher.Redemption) {
	r.redemptions = append(r.redemptions, redemption)
	r.Coupons++
	r.Amount += redemption.Amount
}

// runningEverywhere reads the open statements of every site, of one
// organisation's, or of one site: latest month first, then by site.
func runningEverywhere(ctx context.Context, q db.Q, filter Filter) ([]running, error) {
	sites, err := waitingSites(ctx, q, filter)
	if err != nil {
		return nil, err
	}
	found := []running{}
	for _, site := range sites {
		if !filter.Organisation.IsZero() && site.Organisation != filter.Organisation {
			continue
		}
		at, err := runningAt(ctx, q, site)
		if err != nil {
			return nil, err
		}
		zone := civil.ZoneOf(site.Commune)
		month := civil.MonthOf(q.Now(), zone)
		// The month that runs is shown even before its first coupon, to whoever
		// looks at one site, unless its label ended before.
		over := !site.LabelledUntil.IsZero() && site.LabelledUntil.Before(month.First())
		if !filter.Site.IsZero() && !over && !slices.ContainsFunc(at, func(r running) bool { return r.Month == month }) {
			if _, err := stored(ctx, q, idOf(site.ID, month)); err != nil {
				at = append(at, running{Statement: open(site, month), zone: zone})
			}
		}
		found = append(found, at...)
	}
	slices.SortFunc(found, func(a, b running) int {
		return cmp.Or(b.Month.Compare(a.Month), slices.Compare(b.ID[:], a.ID[:]))
	})
	return found, nil
}

func waitingSites(ctx context.Context, q db.Q, filter Filter) ([]place.Place, error) {
	if !filter.Site.IsZero() {
		site, err := place.ByID(ctx, q, filter.Site)
		return []place.Place{site}, err
	}
	if !filter.Organisation.IsZero() {
		return place.Of(ctx, q, filter.Organisation)
	}
	ids, err := voucher.SitesToState(ctx, q, latest)
	if err != nil {
		return nil, err
	}
	return place.ByIDs(ctx, q, ids)
}
