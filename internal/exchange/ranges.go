package exchange

import (
	"regexp"
	"slices"
	"strings"

	"passerelle/internal/geography"
)

// rangeColumn is one value of the opening ranges of the directory of public
// services, by its path below them: ".0.PlageH.1.début", or ".PlageH.fin" where
// there is one of each.
type rangeColumn struct {
	path string
	at   int
}

var rangePath = regexp.MustCompile(`^(?:\.(\d+))?(\.PlageH(?:\.\d+)?)?\.(début|fin)$`)

// openingRange is one range of days with its ranges of times.
type openingRange struct {
	from, to string
	times    map[string]*[2]string // by path
	order    []string
}

// openRanges reads ranges of days and times: in words, and in OSM form when
// every one can be read.
func (r mappedRecord) openRanges() (written, read string) {
	ranges, order := map[string]*openingRange{}, []string{}
	for _, column := range r.ranges {
		path := rangePath.FindStringSubmatch(column.path)
		if path == nil || column.at >= len(r.fields) || strings.TrimSpace(r.fields[column.at]) == "" {
			continue
		}
		one := ranges[path[1]]
		if one == nil {
			one = &openingRange{times: map[string]*[2]string{}}
			ranges[path[1]] = one
			order = append(order, path[1])
		}
		one.set(path[2], path[3] == "fin", strings.TrimSpace(r.fields[column.at]))
	}
	var words []string
	var days [7][]string // the times of each day: those of every range that holds it
	clear := len(order) > 0
	for _, name := range order {
		one := ranges[name]
		word, from, to, spans := one.understood()
		clear = clear && from >= 0
		words = append(words, word)
		for day := max(from, 0); day <= to; day++ {
			days[day] = union(days[day], spans)
		}
	}
	if clear {
		read = valid(weekText(days))
	}
	return strings.Join(words, " ; "), read
}

func (o *openingRange) set(times string, end bool, value string) {
	switch {
	case times == "" && end:
		o.to = value
	case times == "":
		o.from = value
	default:
		if o.times[times] == nil {
			o.times[times] = &[2]string{}
			o.order = append(o.order, times)
		}
		if end {
			o.times[times][1] = value
		} else {
			o.times[times][0] = value
		}
	}
}

// understood is the range in words, and its days and times; from is -1 when they
// cannot be told.
func (o *openingRange) understood() (words string, from, to int, spans []string) {
	words = o.from
	if o.to != "" && o.to != o.from {
		words += " à " + o.to
	}
	clear := len(o.order) > 0
	for _, name := range o.order {
		span := o.times[name]
		spans = append(spans, clockForm.ReplaceAllString(span[0]+"-"+span[1], "$1:$2"))
		clear = clear && clockForm.MatchString(span[0]) && clockForm.MatchString(span[1]) && span[0] < span[1]
	}
	words += " : " + strings.Join(spans, ", ")
	from, to = osmDay(o.from), osmDay(o.to)
	if o.to == "" {
		to = from
	}
	if !clear || from < 0 || to < from {
		return words, -1, -1, nil
	}
	return words, from, to, spans
}

var clockForm = regexp.MustCompile(`\b(\d{2}):(\d{2}):\d{2}\b`)

// osmDay is the rank of a French day in osmDays, -1 when it is none.
func osmDay(word string) int {
	folded := geography.Fold(word)
	return slices.IndexFunc(osmDays, func(day string) bool { return frenchDays[day] == folded })
}

// weekText is the times of the days of a week, from Monday, in OSM form.
func weekText(days [7][]string) string {
	var rules []string
	for first := 0; first < len(days); {
		last := first
		slices.Sort(days[first])
		for last+1 < len(days) {
			if slices.Sort(days[last+1]); !slices.Equal(days[last+1], days[first]) {
				break
			}
			last++
		}
		if len(days[first]) > 0 {
			named := osmDays[first]
			if last > first {
				named += "-" + osmDays[last]
			}
			rules = append(rules, named+" "+strings.Join(days[first], ","))
		}
		first = last + 1
	}
	return strings.Join(rules, "; ")
}
