package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/place"
)

// mostHeld is how many lines wait to be written when the lines of one place add
// up: a file with a line for each service is not larger, as far as is known.
const mostHeld = 20_000

// addsUp tells whether the lines of one place add up.
func (i *importing) addsUp() bool {
	return i.layouts.mapping != nil && i.layouts.mapping.written.LinePer == perService
}

// mostHeldText is how much text waits to be written, at most, in bytes: the lines
// of real files never reach it.
const mostHeldText = 16 << 20

// full tells whether the lines that wait are to be written.
func (i *importing) full() bool {
	held := slice
	if i.addsUp() {
		held = mostHeld
	}
	return len(i.rows) >= held || i.size >= mostHeldText
}

// begin takes up what was done of the same file before, if anything.
func (i *importing) begin(ctx context.Context) error {
	if i.options.Digest == "" || i.options.DryRun {
		return nil
	}
	err := i.d.Update(ctx, i.actor, func(tx *db.Tx) (err error) {
		i.run, err = place.BeginImport(ctx, tx, place.ImportRun{File: i.options.Digest, Options: i.reading()}, i.options.Fresh)
		return err
	})
	i.counts, i.skip = Counts(i.run.Tally), i.run.Tally.Read
	return err
}

// reading names what makes two imports of one file different.
func (i *importing) reading() string {
	mapping := ""
	if i.layouts.mapping != nil {
		mapping = i.layouts.mapping.digest
	}
	return fmt.Sprintf("%s|%s|%t|%s", i.actor.Organisation, i.options.Source, i.options.Strict, mapping)
}

// interrupted says how to go on.
func (i *importing) interrupted() error {
	switch {
	case i.options.DryRun:
		return ErrInterrupted.Sayf("L’essai est interrompu\u00a0: rien n’a été écrit. Lancez-le à nouveau.")
	case i.options.Digest == "":
		return ErrInterrupted.Sayf("L’import est interrompu après %d lignes, qui sont reprises. Lancez-le à nouveau\u00a0: elles resteront inchangées.", i.counts.Read)
	}
	return ErrInterrupted.Sayf("L’import est interrompu après %d lignes, qui sont reprises. Lancez la même commande\u00a0: elle continuera à la suivante.", i.counts.Read)
}

// end writes the last lines, and that there are no more; it asks for a look at
// what the file brought, which may tell of places that are known from elsewhere.
func (i *importing) end(ctx context.Context) (Counts, error) {
	if err := i.flushAll(ctx); err != nil || i.options.DryRun {
		return i.counts, err
	}
	return i.counts, i.d.Update(context.WithoutCancel(ctx), i.actor, func(tx *db.Tx) error {
		if i.counts.Created+i.counts.Updated > 0 {
			if err := place.LookForTwins(ctx, tx); err != nil {
				return err
			}
		}
		if i.run.ID.IsZero() || i.options.Kept {
			return nil
		}
		return place.EndImports(ctx, tx, i.run.File)
	})
}

// flushAll writes the lines that wait, by slices. Those that were done before
// are only told again: reading them was needed to know their places when they
// come back.
func (i *importing) flushAll(ctx context.Context) error {
	for _, rows := range i.slices() {
		if done := min(i.skip, len(rows)); done > 0 {
			i.skip -= done
			if err := i.tellAgain(ctx, rows[:done]); err != nil {
				return err
			}
			rows = rows[done:]
		}
		if len(rows) == 0 {
			continue
		}
		if ctx.Err() != nil {
			return i.interrupted()
		}
		if err := i.flush(ctx, rows); err != nil {
			return err
		}
	}
	clear(i.first)
	i.rows, i.size = i.rows[:0], 0
	return nil
}

// slices cuts the lines that wait. Lines that add up to one place stand together
// in one slice, since what becomes of the first tells what becomes of the others.
func (i *importing) slices() (cut [][]*row) {
	if i.addsUp() {
		rank := make(map[*row]int, len(i.rows))
		for at, made := range i.rows {
			rank[made] = at
		}
		place := func(made *row) int {
			if made.into != nil {
				return rank[made.into]
			}
			return rank[made]
		}
		slices.SortStableFunc(i.rows, func(a, b *row) int { return place(a) - place(b) })
	}
	from := 0
	for at, made := range i.rows {
		if at-from >= slice && made.into == nil {
			cut, from = append(cut, i.rows[from:at]), at
		}
	}
	return append(cut, i.rows[from:])
}

