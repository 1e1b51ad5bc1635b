package place

import (
	"context"
	"slices"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/geography"
)

// looksInside tells whether the filter asks of every place what no SQL can
// answer.
func (f Filter) looksInside() bool { return !f.OpenAt.IsZero() || f.Language != "" }

// unsure tells whether a candidate must be looked into: on most days, the
// halves of days told by its offers are all there is to know of its hours.
func (f Filter) unsure(c candidate) bool {
	return f.looksInside() || !f.OpenOn.IsZero() && c.offers&offer(offerOddHours) != 0
}

// sift tells which candidates suit what no SQL can answer: one more statement,
// for those that must be looked into.
func (f Filter) sift(ctx context.Context, q db.Q, read []candidate) ([]bool, error) {
	suits := make([]bool, len(read))
	ranks := map[db.ID]int{}
	where := &conditions{}
	var ids []any
	for i, c := range read {
		if suits[i] = !f.unsure(c); !suits[i] {
			ranks[c.id] = i
			ids = append(ids, c.id)
		}
	}
	if len(ids) == 0 {
		return suits, nil
	}
	where.among("id", ids)
	insides, err := db.All(ctx, q, func(row db.Scanner) (i inside, err error) {
		err = row.Scan(&i.id, &i.commune, &i.hours, (*words)(&i.languages))
		return i, err
	}, `SELECT id, commune, hours, languages FROM place`+where.text(), where.args...)
	for _, i := range insides {
		suits[ranks[i.id]] = f.suits(i)
	}
	return suits, err
}

// inside is what of a place only Go can read.
type inside struct {
	id             db.ID
	commune, hours string
	languages      []string
}

func (f Filter) suits(i inside) bool {
	return (f.Language == "" || speaks(i.languages, geography.Fold(f.Language))) && f.opens(i)
}

func speaks(languages []string, folded string) bool {
	return slices.ContainsFunc(languages, func(language string) bool { return geography.Fold(language) == folded })
}

func (f Filter) opens(i inside) bool {
	if f.OpenOn.IsZero() && f.OpenAt.IsZero() {
		return true
	}
	hours, err := civil.ParseHours(i.hours)
	if err != nil {
		return false
	}
	return (f.OpenOn.IsZero() || slices.ContainsFunc(hours.OnDate(f.OpenOn, i.commune), f.OpenHalf.touches)) &&
		(f.OpenAt.IsZero() || hours.OpenAt(f.OpenAt.In(civil.ZoneOf(i.commune)), i.commune))
}
