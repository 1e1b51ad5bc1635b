package sample

import (
	"fmt"
	"time"

	"passerelle/internal/activity"
	"passerelle/internal/calendar"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/orientation"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

// told is one sort of help that the sample's people write down.
var told = []activity.Content{
	{Kind: activity.Individual, Minutes: 20, Themes: []string{activity.ThemeFormality}, Formality: "Carte grise", Level: 1, Publics: activity.Publics{Genders: map[string]int{"women": 1}, Ages: map[string]int{"60_69": 1}}},
	{Kind: activity.Individual, Minutes: 30, Themes: []string{"smartphone", "mail"}, Equipment: []string{"telephone"}, Publics: activity.Publics{Statuses: map[string]int{"retired": 1}}},
	{Kind: activity.Individual, Minutes: 15, Themes: []string{activity.ThemeFormality}, Channel: activity.Remote, Redirected: "operator"},
	{Kind: activity.Collective, People: 7, Minutes: 90, Themes: []string{"internet"}, Title: "Café numérique", Level: 1, Publics: activity.Publics{Genders: map[string]int{"women": 4, "men": 3}, Ages: map[string]int{"70_more": 5}}},
	{Kind: activity.Individual, Minutes: 45, Themes: []string{"job"}, Equipment: []string{"computer"}, Level: 2, Publics: activity.Publics{Ages: map[string]int{"25_39": 1}, Statuses: map[string]int{"unemployed": 1}}},
	{Kind: activity.Event, People: 32, Minutes: 180, Themes: []string{"vocabulary", "exchange"}, Title: "Stand sur le marché"},
}

// help opens the first site's calendar, and plays what the first two sites and the first counter gave without a
// coupon, over the running month and the one before: a correction, one taken
// out, and one that tells what a coupon taken alone was for.
func (s *stage) help() error {
	if err := s.at(hour(s.today.AddDays(-20), 9, 0), s.sites[0].actor, func(tx *db.Tx) error {
		_, err := calendar.Make(s.ctx, tx, calendar.Feed{Place: s.sites[0].id})
		return err
	}); err != nil {
		return err
	}
	desk := s.actors["guichet"]
	for rank := range 40 {
		day := s.today.AddDays(-1 - rank*3/2)
		if !civil.IsWorkingDay(day, "23") {
			continue
		}
		at := s.sites[rank%2]
		actor, place := at.actor, at.id
		if rank%3 == 0 {
			actor, place = desk, db.ID{}
		}
		content := told[rank%len(told)]
		content.Day, content.Place = day, place
		content.Distinct = !place.IsZero() // beside the workshops of that day
		var made activity.Activity
		if err := s.at(hour(day, 17, rank), actor, func(tx *db.Tx) (err error) {
			made, err = activity.Record(s.ctx, tx, activity.New{Content: content})
			return err
		}); err != nil {
			return fmt.Errorf("help %d: %w", rank, err)
		}
		if err := s.mend(rank, made, actor, day); err != nil {
			return err
		}
	}
	if err := s.sendBack(); err != nil {
		return err
	}
	return s.tellOfCoupon()
}

// sendBack: a session of tomorrow or later does not suit two people whom the
// first counter booked at the second site; it has called the first of them.
func (s *stage) sendBack() error {
	at, desk := s.sites[1], s.actors["guichet"]
	told := hour(s.today.AddDays(-1), 17, 45)
	var booked []db.ID
	if err := s.d.View(s.ctx, at.actor, func(q db.Q) error {
		expected, err := workshop.Expected(s.ctx, q, at.id, s.options.At.Add(24*time.Hour), s.options.At.AddDate(0, 0, 7*weeksAhead))
		for _, one := range expected {
			if one.State == workshop.Booked && one.Organisation == desk.Organisation && one.BookedAt.Before(told) && len(booked) < 2 {
				booked = append(booked, one.ID)
			}
		}
		return err
	}); err != nil {
		return err
	}
	for rank, booking := range booked {
		if err := s.at(told.Add(time.Duration(rank)*time.Minute), at.actor, func(tx *db.Tx) error {
			_, err := orientation.SendBack(s.ctx, tx, orientation.Misdirection{Booking: booking, Why: orientation.Misdirections[rank].Code, Better: s.sites[0].id})
			return err
		}); err != nil {
			return err
		}
	}
	if len(booked) < 2 {
		return nil
	}
	return s.at(told.Add(15*time.Minute), desk, func(tx *db.Tx) error {
		_, err := orientation.AnswerMisdirection(s.ctx, tx, booked[0])
		return err
	})
}

// mend corrects the fourth help, and takes the fifth out.
func (s *stage) mend(rank int, made activity.Activity, actor db.Actor, day civil.Date) error {
	return s.at(hour(day, 18, rank), actor, func(tx *db.Tx) (err error) {
		switch rank {
		case 3:
			fixed := made.Content
			fixed.People, fixed.Distinct = fixed.People+2, true
			_, err = activity.Correct(s.ctx, tx, activity.Correction{Activity: made.ID, Revision: 1, Content: fixed, Reason: "Deux personnes sont arrivées en retard."})
		case 4:
			_, err = activity.Withdraw(s.ctx, tx, made.ID, "Notée deux fois.")
		}
		return err
	})
}

// tellOfCoupon takes a coupon without a session at the first site, and tells
// what it was for.
func (s *stage) tellOfCoupon() error {
	at := s.sites[0]
	day := s.today.AddDays(-2)
	for !civil.IsWorkingDay(day, "23") {
		day = day.AddDays(-1)
	}
	var coupons []voucher.Coupon
	if err := s.d.View(s.ctx, console, func(q db.Q) error {
		booklets, err := voucher.Booklets(s.ctx, q, voucher.Filter{State: voucher.BookletLive, Limit: 200})
		for _, one := range booklets {
			if !one.ValidUntil.Before(day.AddMonths(12)) {
				continue // handed over since
			}
			known, err := voucher.BookletByID(s.ctx, q, one.ID)
			if err != nil {
				return err
			}
			coupons = append(coupons, known.Coupons[len(known.Coupons)-1])
		}
		return err
	}); err != nil {
		return err
	}
	return s.at(hour(day, 16, 30), at.actor, func(tx *db.Tx) error {
		for _, coupon := range coupons {
			if coupon.State != voucher.Live || !coupon.HeldFor.IsZero() {
				continue
			}
			taken, err := voucher.Redeem(s.ctx, tx, voucher.Presentation{ID: tx.NewID(), Coupon: coupon.Number, Site: at.id})
			if err != nil {
				return err
			}
			_, err = activity.Record(s.ctx, tx, activity.New{Content: activity.Content{
				Kind: activity.Individual, Place: at.id, Day: day, Minutes: 60, Themes: []string{"equipment"}, Redemption: taken.ID,
			}})
			return err
		}
		return nil
	})
}
