package job_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/job"
)

func TestAJobExistsExactlyWhenItsActDoes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		refused := errors.New("the act is refused")
		err := d.Update(t.Context(), job.Actor, func(tx *db.Tx) error {
			if err := job.Enqueue(t.Context(), tx, "letter", "lost"); err != nil {
				return err
			}
			return refused
		})
		if !errors.Is(err, refused) {
			t.Fatalf("got %v", err)
		}
		enqueue(t, d, "letter", "kept")
		var seen []string
		runner := job.NewRunner(d.DB, slog.New(slog.DiscardHandler))
		runner.Handle("letter", func(_ context.Context, payload []byte) error {
			seen = append(seen, string(payload))
			return nil
		})
		if err := runner.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(seen) != 1 || seen[0] != `"kept"` {
			t.Errorf("ran %v, want the kept one alone", seen)
		}
	})
}

func TestManyRunnersClaimEachJobOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		const jobs, runners = 60, 6
		for range jobs {
			enqueue(t, d, "count", "")
		}
		var runs atomic.Int64
		var working sync.WaitGroup
		for range runners {
			working.Go(func() {
				runner := job.NewRunner(d.DB, slog.New(slog.DiscardHandler))
				runner.Handle("count", func(context.Context, []byte) error { runs.Add(1); return nil })
				if err := runner.Drain(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		working.Wait()
		// A runner that lost a race may stop early; one more takes what is left.
		last := job.NewRunner(d.DB, slog.New(slog.DiscardHandler))
		last.Handle("count", func(context.Context, []byte) error { runs.Add(1); return nil })
		if err := last.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := runs.Load(); got != jobs {
			t.Errorf("%d runs of %d jobs", got, jobs)
		}
	})
}

func TestAFailingJobIsTriedAgainLaterThenLaidAsideAndRevived(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		enqueue(t, d, "mail", "")
		broken := true
		attempts := 0
		runner := job.NewRunner(d.DB, slog.New(slog.DiscardHandler))
		runner.Handle("mail", func(context.Context, []byte) error {
			attempts++
			if broken {
				return errors.New("no server")
			}
			return nil
		})
		drain := func() {
			t.Helper()
			if err := runner.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		drain()
		drain()
		if attempts != 1 {
			t.Fatalf("%d attempts before any pause, want 1", attempts)
		}
		for range 20 {
			d.Clock.Advance(24 * time.Hour)
			drain()
		}
		if attempts != 10 {
			t.Fatalf("%d attempts, want 10 before the dead letter", attempts)
		}
		var dead []job.Job
		d.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) (err error) {
			dead, err = job.List(ctx, tx, job.Dead, db.ID{}, 10)
			return err
		})
		if len(dead) != 1 || dead[0].LastError != "no server" {
			t.Fatalf("dead letters: %+v", dead)
		}
		broken = false
		d.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) error { return job.Retry(ctx, tx, dead[0].ID) })
		drain()
		d.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) error {
			counts, err := job.Counts(ctx, tx)
			if counts[job.Done] != 1 || len(counts) != 1 {
				t.Errorf("counts after the revival: %v", counts)
			}
			if again := job.Retry(ctx, tx, dead[0].ID); !errors.Is(again, job.ErrNotDead) {
				t.Errorf("retry of a done job: %v", again)
			}
			return err
		})
	})
}

func TestAJobWhoseRunnerDiedIsTakenOverAfterItsLease(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		enqueue(t, d, "slow", "")
		first := job.NewRunner(d.DB, slog.New(slog.DiscardHandler))
		runs := 0
		takeover := job.NewRunner(d.DB, slog.New(slog.DiscardHandler))
		takeover.Handle("slow", func(context.Context, []byte) error { runs++; return nil })
		first.Handle("slow", func(context.Context, []byte) error {
			// While the first is at work nobody else gets it; past its lease, they do.
			if err := takeover.Drain(t.Context()); err != nil || runs != 0 {
				t.Errorf("taken over too early: %d runs, %v", runs, err)
			}
			d.Clock.Advance(3 * time.Minute)
			return takeover.Drain(t.Context())
		})
		if err := first.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if runs != 1 {
			t.Errorf("%d takeovers, want 1", runs)
		}
	})
}

func TestANamedJobExistsOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		for range 3 {
			d.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) error {
				return job.EnqueueOnce(ctx, tx, "nightly 2026-11-24", "nightly")
			})
		}
		d.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) error {
			counts, err := job.Counts(ctx, tx)
			if counts[job.Waiting] != 1 {
				t.Errorf("%d jobs of one name", counts[job.Waiting])
			}
			return err
		})
	})
}

func enqueue(t *testing.T, d *dbtest.DB, kind string, payload any) {
	t.Helper()
	d.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) error { return job.Enqueue(ctx, tx, kind, payload) })
}
