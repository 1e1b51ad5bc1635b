package sample

import (
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

// visitor is a person received at a counter.
type visitor struct {
	id      db.ID
	from    *counter
	commune geography.Commune
	booklet string
	coupons []string // not yet used
	seat    *session // the next one
	booking db.ID    // there
}

// profile is one way to answer the six questions.
type profile struct {
	share   int // of 100 people
	route   string
	answers map[string][]string // possible values by question
}

// After the shares found by the national survey among people in difficulty:
// most are beginners, some nearly autonomous, a few far away.
var profiles = []profile{
	{64, diagnosis.Pathway, map[string][]string{
		"use": {"sometimes", "often"}, "search": {"helped", "hard"}, "write": {"none", "hard", "helped"}, "formality": {"helped", "none"},
		"needs": {"words", "reassurance", "near", "words,reassurance", "equipment", "accessible"}, "wish": {"learn"},
	}},
	{18, diagnosis.OneOff, map[string][]string{
		"use": {"often"}, "search": {"easy"}, "write": {"easy"}, "formality": {"hard"}, "needs": {"nothing"}, "wish": {"one"},
	}},
	{12, diagnosis.FarAway, map[string][]string{
		"use": {"never", "long_ago"}, "search": {"none"}, "write": {"none"}, "formality": {"none", "helped"},
		"needs": {"reader", "language", "reader,near"}, "wish": {"urgent"},
	}},
	{6, diagnosis.OnPaper, map[string][]string{
		"use": {"long_ago", "sometimes"}, "search": {"helped"}, "write": {"none"}, "formality": {"none"}, "needs": {"nothing"}, "wish": {"paper"},
	}},
}

func (s *stage) profile() profile {
	draw := s.random.IntN(100)
	for _, one := range profiles {
		if draw -= one.share; draw < 0 {
			return one
		}
	}
	return profiles[0]
}

// receive is one visit at a counter: six questions, a route and, for a pathway,
// a seat nearby and a booklet.
func (s *stage) receive(from *counter, at time.Time) error {
	who := &visitor{from: from, commune: from.communes[s.random.IntN(len(from.communes))]}
	chosen := s.profile()
	answers := map[string]string{}
	for _, question := range diagnosis.Quick().Questions {
		possible := chosen.answers[question.ID]
		answers[question.ID] = possible[s.random.IntN(len(possible))]
	}
	registration := holder.New{Name: firstNames[s.random.IntN(len(firstNames))], Commune: who.commune.Code, Consent: false}
	registration.Manner.LargePrint = s.random.IntN(5) == 0
	rank, handed := s.stocked(from)
	if chosen.route != diagnosis.Pathway || s.random.IntN(50) == 0 {
		handed = false
	}
	var seat *session
	if handed && s.random.IntN(100) < 88 {
		seat = s.free(who.commune, at, 1, 16)
	}
	err := s.at(at, from.actor, func(tx *db.Tx) error {
		found, err := diagnosis.Record(s.ctx, tx, diagnosis.Input{ID: tx.NewID(), Answers: answers, Commune: who.commune.Code})
		if err != nil {
			return err
		}
		registration.ID = tx.NewID()
		registered, err := holder.Register(s.ctx, tx, registration)
		if err != nil {
			return err
		}
		who.id = registered.ID
		if err := diagnosis.Attach(s.ctx, tx, found.ID, who.id); err != nil {
			return err
		}
		if handed {
			if err := s.handOver(tx, who, from.stock[rank][0]); err != nil {
				return err
			}
		}
		return s.book(tx, who, seat)
	})
	if err != nil {
		return err
	}
	if handed {
		from.stock[rank] = from.stock[rank][1:]
	}
	who.take(seat)
	if handed && s.random.IntN(150) == 0 {
		return s.lose(who, at)
	}
	return nil
}

// stocked chooses the order whose booklet is given: the first one's, then the
// second's as long as the cash received covers it.
func (s *stage) stocked(from *counter) (rank int, any bool) {
	covered := int(float64(ordered[1].booklets) * ordered[1].receivedShares[2] * float64(from.weight) / 10)
	given := ordered[1].booklets*from.weight*printed/1000 - len(from.stock[1])
	second := given < covered-2 && len(from.stock[1]) > 0
	switch {
	case len(from.stock[0]) > 0 && (!second || s.random.IntN(3) > 0):
		return 0, true
	case second:
		return 1, true
	}
	return 0, false
}

func (s *stage) handOver(tx *db.Tx, who *visitor, number string) error {
	booklet, err := voucher.HandOver(s.ctx, tx, voucher.Handover{ID: tx.NewID(), Number: number, Holder: who.id})
	if err != nil {
		return err
	}
	who.booklet, who.coupons = booklet.Number, nil
	for _, coupon := range booklet.Coupons {
		who.coupons = append(who.coupons, coupon.Number)
	}
	return nil
}

func (s *stage) book(tx *db.Tx, who *visitor, seat *session) error {
	if seat == nil {
		return nil
	}
	booking, err := workshop.Book(s.ctx, tx, workshop.Reservation{ID: tx.NewID(), Session: seat.id, Holder: who.id})
	if err != nil {
		return err
	}
	who.booking = booking.ID
	return voucher.Hold(s.ctx, tx, booking.ID)
}

// take notes, once the act is kept, that the person is expected.
func (v *visitor) take(seat *session) {
	v.seat = seat
	if seat != nil {
		seat.expected = append(seat.expected, v)
	}
}

// lose is a booklet lost a few days later: its desk blocks what is unused.
func (s *stage) lose(who *visitor, at time.Time) error {
	later := at.Add(20 * time.Minute)
	if later.After(s.options.At) {
		return nil
	}
	err := s.at(later, who.from.actor, func(tx *db.Tx) error {
		_, err := voucher.Block(s.ctx, tx, voucher.Loss{ID: tx.NewID(), Number: who.booklet, Kind: voucher.Lost, Reason: "Carnet oublié dans le car, appel de la personne."})
		return err
	})
	who.coupons = nil
	return err
}

// expectedToday fills the first site's session of this afternoon, so that a
// newcomer has people to tick and coupons to read.
func (s *stage) expectedToday(counters []*counter) []event {
	at := hour(s.today, 9, 5)
	return []event{{at, func() error {
		shown := s.sites[0].sessions[0]
		for _, one := range s.sites[0].sessions {
			if civil.DateOf(one.starts, civil.Paris) == s.today {
				shown = one
			}
		}
		for len(shown.expected) < shown.seats-shown.spare {
			who, ok := s.waiting(counters[0])
			if !ok {
				return nil
			}
			err := s.at(at, who.from.actor, func(tx *db.Tx) error { return s.book(tx, who, shown) })
			if err != nil {
				return err
			}
			who.take(shown)
		}
		return nil
	}}}
}
