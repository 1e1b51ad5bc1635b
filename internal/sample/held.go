package sample

import (
	"slices"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

// held is what happens at each session: who came, whose coupon was read, who
// books again; or, for a few, that it is called off.
func (s *stage) held() []event {
	var events []event
	for _, at := range s.sites {
		for _, one := range at.sessions {
			if one.doomed {
				when := one.starts.Add(-48 * time.Hour)
				events = append(events, event{when, func() error { return s.callOff(one, when) }})
				continue
			}
			// The last day's sessions wait to be filled in.
			if when := one.starts.Add(90 * time.Minute); when.Before(s.options.At.Add(-12 * time.Hour)) {
				events = append(events, event{when, func() error { return s.hold(one, when) }})
			}
		}
	}
	return events
}

// hold ticks who came and reads their coupons.
func (s *stage) hold(one *session, when time.Time) error {
	type outcome struct {
		who    *visitor
		state  string
		coupon string
	}
	var outcomes []outcome
	for _, who := range one.expected {
		happened := outcome{who: who, state: workshop.Came}
		switch draw := s.random.IntN(100); {
		case draw < 12:
			happened.state = workshop.Absent
		case draw < 19:
			happened.state = workshop.Excused
		case draw < 96 && len(who.coupons) > 0: // the others forgot their booklet
			happened.coupon = who.coupons[0]
		}
		outcomes = append(outcomes, happened)
	}
	err := s.at(when, one.at.actor, func(tx *db.Tx) error {
		for i, happened := range outcomes {
			// Every third presence is ticked, and takes the coupon that the seat keeps.
			if happened.coupon != "" && i%3 == 0 {
				taken, err := s.tick(tx, one, happened.who)
				if err != nil {
					return err
				}
				if taken != "" {
					outcomes[i].coupon = taken
					continue
				}
			}
			if happened.coupon != "" {
				if _, err := voucher.Redeem(s.ctx, tx, voucher.Presentation{ID: tx.NewID(), Coupon: happened.coupon, Site: one.at.id, Session: one.id}); err != nil {
					return err
				}
				continue
			}
			if _, err := workshop.Attend(s.ctx, tx, one.id, happened.who.id, happened.state); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.slip(one, when); err != nil {
		return err
	}
	for _, happened := range outcomes {
		happened.who.seat = nil
		if happened.coupon != "" {
			happened.who.coupons = slices.DeleteFunc(happened.who.coupons, func(number string) bool { return number == happened.coupon })
		}
		again := 90 // of 100 who came
		if happened.state != workshop.Came {
			again = 50
		}
		if s.random.IntN(100) < again && len(happened.who.coupons) > 0 {
			if err := s.bookAgain(happened.who, when.Add(10*time.Minute)); err != nil {
				return err
			}
		}
	}
	return nil
}

// tick tells that someone came, and answers the number of the coupon that their
// seat kept and that paid; empty when it kept none.
func (s *stage) tick(tx *db.Tx, one *session, who *visitor) (string, error) {
	kept, err := voucher.KeptFor(s.ctx, tx, who.booking)
	if err != nil || kept[who.booking].State != voucher.Live {
		return "", err
	}
	booking, _, err := workshop.SeatOf(s.ctx, tx, who.booking)
	if err != nil || booking.Session != one.id {
		return "", err
	}
	ticked, err := voucher.Tick(s.ctx, tx, one.id, map[db.ID]string{booking.ID: workshop.Came})
	if err != nil || len(ticked.Redeemed) == 0 {
		return "", err
	}
	return ticked.Redeemed[0].Number, nil
}

// slip is a coupon read for the wrong person now and then: taken back at once,
// and read again.
func (s *stage) slip(one *session, when time.Time) error {
	if s.random.IntN(40) > 0 {
		return nil
	}
	return s.at(when.Add(time.Minute), one.at.actor, func(tx *db.Tx) error {
		read, err := voucher.Redemptions(s.ctx, tx, voucher.RedemptionFilter{Site: one.at.id, Session: one.id, Limit: 1})
		if err != nil || len(read) == 0 {
			return err
		}
		if _, err := voucher.Reverse(s.ctx, tx, voucher.Reversal{ID: tx.NewID(), Redemption: read[0].ID}); err != nil {
			return err
		}
		_, err = voucher.Redeem(s.ctx, tx, voucher.Presentation{ID: tx.NewID(), Coupon: read[0].Number, Site: one.at.id, Session: one.id})
		return err
	})
}

// bookAgain gives someone their next seat, through the desk that knows them.
func (s *stage) bookAgain(who *visitor, when time.Time) error {
	if when.After(s.options.At) {
		return nil
	}
	seat := s.free(who.commune, when, 2, 15)
	err := s.at(when, who.from.actor, func(tx *db.Tx) error { return s.book(tx, who, seat) })
	if err == nil {
		who.take(seat)
	}
	return err
}

func (s *stage) callOff(one *session, when time.Time) error {
	err := s.at(when, one.at.actor, func(tx *db.Tx) error {
		_, err := workshop.CallOff(s.ctx, tx, one.id, "Médiatrice ou médiateur absent ce jour-là.")
		return err
	})
	one.calledOff = true
	for _, who := range one.expected {
		who.seat = nil
	}
	return err
}

// waiting finds someone of a counter who has coupons and no seat.
func (s *stage) waiting(from *counter) (*visitor, bool) {
	for _, at := range s.sites {
		for _, one := range at.sessions {
			for _, who := range one.expected {
				if who.from == from && who.seat == nil && len(who.coupons) > 0 {
					return who, true
				}
			}
		}
	}
	return nil, false
}
