package geography

import (
	"fmt"
	"slices"
	"strings"

	"passerelle/internal/fault"
)

// shownCandidates is how many communes the message of ambiguous_commune names.
const shownCandidates = 5

// Find reads what a person typed where no script helps: an INSEE code, a
// postal code, "Guéret", "23000 Guéret", "Guéret (23)", "Guéret, Creuse",
// "Paris 12e", "GUERET CEDEX", or part of a name beside its postal code ("74400
// Chamonix"), or the name of a commune that has merged since. It never guesses: five digits that are one
// commune's INSEE code and others' postal code are ambiguous. Programs that
// hold an INSEE code use CommuneByCode. Faults: unknown_commune;
// ambiguous_commune, whose Detail "candidates" holds their INSEE codes, largest
// commune first, separated by commas (see Candidates).
func Find(text string) (Commune, error) {
	parsed := parse(text)
	var found []Commune
	switch {
	case len(parsed.words) > 0:
		found = parsed.communesNamed()
	case len(parsed.numbers) == 1:
		found = communesNumbered(parsed.numbers[0])
	}
	switch len(found) {
	case 0:
		return Commune{}, unknown(text)
	case 1:
		return found[0], nil
	}
	return Commune{}, ambiguous(text, found)
}

// Candidates lists the communes that an ambiguous_commune fault hesitates
// between; none for any other error.
func Candidates(err error) []Commune {
	if !fault.HasCode(err, ErrAmbiguousCommune.Code) {
		return nil
	}
	codes, _ := fault.Of(err).Detail["candidates"].(string)
	var candidates []Commune
	for code := range strings.SplitSeq(codes, ",") {
		if commune, err := CommuneByCode(code); err == nil {
			candidates = append(candidates, commune)
		}
	}
	return candidates
}

func (q query) communesNamed() []Commune {
	known := atlas()
	name := strings.Join(q.words, " ")
	if found := known.preferred(name, q.narrow(known.named(name))); len(found) > 0 {
		return found
	}
	if found := q.partlyNamed(name); len(found) > 0 {
		return found
	}
	// The name may be followed by its département's.
	for i := 1; i < len(q.words); i++ {
		departement, isOne := departementNamed(strings.Join(q.words[i:], " "))
		if !isOne {
			continue
		}
		name = strings.Join(q.words[:i], " ")
		inside := query{numbers: append(slices.Clone(q.numbers), departement.Code)}
		return known.preferred(name, inside.narrow(known.named(name)))
	}
	return q.formerlyNamed(name)
}

// formerlyNamed lists what the communes that had this name have become.
func (q query) formerlyNamed(name string) []Commune {
	known := atlas()
	var positions []int32
	for _, former := range FormersNamed(name) {
		if position, found := known.position(former.Into.Code); found && !slices.Contains(positions, int32(position)) {
			positions = append(positions, int32(position))
		}
	}
	return known.largestFirst(q.narrow(positions))
}

// partlyNamed lists the communes of a postal code whose name has the words
// asked for among its own: "74400 Chamonix", "69600 Oullins".
func (q query) partlyNamed(name string) []Commune {
	for _, number := range q.numbers {
		var found []Commune
		for _, commune := range CommunesByPostalCode(number) {
			if strings.Contains(" "+Fold(commune.Name)+" ", " "+name+" ") {
				found = append(found, commune)
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// narrow keeps the communes that every number fits; when a postal code fits
// none, those of its département.
func (q query) narrow(positions []int32) []int32 {
	known := atlas()
	for _, number := range q.numbers {
		var fitting, near []int32
		for _, position := range positions {
			if known.communes[position].fits(number) {
				fitting = append(fitting, position)
			}
			if known.communes[position].nearPostalCode(number) {
				near = append(near, position)
			}
		}
		if len(fitting) == 0 {
			fitting = near
		}
		positions = fitting
	}
	return positions
}

func communesNumbered(number string) []Commune {
	if len(number) == 4 {
		number = "0" + number
	}
	found := CommunesByPostalCode(number)
	commune, err := CommuneByCode(number)
	if err == nil && !slices.ContainsFunc(found, func(other Commune) bool { return other.Code == commune.Code }) {
		found = sortLargest(append(found, commune))
	}
	return found
}

func departementNamed(folded string) (Departement, bool) {
	for _, departement := range atlas().departements {
		if withoutArticle(Fold(departement.Name)) == withoutArticle(folded) {
			return departement, true
		}
	}
	return Departement{}, false
}

func unknown(text string) error {
	text = strings.TrimSpace(text)
	if text == "" {
		return ErrUnknownCommune.Sayf("Écrivez le nom d’une commune, ou son code postal.")
	}
	return ErrUnknownCommune.Sayf("Aucune commune ne répond à «\u00a0%s\u00a0». Vérifiez son nom, ou écrivez le code postal et le nom.", text)
}

func ambiguous(text string, found []Commune) error {
	var codes, labels []string
	for _, commune := range found {
		codes = append(codes, commune.Code)
		labels = append(labels, commune.Label())
	}
	shown := strings.Join(labels[:min(len(labels), shownCandidates)], ", ")
	if others := len(labels) - shownCandidates; others == 1 {
		shown += ", et une autre"
	} else if others > 1 {
		shown += fmt.Sprintf(", et %d\u00a0autres", others)
	}
	return ErrAmbiguousCommune.
		Sayf("Plusieurs communes répondent à «\u00a0%s\u00a0»\u00a0: %s. Choisissez-en une, ou écrivez le code postal et le nom.", strings.TrimSpace(text), shown).
		With("candidates", strings.Join(codes, ","))
}
