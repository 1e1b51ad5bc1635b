package civil

import (
	"cmp"
	"database/sql/driver"
	"fmt"
	"time"

	"passerelle/internal/fault"
)

// Month is a month of a year. The zero Month is none: NULL in the database and
// an empty text elsewhere. Months compare with ==.
type Month struct {
	year  int
	month time.Month
}

// ErrBadMonth refuses a text that is not a month of a year.
var ErrBadMonth = fault.Define(fault.Invalid, "bad_month", "Donnez un mois sous la forme année-mois, par exemple 2026-10.")

// ParseMonth reads "2026-10". Fault: bad_month.
func ParseMonth(text string) (Month, error) {
	t, err := time.Parse("2006-01", text)
	if err != nil || t.Year() < 1 {
		return Month{}, ErrBadMonth
	}
	return Month{t.Year(), t.Month()}, nil
}

// MonthOf is the civil month of an instant in a zone.
func MonthOf(instant time.Time, zone *time.Location) Month { return DateOf(instant, zone).Month() }

// IsZero tells whether this is no month.
func (m Month) IsZero() bool { return m == Month{} }

// String is "2026-10", and an empty text for the zero Month.
func (m Month) String() string {
	if m.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d", m.year, m.month)
}

// Year is the year of the calendar.
func (m Month) Year() int { return m.year }

// First is the month's first day.
func (m Month) First() Date { return On(m.year, m.month, 1) }

// Last is the month's last day.
func (m Month) Last() Date { return On(m.year, m.month+1, 0) }

// Period is the month's days.
func (m Month) Period() Period { return Period{m.First(), m.Last()} }

// Contains tells whether a day is of this month.
func (m Month) Contains(day Date) bool { return day.Month() == m }

// Next is the month after.
func (m Month) Next() Month { return m.First().AddMonths(1).Month() }

// Previous is the month before.
func (m Month) Previous() Month { return m.First().AddMonths(-1).Month() }

// Compare orders months: negative when this one is earlier.
func (m Month) Compare(other Month) int {
	return cmp.Or(cmp.Compare(m.year, other.year), cmp.Compare(m.month, other.month))
}

// Value is the text kept in the database, NULL for the zero Month.
func (m Month) Value() (driver.Value, error) { return textOrNull(m.String()), nil }

// Scan reads what Value wrote.
func (m *Month) Scan(source any) error { return scanText(source, m.UnmarshalText) }

// MarshalText is String.
func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText is ParseMonth; an empty text is the zero Month.
func (m *Month) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*m = Month{}
		return nil
	}
	parsed, err := ParseMonth(string(text))
	if err != nil {
		return err
	}
	*m = parsed
	return nil
}

// Period is a run of days, both ends in it, as contracts say "du 1er au 31". A
// zero To leaves it open-ended.
type Period struct {
	From, To Date
}

// Contains tells whether a day is in the period.
func (p Period) Contains(day Date) bool {
	return !day.Before(p.From) && (p.To.IsZero() || !day.After(p.To))
}

// Overlaps tells whether two periods share a day.
func (p Period) Overlaps(other Period) bool {
	return (other.To.IsZero() || !p.From.After(other.To)) && (p.To.IsZero() || !other.From.After(p.To))
}

// Days counts the days of a closed period.
func (p Period) Days() int { return p.From.DaysUntil(p.To) + 1 }
