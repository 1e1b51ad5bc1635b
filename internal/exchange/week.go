package exchange

import (
	"regexp"
	"strconv"
	"strings"

	"passerelle/internal/civil"
)

// hours are the opening hours in OSM form when they can be read, else in the
// words of the file.
func (r mappedRecord) hours(line int) (string, *Remark) {
	rule := r.mapping.hours
	written, read := r.first(rule.OSM), ""
	if written == "" {
		written, read = r.days()
	}
	if written == "" {
		written, read = r.openRanges()
	}
	if written == "" {
		written = r.first(rule.Week)
		read = weekOf(written)
	}
	weeks := r.pick(r.mapping.weeks)
	switch {
	case written == "":
		return "", nil
	case weeks != "":
		return weeks + " : " + written, nil
	case read == "" || read == written:
		return written, nil
	}
	return read, &Remark{line, colHours, "hours", written, "Les horaires sont réécrits sous la forme d’OpenStreetMap.", Repaired}
}

// days puts one column for each day together: in the words of the file, and in
// OSM form when every day can be read.
func (r mappedRecord) days() (written, read string) {
	var words, rules []string
	clear := true
	for _, day := range r.mapping.hours.Days {
		var texts []string
		for _, name := range day.Columns {
			if text := r.cell(name); text != "" {
				texts = append(texts, text)
			}
		}
		text := strings.Join(texts, " / ")
		if text == "" {
			continue
		}
		times, is := timesOf(text)
		if is && times == "" {
			continue // closed
		}
		clear = clear && is
		words = append(words, frenchDays[day.Day]+" : "+text)
		rules = append(rules, day.Day+" "+times)
	}
	if clear && len(rules) > 0 {
		read = valid(strings.Join(rules, "; "))
	}
	return strings.Join(words, " ; "), read
}

var frenchDays = map[string]string{
	"Mo": "lundi", "Tu": "mardi", "We": "mercredi", "Th": "jeudi", "Fr": "vendredi", "Sa": "samedi", "Su": "dimanche",
}

var (
	timeForm = regexp.MustCompile(`(\d{1,2})\s*(?:h|:|heures?)\s*(\d{2})?`)
	between  = regexp.MustCompile(`\s*(?:-|–|—|à|a)\s*$`)
	links    = regexp.MustCompile(`^(?:\s|/|,|;|&|\||et|puis|de|du|des|au)*$`)
	dayForm  = regexp.MustCompile(`\b(?:(lundi)|(mardi)|(mercredi)|(jeudi)|(vendredi)|(samedi)|(dimanche))s?\b`)
	daysLead = regexp.MustCompile(`^(?:\s|,|;|/|\||\.|et|puis|du|le|les|ouvert|ouverture|:)*$`)
	daysTo   = regexp.MustCompile(`^\s*(?:au|à|a|-|–)\s*$`)
	daysAnd  = regexp.MustCompile(`^(?:\s|,|/|&|et|le|les)*$`)
)

