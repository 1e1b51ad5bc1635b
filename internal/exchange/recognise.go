package exchange

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"passerelle/internal/fault"
	"passerelle/mappings"
)

// ErrAmbiguousMapping refuses a file that two mappings read as well as each other.
var ErrAmbiguousMapping = fault.Define(fault.Invalid, "ambiguous_mapping", "Plusieurs correspondances lisent ce fichier aussi bien. Donnez celle qui convient.")

// ErrUnknownMapping refuses the name of a mapping that does not ship with the program.
var ErrUnknownMapping = fault.Define(fault.NotFound, "unknown_mapping", "Cette correspondance n’existe pas. Donnez son fichier, ou le nom d’une correspondance du programme.")

// SchemaMapping is the name of the reading that needs no mapping: the columns of
// the national schema of places, or those of its older forms.
const SchemaMapping = "schéma national"

// shipped are the mappings that ship with the program, by name.
var shipped = sync.OnceValue(func() map[string]*Mapping {
	known := map[string]*Mapping{}
	entries, err := mappings.Files.ReadDir(".")
	if err != nil {
		panic("exchange: embedded mappings: " + err.Error())
	}
	for _, entry := range entries {
		file, err := mappings.Files.Open(entry.Name())
		if err != nil {
			panic("exchange: embedded mappings: " + err.Error())
		}
		made, err := ReadMapping(file)
		if err != nil {
			panic("exchange: embedded mapping " + entry.Name() + ": " + err.Error())
		}
		made.Name = strings.TrimSuffix(entry.Name(), path.Ext(entry.Name()))
		known[made.Name] = made
	}
	return known
})

// MappingNames lists the mappings that ship with the program.
func MappingNames() []string { return slices.Sorted(maps.Keys(shipped())) }

// ShippedMapping is the mapping of a name. Fault: unknown_mapping.
func ShippedMapping(name string) (*Mapping, error) {
	made, known := shipped()[name]
	if !known {
		return nil, ErrUnknownMapping.Sayf("La correspondance «\u00a0%s\u00a0» n’existe pas. Donnez son fichier, ou l’un de ces noms\u00a0: %s.", name, strings.Join(MappingNames(), ", "))
	}
	return made, nil
}

// How much of a mapping a file must have for it to be found by itself.
const (
	leastColumns = 5    // columns of the file that it reads
	leastShare   = 0.75 // of what it fills from columns
	leastOfFile  = 0.9  // or of the file's columns
)

// candidate is a mapping and how well it reads a file.
type candidate struct {
	mapping *Mapping
	used    int     // columns of the file that it reads
	share   float64 // of what it fills from columns, what is there
}

// recognise finds the mapping that reads the most of a file's columns; nil when
// the national schema reads as many, or none reads it. A list under the key that
// a mapping names is its own. Fault: ambiguous_mapping.
func recognise(names []string, key string) (*Mapping, error) {
	var found []candidate
	for _, name := range MappingNames() {
		mapping := shipped()[name]
		if recognised := mapping.written.Recognised; recognised != nil && !*recognised {
			continue
		}
		_, fills, _, ok := mapping.layout(1, names)
		if services := mapping.written.Services; ok && services != nil && services.Beside == key {
			return mapping, nil
		}
		one := candidate{mapping, fills.used, mapping.share(fills)}
		if ok && one.used >= leastColumns && (one.share >= leastShare || float64(one.used) >= leastOfFile*float64(len(names))) {
			found = append(found, one)
		}
	}
	if len(found) == 0 {
		return nil, nil
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Or(b.used-a.used, cmp.Compare(b.share, a.share)) })
	if head, _, ok := readHeader(1, names, false); ok && len(head.at) >= found[0].used {
		return nil, nil
	}
	if len(found) > 1 && found[1].used == found[0].used && found[1].share == found[0].share {
		return nil, ErrAmbiguousMapping.Sayf("Les correspondances «\u00a0%s\u00a0» et «\u00a0%s\u00a0» lisent ce fichier aussi bien. Donnez celle qui convient.", found[0].mapping.Name, found[1].mapping.Name)
	}
	return found[0].mapping, nil
}

// share is the part of what the mapping fills from columns that a file's fill.
func (m *Mapping) share(fills filling) float64 {
	filled, there := 0, 0
	for column, names := range m.columns() {
		names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name == "" })
		if len(names) == 0 {
			continue
		}
		filled++
		if slices.ContainsFunc(names, func(name string) bool { _, has := fills.at[name]; return has }) || column == colHours && len(fills.ranges) > 0 {
			there++
		}
	}
	return float64(there) / float64(max(filled, 1))
}
