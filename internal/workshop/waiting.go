package workshop

import (
	"context"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/job"
)

// The words that a person leaves when they are put on a waiting list.
const (
	TakeIt   = "take" // "Prenez la place pour moi": a freed seat is theirs at once
	AskFirst = "ask"  // "Demandez-moi d’abord": it is kept for them until they answer
)

// Words lists them, as a form asks for them.
var Words = []struct{ Code, Label, Hint string }{
	{AskFirst, "Demandez-moi d’abord", "La place libre est gardée le temps de répondre, un jour au plus"},
	{TakeIt, "Prenez la place pour moi", "Même la veille\u00a0: la personne est inscrite dès qu’une place se libère, et prévenue"},
}

// The bounds of an offer of a freed seat.
const (
	mostOffers    = 3
	lastDay       = 24 * time.Hour // nobody is asked so late
	answerWithin  = 24 * time.Hour
	leastToAnswer = 2 * time.Hour
)

// The jobs that the waiting list leaves. An edge tells the person; it runs
// LapseOffer and Refill itself.
const (
	JobSeatTaken   = "workshop.seat_taken"   // payload SeatNotice: a freed seat became theirs
	JobSeatOffered = "workshop.seat_offered" // payload SeatNotice: it is kept until they answer
	JobOfferDue    = "workshop.offer_due"    // payload SeatNotice: the answer is due now
	JobRefill      = "workshop.refill"       // payload RefillNotice: a seat kept at a counter is over
)

// SeatNotice names the booking that there is something to tell of.
type SeatNotice struct {
	Booking db.ID `json:"booking"`
}

// RefillNotice names a session whose kept seats may be over.
type RefillNotice struct {
	Session db.ID `json:"session"`
}

// ErrOfferOver refuses an answer when no seat is kept for the person.
var ErrOfferOver = fault.Define(fault.Conflict, "offer_over", "La place n’est plus gardée pour cette personne\u00a0: elle reste sur la liste d’attente. Proposez-lui aussi une autre date.")

func readWord(word string) (string, error) {
	switch word {
	case "":
		return AskFirst, nil
	case TakeIt, AskFirst:
		return word, nil
	}
	var wrong fault.Collector
	wrong.Add("word", "unknown_choice", "Choisissez ce que la personne a dit\u00a0: prendre la place, ou demander d’abord")
	return "", wrong.Err()
}

// wait puts a booking that found no seat on the waiting list, at the rank that
// the session's row gives. That row is now this transaction's: a seat freed
// meanwhile is seen, and taken. Faults: session_cancelled, session_full.
func (b *Booking) wait(ctx context.Context, tx *db.Tx, seatOnly bool) error {
	err := tx.QueryRow(ctx, `UPDATE workshop_session SET last_rank = last_rank + 1 WHERE id = $1 AND state <> 'cancelled' RETURNING last_rank`,
		b.Session).Scan(&b.WaitingRank)
	if fault.KindOf(err) == fault.NotFound {
		return ErrSessionCancelled
	}
	if err != nil {
		return err
	}
	seated, err := takeFree(ctx, tx, b.Session)
	if err != nil || seated {
		b.WaitingRank = 0
		return err
	}
	if seatOnly {
		return ErrSessionFull
	}
	b.State = Waiting
	if _, err := tx.Exec(ctx, `UPDATE booking SET state = 'waiting', waiting_rank = $2 WHERE id = $1`, b.ID, b.WaitingRank); err != nil {
		return err
	}
	return watchKept(ctx, tx, b.Session)
}

// watchKept comes back when the first seat kept at a counter is over: if it was
// not used, it is for those who wait.
func watchKept(ctx context.Context, tx *db.Tx, session db.ID) error {
	ends, err := db.All(ctx, tx, db.Value[time.Time], `SELECT until FROM kept_seat WHERE session = $1 ORDER BY until LIMIT 1`, session)
	if err != nil || len(ends) == 0 {
		return err
	}
	return job.EnqueueAt(ctx, tx, ends[0], JobRefill, RefillNotice{Session: session})
}

