package site

import (
	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/voucher"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

// keptCoupon is what the coupon that a seat holds does, as the sheet tells it.
type keptCoupon struct {
	words string
	undo  web.Link
}

// coupons tells, for each person of the sheet, what became of the coupon kept
// for their seat: who is ticked as having come has paid with it.
func (p *sessionPage) coupons(r *web.Request, q db.Q, session workshop.Session, sheet []workshop.Attendee) error {
	bookings := make([]db.ID, len(sheet))
	for i, line := range sheet {
		bookings[i] = line.ID
	}
	kept, err := voucher.KeptFor(r.Context(), q, bookings...)
	if err != nil {
		return err
	}
	p.kept = map[db.ID]keptCoupon{}
	for _, line := range sheet {
		coupon, holds := kept[line.ID]
		switch {
		case !holds:
		case coupon.State == voucher.Live && line.State == workshop.Came:
			told := keptCoupon{words: "Son chèque gardé n’est pas pris. Lisez un chèque de son carnet."}
			if _, err := voucher.Examine(r.Context(), q, voucher.Presentation{Coupon: coupon.Number, Site: session.Site, Session: session.ID}); err != nil {
				told.words = fault.Of(err).Message
			}
			p.kept[line.ID] = told
		case coupon.State == voucher.Live && line.Seat(session).Expects() && q.Now().Before(coupon.Until):
			p.kept[line.ID] = keptCoupon{words: "Un chèque est gardé\u00a0: il est pris avec «\u00a0Venu\u00a0»"}
		case coupon.Session == session.ID:
			told := keptCoupon{words: "Chèque pris avec la présence"}
			if coupon.State == voucher.Redeemed && account.May(q.Actor(), account.ActCouponReverse) {
				told.undo = web.Link{Label: "Annuler ce passage", Path: "/passages/" + coupon.Redemption.String() + "/annulation", About: "de " + line.Person.Name}
			}
			p.kept[line.ID] = told
		}
	}
	return nil
}
