package civil

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"passerelle/internal/fault"
)

// ErrBadHours refuses opening hours that cannot be read, and quotes the part at fault.
var ErrBadHours = fault.Define(fault.Invalid, "bad_hours", "Ces horaires ne peuvent pas être lus. Écrivez-les ainsi"+nbsp+": Mo-Fr 09:00-12:00,14:00-18:00; Sa 08:30-12:00.")

// Span is a time when a place is open: From is in it, To is not. To goes beyond
// 24:00 for what closes after midnight.
type Span struct {
	From, To TimeOfDay
}

// Hours are the opening hours of a week, as OpenStreetMap's opening_hours says
// them. The zero value is never open.
type Hours struct {
	days     [7][]Span // by time.Weekday; in order, apart from each other
	holidays []Span
	// onHolidays tells that public holidays have hours of their own (none, for
	// "PH off"); else they are days like others.
	onHolidays bool
	closings   []Closing // in order, apart from each other
}

// longestHours bounds the work on a text that a stranger typed.
const longestHours = 2000

// publicHoliday stands for PH among the days of a rule.
const publicHoliday = 7

var dayCodes = []string{"su", "mo", "tu", "we", "th", "fr", "sa", "ph"}

// ParseHours reads the part of OpenStreetMap's opening_hours that directories
// of places use: rules apart by ";", each of days ("Mo-Fr", "Mo,We", "PH",
// none for every day) and of times ("09:00-12:00,14:00-18:00") or "off";
// "24/7". A later rule replaces an earlier one on the days it names; after a
// comma, days start a rule that adds to them. Dated closings come last: "2026
// Dec 24-2027 Jan 02 off". Months without a year, weeks, school holidays and
// comments are refused, and so is a week after a closing, which it would undo.
// Fault: bad_hours.
func ParseHours(text string) (Hours, error) {
	var hours Hours
	if len(text) > longestHours {
		return Hours{}, ErrBadHours
	}
	rules := 0
	for rule := range strings.SplitSeq(text, ";") {
		if strings.TrimSpace(rule) == "" {
			continue
		}
		rules++
		if !hours.apply(strings.ToLower(rule)) {
			return Hours{}, ErrBadHours.Sayf("Cette partie des horaires ne peut pas être lue"+nbsp+": «"+nbsp+"%s"+nbsp+"». Écrivez-la ainsi"+nbsp+": Mo-Fr 09:00-12:00,14:00-18:00.", strings.TrimSpace(rule))
		}
	}
	if rules == 0 {
		return Hours{}, ErrBadHours
	}
	return hours, nil
}

// apply reads one rule and those that commas add to it.
func (h *Hours) apply(rule string) bool {
	if closings, dated, read := parseClosings(rule); dated {
		if !read {
			return false
		}
		closed, err := h.WithClosings(append(closings, h.closings...)...)
		if err == nil {
			*h = closed
		}
		return err == nil
	}
	if len(h.closings) > 0 {
		return false
	}
	for i, part := range additions(rule) {
		days, times := cutDays(part)
		named, read := parseDays(days)
		if !read {
			return false
		}
		spans, read := parseTimes(times)
		if !read {
			return false
		}
		for _, day := range named {
			kept := spans
			if i > 0 {
				kept = append(slices.Clone(h.of(day)), spans...)
			}
			merged := merge(kept)
			if len(merged) > mostSpans {
				return false
			}
			h.set(day, merged)
		}
	}
	return true
}

// additions parts "mo 9:00-12:00, tu 14:00-16:00" before each day that follows
// a comma and a time.
func additions(rule string) []string {
	var parts []string
	start, timed := 0, false
	for i := 0; i < len(rule); i++ {
		switch {
		case rule[i] >= '0' && rule[i] <= '9':
			timed = true
		case rule[i] == ',' && timed:
			if rest := strings.TrimSpace(rule[i+1:]); rest != "" && rest[0] >= 'a' && rest[0] <= 'z' {
				parts = append(parts, rule[start:i])
				start, timed = i+1, false
			}
		}
	}
	return append(parts, rule[start:])
}

// cutDays parts a rule's days from its times.
func cutDays(rule string) (days, times string) {
	at := strings.IndexAny(rule, "0123456789")
	for _, word := range []string{"off", "closed"} {
		if found := strings.Index(rule, word); found >= 0 && (at < 0 || found < at) {
			at = found
		}
	}
	if at < 0 {
		return rule, ""
	}
	return rule[:at], rule[at:]
}

