package funding

import (
	"context"
	"errors"
	"strings"

	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// Terms is what a booklet says of the order it was printed from.
type Terms struct {
	Reference      string
	ValidityMonths int
	Services       []string // families of services; none: any
	Territory      string   // code of geography.Territory; empty: anywhere
}

// TermsOf reads the terms printed on an order's booklets. Like SplitOf it asks
// for no right on the order itself: an order is printed into the stock of
// several desks, and each reads what stands on the booklets it holds. Fault
// code: unknown_order.
func TermsOf(ctx context.Context, q db.Q, order db.ID) (Terms, error) {
	terms := Terms{Services: []string{}}
	var services string
	err := q.QueryRow(ctx, `SELECT reference, validity_months, services, territory FROM orders WHERE id = $1`, order).
		Scan(&terms.Reference, &terms.ValidityMonths, &services, &terms.Territory)
	if errors.Is(err, fault.ErrNotFound) {
		return Terms{}, ErrUnknownOrder
	}
	if services != "" {
		terms.Services = strings.Split(services, ",")
	}
	return terms, err
}
