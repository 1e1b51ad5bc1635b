package notify_test

import (
	"context"
	"encoding/json"
	"testing"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/job"
)

var jobActor = job.Actor

// running adapts what tells of a notice to a job's payload.
func running[T any](tell func(ctx context.Context, tx *db.Tx, notice T, telephone string) error) func(ctx context.Context, tx *db.Tx, payload []byte) error {
	return func(ctx context.Context, tx *db.Tx, payload []byte) error {
		var notice T
		if err := json.Unmarshal(payload, &notice); err != nil {
			return err
		}
		return tell(ctx, tx, notice, "")
	}
}

// read runs a read in a view, as an actor.
func read[T any](t *testing.T, d *dbtest.DB, actor db.Actor, ask func(ctx context.Context, q db.Q) (T, error)) (found T) {
	t.Helper()
	if err := d.View(t.Context(), actor, func(q db.Q) (err error) {
		found, err = ask(t.Context(), q)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return found
}
