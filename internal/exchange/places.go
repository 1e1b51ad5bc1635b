package exchange

import (
	"context"
	"crypto/sha256"
	"errors"
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
	// Progress hears of the lines read so far, after each slice; nil: nobody.
	Progress func(Counts) error
}

// slice is how many lines one transaction takes in.
const slice = 500

// headerWithin is how many lines may stand above the header: notices.
const headerWithin = 10

// ErrNoPlaces refuses a table that is not a list of places; nothing was written.
var ErrNoPlaces = fault.Define(fault.Invalid, "not_places", "Ce tableau n’est pas une liste de lieux : il n’a pas de colonne du nom avec une adresse ou des coordonnées (schéma des lieux : id, nom, commune, code_postal, adresse…). Vérifiez sa première ligne, ou donnez une correspondance avec --mapping.")

var (
	errNoMappedPlaces = ErrNoPlaces.Sayf("Ce fichier n’a pas les colonnes que la correspondance lit, à commencer par le nom du lieu. Vérifiez que c’est bien son fichier.")
	errNoListedPlaces = ErrNoPlaces.Sayf("Ce fichier JSON n’est pas une liste de lieux : ses objets n’ont pas de nom avec une adresse ou des coordonnées (champs du schéma des lieux : id, nom, commune, code_postal, adresse…). Si c’en est une, donnez une correspondance avec --mapping.")
)

var errDryRun = errors.New("exchange: dry run")

// ImportPlaces brings a file of places into the directory: a CSV table, a
// list in JSON or a workbook (XLSX); columns and words of the national schema v1.0.2 or, unless
// Strict, those of 2022, or those that a mapping names. A place is known again
// by its source and id. When a slice fails, the counts tell what came in before
// it. Faults: forbidden, not_csv, not_places.
func ImportPlaces(ctx context.Context, d *db.DB, actor db.Actor, in io.Reader, options Options) (Counts, error) {
	if err := account.Require(actor, account.ActPlaceImport, db.ID{}); err != nil {
		return Counts{}, err
	}
	lines, err := openSource(in, options.encoding())
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
	for {
		var line record
		if len(ahead) > 0 {
			line, ahead = ahead[0], ahead[1:]
		} else if line, err = lines.next(); errors.Is(err, io.EOF) {
			return importing.counts, importing.end(ctx)
		} else if err != nil {
			return importing.counts, err
		}
		importing.rows = append(importing.rows, importing.read(line))
		if len(importing.rows) == slice {
			if err := importing.flush(ctx); err != nil {
				return importing.counts, err
			}
		}
	}
}

// end writes the last slice, and asks for a look at what the file brought: it may
// tell of places that are known from elsewhere.
func (i *importing) end(ctx context.Context) error {
	if err := i.flush(ctx); err != nil || i.options.DryRun || i.counts.Created+i.counts.Updated == 0 {
		return err
	}
	return i.d.Update(ctx, i.actor, func(tx *db.Tx) error { return place.LookForTwins(ctx, tx) })
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
	rows    []*row            // of the slice
	counts  Counts
}

func newImporting(options Options, today civil.Date) *importing {
	return &importing{
		options: options, layouts: layouts{mapping: options.Mapping, strict: options.Strict, known: map[string]layout{}, told: map[string]bool{}},
		today: today, seen: map[[16]byte]bool{},
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
	if i.layouts.mapping == nil {
		made.read()
		return
	}
	mapped, remarks, private := layout.fills.fill(made.line)
	if private {
		made.remarks = append(made.remarks, Remark{made.line.line, keyPrivate, "private", "", "Ce lieu n’est pas à publier : il n’est pas repris.", Ignored})
		return
	}
	told := layout.fills.record(made.line)
	made.departement = departementOf(told.pick(i.layouts.mapping.written.Departement))
	made.line, made.remarks = mapped, append(made.remarks, remarks...)
	made.read()
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
	digest := sha256.Sum256([]byte(made.place.Source + "\x00" + made.place.SourceID))
	key := [16]byte(digest[:16])
	if !i.seen[key] {
		i.seen[key] = true
		return
	}

	if i.options.Strict {
		made.refuse(colID, "unique", made.place.SourceID, "Cet identifiant est déjà dans le fichier. Donnez-en un à chaque lieu.")
		return
	}
	made.remarks = append(made.remarks, Remark{made.line.line, colID, "double", made.place.SourceID, "Ce lieu est déjà dans le fichier, plus haut : cette ligne n’est pas reprise.", Ignored})
	made.place = place.Place{}
}

// flush writes the slice in one transaction, then its remarks. The closure may
// run again, so it counts from nothing each time.
func (i *importing) flush(ctx context.Context) error {
	var counts Counts
	var late []Remark
	var ends []int // where in late the remarks of each row end
	err := i.d.Update(ctx, i.actor, func(tx *db.Tx) error {
		counts, late, ends = Counts{}, nil, nil
		for _, made := range i.rows {
			remark, err := i.store(ctx, tx, made, &counts)
			if err != nil {
				return err
			}
			late = append(late, remark...)
			ends = append(ends, len(late))
		}
		if i.options.DryRun {
			return errDryRun
		}
		return nil
	})
	if err != nil && !errors.Is(err, errDryRun) {
		return err
	}
	i.counts.add(counts)
	from := 0
	for n, made := range i.rows {
		if err := writeRemarks(i.options.Report, append(made.remarks, late[from:ends[n]]...)); err != nil {
			return err
		}
		from = ends[n]
	}
	i.rows = i.rows[:0]
	if i.options.Progress == nil {
		return nil
	}
	return i.options.Progress(i.counts)
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
