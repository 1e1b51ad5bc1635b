package notify

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
	"passerelle/internal/job"
	"passerelle/internal/workshop"
)

// leaving is a message to a person helped that a job is about to send.
type leaving struct {
	id        db.ID
	holder    db.ID
	kind      Kind
	about     db.ID
	channel   Channel
	state     WordState
	segments  int
	tooLate   time.Time
	madeAt    time.Time
	recipient string
	text      text
}

// tell does one job: it looks whether the message still serves, sends it, and
// notes what became of it. A message that a runner sent before it died is sent
// again under the same identifier, by which a gateway may know it.
func (p Post) tell(ctx context.Context, payloadText []byte) error {
	var wanted payload
	if err := json.Unmarshal(payloadText, &wanted); err != nil {
		return err
	}
	return p.SendNow(ctx, wanted.Message)
}

// SendNow sends one message to a person helped that waits, if it may leave now.
// One that was sent before is left as it is.
func (p Post) SendNow(ctx context.Context, id db.ID) error {
	var out leaving
	leaves := false
	if err := p.Database.Update(ctx, job.Actor, func(tx *db.Tx) (err error) {
		out, leaves, err = prepare(ctx, tx, id)
		return err
	}); err != nil || !leaves {
		return err
	}
	reference, sendErr := p.hand(ctx, out)
	switch {
	case sendErr == nil:
		return p.ended(ctx, out.id, WordSent, "", reference)
	case errors.Is(sendErr, ErrRefused):
		return p.ended(ctx, out.id, WordFailed, BadNumber, "")
	}
	return sendErr
}

func (p Post) hand(ctx context.Context, out leaving) (reference string, err error) {
	if out.channel == SMS {
		return p.Texts.SendText(ctx, Texting{ID: out.id, To: out.recipient, Text: out.text.Short, At: out.madeAt})
	}
	return "", p.Sender.Send(ctx, Mail{
		ID: out.id, From: p.From, FromName: p.FromName, To: out.recipient, Subject: out.text.Subject, Text: out.text.Long + "\n", At: out.madeAt,
	})
}

// prepare decides whether a message leaves now: not when it is quiet, too late,
// over or unwanted, nor past the month's ceiling.
func prepare(ctx context.Context, tx *db.Tx, id db.ID) (out leaving, leaves bool, err error) {
	if out, err = loadLeaving(ctx, tx, id); err != nil || out.state != WordWaiting {
		return out, false, ignoreErased(err)
	}
	person, err := holder.ByID(ctx, tx, out.holder)
	if err != nil {
		return out, false, err
	}
	drop := func(state WordState, reason Reason) error { return endWord(ctx, tx, id, state, reason, "") }
	if !out.tooLate.IsZero() && !tx.Now().Before(out.tooLate) {
		return out, false, drop(WordDropped, TooLate)
	}
	if !person.Consent {
		return out, false, drop(WordDropped, Withdrawn)
	}
	holds, err := stillHolds(ctx, tx, out)
	if err != nil {
		return out, false, err
	}
	if !holds {
		return out, false, drop(WordDropped, Over)
	}
	rules, err := RulesOf(ctx, tx)
	if err != nil {
		return out, false, err
	}
	if next := rules.NextAllowed(tx.Now(), person.Commune); next.After(tx.Now()) {
		if !out.tooLate.IsZero() && !next.Before(out.tooLate) {
			return out, false, drop(WordDropped, TooLate)
		}
		if _, err := tx.Exec(ctx, `UPDATE person_message SET send_at = $2 WHERE id = $1`, id, next); err != nil {
			return out, false, err
		}
		return out, false, job.EnqueueAt(ctx, tx, next, jobTell, payload{id})
	}
	if out.channel == SMS {
		if within, err := rules.reserve(ctx, tx, id, out.segments); err != nil {
			return out, false, err
		} else if !within {
			return out, false, drop(WordFailed, OverCeiling)
		}
	}
	return out, true, nil
}

// ignoreErased: a person whose key was destroyed is told nothing more.
func ignoreErased(err error) error {
	if errors.Is(err, db.ErrErased) || fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return err
}

