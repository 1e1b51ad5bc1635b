package public

import (
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"passerelle/internal/civil"
	"passerelle/internal/geography"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

// placeLine is a place in the list.
type placeLine struct {
	Number              int
	Name, Path          string
	Opening             string
	Address             string
	Dial, Telephone     string // "+33544000000", "05 44 00 00 00"
	Distance            string
	Travel              []string
	Why                 []web.Reason
	Week                string // the whole week's hours, for paper
	Latitude, Longitude float64
}

func (a question) line(found place.Found, number int, now time.Time) placeLine {
	p := found.Place
	line := placeLine{
		Number: number, Name: p.Name, Path: "/lieux/" + p.ID.String(), Opening: openingLine(p, now), Address: p.AddressLine(),
		Dial: p.Telephone, Telephone: p.TelephoneText(), Why: reasons(p, a, now), Week: weekLine(p), Latitude: p.Latitude, Longitude: p.Longitude,
	}
	if a.located {
		line.Path += "?de=" + url.QueryEscape(shortest(a.spot))
	}
	if a.filter.Near != nil {
		line.Distance, line.Travel = distanceTo(found.Metres)
	}
	return line
}

// How long a way on foot or by bicycle is still told, and how short one on foot
// is the only one told.
const (
	longestWay = 2 * time.Hour
	stroll     = 10 * time.Minute
)

// distanceTo says how far a place is, and the ways to go that make sense.
func distanceTo(metres int) (distance string, travel []string) {
	if metres < 100 {
		return "sur place", nil
	}
	way := geography.TravelOver(metres)
	if way.OnFoot <= stroll {
		return way.DistanceText(), []string{way.OnFootText()}
	}
	if way.OnFoot <= longestWay {
		travel = append(travel, way.OnFootText())
	}
	if way.ByBicycle <= longestWay {
		travel = append(travel, way.ByBicycleText())
	}
	return way.DistanceText(), append(travel, way.ByCarText())
}

// weekLine is the hours of a week in one line, as paper has room for.
func weekLine(p place.Place) string {
	hours, err := p.OpeningHours()
	if err != nil {
		return ""
	}
	var told []string
	for _, line := range week(hours, civil.Date{}) {
		if line.Closed {
			continue
		}
		told = append(told, strings.ToLower(line.Day())+" "+strings.Join(line.Hours, " et "))
	}
	return web.French(strings.Join(told, " ; "))
}

// reasons say what the place offers, and what to mind before going.
func reasons(p place.Place, asked question, now time.Time) []web.Reason {
	var told []web.Reason
	if len(p.Services) > 0 {
		told = append(told, web.Reason{Text: "On vous aide à : " + strings.Join(firstServices(p, asked.filter.Service), " ; ")})
	}
	today := civil.DateOf(now, p.Zone())
	switch {
	case p.LabelledOn(today):
		told = append(told, web.Reason{Text: "Lieu labellisé : les chèques du pass y servent"})
	case p.TakesPass(today):
		told = append(told, web.Reason{Text: "Accepte le pass"})
	}
	if p.Accessible() {
		told = append(told, web.Reason{Text: "Accessible si vous vous déplacez difficilement"})
	}
	if p.AidantsConnect() {
		told = append(told, web.Reason{Text: "Quelqu’un peut faire la démarche à votre place"})
	}
	if len(p.Languages) > 0 {
		told = append(told, web.Reason{Text: "On y parle : " + strings.ToLower(strings.Join(p.Languages, ", "))})
	}
	switch {
	case p.Approximate && asked.filter.Near != nil:
		told = append(told, web.Reason{Less: true, Text: "L’endroit exact n’est pas connu : la distance est celle de la commune"})
	case p.Approximate:
		told = append(told, web.Reason{Less: true, Text: "L’endroit exact n’est pas connu : sur la carte, c’est le centre de la commune"})
	}
	told = append(told, freshness(p, asked, today)...)
	for i := range told {
		told[i].Text = web.French(told[i].Text)
	}
	return told
}

// freshness says how far the facts can be believed, and that a place stands
// lower than its distance.
func freshness(p place.Place, asked question, today civil.Date) []web.Reason {
	told := strings.TrimSuffix(p.FreshnessText(today), ".")
	switch {
	case told == "":
		return nil
	case p.Stale && asked.filter.Near != nil:
		return []web.Reason{{Less: true, Text: "Plus bas dans la liste. " + told}}
	}
	return []web.Reason{{Less: p.Stale, Text: told}}
}

// firstServices are at most three, the one asked for first.
func firstServices(p place.Place, asked string) []string {
	const most = 3
	var plain []string
	for _, code := range p.Services {
		if code == asked {
			plain = append([]string{place.Services.Plain(code)}, plain...)
		} else {
			plain = append(plain, place.Services.Plain(code))
		}
	}
	return plain[:min(most, len(plain))]
}

// sentence begins a text with a capital.
func sentence(text string) string {
	letter, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(letter)) + text[size:]
}

// inside is a label within a sentence: "en appelant avant".
func inside(label string) string {
	letter, size := utf8.DecodeRuneInString(label)
	return string(unicode.ToLower(letter)) + label[size:]
}

// short cuts a text at a word.
func short(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	cut := string([]rune(text)[:most])
	if space := strings.LastIndexByte(cut, ' '); space > 0 {
		cut = cut[:space]
	}
	return cut + "…"
}

// of is "de Guéret", "d’Aubusson", "du Grand-Bourg", "de La Souterraine".
func of(name string) string {
	first, _ := utf8.DecodeRuneInString(geography.Fold(name))
	switch {
	case strings.HasPrefix(name, "Le "):
		return "du " + strings.TrimPrefix(name, "Le ")
	case strings.HasPrefix(name, "Les "):
		return "des " + strings.TrimPrefix(name, "Les ")
	case strings.ContainsRune("aeiouy", first):
		return "d’" + name
	}
	return "de " + name
}
