package exchange

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/place"
)

// Options says how a file is imported.
type Options struct {
	Source string    // the source of the lines that name none; "import" when empty
	DryRun bool      // do everything, write nothing
	Strict bool      // the file must keep the schema v1.0.2: nothing is repaired
	Report io.Writer // where the remarks go, as JSON lines; nil: nowhere
	// Mapping says how the file's columns fill those of the schema; nil: they have
	// its names. Not with Strict.
	Mapping *Mapping
	// Found hears which mapping reads the file, once its columns are known:
	// SchemaMapping when it needs none; nil: nobody.
	Found func(mapping string)
	// Progress hears of the lines read so far, after each slice; nil: nobody.
	Progress func(Counts) error
	// Digest tells the file from any other. With it, an import that was stopped
	// goes on at the next line when it is asked again; empty: it begins again.
	Digest string
	Fresh  bool // begin again, even so
	// Kept leaves the import open once every line is done, until place.EndImports:
	// for a caller that has something to write with its end.
	Kept bool

	longest int64 // bytes that are read, instead of LongestFile
	most    int   // records, instead of mostRecords
}

// slice is how many lines one transaction takes in.
const slice = 500

// headerWithin is how many lines may stand above the header: notices.
const headerWithin = 10

// ErrNoPlaces refuses a table that is not a list of places; nothing was written.
var ErrNoPlaces = fault.Define(fault.Invalid, "not_places", "Ce tableau n’est pas une liste de lieux : il n’a pas de colonne du nom avec une adresse ou des coordonnées (schéma des lieux : id, nom, commune, code_postal, adresse…). Vérifiez sa première ligne, ou donnez une correspondance qui dit quelle colonne dit quoi.")

var (
	errNoMappedPlaces = ErrNoPlaces.Sayf("Ce fichier n’a pas les colonnes que la correspondance lit, à commencer par le nom du lieu. Vérifiez que c’est bien son fichier.")
	errNoListedPlaces = ErrNoPlaces.Sayf("Ce fichier JSON n’est pas une liste de lieux : ses objets n’ont pas de nom avec une adresse ou des coordonnées (champs du schéma des lieux : id, nom, commune, code_postal, adresse…). Si c’en est une, donnez une correspondance qui dit quel champ dit quoi.")
)

var errDryRun = errors.New("exchange: dry run")

// ErrInterrupted tells that an import was stopped, between two slices.
var ErrInterrupted = fault.Define(fault.Unavailable, "import_interrupted", "L’import est interrompu. Lancez la même commande pour continuer.")

// ImportPlaces brings a file of places into the directory: a CSV table, a list
// in JSON or a workbook (XLSX). Its columns are read by the mapping that is
// given; else by the one of the program that knows them; else as those of the
// national schema v1.0.2 or of its older forms. A place is known again by its
// source and id. When a slice fails, or ctx ends, the counts tell what came in
// before it. Faults: forbidden, not_csv, not_places, file_too_large,
// ambiguous_mapping, import_taken, import_interrupted.
func ImportPlaces(ctx context.Context, d *db.DB, actor db.Actor, in io.Reader, options Options) (Counts, error) {
	if err := account.Require(actor, account.ActPlaceImport, db.ID{}); err != nil {
		return Counts{}, err
	}
	lines, err := openSource(&bounded{in, cmp.Or(options.longest, LongestFile) + 1}, options.encoding())
	if err != nil {
		return Counts{}, err
	}
	if opened, is := lines.(*sheetRows); is {
		defer opened.close() //nolint:errcheck // it was only read
	}
	importing := newImporting(options, civil.DateOf(d.Clock().Now(), civil.Paris))
	importing.d, importing.actor = d, actor
	ahead, err := importing.findHeader(lines)
	if err != nil {
		return Counts{}, err
	}
	if options.Found != nil {
		options.Found(importing.layouts.name())
	}
	if err := importing.begin(ctx); err != nil {
		return Counts{}, err
	}
	for {
		if ctx.Err() != nil {
			return importing.counts, importing.interrupted()
		}
		var line record
		if len(ahead) > 0 {
			line, ahead = ahead[0], ahead[1:]
		} else if line, err = lines.next(); errors.Is(err, io.EOF) {
			return importing.end(ctx)
		} else if err != nil {
			return importing.counts, err
		}
		if importing.heard++; importing.heard > cmp.Or(options.most, mostRecords) {
			return importing.counts, ErrFileTooLarge
		}
		importing.hold(importing.read(line))
		if importing.full() {
			if err := importing.flushAll(ctx); err != nil {
				return importing.counts, err
			}
		}
	}
}

