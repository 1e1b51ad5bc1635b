package workshop

import (
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/fault"
)

// The rhythms of a series.
const (
	Weekly      = "weekly"
	Fortnightly = "fortnightly"
	Monthly     = "monthly" // the same rank of the same weekday: the second Tuesday
)

// Rhythms lists them, as a form asks for them.
var Rhythms = []struct{ Code, Label string }{
	{Weekly, "Chaque semaine"}, {Fortnightly, "Une semaine sur deux"}, {Monthly, "Chaque mois, le même rang\u00a0: 2e mardi"},
}

// RhythmText is how a rhythm is told: "chaque semaine".
func RhythmText(code string) string {
	return map[string]string{Weekly: "chaque semaine", Fortnightly: "une semaine sur deux", Monthly: "chaque mois"}[code]
}

// Recurrence is the rule of a series: from a first day, until a day or for a
// number of times, whichever is given.
type Recurrence struct {
	Rhythm string
	First  civil.Date
	Until  civil.Date // the last day possible; zero: Times decides
	Times  int        // how many dates, the first included; 0: Until decides
}

// mostTimes bounds a series: a year of weeks, and some.
const mostTimes = 60

// Dates lists the days of the rule, in order. A month that has no fifth Tuesday
// is passed over. By field: required (until), bad_number (times), bad_date
// (until), unknown_choice (rhythm).
func (r Recurrence) Dates() ([]civil.Date, error) {
	var wrong fault.Collector
	wrong.Check(RhythmText(r.Rhythm) != "", "rhythm", "unknown_choice", "Choisissez un rythme\u00a0: chaque semaine, une sur deux, chaque mois")
	wrong.Check(!r.Until.IsZero() || r.Times != 0, "until", "required", "Donnez le dernier jour, ou le nombre de séances")
	wrong.Check(r.Times == 0 || r.Times > 1 && r.Times <= mostTimes, "times", "bad_number", "Écrivez un nombre de séances entre 2 et 60")
	wrong.Check(r.Until.IsZero() || r.Until.After(r.First), "until", "bad_date", "Choisissez un dernier jour après le premier")
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	dates := []civil.Date{}
	for turn := 0; len(dates) < mostTimes && (r.Times == 0 || len(dates) < r.Times); turn++ {
		day := r.at(turn)
		if !r.Until.IsZero() && day.After(r.Until) {
			break
		}
		if !day.IsZero() {
			dates = append(dates, day)
		}
		if turn > 3*mostTimes {
			break // a rank that no month has any more: cannot be, but ends
		}
	}
	if len(dates) == mostTimes && r.Times == 0 {
		if next := r.at(mostTimes); !next.IsZero() && !next.After(r.Until) {
			wrong.Add("until", "bad_date", "Choisissez un dernier jour plus proche\u00a0: 60 séances au plus")
		}
	}
	return dates, wrong.Err()
}

// at is the day of one turn of the rule; zero where the month has none.
func (r Recurrence) at(turn int) civil.Date {
	switch r.Rhythm {
	case Weekly:
		return r.First.AddDays(7 * turn)
	case Fortnightly:
		return r.First.AddDays(14 * turn)
	}
	rank := (r.First.Day() - 1) / 7
	month := r.First.Month().First().AddMonths(turn)
	ahead := (int(r.First.Weekday()-month.Weekday()) + 7) % 7
	day := month.AddDays(ahead + 7*rank)
	if day.Month() != month.Month() {
		return civil.Date{}
	}
	return day
}

// Occurrence is one date of a series before it is planned.
type Occurrence struct {
	Day civil.Date
	Why string     // what stands in the way: "Noël", "Le lieu est fermé ce jour-là"; empty when nothing does
	To  civil.Date // the next day without hindrance, to move to; zero when nothing stands in the way
}

// hindrance tells why a site does not receive on a day; empty when it does.
func hindrance(day civil.Date, commune string, hours civil.Hours, gone func(civil.Date) bool) string {
	for _, holiday := range civil.Holidays(day.Year(), commune) {
		if holiday.Date == day {
			return holiday.Name + ", jour férié"
		}
	}
	switch {
	case hours.ClosedOn(day):
		return "Le lieu est fermé ce jour-là"
	case gone(day):
		return "Le lieu ne reçoit plus personne à cette date"
	}
	return ""
}

// nextFree is the first day after one without hindrance, within a week, a Sunday
// left aside unless the series is on Sundays.
func nextFree(day civil.Date, why func(civil.Date) string) civil.Date {
	for after := 1; after < 7; after++ {
		next := day.AddDays(after)
		if (next.Weekday() != time.Sunday || day.Weekday() == time.Sunday) && why(next) == "" {
			return next
		}
	}
	return civil.Date{}
}
