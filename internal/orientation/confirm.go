package orientation

import (
	"context"
	"errors"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/funding"
	"passerelle/internal/holder"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

// Printable is an order from which the actor's desk can print a booklet now.
type Printable struct {
	ID        db.ID
	Reference string
	Coupons   int // per booklet
	Remaining int // booklets
}

// PrintableOrders lists the orders that are for the actor's desk and have
// booklets left to print, the latest first. Faults: those of account.Require
// for booklet.print.
func PrintableOrders(ctx context.Context, q db.Q) ([]Printable, error) {
	actor := q.Actor()
	if err := account.Require(actor, account.ActBookletPrint, actor.Organisation); err != nil {
		return nil, err
	}
	const most = 50
	orders, err := funding.Orders(ctx, q, db.ID{}, most)
	if err != nil {
		return nil, err
	}
	printable := []Printable{}
	for _, order := range orders {
		if order.Desk == actor.Organisation && order.State == funding.Open && order.Printed < order.Booklets {
			printable = append(printable, Printable{order.ID, order.Reference, order.CouponsPerBooklet, order.Booklets - order.Printed})
		}
	}
	return printable, nil
}

// Confirm does all that the visit prepared, or nothing: it registers the person
// (or takes the one already known), attaches the diagnosis, books the seat or
// notes the appointment, prints and hands over the booklet. Confirmed again it
// answers the same visit. Faults: unknown_visit, visit_over (given up),
// visit_unfinished, session_full and the other refusals of workshop.Book,
// not_covered and the other refusals of voucher.HandOver, order_exhausted.
func Confirm(ctx context.Context, tx *db.Tx, id db.ID) (Visit, error) {
	visit, err := ByID(ctx, tx, id)
	if err != nil {
		return Visit{}, err
	}
	// First of all: of two confirmations the second waits here, then finds the
	// visit done.
	closed, err := tx.Exec(ctx, `UPDATE visit SET state = 'done', draft = NULL, answers = NULL, ended_at = $2, changed_at = $2 WHERE id = $1 AND state = 'open'`, id, tx.Now())
	if err != nil {
		return Visit{}, err
	}
	if closed == 0 {
		if visit, err = ByID(ctx, tx, id); err == nil && visit.State == Left {
			err = ErrVisitOver
		}
		return visit, err
	}
	if err := visit.complete(ctx, tx); err != nil {
		return Visit{}, err
	}
	visit.State, visit.EndedAt, visit.Draft = Done, tx.Now(), Draft{}
	if _, err := tx.Exec(ctx, `UPDATE visit SET holder = $2, booking = $3, booklet = $4, appointment = $5 WHERE id = $1`,
		id, visit.Holder, visit.Booking, visit.Booklet, visit.Appointment); err != nil {
		return Visit{}, err
	}
	if err := db.Erase(ctx, tx, id); err != nil {
		return Visit{}, err
	}
	_, err = audit.Record(ctx, tx, "visit.confirm", id, struct {
		ID, Organisation, Diagnosis, Holder, Booking, Booklet, Appointment db.ID
		At                                                                 time.Time
	}{id, visit.Organisation, visit.Diagnosis, visit.Holder, visit.Booking, visit.Booklet, visit.Appointment, visit.EndedAt})
	return visit, err
}

// complete runs the acts, in the order in which one needs the other.
func (v *Visit) complete(ctx context.Context, tx *db.Tx) error {
	if v.Diagnosis.IsZero() || !v.Draft.Identified {
		return ErrUnfinished
	}
	found, err := diagnosis.ByID(ctx, tx, v.Diagnosis)
	if err != nil {
		return err
	}
	if !v.settled(found.Chosen()) {
		return ErrUnfinished
	}
	*v = v.Fitting(found.Chosen())
	if err := v.register(ctx, tx); err != nil {
		return err
	}
	if err := diagnosis.Attach(ctx, tx, v.Diagnosis, v.Holder); err != nil {
		return err
	}
	if err := v.seat(ctx, tx); err != nil {
		return err
	}
	return v.handOver(ctx, tx)
}

func (v *Visit) register(ctx context.Context, tx *db.Tx) error {
	if !v.Draft.Known.IsZero() {
		known, err := holder.ByID(ctx, tx, v.Draft.Known)
		v.Holder = known.ID
		return err
	}
	registered, err := holder.Register(ctx, tx, v.person(tx.NewID()))
	v.Holder = registered.ID
	return err
}

// seat books the kept seat, takes a rank on the waiting list, or notes the
// appointment.
func (v *Visit) seat(ctx context.Context, tx *db.Tx) error {
	if !v.Session.IsZero() {
		booking, err := workshop.Book(ctx, tx, workshop.Reservation{ID: tx.NewID(), Session: v.Session, Holder: v.Holder, Kept: v.ID, SeatOnly: !v.Waits})
		if err != nil {
			return err
		}
		v.Booking = booking.ID
		return voucher.Hold(ctx, tx, booking.ID)
	}
	if err := workshop.LetGo(ctx, tx, v.ID); err != nil || v.Draft.Place.IsZero() {
		return err
	}
	made := Appointment{ID: tx.NewID(), Organisation: v.Organisation, Holder: v.Holder, Place: v.Draft.Place, Day: v.Draft.Day, At: v.Draft.At, Remote: v.Draft.Remote}
	v.Appointment = made.ID
	return made.note(ctx, tx)
}

// handOver gives the booklet of the stock, or one printed now.
func (v *Visit) handOver(ctx context.Context, tx *db.Tx) error {
	number := v.Draft.Number
	switch v.Draft.Paper {
	case PrintNow:
		printed, err := voucher.Print(ctx, tx, voucher.PrintRun{ID: tx.NewID(), Order: v.Draft.Order, Desk: v.Organisation, Count: 1})
		if err != nil {
			return err
		}
		if len(printed) != 1 {
			return errors.New("orientation: one booklet was to be printed")
		}
		number = printed[0].Number
	case FromStock:
	default:
		return nil
	}
	booklet, err := voucher.HandOver(ctx, tx, voucher.Handover{ID: tx.NewID(), Number: number, Holder: v.Holder})
	v.Booklet = booklet.ID
	return err
}
