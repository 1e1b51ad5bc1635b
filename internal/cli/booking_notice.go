package cli

import (
	"context"
	"encoding/json"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/job"
	"passerelle/internal/notify"
	"passerelle/internal/orientation"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

// tellOfSeats makes a runner tell people of their seats and appointments. Telephone is the
// instance's number.
func tellOfSeats(runner *job.Runner, d *db.DB, telephone string) {
	runner.Handle(workshop.JobBooking, telling(d, func(ctx context.Context, tx *db.Tx, happened workshop.BookingNotice) error {
		return notify.TellBooking(ctx, tx, happened, telephone)
	}))
	runner.Handle(workshop.JobCalledOff, telling(d, func(ctx context.Context, tx *db.Tx, off workshop.CalledOff) error {
		return notify.TellCalledOff(ctx, tx, off, telephone)
	}))
	runner.Handle(orientation.JobAppointment, telling(d, func(ctx context.Context, tx *db.Tx, happened orientation.AppointmentNotice) error {
		return notify.TellAppointment(ctx, tx, happened, telephone)
	}))
	runner.Handle(workshop.JobSeatTaken, telling(d, func(ctx context.Context, tx *db.Tx, freed workshop.SeatNotice) error {
		if err := voucher.Hold(ctx, tx, freed.Booking); err != nil {
			return err
		}
		_, err := notify.TellSeat(ctx, tx, notify.Confirmation, freed.Booking, telephone)
		return err
	}))
	runner.Handle(workshop.JobSessionChanged, telling(d, func(ctx context.Context, tx *db.Tx, changed workshop.SeatNotice) error {
		word, who, err := notify.SeatWord(ctx, tx, notify.Confirmation, changed.Booking, telephone)
		if err != nil {
			return err
		}
		// The same words with other hours: told once for each beginning.
		word.Once = "changed " + changed.Booking.String() + " " + word.Facts.Starts.UTC().Format(time.RFC3339)
		_, err = notify.Tell(ctx, tx, who, word)
		return err
	}))
	runner.Handle(workshop.JobSeatOffered, telling(d, func(ctx context.Context, tx *db.Tx, freed workshop.SeatNotice) error {
		return notify.TellOffer(ctx, tx, freed.Booking, telephone)
	}))
}

// telling runs one kind of notice in a transaction of its own.
func telling[T any](d *db.DB, tell func(ctx context.Context, tx *db.Tx, notice T) error) job.Handler {
	return func(ctx context.Context, payload []byte) error {
		var notice T
		if err := json.Unmarshal(payload, &notice); err != nil {
			return err
		}
		return d.Update(ctx, job.Actor, func(tx *db.Tx) error { return tell(ctx, tx, notice) })
	}
}
