package place

import (
	"slices"
	"strings"

	"passerelle/internal/geography"
)

// nameTraits is a place's name as it is compared: what kind of place it says,
// and the words that tell it from others of its kind.
type nameTraits struct {
	whole string // folded
	kinds []string
	own   []string
	roams bool // it is a bus or the like
}

// roamingWords tell a place that comes to people.
var roamingWords = []string{"bus", "camion", "fourgon", "caravane", "roulotte", "itinerant", "itinerante", "mobile"}

// kinds are the words for the kinds of places, folded; the longest come first,
// so that "maison france services" is not read as a house. The same kind has
// several names over the years and from one source to the next.
var kinds = []struct{ words, kind string }{
	{"point information mediation multi services", "pimms"},
	{"maison de services au public", "france services"},
	{"maison des services au public", "france services"},
	{"centre communal d action sociale", "ccas"},
	{"centre intercommunal d action sociale", "ccas"},
	{"maison des jeunes et de la culture", "mjc"},
	{"bureau information jeunesse", "jeunesse"},
	{"point information jeunesse", "jeunesse"},
	{"information jeunesse", "jeunesse"},
	{"maison france services", "france services"},
	{"espace france services", "france services"},
	{"espace public numerique", "espace numerique"},
	{"espace multimedia", "espace numerique"},
	{"espace numerique", "espace numerique"},
	{"communaute de communes", "intercommunalite"},
	{"communaute d agglomeration", "intercommunalite"},
	{"maison de quartier", "quartier"},
	{"maison des associations", "associations"},
	{"france services", "france services"},
	{"france service", "france services"},
	{"sous prefecture", "sous prefecture"},
	{"bureau de poste", "poste"},
	{"agence postale", "poste"},
	{"mission locale", "mission locale"},
	{"centre social", "centre social"},
	{"centre socio culturel", "centre social"},
	{"centre socioculturel", "centre social"},
	{"espace de vie sociale", "centre social"},
	{"france travail", "france travail"},
	{"pole emploi", "france travail"},
	{"tiers lieu", "tiers lieu"},
	{"cyber base", "espace numerique"},
	{"cyber espace", "espace numerique"},
	{"hotel de ville", "mairie"},
	{"la poste", "poste"},
	{"ludo mediatheque", "bibliotheque"},
	{"mediatheque", "bibliotheque"},
	{"bibliotheque", "bibliotheque"},
	{"cyberbase", "espace numerique"},
	{"cyberespace", "espace numerique"},
	{"epn", "espace numerique"},
	{"prefecture", "prefecture"},
	{"mairie", "mairie"},
	{"msap", "france services"},
	{"mfs", "france services"},
	{"efs", "france services"},
	{"pimms", "pimms"},
	{"ccas", "ccas"},
	{"cias", "ccas"},
	{"mjc", "mjc"},
	{"bij", "jeunesse"},
	{"pij", "jeunesse"},
	{"fablab", "fablab"},
	{"caf", "caf"},
	{"cpam", "cpam"},
	{"msa", "msa"},
}

// emptyWords tell nothing in a name.
var emptyWords = func() map[string]bool {
	empty := map[string]bool{}
	for _, word := range strings.Fields(`a au aux avec chez d dans de des du en et l la le les ou par pour s sur un une
		accueil antenne asso association centre club commune communal communale communaute espace lieu local maison municipal municipale
		intercommunal intercommunale numerique point pole public relais service services site structure ville village labellise labellisee`) {
		empty[word] = true
	}
	return empty
}()

// readName reads a name in its commune, whose own name tells nothing there.
func readName(name, commune string) nameTraits {
	read := nameTraits{whole: geography.Fold(name)}
	padded := " " + read.whole + " "
	for _, known := range kinds {
		if before, after, there := strings.Cut(padded, " "+known.words+" "); there {
			padded = before + " " + after + " "
			if !slices.Contains(read.kinds, known.kind) {
				read.kinds = append(read.kinds, known.kind)
			}
		}
	}
	town := strings.Fields(geography.Fold(commune))
	for word := range strings.FieldsSeq(padded) {
		if slices.Contains(roamingWords, word) {
			read.roams = true
			continue
		}
		if !emptyWords[word] && !slices.Contains(town, word) && !slices.Contains(read.own, word) {
			read.own = append(read.own, word)
		}
	}
	if read.roams {
		read.kinds = append(read.kinds, "bus")
	}
	slices.Sort(read.kinds)
	return read
}

// likeness is from 0, nothing in common, to 1, the same name.
func (n nameTraits) likeness(o nameTraits) float64 {
	if n.whole == o.whole {
		return 1
	}
	kindred := meet(n.kinds, o.kinds)
	apart := !kindred && len(n.kinds) > 0 && len(o.kinds) > 0
	switch {
	case len(n.own) > 0 && len(o.own) > 0:
		share := sharedWords(n.own, o.own)
		if apart {
			return share * otherKindFactor
		}
		return share
	case len(n.own) == 0 && len(o.own) == 0:
		switch {
		case apart:
			return 0
		case slices.Equal(n.kinds, o.kinds) && len(n.kinds) > 0:
			return 1
		case kindred:
			return partlyNamed
		}
		return nameIsOther
	case kindred:
		return partlyNamed
	case apart:
		return unlikeKindsOneName
	}
	return nameIsOther
}

// sharedWords is how much of two lists of words is in both; all of the shorter
// in the longer is nearly all.
func sharedWords(a, b []string) float64 {
	const contained = 0.85
	inB, inA := countIn(a, b), countIn(b, a)
	share := float64(inB+inA) / float64(len(a)+len(b))
	if inB == len(a) || inA == len(b) {
		return max(share, contained)
	}
	return share
}

func countIn(words, among []string) int {
	count := 0
	for _, word := range words {
		if slices.ContainsFunc(among, func(other string) bool { return sameWord(word, other) }) {
			count++
		}
	}
	return count
}

// sameWord forgives one slip in a word of five letters, two in a longer one.
func sameWord(a, b string) bool {
	const short, long = 5, 9
	if a == b {
		return true
	}
	slips := 0
	switch length := min(len(a), len(b)); {
	case length >= long:
		slips = 2
	case length >= short:
		slips = 1
	}
	return slips > 0 && max(len(a), len(b))-min(len(a), len(b)) <= slips && slipsBetween(a, b) <= slips
}

// slipsBetween is Levenshtein's distance, in bytes.
func slipsBetween(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			above := row[j+1]
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			row[j+1] = min(cost, above+1, row[j]+1)
			diagonal = above
		}
	}
	return row[len(b)]
}
