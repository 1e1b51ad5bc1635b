package exchange

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"

	"passerelle/internal/fault"
	"passerelle/internal/geography"
)

// ErrBadMapping refuses a mapping that cannot be read.
var ErrBadMapping = fault.Define(fault.Invalid, "bad_mapping", "Ce fichier de correspondance ne peut pas être lu. Il faut un objet JSON avec une clé par colonne du schéma des lieux.")

// longestMapping is the size of a mapping, in bytes.
const longestMapping = 1 << 20

// Mapping says how the columns of a file fill those of the national schema of
// places: the format of the national cartography's importer (mednum-cli, MIT),
// and, under the key "passerelle", how the file is written.
type Mapping struct {
	digest  string // of its text
	text    []byte
	Name    string // of one that ships with the program, or that its reader gives; empty: none
	values  map[string]picker
	rules   map[string][]rule
	hours   hoursRule
	weeks   picker // semaine_ouverture
	private picker // prive: a place that is not to be published
	unread  []string
	written written
}

// written says how a file is written, when that cannot be found by itself.
type written struct {
	Encoding   string `json:"encodage"`   // a name of the WHATWG Encoding Standard: "windows-1252"
	Header     int    `json:"en_tete"`    // the line of the header, from 1
	Projection string `json:"projection"` // "lambert-93" or "wgs84"
	// Departement is a column with its code or its name, where no other says which
	// commune of that name or of that postal code is meant.
	Departement picker `json:"departement"`
	// LinePer is "service" when the file has a line for each service of a place:
	// the lines of one place then add up.
	LinePer string `json:"une_ligne_par"`
	// Services are those of another list of the file, or of another file, whose
	// words go to the structure that they name.
	Services *servicesList `json:"services"`
	// Recognised false keeps the mapping from being found by itself: too many files
	// have its columns.
	Recognised *bool `json:"reconnue"`
	encoding   encoding.Encoding
}

// servicesList says where the services of structures are.
type servicesList struct {
	Beside    string `json:"structures"` // the key of the structures' array
	List      string `json:"liste"`      // the key of their array, beside it
	Structure string `json:"structure"`  // their column with the structure's id
}

// names is one name or several.
type names []string

// UnmarshalJSON reads "a" and ["a", "b"].
func (n *names) UnmarshalJSON(text []byte) error {
	var one string
	if err := json.Unmarshal(text, &one); err == nil {
		*n = names{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(n))
}

// picker picks one value of a record.
type picker struct {
	Columns names   `json:"colonne"`
	Value   *string `json:"valeur"`
	Join    *struct {
		Columns   names   `json:"colonnes"`
		Separator string  `json:"séparateur"`
		Or        *picker `json:"ou"`
	} `json:"joindre"`
	Split *struct {
		Column    names  `json:"colonne"`
		Separator string `json:"séparateur"`
		Part      int    `json:"partie"`
	} `json:"dissocier"`
}

// rule adds a word of a vocabulary when columns say so.
type rule struct {
	Columns names  `json:"colonnes"`
	Terms   names  `json:"termes"`
	Except  names  `json:"sauf"`
	Target  string `json:"cible"`
	Support string `json:"modalitesAccompagnement"`
	terms   []term
	except  []term
}

// term is a word that is looked for in a value.
type term struct{ folded, lower string }

type hoursRule struct {
	Days []struct {
		Columns names  `json:"colonne"`
		Day     string `json:"osm"`
	} `json:"jours"`
	Week names `json:"semaine"`
	OSM  names `json:"osm"`
	// Ranges is the path of the ranges of days of the directory of public services:
	// objects (or one) with "début" and "fin", days, and "PlageH", times of the same
	// form.
	Ranges string `json:"plages"`
}

// ReadMapping reads a mapping. Fault: bad_mapping.
func ReadMapping(file io.Reader) (*Mapping, error) {
	text, err := io.ReadAll(io.LimitReader(file, longestMapping+1))
	if err != nil {
		return nil, err
	}
	var fields map[string]json.RawMessage
	if len(text) > longestMapping || json.Unmarshal(text, &fields) != nil {
		return nil, ErrBadMapping
	}
	digest := sha256.Sum256(text)
	made := &Mapping{digest: hex.EncodeToString(digest[:8]), text: text, values: map[string]picker{}, rules: map[string][]rule{}}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if err := made.readField(name, fields[name]); err != nil {
			return nil, ErrBadMapping.Sayf("La correspondance de «\u00a0%s\u00a0» ne peut pas être lue. Vérifiez sa forme.", name)
		}
	}
	if _, named := made.values[colName]; !named {
		return nil, ErrBadMapping.Sayf("Cette correspondance ne dit pas quelle colonne est le nom du lieu. Ajoutez la clé «\u00a0nom\u00a0».")
	}
	return made, nil
}

