package job

import (
	"context"
	"encoding/json"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// State is where a job stands.
type State string

// The states of a job.
const (
	Waiting State = "waiting"
	Running State = "running"
	Done    State = "done"
	Dead    State = "dead" // gave up; someone must look
)

// Job is one piece of work.
type Job struct {
	ID         db.ID
	Kind       string
	Payload    []byte // JSON
	State      State
	RunAt      time.Time // not before
	Attempts   int
	LastError  string
	EnqueuedAt time.Time
}

// ErrNotDead refuses to retry what is not a dead letter.
var ErrNotDead = fault.Define(fault.Conflict, "job_not_dead", "Ce travail n’est pas arrêté : il attend, tourne ou a déjà réussi. Rechargez la liste.")

// Enqueue adds work that starts as soon as the transaction is committed. The
// payload is marshalled as JSON and holds identifiers, never personal data.
func Enqueue(ctx context.Context, tx *db.Tx, kind string, payload any) error {
	return EnqueueAt(ctx, tx, tx.Now(), kind, payload)
}

// EnqueueAt adds work that starts no earlier than an instant.
func EnqueueAt(ctx context.Context, tx *db.Tx, at time.Time, kind string, payload any) error {
	text, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO job (id, kind, payload, run_at, enqueued_at) VALUES ($1, $2, $3, $4, $5)`,
		tx.NewID(), kind, string(text), at, tx.Now())
	return err
}

// EnqueueOnce adds work under a name that only one job ever has, such as
// "nightly 2026-11-22": asking again changes nothing.
func EnqueueOnce(ctx context.Context, tx *db.Tx, name, kind string) error {
	_, err := tx.Exec(ctx, `INSERT INTO job (id, name, kind, payload, run_at, enqueued_at) VALUES ($1, $2, $3, 'null', $4, $4)
		ON CONFLICT DO NOTHING`, tx.NewID(), name, kind, tx.Now())
	return err
}

// Retry puts a dead letter back in the queue with all its attempts before it.
func Retry(ctx context.Context, tx *db.Tx, id db.ID) error {
	revived, err := tx.Exec(ctx, `UPDATE job SET state = 'waiting', attempts = 0, run_at = $2, ended_at = NULL
		WHERE id = $1 AND state = 'dead'`, id, tx.Now())
	if err != nil {
		return err
	}
	if revived == 0 {
		return ErrNotDead
	}
	return nil
}

// Counts tells how many jobs stand in each state.
func Counts(ctx context.Context, q db.Q) (map[State]int, error) {
	type line struct {
		state State
		count int
	}
	lines, err := db.All(ctx, q, func(row db.Scanner) (line, error) {
		var l line
		err := row.Scan((*string)(&l.state), &l.count)
		return l, err
	}, `SELECT state, COUNT(*) FROM job GROUP BY state`)
	counts := map[State]int{}
	for _, l := range lines {
		counts[l.state] = l.count
	}
	return counts, err
}

// List gives the jobs in one state, newest first, before the job named (all
// when it is zero).
func List(ctx context.Context, q db.Q, state State, before db.ID, limit int) ([]Job, error) {
	return db.All(ctx, q, scanJob, selectJob+` WHERE state = $1 AND ($2 OR id < $3) ORDER BY id DESC LIMIT $4`,
		string(state), before.IsZero(), before[:], limit)
}

// ByID reads one job, or answers not_found.
func ByID(ctx context.Context, q db.Q, id db.ID) (Job, error) {
	return scanJob(q.QueryRow(ctx, selectJob+` WHERE id = $1`, id))
}

// Forget removes what ended well more than a week ago; dead letters stay until
// someone has looked.
func Forget(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `DELETE FROM job WHERE state = 'done' AND ended_at < $1`, tx.Now().AddDate(0, 0, -7))
	return err
}

const selectJob = `SELECT id, kind, payload, state, run_at, attempts, last_error, enqueued_at FROM job`

func scanJob(row db.Scanner) (Job, error) {
	var j Job
	var payload string
	err := row.Scan(&j.ID, &j.Kind, &payload, (*string)(&j.State), &j.RunAt, &j.Attempts, &j.LastError, &j.EnqueuedAt)
	j.Payload = []byte(payload)
	return j, err
}
