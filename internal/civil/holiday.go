package civil

import (
	"slices"
	"time"
)

// Holiday is a public holiday, with its French name.
type Holiday struct {
	Date Date
	Name string
}

// abolition are the days that commemorate the abolition of slavery: code du
// travail, article L3422-2. Saint-Barthélemy is 977, Saint-Martin 978.
var abolition = map[string]struct {
	month time.Month
	day   int
}{
	"971": {time.May, 27},
	"972": {time.May, 22},
	"973": {time.June, 10},
	"974": {time.December, 20},
	"976": {time.April, 27},
	"977": {time.October, 9},
	"978": {time.May, 27},
}

// alsaceMoselle are the départements of code du travail, article L3134-13. It
// grants Good Friday in communes with a Protestant temple or a shared church;
// no public list of them exists, so the whole département has it here.
var alsaceMoselle = []string{"57", "67", "68"}

// Holidays are a year's public holidays, in order, in the département of an
// INSEE code of département or commune: the eleven of code du travail, article
// L3133-1, the two of Alsace-Moselle (L3134-13), the one of each overseas
// département (L3422-2). The holidays that Wallis-et-Futuna, French Polynesia
// and New Caledonia set by their own rules are not here.
func Holidays(year int, code string) []Holiday {
	departement := departementOf(code)
	easter := easterSunday(year)
	holidays := []Holiday{
		{On(year, time.January, 1), "Jour de l’an"},
		{easter.AddDays(1), "Lundi de Pâques"},
		{On(year, time.May, 1), "Fête du travail"},
		{On(year, time.May, 8), "Victoire de 1945"},
		{easter.AddDays(39), "Ascension"},
		{easter.AddDays(50), "Lundi de Pentecôte"},
		{On(year, time.July, 14), "Fête nationale"},
		{On(year, time.August, 15), "Assomption"},
		{On(year, time.November, 1), "Toussaint"},
		{On(year, time.November, 11), "Armistice de 1918"},
		{On(year, time.December, 25), "Noël"},
	}
	if slices.Contains(alsaceMoselle, departement) {
		holidays = append(
			holidays,
			Holiday{easter.AddDays(-2), "Vendredi saint"},
			Holiday{On(year, time.December, 26), "Saint-Étienne"},
		)
	}
	if day, known := abolition[departement]; known {
		holidays = append(holidays, Holiday{On(year, day.month, day.day), "Abolition de l’esclavage"})
	}
	slices.SortStableFunc(holidays, func(a, b Holiday) int { return a.Date.Compare(b.Date) })
	return holidays
}

// IsHoliday tells whether a day is a public holiday there.
func IsHoliday(day Date, code string) bool {
	return slices.ContainsFunc(Holidays(day.year, code), func(h Holiday) bool { return h.Date == day })
}

// IsWorkingDay tells whether a day is from Monday to Friday and no public
// holiday there.
func IsWorkingDay(day Date, code string) bool {
	weekday := day.Weekday()
	return weekday != time.Saturday && weekday != time.Sunday && !IsHoliday(day, code)
}

// NextWorkingDay is the first working day after this day, never this day itself.
func NextWorkingDay(day Date, code string) Date {
	next := day.AddDays(1)
	for !IsWorkingDay(next, code) {
		next = next.AddDays(1)
	}
	return next
}

// easterSunday is Easter in the Gregorian calendar, by the arithmetic that
// Nature published in 1876 and Meeus took up ("Astronomical Algorithms", 8).
func easterSunday(year int) Date {
	moonCycle := year % 19
	century, yearOfCentury := year/100, year%100
	sunCorrection := (century - (century+8)/25 + 1) / 3
	epact := (19*moonCycle + century - century/4 - sunCorrection + 15) % 30
	toSunday := (32 + 2*(century%4) + 2*(yearOfCentury/4) - epact - yearOfCentury%4) % 7
	late := (moonCycle + 11*epact + 22*toSunday) / 451
	days := epact + toSunday - 7*late + 114
	return On(year, time.Month(days/31), days%31+1)
}
