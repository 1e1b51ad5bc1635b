package voucher

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

// ErrHeldElsewhere refuses, at one site, a coupon that a seat at another one holds.
var ErrHeldElsewhere = fault.Define(fault.Conflict, "held_elsewhere",
	"Ce chèque est gardé pour une séance dans un autre lieu. Demandez un autre chèque du carnet, ou faites rendre cette place par le guichet.")

// HeldAfter is how long after the session's end a coupon stays held while nobody
// tells whether the person came.
const HeldAfter = 7 * 24 * time.Hour

// Held tells whether a seat holds the coupon now, and which. The booking is read
// at each question: once it is given up, missed or used, nothing is held.
func (c Coupon) Held(ctx context.Context, q db.Q) (workshop.Seat, bool, error) {
	if c.State != Live || c.HeldFor.IsZero() || !q.Now().Before(c.HeldUntil) {
		return workshop.Seat{}, false, nil
	}
	booking, session, err := workshop.SeatOf(ctx, q, c.HeldFor)
	seat := workshop.Seat{Booking: booking, Session: session}
	return seat, err == nil && seat.Expects(), err
}

func (c Coupon) heldElsewhere(ctx context.Context, q db.Q, site db.ID) error {
	if c.HeldFor.IsZero() || c.HeldAt == site {
		return nil
	}
	seat, held, err := c.Held(ctx, q)
	if err != nil || !held {
		return err
	}
	there, err := place.StandingOf(ctx, q, c.HeldAt)
	if err != nil {
		return err
	}
	return ErrHeldElsewhere.Sayf("Ce chèque est gardé pour la séance du %s, à %s. Demandez un autre chèque du carnet, ou faites rendre cette place par le guichet.",
		seat.Session.Day().FrenchLong(), there.CommuneName)
}

// Hold keeps a coupon of the person's booklets for a seat that they have just
// been given: the last coupon that can pay there on that day, because the first
// ones are torn off first. Nothing is held for a waiting place, at a place without
// the label, nor when every coupon is held or spent: the seat stands without. It
// asks for no right of its own: its caller has just booked or moved the seat.
// Fault: unknown_booking.
func Hold(ctx context.Context, tx *db.Tx, booking db.ID) error {
	known, session, err := workshop.SeatOf(ctx, tx, booking)
	if err != nil {
		return err
	}
	return hold(ctx, tx, workshop.Seat{Booking: known, Session: session})
}

// holdAhead does what Hold does for each seat that a person already has.
func holdAhead(ctx context.Context, tx *db.Tx, who db.ID) error {
	seats, err := workshop.SeatsAhead(ctx, tx, who)
	if err != nil {
		return err
	}
	for _, seat := range seats {
		if err := hold(ctx, tx, seat); err != nil {
			return err
		}
	}
	return nil
}

func hold(ctx context.Context, tx *db.Tx, seat workshop.Seat) error {
	if seat.State != workshop.Booked {
		return nil
	}
	site, err := place.StandingOf(ctx, tx, seat.Session.Site)
	if err != nil {
		return err
	}
	coupons, err := db.All(ctx, tx, scanCoupon, selectCoupon+` WHERE b.holder_id = $1 AND b.state = 'live' AND c.state = 'live'
		ORDER BY b.grace_until, b.id, c.rank DESC`, seat.Holder)
	if err != nil {
		return err
	}
	// What the seat held of a booklet that was lost meanwhile is let go.
	if _, err := tx.Exec(ctx, `DELETE FROM coupon_hold WHERE booking_id = $1
		AND coupon_id IN (SELECT id FROM coupon WHERE state <> 'live')`, seat.ID); err != nil {
		return err
	}
	for _, coupon := range coupons {
		if coupon.HeldFor == seat.ID {
			return nil
		}
	}
	service := Service{Site: site, Now: seat.Session.StartsAt, Start: seat.Session.StartsAt, Family: seat.Session.Service}
	for _, coupon := range coupons {
		if coupon.RedeemableAt(service) != nil {
			continue
		}
		taken, err := coupon.keepFor(ctx, tx, seat)
		if err != nil || taken {
			return err
		}
	}
	return nil
}

// keepFor writes the hold, if nothing else holds the coupon. It answers false
// when another seat does.
func (c Coupon) keepFor(ctx context.Context, tx *db.Tx, seat workshop.Seat) (bool, error) {
	until := seat.Session.EndsAt.Add(HeldAfter)
	if c.HeldFor.IsZero() {
		written, err := tx.Exec(ctx, `INSERT INTO coupon_hold (coupon_id, booking_id, site_id, until) VALUES ($1, $2, $3, $4) ON CONFLICT (coupon_id) DO NOTHING`,
			c.ID, seat.ID, seat.Session.Site, until)
		return written == 1, err
	}
	if _, held, err := c.Held(ctx, tx); err != nil || held {
		return false, err
	}
	written, err := tx.Exec(ctx, `UPDATE coupon_hold SET booking_id = $3, site_id = $4, until = $5 WHERE coupon_id = $1 AND booking_id = $2`,
		c.ID, c.HeldFor, seat.ID, seat.Session.Site, until)
	return written == 1, err
}