// importing is an import under way.
type importing struct {
	d       *db.DB
	actor   db.Actor
	options Options
	layouts layouts
	decoded bool // that it is not in UTF-8 has been told
	today   civil.Date
	seen    map[[16]byte]bool // the places of the lines read so far
	first   map[[16]byte]*row // with a line for each service: the first line of each place that is held
	rows    []*row            // read, not written yet
	size    int               // of their text
	heard   int               // records read
	counts  Counts
	run     place.ImportRun // what was done of it before
	skip    int             // lines still to pass over, that were done before
}

func newImporting(options Options, today civil.Date) *importing {
	return &importing{
		options: options, layouts: layouts{mapping: options.Mapping, strict: options.Strict, known: map[[sha256.Size]byte]layout{}, told: map[[sha256.Size]byte]bool{}},
		today: today, seen: map[[16]byte]bool{}, first: map[[16]byte]*row{},
	}
}

// hold keeps a line until its slice is written.
func (i *importing) hold(made *row) {
	i.rows = append(i.rows, made)
	for _, field := range made.line.fields {
		i.size += len(field)
	}
}

// read judges one line by itself.
func (i *importing) read(line record) *row {
	layout, remarks := i.layouts.of(line)
	made := &row{line: line, head: layout.head, today: i.today, remarks: remarks}
	switch {
	case line.wrong != "":
		made.refuse("", line.wrong, "", wrongRecords[line.wrong])
	case made.isEmpty():
		made.remarks = append(made.remarks, Remark{line.line, "", "empty", "", "Cette ligne est vide.", Ignored})
	case i.options.Strict:
		made.readStrictly()
	default:
		i.tellEncoding(made)
		i.readLoosely(made, layout)
	}
	if !made.refused && made.place.Name != "" {
		i.identify(made)
	}
	return made
}

// tellEncoding says once that the file is not in UTF-8.
func (i *importing) tellEncoding(made *row) {
	if made.line.decoded && !i.decoded {
		i.decoded = true
		made.repair("", "encoding", "", "Cette ligne n’est pas en UTF-8 : elle est lue en Windows-1252, et les autres comme elle.")
	}
}

// readLoosely reads a line, through the mapping when there is one.
func (i *importing) readLoosely(made *row, layout layout) {
	if extra := made.line.fields[min(layout.width, len(made.line.fields)):]; strings.Join(extra, "") != "" {
		made.refuse("", "too_many_fields", "", "Cette ligne a plus de valeurs que l’en-tête a de colonnes. Un texte contient sans doute le séparateur : mettez-le entre guillemets.")
		return
	}
	if made.line.unended && len(made.line.fields) < layout.width {
		made.refuse("", "half", "", wrongRecords["half"])
		return
	}
	if i.layouts.mapping == nil {
		made.read()
		return
	}
	mapped, remarks, private := layout.fills.fill(made.line)
	if private {
		made.remarks = append(made.remarks, Remark{made.line.line, keyPrivate, "private", "", "Ce lieu n’est pas à publier : il n’est pas repris.", Ignored})
		return
	}
	told, written := layout.fills.record(made.line), i.layouts.mapping.written
	made.line, made.remarks = mapped, append(made.remarks, remarks...)
	if written.Services != nil {
		if made.structure = told.cell(written.Services.Structure); made.structure != "" {
			made.readService()
			return
		}
	}
	made.departement = departementOf(told.pick(written.Departement))
	made.read()
	if written.Services != nil {
		made.place.SourceID = withoutSource(made.place.SourceID, made.place.Collector)
	}
}

