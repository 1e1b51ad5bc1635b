package voucher

import (
	"context"
	"fmt"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/funding"
	"passerelle/internal/money"
	"passerelle/internal/place"
)

// PrintRun is booklets to print into a desk's stock.
type PrintRun struct {
	ID    db.ID
	Order db.ID
	Desk  db.ID // zero means the order's desk
	// Count is how many; zero means all that remain of the order, at most
	// MostPrinted: ask again for the rest.
	Count int
}

// MostPrinted bounds one act of printing.
const MostPrinted = 2000

// Print makes booklets at their places in an order and puts them into a desk's
// stock, by that desk or by the authority that ordered. It needs no cash: only
// a handover does. The inner codes are in the answer.
//
// Fault codes: invalid (count, desk), unknown_order, order_closed, order_exhausted.
func Print(ctx context.Context, tx *db.Tx, run PrintRun) ([]Booklet, error) {
	order, err := Printable(ctx, tx, &run)
	if err != nil {
		return nil, err
	}
	if run.Count == 0 {
		run.Count = min(max(order.Booklets-order.Printed, 1), MostPrinted)
	}
	if run.Count < 1 || run.Count > MostPrinted {
		var wrong fault.Collector
		wrong.Add("count", "out_of_range", "Demandez de 1 à 2\u202f000\u00a0carnets à la fois.")
		return nil, wrong.Err()
	}
	first, err := funding.Allot(ctx, tx, order.ID, run.Count)
	if err != nil {
		return nil, err
	}
	if run.ID.IsZero() {
		run.ID = tx.NewID()
	}
	if _, err := tx.Exec(ctx, `INSERT INTO booklet_print (id, order_id, desk_id, first_sequence, count, person_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		run.ID, run.Order, run.Desk, first, run.Count, tx.Actor().ID, tx.Now()); err != nil {
		return nil, err
	}
	booklets := make([]Booklet, run.Count)
	for i := range booklets {
		if booklets[i], err = printOne(ctx, tx, run, order, first+i); err != nil {
			return nil, err
		}
	}
	_, err = audit.Record(ctx, tx, actPrint, run.ID, printRow{run.ID, run.Order, run.Desk, first, run.Count})
	return booklets, err
}

// Printable reads the order of a run, and names its desk when none was said. It
// refuses an actor who may not print it: the desk prints into its own stock from
// the orders that are for it, the authority into any desk's. Fault codes: those
// of Print.
func Printable(ctx context.Context, tx *db.Tx, run *PrintRun) (funding.Order, error) {
	actor := tx.Actor()
	if err := account.Require(actor, account.ActBookletPrint, db.ID{}); err != nil {
		return funding.Order{}, err
	}
	order, err := funding.OrderByID(ctx, tx, run.Order)
	if err != nil {
		return funding.Order{}, err
	}
	if run.Desk.IsZero() {
		run.Desk = order.Desk
	}
	if account.Require(actor, account.ActBookletPrint, order.Organisation) == nil {
		if run.Desk == order.Desk {
			return order, nil
		}
		return order, funding.CheckDesk(ctx, tx, run.Desk)
	}
	if order.Desk != actor.Organisation {
		return funding.Order{}, funding.ErrUnknownOrder
	}
	return order, account.Require(actor, account.ActBookletPrint, run.Desk)
}

func printOne(ctx context.Context, tx *db.Tx, run PrintRun, order funding.Order, sequence int) (Booklet, error) {
	booklet := Booklet{
		ID: tx.NewID(), Order: order.ID, Sequence: sequence, Desk: run.Desk, State: InStock,
		Services: order.Services, Territory: order.Territory, ValidityMonths: order.ValidityMonths, InnerCode: randomDigits(innerDigits),
		Left: order.CouponsPerBooklet, Size: order.CouponsPerBooklet,
	}
	sealed, err := db.Seal(ctx, tx, booklet.ID, booklet.InnerCode)
	if err != nil {
		return Booklet{}, err
	}
	row := bookletRow{
		ID: booklet.ID, Order: booklet.Order, Sequence: sequence, Print: run.ID, Desk: run.Desk, Services: strings.Join(order.Services, ","),
		Territory: order.Territory, ValidityMonths: order.ValidityMonths, InnerMatch: db.Match(tx, booklet.ID, booklet.InnerCode),
	}
	booklet.Number, err = drawn(bookletDigits, func(number string) (int64, error) {
		return tx.Exec(ctx, `INSERT INTO booklet (id, number, order_id, sequence, print_id, desk_id, state, services, territory, validity_months, inner_code, inner_match)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (number) DO NOTHING`,
			row.ID, number, row.Order, row.Sequence, row.Print, row.Desk, InStock, row.Services, row.Territory, row.ValidityMonths, sealed, row.InnerMatch)
	})
	if err != nil {
		return Booklet{}, err
	}
	booklet.Coupons = make([]Coupon, order.CouponsPerBooklet)
	for i := range booklet.Coupons {
		coupon := Coupon{
			ID: tx.NewID(), Booklet: booklet.ID, Order: order.ID, Rank: (sequence-1)*order.CouponsPerBooklet + i + 1, State: Idle,
			Amount: order.Amount / money.Cents(order.Coupons()), Turn: 1, BookletState: InStock, Services: order.Services, Territory: order.Territory,
		}
		coupon.Number, err = drawn(couponDigits, func(number string) (int64, error) {
			return tx.Exec(ctx, `INSERT INTO coupon (id, number, booklet_id, rank, face, state) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (number) DO NOTHING`,
				coupon.ID, number, coupon.Booklet, coupon.Rank, int64(coupon.Amount), coupon.State)
		})
		if err != nil {
			return Booklet{}, err
		}
		booklet.Coupons[i] = coupon
		row.Coupons = append(row.Coupons, couponRow{coupon.ID, coupon.Number, coupon.Rank, coupon.Amount})
	}
	row.Number = booklet.Number
	_, err = audit.Record(ctx, tx, actPrintBooklet, booklet.ID, row)
	return booklet, err
}

// drawn draws numbers until one is free. A taken one is rare: one in ten
// thousand when a million booklets are out.
func drawn(length int, insert func(number string) (int64, error)) (string, error) {
	const attempts = 16
	for range attempts {
		number := newNumber(length)
		if rehearsed(SpecimenCoupons, number) != nil || rehearsed(SpecimenBooklets, number) != nil {
			continue
		}
		switch inserted, err := insert(number); {
		case err != nil:
			return "", err
		case inserted == 1:
			return number, nil
		}
	}
	return "", fmt.Errorf("voucher: no free number of %d digits in %d draws", length, attempts)
}

// served tells service families to people.
func served(services []string) string { return strings.Join(place.Services.Labels(services), ", ") }