func (m *Mapping) readField(name string, text json.RawMessage) error {
	switch name {
	case "horaires":
		return json.Unmarshal(text, &m.hours)
	case "semaine_ouverture":
		return json.Unmarshal(text, &m.weeks)
	case keyPrivate:
		return json.Unmarshal(text, &m.private)
	case "passerelle":
		return m.readWritten(text)
	}
	column, known := columnNames[geography.Fold(name)]
	if !known || column == "" {
		m.unread = append(m.unread, name)
		return nil
	}
	var rules []rule
	if err := json.Unmarshal(text, &rules); err == nil {
		for i := range rules {
			rules[i].terms, rules[i].except = termsOf(rules[i].Terms), termsOf(rules[i].Except)
			if support := rules[i].Support; support != "" {
				more := rules[i]
				more.Target = support
				m.rules[colSupports] = append(m.rules[colSupports], more)
			}
		}
		m.rules[column] = append(m.rules[column], rules...)
		return nil
	}
	var value picker
	if err := json.Unmarshal(text, &value); err != nil {
		return err
	}
	if value.Split != nil && value.Split.Part < 0 {
		return errNegativePart
	}
	m.values[column] = value
	return nil
}

var errNegativePart = errors.New("exchange: partie")

func (m *Mapping) readWritten(text json.RawMessage) (err error) {
	if err := json.Unmarshal(text, &m.written); err != nil {
		return err
	}
	if m.written.Encoding != "" {
		if m.written.encoding, err = htmlindex.Get(m.written.Encoding); err != nil {
			return err
		}
	}
	if !slices.Contains([]string{"", "wgs84", "lambert-93"}, m.written.Projection) || m.written.Header < 0 ||
		!slices.Contains([]string{"", perService}, m.written.LinePer) {
		return ErrBadMapping
	}
	return nil
}

func termsOf(words []string) []term {
	var made []term
	for _, word := range words {
		made = append(made, term{geography.Fold(word), strings.ToLower(strings.TrimSpace(word))})
	}
	return made
}

// encoding is what the mapping says of the file's; nil when it is to be found.
func (o Options) encoding() encoding.Encoding {
	if o.Mapping == nil {
		return nil
	}
	return o.Mapping.written.encoding
}

// perService is the value of une_ligne_par.
const perService = "service"

// keyPrivate is the key of what is not to be published.
const keyPrivate = "prive"

// Keys of what helps to read a line, and is no column of the schema.
const (
	keyDepartement = "departement"
	keyStructure   = "structure"
)

// columns are all the names that the mapping reads, for each column it fills.
func (m *Mapping) columns() map[string][]string {
	all := map[string][]string{}
	for column, value := range m.values {
		all[column] = append(all[column], value.columns()...)
	}
	for column, rules := range m.rules {
		for _, rule := range rules {
			all[column] = append(all[column], rule.Columns...)
		}
	}
	all[keyPrivate] = m.private.columns()
	all[colHours] = slices.Concat(m.hours.OSM, m.hours.Week, m.weeks.columns())
	for _, day := range m.hours.Days {
		all[colHours] = append(all[colHours], day.Columns...)
	}
	all[keyDepartement] = m.written.Departement.columns()
	if m.written.Services != nil {
		all[keyStructure] = []string{m.written.Services.Structure}
	}
	return all
}

