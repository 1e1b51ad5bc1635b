package job_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/job"
)

func TestTheOldestJobThatCouldRunIsTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		oldest := func() (since time.Time) {
			t.Helper()
			if err := d.View(t.Context(), job.Actor, func(q db.Q) (err error) {
				since, err = job.OldestDue(t.Context(), q)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return since
		}
		if since := oldest(); !since.IsZero() {
			t.Errorf("an empty queue waits since %s", since)
		}
		d.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) error {
			return job.EnqueueAt(ctx, tx, tx.Now().Add(time.Hour), "later", "")
		})
		if since := oldest(); !since.IsZero() {
			t.Errorf("a job of the future waits since %s", since)
		}
		enqueue(t, d, "now", "")
		d.Clock.Advance(10 * time.Minute)
		if since := oldest(); !since.Equal(dbtest.Start) {
			t.Errorf("waits since %s, want %s", since, dbtest.Start)
		}
		runner := job.NewRunner(d.DB, slog.New(slog.DiscardHandler))
		runner.Handle("now", func(context.Context, []byte) error { return nil })
		if err := runner.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if since := oldest(); !since.IsZero() {
			t.Errorf("once done, still waits since %s", since)
		}
	})
}
