package civil

import (
	"slices"
	"strings"
	"time"
)

var dayNames = []string{"Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"}

// String is the hours in OpenStreetMap's form, which ParseHours reads back:
// "Mo-Fr 09:00-12:00,14:00-18:00; Sa 08:30-12:00; PH off; 2026 Dec 24 off".
func (h Hours) String() string {
	var rules []string
	for first := 0; first < 7; {
		last := first
		for last < 6 && slices.Equal(h.days[fromMonday(last+1)], h.days[fromMonday(first)]) {
			last++
		}
		if spans := h.days[fromMonday(first)]; len(spans) > 0 {
			rules = append(rules, rule(first, last, spans))
		}
		first = last + 1
	}
	if len(rules) == 0 {
		rules = append(rules, "off")
	}
	if h.onHolidays {
		rules = append(rules, "PH "+times(h.holidays))
	}
	for _, closing := range h.closings {
		rules = append(rules, closing.String())
	}
	return strings.Join(rules, "; ")
}

func rule(first, last int, spans []Span) string {
	if first == 0 && last == 6 && slices.Equal(spans, []Span{{0, dayLength}}) {
		return "24/7"
	}
	days := dayNames[fromMonday(first)]
	if last > first {
		days += "-" + dayNames[fromMonday(last)]
	}
	return days + " " + times(spans)
}

func times(spans []Span) string {
	if len(spans) == 0 {
		return "off"
	}
	var texts []string
	for _, span := range spans {
		to := span.To
		if to > dayLength && to-dayLength < span.From {
			to -= dayLength
		}
		texts = append(texts, span.From.String()+"-"+to.String())
	}
	return strings.Join(texts, ",")
}

func fromMonday(day int) time.Weekday { return time.Weekday((day + 1) % 7) }

// FrenchSpans is a day's hours for people: "9 h à 12 h et 14 h à 18 h",
// "fermé", "24 heures sur 24".
func FrenchSpans(spans []Span) string { return frenchSpans(spans, TimeOfDay.French) }

// FrenchSpansLong is the same with hours in full: "9 heures à 12 heures et
// 14 heures à 17 heures 30".
func FrenchSpansLong(spans []Span) string { return frenchSpans(spans, TimeOfDay.FrenchLong) }

func frenchSpans(spans []Span, hour func(TimeOfDay) string) string {
	if len(spans) == 0 {
		return "fermé"
	}
	var texts []string
	for _, span := range spans {
		if span == (Span{0, dayLength}) {
			return "24" + nbsp + "heures sur" + nbsp + "24"
		}
		texts = append(texts, hour(span.From)+" à "+hour(span.To))
	}
	last := len(texts) - 1
	if last == 0 {
		return texts[0]
	}
	return strings.Join(texts[:last], ", ") + " et " + texts[last]
}

// FrenchWeek is the week for people, from Monday, days of the same hours in a
// row on one line: "Lundi à vendredi : 9 h à 12 h", "Samedi, dimanche : fermé".
func (h Hours) FrenchWeek() []string {
	const week = 7
	var lines []string
	for from := 0; from < week; {
		spans, to := h.On(fromMonday(from)), from
		for to+1 < week && slices.Equal(h.On(fromMonday(to+1)), spans) {
			to++
		}
		days := FrenchWeekday(fromMonday(from))
		days = strings.ToUpper(days[:1]) + days[1:] // no weekday begins with an accent
		switch to - from {
		case 0:
		case 1:
			days += ", " + FrenchWeekday(fromMonday(to))
		default:
			days += " à " + FrenchWeekday(fromMonday(to))
		}
		lines = append(lines, days+nbsp+": "+FrenchSpans(spans))
		from = to + 1
	}
	return lines
}
