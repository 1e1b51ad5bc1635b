package workshop

import (
	"fmt"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
)

// The states of a session.
const (
	Planned          = "planned"
	Held             = "held"
	SessionCalledOff = "cancelled"
)

// Session is one dated occurrence of a workshop at a site.
type Session struct {
	ID                  db.ID
	Workshop            db.ID
	Site                db.ID // the place
	Organisation        db.ID // that keeps the site
	Commune             string
	Latitude, Longitude float64
	Title               string
	Topic               string // code of Topics
	Level               string // code of Levels
	Service             string // code of place.Services
	StartsAt, EndsAt    time.Time
	Seats               int
	Taken               int // without seats whose keeping is over
	Room                string
	Mediator            string // the name told to people
	State               string
	Reason              string // why it was called off
	Series              db.ID  // planned with others, by one rule; zero: alone
	Minimum             int    // people under which the site is to look at it; 0: none
	MinimumDays         int    // how many days before
	Equipment           string // what the room must have
	Stop                Stop   // where it is held, when not at the site; its commune and point are then the session's
	Taught              string // what one learns, as its organisation's sheet says; may be empty
}

// Stop is where an itinerant session is held: a hall, a square, a bus.
type Stop struct {
	Name    string // "Salle des fêtes"
	Address string // the street; may be empty
}

// Itinerant tells whether the session is held elsewhere than at its site.
func (s Session) Itinerant() bool { return s.Stop.Name != "" }

// StopLines is where an itinerant session is held, as an address is written; none
// for one held at its site.
func (s Session) StopLines() []string {
	if !s.Itinerant() {
		return nil
	}
	lines := []string{s.Stop.Name}
	if s.Stop.Address != "" {
		lines = append(lines, s.Stop.Address)
	}
	if commune, err := geography.CommuneByCode(s.Commune); err == nil {
		town := commune.Name
		if len(commune.PostalCodes) > 0 {
			town = commune.PostalCodes[0] + "\u00a0" + town
		}
		lines = append(lines, town)
	}
	return lines
}

// LookedAt is the day from which the site is told that too few people are
// booked; zero when no minimum is asked.
func (s Session) LookedAt() civil.Date {
	if s.Minimum == 0 {
		return civil.Date{}
	}
	return s.Day().AddDays(-s.MinimumDays)
}

// TooFew tells that the day has come and that fewer people are booked than the
// minimum.
func (s Session) TooFew(now time.Time) bool {
	return s.Minimum > 0 && s.State == Planned && s.StartsAt.After(now) && s.Taken < s.Minimum && !civil.DateOf(now, s.Zone()).Before(s.LookedAt())
}

// Free is how many seats can still be booked.
func (s Session) Free() int { return max(0, s.Seats-s.Taken) }

// Zone is the site's own time zone.
func (s Session) Zone() *time.Location { return civil.ZoneOf(s.Commune) }

// Day is the civil day of the session at its site.
func (s Session) Day() civil.Date { return civil.DateOf(s.StartsAt, s.Zone()) }

// Length is how long it lasts.
func (s Session) Length() time.Duration { return s.EndsAt.Sub(s.StartsAt) }

// HoursText is "14 h à 16 h", in the site's zone.
func (s Session) HoursText() string {
	return civil.FrenchHour(s.StartsAt.In(s.Zone())) + " à " + civil.FrenchHour(s.EndsAt.In(s.Zone()))
}

// WhenText is "mardi 8 décembre 2026, 14 h à 16 h", in the site's zone.
func (s Session) WhenText() string { return s.Day().French() + ", " + s.HoursText() }

// ShortWhenText is WhenText without the year.
func (s Session) ShortWhenText() string {
	day := s.Day().French()
	return day[:len(day)-len(fmt.Sprintf(" %d", s.Day().Year()))] + ", " + s.HoursText()
}

// Learn completes "Vous apprenez à …": what the organisation's sheet says, or
// the topic; empty for a subject of the site's own.
func (s Session) Learn() string {
	if s.Taught != "" {
		return s.Taught
	}
	for _, topic := range Topics {
		if topic.Code == s.Topic {
			return topic.Learn
		}
	}
	return ""
}

// MetresFrom is the straight line from a point.
func (s Session) MetresFrom(point geography.Point) int {
	return geography.Distance(point.Latitude, point.Longitude, s.Latitude, s.Longitude)
}

// bookable refuses a session at which nobody can be booked any more.
func (s Session) bookable(now time.Time) error {
	switch {
	case s.State == SessionCalledOff:
		return ErrSessionCancelled
	case !s.StartsAt.After(now):
		return ErrSessionPast
	}
	return nil
}

// The refusals of this package.
var (
	ErrUnknownSession   = fault.Define(fault.NotFound, "unknown_session", "Cette séance n’existe pas. Repartez de la liste des séances.")
	ErrUnknownBooking   = fault.Define(fault.NotFound, "unknown_booking", "Cette inscription n’existe pas, ou n’est pas à vous. Repartez de la page de la personne.")
	ErrSessionCancelled = fault.Define(fault.Conflict, "session_cancelled", "Cette séance est annulée. Choisissez une autre date.")
	ErrSessionPast      = fault.Define(fault.Conflict, "session_past", "Cette séance a déjà commencé. Choisissez une autre date.")
	ErrSessionAhead     = fault.Define(fault.Conflict, "session_ahead", "Cette séance n’a pas encore commencé. Notez les présences le jour même.")
	ErrSeatsTaken       = fault.Define(fault.Conflict, "seats_taken", "Plus de personnes sont inscrites que ce nombre de places. Gardez au moins une place pour chacune.")
	ErrSiteLeaves       = fault.Define(fault.Conflict, "site_leaves", "Ce lieu ne reçoit plus personne à cette date. Choisissez une séance d’un autre lieu, ou un jour plus tôt.")
	ErrSessionFull      = fault.Define(fault.Conflict, "session_full", "La dernière place vient d’être prise. Choisissez une autre date, ou la liste d’attente.")
	ErrAlreadyBooked    = fault.Define(fault.Conflict, "already_booked", "Cette personne est déjà inscrite à cette séance. Choisissez-en une autre, ou gardez celle-ci.")
	ErrBookingOver      = fault.Define(fault.Conflict, "booking_over", "Cette inscription est terminée\u00a0: elle ne peut plus changer.")
	ErrNotWaiting       = fault.Define(fault.Conflict, "not_waiting", "Cette personne n’attend pas de place à cette séance. Rechargez la page pour voir où elle en est.")
)
