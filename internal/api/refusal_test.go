package api_test

import (
	"fmt"
	"testing"
	"time"

	"passerelle/internal/dbtest"
)

// numbered adds the two check digits (ISO 7064, MOD 97-10) to 14 digits.
func numbered(digits int) string {
	rest := digits * 100 % 97
	return fmt.Sprintf("%014d%02d", digits, 98-rest)
}

func TestEveryRefusalOfARedemptionIsToldApart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d).prepare().funded().handed()
		redeem := func(coupon string, session any) reply {
			t.Helper()
			return w.post(w.own["site"], "/coupons/"+coupon+"/redemption", map[string]any{"site": w.ids["site_id"], "session": session})
		}
		couponOf := func(booklet string) string {
			return w.get(w.own["desk"], "/booklets/"+booklet).is(200).text("coupons.0.number")
		}
		session := func(topic string, in time.Duration) string {
			starts := d.Clock.Now().Add(in)
			return w.post(w.own["site"], "/sessions", map[string]any{
				"site": w.ids["site_id"], "topic": topic, "level": "discover", "seats": 5, "starts_at": rfc(starts), "ends_at": rfc(starts.Add(time.Hour)),
			}).is(201).text("id")
		}
		// live is a coupon of a new order of one booklet, paid and handed over.
		live := func(field string, value any) string {
			order := map[string]any{"agreement": w.ids["agreement"], "booklets": 1, "coupons_per_booklet": 5, "desk": w.ids["desk"], field: value}
			placed := w.post(w.own["territory"], "/orders", order).is(201).text("id")
			for _, one := range w.get(w.own["territory"], "/orders/"+placed+"/balance").is(200).JSON["by_funder"].([]any) {
				funder := one.(map[string]any)
				w.post(w.own["accountant"], "/orders/"+placed+"/receipts", map[string]any{"funder": funder["funder_id"], "amount_cents": funder["share_cents"]}).is(201)
			}
			booklet := w.post(w.own["desk"], "/orders/"+placed+"/booklets", map[string]any{"desk": w.ids["desk"]}).is(201).text("items.0.number")
			return w.post(w.own["desk"], "/booklets/"+booklet+"/handover", map[string]any{"holder": w.ids["holder"]}).is(201).text("coupons.0.number")
		}

		redeem("1234567890123456", nil).refuses(422, "bad_number")
		redeem(numbered(12345678901234), nil).refuses(404, "unknown_number")
		redeem(couponOf(w.ids["booklet2"]), nil).refuses(409, "not_live")
		redeem(w.ids["coupon"], session("rights", time.Hour)).refuses(409, "too_early")
		redeem(w.ids["coupon"], w.ids["order"]).refuses(404, "unknown_session")
		redeem(live("territory", "75"), nil).refuses(409, "other_territory")
		redeem(live("services", []string{"leisure"}), session("rights", 10*time.Minute)).refuses(409, "other_service")
		redeem(w.ids["coupon"], nil).is(201)
		redeem(w.ids["coupon"], nil).refuses(409, "already_redeemed")
		w.post(w.own["desk"], "/coupons/"+w.ids["coupon2"]+"/redemption", map[string]any{"site": w.ids["site_id"]}).refuses(403, "forbidden")
		w.post(w.own["site"], "/coupons/"+w.ids["coupon2"]+"/redemption", map[string]any{"site": w.ids["other_site_id"]}).refuses(404, "other_organisation")
		w.post(w.own["certifier"], "/sites/"+w.ids["site_id"]+"/label", map[string]any{"decision": "withdraw", "date": "2026-11-20", "reason": "Essai"}).is(201)
		redeem(w.ids["coupon2"], nil).refuses(409, "site_not_labelled")
		w.post(w.own["certifier"], "/sites/"+w.ids["site_id"]+"/label", map[string]any{"decision": "grant", "date": "2026-11-21", "reason": "Essai"}).is(201)

		d.Clock.Set(time.Date(2028, time.January, 10, 9, 0, 0, 0, time.UTC)) // 12 months, one more, and 17 days
		redeem(w.ids["coupon2"], nil).refuses(409, "expired")
		w.post(w.own["desk"], "/booklets/"+w.ids["booklet"]+"/block", map[string]any{"kind": "lost", "reason": "Perdu"}).is(200)
		redeem(w.ids["coupon2"], nil).refuses(409, "blocked")
	})
}
