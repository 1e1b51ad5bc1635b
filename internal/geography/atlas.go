package geography

import (
	"bytes"
	"cmp"
	"compress/gzip"
	_ "embed"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed data/communes.csv.gz
var communesFile []byte

//go:embed data/epci.csv
var epcisFile string

//go:embed data/departements.csv
var departementsFile string

//go:embed data/regions.csv
var regionsFile string

// index is everything that is known, ready to be searched. Positions are those
// in communes, which is in the order of the INSEE codes.
type index struct {
	communes []Commune
	folded   []string // the folded name of each commune
	largest  []named  // every commune, largest first
	// names holds the folded names of largest in their order, each between a
	// space and a line end, so that one scan finds a word's beginning.
	names        string
	rank         []int32 // where each commune stands in largest
	byPostalCode map[string][]int32
	byBareName   map[string][]int32
	epcis        []EPCI
	departements []Departement
	regions      []Region
}

// named is a commune with its folded name, whole and without its article.
type named struct {
	folded, bare string
	commune      *Commune
	end          int // of its line in index.names
}

// atlas is what is known, decoded on first use.
var atlas = sync.OnceValue(decode)

// decode reads the embedded files. They are part of the program, so one that
// cannot be read is a bug and panics.
func decode() *index {
	known := &index{}
	for fields := range rows(regionsFile, 2) {
		known.regions = append(known.regions, Region{Code: fields[0], Name: fields[1]})
	}
	regionOf := map[string]string{}
	for fields := range rows(departementsFile, 3) {
		known.departements = append(known.departements, Departement{Code: fields[0], Region: fields[1], Name: fields[2]})
		regionOf[fields[0]] = fields[1]
	}
	for fields := range rows(epcisFile, 2) {
		known.epcis = append(known.epcis, EPCI{Code: fields[0], Name: fields[1]})
	}
	known.readCommunes(inflate(communesFile), regionOf)
	return known
}

func (known *index) readCommunes(file string, regionOf map[string]string) {
	count := strings.Count(file, "\n")
	known.communes = make([]Commune, 0, count)
	known.folded = make([]string, 0, count)
	known.byPostalCode = make(map[string][]int32, 8192)
	known.byBareName = make(map[string][]int32, count)
	// One array behind all the one-element lists spares an allocation a commune.
	positions := make([]int32, count)
	for fields := range rows(file, 7) {
		commune := Commune{
			Code:        fields[0],
			Name:        fields[1],
			Departement: departementOf(fields[0]),
			EPCI:        fields[2],
			Population:  int(number(fields[3])),
			Latitude:    number(fields[5]),
			Longitude:   number(fields[6]),
		}
		commune.Region = regionOf[commune.Departement]
		if fields[4] != "" {
			commune.PostalCodes = strings.Split(fields[4], "|")
		}
		position := int32(len(known.communes))
		folded := Fold(commune.Name)
		bare := withoutArticle(folded)
		known.communes = append(known.communes, commune)
		known.folded = append(known.folded, folded)
		for _, code := range commune.PostalCodes {
			known.byPostalCode[code] = append(known.byPostalCode[code], position)
		}
		if others, shared := known.byBareName[bare]; shared {
			known.byBareName[bare] = append(others, position)
		} else {
			positions[position] = position
			known.byBareName[bare] = positions[position : position+1 : position+1]
		}
	}
	known.rankBySize()
}

// rankBySize fills what Suggest scans.
func (known *index) rankBySize() {
	// One number holds the whole order (largest first, then by code), which
	// sorts many times faster than communes do.
	keys := make([]uint64, len(known.communes))
	for position := range known.communes {
		keys[position] = uint64(math.MaxUint32-known.communes[position].Population)<<32 | uint64(position)
	}
	slices.Sort(keys)
	known.largest = make([]named, 0, len(keys))
	known.rank = make([]int32, len(keys))
	var names strings.Builder
	for rank, key := range keys {
		position := int(key & math.MaxUint32)
		folded := known.folded[position]
		names.WriteString(" ")
		names.WriteString(folded)
		names.WriteString("\n")
		known.rank[position] = int32(rank)
		known.largest = append(known.largest, named{
			folded:  folded,
			bare:    withoutArticle(folded),
			commune: &known.communes[position],
			end:     names.Len(),
		})
	}
	known.names = names.String()
}

// rows reads lines of fields separated by semicolons; the slice is reused.
func rows(file string, width int) func(func([]string) bool) {
	return func(yield func([]string) bool) {
		fields := make([]string, width)
		for line := range strings.Lines(file) {
			rest := strings.TrimSuffix(line, "\n")
			for i := range width {
				value, after, more := strings.Cut(rest, ";")
				if more != (i < width-1) {
					panic(fmt.Sprintf("geography: embedded line %q has not %d fields", line, width))
				}
				fields[i], rest = value, after
			}
			if !yield(fields) {
				return
			}
		}
	}
}

// number reads a number of the embedded files; an empty one is 0.
func number(text string) float64 {
	if text == "" {
		return 0
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		panic("geography: embedded number: " + err.Error())
	}
	return value
}

func inflate(compressed []byte) string {
	reader, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		panic("geography: embedded file: " + err.Error())
	}
	var text strings.Builder
	// The format ends with the length of the text (RFC 1952).
	text.Grow(int(binary.LittleEndian.Uint32(compressed[len(compressed)-4:])))
	if _, err := io.Copy(&text, reader); err != nil {
		panic("geography: embedded file: " + err.Error())
	}
	return text.String()
}

// departementOf is the département in an INSEE code of five characters: two of
// them, three overseas.
func departementOf(code string) string {
	if strings.HasPrefix(code, "97") || strings.HasPrefix(code, "98") {
		return code[:3]
	}
	return code[:2]
}

// position is where a commune's code stands, or would stand.
func (known *index) position(code string) (int, bool) {
	return slices.BinarySearchFunc(known.communes, code, func(commune Commune, code string) int {
		return strings.Compare(commune.Code, code)
	})
}

// named lists the communes with a folded name, articles aside.
func (known *index) named(folded string) []int32 {
	return known.byBareName[withoutArticle(folded)]
}

// preferred keeps those that bear the folded name with its very article, if
// any does, largest first.
func (known *index) preferred(folded string, positions []int32) []Commune {
	var exact []int32
	for _, position := range positions {
		if known.folded[position] == folded {
			exact = append(exact, position)
		}
	}
	if len(exact) > 0 {
		positions = exact
	}
	return known.largestFirst(positions)
}

func (known *index) largestFirst(positions []int32) []Commune {
	communes := make([]Commune, 0, len(positions))
	for _, position := range positions {
		communes = append(communes, known.communes[position])
	}
	return sortLargest(communes)
}

func sortLargest(communes []Commune) []Commune {
	slices.SortFunc(communes, func(a, b Commune) int { return byPopulation(&a, &b) })
	return communes
}

func byPopulation(a, b *Commune) int {
	return cmp.Or(cmp.Compare(b.Population, a.Population), strings.Compare(a.Code, b.Code))
}
