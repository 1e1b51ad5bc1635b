package sample

import (
	"slices"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/geography"
	"passerelle/internal/workshop"
)

// session is a planned session with the people the story expects at it.
type session struct {
	id        db.ID
	at        *workplace
	starts    time.Time
	seats     int
	spare     int // seats that the story leaves to the visitor
	expected  []*visitor
	doomed    bool // will be called off two days before
	calledOff bool
}

const sessionLength = 2 * time.Hour

// weeksAhead is how far the sites have planned when the visitor arrives.
const weeksAhead = 5

// planSessions opens every site's calendar, from the first month to a few weeks
// after the visitor's day.
func (s *stage) planSessions() error {
	from, to := s.months[0].First(), s.today.AddDays(7*weeksAhead)
	for rank, at := range s.sites {
		err := s.at(s.opening().Add(20*24*time.Hour), at.actor, func(tx *db.Tx) error {
			at.sessions = nil
			for day := from; !day.After(to); day = day.AddDays(1) {
				for _, starts := range s.starts(at, rank, day) {
					if err := s.plan(tx, at, rank, starts); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, planned := range at.sessions {
			today := civil.DateOf(planned.starts, civil.Paris) == s.today
			planned.doomed = s.random.IntN(60) == 0 && !today
			if planned.spare = s.random.IntN(3); today {
				planned.spare = 3
			}
		}
	}
	return nil
}

// starts lists the sessions of one site on one day: on its weekdays, twice a day
// in the busiest sites, and always this afternoon in the first, so that a
// newcomer has one at hand.
func (s *stage) starts(at *workplace, rank int, day civil.Date) []time.Time {
	shown := rank == 0 && day == s.today
	open := slices.Contains(at.cast.days, int(day.Weekday())) && !civil.IsHoliday(day, "23")
	switch {
	case shown && rank == 0:
		return []time.Time{hour(day, 10, 0), hour(day, 14, 0)}
	case !open:
		return nil
	case rank < 5:
		return []time.Time{hour(day, 10, 0), hour(day, 14, 0)}
	}
	return []time.Time{hour(day, at.cast.hour, 0)}
}

func (s *stage) plan(tx *db.Tx, at *workplace, rank int, starts time.Time) error {
	wanted := subjects[(len(at.sessions)+rank)%len(subjects)]
	wanted.Site, wanted.StartsAt, wanted.EndsAt, wanted.Seats = at.id, starts, starts.Add(sessionLength), at.cast.seats
	wanted.Room, wanted.Mediator = "salle du bas", at.cast.mediator.first+" "+at.cast.mediator.last
	planned, err := workshop.Plan(s.ctx, tx, wanted)
	if err != nil {
		return err
	}
	at.sessions = append(at.sessions, &session{id: planned.ID, at: at, starts: starts, seats: wanted.Seats})
	return nil
}

// free finds a session with a seat that suits someone of a commune: near, and
// neither tomorrow morning's nor too late to be remembered.
func (s *stage) free(near geography.Commune, now time.Time, soonest, latest int) *session {
	var found []*session
	for _, at := range s.near(near) {
		for _, one := range at.sessions {
			ahead := one.starts.Sub(now)
			if ahead > time.Duration(soonest)*24*time.Hour && ahead < time.Duration(latest)*24*time.Hour && len(one.expected) < one.seats-one.spare && !one.calledOff {
				found = append(found, one)
			}
		}
		if len(found) >= 3 {
			break
		}
	}
	if len(found) == 0 {
		return nil
	}
	return found[s.random.IntN(min(3, len(found)))]
}

// near lists the sites by distance from a commune, those within reach only.
func (s *stage) near(from geography.Commune) []*workplace {
	const reach = 45_000 // metres
	distance := func(at *workplace) int {
		return geography.Distance(from.Latitude, from.Longitude, at.commune.Latitude, at.commune.Longitude)
	}
	var within []*workplace
	for _, at := range s.sites {
		if distance(at) <= reach {
			within = append(within, at)
		}
	}
	slices.SortStableFunc(within, func(a, b *workplace) int { return distance(a) - distance(b) })
	return within
}
