package civil

import (
	"cmp"
	"database/sql/driver"
	"fmt"
	"time"

	"passerelle/internal/fault"
)

// Date is a civil day, without hour or zone. The zero Date is no day: it is
// NULL in the database and an empty text elsewhere. Dates compare with ==.
type Date struct {
	year  int
	month time.Month
	day   int
}

// ErrBadDate refuses a text that is not a day of the calendar.
var ErrBadDate = fault.Define(fault.Invalid, "bad_date", "Donnez un jour qui existe, sous la forme année-mois-jour, par exemple 2026-10-13.")

const (
	isoDate       = "2006-01-02"
	secondsPerDay = 24 * 60 * 60
)

// On is the day of this year, month and day. Days out of the month run over
// into its neighbours, as in time.Date.
func On(year int, month time.Month, day int) Date {
	return fromTime(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// DateOf is the civil day of an instant in a zone.
func DateOf(instant time.Time, zone *time.Location) Date { return fromTime(instant.In(zone)) }

func fromTime(t time.Time) Date {
	year, month, day := t.Date()
	return Date{year, month, day}
}

// ParseDate reads "2026-10-13". Fault: bad_date.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(isoDate, text)
	if err != nil || t.Year() < 1 {
		return Date{}, ErrBadDate
	}
	return fromTime(t), nil
}

// IsZero tells whether this is no day.
func (d Date) IsZero() bool { return d == Date{} }

// Year is the year of the calendar.
func (d Date) Year() int { return d.year }

// Month is the month that holds this day.
func (d Date) Month() Month { return Month{d.year, d.month} }

// Day is the day of the month, from 1.
func (d Date) Day() int { return d.day }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// String is "2026-10-13", and an empty text for the zero Date. Texts of dates
// sort as the days do.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.year, d.month, d.day)
}

// In is the instant at which this day starts in a zone.
func (d Date) In(zone *time.Location) time.Time {
	start := time.Date(d.year, d.month, d.day, 0, 0, 0, 0, zone)
	// Where the clock springs forward at midnight, the day starts later.
	for fromTime(start).Before(d) {
		start = start.Add(time.Hour)
	}
	return start
}

// At is the instant of this day at a time of day in a zone.
func (d Date) At(hour TimeOfDay, zone *time.Location) time.Time {
	return time.Date(d.year, d.month, d.day, 0, int(hour), 0, 0, zone)
}

// AddDays is the day this many days later, or earlier when negative.
func (d Date) AddDays(days int) Date { return On(d.year, d.month, d.day+days) }

// AddMonths is the same day this many months later; the last day of a month
// that is too short for it: 31 January plus one month is 28 or 29 February.
func (d Date) AddMonths(months int) Date {
	first := On(d.year, d.month+time.Month(months), 1)
	return On(first.year, first.month, min(d.day, first.Month().Last().day))
}

// DaysUntil counts the days from this one to another, negative when it is earlier.
func (d Date) DaysUntil(other Date) int {
	// Not through a Duration, which holds 292 years.
	return int((other.utc().Unix() - d.utc().Unix()) / secondsPerDay)
}

// Compare orders days: negative when this one is earlier.
func (d Date) Compare(other Date) int {
	return cmp.Or(cmp.Compare(d.year, other.year), cmp.Compare(d.month, other.month), cmp.Compare(d.day, other.day))
}

// Before tells whether this day is earlier.
func (d Date) Before(other Date) bool { return d.Compare(other) < 0 }

// After tells whether this day is later.
func (d Date) After(other Date) bool { return d.Compare(other) > 0 }

func (d Date) utc() time.Time { return time.Date(d.year, d.month, d.day, 0, 0, 0, 0, time.UTC) }

// Value is the text kept in the database, NULL for the zero Date.
func (d Date) Value() (driver.Value, error) { return textOrNull(d.String()), nil }

// Scan reads what Value wrote.
func (d *Date) Scan(source any) error { return scanText(source, d.UnmarshalText) }

// MarshalText is String.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText is ParseDate; an empty text is the zero Date.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

func textOrNull(text string) driver.Value {
	if text == "" {
		return nil
	}
	return text
}

func scanText(source any, read func([]byte) error) error {
	switch text := source.(type) {
	case nil:
		return read(nil)
	case string:
		return read([]byte(text))
	case []byte:
		return read(text)
	}
	return fmt.Errorf("civil: a %T is kept where a text was expected", source)
}
