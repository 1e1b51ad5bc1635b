package web

import (
	"errors"
	"fmt"
	"html/template"
	"maps"
	"math"
	"strconv"
	"strings"
	"time"

	"rsc.io/qr"

	"passerelle/internal/civil"
)

// Spaces that keep a number with what it counts on one line.
const (
	noBreak = "\u00a0"
	thin    = "\u202f" // narrow, between thousands and before ";", "?", "!"
)

// functions is what templates can call. Amounts write themselves: {{.Amount}}
// is "70,00 €", {{.Amount.Short}} "70 €".
var functions = func() template.FuncMap {
	all := template.FuncMap{
		"field":     newField,
		"options":   options,
		"errors":    summaryOf,
		"freshKey":  newKey,
		"state":     func(kind, word string) State { return State{Kind: kind, Word: word} },
		"step":      func(now, of int, words string) Step { return Step{Now: now, Of: of, Words: words} },
		"link":      newLink,
		"static":    StaticPath,
		"number":    frenchWhole,
		"plural":    plural,
		"grouped":   grouped,
		"distance":  distance,
		"minutes":   minutes,
		"day":       func(d civil.Date) template.HTML { return timeElement(d.String(), d.French()) },
		"date":      func(d civil.Date) template.HTML { return timeElement(d.String(), d.FrenchLong()) },
		"shortDate": func(d civil.Date) template.HTML { return timeElement(d.String(), d.FrenchShort()) },
		"hour":      hour,
		"between":   between,
		"moment":    moment,
		"qr":        qrDrawing,
		"telephone": telephoneLink,
		"lower":     strings.ToLower,
		"lines":     func(text string) []string { return strings.Split(French(strings.TrimSpace(text)), "\n") },
		"increment": func(n int) int { return n + 1 },
	}
	maps.Copy(all, refinements)
	return all
}()

func newLink(label, path string, about ...string) Link {
	return Link{Label: label, Path: path, About: strings.Join(about, " ")}
}

// frenchNumber is "3 412".
func frenchNumber(number int) string {
	digits := strconv.Itoa(number)
	sign := ""
	if number < 0 {
		sign, digits = "−", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + thin + digits[i:]
	}
	return sign + digits
}

// frenchWhole takes any of the whole numbers that a page may hold.
func frenchWhole(number any) (string, error) {
	switch n := number.(type) {
	case int:
		return frenchNumber(n), nil
	case int64:
		return frenchNumber(int(n)), nil
	}
	return "", fmt.Errorf("web: number takes a whole number, not %T", number)
}

// plural is "1 place", "0 place", "3 places": in French, from two on.
func plural(count int, one, many string) string {
	if count > -2 && count < 2 {
		return frenchNumber(count) + noBreak + one
	}
	return frenchNumber(count) + noBreak + many
}

// grouped writes digits by fours, as they stand on paper: "4821 0736 9185". A
// line may break between groups, a group is never broken.
func grouped(digits string) string {
	var groups []string
	for len(digits) > 4 {
		groups = append(groups, digits[:4])
		digits = digits[4:]
	}
	return strings.Join(append(groups, digits), " ")
}

// distance tells metres as an order of magnitude.
func distance(metres int) string {
	switch {
	case metres < 100:
		return "sur place"
	case metres < 1000:
		return "environ" + noBreak + strconv.Itoa(metres/100*100) + noBreak + "m"
	}
	return "environ" + noBreak + frenchNumber(int(math.Round(float64(metres)/1000))) + noBreak + "km"
}

// minutes is "25 min", "1 h", "1 h 10".
func minutes(count int) string {
	if count < 60 {
		return strconv.Itoa(count) + noBreak + "min"
	}
	if count%60 == 0 {
		return strconv.Itoa(count/60) + noBreak + "h"
	}
	return fmt.Sprintf("%d%sh%s%02d", count/60, noBreak, noBreak, count%60)
}

func timeElement(machine, words string) template.HTML {
	if machine == "" {
		return ""
	}
	return template.HTML(`<time datetime="` + template.HTMLEscapeString(machine) + `">` + template.HTMLEscapeString(words) + `</time>`)
}

// hour is the local time of an instant, "14 h".
func hour(instant time.Time, zone *time.Location) template.HTML {
	local := instant.In(zone)
	return timeElement(local.Format("15:04"), civil.FrenchHour(local))
}

// between is "14 h à 16 h".
func between(start, end time.Time, zone *time.Location) template.HTML {
	return hour(start, zone) + " à " + hour(end, zone)
}

// moment is "mardi 8 décembre 2026, 14 h".
func moment(instant time.Time, zone *time.Location) template.HTML {
	local := instant.In(zone)
	return timeElement(local.Format("2006-01-02T15:04Z07:00"), civil.DateOf(instant, zone).French()+", "+civil.FrenchHour(local))
}

// telephoneLink is a number to touch; numbers of France get their country code.
func telephoneLink(number string) template.HTML {
	dialled := strings.Map(func(letter rune) rune {
		if letter >= '0' && letter <= '9' || letter == '+' {
			return letter
		}
		return -1
	}, number)
	if strings.HasPrefix(dialled, "0") {
		dialled = "+33" + dialled[1:]
	}
	shown := strings.ReplaceAll(number, " ", noBreak)
	return template.HTML(`<a href="tel:` + dialled + `">` + template.HTMLEscapeString(shown) + `</a>`)
}

// quiet is the white margin that readers of codes need, in modules (ISO/IEC
// 18004 asks for four).
const quiet = 4

// qrDrawing is a code as one SVG path, black on white whatever the page's
// colours, with what it is for those who do not see it.
func qrDrawing(text, label string) (template.HTML, error) {
	if label == "" {
		return "", errors.New("web: a code needs a label")
	}
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return "", fmt.Errorf("web: %w", err)
	}
	var path strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			begin := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			if x > begin {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", begin, y, x-begin, x-begin)
			}
		}
	}
	side := code.Size + 2*quiet
	return template.HTML(fmt.Sprintf(`<svg class="qr" viewBox="-%d -%d %d %d" role="img" aria-label="%s" shape-rendering="crispEdges"><path d="%s"/></svg>`,
		quiet, quiet, side, side, template.HTMLEscapeString(label), path.String())), nil
}
