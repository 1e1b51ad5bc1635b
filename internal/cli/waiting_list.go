package cli

import (
	"context"
	"encoding/json"

	"passerelle/internal/db"
	"passerelle/internal/job"
	"passerelle/internal/workshop"
)

// lapseOffer gives a seat that waited for an answer to the next in line.
func lapseOffer(d *db.DB) job.Handler {
	return func(ctx context.Context, payload []byte) error {
		var due workshop.SeatNotice
		if err := json.Unmarshal(payload, &due); err != nil {
			return err
		}
		return d.Update(ctx, job.Actor, func(tx *db.Tx) error { return workshop.LapseOffer(ctx, tx, due.Booking) })
	}
}

// refillSeats gives the seats that counters kept and did not use to those who wait.
func refillSeats(d *db.DB) job.Handler {
	return func(ctx context.Context, payload []byte) error {
		var kept workshop.RefillNotice
		if err := json.Unmarshal(payload, &kept); err != nil {
			return err
		}
		return d.Update(ctx, job.Actor, func(tx *db.Tx) error { return workshop.Refill(ctx, tx, kept.Session) })
	}
}
