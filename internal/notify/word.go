package notify

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/holder"
	"passerelle/internal/job"
)

// Word is what a person helped is told: its kind, whose template says it, and
// the facts that the template needs.
type Word struct {
	Kind  Kind
	Facts Facts
	// About is the booking or the booklet of which it tells; a word about a booking
	// is dropped when the booking no longer stands as it says.
	About   db.ID
	Session db.ID // of the booking, so that a session knows who was told
	// Once, when it is set, is the name under which this is told at most once.
	Once      string
	NotBefore time.Time // zero: now
	TooLate   time.Time // from then on it helps nobody; zero: never
}

// Told is a word as it was kept for one person.
type Told struct {
	ID      db.ID
	Channel Channel
	State   WordState
	Reason  Reason
}

// WordState is where a message to a person helped stands.
type WordState string

// The states of a message to a person helped.
const (
	WordWaiting     WordState = "waiting"
	WordSent        WordState = "sent"        // or printed
	WordDelivered   WordState = "delivered"   // the operator says so
	WordFailed      WordState = "failed"      // sent in vain, or refused
	WordDropped     WordState = "dropped"     // not sent: too late, over, withdrawn
	WordUnreachable WordState = "unreachable" // no way to tell the person
)

// jobTell is the kind of the job that sends one message to a person helped.
const jobTell = "tell"

// text is what was written to a person, sealed as JSON.
type text struct {
	Short   string `json:"short"` // of a text message, already folded
	Subject string `json:"subject"`
	Long    string `json:"long"` // of an e-mail or a letter
}

// Tell keeps a word for a person helped and the job that sends it, in the
// transaction of the act it tells of; the way is chosen by what the person
// agreed to. Who cannot be reached is kept as such, for the lists of calls. A
// word told under the same Once before is not told again: its row is zero. Only
// edges call it. Faults: those of holder.ByID; missing_fact.
func Tell(ctx context.Context, tx *db.Tx, who db.ID, word Word) (Told, error) {
	person, err := holder.ByID(ctx, tx, who)
	if err != nil {
		return Told{}, err
	}
	rules, err := RulesOf(ctx, tx)
	if err != nil {
		return Told{}, err
	}
	template, err := TemplateOf(ctx, tx, word.Kind)
	if err != nil {
		return Told{}, err
	}
	written, err := template.write(word.Facts, forWhom(person))
	if err != nil {
		return Told{}, err
	}
	return keep(ctx, tx, rules, person, word, written, db.ID{})
}

// keep chooses the way and writes the row; again is the message that this one
// repeats, or zero.
func keep(ctx context.Context, tx *db.Tx, rules Rules, person holder.Holder, word Word, written text, again db.ID) (Told, error) {
	from := tx.Now()
	if word.NotBefore.After(from) {
		from = word.NotBefore
	}
	ahead := time.Duration(1<<63 - 1)
	if !word.TooLate.IsZero() {
		ahead = word.TooLate.Sub(from)
	}
	length := LengthOf(written.Short)
	open, err := rules.affords(ctx, tx, length.Segments)
	if err != nil {
		return Told{}, err
	}
	told := Told{ID: tx.NewID(), State: WordWaiting}
	told.Channel, told.Reason = Choose(person, ahead, open)
	var recipient string
	sendAt, segments := rules.NextAllowed(from, person.Commune), 0
	switch told.Channel {
	case SMS:
		recipient, segments = person.Telephone, length.Segments
	case Email:
		recipient = person.Email
	case Letter:
		recipient, sendAt = person.Address, from
	case None:
		told.State, sendAt = WordUnreachable, from
	}
	if told.State == WordWaiting && ahead < sendAt.Sub(from) {
		told.State, told.Reason = WordDropped, TooLate
	}
	content, err := json.Marshal(written)
	if err != nil {
		return Told{}, err
	}
	var sealed [2][]byte
	for i, plain := range []string{recipient, string(content)} {
		if sealed[i], err = db.Seal(ctx, tx, person.ID, plain); err != nil && !errors.Is(err, db.ErrErased) {
			return Told{}, err
		}
	}
	var ended time.Time
	if told.State != WordWaiting {
		ended = tx.Now()
	}
	kept, err := tx.Exec(ctx, `INSERT INTO person_message (id, holder, organisation, kind, once, about, session, channel, state, reason,
			recipient, content, segments, again_of, send_at, too_late, made_at, ended_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) ON CONFLICT (once) DO NOTHING`,
		told.ID, person.ID, person.Organisation, string(word.Kind), nullable(word.Once), word.About, word.Session, string(told.Channel), string(told.State),
		string(told.Reason), sealed[0], sealed[1], segments, again, sendAt, word.TooLate, tx.Now(), ended)
	if err != nil || kept == 0 {
		return Told{}, err
	}
	if told.State != WordWaiting || told.Channel == Letter {
		return told, nil
	}
	return told, job.EnqueueAt(ctx, tx, sendAt, jobTell, payload{told.ID})
}

func nullable(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// forWhom is the line that tells someone else whom a message is for; empty when
// it goes to the person.
func forWhom(person holder.Holder) string {
	switch {
	case person.Recipient.IsSelf():
		return ""
	case person.Name != "":
		return "Message pour " + person.Name
	}
	return "Message pour la personne que vous aidez"
}