// tellAgain writes the remarks of lines that were done before.
func (i *importing) tellAgain(ctx context.Context, rows []*row) error {
	if i.options.Report == nil {
		return nil
	}
	first, last := rows[0].line.line, rows[0].line.line
	for _, made := range rows {
		first, last = min(first, made.line.line), max(last, made.line.line)
	}
	late := map[int][]Remark{}
	if err := i.d.View(ctx, i.actor, func(q db.Q) error {
		notes, err := place.ImportNotes(ctx, q, i.run.ID, first, last)
		for _, note := range notes {
			var remark Remark
			if err := json.Unmarshal([]byte(note.Text), &remark); err != nil {
				return err
			}
			late[note.Line] = append(late[note.Line], remark)
		}
		return err
	}); err != nil {
		return err
	}
	for _, made := range rows {
		if err := writeRemarks(i.options.Report, append(made.remarks, late[made.line.line]...)); err != nil {
			return err
		}
	}
	return nil
}

// notesOf are remarks as a run keeps them.
func notesOf(remarks []Remark) ([]place.ImportNote, error) {
	var notes []place.ImportNote
	for _, remark := range remarks {
		remark.Field, remark.Value = quoted(remark.Field), quoted(remark.Value)
		text, err := json.Marshal(remark)
		if err != nil {
			return nil, err
		}
		notes = append(notes, place.ImportNote{Line: remark.Line, Text: string(text)})
	}
	return notes, nil
}

// flush writes a slice in one transaction, then its remarks. A slice that has
// begun ends, whatever becomes of ctx. The closure may run again, so it counts
// from nothing each time.
func (i *importing) flush(ctx context.Context, rows []*row) error {
	var counts Counts
	var late []Remark
	var ends []int // where in late the remarks of each row end
	within := context.WithoutCancel(ctx)
	err := i.d.Update(within, i.actor, func(tx *db.Tx) error {
		counts, late, ends = Counts{}, nil, nil
		for _, made := range rows {
			remarks, err := i.write(within, tx, made, &counts)
			if err != nil {
				return err
			}
			late = append(late, remarks...)
			ends = append(ends, len(late))
		}
		if i.options.DryRun {
			return errDryRun
		}
		if i.run.ID.IsZero() {
			return nil
		}
		done := i.counts
		done.add(counts)
		notes, err := notesOf(late)
		if err != nil {
			return err
		}
		return place.NoteImport(within, tx, i.run.ID, i.counts.Read, place.Tally(done), notes)
	})
	if err != nil && !errors.Is(err, errDryRun) {
		return err
	}
	i.counts.add(counts)
	from := 0
	for n, made := range rows {
		if err := writeRemarks(i.options.Report, append(made.remarks, late[from:ends[n]]...)); err != nil {
			return err
		}
		from = ends[n]
	}
	if i.options.Progress == nil {
		return nil
	}
	return i.options.Progress(i.counts)
}

// write stores one line and counts it.
func (i *importing) write(ctx context.Context, tx *db.Tx, made *row, counts *Counts) ([]Remark, error) {
	switch {
	case made.into != nil && !made.refused:
		counts.Read++
		switch made.into.became {
		case place.Unchanged:
			counts.Unchanged++
		default:
			counts.Updated++
		}
		return nil, nil
	case made.structure != "" && !made.refused:
		return i.addService(ctx, tx, made, counts)
	}
	before := *counts
	remarks, err := i.store(ctx, tx, made, counts)
	switch {
	case counts.Created > before.Created:
		made.became = place.Created
	case counts.Updated > before.Updated:
		made.became = place.Updated
	default:
		made.became = place.Unchanged
	}
	return remarks, err
}

// addService adds the words of a service to the structure that gives it.
func (i *importing) addService(ctx context.Context, tx *db.Tx, made *row, counts *Counts) ([]Remark, error) {
	record, err := place.RecordOf(ctx, tx, made.place.Source, made.structure)
	if fault.HasCode(err, place.ErrUnknownPlace.Code) {
		counts.Read++
		counts.Refused++
		return []Remark{{made.line.line, keyStructure, "unknown_structure", made.structure, "La structure de ce service n’est pas dans l’annuaire. Importez d’abord les structures, de la même source.", Refused}}, nil
	}
	if err != nil {
		return nil, err
	}
	whole := *made
	if whole.place, err = record.As(); err != nil {
		return nil, err
	}
	for _, part := range parts {
		if part.add != nil {
			part.add(&whole.place, &made.place)
		}
	}
	return i.store(ctx, tx, &whole, counts)
}

// readService reads the words of a service; the rest is its structure's.
func (r *row) readService() {
	r.readVocabularies()
	r.place.Collector = r.value(colSource)
	r.place.Name = r.plain(colName)
	r.structure = withoutSource(r.structure, r.place.Collector)
}

// withoutSource is the id of a structure in its source: data·inclusion writes
// "SOURCE--ID" since its version 1.
func withoutSource(id, source string) string {
	rest, prefixed := strings.CutPrefix(id, source+"--")
	if !prefixed || source == "" || rest == "" {
		return id
	}
	return rest
}
