package exchange_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/exchange"
	"passerelle/internal/fault"
	"passerelle/internal/place"
)

// dying is a context that ends after it was asked so many times whether it had:
// the program that is told to stop in the middle of a file.
type dying struct {
	context.Context
	left *atomic.Int64
}

func (d dying) Err() error {
	if d.left.Add(-1) < 0 {
		return context.Canceled
	}
	return d.Context.Err()
}

func bring(t *testing.T, d *dbtest.DB, file string) place.Upload {
	t.Helper()
	var upload place.Upload
	if err := d.Update(t.Context(), console, func(tx *db.Tx) (err error) {
		upload, err = place.KeepUpload(t.Context(), tx, place.Upload{Name: "lieux.csv", Source: "ecran"}, []byte(file))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return upload
}

// read has an upload tried or imported, and gives it with its report.
func read(t *testing.T, d *dbtest.DB, ctx context.Context, id db.ID, ask func(context.Context, *db.Tx, db.ID) error) (upload place.Upload, report string, err error) {
	t.Helper()
	if ask != nil {
		if err := d.Update(t.Context(), console, func(tx *db.Tx) error { return ask(t.Context(), tx, id) }); err != nil {
			t.Fatal(err)
		}
	}
	err = exchange.Uploads{Database: d.DB}.Read(ctx, id)
	if err := d.View(t.Context(), console, func(q db.Q) (err error) {
		if upload, err = place.UploadByID(t.Context(), q, id); err != nil {
			return err
		}
		text, err := place.UploadReport(t.Context(), q, id)
		report = string(text)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return upload, report, err
}

// TestAnUploadThatWasStoppedGoesOn: the next runner tells every line as if the
// first had not died, even when it died after the last line.
func TestAnUploadThatWasStoppedGoesOn(t *testing.T) {
	t.Parallel()
	const lines = 1750
	_, file := aLongFile(lines)
	want := place.Tally{Read: lines, Created: 1250, Refused: 250, Ignored: 250}
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		upload := bring(t, d, file)
		upload, tried, err := read(t, d, t.Context(), upload.ID, place.TryUpload)
		if err != nil || upload.State != place.UploadTried || upload.Tally != want {
			t.Fatalf("tried: %+v %v", upload, err)
		}
		for stop, ask := range []func(context.Context, *db.Tx, db.ID) error{place.ImportUpload, nil} {
			left := &atomic.Int64{}
			left.Store(700 + int64(stop)*400)
			upload, _, err = read(t, d, dying{t.Context(), left}, upload.ID, ask)
			if !fault.HasCode(err, exchange.ErrInterrupted.Code) || upload.State != place.UploadImporting || upload.Tally.Read == 0 {
				t.Fatalf("stopped: %+v %v", upload, err)
			}
		}
		// Every line is done, and the end is not written.
		options, err := exchange.OptionsOf(upload)
		if err != nil {
			t.Fatal(err)
		}
		options.Digest, options.Kept = "upload "+upload.ID.String(), true
		if _, err := exchange.ImportPlaces(t.Context(), d.DB, upload.By, strings.NewReader(file), options); err != nil {
			t.Fatal(err)
		}
		upload, report, err := read(t, d, t.Context(), upload.ID, nil)
		if err != nil || upload.State != place.UploadImported || upload.Tally != want || report != tried {
			t.Errorf("went on: %+v %v; the report is that of the trial: %t", upload, err, report == tried)
		}
	})
}

// TestAReportForTheScreenIsCutAndSaysSo: a small file of ten million wrong lines
// would make a report of gigabytes.
func TestAReportForTheScreenIsCutAndSaysSo(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	upload := bring(t, d, "id,nom,commune,code_postal,adresse\n"+strings.Repeat("1,\n", 50_000))
	upload, report, err := read(t, d, t.Context(), upload.ID, place.TryUpload)
	if err != nil || upload.Tally.Refused != 50_000 {
		t.Fatalf("%+v %v", upload, err)
	}
	remarks := remarksOf(t, []byte(report))
	if last := remarks[len(remarks)-1]; len(report) > 9<<20 || last.Rule != "report_cut" || !strings.Contains(last.Message, "remarques de plus") {
		t.Errorf("%d bytes end with %+v", len(report), last)
	}
}
