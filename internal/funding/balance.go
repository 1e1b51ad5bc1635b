package funding

import (
	"context"

	"passerelle/internal/db"
	"passerelle/internal/ledger"
	"passerelle/internal/money"
)

// Figures says where the money of an order stands, in cents.
// Received + MovedIn = Available + Live + Redeemed + Sent + Paid + Returned +
// MovedOut, at any instant.
type Figures struct {
	Received  money.Cents // cash in
	Available money.Cents // not in anyone's hands
	Live      money.Cents // coupons in the hands of holders
	Redeemed  money.Cents // owed to sites, not yet in a payment file
	Sent      money.Cents // in a payment file, the debit not seen yet: to a site, or back to the funder
	Paid      money.Cents // the debit was seen
	Returned  money.Cents // refunded to the funder
	MovedIn   money.Cents // came from the funder's other orders
	MovedOut  money.Cents // went to them
}

// Add adds each figure of other.
func (f *Figures) Add(other Figures) {
	f.Received += other.Received
	f.Available += other.Available
	f.Live += other.Live
	f.Redeemed += other.Redeemed
	f.Sent += other.Sent
	f.Paid += other.Paid
	f.Returned += other.Returned
	f.MovedIn += other.MovedIn
	f.MovedOut += other.MovedOut
}

// FunderFigures are those of one funder, with the share it is to pay.
type FunderFigures struct {
	Funder Funder
	Weight int64
	Share  money.Cents
	Figures
}

// Standing is an order's balance: the whole, and by funder in the agreement's order.
type Standing struct {
	Order Order
	Figures
	ByFunder []FunderFigures
}

// Balance answers one snapshot of where the money of an order stands. Fault
// code: unknown_order.
func Balance(ctx context.Context, q db.Q, order db.ID) (Standing, error) {
	stored, err := OrderByID(ctx, q, order)
	if err != nil {
		return Standing{}, err
	}
	sums, err := ledger.Sums(ctx, q, ledger.Filter{Order: order})
	if err != nil {
		return Standing{}, err
	}
	figures := FiguresOf(sums)
	standing := Standing{Order: stored}
	standing.ByFunder, err = db.All(ctx, q, func(row db.Scanner) (FunderFigures, error) {
		var f FunderFigures
		err := row.Scan(&f.Funder.ID, &f.Funder.Organisation, &f.Funder.Name, &f.Funder.AddedAt, &f.Weight, (*int64)(&f.Share))
		f.Figures = figures[f.Funder.ID]
		return f, err
	}, `SELECT f.id, f.organisation_id, f.name, f.added_at, c.weight, c.share_cents
		FROM order_cover c JOIN funder f ON f.id = c.funder_id WHERE c.order_id = $1 ORDER BY c.position`, order)
	if err != nil {
		return Standing{}, err
	}
	for _, funder := range standing.ByFunder {
		standing.Add(funder.Figures)
	}
	return standing, nil
}

// FiguresOf reads sums of the journal as figures, by funder.
func FiguresOf(sums []ledger.Sum) map[db.ID]Figures {
	by := map[db.ID]Figures{}
	for _, sum := range sums {
		f := by[sum.Funder]
		f.move(sum.Debit, sum.Event, -sum.Amount)
		f.move(sum.Credit, sum.Event, sum.Amount)
		by[sum.Funder] = f
	}
	return by
}

// move adds what an account was credited with. The bank's moves are told apart
// by their event: cash in, paid to a site, or refunded.
func (f *Figures) move(account ledger.Account, event ledger.Event, credited money.Cents) {
	switch account {
	case ledger.OrderFunds:
		f.Available += credited
	case ledger.LivePasses:
		f.Live += credited
	case ledger.SitePayable:
		f.Redeemed += credited
	case ledger.InTransit:
		f.Sent += credited
	case ledger.Suspense:
		switch event {
		case ledger.Placed:
			f.Received -= credited
		case ledger.RolledIn:
			f.MovedIn -= credited
		case ledger.RolledOut:
			f.MovedOut += credited
		}
	case ledger.Bank:
		switch event {
		case ledger.Received:
			f.Received -= credited
		case ledger.Debited, ledger.Returned:
			f.Paid += credited
		case ledger.Refunded, ledger.RefundDebited, ledger.RefundReturned:
			f.Returned += credited
		}
	}
}

// Instalment is what a funder promised of an order, and what it has paid in.
type Instalment struct {
	Funder          Funder
	Share, Received money.Cents
	// Missing is what remains to be paid in: what was moved in counts, and what
	// went back or to another order may be paid again.
	Missing money.Cents
}

// Instalments tells them of an order, in the agreement's order, without adding
// the journal up. Fault code: unknown_order.
func Instalments(ctx context.Context, q db.Q, order db.ID) ([]Instalment, error) {
	if _, err := OrderByID(ctx, q, order); err != nil {
		return nil, err
	}
	return db.All(ctx, q, func(row db.Scanner) (Instalment, error) {
		var i Instalment
		err := row.Scan(&i.Funder.ID, &i.Funder.Organisation, &i.Funder.Name, &i.Funder.AddedAt, (*int64)(&i.Share), (*int64)(&i.Received), (*int64)(&i.Missing))
		return i, err
	}, `SELECT f.id, f.organisation_id, f.name, f.added_at, c.share_cents, c.received_cents,
			c.share_cents - c.received_cents - c.moved_in_cents + c.refunded_cents + c.moved_out_cents
		FROM order_cover c JOIN funder f ON f.id = c.funder_id WHERE c.order_id = $1 ORDER BY c.position`, order)
}
