package notify

import (
	"context"
	"slices"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/job"
	"passerelle/internal/workshop"
)

// bookingKinds are what is told of what happened to a booking.
var bookingKinds = map[string]Kind{
	workshop.WasBooked: Confirmation, workshop.WasMoved: Moved, workshop.WasCancelled: SeatCancelled, workshop.WasAbsent: Missed,
}

// TellBooking tells the person of a booking what happened to it: the runner of
// workshop.JobBooking. What is past, or was undone since, is not told. Telephone
// is the instance's.
func TellBooking(ctx context.Context, tx *db.Tx, notice workshop.BookingNotice, telephone string) error {
	kind, known := bookingKinds[notice.What]
	booked, session, err := workshop.SeatOf(ctx, tx, notice.Booking)
	if fault.KindOf(err) == fault.NotFound || !known {
		return nil
	}
	if err != nil {
		return err
	}
	if kind == Missed {
		if booked.State != workshop.Absent {
			return nil
		}
		return tellMissed(ctx, tx, booked, session, telephone)
	}
	switch {
	case !session.StartsAt.After(tx.Now()), session.State != workshop.Planned:
		return nil
	case kind == SeatCancelled && booked.State != workshop.Cancelled, kind != SeatCancelled && !booked.Stands():
		return nil
	case booked.State == workshop.Waiting:
		kind = Queued
	}
	_, err = TellSeat(ctx, tx, kind, booked.ID, telephone)
	return err
}

// TellCalledOff tells everyone who was expected at a session that was called
// off; who cannot be told is on its list of calls. It is the runner of
// workshop.JobCalledOff.
func TellCalledOff(ctx context.Context, tx *db.Tx, off workshop.CalledOff, telephone string) error {
	session, err := workshop.StandingOf(ctx, tx, off.Session)
	if err != nil {
		return err
	}
	if !session.StartsAt.After(tx.Now()) {
		return nil // nobody comes for nothing any more
	}
	for _, booking := range off.Bookings {
		if _, err := TellSeat(ctx, tx, SessionCancelled, booking, telephone); err != nil {
			return err
		}
	}
	return nil
}

// The search of other dates for a missed session.
const (
	mostDates  = 3
	datesAhead = 45 * 24 * time.Hour
)

// tellMissed offers the next dates at the same place and level, of the same
// subject first.
func tellMissed(ctx context.Context, tx *db.Tx, booked workshop.Booking, session workshop.Session, telephone string) error {
	word, who, err := SeatWord(ctx, tx, Missed, booked.ID, telephone)
	if err != nil {
		return err
	}
	found, _, err := workshop.Search(ctx, tx, workshop.Filter{
		Site: session.Site, Level: session.Level, Seats: 1, From: tx.Now().Add(24 * time.Hour), To: tx.Now().Add(datesAhead), Limit: 100,
	})
	if err != nil {
		return err
	}
	found = slices.DeleteFunc(found, func(f workshop.Found) bool { return f.Title != session.Title && f.Topic != session.Topic })
	for _, one := range found[:min(mostDates, len(found))] {
		word.Facts.Dates = append(word.Facts.Dates, one.StartsAt.In(one.Zone()))
	}
	if len(word.Facts.Dates) == 0 {
		word.Kind = MissedOpen
	}
	_, err = Tell(ctx, tx, who, word)
	return err
}

// reminderOf is the reminder that a session on a day asks for today, for a seat
// kept on a day: two days before, or the day before, and only where the seat was
// kept before that; who books late has a confirmation.
func reminderOf(today, session, booked civil.Date) (Kind, bool) {
	if !booked.Before(today) {
		return "", false
	}
	switch today.DaysUntil(session) {
	case 2:
		return ReminderTwo, true
	case 1:
		return ReminderOne, true
	}
	return "", false
}

// sliceOfReminders is how many reminders one transaction makes.
const sliceOfReminders = 100

// Remind makes the reminders of the day, each in the zone of its session: the
// nightly work calls it. However often it runs, each is made once.
func Remind(ctx context.Context, d *db.DB, telephone string) error {
	var seats []workshop.Seat
	if err := d.View(ctx, job.Actor, func(q db.Q) (err error) {
		seats, err = workshop.Upcoming(ctx, q, q.Now(), q.Now().Add(4*24*time.Hour))
		return err
	}); err != nil {
		return err
	}
	for some := range slices.Chunk(seats, sliceOfReminders) {
		if err := d.Update(ctx, job.Actor, func(tx *db.Tx) error {
			rules, err := RulesOf(ctx, tx)
			if err != nil {
				return err
			}
			for _, seat := range some {
				if err := remind(ctx, tx, rules, seat, telephone); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

func remind(ctx context.Context, tx *db.Tx, rules Rules, seat workshop.Seat, telephone string) error {
	zone := seat.Session.Zone()
	today := civil.DateOf(tx.Now(), zone)
	kind, due := reminderOf(today, seat.Session.Day(), civil.DateOf(seat.BookedAt, zone))
	if !due {
		return nil
	}
	word, who, err := SeatWord(ctx, tx, kind, seat.ID, telephone)
	if err != nil {
		return err
	}
	word.NotBefore = today.At(rules.ReminderAt, zone)
	_, err = Tell(ctx, tx, who, word)
	return err
}
