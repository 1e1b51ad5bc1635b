package printing

import (
	"slices"
	"time"
	"unicode"
	"unicode/utf8"

	"passerelle/internal/civil"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
	"passerelle/internal/label"
	"passerelle/internal/place"
)

// ErrPosterUnlabelled refuses the poster of a place that does not hold the label.
var ErrPosterUnlabelled = fault.Define(fault.Conflict, "poster_unlabelled", "Ce lieu n’a pas le label aujourd’hui\u00a0: son affiche ne peut pas être imprimée. Suivez d’abord sa demande de label.")

// PosterOf fills in the poster of a place that holds the label on a day; page is
// the address of its page. Fault: poster_unlabelled.
func PosterOf(site label.Site, day civil.Date, page string, issuer Issuer) (Poster, error) {
	if !site.LabelledOn(day) {
		return Poster{}, ErrPosterUnlabelled
	}
	poster := Poster{
		Name: site.Name, Address: addressOf(site.Place), Hours: openings(site.Place),
		From: site.Label.From, Until: site.Label.Until, Page: page, Telephone: holder.TelephoneText(site.Telephone), Sample: issuer.Sample,
	}
	if site.Telephone == "" {
		poster.Telephone = issuer.Telephone
	}
	for _, code := range site.Services {
		poster.Helps = append(poster.Helps, place.Services.Plain(code))
	}
	for _, way := range []struct {
		known    []string
		code, to string
	}{
		{site.AccessWays, "come", "Entrez et demandez de l’aide."},
		{site.AccessWays, "telephone", "Appelez avant de venir."},
		{site.Fees, "free", "C’est gratuit."},
	} {
		if slices.Contains(way.known, way.code) {
			poster.Ways = append(poster.Ways, way.to)
		}
	}
	return poster, nil
}

// openings are the week's hours from Monday, days in a row of the same hours
// together; hours that are not a table are left to the page.
func openings(p place.Place) []Opening {
	hours, err := p.OpeningHours()
	if err != nil {
		return nil
	}
	const week = 7
	day := func(i int) time.Weekday { return time.Weekday((i + 1) % week) }
	var told []Opening
	for from := 0; from < week; {
		spans, to := hours.On(day(from)), from+1
		for to < week && slices.Equal(hours.On(day(to)), spans) {
			to++
		}
		name := civil.FrenchWeekday(day(from))
		if to-from > 1 {
			name += " au " + civil.FrenchWeekday(day(to-1))
		}
		if len(spans) > 0 {
			told = append(told, Opening{upperFirst(name), civil.FrenchSpansLong(spans)})
		}
		from = to
	}
	return told
}

func upperFirst(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}
