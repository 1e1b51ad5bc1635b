package exchange

import (
	"bytes"
	"context"
	"encoding/json"
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
	var report bytes.Buffer
	options, err := OptionsOf(upload)
	var counts Counts
	if err == nil {
		options.DryRun, options.Report, options.Digest = upload.State == place.UploadTrying, &report, "upload "+upload.ID.String()
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
	return u.Database.Update(ctx, job.Actor, func(tx *db.Tx) error {
		return place.EndUpload(ctx, tx, upload.ID, place.Tally(counts), report.Bytes(), failure)
	})
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
