package workshop

import (
	"cmp"
	"context"
	"slices"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/place"
)

// Series is several sessions planned at once, by one rule.
type Series struct {
	ID              db.ID
	Site            db.ID
	Organisation    db.ID
	Rhythm          string
	First, Last     civil.Date
	EndedFrom       civil.Date // no session from that day on; zero: as planned
	PlannedSessions []Session  // by the rule, first to last; those called off too
}

// NewSeries is a series to plan: the first session, its rule, and what becomes of
// the dates at which something stands in the way. One that is not named is left out.
type NewSeries struct {
	ID    db.ID
	First New // StartsAt and EndsAt are those of the first date
	Recurrence
	Moved map[civil.Date]civil.Date // a hindered date, and the day that takes its place; itself: held all the same
}

// The refusals of series.
var (
	ErrUnknownSeries = fault.Define(fault.NotFound, "unknown_series", "Cette série de séances n’existe pas, ou n’est pas à vous. Repartez de la liste des séances.")
	ErrNoDate        = fault.Define(fault.Invalid, "no_date_left", "Aucune date ne reste dans cette série. Choisissez un autre jour, ou déplacez des dates.")
)

// Occurrences lists the dates of a series with what stands in the way of each:
// public holidays where the sessions are held, the site's closing days, its last
// day. Faults: unknown_place; those of Recurrence.Dates; unknown_commune; and
// those of account.Require for session.plan.
func Occurrences(ctx context.Context, q db.Q, in NewSeries) ([]Occurrence, error) {
	_, found, err := in.occurrences(ctx, q)
	return found, err
}

func (n NewSeries) occurrences(ctx context.Context, q db.Q) (place.Place, []Occurrence, error) {
	site, err := place.ByID(ctx, q, n.First.Site)
	if err != nil {
		return place.Place{}, nil, err
	}
	if err := account.RequireAt(q.Actor(), account.ActSessionPlan, site.Organisation, site.ID); err != nil {
		return place.Place{}, nil, err
	}
	if site.Organisation.IsZero() {
		return place.Place{}, nil, place.ErrUnknownPlace
	}
	commune := cmp.Or(n.First.Elsewhere.Commune, site.Commune)
	n.Recurrence.First = civil.DateOf(n.First.StartsAt, civil.ZoneOf(commune))
	dates, err := n.Dates()
	if err != nil {
		return place.Place{}, nil, err
	}
	hours, err := site.OpeningHours()
	if err != nil || n.First.Elsewhere.Commune != "" {
		hours = civil.Hours{} // words that cannot be read close no day; a stop has none
	}
	closing, err := place.ClosingOf(ctx, q, site.ID)
	if err != nil {
		return place.Place{}, nil, err
	}
	why := func(day civil.Date) string {
		return hindrance(day, commune, hours, func(day civil.Date) bool { return !closing.Receives(day) })
	}
	found := make([]Occurrence, len(dates))
	for i, day := range dates {
		found[i] = Occurrence{Day: day, Why: why(day)}
		if found[i].Why != "" {
			found[i].To = nextFree(day, why)
		}
	}
	return site, found, nil
}