// Kept is the coupon that a seat holds, or held and has paid with.
type Kept struct {
	Coupon     db.ID
	Number     string
	State      string
	Redemption db.ID // the one that stands
	Session    db.ID // at which it stands
	Until      time.Time
}

// KeptFor tells which coupon each of some bookings holds, or was paid with; a
// booking without one is not in it. It asks for no right of its own, and its
// caller shows no number whole.
func KeptFor(ctx context.Context, q db.Q, bookings ...db.ID) (map[db.ID]Kept, error) {
	kept := map[db.ID]Kept{}
	for _, booking := range bookings {
		var one Kept
		err := q.QueryRow(ctx, `SELECT c.id, c.number, c.state, c.redemption_id, r.session_id, k.until
			FROM coupon_hold k JOIN coupon c ON c.id = k.coupon_id LEFT JOIN redemption r ON r.id = c.redemption_id WHERE k.booking_id = $1`, booking).
			Scan(&one.Coupon, &one.Number, &one.State, &one.Redemption, &one.Session, &one.Until)
		switch {
		case fault.KindOf(err) == fault.NotFound:
		case err != nil:
			return nil, err
		default:
			kept[booking] = one
		}
	}
	return kept, nil
}

// Ticked is what the coupons did when presences were told.
type Ticked struct {
	Redeemed []Redemption
	Reversed []Reversal
	Refused  map[db.ID]error // by booking: who came and whose held coupon could not pay, with why
}

// Tick tells the presence of several people at a session, by booking, as
// workshop.Fill does, and takes or gives back the coupons that their seats hold
// in the same act: who came has paid, who did not come after all has not. A
// coupon that cannot pay changes nothing to the presence, and is told; a coupon
// on a closed statement keeps the presence as it is. Fault codes: those of
// workshop.Fill and, for presences taken back, of Reverse.
func Tick(ctx context.Context, tx *db.Tx, session db.ID, states map[db.ID]string) (Ticked, error) {
	before, err := workshop.StatesAt(ctx, tx, session)
	if err != nil {
		return Ticked{}, err
	}
	if err := workshop.Fill(ctx, tx, session, states); err != nil {
		return Ticked{}, err
	}
	ticked := Ticked{Refused: map[db.ID]error{}}
	for _, booking := range slices.SortedFunc(maps.Keys(states), func(a, b db.ID) int { return bytes.Compare(a[:], b[:]) }) {
		state := states[booking]
		if (before[booking] == workshop.Came) == (state == workshop.Came) {
			continue
		}
		kept, err := KeptFor(ctx, tx, booking)
		if err != nil {
			return Ticked{}, err
		}
		coupon, holds := kept[booking]
		switch {
		case !holds:
		case state == workshop.Came && coupon.State == Live:
			err = ticked.redeem(ctx, tx, session, booking, coupon)
		case state != workshop.Came && coupon.State != Live && coupon.Session == session:
			err = ticked.reverse(ctx, tx, coupon, state)
		}
		if err != nil {
			return Ticked{}, err
		}
	}
	return ticked, nil
}

func (t *Ticked) redeem(ctx context.Context, tx *db.Tx, session, booking db.ID, kept Kept) error {
	known, err := workshop.StandingOf(ctx, tx, session)
	if err != nil {
		return err
	}
	presented := Presentation{Coupon: kept.Number, Site: known.Site, Session: session}
	if _, err := Examine(ctx, tx, presented); err != nil {
		if kind := fault.KindOf(err); kind != fault.Conflict && kind != fault.Invalid {
			return err
		}
		t.Refused[booking] = err
		return nil
	}
	redemption, err := Redeem(ctx, tx, presented)
	t.Redeemed = append(t.Redeemed, redemption)
	return err
}

func (t *Ticked) reverse(ctx context.Context, tx *db.Tx, kept Kept, state string) error {
	redemption, err := redemptionByID(ctx, tx, kept.Redemption)
	if err != nil {
		return err
	}
	act := Reversal{Redemption: redemption.ID}
	if redemption.Person != tx.Actor().ID || tx.Now().Sub(redemption.At) > UndoWindow {
		act.Reason = "Présence corrigée\u00a0: «\u00a0" + workshop.PresenceWord(state) + "\u00a0»."
	}
	reversed, err := Reverse(ctx, tx, act)
	t.Reversed = append(t.Reversed, reversed)
	return err
}
