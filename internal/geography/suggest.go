package geography

import (
	"iter"
	"slices"
	"strings"
)

// How well a commune answers a query, best first. Communes of the agent's own
// département come before those of the rest of France, except that a name
// typed whole is never hidden behind a word in the middle of another.
const (
	ownExact = iota
	ownStart
	exact
	ownWord
	start
	word
	none
)

// Suggest lists at most limit communes that a text still being typed may mean,
// best first: by name ("st vau", "souterraine"), by postal code ("2300"), by
// INSEE code, or by both ("23 bourg"). Exact names come first, then names that
// begin so, then names with a word that begins so (words may be left out: "st
// jean maurienne"); then the largest. Communes of the given département, where
// the agent works, go before the others; "" favours none.
func Suggest(text string, limit int, departement string) []Commune {
	parsed := parse(text)
	if len(parsed.words) == 0 && len(parsed.numbers) == 0 {
		return nil
	}
	readings := parsed.readings()
	// Largest first: within a class, the first ones met are the best.
	var classes [none][]*Commune
	for candidate := range atlas().candidates(parsed, readings) {
		class := parsed.class(readings, candidate)
		if class == none {
			continue
		}
		if candidate.commune.Departement == departement {
			class = ownClass(class)
		}
		if len(classes[class]) < limit {
			classes[class] = append(classes[class], candidate.commune)
		}
	}
	var communes []Commune
	for _, commune := range slices.Concat(classes[:]...) {
		if len(communes) < limit {
			communes = append(communes, *commune)
		}
	}
	return communes
}

// candidates yields, largest first, every commune that may answer: those with
// a word that begins as the first word does or, for numbers alone, those of
// the postal codes that begin so.
func (known *index) candidates(parsed query, readings []reading) iter.Seq[*named] {
	if len(parsed.words) == 0 {
		return known.numbered(parsed.numbers[0])
	}
	beginning := " " + parsed.words[0]
	if len(parsed.words) == 1 && len(readings) > 1 {
		beginning = " s" // both "st" and "saint"
	}
	return func(yield func(*named) bool) {
		at, rank := 0, 0
		for {
			found := strings.Index(known.names[at:], beginning)
			if found < 0 {
				return
			}
			for known.largest[rank].end <= at+found {
				rank++
			}
			if !yield(&known.largest[rank]) {
				return
			}
			at = known.largest[rank].end
		}
	}
}

// numbered yields, largest first, the communes of the postal codes that begin
// with a number, and those whose INSEE code or département it is.
func (known *index) numbered(number string) iter.Seq[*named] {
	var ranks []int32
	for code, positions := range known.byPostalCode {
		if strings.HasPrefix(code, number) {
			for _, position := range positions {
				ranks = append(ranks, known.rank[position])
			}
		}
	}
	for position := range known.communes {
		if code := known.communes[position].Code; strings.HasPrefix(code, number) && (code == number || departementOf(code) == number) {
			ranks = append(ranks, known.rank[position])
		}
	}
	slices.Sort(ranks)
	ranks = slices.Compact(ranks)
	return func(yield func(*named) bool) {
		for _, rank := range ranks {
			if !yield(&known.largest[rank]) {
				return
			}
		}
	}
}

func ownClass(class int) int {
	switch class {
	case exact:
		return ownExact
	case start:
		return ownStart
	}
	return ownWord
}

// reading is one way to understand the words of a query.
type reading struct {
	phrase string
	words  []string
}

// readings are the names a query may begin: as typed, and with a last "st"
// read as "saint".
func (q query) readings() []reading {
	if len(q.words) == 0 {
		return nil
	}
	readings := []reading{{strings.Join(q.words, " "), q.words}}
	last := len(q.words) - 1
	if whole, short := shortSaints[q.words[last]]; short {
		words := append(slices.Clone(q.words[:last]), whole)
		readings = append(readings, reading{strings.Join(words, " "), words})
	}
	return readings
}

func (q query) class(readings []reading, candidate *named) int {
	for _, number := range q.numbers {
		if !candidate.commune.begins(number) {
			return none
		}
	}
	if len(readings) == 0 {
		if candidate.commune.hasPostalPrefix(q.numbers[0]) {
			return start
		}
		return word
	}
	best := none
	for _, one := range readings {
		best = min(best, one.class(candidate))
	}
	return best
}

func (r reading) class(candidate *named) int {
	switch {
	case candidate.folded == r.phrase || candidate.bare == r.phrase:
		return exact
	case strings.HasPrefix(candidate.folded, r.phrase) || strings.HasPrefix(candidate.bare, r.phrase):
		return start
	case r.beginsWordsOf(candidate.folded):
		return word
	}
	return none
}

// beginsWordsOf tells whether each of the typed words, in their order, begins
// a word of the name; words of the name may lie between.
func (r reading) beginsWordsOf(name string) bool {
	for _, typed := range r.words {
		if !strings.HasPrefix(name, typed) {
			at := strings.Index(name, " "+typed)
			if at < 0 {
				return false
			}
			name = name[at+1:]
		}
		_, name, _ = strings.Cut(name, " ")
	}
	return true
}