// identify names the line's place, and refuses or ignores a second line of the
// same place.
func (i *importing) identify(made *row) {
	made.place.Source = made.place.Collector
	if made.place.Source == "" {
		made.place.Source = i.options.Source
	}
	if made.place.Source == "" && i.layouts.mapping != nil {
		made.place.Source = i.layouts.mapping.Name
	}
	if made.place.Source == "" {
		made.place.Source = "import"
	}
	if made.structure != "" {
		return
	}
	digest := sha256.Sum256([]byte(made.place.Source + "\x00" + made.place.SourceID))
	key := [16]byte(digest[:16])
	first := i.first[key]
	switch {
	case !i.seen[key]:
		i.seen[key] = true
		if i.addsUp() {
			i.first[key] = made
		}
	case i.options.Strict:
		made.refuse(colID, "unique", made.place.SourceID, "Cet identifiant est déjà dans le fichier. Donnez-en un à chaque lieu.")
	case first != nil:
		made.into = first
		complete(&first.place, made.place)
		made.repair("", "same_place", made.place.Name, fmt.Sprintf("Ce lieu est déjà à la ligne %d\u00a0: ce que celle-ci en dit de plus y est ajouté.", first.line.line))
	default:
		made.remarks = append(made.remarks, Remark{made.line.line, colID, "double", made.place.SourceID, "Ce lieu est déjà dans le fichier, plus haut : cette ligne n’est pas reprise.", Ignored})
		made.place = place.Place{}
	}
}

// store saves one line's place and counts it.
func (i *importing) store(ctx context.Context, tx *db.Tx, made *row, counts *Counts) ([]Remark, error) {
	counts.Read++
	switch {
	case made.refused:
		counts.Refused++
		return nil, nil
	case made.place.Name == "":
		counts.Ignored++
		return nil, nil
	}
	said := made.place
	// What the same source said before, whatever others say of the place.
	record, err := place.RecordOf(ctx, tx, said.Source, said.SourceID)
	if err != nil && !errors.Is(err, place.ErrUnknownPlace) {
		return nil, err
	}
	if err == nil {
		if !said.UpdatedOn.IsZero() && said.UpdatedOn.Before(record.DatedOn) {
			counts.Ignored++
			return []Remark{{made.line.line, colUpdatedOn, "older", said.UpdatedOn.String(), "L’annuaire a une version plus récente de ce lieu : cette ligne n’est pas reprise.", Ignored}}, nil
		}
		known, err := record.As()
		if err != nil {
			return nil, err
		}
		said = made.head.over(known, said)
	}
	_, change, err := place.Save(ctx, tx, said)
	if fault.KindOf(err) == fault.Invalid {
		counts.Refused++
		return refusals(made.line.line, err), nil
	}
	if errors.Is(err, account.ErrOutsideTerritory) {
		counts.Refused++
		return []Remark{{made.line.line, colINSEE, account.ErrOutsideTerritory.Code, said.Commune, account.ErrOutsideTerritory.Message, Refused}}, nil
	}
	if err != nil {
		return nil, err
	}
	switch change {
	case place.Created:
		counts.Created++
	case place.Updated:
		counts.Updated++
	case place.Unchanged:
		counts.Unchanged++
	}
	return nil, nil
}

func refusals(line int, err error) []Remark {
	var remarks []Remark
	for _, field := range fault.Of(err).Fields {
		remarks = append(remarks, Remark{line, field.Name, field.Code, "", field.Message, Refused})
	}
	return remarks
}

// readStrictly takes the line as it is, once the schema accepts it.
func (r *row) readStrictly() {
	if r.line.decoded {
		r.refuse("", "encoding", "", "Cette ligne n’est pas en UTF-8. Enregistrez le fichier en UTF-8.")
		return
	}
	if len(r.line.fields) != r.head.width {
		r.refuse("", "fields", "", "Cette ligne n’a pas autant de valeurs que l’en-tête a de colonnes.")
		return
	}
	if remarks := breaches(r.line, r.head); len(remarks) > 0 {
		r.remarks, r.refused = append(r.remarks, remarks...), true
		return
	}
	r.takeAsWritten()
}
