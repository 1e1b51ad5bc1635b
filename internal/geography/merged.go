package geography

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed data/merged.csv.gz
var mergedFile []byte

// Former is a commune that is no more, a part of one (commune déléguée or
// associée), or a name that a commune does not bear any more: what older files
// and people still write.
type Former struct {
	Code string // code INSEE that it had; its successor's own where only the name has changed
	Name string
	Into Commune // the commune of today
}

// Moved tells whether the code has changed, and not only the name.
func (f Former) Moved() bool { return f.Code != f.Into.Code }

// formers is what has merged or changed its name since 1943, decoded on first use.
var formers = sync.OnceValue(func() (known struct {
	all    []Former // by code
	byName map[string][]int32
	byInto map[string][]int32 // by the code of the commune of today
},
) {
	known.byName, known.byInto = map[string][]int32{}, map[string][]int32{}
	for fields := range rows(inflate(mergedFile), 3) {
		position, found := atlas().position(fields[2])
		if !found {
			panic("geography: embedded successor " + fields[2] + " is no commune")
		}
		bare := withoutArticle(Fold(fields[1]))
		known.byName[bare] = append(known.byName[bare], int32(len(known.all)))
		known.byInto[fields[2]] = append(known.byInto[fields[2]], int32(len(known.all)))
		known.all = append(known.all, Former{Code: fields[0], Name: fields[1], Into: atlas().communes[position]})
	}
	return known
})

// FormerByCode finds what became of a commune by the INSEE code that it had.
// The code of a commune of today is none. Faults: unknown_commune.
func FormerByCode(code string) (Former, error) {
	all := formers().all
	position, found := slices.BinarySearchFunc(all, code, func(former Former, code string) int { return strings.Compare(former.Code, code) })
	if !found || !all[position].Moved() {
		return Former{}, ErrUnknownCommune.Sayf("Le code INSEE «\u00a0%s\u00a0» n’est pas celui d’une ancienne commune. Vérifiez le code.", code)
	}
	return all[position], nil
}

// FormersNamed lists what had this name once folded (see Fold), an article
// more or less, by code.
func FormersNamed(name string) []Former {
	known := formers()
	var found []Former
	for _, position := range known.byName[withoutArticle(Fold(name))] {
		found = append(found, known.all[position])
	}
	return found
}

// FormersOf lists what has become these communes.
func FormersOf(communes []Commune) []Former {
	known := formers()
	var found []Former
	for _, commune := range communes {
		for _, position := range known.byInto[commune.Code] {
			found = append(found, known.all[position])
		}
	}
	return found
}
