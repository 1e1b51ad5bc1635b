package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/fault"
)

const (
	attemptsBeforeDead = 10
	lease              = 2 * time.Minute // a runner that died gives its job back after this
	pollEvery          = 500 * time.Millisecond
)

// Handler does one kind of work. It opens its own transactions.
type Handler func(ctx context.Context, payload []byte) error

// Runner claims due jobs and runs them.
type Runner struct {
	database *db.DB
	log      *slog.Logger
	handlers map[string]Handler
}

// NewRunner makes a runner without handlers.
func NewRunner(database *db.DB, log *slog.Logger) *Runner {
	return &Runner{database: database, log: log, handlers: map[string]Handler{}}
}

// Handle registers the handler of a kind of job.
func (r *Runner) Handle(kind string, handler Handler) { r.handlers[kind] = handler }

// Actor is who acts when the program works for itself.
var Actor = db.Actor{Kind: db.Job}

// Run works until the context ends, with a few workers side by side.
func (r *Runner) Run(ctx context.Context) {
	const workers = 2
	var running sync.WaitGroup
	for range workers {
		running.Go(func() {
			for ctx.Err() == nil {
				worked, err := r.RunOne(ctx)
				if err != nil && ctx.Err() == nil {
					r.log.Error("jobs", "error", err)
				}
				if worked && err == nil {
					continue
				}
				select {
				case <-ctx.Done():
				case <-time.After(pollEvery):
				}
			}
		})
	}
	running.Wait()
}

// Drain runs due jobs until none is left: a test does in one call what
// Run does in time.
func (r *Runner) Drain(ctx context.Context) error {
	for {
		worked, err := r.RunOne(ctx)
		if err != nil || !worked {
			return err
		}
	}
}

// RunOne claims the job that is due first and runs it. It tells whether there
// was one.
func (r *Runner) RunOne(ctx context.Context) (bool, error) {
	claimed, err := r.claim(ctx)
	if errors.Is(err, fault.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, r.end(ctx, claimed, r.call(ctx, claimed))
}

func (r *Runner) claim(ctx context.Context) (claimed Job, err error) {
	// Looking first keeps an idle runner from taking the writer twice a second.
	err = r.database.View(ctx, Actor, func(q db.Q) error {
		var due int
		return q.QueryRow(ctx, `SELECT 1 FROM job WHERE state IN ('waiting', 'running') AND run_at <= $1
			AND (leased_until IS NULL OR leased_until < $1) LIMIT 1`, q.Now()).Scan(&due)
	})
	if err != nil {
		return Job{}, err
	}
	err = r.database.Update(ctx, Actor, func(tx *db.Tx) error {
		claimed, err = scanJob(tx.QueryRow(ctx, `UPDATE job SET state = 'running', attempts = attempts + 1, leased_until = $2
			WHERE id = (SELECT id FROM job WHERE state IN ('waiting', 'running') AND run_at <= $1
				AND (leased_until IS NULL OR leased_until < $1) ORDER BY run_at, id LIMIT 1)
			AND state IN ('waiting', 'running') AND run_at <= $1 AND (leased_until IS NULL OR leased_until < $1)
			RETURNING id, kind, payload, state, run_at, attempts, last_error, enqueued_at`,
			tx.Now(), tx.Now().Add(lease)))
		return err
	})
	return claimed, err
}

func (r *Runner) call(ctx context.Context, claimed Job) (err error) {
	handler, known := r.handlers[claimed.Kind]
	if !known {
		return fmt.Errorf("no handler for jobs of kind %q", claimed.Kind)
	}
	ctx, cancel := context.WithTimeout(ctx, lease)
	defer cancel()
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	return handler(ctx, claimed.Payload)
}

// end records how a job went. The guard on attempts lets a runner that was
// slower than its lease lose to the one that took over.
func (r *Runner) end(ctx context.Context, claimed Job, failure error) error {
	return r.database.Update(context.WithoutCancel(ctx), Actor, func(tx *db.Tx) error {
		state, runAt, text, ended := Done, claimed.RunAt, "", tx.Now()
		if failure != nil {
			r.log.Warn("job failed", "kind", claimed.Kind, "job", claimed.ID, "attempt", claimed.Attempts, "error", failure)
			state, runAt, text, ended = Waiting, tx.Now().Add(pause(claimed.Attempts)), failure.Error(), time.Time{}
			if claimed.Attempts >= attemptsBeforeDead {
				state, ended = Dead, tx.Now()
			}
		}
		_, err := tx.Exec(ctx, `UPDATE job SET state = $3, run_at = $4, last_error = $5, ended_at = $6, leased_until = NULL
			WHERE id = $1 AND attempts = $2 AND state = 'running'`,
			claimed.ID, claimed.Attempts, string(state), runAt, text, ended)
		return err
	})
}

// pause grows from seconds to hours: 10 attempts span about a day.
func pause(attempts int) time.Duration {
	base := 5 * time.Second << min(attempts-1, 13)
	return base + rand.N(base/4)
}
