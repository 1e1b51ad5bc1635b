package exchange

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/place"
)

// Schemas and formats of an export, as they are asked for.
const (
	SchemaOwn           = ""               // the columns of the national schema and Passerelle's own, every place
	SchemaLieux         = "lieux"          // the national schema v1.0.2, the places that keep it
	SchemaDataInclusion = "data-inclusion" // structures and services of data·inclusion v1, in JSON

	FormatCSV     = "csv"
	FormatJSON    = "json"
	FormatGeoJSON = "geojson"
	FormatXLSX    = "xlsx"
)

// The refusals of an export; nothing was written.
var (
	ErrUnknownExport = fault.Define(fault.Invalid, "unknown_export", "Cet export n’existe pas. Choisissez le schéma lieux ou data-inclusion, et le format csv, json, geojson ou xlsx.")
	ErrOnlyJSON      = fault.Define(fault.Invalid, "only_json", "Le schéma data-inclusion s’écrit seulement en JSON. Demandez le format json.")
)

// Export says which places are wanted, and written how. The empty format is
// that of the schema: JSON for data·inclusion, CSV for the others.
type Export struct {
	Schema, Format string
	Territory      geography.Territory // the zero one: everywhere
	Labelled       bool                // only the places that hold the label that day
}

// settled is the export with its format told. Faults: unknown_export, only_json.
func (e Export) settled() (Export, error) {
	switch {
	case e.Schema == SchemaDataInclusion && e.Format == "":
		e.Format = FormatJSON
	case e.Schema == SchemaDataInclusion && e.Format != FormatJSON:
		return e, ErrOnlyJSON
	case e.Format == "":
		e.Format = FormatCSV
	}
	if !slices.Contains([]string{SchemaOwn, SchemaLieux, SchemaDataInclusion}, e.Schema) ||
		!slices.Contains([]string{FormatCSV, FormatJSON, FormatGeoJSON, FormatXLSX}, e.Format) {
		return e, ErrUnknownExport
	}
	return e, nil
}

// Exported tells what became of the places that were asked for.
type Exported struct {
	Written int
	LeftOut map[string]int // places that break the schema, by the field that it asks for
	Emptied map[string]int // values that break the schema where it asks for none, by field
}

// String is what a person reads: "lieux écrits : 196 ; laissés hors du schéma : 132 (pivot 132)".
func (e Exported) String() string {
	text := fmt.Sprintf("lieux écrits\u00a0: %d", e.Written)
	for _, told := range []struct {
		word   string
		fields map[string]int
	}{{"laissés hors du schéma", e.LeftOut}, {"valeurs laissées hors du schéma", e.Emptied}} {
		if len(told.fields) == 0 {
			continue
		}
		var fields []string
		total := 0
		for _, field := range slices.Sorted(maps.Keys(told.fields)) {
			total += told.fields[field]
			fields = append(fields, fmt.Sprintf("%s %d", field, told.fields[field]))
		}
		text += fmt.Sprintf("\u00a0; %s\u00a0: %d (%s)", told.word, total, strings.Join(fields, ", "))
	}
	return text
}

// ExportPlaces writes the directory to out: the same data on the same day are
// the same bytes, in the order of sources and of ids there. Places are read by
// slices, so that memory holds their identities only. What is published of a
// place is what its page shows to anyone. Faults: unknown_export, only_json.
func ExportPlaces(ctx context.Context, q db.Q, out io.Writer, asked Export) (Exported, error) {
	asked, err := asked.settled()
	if err != nil {
		return Exported{}, err
	}
	var labelled civil.Date
	if asked.Labelled {
		labelled = civil.DateOf(q.Now(), civil.Paris)
	}
	identities, err := place.Identities(ctx, q, place.Filter{Territory: asked.Territory, Labelled: labelled})
	if err != nil {
		return Exported{}, err
	}
	e := &exporting{
		ctx: ctx, q: q, today: civil.DateOf(q.Now(), civil.Paris), names: namesInFile(identities),
		told: Exported{LeftOut: map[string]int{}, Emptied: map[string]int{}},
	}
	if asked.Schema == SchemaDataInclusion {
		err = e.inclusion(out)
	} else {
		err = e.tabular(out, asked)
	}
	return e.told, err
}

// exporting is an export under way.
type exporting struct {
	ctx   context.Context
	q     db.Q
	today civil.Date
	names []nameInFile
	told  Exported
}

// nameInFile is how a file names a place.
type nameInFile struct {
	id          db.ID
	source, key string
}

// unnamedSource is the source of the lines that name none, as an import reads them.
const unnamedSource = "import"

// namesInFile gives each place its name and puts them in order. A source is the one
// that a file said, else Passerelle's; an id that an earlier source has already
// is written with its source, since the schema wants ids that are unique.
func namesInFile(identities []place.Identity) []nameInFile {
	slices.SortFunc(identities, func(a, b place.Identity) int {
		return cmp.Or(
			cmp.Compare(sourceInFile(a), sourceInFile(b)), cmp.Compare(a.SourceID, b.SourceID),
			cmp.Compare(a.Source, b.Source), slices.Compare(a.ID[:], b.ID[:]),
		)
	})
	names := make([]nameInFile, 0, len(identities))
	taken := make(map[string]bool, len(identities))
	for _, one := range identities {
		key := cmp.Or(cleaned(one.SourceID), one.ID.String())
		for taken[key] {
			key = cmp.Or(cleaned(one.Source), unnamedSource) + "/" + key
		}
		taken[key] = true
		names = append(names, nameInFile{one.ID, sourceInFile(one), key})
	}
	// By what is written: a file read again and written again is the same.
	slices.SortStableFunc(names, func(a, b nameInFile) int {
		return cmp.Or(cmp.Compare(a.source, b.source), cmp.Compare(a.key, b.key))
	})
	return names
}

func sourceInFile(one place.Identity) string {
	return cmp.Or(cleaned(one.Collector), cleaned(one.Source), unnamedSource)
}

// each calls back with every place under its name, in order.
func (e *exporting) each(take func(name nameInFile, p place.Place) error) error {
	for names := range slices.Chunk(e.names, slice) {
		ids := make([]db.ID, len(names))
		for i, one := range names {
			ids[i] = one.id
		}
		places, err := place.ByIDs(e.ctx, e.q, ids)
		if err != nil {
			return err
		}
		for i, p := range places {
			if p.ID != ids[i] {
				return fault.ErrConflict // the place went away while it was read
			}
			if err := take(names[i], p); err != nil {
				return err
			}
		}
	}
	return nil
}

// cleaned is a text that every reader of the format takes as it is: one form of
// line end, no control characters.
func cleaned(text string) string {
	if !strings.ContainsFunc(text, isControl) && !strings.ContainsRune(text, '\r') && utf8.ValidString(text) {
		return text
	}
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	return strings.Map(func(letter rune) rune {
		if isControl(letter) {
			return -1
		}
		return letter
	}, text)
}