// osmDays are the days as OpenStreetMap writes them, from Monday.
var osmDays = []string{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"}

// timesOf reads "9h à 12h et 14h - 17h30" as "09:00-12:00,14:00-17:30", and
// "Fermé" as no times.
func timesOf(text string) (times string, read bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	switch strings.Trim(text, " .:-–*") {
	case "", "fermé", "ferme", "fermée", "non", "x":
		return "", true
	}
	found := timeForm.FindAllStringSubmatchIndex(text, -1)
	if len(found) == 0 || len(found)%2 != 0 {
		return "", false
	}
	var spans []string
	from, last := 0, -1
	for i := 0; i < len(found); i += 2 {
		opens, closes := found[i], found[i+1]
		gap := text[opens[1]:closes[0]]
		start, end := minutesAt(text, opens), minutesAt(text, closes)
		if !links.MatchString(text[from:opens[0]]) || !between.MatchString(gap) || between.ReplaceAllString(gap, "") != "" || start <= last || end <= start {
			return "", false
		}
		spans = append(spans, clock(start)+"-"+clock(end))
		from, last = closes[1], end
	}
	if !links.MatchString(strings.Trim(text[from:], ".")) {
		return "", false
	}
	return strings.Join(spans, ","), true
}

// minutesAt is the time of a match, in minutes; too large when there is no such time.
func minutesAt(text string, match []int) int {
	hour, _ := strconv.Atoi(text[match[2]:match[3]])
	minute := 0
	if match[4] >= 0 {
		minute, _ = strconv.Atoi(text[match[4]:match[5]])
	}
	if hour > 24 || minute > 59 || hour == 24 && minute > 0 {
		return -1
	}
	return hour*60 + minute
}

func clock(minutes int) string {
	hour, minute := strconv.Itoa(minutes/60), strconv.Itoa(minutes%60)
	return strings.Repeat("0", 2-len(hour)) + hour + ":" + strings.Repeat("0", 2-len(minute)) + minute
}

// weekOf reads "Du lundi au vendredi de 9h à 12h, samedi 9h-11h" in OSM form;
// empty when anything in it is something else.
func weekOf(text string) string {
	if valid(text) != "" {
		return text
	}
	text = strings.ToLower(text)
	found := dayForm.FindAllStringSubmatchIndex(text, -1)
	if len(found) == 0 || !daysLead.MatchString(text[:found[0][0]]) {
		return ""
	}
	var rules []string
	days := ""
	for i, match := range found {
		days += osmDays[dayAt(match)]
		end := len(text)
		if i+1 < len(found) {
			end = found[i+1][0]
		}
		following := text[match[1]:end]
		switch {
		case i+1 < len(found) && daysTo.MatchString(following):
			if dayAt(found[i+1]) == dayAt(match)-1 {
				return "" // "du vendredi au jeudi" is a slip, not a week
			}
			days += "-"
		case i+1 < len(found) && daysAnd.MatchString(following):
			days += ","
		default:
			times, read := timesOf(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(trailing.ReplaceAllString(following, "")), ":")))
			if !read || strings.Trim(following, " .:-–,;") == "" {
				return "" // days alone say nothing
			}
			if times == "" {
				times = "off"
			}
			rules = append(rules, days+" "+times)
			days = ""
		}
	}
	return valid(strings.Join(rules, "; "))
}

// trailing is what leads to the next day's name.
var trailing = regexp.MustCompile(`(?:\s|,|;|/|\||\.|\bet\b|\bpuis\b|\bdu\b|\ble\b|\bles\b)+$`)

func dayAt(match []int) int {
	for day := range osmDays {
		if match[2+2*day] >= 0 {
			return day
		}
	}
	return 0
}

// valid is a text of hours that can be read, empty otherwise.
func valid(hours string) string {
	if _, err := civil.ParseHours(hours); err != nil {
		return ""
	}
	return hours
}

var (
	looseTime  = regexp.MustCompile(`\b(\d{1,2})\s*[hH:]\s*(\d{2})?\b`)
	looseDash  = regexp.MustCompile(`\s*[-–—]\s*`)
	looseDay   = regexp.MustCompile(`(?i)\b(?:mo|tu|we|th|fr|sa|su|ph)\b`)
	looseComma = regexp.MustCompile(`\s*[,/]\s*`)
)

// tidyHours reads hours that are nearly in OSM form ("mo-fr 9h00 - 12h00 /
// 14h-17h"), or a week in French; empty when it cannot.
func tidyHours(text string) string {
	if read := weekOf(text); read != "" {
		return read
	}
	tidy := looseTime.ReplaceAllStringFunc(text, func(found string) string {
		parts := looseTime.FindStringSubmatch(found)
		return two(parts[1]) + ":" + (parts[2] + "00")[:2]
	})
	tidy = looseComma.ReplaceAllString(looseDash.ReplaceAllString(tidy, "-"), ",")
	tidy = strings.Trim(strings.ReplaceAll(tidy, "|", ";"), " ;,.")
	return valid(looseDay.ReplaceAllStringFunc(tidy, func(day string) string { return strings.ToUpper(day[:1]) + strings.ToLower(day[1:]) }))
}

// hours are the opening hours of the schema's own column: kept in words, and
// told, when they cannot be read.
func (r *row) hours() string {
	written := r.plain(colHours)
	if written == "" || valid(written) != "" {
		return written
	}
	if read := tidyHours(written); read != "" {
		r.repair(colHours, "hours", written, "Les horaires sont réécrits sous la forme d’OpenStreetMap.")
		return read
	}
	return written
}
