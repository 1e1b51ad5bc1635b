package place

import (
	"context"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// ImportRun is a file of places on its way into the directory. Its Tally is
// that of the lines done, so that an import that was stopped goes on at the next.
type ImportRun struct {
	ID      db.ID
	File    string // digest of the file
	Options string // how it is read: the same file read otherwise is another run
	Tally   Tally
	At      time.Time
}

// ErrRunTaken refuses to go on with an import that another process has gone on with.
var ErrRunTaken = fault.Define(fault.Conflict, "import_taken", "Ce fichier est en cours d’import ailleurs. Attendez la fin de cet import, puis vérifiez son résultat.")

// BeginImport takes up the run of this file and these options that was stopped,
// or begins one. With fresh, a run that was stopped is dropped first: what it
// brought in stays. Faults: forbidden.
func BeginImport(ctx context.Context, tx *db.Tx, run ImportRun, fresh bool) (ImportRun, error) {
	if err := account.Require(tx.Actor(), account.ActPlaceImport, db.ID{}); err != nil {
		return ImportRun{}, err
	}
	if fresh {
		if _, err := tx.Exec(ctx, `DELETE FROM import_note WHERE run IN (SELECT id FROM import_run WHERE file = $1 AND options = $2 AND state = 'running')`, run.File, run.Options); err != nil {
			return ImportRun{}, err
		}
		if _, err := tx.Exec(ctx, `UPDATE import_run SET state = 'dropped' WHERE file = $1 AND options = $2 AND state = 'running'`, run.File, run.Options); err != nil {
			return ImportRun{}, err
		}
	}
	run.ID, run.At = tx.NewID(), tx.Now()
	_, err := tx.Exec(ctx, `INSERT INTO import_run (id, file, options, state, started_at, noted_at) VALUES ($1, $2, $3, 'running', $4, $4)
		ON CONFLICT (file, options) WHERE state = 'running' DO NOTHING`, run.ID, run.File, run.Options, run.At)
	if err != nil {
		return ImportRun{}, err
	}
	known := ImportRun{File: run.File, Options: run.Options}
	err = tx.QueryRow(ctx, `SELECT id, lines, created, updated, unchanged, refused, ignored, started_at FROM import_run WHERE file = $1 AND options = $2 AND state = 'running'`,
		run.File, run.Options).Scan(&known.ID, &known.Tally.Read, &known.Tally.Created, &known.Tally.Updated, &known.Tally.Unchanged, &known.Tally.Refused, &known.Tally.Ignored, &known.At)
	return known, err
}

// ImportNote is what was only known of a line when it was written.
type ImportNote struct {
	Line int
	Text string // as the import wrote it
}

// NoteImport writes that the lines of a slice are done, and what there is to
// tell of them, in the transaction that brought them in: from is how many were
// done before it. Fault: import_taken.
func NoteImport(ctx context.Context, tx *db.Tx, id db.ID, from int, done Tally, notes []ImportNote) error {
	changed, err := tx.Exec(ctx, `UPDATE import_run SET lines = $3, created = $4, updated = $5, unchanged = $6, refused = $7, ignored = $8, noted_at = $9
		WHERE id = $1 AND lines = $2 AND state = 'running'`, id, from, done.Read, done.Created, done.Updated, done.Unchanged, done.Refused, done.Ignored, tx.Now())
	if err != nil {
		return err
	}
	if changed == 0 {
		return ErrRunTaken
	}
	for part, note := range notes {
		if _, err := tx.Exec(ctx, `INSERT INTO import_note (run, line, part, text) VALUES ($1, $2, $3, $4)`, id, note.Line, part, note.Text); err != nil {
			return err
		}
	}
	return nil
}

// ImportNotes are the notes of the lines of a run from one to another, both among
// them, in their order.
func ImportNotes(ctx context.Context, q db.Q, id db.ID, first, last int) ([]ImportNote, error) {
	return db.All(ctx, q, func(row db.Scanner) (note ImportNote, err error) {
		return note, row.Scan(&note.Line, &note.Text)
	}, `SELECT line, text FROM import_note WHERE run = $1 AND line BETWEEN $2 AND $3 ORDER BY line, part`, id, first, last)
}

// EndImports ends the runs of a file whose lines are all done. Again: nothing
// happens.
func EndImports(ctx context.Context, tx *db.Tx, file string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM import_note WHERE run IN (SELECT id FROM import_run WHERE file = $1 AND state = 'running')`, file); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE import_run SET state = 'done', noted_at = $2 WHERE file = $1 AND state = 'running'`, file, tx.Now())
	return err
}
