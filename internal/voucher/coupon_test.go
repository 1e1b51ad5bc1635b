package voucher

import (
	"testing"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/fault"
	"passerelle/internal/place"
)

func TestRedeemableAt(t *testing.T) {
	var (
		until = civil.On(2027, time.November, 24)
		grace = civil.On(2027, time.December, 24)
		day   = func(date civil.Date, hour, minute int) time.Time {
			return date.At(civil.TimeOfDay(60*hour+minute), civil.Paris)
		}
		today       = day(civil.On(2026, time.November, 24), 10, 0)
		souterraine = place.Standing{Commune: "23176", LabelledFrom: civil.On(2025, time.January, 1), LabelledUntil: civil.On(2028, time.December, 31)}
		limoges     = souterraine
		withdrawn   = souterraine
		mamoudzou   = souterraine
	)
	limoges.Commune = "87085"
	mamoudzou.Commune = "97611"
	withdrawn.LabelledUntil = civil.On(2026, time.November, 23)
	live := Coupon{State: Live, BookletState: BookletLive, ValidUntil: until, GraceUntil: grace}
	with := func(change func(*Coupon)) Coupon {
		changed := live
		change(&changed)
		return changed
	}
	for _, test := range []struct {
		rule    string
		coupon  Coupon
		service Service
		code    string // empty when it can be redeemed
	}{
		{"a live coupon serves, without a session too", live, Service{Site: souterraine, Now: today}, ""},
		{"an idle one was not handed over", with(func(c *Coupon) { c.State = Idle }), Service{Site: souterraine, Now: today}, "not_live"},
		{"a redeemed one has served", with(func(c *Coupon) { c.State, c.RedeemedAt = Redeemed, today }), Service{Site: souterraine, Now: today}, "already_redeemed"},
		{"a stated one has served", with(func(c *Coupon) { c.State, c.RedeemedAt = Stated, today }), Service{Site: souterraine, Now: today}, "already_redeemed"},
		{"a sent one has served", with(func(c *Coupon) { c.State, c.RedeemedAt = Sent, today }), Service{Site: souterraine, Now: today}, "already_redeemed"},
		{"a paid one was paid", with(func(c *Coupon) { c.State, c.RedeemedAt = Paid, today }), Service{Site: souterraine, Now: today}, "paid"},
		{"an expired one", with(func(c *Coupon) { c.State = Expired }), Service{Site: souterraine, Now: today}, "expired"},
		{"a blocked one", with(func(c *Coupon) { c.State = Blocked }), Service{Site: souterraine, Now: today}, "blocked"},
		{"a void one", with(func(c *Coupon) { c.State = Voided }), Service{Site: souterraine, Now: today}, "blocked"},
		{"a void one of a replaced booklet", with(func(c *Coupon) { c.State, c.BookletState = Voided, BookletReplaced }), Service{Site: souterraine, Now: today}, "replaced"},

		{"the last day counts", live, Service{Site: souterraine, Now: day(until, 23, 59)}, ""},
		{"the day after does not", live, Service{Site: souterraine, Now: day(until.AddDays(1), 0, 0)}, "expired"},
		{"but for a session of the last day", live, Service{Site: souterraine, Now: day(grace, 23, 59), Start: day(until, 18, 0)}, ""},
		{"not for one of the day after", live, Service{Site: souterraine, Now: day(grace, 10, 0), Start: day(until.AddDays(1), 9, 0)}, "expired"},
		{"nor after the month of grace", live, Service{Site: souterraine, Now: day(grace.AddDays(1), 0, 0), Start: day(until, 18, 0)}, "expired"},
		{"days are the site's own", live, Service{Site: mamoudzou, Now: day(until, 23, 0)}, "expired"},

		{"an order's territory holds its communes", with(func(c *Coupon) { c.Territory = "23" }), Service{Site: souterraine, Now: today}, ""},
		{"and no others", with(func(c *Coupon) { c.Territory = "23" }), Service{Site: limoges, Now: today}, "other_territory"},
		{"a region holds both", with(func(c *Coupon) { c.Territory = "R75" }), Service{Site: limoges, Now: today}, ""},

		{"an order's services serve", with(func(c *Coupon) { c.Services = []string{place.ServiceProcedures, place.ServiceEmployment} }), Service{Site: souterraine, Now: today, Start: today, Family: place.ServiceEmployment}, ""},
		{"and no others", with(func(c *Coupon) { c.Services = []string{place.ServiceProcedures} }), Service{Site: souterraine, Now: today, Start: today, Family: place.ServiceLeisure}, "other_service"},
		{"without a session the service is not known", with(func(c *Coupon) { c.Services = []string{place.ServiceProcedures} }), Service{Site: souterraine, Now: today}, "other_service"},

		{"15 minutes before the start is early enough", live, Service{Site: souterraine, Now: today, Start: today.Add(15 * time.Minute)}, ""},
		{"more is too early", live, Service{Site: souterraine, Now: today, Start: today.Add(15*time.Minute + time.Second)}, "too_early"},
		{"afterwards is not too late", live, Service{Site: souterraine, Now: today, Start: today.AddDate(0, -2, 0)}, ""},

		{"a site without label takes none", live, Service{Site: place.Standing{Commune: "23176"}, Now: today}, "site_not_labelled"},
		{"nor one that lost it yesterday", live, Service{Site: withdrawn, Now: today}, "site_not_labelled"},
		{"but for a session held before", live, Service{Site: withdrawn, Now: today, Start: today.AddDate(0, 0, -1)}, ""},

		{"what is wrong with the coupon comes first", with(func(c *Coupon) { c.State = Blocked }), Service{Site: limoges, Now: today, Start: today.Add(time.Hour)}, "blocked"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			err := test.coupon.RedeemableAt(test.service)
			if test.code == "" && err != nil || test.code != "" && !fault.HasCode(err, test.code) {
				t.Errorf("answers %v; want %q", err, test.code)
			}
		})
	}
}