func loadLeaving(ctx context.Context, q db.Q, id db.ID) (leaving, error) {
	out := leaving{id: id}
	var recipient, content []byte
	err := q.QueryRow(ctx, `SELECT holder, kind, about, channel, state, segments, too_late, made_at, recipient, content FROM person_message WHERE id = $1`, id).
		Scan(&out.holder, (*string)(&out.kind), &out.about, (*string)(&out.channel), (*string)(&out.state), &out.segments, &out.tooLate, &out.madeAt, &recipient, &content)
	if err != nil {
		return leaving{}, err
	}
	if out.recipient, err = db.Unseal(ctx, q, out.holder, recipient); err != nil {
		return leaving{}, err
	}
	out.text, err = openText(ctx, q, out.holder, content)
	return out, err
}

func openText(ctx context.Context, q db.Q, who db.ID, sealed []byte) (text, error) {
	plain, err := db.Unseal(ctx, q, who, sealed)
	if err != nil || plain == "" {
		return text{}, err
	}
	var written text
	return written, json.Unmarshal([]byte(plain), &written)
}

// expects is the state of a booking of which a kind tells: a reminder of a seat
// that was given back helps nobody.
var expects = map[Kind][]string{
	Confirmation: {workshop.Booked}, ReminderTwo: {workshop.Booked}, ReminderOne: {workshop.Booked}, Moved: {workshop.Booked},
	SeatOffered: {workshop.Waiting, workshop.Booked}, Queued: {workshop.Waiting},
}

// stillHolds tells whether what a message says of a booking is still so.
func stillHolds(ctx context.Context, q db.Q, out leaving) (bool, error) {
	states, matters := expects[out.kind]
	if !matters || out.about.IsZero() {
		return true, nil
	}
	booked, session, err := workshop.SeatOf(ctx, q, out.about)
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	for _, state := range states {
		if booked.State == state {
			return session.State == workshop.Planned, nil
		}
	}
	return false, nil
}

func (p Post) ended(ctx context.Context, id db.ID, state WordState, reason Reason, reference string) error {
	return p.Database.Update(ctx, job.Actor, func(tx *db.Tx) error { return endWord(ctx, tx, id, state, reason, reference) })
}

// endWord notes what became of a message that waits; one refused, or never sent,
// costs nothing.
func endWord(ctx context.Context, tx *db.Tx, id db.ID, state WordState, reason Reason, reference string) error {
	ended, err := tx.Exec(ctx, `UPDATE person_message SET state = $2, reason = $3, reference = $4, ended_at = $5 WHERE id = $1 AND state = 'waiting'`,
		id, string(state), string(reason), reference, tx.Now())
	if err != nil || ended == 0 || state == WordSent {
		return err
	}
	return release(ctx, tx, id)
}

// GiveUp ends the messages that still wait two days after they should have left:
// no try succeeded; and the letters that nobody printed in time. A nightly job calls it.
func GiveUp(ctx context.Context, tx *db.Tx) error {
	late, err := db.All(ctx, tx, db.Value[db.ID], `SELECT id FROM person_message WHERE state = 'waiting' AND channel <> 'letter' AND send_at < $1`,
		tx.Now().Add(-48*time.Hour))
	if err != nil {
		return err
	}
	for _, id := range late {
		if err := endWord(ctx, tx, id, WordFailed, GaveUp, ""); err != nil {
			return err
		}
	}
	return dropLateLetters(ctx, tx)
}

// keptMonths is how long what was told to a person is kept.
const keptMonths = 13

// ForgetWords removes what was told more than 13 months ago. A nightly job calls
// it; a person erased before takes the texts along, which are sealed with their key.
func ForgetWords(ctx context.Context, tx *db.Tx) error {
	before := tx.Now().AddDate(0, -keptMonths, 0)
	if _, err := tx.Exec(ctx, `DELETE FROM person_message WHERE made_at < $1 AND state <> 'waiting'`, before); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM phone_call WHERE at < $1`, before)
	return err
}
