package departure

import (
	"cmp"
	"context"
	"slices"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/label"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

// Kind is why a site receives people with a pass no longer.
type Kind string

// The kinds.
const (
	Shuts     Kind = "shuts"     // the place shuts
	Leaves    Kind = "leaves"    // it stays open, without the pass
	Suspended Kind = "suspended" // its label, until a day
	Withdrawn Kind = "withdrawn" // its label, by a certifier
)

// Stop is a site that receives people with a pass no longer past a day.
type Stop struct {
	Site   place.Place
	Kind   Kind
	LastOn civil.Date // the last day on which they are received
	Until  civil.Date // the last day of a suspension; zero when it is for good
	Reason string
	// Of a departure that was announced.
	Departure db.ID
	Ended     bool
}

// window is the time in which nobody is received: the end is zero when it is for
// good. It never begins before now.
func (s Stop) window(now time.Time) (from, to time.Time) {
	from = s.LastOn.AddDays(1).In(s.Site.Zone())
	if from.Before(now) {
		from = now
	}
	if !s.Until.IsZero() {
		to = s.Until.AddDays(1).In(s.Site.Zone())
	}
	return from, to
}

// stops tells whether a session falls in it.
func (s Stop) stops(session workshop.Session) bool {
	return session.Site == s.Site.ID && session.Day().After(s.LastOn) && (s.Until.IsZero() || !session.Day().After(s.Until))
}

// stopAt is the stop of a place. Faults: unknown_departure, unknown_place.
func stopAt(ctx context.Context, q db.Q, id db.ID) (Stop, error) {
	site, err := place.ByID(ctx, q, id)
	if err != nil {
		return Stop{}, err
	}
	closing, err := place.ClosingOf(ctx, q, id)
	if err != nil {
		return Stop{}, err
	}
	if !closing.IsZero() {
		announced, err := scanDeparture(q.QueryRow(ctx, selectDeparture+` WHERE place = $1 ORDER BY id DESC LIMIT 1`, id))
		return announced.stop(site), err
	}
	stop, err := label.StopOf(ctx, q, id)
	if err != nil {
		return Stop{}, err
	}
	if stop.Place.IsZero() {
		return Stop{}, ErrUnknownStop
	}
	return ofLabel(stop, site), nil
}

func (d Departure) stop(site place.Place) Stop {
	made := Stop{Site: site, Kind: Leaves, LastOn: d.LastOn, Reason: d.Reason, Departure: d.ID, Ended: d.Ended}
	if d.Shuts {
		made.Kind = Shuts
	}
	return made
}

func ofLabel(stop label.Stop, site place.Place) Stop {
	made := Stop{Site: site, Kind: Withdrawn, LastOn: stop.LastOn, Until: stop.Until, Reason: stop.Reason}
	if stop.State == label.Suspended {
		made.Kind = Suspended
	}
	return made
}

// Of is the stop of a place, for who keeps it, who booked someone there, and who
// follows departures. Faults: unknown_departure, unknown_place, and those of
// account.Require for departure.read.
func Of(ctx context.Context, q db.Q, id db.ID) (Stop, error) {
	if err := account.Require(q.Actor(), account.ActDepartureRead, db.ID{}); err != nil {
		return Stop{}, err
	}
	stop, err := stopAt(ctx, q, id)
	if err != nil {
		return Stop{}, err
	}
	if account.RequireAt(q.Actor(), account.ActDepartureRead, stop.Site.Organisation, id) == nil {
		return stop, nil
	}
	// A desk follows it as long as it has someone there.
	people, err := concerned(ctx, q, stop)
	if err != nil {
		return Stop{}, err
	}
	rehomed, err := rehomedAt(ctx, q, id)
	if err != nil {
		return Stop{}, err
	}
	if len(people) == 0 && len(rehomed) == 0 {
		return Stop{}, ErrUnknownStop
	}
	return stop, nil
}

// Listed is a stop, and how many people are still to be re-homed: of one's own
// for a desk, of everyone for the others.
type Listed struct {
	Stop
	Left int
}

// List lists the stops that concern the actor: the departures announced, those
// ended in the past year, and the labels stopped where someone is still expected.
// The nearest last day comes first. Fault codes: those of account.Require for
// departure.read.
func List(ctx context.Context, q db.Q) ([]Listed, error) {
	actor := q.Actor()
	if err := account.Require(actor, account.ActDepartureRead, db.ID{}); err != nil {
		return nil, err
	}
	all, err := allStops(ctx, q)
	if err != nil {
		return nil, err
	}
	listed := []Listed{}
	for _, stop := range all {
		people, err := concerned(ctx, q, stop)
		if err != nil {
			return nil, err
		}
		own := account.RequireAt(actor, account.ActDepartureRead, stop.Site.Organisation, stop.Site.ID) == nil
		if len(people) > 0 || own && !stop.Departure.IsZero() {
			listed = append(listed, Listed{stop, len(people)})
		}
	}
	slices.SortStableFunc(listed, func(a, b Listed) int {
		return cmp.Or(compareEnded(a, b), a.LastOn.Compare(b.LastOn), place.ByName(a.Site, b.Site))
	})
	return listed, nil
}

// compareEnded puts what is over after what goes on.
func compareEnded(a, b Listed) int {
	switch {
	case a.Ended == b.Ended:
		return 0
	case a.Ended:
		return 1
	}
	return -1
}

// allStops reads every stop, of departures before those of labels.
func allStops(ctx context.Context, q db.Q) ([]Stop, error) {
	closings, err := place.Closings(ctx, q)
	if err != nil {
		return nil, err
	}
	departures, err := db.All(ctx, q, scanDeparture, selectDeparture+` WHERE state = 'announced' OR ended_at >= $1 ORDER BY id`, q.Now().AddDate(-1, 0, 0))
	if err != nil {
		return nil, err
	}
	labels, err := label.Stops(ctx, q)
	if err != nil {
		return nil, err
	}
	var ids []db.ID
	for _, one := range departures {
		ids = append(ids, one.Place)
	}
	for _, one := range labels {
		ids = append(ids, one.Place)
	}
	places, err := places(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	var stops []Stop
	for _, one := range departures {
		if closings[one.Place].LastOn == one.LastOn {
			stops = append(stops, one.stop(places[one.Place]))
		}
	}
	for _, one := range labels {
		if closings[one.Place].IsZero() {
			stops = append(stops, ofLabel(one, places[one.Place]))
		}
	}
	return stops, nil
}

func places(ctx context.Context, q db.Q, ids []db.ID) (map[db.ID]place.Place, error) {
	const slice = 200 // arguments of one statement
	known := map[db.ID]place.Place{}
	for some := range slices.Chunk(ids, slice) {
		read, err := place.ByIDs(ctx, q, some)
		if err != nil {
			return nil, err
		}
		for _, one := range read {
			known[one.ID] = one
		}
	}
	return known, nil
}

// expected are the people still expected in the time that is stopped.
func expected(ctx context.Context, q db.Q, stop Stop) ([]workshop.Seat, error) {
	from, to := stop.window(q.Now())
	return workshop.Expected(ctx, q, stop.Site.ID, from, to)
}

// Foresee counts who would be to re-home from a place, were this day its last one.
// Fault codes: unknown_place, and those of account.RequireAt for
// departure.announce.
func Foresee(ctx context.Context, q db.Q, id db.ID, last civil.Date) (int, error) {
	site, err := place.ByID(ctx, q, id)
	if err != nil {
		return 0, err
	}
	if err := account.RequireAt(q.Actor(), account.ActDepartureAnnounce, site.Organisation, id); err != nil {
		return 0, err
	}
	left, err := expected(ctx, q, Stop{Site: site, LastOn: last})
	return len(left), err
}

// SessionLeft is a session that will not be, and how many are still expected there.
type SessionLeft struct {
	workshop.Session
	Seated, Waiting int
}

// SessionsLeft lists the sessions of a stopped place where someone is still
// expected, for who follows departures and reads no name. Fault codes: those of
// Of.
func SessionsLeft(ctx context.Context, q db.Q, id db.ID) ([]SessionLeft, error) {
	stop, err := Of(ctx, q, id)
	if err != nil {
		return nil, err
	}
	seats, err := concerned(ctx, q, stop)
	if err != nil {
		return nil, err
	}
	left := []SessionLeft{}
	for _, seat := range seats {
		if n := len(left); n == 0 || left[n-1].ID != seat.Session.ID {
			left = append(left, SessionLeft{Session: seat.Session})
		}
		one := &left[len(left)-1]
		if seat.State == workshop.Waiting {
			one.Waiting++
		} else {
			one.Seated++
		}
	}
	return left, nil
}

// concerned are those of them whom the actor has to do with: a site's are its
// own, a desk's are those it booked, and who follows departures counts them all.
func concerned(ctx context.Context, q db.Q, stop Stop) ([]workshop.Seat, error) {
	seats, err := expected(ctx, q, stop)
	return slices.DeleteFunc(seats, func(s workshop.Seat) bool {
		return account.RequireAt(q.Actor(), account.ActDepartureRead, s.Session.Organisation, s.Session.Site) != nil &&
			account.Require(q.Actor(), account.ActDepartureRead, s.Organisation) != nil
	}), err
}

// isUnknown tells that a place has no stop.
func isUnknown(err error) bool { return fault.HasCode(err, ErrUnknownStop.Code) }
