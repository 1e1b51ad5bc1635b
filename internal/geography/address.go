package geography

import (
	"slices"
	"strings"

	"passerelle/internal/fault"
)

// Address is one way to understand an address typed as text: the communes it
// may be in, and what is left of the text for the street.
type Address struct {
	Communes []Commune // largest first; never empty
	Street   string    // folded; empty when the text names only the commune
}

const (
	longestAddress  = 200 // bytes; the rest of a text is not read
	longestPlaceEnd = 10  // words of a commune with its codes and its département
)

// Addresses lists the ways to understand a typed address, the likeliest first:
// the whole text as a commune, else a commune at its end ("12 rue de la Paix,
// Guéret", "…, 23000 Guéret"), at its beginning ("Guéret, rue de la Paix"), or
// only a postal code ("rue Jean Jaurès 23000"). None when no commune is in it.
func Addresses(text string) []Address {
	if len(text) > longestAddress {
		text = strings.ToValidUTF8(text[:longestAddress], "")
	}
	if communes := meant(text); communes != nil {
		return []Address{{Communes: communes}}
	}
	words := addressWords(text)
	var found []Address
	add := func(communes []Commune, street []string) {
		if len(communes) > 0 && namesStreet(street) {
			found = append(found, Address{communes, strings.Join(street, " ")})
		}
	}
	for _, start := range ends(words) {
		if !awaitsName(words[:start]) {
			add(meant(strings.Join(words[start:], " ")), words[:start])
		}
	}
	for end := 1; end < min(longestPlaceEnd+1, len(words)); end++ {
		if IsWay(words[end]) || isDigit(words[end][0]) && len(words[end]) < 5 {
			add(meant(strings.Join(words[:end], " ")), words[end:])
		}
	}
	for i, word := range words {
		if communes := CommunesByPostalCode(word); len(word) == 5 && len(communes) > 0 {
			add(communes, slices.Concat(words[:i], words[i+1:]))
		}
	}
	return found
}

// ends lists where the commune may begin, the longest name first; a postal code
// followed by a name before everything else.
func ends(words []string) []int {
	var starts []int
	first := max(1, len(words)-longestPlaceEnd)
	for i := first; i < len(words)-1; i++ {
		if len(words[i]) == 5 && isDigit(words[i][0]) && isDigit(words[i][4]) {
			starts = append(starts, i)
		}
	}
	for i := first; i < len(words); i++ {
		if !slices.Contains(starts, i) {
			starts = append(starts, i)
		}
	}
	return starts
}

// addressWords folds an address, without what only the post needs: a box, a
// CEDEX and its number, the country.
func addressWords(text string) []string {
	words := strings.Fields(Fold(text))
	kept := words[:0]
	for i := 0; i < len(words); i++ {
		if isDelivery(words[i]) {
			if i+1 < len(words) && isDigit(words[i+1][0]) && len(words[i+1]) < 5 {
				i++
			}
			continue
		}
		kept = append(kept, words[i])
	}
	if last := len(kept) - 1; last > 0 && kept[last] == "france" {
		kept = kept[:last]
	}
	return kept
}

// meant lists the communes that a text may mean; none when it means no commune.
func meant(text string) []Commune {
	commune, err := Find(text)
	switch {
	case err == nil:
		return []Commune{commune}
	case fault.HasCode(err, ErrAmbiguousCommune.Code):
		return Candidates(err)
	}
	return nil
}

// awaitsName tells whether words end before the name of a way: "rue de" before
// Paris is a rue de Paris somewhere.
func awaitsName(words []string) bool {
	last := len(words) - 1
	for last >= 0 && IsLink(words[last]) {
		last--
	}
	return last >= 0 && last < len(words)-1 && IsWay(words[last])
}

// namesStreet tells whether words name something: more than numbers, the kind
// of a way and small words.
func namesStreet(words []string) bool {
	return slices.ContainsFunc(words, func(word string) bool {
		return !isDigit(word[0]) && !IsLink(word) && !IsWay(word) && !isRepeat(word)
	})
}

// ways are the kinds of ways, and how they are shortened.
var ways = map[string]string{
	"rue": "", "r": "rue", "avenue": "", "av": "avenue", "ave": "avenue", "boulevard": "", "bd": "boulevard", "bld": "boulevard",
	"boul": "boulevard", "blvd": "boulevard", "bvd": "boulevard", "place": "", "pl": "place", "placette": "", "allee": "", "all": "allee", "allees": "allee",
	"chemin": "", "ch": "chemin", "che": "chemin", "chem": "chemin", "route": "", "rte": "route", "impasse": "", "imp": "impasse",
	"square": "", "sq": "square", "quai": "", "q": "quai", "cours": "", "crs": "cours", "passage": "", "pass": "passage", "psg": "passage",
	"faubourg": "", "fg": "faubourg", "fbg": "faubourg", "esplanade": "", "esp": "esplanade", "promenade": "", "rond": "", "mail": "",
	"ruelle": "", "sentier": "", "sente": "", "venelle": "", "villa": "", "cite": "", "residence": "", "res": "residence", "lotissement": "", "lot": "lotissement",
	"hameau": "", "ham": "hameau", "montee": "", "traverse": "", "rocade": "", "parvis": "", "galerie": "", "zone": "", "za": "zone", "zi": "zone", "zac": "zone",
}

// IsWay tells whether a folded word is a kind of way: "rue", "bd".
func IsWay(word string) bool {
	_, known := ways[word]
	return known
}

// Way is a kind of way in full: "boulevard" for "bd"; any other word as it is.
func Way(word string) string {
	if whole := ways[word]; whole != "" {
		return whole
	}
	return word
}

// IsLink tells whether a folded word says nothing of its own in a street's name.
func IsLink(word string) bool {
	switch word {
	case "de", "du", "des", "d", "la", "le", "les", "l", "a", "au", "aux", "et", "en", "sur", "n", "no":
		return true
	}
	return false
}

// isRepeat tells the words that follow a house number.
func isRepeat(word string) bool {
	switch word {
	case "bis", "ter", "quater", "b", "t", "c":
		return true
	}
	return false
}
