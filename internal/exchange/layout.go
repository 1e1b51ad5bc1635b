package exchange

import (
	"crypto/sha256"
	"regexp"
	"slices"
	"strings"

	"passerelle/internal/geography"
)

// layout tells how the records of one shape become lines of the schema.
type layout struct {
	head  header
	width int     // values of a record
	fills filling // with a mapping; nil: the values stand as they are
}

// mostColumns is how many columns are remembered, of all shapes of records.
const mostColumns = 50_000

// layouts knows the shapes of a file's records. A table has one, told by its
// header; each object of a list may have its own.
type layouts struct {
	mapping *Mapping // nil: the columns are those of the schema
	strict  bool
	key     string // of the list in its file; empty for a table
	first   layout
	known   map[[sha256.Size]byte]layout // by a digest of the names
	columns int                          // of them all
	told    map[[sha256.Size]byte]bool   // what has been said of a column
}

// name is what the columns are read by.
func (l *layouts) name() string {
	if l.mapping == nil {
		return SchemaMapping
	}
	return l.mapping.Name
}

// of is the layout of a record, and what there is to say of its columns that
// was not said before.
func (l *layouts) of(line record) (layout, []Remark) {
	if line.names == nil {
		return l.first, nil
	}
	key := sha256.Sum256([]byte(strings.Join(line.names, "\x00")))
	if found, there := l.known[key]; there {
		return found, nil
	}
	made, remarks, _ := l.read(line.line, line.names)
	if l.columns += len(line.names); l.columns > mostColumns {
		clear(l.known)
		l.columns = len(line.names)
	}
	l.known[key] = made
	return made, l.untold(remarks)
}

// read makes the layout of columns; ok is false when they cannot be those of a
// list of places.
func (l *layouts) read(line int, names []string) (made layout, remarks []Remark, ok bool) {
	made.width = len(names)
	if l.mapping == nil {
		made.head, remarks, ok = readHeader(line, names, l.strict)
		return made, remarks, ok
	}
	made.head, made.fills, remarks, ok = l.mapping.layout(line, names)
	return made, remarks, ok
}

// find reads the columns of a file for the first time: it finds the mapping
// when none is given. Fault: ambiguous_mapping.
func (l *layouts) find(line int, names []string) (made layout, remarks []Remark, ok bool, err error) {
	given := l.mapping
	if given == nil && !l.strict {
		if l.mapping, err = recognise(names, l.key); err != nil {
			return layout{}, nil, false, err
		}
	}
	made, remarks, ok = l.read(line, names)
	if !ok {
		l.mapping = given
	} else if l.mapping != given {
		remarks = slices.Insert(remarks, 0, Remark{line, "", "mapping", l.mapping.Name, "Correspondance trouvée : " + l.mapping.Name + ".", Repaired})
	}
	return made, remarks, ok, nil
}

// untold keeps what has not been said yet. The columns of the items of an array
// are one.
func (l *layouts) untold(remarks []Remark) []Remark {
	var kept []Remark
	for _, remark := range remarks {
		key := sha256.Sum256([]byte(remark.Rule + "\x00" + itemOf.ReplaceAllString(remark.Field, "")))
		if !l.told[key] && len(l.told) < mostFields {
			l.told[key] = true
			kept = append(kept, remark)
		}
	}
	return kept
}

var itemOf = regexp.MustCompile(`\.\d+\b`)

// envelopes are what a GeoJSON feature, or a record of a portal of open data,
// puts around its fields.
var envelopes = []string{"record.fields.", "properties.", "fields."}

// bare is a column's name without the envelope of its record.
func bare(name string) string {
	for _, envelope := range envelopes {
		if rest, enveloped := strings.CutPrefix(name, envelope); enveloped {
			return rest
		}
	}
	return name
}

// columnFinder finds the columns of a file by the names that others give them.
type columnFinder struct{ exact, folded, known map[string]int }

func findIn(names []string) columnFinder {
	finder := columnFinder{map[string]int{}, map[string]int{}, map[string]int{}}
	first := func(in map[string]int, key string, at int) {
		if _, there := in[key]; !there && key != "" {
			in[key] = at
		}
	}
	for at, name := range names {
		first(finder.exact, name, at)
		folded := geography.Fold(bare(name))
		first(finder.folded, folded, at)
		first(finder.known, columnNames[folded], at)
	}
	return finder
}

// find is the position of a column: by its name; whatever its capitals, its
// accents and the envelope of its record; by another name of the schema's column.
func (f columnFinder) find(name string) (at int, there bool) {
	if name == "" {
		return 0, false
	}
	if at, there = f.exact[name]; there {
		return at, true
	}
	folded := geography.Fold(bare(name))
	if at, there = f.folded[folded]; there {
		return at, true
	}
	at, there = f.known[columnNames[folded]]
	return at, there
}
