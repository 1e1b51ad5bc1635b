package voucher_test

import (
	"context"
	"strings"
	"testing"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/voucher"
)

func TestASpecimenGivesEachAnswerAndMovesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d)
		person := w.holder().ID
		seen := map[string]bool{}
		for _, specimen := range voucher.SpecimenCoupons {
			if read, err := voucher.ParseCoupon(specimen.Number); err != nil || read != specimen.Number {
				t.Errorf("%s is no coupon's number: %v", specimen.Number, err)
			}
			_, err := w.redeem(w.mediator, voucher.Presentation{Coupon: specimen.Number, Site: w.site.ID})
			code := fault.Of(err).Code
			if seen[code] || !strings.HasPrefix(fault.Of(err).Message, "Exercice") {
				t.Errorf("%s: %v", specimen.Label, err)
			}
			seen[code] = true
		}
		for _, code := range []string{"specimen", "already_redeemed", "paid", "expired", "blocked", "replaced", "not_live", "other_territory", "too_early", "held_elsewhere"} {
			if !seen[code] {
				t.Errorf("no specimen answers %s", code)
			}
		}
		for i, code := range []string{"specimen", "already_handed_over", "not_covered", "blocked", "expired"} {
			number := voucher.SpecimenBooklets[i].Number
			_, err := w.handOver(number, person)
			wantCode(t, err, code)
			wantCode(t, w.View(t.Context(), w.desk, func(q db.Q) error {
				_, err := voucher.BookletByNumber(t.Context(), q, number)
				return err
			}), code)
		}
		// Who may not read a coupon may not practise either.
		_, err := w.redeem(w.accountant, voucher.Presentation{Coupon: voucher.SpecimenCoupons[0].Number, Site: w.site.ID})
		wantCode(t, err, "forbidden")
		w.view(console, func(ctx context.Context, q db.Q) error {
			var rows int
			err := q.QueryRow(ctx, `SELECT (SELECT COUNT(*) FROM redemption) + (SELECT COUNT(*) FROM handover) + (SELECT COUNT(*) FROM transfer)`).Scan(&rows)
			if rows != 0 {
				t.Errorf("practising left %d rows", rows)
			}
			return err
		})
	})
}
