package civil

import (
	"fmt"
	"time"
)

var (
	weekdays = [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
	months   = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}
)

// nbsp keeps a number and its unit on one line.
const nbsp = "\u00a0"

// FrenchWeekday is "lundi".
func FrenchWeekday(day time.Weekday) string { return weekdays[day] }

// French is the day in full: "mardi 13 octobre 2026", "jeudi 1er octobre
// 2026". Empty for the zero Date.
func (d Date) French() string {
	if d.IsZero() {
		return ""
	}
	return weekdays[d.Weekday()] + " " + d.FrenchLong()
}

// FrenchLong is the day without its weekday: "13 octobre 2026". Empty for the
// zero Date.
func (d Date) FrenchLong() string {
	if d.IsZero() {
		return ""
	}
	return d.frenchDay() + " " + d.Month().French()
}

// FrenchShort is "13/10/2026", for tables. Empty for the zero Date.
func (d Date) FrenchShort() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%02d/%02d/%04d", d.day, d.month, d.year)
}

func (d Date) frenchDay() string {
	if d.day == 1 {
		return "1er"
	}
	return fmt.Sprint(d.day)
}

// French is "octobre 2026". Empty for the zero Month.
func (m Month) French() string {
	if m.IsZero() {
		return ""
	}
	return fmt.Sprintf("%s %d", months[m.month-1], m.year)
}

// French is "du 1er octobre 2026 au 31 octobre 2026", "à partir du 1er octobre
// 2026" when open-ended.
func (p Period) French() string {
	if p.To.IsZero() {
		return "à partir du " + p.From.FrenchLong()
	}
	return "du " + p.From.FrenchLong() + " au " + p.To.FrenchLong()
}

// FrenchHour is the local time of an instant that already is in its zone:
// "14 h", "9 h 30", with non-breaking spaces.
func FrenchHour(local time.Time) string { return TimeOfDayOf(local).French() }

// FrenchHourLong is the local time in whole words for paper that is easy to
// read: "14 heures", "9 heures 30".
func FrenchHourLong(local time.Time) string { return TimeOfDayOf(local).FrenchLong() }

// TimeOfDay is minutes since midnight. 24:00 and later are of the next day, for
// what closes after midnight.
type TimeOfDay int

const dayLength TimeOfDay = 24 * 60

// TimeOfDayOf is the local time of an instant that already is in its zone.
func TimeOfDayOf(local time.Time) TimeOfDay {
	return TimeOfDay(local.Hour()*60 + local.Minute())
}

// String is "09:30".
func (t TimeOfDay) String() string { return fmt.Sprintf("%02d:%02d", t/60, t%60) }

// French is "9 h 30", "14 h", "minuit" for the end of the day.
func (t TimeOfDay) French() string {
	hour, minute := t.civil()
	if t == dayLength {
		return "minuit"
	}
	if minute == 0 {
		return fmt.Sprintf("%d"+nbsp+"h", hour)
	}
	return fmt.Sprintf("%d"+nbsp+"h"+nbsp+"%02d", hour, minute)
}

// FrenchLong is "9 heures 30", "14 heures", "1 heure".
func (t TimeOfDay) FrenchLong() string {
	hour, minute := t.civil()
	if t == dayLength {
		return "minuit"
	}
	word := "heures"
	if hour < 2 {
		word = "heure"
	}
	if minute == 0 {
		return fmt.Sprintf("%d"+nbsp+"%s", hour, word)
	}
	return fmt.Sprintf("%d"+nbsp+"%s"+nbsp+"%02d", hour, word, minute)
}

func (t TimeOfDay) civil() (hour, minute int) {
	return int(t%dayLength) / 60, int(t) % 60
}