func parseDays(text string) (days []int, read bool) {
	text = strings.TrimSuffix(strings.TrimSpace(text), ":")
	if text == "" {
		return []int{0, 1, 2, 3, 4, 5, 6}, true
	}
	for part := range strings.SplitSeq(text, ",") {
		first, last, ranged := strings.Cut(part, "-")
		from := slices.Index(dayCodes, strings.TrimSpace(first))
		if from < 0 {
			return nil, false
		}
		days = append(days, from)
		if !ranged {
			continue
		}
		to := slices.Index(dayCodes, strings.TrimSpace(last))
		if to < 0 || from == publicHoliday || to == publicHoliday {
			return nil, false
		}
		for from != to {
			from = (from + 1) % 7
			days = append(days, from)
		}
	}
	return days, true
}

func parseTimes(text string) (spans []Span, read bool) {
	text = strings.TrimSpace(text)
	switch text {
	case "off", "closed":
		return nil, true
	case "24/7":
		return []Span{{0, dayLength}}, true
	}
	text = strings.TrimSpace(strings.TrimSuffix(text, "open"))
	for part := range strings.SplitSeq(text, ",") {
		first, last, ranged := strings.Cut(part, "-")
		from, fromRead := parseTime(first)
		to, toRead := parseTime(last)
		if to < from {
			to += dayLength
		}
		if !ranged || !fromRead || !toRead || from >= dayLength || from == to || to > from+dayLength {
			return nil, false
		}
		spans = append(spans, Span{from, to})
	}
	return spans, true
}

// parseTime reads "09:00", and up to "48:00" for what closes the day after.
func parseTime(text string) (TimeOfDay, bool) {
	hour, minute, both := strings.Cut(strings.TrimSpace(text), ":")
	if !both || len(hour) < 1 || len(hour) > 2 || len(minute) != 2 {
		return 0, false
	}
	hours, hourErr := strconv.ParseUint(hour, 10, 8)
	minutes, minuteErr := strconv.ParseUint(minute, 10, 8)
	at := TimeOfDay(hours*60 + minutes)
	return at, hourErr == nil && minuteErr == nil && minutes < 60 && at <= 2*dayLength
}

// merge orders spans and joins those that touch or overlap.
func merge(spans []Span) []Span {
	ordered := slices.Clone(spans)
	slices.SortFunc(ordered, func(a, b Span) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	var merged []Span
	for _, span := range ordered {
		if last := len(merged) - 1; last >= 0 && span.From <= merged[last].To {
			merged[last].To = max(merged[last].To, span.To)
			continue
		}
		merged = append(merged, span)
	}
	for i, span := range merged {
		merged[i].To = min(span.To, span.From+dayLength)
	}
	return merged
}

func (h *Hours) of(day int) []Span {
	if day == publicHoliday {
		return h.holidays
	}
	return h.days[day]
}

func (h *Hours) set(day int, spans []Span) {
	if day == publicHoliday {
		h.holidays, h.onHolidays = spans, true
		return
	}
	h.days[day] = spans
}

// On are the hours of a day of the week.
func (h Hours) On(day time.Weekday) []Span { return slices.Clone(h.days[day]) }

// OnDate are the hours of a day in the département of an INSEE code, where
// public holidays may have their own; none on a day of a closing.
func (h Hours) OnDate(day Date, code string) []Span {
	if h.ClosedOn(day) {
		return nil
	}
	if h.onHolidays && IsHoliday(day, code) {
		return slices.Clone(h.holidays)
	}
	return h.On(day.Weekday())
}

// OpenAt tells whether the place, in the département of an INSEE code, is open
// at an instant that already is in the place's zone.
func (h Hours) OpenAt(local time.Time, code string) bool {
	day, at := DateOf(local, local.Location()), TimeOfDayOf(local)
	return within(h.OnDate(day, code), at) || within(h.OnDate(day.AddDays(-1), code), at+dayLength)
}

func within(spans []Span, at TimeOfDay) bool {
	return slices.ContainsFunc(spans, func(span Span) bool { return span.From <= at && at < span.To })
}

// IsZero tells whether the place is never open.
func (h Hours) IsZero() bool {
	return !h.onHolidays && !slices.ContainsFunc(h.days[:], func(spans []Span) bool { return len(spans) > 0 })
}
