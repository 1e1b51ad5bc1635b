package civil

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Closing is a time when a place is closed whatever the week says: both days
// are in it; one day when they are the same.
type Closing struct {
	From, To Date
}

// What a reader of hours bears, so that everything read is written within
// longestHours: spans in a day, closings ahead.
const (
	mostSpans    = 8
	mostClosings = 40
)

// Holds tells whether a day is of the closing.
func (c Closing) Holds(day Date) bool { return !day.Before(c.From) && !day.After(c.To) }

// String is the closing as OpenStreetMap writes it: "2026 Dec 24 off",
// "2026 Aug 03-21 off", "2026 Jul 27-Aug 21 off", "2026 Dec 24-2027 Jan 02 off".
func (c Closing) String() string {
	text := fmt.Sprintf("%04d %s %02d", c.From.year, monthCodes[c.From.month-1], c.From.day)
	switch {
	case c.From == c.To:
	case c.From.Month() == c.To.Month():
		text += fmt.Sprintf("-%02d", c.To.day)
	case c.From.year == c.To.year:
		text += fmt.Sprintf("-%s %02d", monthCodes[c.To.month-1], c.To.day)
	default:
		text += fmt.Sprintf("-%04d %s %02d", c.To.year, monthCodes[c.To.month-1], c.To.day)
	}
	return text + " off"
}

// French is "le 24 décembre 2026", "du 24 décembre 2026 au 2 janvier 2027".
func (c Closing) French() string {
	if c.From == c.To {
		return "le " + c.From.FrenchLong()
	}
	return "du " + c.From.FrenchLong() + " au " + c.To.FrenchLong()
}

var (
	monthCodes  = []string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}
	closingForm = regexp.MustCompile(`^(\d{4}) ([a-z]{3}) (\d{1,2})(?: ?- ?(?:(?:(\d{4}) )?([a-z]{3}) )?(\d{1,2}))?$`)
	beginsDated = regexp.MustCompile(`^\d{4} `)
)

// parseClosings reads a rule of dated closings in small letters: "2026 dec 24,
// 2026 dec 31 off". Dated tells whether the rule is one, read or not.
func parseClosings(rule string) (closings []Closing, dated, read bool) {
	rule = strings.Join(strings.Fields(rule), " ")
	if !beginsDated.MatchString(rule) {
		return nil, false, true
	}
	days, off := strings.CutSuffix(rule, " off")
	if !off {
		days, off = strings.CutSuffix(rule, " closed")
	}
	if !off {
		return nil, true, false
	}
	for part := range strings.SplitSeq(days, ",") {
		closing, known := parseClosing(strings.TrimSpace(part))
		if !known {
			return nil, true, false
		}
		closings = append(closings, closing)
	}
	return closings, true, true
}

func parseClosing(text string) (Closing, bool) {
	parts := closingForm.FindStringSubmatch(text)
	if parts == nil {
		return Closing{}, false
	}
	year, month, day := parts[4], parts[5], parts[6]
	from, known := parseDay(parts[1], parts[2], parts[3])
	if day == "" {
		return Closing{from, from}, known
	}
	to, toKnown := parseDay(cmp.Or(year, parts[1]), cmp.Or(month, parts[2]), day)
	return Closing{from, to}, known && toKnown && !to.Before(from)
}

func parseDay(year, month, day string) (Date, bool) {
	at := slices.IndexFunc(monthCodes, func(code string) bool { return strings.EqualFold(code, month) })
	if at < 0 {
		return Date{}, false
	}
	parsed, err := ParseDate(fmt.Sprintf("%s-%02d-%02s", year, at+1, day))
	return parsed, err == nil
}

// Closings are the days when the place is closed whatever the week says, in
// order, apart from each other.
func (h Hours) Closings() []Closing { return slices.Clone(h.closings) }

// ClosedOn tells whether a day is of a closing.
func (h Hours) ClosedOn(day Date) bool {
	return slices.ContainsFunc(h.closings, func(c Closing) bool { return c.Holds(day) })
}

// WithClosings are the same hours with these closings instead; those that
// overlap become one. Fault: bad_hours for one that ends before it begins, and
// for more than forty.
func (h Hours) WithClosings(closings ...Closing) (Hours, error) {
	ordered := slices.Clone(closings)
	slices.SortFunc(ordered, func(a, b Closing) int { return cmp.Or(a.From.Compare(b.From), a.To.Compare(b.To)) })
	var joined []Closing
	for _, closing := range ordered {
		if closing.From.IsZero() || closing.To.Before(closing.From) {
			return Hours{}, ErrBadHours.Sayf("Une fermeture finit avant de commencer. Donnez son premier jour, puis son dernier.")
		}
		if last := len(joined) - 1; last >= 0 && !closing.From.After(joined[last].To) {
			if closing.To.After(joined[last].To) {
				joined[last].To = closing.To
			}
			continue
		}
		joined = append(joined, closing)
	}
	if len(joined) > mostClosings {
		return Hours{}, ErrBadHours.Sayf("Il y a plus de %d fermetures. Retirez celles qui sont passées.", mostClosings)
	}
	h.closings = joined
	return h, nil
}

// With are the same hours with others on a day of the week. Spans that touch
// become one. Fault: bad_hours for a span that is none, and for more than eight.
func (h Hours) With(day time.Weekday, spans []Span) (Hours, error) {
	for _, span := range spans {
		if span.From < 0 || span.From >= dayLength || span.To <= span.From || span.To > span.From+dayLength {
			return Hours{}, ErrBadHours
		}
	}
	merged := merge(spans)
	if len(merged) > mostSpans {
		return Hours{}, ErrBadHours
	}
	h.days[day] = merged
	return h, nil
}

// OnHolidays are the hours of public holidays, and whether they have hours of
// their own; else they are days like others.
func (h Hours) OnHolidays() (spans []Span, own bool) { return slices.Clone(h.holidays), h.onHolidays }

// ClosedOnHolidays are the same hours, closed or not on public holidays.
func (h Hours) ClosedOnHolidays(closed bool) Hours {
	h.holidays, h.onHolidays = nil, closed
	return h
}
