package cli

import (
	"context"
	"log/slog"
	"time"

	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/job"
	"passerelle/internal/notify"
)

// sequenceEvery is how long an act waits, at most, for its place in the sealed log.
const sequenceEvery = time.Second

// sequence numbers each second the acts that wait. Every server does; the log
// lets one work at a time.
func sequence(ctx context.Context, d *db.DB, log *slog.Logger) {
	for {
		if err := sequenceAll(ctx, d); err != nil && ctx.Err() == nil {
			log.Error("acts not sealed", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(sequenceEvery):
		}
	}
}

// sequenceAll numbers what waits, a part at a time so that acts pass in between.
func sequenceAll(ctx context.Context, d *db.DB) error {
	// Looking first keeps an idle server from taking the writer each second.
	waiting := false
	err := d.Glance(ctx, job.Actor, func(q db.Q) (err error) {
		waiting, err = audit.AnyWaiting(ctx, q)
		return err
	})
	for err == nil && waiting {
		err = d.Update(ctx, job.Actor, func(tx *db.Tx) error {
			numbered, err := audit.Sequence(ctx, tx)
			waiting = numbered == audit.MostSequenced
			return err
		})
	}
	return err
}

// night is the night's work, and the checkpoint that leaves the machine.
func (s *service) night(d *db.DB, work job.Handler) job.Handler {
	return func(ctx context.Context, payload []byte) error {
		if err := work(ctx, payload); err != nil {
			return err
		}
		return d.Update(ctx, job.Actor, func(tx *db.Tx) error {
			return notify.PostCheckpoint(ctx, tx, notify.Every(s.Checkpoints), s.BaseURL)
		})
	}
}
