package place

import (
	"fmt"
	"slices"
	"time"
)

// offered are what a search asks of a place with a yes or a no, each with its
// bit of the column "offers", so that the index of places near a point answers
// for them. Bits are stored: a word is added at the end, and never moves.
var offered = []string{
	offerAccessible, offerAidantsConnect, offerPass,
	"services:procedures", "services:everyday_tools", "services:employment", "services:safety", "services:parenting", "services:leisure",
	"services:understanding", "services:access", "services:equipment",
	"publics:youth", "publics:students", "publics:families", "publics:seniors", "publics:women",
	"special_needs:deafness", "special_needs:motor", "special_needs:mental", "special_needs:illiteracy", "special_needs:english",
	"special_needs:other_languages", "special_needs:blindness",
	"fees:free", "fees:free_if", "fees:paid",
	"access_ways:come", "access_ways:telephone", "access_ways:email", "access_ways:online", "access_ways:no_public", "access_ways:prescription",
	"equipment:computers", "equipment:internet", "equipment:tablets", "equipment:printer", "equipment:scanner", "equipment:headsets",
	"equipment:magnifier", "equipment:private_room",
	// By time.Weekday, the halves of days in which the place may be open.
	"morning:0", "morning:1", "morning:2", "morning:3", "morning:4", "morning:5", "morning:6",
	"afternoon:0", "afternoon:1", "afternoon:2", "afternoon:3", "afternoon:4", "afternoon:5", "afternoon:6",
	"supports:alone", "supports:individual", "supports:workshop", "supports:remote",
	offerOddHours,
}

const (
	offerAccessible     = "accessible"
	offerAidantsConnect = "aidants_connect"
	offerPass           = "pass"
	// Hours of which the halves of days do not tell all: dated closings, other
	// hours on public holidays, an opening over lunch alone.
	offerOddHours = "odd_hours"
)

// offer is the bit of one of them; 0 for what has none.
func offer(name string) int64 {
	if bit := slices.Index(offered, name); bit >= 0 {
		return 1 << bit
	}
	return 0
}

// offers is the column of a place.
func (p Place) offers() int64 {
	var all int64
	for _, list := range []struct {
		column string
		codes  []string
	}{
		{"services", p.Services}, {"publics", p.Publics}, {"special_needs", p.SpecialNeeds},
		{"fees", p.Fees}, {"access_ways", p.AccessWays}, {"equipment", p.Equipment}, {"supports", p.Supports},
	} {
		for _, code := range list.codes {
			all |= offer(list.column + ":" + code)
		}
	}
	for name, yes := range map[string]bool{
		offerAccessible: p.Accessible(), offerAidantsConnect: p.AidantsConnect(), offerPass: p.PassAccepted,
	} {
		if yes {
			all |= offer(name)
		}
	}
	return all | p.openings()
}

// openings are the bits of the halves of days in which the place may be open: a
// public holiday may be any day. No bit is missing; some are in excess where the
// hours are odd.
func (p Place) openings() int64 {
	hours, err := p.OpeningHours()
	if err != nil {
		return 0
	}
	holidays, own := hours.OnHolidays()
	var all int64
	if own || len(hours.Closings()) > 0 {
		all = offer(offerOddHours)
	}
	for day := time.Sunday; day <= time.Saturday; day++ {
		for _, span := range append(hours.On(day), holidays...) {
			if Morning.touches(span) {
				all |= openingOn(day, Morning)
			}
			if Afternoon.touches(span) {
				all |= openingOn(day, Afternoon)
			}
			if !Morning.touches(span) && !Afternoon.touches(span) {
				all |= openingOn(day, Afternoon) | offer(offerOddHours)
			}
		}
	}
	return all
}

// openingOn is the bit of a half of a weekday; the bits of both for no half.
func openingOn(day time.Weekday, half Half) int64 {
	if half == "" {
		return openingOn(day, Morning) | openingOn(day, Afternoon)
	}
	return offer(fmt.Sprintf("%s:%d", half, day))
}

// openings are the bits of which a place that suits the filter has one or more;
// 0 when its hours are not asked for.
func (f Filter) openings() int64 {
	var all int64
	if !f.OpenOn.IsZero() {
		all |= openingOn(f.OpenOn.Weekday(), f.OpenHalf)
	}
	if !f.OpenAt.IsZero() {
		// What opened the day before may still be open, and it may be another
		// day overseas.
		for offset := -2; offset <= 1; offset++ {
			all |= openingOn(f.OpenAt.UTC().AddDate(0, 0, offset).Weekday(), "")
		}
	}
	return all
}

// offers are the bits of everything that the filter wants at once; known is
// false when it wants what no place offers.
func (f Filter) offers() (all int64, known bool) {
	for _, wanted := range []struct{ column, code string }{
		{"services", f.Service}, {"publics", f.Public}, {"special_needs", f.SpecialNeed},
		{"fees", f.Fee}, {"access_ways", f.AccessWay}, {"equipment", f.Equipment}, {"supports", f.Support},
	} {
		if wanted.code == "" {
			continue
		}
		bit := offer(wanted.column + ":" + wanted.code)
		if bit == 0 {
			return 0, false
		}
		all |= bit
	}
	if f.Accessible {
		all |= offer(offerAccessible)
	}
	if f.AidantsConnect {
		all |= offer(offerAidantsConnect)
	}
	return all, true
}
