package voucher

import (
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/workshop"
)

// holds verifies that each held coupon is of a booklet of the person who has the
// seat, for the site where the seat is.
func (c *checker) holds() error {
	type row struct {
		coupon, booking, site, holder db.ID
	}
	kept, err := db.All(c.ctx, c.q, func(s db.Scanner) (row, error) {
		var r row
		err := s.Scan(&r.coupon, &r.booking, &r.site, &r.holder)
		return r, err
	}, `SELECT k.coupon_id, k.booking_id, k.site_id, b.holder_id FROM coupon_hold k JOIN coupon c ON c.id = k.coupon_id JOIN booklet b ON b.id = c.booklet_id`)
	if err != nil {
		return err
	}
	for _, k := range kept {
		who, site, err := workshop.WhoAndWhere(c.ctx, c.q, k.booking)
		switch {
		case fault.KindOf(err) == fault.NotFound:
			c.tell("chèque %s : gardé pour une inscription qui n’existe pas, %s", k.coupon, k.booking)
		case err != nil:
			return err
		case who != k.holder:
			c.tell("chèque %s : gardé pour l’inscription %s, d’une autre personne", k.coupon, k.booking)
		case site != k.site:
			c.tell("chèque %s : gardé pour l’inscription %s, qui est dans un autre lieu", k.coupon, k.booking)
		}
	}
	return nil
}