func (p picker) columns() []string {
	all := slices.Clone(p.Columns)
	if p.Join != nil {
		all = append(all, p.Join.Columns...)
		if p.Join.Or != nil {
			all = append(all, p.Join.Or.columns()...)
		}
	}
	if p.Split != nil {
		all = append(all, p.Split.Column...)
	}
	return all
}

// always tells whether a column is filled whatever the file has.
func (m *Mapping) always(column string) bool {
	if m.values[column].Value != nil {
		return true
	}
	return slices.ContainsFunc(m.rules[column], func(rule rule) bool { return len(rule.Columns) == 0 })
}

// layout finds the mapping's columns in those of a file; ok is false when the
// name of the place is not among them, or hardly anything else.
func (m *Mapping) layout(line int, names []string) (head header, fills filling, remarks []Remark, ok bool) {
	finder := findIn(names)
	head = header{at: map[string]int{}, lambert: m.written.Projection == "lambert-93"}
	fills = filling{mapping: m, at: map[string]int{}, halves: map[string]int{}}
	used := map[int]bool{}
	all := m.columns()
	for _, column := range slices.Sorted(maps.Keys(all)) {
		there := m.always(column)
		for _, name := range all[column] {
			if at, found := m.find(finder, fills, column, name); found {
				used[at] = true
				fills.at[name] = at
				there = true
			} else if name != "" {
				remarks = append(remarks, Remark{line, name, "missing_column", column, "La correspondance lit cette colonne, que le fichier n’a pas.", Ignored})
			}
		}
		if there && !slices.Contains([]string{keyPrivate, keyDepartement, keyStructure}, column) {
			head.at[column] = len(fills.columns)
			fills.columns = append(fills.columns, column)
		}
	}
	for at, name := range names {
		if m.hours.Ranges != "" && strings.HasPrefix(bare(name), m.hours.Ranges) {
			fills.ranges = append(fills.ranges, rangeColumn{strings.TrimPrefix(bare(name), m.hours.Ranges), at})
			used[at] = true
			if !head.has(colHours) {
				head.at[colHours] = len(fills.columns)
				fills.columns = append(fills.columns, colHours)
			}
		}
	}
	head.width = len(fills.columns)
	for at, name := range names {
		if !used[at] && strings.TrimSpace(name) != "" {
			remarks = append(remarks, Remark{line, name, "unknown_column", "", "La correspondance ne lit pas cette colonne : elle n’est pas reprise.", Ignored})
		}
	}
	for _, name := range m.unread {
		remarks = append(remarks, Remark{line, name, "unknown_field", "", "Cette clé de la correspondance n’est pas une colonne du schéma des lieux : elle n’est pas reprise.", Ignored})
	}
	fills.used = len(used)
	slices.SortFunc(remarks, func(a, b Remark) int {
		return cmp.Or(strings.Compare(a.Rule, b.Rule), strings.Compare(a.Field, b.Field))
	})
	return head, fills, slices.CompactFunc(remarks, func(a, b Remark) bool { return a.Rule == b.Rule && a.Field == b.Field }), head.has(colName) && (head.saysWhere() || fills.hasStructure()) && len(used) > 2
}

// find is where a column that the mapping names stands. A mapping that was
// written for the GeoJSON of a file also reads the same file as a table.
func (m *Mapping) find(finder columnFinder, fills filling, column, name string) (int, bool) {
	if at, found := finder.find(name); found {
		return at, true
	}
	part, ofPoint := pointParts[name]
	if !ofPoint || column != part.column {
		return 0, false
	}
	if at, found := finder.find(part.column); found {
		return at, true
	}
	for _, point := range []string{"geom", "geo_point_2d", "geo point"} {
		if at, found := finder.find(point); found {
			fills.halves[name] = part.half
			return at, true
		}
	}
	return 0, false
}

// pointParts are the coordinates of a GeoJSON point, longitude first (RFC 7946,
// 3.1.1), and which half says the same in a column "latitude,longitude".
var pointParts = map[string]struct {
	column string
	half   int
}{
	"geometry.coordinates.0": {colLongitude, 1},
	"geometry.coordinates.1": {colLatitude, 0},
}
