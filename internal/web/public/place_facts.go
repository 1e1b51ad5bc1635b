package public

import (
	"strings"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

// fact is one thing known of a place, in plain words.
type fact struct {
	Name  string
	Texts []string
	Link  web.Link // where more is told, if anywhere
}

// facts are what a person asks before going: what it costs, whether they can
// come in, in which language, what is there. What nobody said is left out, but
// for the entrance with a wheelchair: not knowing it costs a journey.
func facts(p place.Place, today civil.Date) []fact {
	told := []fact{
		{Name: "Prix", Texts: prices(p, today)},
		{Name: "Entrée", Texts: entrance(p), Link: web.Link{Label: "Le détail de l’accès sur Acceslibre", Path: p.AccessibilityURL}},
		{Name: "Langues", Texts: spoken(p.Languages)},
		{Name: "Sur place", Texts: plainOf(place.Equipments, p.Equipment)},
		{Name: "Le lieu fait partie de", Texts: plainOf(place.Programmes, p.Programmes)},
		{Name: "L’équipe", Texts: plainOf(place.Trainings, p.Trainings)},
	}
	kept := told[:0]
	for _, one := range told {
		if len(one.Texts) == 0 {
			continue
		}
		for i := range one.Texts {
			one.Texts[i] = web.French(sentence(one.Texts[i]))
		}
		kept = append(kept, one)
	}
	return kept
}

func plainOf(words place.Vocabulary, codes []string) []string {
	var told []string
	for _, code := range codes {
		told = append(told, words.Plain(code))
	}
	return told
}

func prices(p place.Place, today civil.Date) []string {
	told := plainOf(place.Fees, p.Fees)
	if p.Prices != "" {
		told = append(told, p.Prices)
	}
	if p.TakesPass(today) {
		told = append(told, "Les chèques du pass numérique paient l’aide.")
	}
	return told
}

func entrance(p place.Place) []string {
	switch {
	case p.Wheelchair:
		return []string{"On entre en fauteuil roulant."}
	case p.Accessible():
		return []string{"Les personnes qui se déplacent difficilement y sont attendues."}
	case p.AccessibilityURL != "":
		return []string{"L’accès est décrit."}
	}
	return []string{"On ne sait pas si l’on entre en fauteuil roulant : appelez avant de venir."}
}

func spoken(languages []string) []string {
	if len(languages) == 0 {
		return nil
	}
	return []string{strings.ToLower(strings.Join(languages, ", "))}
}

// holidaysAhead is how far the page of a place looks for public holidays.
const holidaysAhead = 60

// holidays tell whether the place opens on the public holidays ahead that fall
// on a day when it would.
func holidays(hours civil.Hours, p place.Place, today civil.Date) []string {
	var told []string
	for offset := range holidaysAhead {
		day := today.AddDays(offset)
		for _, holiday := range civil.Holidays(day.Year(), p.Commune) {
			if holiday.Date != day || len(hours.On(day.Weekday())) == 0 || hours.ClosedOn(day) {
				continue
			}
			name := civil.FrenchWeekday(day.Weekday()) + " " + day.FrenchLong() + " (" + holiday.Name + ") : "
			spans, own := hours.OnHolidays()
			switch {
			case !own:
				told = append(told, name+"c’est un jour férié, demandez au lieu s’il ouvre")
			case len(spans) == 0:
				told = append(told, name+"fermé")
			default:
				told = append(told, name+civil.FrenchSpans(spans))
			}
		}
	}
	for i := range told {
		told[i] = web.French(sentence(told[i]))
	}
	return told
}

// openingLine says in one line when the place opens next.
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
	if hours.OpenAt(local, p.Commune) {
		return web.French("Ouvert en ce moment : " + civil.FrenchSpans(spans))
	}
	var later []civil.Span
	for _, span := range spans {
		if span.From > civil.TimeOfDayOf(local) {
			later = append(later, span)
		}
	}
	switch {
	case len(later) > 0 && len(later) == len(spans):
		return web.French("Ouvre aujourd’hui : " + civil.FrenchSpans(spans))
	case len(later) > 0:
		return web.French("Fermé à cette heure. Ouvre aujourd’hui : " + civil.FrenchSpans(later))
	}
	closed := "Fermé aujourd’hui."
	if len(spans) > 0 {
		closed = "Fermé à cette heure."
	}
	for offset := 1; offset <= 7; offset++ {
		day := today.AddDays(offset)
		if spans := hours.OnDate(day, p.Commune); len(spans) > 0 {
			return web.French(closed + " Ouvre " + civil.FrenchWeekday(day.Weekday()) + " : " + civil.FrenchSpans(spans))
		}
	}
	return "Fermé cette semaine"
}
