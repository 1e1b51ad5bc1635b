package place

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"passerelle/internal/geography"
)

// street is the part of an address that says where in its commune.
type street struct {
	number  int      // of the house; 0 for none
	repeat  string   // "bis", "ter"
	way     string   // "rue"; empty for "le bourg"
	name    []string // folded words that tell it from the others
	written string   // as an address of the directory writes it
}

// titles are how the words of streets' names are shortened.
var titles = map[string]string{
	"gal": "general", "gen": "general", "mal": "marechal", "mar": "marechal", "dr": "docteur", "doct": "docteur", "pdt": "president", "pres": "president",
	"pr": "professeur", "prof": "professeur", "cdt": "commandant", "cmdt": "commandant", "col": "colonel", "cap": "capitaine", "cne": "capitaine",
	"lt": "lieutenant", "mgr": "monseigneur", "cal": "caporal", "sgt": "sergent", "ab": "abbe", "rep": "republique", "lib": "liberation",
	"jj": "jean jacques", "gd": "grand", "gde": "grande", "grd": "grand", "pt": "petit", "pte": "petite", "vx": "vieux", "nd": "notre dame",
}

// readStreet reads a folded line: "12 bis rue du gal leclerc". What stands
// before the kind of way ("mairie 3 place de l eglise") is a complement, left
// out; a line without one is a place-name, whole.
func readStreet(folded string) street {
	words := strings.Fields(folded)
	var read street
	start := wayIn(words)
	if start >= 0 {
		read.way = geography.Way(words[start])
		read.readNumber(words[:start])
		// "grande rue", "vieille route": the word before is part of the name.
		if start > 0 && isWaysOwn(words[start-1]) {
			read.name = append(read.name, fullTitle(words[start-1]))
		}
		start++
	} else {
		start = read.readNumber(words)
	}
	for i := start; i < len(words); i++ {
		if isComplement(words[i]) {
			break
		}
		if !geography.IsLink(words[i]) {
			read.name = append(read.name, strings.Fields(fullTitle(words[i]))...)
		}
	}
	return read
}

// wayIn is where the kind of way stands, -1 for none: the one after a number
// ("Résidence Les Lilas, 4 rue Pasteur"), else the first. One letter only counts
// at the beginning or after a number ("12 r de la paix"), and something is named
// after it, unless the name stands before ("grande rue").
func wayIn(words []string) int {
	first := -1
	for i, word := range words {
		numbered := i > 0 && (isNumber(words[i-1]) || i > 1 && isRepeat(words[i-1]) && isNumber(words[i-2]))
		if !geography.IsWay(word) || len(word) == 1 && i > 0 && !numbered {
			continue
		}
		if i == len(words)-1 && (i == 0 || !isWaysOwn(words[i-1])) {
			continue
		}
		if numbered {
			return i
		}
		if first < 0 {
			first = i
		}
	}
	return first
}

// readNumber reads the number before a way, or the first of a place-name, and
// tells where the words after it begin. Of "12-14" it is the first; of "espace
// 2000, 5" the last.
func (s *street) readNumber(words []string) (next int) {
	for i, word := range words {
		number, rest := cutNumber(word)
		if number == 0 {
			if s.number > 0 && i == next && isRepeat(word) {
				s.repeat, next = word, i+1
			}
			continue
		}
		if s.number == 0 || i > next || number < s.number {
			s.number, s.repeat = number, rest
		}
		next = i + 1
	}
	return next
}

// cutNumber reads "12", "12bis", "12b"; a postal code is none.
func cutNumber(word string) (number int, rest string) {
	digits := len(word) - len(strings.TrimLeft(word, "0123456789"))
	if digits == 0 || digits > 4 {
		return 0, ""
	}
	rest = word[digits:]
	if rest != "" && !isRepeat(rest) {
		return 0, ""
	}
	number, err := strconv.Atoi(word[:digits])
	if err != nil {
		return 0, ""
	}
	return number, rest
}

func isNumber(word string) bool {
	number, _ := cutNumber(word)
	return number > 0
}

func isRepeat(word string) bool {
	return slices.Contains([]string{"bis", "ter", "quater", "a", "b", "c", "d"}, word)
}