// behind is the rank after which a seat that this booking lets go is refilled:
// who declined is not asked again about the same seat.
func (b Booking) behind() int {
	if b.Offered() {
		return b.WaitingRank
	}
	return 0
}

// free gives seats back, then to those who wait behind a rank, in order.
func free(ctx context.Context, tx *db.Tx, session db.ID, seats int64, behind int) error {
	if err := giveBack(ctx, tx, session, seats); err != nil {
		return err
	}
	return refill(ctx, tx, session, behind)
}

// refill gives the free seats of a session to those who wait behind a rank: to
// who left their word the seat itself, to the others an offer. Its caller holds
// the session's row. Nobody is asked in the last day, nor a fourth time.
func refill(ctx context.Context, tx *db.Tx, session db.ID, behind int) error {
	next, err := nextWaiting(ctx, tx, session, behind, true)
	if err != nil || len(next) == 0 {
		return err
	}
	known, err := SessionByID(ctx, tx, session)
	if err != nil {
		return err
	}
	if known.bookable(tx.Now()) != nil {
		return nil
	}
	if err := known.receives(ctx, tx); err != nil {
		if fault.Of(err).Code == ErrSiteLeaves.Code {
			return nil
		}
		return err
	}
	due := answerDue(tx.Now(), known.StartsAt)
	for {
		next, err := nextWaiting(ctx, tx, session, behind, !due.IsZero())
		if err != nil || len(next) == 0 {
			return err
		}
		seated, err := takeFree(ctx, tx, session)
		if err != nil || !seated {
			return err
		}
		if err := next[0].receiveSeat(ctx, tx, due); err != nil {
			return err
		}
	}
}

// answerDue is until when an offer made now waits for its answer; zero when
// there is no time left to ask.
func answerDue(now, starts time.Time) time.Time {
	due := now.Add(answerWithin)
	if latest := starts.Add(-lastDay); due.After(latest) {
		due = latest
	}
	if due.Sub(now) < leastToAnswer {
		return time.Time{}
	}
	return due.Truncate(time.Microsecond)
}

// nextWaiting is the first person who can receive a freed seat; none or one.
func nextWaiting(ctx context.Context, q db.Q, session db.ID, behind int, ask bool) ([]Booking, error) {
	return db.All(ctx, q, scanBooking, selectBooking+` WHERE session = $1 AND state = 'waiting' AND offered_until IS NULL AND waiting_rank > $2
		AND (word = 'take' OR $3 AND offers < 3) ORDER BY waiting_rank LIMIT 1`, session, behind, ask)
}

// receiveSeat gives the person the seat that was just taken for them: for good
// when they left their word, until they answer otherwise. Under the session's row
// nobody else writes a waiting booking, so the guards only say so.
func (b Booking) receiveSeat(ctx context.Context, tx *db.Tx, due time.Time) error {
	if b.Word == TakeIt {
		seated, err := tx.Exec(ctx, `UPDATE booking SET state = 'booked', changed_at = $2 WHERE id = $1 AND state = 'waiting' AND offered_until IS NULL`, b.ID, tx.Now())
		if err != nil {
			return err
		}
		if seated == 0 {
			return fault.ErrConflict
		}
		b.State = Booked
		if err := b.record(ctx, tx, "booking.seat"); err != nil {
			return err
		}
		return job.Enqueue(ctx, tx, JobSeatTaken, SeatNotice{Booking: b.ID})
	}
	offered, err := tx.Exec(ctx, `UPDATE booking SET offered_until = $2, offers = offers + 1, changed_at = $3
		WHERE id = $1 AND state = 'waiting' AND offered_until IS NULL AND offers < 3`, b.ID, due, tx.Now())
	if err != nil {
		return err
	}
	if offered == 0 {
		return fault.ErrConflict
	}
	b.OfferedUntil = due
	if err := b.recordOffer(ctx, tx, "booking.offer"); err != nil {
		return err
	}
	if err := job.Enqueue(ctx, tx, JobSeatOffered, SeatNotice{Booking: b.ID}); err != nil {
		return err
	}
	return job.EnqueueAt(ctx, tx, due, JobOfferDue, SeatNotice{Booking: b.ID})
}

