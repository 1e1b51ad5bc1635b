package job

import (
	"context"
	"time"

	"passerelle/internal/db"
)

// OldestDue is since when the oldest job that could run waits for a runner;
// zero when none does. Minutes here mean that no runner works.
func OldestDue(ctx context.Context, q db.Q) (time.Time, error) {
	var since time.Time
	err := q.QueryRow(ctx, `SELECT MIN(run_at) FROM job WHERE state IN ('waiting', 'running') AND run_at <= $1
		AND (leased_until IS NULL OR leased_until < $1)`, q.Now()).Scan(&since)
	return since, err
}
