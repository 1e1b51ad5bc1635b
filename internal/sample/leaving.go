package sample

import (
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/departure"
	"passerelle/internal/orientation"
)

// The site that leaves shuts in a few days: half of the people booked after that
// have another seat, and the visitor finds the others.
const (
	leavingSite  = "mediatheque"
	leavingAfter = 6 // days
)

// leaves plays the last bookings, the departure and its first calls.
func (s *stage) leaves(counters []*counter) []event {
	var at *workplace
	for _, one := range s.sites {
		if one.cast.key == leavingSite {
			at = one
		}
	}
	last := s.today.AddDays(leavingAfter)
	booked, announced, called := hour(s.today.AddDays(-4), 10, 0), hour(s.today.AddDays(-3), 9, 30), hour(s.today.AddDays(-1), 17, 0)
	return []event{
		{booked, func() error { return s.bookBeyond(at, last, counters, booked) }},
		{announced, func() error {
			for _, one := range at.sessions {
				if civil.DateOf(one.starts, civil.Paris).After(last) {
					one.calledOff = true // nobody is booked there any more
				}
			}
			return s.at(announced, at.actor, func(tx *db.Tx) error {
				_, err := departure.Announce(s.ctx, tx, departure.Departure{
					Place: at.id, Shuts: true, LastOn: last, Reason: "La salle ferme pour deux ans de travaux, et nous n’avons pas trouvé d’autre local.",
				})
				return err
			})
		}},
		{called, func() error { return s.rehomeHalf(at, called) }},
	}
}

// bookBeyond books a few people where nobody knows yet that there will be no
// session: two of each counter, as far as there are.
func (s *stage) bookBeyond(at *workplace, last civil.Date, counters []*counter, when time.Time) error {
	var beyond *session
	for _, one := range at.sessions {
		if civil.DateOf(one.starts, civil.Paris).After(last) && !one.doomed && beyond == nil {
			beyond = one
		}
	}
	if beyond == nil {
		return nil
	}
	for rank := range 2 * len(counters) {
		who, found := s.waiting(counters[rank%len(counters)])
		if !found || len(beyond.expected) >= beyond.seats {
			continue
		}
		if err := s.at(when, who.from.actor, func(tx *db.Tx) error { return s.book(tx, who, beyond) }); err != nil {
			return err
		}
		who.take(beyond)
	}
	return nil
}

// rehomeHalf moves every other person, each through the desk that sent them; one
// wants no other date.
func (s *stage) rehomeHalf(at *workplace, when time.Time) error {
	var people []departure.Person
	err := s.d.View(s.ctx, at.actor, func(q db.Q) (err error) {
		people, err = departure.People(s.ctx, q, at.id)
		return err
	})
	if err != nil {
		return err
	}
	for rank, someone := range people {
		if rank%2 == 0 {
			continue
		}
		err := s.at(when.Add(time.Duration(rank)*5*time.Minute), s.deskOf(someone.Organisation), func(tx *db.Tx) error {
			choices, err := departure.Proposals(s.ctx, tx, someone)
			if err != nil {
				return err
			}
			if to, found := afterVisit(choices, s.options.At); found && rank > 1 {
				_, err = departure.Move(s.ctx, tx, departure.Moving{ID: tx.NewID(), Booking: someone.ID, Session: to})
				return err
			}
			_, err = departure.GiveUp(s.ctx, tx, someone.ID, departure.NotWanted)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// afterVisit is the first session that the story does not play any more.
func afterVisit(choices []orientation.Choice, visit time.Time) (db.ID, bool) {
	for _, choice := range choices {
		if choice.StartsAt.After(visit.Add(24 * time.Hour)) {
			return choice.ID, true
		}
	}
	return db.ID{}, false
}

// deskOf is who acts for a desk.
func (s *stage) deskOf(organisation db.ID) db.Actor {
	for _, body := range organisations {
		if s.organisations[body.key] == organisation {
			return s.actors[body.people[0].email]
		}
	}
	return db.Actor{}
}