func (b Booking) recordOffer(ctx context.Context, tx *db.Tx, act string) error {
	_, err := audit.Record(ctx, tx, act, b.ID, struct {
		ID, Session, Holder, Organisation db.ID
		Until                             time.Time
	}{b.ID, b.Session, b.Holder, b.Organisation, b.OfferedUntil})
	return err
}

// AnswerOffer takes the answer of someone for whom a freed seat is kept: yes, and
// it is theirs; no, and it goes to the next, while they go on waiting. A yes said
// twice changes nothing. Faults: unknown_booking, offer_over (nothing is kept for
// them, or no longer), session_past, session_cancelled, and those of
// account.Require for booking.make.
func AnswerOffer(ctx context.Context, tx *db.Tx, id db.ID, yes bool) (Booking, error) {
	known, session, err := bookingUnderLock(ctx, tx, id, account.ActBookingMake)
	if err != nil {
		return Booking{}, err
	}
	if known.State == Booked && yes {
		return known, nil
	}
	if err := session.bookable(tx.Now()); err != nil {
		return Booking{}, err
	}
	if !known.Offered() || !known.OfferedUntil.After(tx.Now()) {
		return Booking{}, ErrOfferOver
	}
	if yes {
		return known.accept(ctx, tx)
	}
	behind := known.behind()
	if known, err = known.letOfferGo(ctx, tx, "booking.decline"); err != nil {
		return Booking{}, err
	}
	return known, free(ctx, tx, session.ID, 1, behind)
}

// accept turns the seat kept for a waiting person into theirs.
func (b Booking) accept(ctx context.Context, tx *db.Tx) (Booking, error) {
	seated, err := tx.Exec(ctx, `UPDATE booking SET state = 'booked', offered_until = NULL, changed_at = $2
		WHERE id = $1 AND state = 'waiting' AND offered_until IS NOT NULL`, b.ID, tx.Now())
	if err != nil {
		return Booking{}, err
	}
	if seated == 0 {
		return Booking{}, fault.ErrConflict
	}
	b.State, b.OfferedUntil = Booked, time.Time{}
	return b, b.record(ctx, tx, "booking.seat")
}

func (b Booking) letOfferGo(ctx context.Context, tx *db.Tx, act string) (Booking, error) {
	ended, err := tx.Exec(ctx, `UPDATE booking SET offered_until = NULL, changed_at = $2 WHERE id = $1 AND state = 'waiting' AND offered_until IS NOT NULL`, b.ID, tx.Now())
	if err != nil {
		return Booking{}, err
	}
	if ended == 0 {
		return Booking{}, fault.ErrConflict
	}
	b.OfferedUntil = time.Time{}
	return b, b.record(ctx, tx, act)
}

// LapseOffer ends an offer whose answer is due: the seat goes to the next. It is
// the act of a job, and changes nothing while the answer may still come, or once
// it came.
func LapseOffer(ctx context.Context, tx *db.Tx, id db.ID) error {
	if tx.Actor().Kind != db.Job && tx.Actor().Kind != db.Console {
		return fault.ErrForbidden
	}
	known, session, err := bookingUnderLock(ctx, tx, id, account.ActBookingMake)
	if err != nil {
		return err
	}
	if !known.Offered() || known.OfferedUntil.After(tx.Now()) {
		return nil
	}
	behind := known.behind()
	if _, err := known.letOfferGo(ctx, tx, "booking.lapse"); err != nil {
		return err
	}
	return free(ctx, tx, session.ID, 1, behind)
}