// PlanSeries opens every session of a series. A hindered date is left out, unless
// Moved gives it a day. Faults: those of Occurrences and of Plan; no_date_left.
func PlanSeries(ctx context.Context, tx *db.Tx, in NewSeries) (Series, error) {
	site, dates, err := in.occurrences(ctx, tx)
	if err != nil {
		return Series{}, err
	}
	if in.ID.IsZero() {
		in.ID = tx.NewID()
	}
	zone := civil.ZoneOf(cmp.Or(in.First.Elsewhere.Commune, site.Commune))
	var days []civil.Date
	for _, date := range dates {
		day := date.Day
		if date.Why != "" {
			moved, kept := in.Moved[date.Day]
			if !kept {
				continue
			}
			day = moved
		}
		if !slices.Contains(days, day) {
			days = append(days, day)
		}
	}
	if len(days) == 0 {
		return Series{}, ErrNoDate
	}
	slices.SortFunc(days, civil.Date.Compare)
	made := Series{ID: in.ID, Site: site.ID, Organisation: site.Organisation, Rhythm: in.Rhythm, First: days[0], Last: days[len(days)-1]}
	if _, err := tx.Exec(ctx, `INSERT INTO session_series (id, site, organisation, rhythm, first_on, last_on, planned_at, planned_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		made.ID, made.Site, made.Organisation, made.Rhythm, made.First, made.Last, tx.Now(), tx.Actor().ID); err != nil {
		return Series{}, err
	}
	for _, day := range days {
		one := in.First
		one.ID = db.ID{}
		one.StartsAt, one.EndsAt = shifted(in.First.StartsAt, day, zone), shifted(in.First.EndsAt, day, zone)
		planned, err := one.plan(ctx, tx, site, made.ID)
		if err != nil {
			return Series{}, err
		}
		made.PlannedSessions = append(made.PlannedSessions, planned)
	}
	_, err = audit.Record(ctx, tx, "series.plan", made.ID, seriesRow(made))
	return made, err
}

// shifted is the same hour of another day; zero stays zero.
func shifted(at time.Time, day civil.Date, zone *time.Location) time.Time {
	if at.IsZero() {
		return at
	}
	local := at.In(zone)
	return day.At(civil.TimeOfDay(local.Hour()*60+local.Minute()), zone)
}

func seriesRow(s Series) audit.Row {
	return struct {
		ID, Site, Organisation       db.ID
		Rhythm, First, Last, EndedAt string
		Sessions                     int
	}{s.ID, s.Site, s.Organisation, s.Rhythm, s.First.String(), s.Last.String(), s.EndedFrom.String(), len(s.PlannedSessions)}
}

// SeriesByID is a series of the actor's organisation, with its sessions. Faults:
// unknown_series, and those of account.Require for session.plan.
func SeriesByID(ctx context.Context, q db.Q, id db.ID) (Series, error) {
	found := Series{ID: id}
	err := q.QueryRow(ctx, `SELECT site, organisation, rhythm, first_on, last_on, ended_from FROM session_series WHERE id = $1`, id).
		Scan(&found.Site, &found.Organisation, &found.Rhythm, &found.First, &found.Last, &found.EndedFrom)
	if fault.KindOf(err) == fault.NotFound {
		return Series{}, ErrUnknownSeries
	}
	if err != nil {
		return Series{}, err
	}
	if err := account.RequireAt(q.Actor(), account.ActSessionPlan, found.Organisation, found.Site); err != nil {
		return Series{}, err
	}
	found.PlannedSessions, err = db.All(ctx, q, scanSession, selectSession+` WHERE s.series = $2 ORDER BY s.starts_at, s.id`, q.Now(), id)
	return found, err
}

// From lists the sessions of a series that are still planned on a day and after.
func (s Series) From(day civil.Date, now time.Time) []Session {
	var found []Session
	for _, session := range s.PlannedSessions {
		if session.State == Planned && session.StartsAt.After(now) && !session.Day().Before(day) {
			found = append(found, session)
		}
	}
	return found
}

// ExpectedFrom lists who is booked or waits at the sessions of a series from a day
// on: who is to be told before it changes or ends. Faults: those of SeriesByID.
func ExpectedFrom(ctx context.Context, q db.Q, id db.ID, day civil.Date) ([]Seat, error) {
	series, err := SeriesByID(ctx, q, id)
	if err != nil {
		return nil, err
	}
	var seats []Seat
	for _, session := range series.From(day, q.Now()) {
		standing, err := Standings(ctx, q, session.ID)
		if err != nil {
			return nil, err
		}
		for _, booking := range standing {
			if booking.State == Booked || booking.State == Waiting {
				seats = append(seats, Seat{booking, session})
			}
		}
	}
	return seats, nil
}

// SeriesMeans is what changes of every session of a series; the hours are of the
// day, in the sessions' own zone.
type SeriesMeans struct {
	Starts, Ends civil.TimeOfDay
	Means        // without StartsAt and EndsAt
}

// ChangeSeries gives the sessions of a series from a day on other hours, seats,
// room or people, all or none; those expected are told. Faults: those of
// SeriesByID and of ChangeSession; no_date_left.
func ChangeSeries(ctx context.Context, tx *db.Tx, id db.ID, from civil.Date, means SeriesMeans) (Series, error) {
	series, err := SeriesByID(ctx, tx, id)
	if err != nil {
		return Series{}, err
	}
	changed := series.From(from, tx.Now())
	if len(changed) == 0 {
		return Series{}, ErrNoDate
	}
	for _, session := range changed {
		of := means.Means
		of.StartsAt, of.EndsAt = session.Day().At(means.Starts, session.Zone()), session.Day().At(means.Ends, session.Zone())
		if _, err := ChangeSession(ctx, tx, session.ID, of); err != nil {
			return Series{}, err
		}
	}
	if _, err := audit.Record(ctx, tx, "series.change", id, seriesRow(series)); err != nil {
		return Series{}, err
	}
	return SeriesByID(ctx, tx, id)
}

// EndSeries calls off the sessions of a series from a day on, and answers the
// bookings that it ends, whose people must be told. Faults: those of SeriesByID
// and of CallOff; no_date_left.
func EndSeries(ctx context.Context, tx *db.Tx, id db.ID, from civil.Date, reason string) ([]Booking, error) {
	series, err := SeriesByID(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	left := series.From(from, tx.Now())
	if len(left) == 0 {
		return nil, ErrNoDate
	}
	told := []Booking{}
	for _, session := range left {
		ended, err := CallOff(ctx, tx, session.ID, reason)
		if err != nil {
			return nil, err
		}
		told = append(told, ended...)
	}
	if _, err := tx.Exec(ctx, `UPDATE session_series SET ended_from = $2 WHERE id = $1 AND (ended_from IS NULL OR ended_from > $2)`, id, from); err != nil {
		return nil, err
	}
	series.EndedFrom = from
	_, err = audit.Record(ctx, tx, "series.end", id, seriesRow(series))
	return told, err
}