func isWaysOwn(word string) bool {
	return slices.Contains([]string{"grande", "gde", "grand", "petite", "vieille", "haute", "basse"}, word)
}

// isComplement begins what is no more the street: a box, a building.
func isComplement(word string) bool {
	return slices.Contains([]string{"bp", "cs", "cedex", "tsa", "batiment", "bat", "immeuble", "escalier", "etage", "rdc"}, word)
}

func fullTitle(word string) string {
	if whole, short := titles[word]; short {
		return whole
	}
	return word
}

func (s street) key() string { return s.way + " " + strings.Join(s.name, " ") }

// numberText is the number as it is written: "3 bis".
func (s street) numberText() string {
	if s.number == 0 {
		return ""
	}
	return strings.TrimSpace(strconv.Itoa(s.number) + " " + s.repeat)
}

// How well a typed street matches a known one.
const (
	noMatch = iota
	nameWithin
	otherWay
	wholeName
)

func (s street) matches(known street) int {
	switch {
	case slices.Equal(s.name, known.name) && (s.way == known.way || s.way == ""):
		return wholeName
	case slices.Equal(s.name, known.name):
		return otherWay
	case s.way == known.way && within(s.name, known.name):
		return nameWithin
	}
	return noMatch
}

// within tells whether every typed word is among the known ones: "rue jaures"
// or "rue j jaures" for "rue jean jaures".
func within(typed, known []string) bool {
	whole := false
	for _, word := range typed {
		switch {
		case slices.Contains(known, word):
			whole = whole || len(word) > 2
		case len(word) > 1 || !slices.ContainsFunc(known, func(other string) bool { return strings.HasPrefix(other, word) }):
			return false
		}
	}
	return whole
}

// among keeps the known streets that match best.
func (s street) among(known [][]addressed) (matched []houses, how int) {
	for _, houses := range known {
		found := s.matches(houses[0].street)
		if found > how {
			how, matched = found, nil
		}
		if found == how && how > noMatch {
			matched = append(matched, houses)
		}
	}
	return matched, how
}

// houses are the places of one street.
type houses []addressed

// spot is the point of the house with the number typed, or with the nearest
// one; else the middle of the street's places.
func (h houses) spot(typed street, commune geography.Commune) Spot {
	found := Spot{Commune: commune, Street: h[0].street.written, Number: typed.numberText(), Precision: ByStreet}
	if typed.number > 0 {
		nearest := -1
		for i, one := range h {
			if one.street.number > 0 && (nearest < 0 || gap(one.street, typed) < gap(h[nearest].street, typed)) {
				nearest = i
			}
		}
		if nearest >= 0 {
			found.Point = h[nearest].point
			if h[nearest].street.number == typed.number {
				found.Precision = ByNumber
			}
			return found
		}
	}
	for _, one := range h {
		found.Point.Latitude += one.point.Latitude / float64(len(h))
		found.Point.Longitude += one.point.Longitude / float64(len(h))
	}
	return found
}

// gap orders houses by how far their number is from the typed one: the very
// house, then the same number, then the nearest.
func gap(known, typed street) int {
	apart := 2 * max(known.number-typed.number, typed.number-known.number)
	if known.repeat != typed.repeat {
		apart++
	}
	return apart
}

// writtenStreet is the line without its number, in its own spelling: "rue de la
// Paix" from "12 bis, Rue de la Paix - BP 30".
func writtenStreet(line string) string {
	words := strings.FieldsFunc(line, func(letter rune) bool { return unicode.IsSpace(letter) || letter == ',' || letter == ';' })
	folded := make([]string, len(words))
	for i, word := range words {
		folded[i] = geography.Fold(word)
	}
	start := wayIn(folded)
	switch {
	case start > 0 && isWaysOwn(folded[start-1]):
		start--
	case start < 0:
		start = 0
		for start < len(words)-1 && (isNumber(folded[start]) || start > 0 && isRepeat(folded[start])) {
			start++
		}
	}
	words = words[start:]
	if end := slices.IndexFunc(words, func(word string) bool { return word == "-" || isComplement(geography.Fold(word)) }); end > 0 {
		words = words[:end]
	}
	return strings.Join(words, " ")
}
