package public

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"passerelle/internal/civil"
	"passerelle/internal/geography"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

// oldAfter is how many months a place's facts are taken for fresh.
const oldAfter = 18

// item is a place in the list.
func item(found place.Found, number int, asked question, now time.Time) web.Item {
	p := found.Place
	line := web.Item{
		Number: number, Title: p.Name, Path: "/lieux/" + p.ID.String(),
		When: openingLine(p, now), Where: p.AddressLine(), Why: reasons(p, asked, now),
	}
	if asked.filter.Near != nil {
		way := geography.TravelOver(found.Metres)
		line.Strong, line.Side = way.DistanceText(), way.ByCarText()
		if way.OnFoot <= 30*time.Minute {
			line.Side = way.OnFootText()
		}
		if found.Metres < 100 {
			line.Strong, line.Side = "sur place", ""
		}
	}
	return line
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
	case p.PassAccepted:
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
	if p.Approximate {
		told = append(told, web.Reason{Less: true, Text: "L’endroit exact n’est pas connu : la distance est celle de la commune"})
	}
	if isOld(p, today) {
		told = append(told, web.Reason{Less: true, Text: fmt.Sprintf("Renseignements de %d : appelez avant de venir", p.UpdatedOn.Year())})
	}
	for i := range told {
		told[i].Text = web.French(told[i].Text)
	}
	return told
}

func isOld(p place.Place, today civil.Date) bool {
	return !p.UpdatedOn.IsZero() && p.UpdatedOn.AddMonths(oldAfter).Before(today)
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

// openingLine says in one line whether the place opens today.
func openingLine(p place.Place, now time.Time) string {
	hours, err := p.OpeningHours()
	if err != nil {
		if p.Hours == "" {
			return "Horaires à demander"
		}
		return web.French("Horaires : " + short(p.Hours, 80))
	}
	local := now.In(p.Zone())
	today := civil.DateOf(now, p.Zone())
	spans := hours.OnDate(today, p.Commune)
	switch {
	case hours.OpenAt(local, p.Commune):
		return web.French("Ouvert en ce moment : " + civil.FrenchSpans(spans))
	case len(spans) > 0:
		return web.French("Ouvert aujourd’hui : " + civil.FrenchSpans(spans))
	}
	for offset := 1; offset <= 7; offset++ {
		day := today.AddDays(offset)
		if spans := hours.OnDate(day, p.Commune); len(spans) > 0 {
			return web.French("Fermé aujourd’hui. Ouvre " + civil.FrenchWeekday(day.Weekday()) + " : " + civil.FrenchSpans(spans))
		}
	}
	return "Fermé cette semaine"
}

// sentence begins a text with a capital.
func sentence(text string) string {
	letter, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(letter)) + text[size:]
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