// LapseOffers ends every offer whose answer is due, for a nightly job that
// catches what a lost job left.
func LapseOffers(ctx context.Context, tx *db.Tx) error {
	due, err := db.All(ctx, tx, db.Value[db.ID], `SELECT id FROM booking WHERE offered_until IS NOT NULL AND offered_until <= $1 ORDER BY offered_until, id`, tx.Now())
	if err != nil {
		return err
	}
	for _, id := range due {
		if err := LapseOffer(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}

// Refill gives back the kept seats of a session that are over, to those who
// wait, and comes back at the end of the next one.
func Refill(ctx context.Context, tx *db.Tx, session db.ID) error {
	if err := sweep(ctx, tx, session); err != nil {
		return err
	}
	waiting, err := nextWaiting(ctx, tx, session, 0, true)
	if err != nil || len(waiting) == 0 {
		return err
	}
	return watchKept(ctx, tx, session)
}

// LeaveWord changes what a waiting person said of a freed seat. TakeIt takes the
// seat that is kept for them, or that is free. Faults: unknown_booking,
// not_waiting, unknown_choice (word), and those of account.Require for booking.make.
func LeaveWord(ctx context.Context, tx *db.Tx, id db.ID, word string) (Booking, error) {
	if word == "" {
		word = "?" // nothing is not a word here
	}
	word, err := readWord(word)
	if err != nil {
		return Booking{}, err
	}
	known, session, err := bookingUnderLock(ctx, tx, id, account.ActBookingMake)
	if err != nil {
		return Booking{}, err
	}
	if known.State != Waiting {
		return Booking{}, ErrNotWaiting
	}
	if _, err := tx.Exec(ctx, `UPDATE booking SET word = $2, changed_at = $3 WHERE id = $1 AND state = 'waiting'`, id, word, tx.Now()); err != nil {
		return Booking{}, err
	}
	known.Word = word
	if err := known.recordWord(ctx, tx); err != nil || word != TakeIt {
		return known, err
	}
	if known.Offered() {
		return known.accept(ctx, tx)
	}
	if err := refill(ctx, tx, session.ID, 0); err != nil {
		return Booking{}, err
	}
	return scanBooking(tx.QueryRow(ctx, selectBooking+` WHERE id = $1`, id))
}

func (b Booking) recordWord(ctx context.Context, tx *db.Tx) error {
	_, err := audit.Record(ctx, tx, "booking.word", b.ID, struct {
		ID, Session, Holder db.ID
		Word                string
	}{b.ID, b.Session, b.Holder, b.Word})
	return err
}

// SeatWaiting gives a waiting person a free seat, or the one kept for them, by
// hand: they were told and agreed. Faults: unknown_booking, not_waiting,
// session_full, session_past, session_cancelled, site_leaves, and those of
// account.Require for booking.make.
func SeatWaiting(ctx context.Context, tx *db.Tx, id db.ID) (Booking, error) {
	known, session, err := bookingUnderLock(ctx, tx, id, account.ActBookingMake)
	if err != nil {
		return Booking{}, err
	}
	if known.State == Booked {
		return known, nil
	}
	if err := session.bookable(tx.Now()); err != nil {
		return Booking{}, err
	}
	if err := session.receives(ctx, tx); err != nil {
		return Booking{}, err
	}
	if known.Offered() {
		return known.accept(ctx, tx)
	}
	changed, err := tx.Exec(ctx, `UPDATE booking SET state = 'booked', changed_at = $2 WHERE id = $1 AND state = 'waiting'`, id, tx.Now())
	if err != nil {
		return Booking{}, err
	}
	if changed == 0 {
		return Booking{}, ErrNotWaiting
	}
	// Kept rows are touched before the session's in every other act; here the row
	// is held already, so only seats that are free now count.
	seated, err := takeFree(ctx, tx, session.ID)
	if err != nil {
		return Booking{}, err
	}
	if !seated {
		return Booking{}, ErrSessionFull
	}
	known.State = Booked
	return known, known.record(ctx, tx, "booking.seat")
}
