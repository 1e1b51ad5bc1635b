package place_test

import (
	"bytes"
	"context"
	"testing"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/job"
	"passerelle/internal/place"
)

func TestAFileGoesFromWaitingToImportedAndNoOtherWay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		organisation := db.NewID(dbtest.Start)
		mine := db.Actor{Kind: db.Person, ID: db.NewID(dbtest.Start), Organisation: organisation, Role: "national", Level: "member"}
		file := bytes.Repeat([]byte("nom;adresse\n"), 100_000) // several parts
		var upload place.Upload
		d.Must(t, mine, func(ctx context.Context, tx *db.Tx) (err error) {
			upload, err = place.KeepUpload(ctx, tx, place.Upload{Name: "lieux.csv"}, file)
			return err
		})
		act := func(actor db.Actor, do func(ctx context.Context, tx *db.Tx) error) string {
			t.Helper()
			err := d.Update(t.Context(), actor, func(tx *db.Tx) error { return do(t.Context(), tx) })
			if err == nil {
				return ""
			}
			return fault.Of(err).Code
		}
		importing := func(ctx context.Context, tx *db.Tx) error { return place.ImportUpload(ctx, tx, upload.ID) }
		trying := func(ctx context.Context, tx *db.Tx) error { return place.TryUpload(ctx, tx, upload.ID) }
		matching := func(ctx context.Context, tx *db.Tx) error { return place.MatchUpload(ctx, tx, upload.ID, "{}") }
		ending := func(ctx context.Context, tx *db.Tx) error {
			return place.EndUpload(ctx, tx, upload.ID, place.Tally{Read: 3, Created: 2, Refused: 1}, []byte("{}\n"), "")
		}
		other := mine
		other.Organisation = db.NewID(dbtest.Start)
		for n, step := range []struct {
			actor db.Actor
			do    func(ctx context.Context, tx *db.Tx) error
			want  string
		}{
			{mine, importing, "upload_untried"},
			{other, trying, "other_organisation"},
			{mine, matching, ""},
			{mine, trying, ""},
			{mine, trying, "upload_busy"},
			{mine, matching, "upload_busy"},
			{job.Actor, ending, ""},
			{mine, importing, ""},
			{mine, importing, "upload_untried"},
			{job.Actor, ending, ""},
			{mine, trying, "upload_busy"},
		} {
			if got := act(step.actor, step.do); got != step.want {
				t.Errorf("step %d answers %q, want %q", n, got, step.want)
			}
		}
		d.Must(t, mine, func(ctx context.Context, tx *db.Tx) error {
			read, err := place.UploadByID(ctx, tx, upload.ID)
			if err != nil {
				return err
			}
			if read.State != place.UploadImported || read.Tally.Created != 2 || read.By != mine {
				t.Errorf("%+v", read)
			}
			kept, err := place.UploadFile(ctx, tx, upload.ID)
			if !bytes.Equal(kept, file) {
				t.Error("the file is not kept as it came")
			}
			return err
		})
		d.Clock.Advance(31 * 24 * 60 * 60 * 1e9)
		d.Must(t, job.Actor, place.ForgetUploads)
		if got := act(mine, trying); got != "unknown_upload" {
			t.Errorf("after a month: %q", got)
		}
	})
}
