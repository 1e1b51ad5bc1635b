package public

import (
	"context"
	"sync"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/label"
	"passerelle/internal/ledger"
	"passerelle/internal/money"
	"passerelle/internal/place"
	"passerelle/internal/report"
	"passerelle/internal/web"
)

// countedFor is how long figures are shown before they are counted again:
// adding the whole journal up is too slow for every visitor of home.
const countedFor = time.Minute

// counted are the public figures, with the instant at which they were counted.
type counted struct {
	at       time.Time
	places   int
	labelled int
	turnover turnover
	solvency report.Solvency
}

// turnover is what went through the programme since it began: received from
// funders, handed over as coupons, used.
type turnover struct{ received, handed, used money.Cents }

// tally keeps the last figures; one visitor counts while the others wait.
type tally struct {
	mutex sync.Mutex
	last  counted
}

func (c *tally) now(r *web.Request) (counted, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	now := r.App.Clock.Now()
	if age := now.Sub(c.last.at); age >= 0 && age < countedFor && !c.last.at.IsZero() {
		return c.last, nil
	}
	fresh := counted{at: now}
	// For any visitor, not for the one who happens to ask: no one's rights.
	err := r.App.DB.View(r.Context(), db.Actor{}, func(q db.Q) (err error) {
		if fresh.places, err = place.Count(r.Context(), q); err != nil {
			return err
		}
		if fresh.labelled, _, _, err = label.Standings(r.Context(), q, civil.DateOf(now, civil.Paris)); err != nil {
			return err
		}
		if fresh.turnover, err = turnoverOf(r.Context(), q); err != nil {
			return err
		}
		fresh.solvency, err = report.SolvencyNow(r.Context(), q)
		return err
	})
	if err == nil {
		c.last = fresh
	}
	return fresh, err
}

func turnoverOf(ctx context.Context, q db.Q) (turnover, error) {
	sums, err := ledger.Sums(ctx, q, ledger.Filter{})
	if err != nil {
		return turnover{}, err
	}
	var total turnover
	for _, sum := range sums {
		switch sum.Event {
		case ledger.Received:
			total.received += sum.Amount
		case ledger.HandedOver:
			total.handed += sum.Amount
		case ledger.Blocked: // what replaces it is handed over again
			total.handed -= sum.Amount
		case ledger.Redeemed:
			total.used += sum.Amount
		case ledger.Reversed:
			total.used -= sum.Amount
		}
	}
	return total, nil
}
