package exchange

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/job"
	"passerelle/internal/place"
)

// Uploads reads the files that were brought on screen, when their jobs run.
type Uploads struct{ Database *db.DB }

// Register makes a runner try and import the files that wait.
func (u Uploads) Register(runner *job.Runner) {
	runner.Handle(place.UploadJob, func(ctx context.Context, text []byte) error {
		var task place.UploadTask
		if err := json.Unmarshal(text, &task); err != nil {
			return err
		}
		return u.Read(ctx, task.Upload)
	})
}

// Read tries or imports one file, as it was asked. A runner that died before
// its end leaves the job to another: a trial begins again, an import goes on.
func (u Uploads) Read(ctx context.Context, id db.ID) error {
	var upload place.Upload
	var file []byte
	err := u.Database.View(ctx, job.Actor, func(q db.Q) (err error) {
		if upload, err = place.UploadByID(ctx, q, id); err != nil {
			return err
		}
		file, err = place.UploadFile(ctx, q, id)
		return err
	})
	switch {
	case fault.HasCode(err, place.ErrUnknownUpload.Code):
		return nil // it was forgotten before anyone read it
	case err != nil:
		return err
	case upload.State != place.UploadTrying && upload.State != place.UploadImporting:
		return nil // another runner ended it
	}
	var report shortReport
	digest := "upload " + upload.ID.String()
	options, err := OptionsOf(upload)
	var counts Counts
	if err == nil {
		options.DryRun, options.Report, options.Digest, options.Kept = upload.State == place.UploadTrying, &report, digest, true
		options.Progress = func(counts Counts) error { return u.note(ctx, upload.ID, counts) }
		counts, err = ImportPlaces(ctx, u.Database, upload.By, bytes.NewReader(file), options)
	}
	failure := ""
	if kind := fault.KindOf(err); err != nil && (kind == fault.Internal || kind == fault.Unavailable) {
		return err
	}
	if err != nil {
		failure = fault.Of(err).Message
	}
	lines, err := report.lines()
	if err != nil {
		return err
	}
	return u.Database.Update(ctx, job.Actor, func(tx *db.Tx) error {
		if err := place.EndImports(ctx, tx, digest); err != nil {
			return err
		}
		return place.EndUpload(ctx, tx, upload.ID, place.Tally(counts), lines, failure)
	})
}

// longestReport is how much of a report is kept for the screen, in bytes: a
// hostile file may have a remark for each of ten million lines.
const longestReport = 8 << 20

// shortReport keeps the beginning of a report, and counts the rest. Each write
// is one remark.
type shortReport struct {
	text bytes.Buffer
	more int
}

func (s *shortReport) Write(remark []byte) (int, error) {
	if s.more > 0 || s.text.Len()+len(remark) > longestReport {
		s.more++
		return len(remark), nil
	}
	return s.text.Write(remark)
}

// lines is what was kept, and how much was not.
func (s *shortReport) lines() ([]byte, error) {
	if s.more == 0 {
		return s.text.Bytes(), nil
	}
	err := writeRemarks(&s.text, []Remark{{0, "", "report_cut", "", fmt.Sprintf("Ce compte rendu est trop long pour être gardé entier\u00a0: %d remarques de plus n’y sont pas. Corrigez les premières, puis recommencez.", s.more), Ignored}})
	return s.text.Bytes(), err
}

func (u Uploads) note(ctx context.Context, id db.ID, counts Counts) error {
	return u.Database.Update(ctx, job.Actor, func(tx *db.Tx) error {
		return place.NoteUpload(ctx, tx, id, place.Tally(counts))
	})
}

// OptionsOf says how an upload is read. Fault: bad_mapping.
func OptionsOf(upload place.Upload) (Options, error) {
	options := Options{Source: upload.Source}
	if upload.Mapping == "" {
		return options, nil
	}
	var err error
	options.Mapping, err = ReadMapping(strings.NewReader(upload.Mapping))
	return options, err
}
