package notify

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/job"
)

// jobKind is the kind of the job that sends one message.
const jobKind = "email"

// State is where a message stands.
type State string

// The states of a message.
const (
	Waiting State = "waiting"
	Sent    State = "sent"
	Refused State = "refused" // for good; Reason says why
)

// Message is what is known of one e-mail besides its text.
type Message struct {
	ID      db.ID
	Kind    string // "invitation", "appointment", …
	State   State
	Reason  string // why it was not sent, or not yet
	MadeAt  time.Time
	EndedAt time.Time
}

type payload struct {
	Message db.ID `json:"message"`
}

// Enqueue keeps a message and its job in the transaction of the act it tells
// of. Recipient is an e-mail address. Only edges call it.
func Enqueue(ctx context.Context, tx *db.Tx, recipient string, content Content) (db.ID, error) {
	subject, text, err := render(content)
	if err != nil {
		return db.ID{}, err
	}
	id := tx.NewID()
	var sealed [3][]byte
	for i, plain := range []string{recipient, subject, text} {
		if sealed[i], err = db.Seal(ctx, tx, id, plain); err != nil {
			return db.ID{}, err
		}
	}
	_, err = tx.Exec(ctx, `INSERT INTO message (id, kind, recipient, subject, body, made_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		id, content.kind(), sealed[0], sealed[1], sealed[2], tx.Now())
	if err != nil {
		return db.ID{}, err
	}
	return id, job.Enqueue(ctx, tx, jobKind, payload{id})
}

// Messages lists the messages in one state, the newest first, before the one
// named (all when it is zero).
func Messages(ctx context.Context, q db.Q, state State, before db.ID, limit int) ([]Message, error) {
	if err := account.Require(q.Actor(), account.ActJobRead, db.ID{}); err != nil {
		return nil, err
	}
	return db.All(ctx, q, func(row db.Scanner) (Message, error) {
		var m Message
		err := row.Scan(&m.ID, &m.Kind, (*string)(&m.State), &m.Reason, &m.MadeAt, &m.EndedAt)
		return m, err
	}, `SELECT id, kind, state, reason, made_at, ended_at FROM message WHERE state = $1 AND ($2 OR id < $3) ORDER BY id DESC LIMIT $4`,
		string(state), before.IsZero(), before[:], limit)
}

// Post sends the messages that wait.
type Post struct {
	Database *db.DB
	Sender   Sender
	Texts    TextSender // of text messages
	From     string     // the instance's address
	FromName string
}

// Register makes a runner send the messages.
func (p Post) Register(runner *job.Runner) {
	runner.Handle(jobKind, p.send)
	runner.Handle(jobTell, p.tell)
}

// send does one job. A message that a runner sent before it died is sent again
// at most once more: with the same Message-ID, which mail programs show once.
func (p Post) send(ctx context.Context, text []byte) error {
	var wanted payload
	if err := json.Unmarshal(text, &wanted); err != nil {
		return err
	}
	mail, state, err := p.load(ctx, wanted.Message)
	if err != nil || state != Waiting {
		return err
	}
	sendErr := p.Sender.Send(ctx, mail)
	switch {
	case sendErr == nil:
		return p.end(ctx, mail, Sent, "")
	case errors.Is(sendErr, ErrRefused):
		return p.end(ctx, mail, Refused, sendErr.Error())
	}
	return errors.Join(sendErr, p.delayed(ctx, wanted.Message, sendErr.Error()))
}

func (p Post) load(ctx context.Context, id db.ID) (mail Mail, state State, err error) {
	mail = Mail{ID: id, From: p.From, FromName: p.FromName}
	err = p.Database.View(ctx, job.Actor, func(q db.Q) error {
		var sealed [3][]byte
		err := q.QueryRow(ctx, `SELECT recipient, subject, body, state, made_at FROM message WHERE id = $1`, id).
			Scan(&sealed[0], &sealed[1], &sealed[2], (*string)(&state), &mail.At)
		if err != nil || state != Waiting {
			return err
		}
		for i, plain := range []*string{&mail.To, &mail.Subject, &mail.Text} {
			if *plain, err = db.Unseal(ctx, q, id, sealed[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return mail, state, err
}

func (p Post) end(ctx context.Context, mail Mail, state State, reason string) error {
	return p.Database.Update(ctx, job.Actor, func(tx *db.Tx) error {
		ended, err := tx.Exec(ctx, `UPDATE message SET state = $1, reason = $2, ended_at = $3, body = NULL WHERE id = $4 AND state = 'waiting'`,
			string(state), reason, tx.Now(), mail.ID)
		if err != nil || ended == 0 || state != Refused {
			return err
		}
		return bounced(ctx, tx, mail.ID, mail.To)
	})
}

func (p Post) delayed(ctx context.Context, id db.ID, reason string) error {
	return p.Database.Update(ctx, job.Actor, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE message SET reason = $1 WHERE id = $2 AND state = 'waiting'`, reason, id)
		return err
	})
}

// Forget destroys the recipients and subjects of messages that ended more than
// 90 days ago, and their rows. A nightly job calls it.
func Forget(ctx context.Context, tx *db.Tx) error {
	before := tx.Now().AddDate(0, 0, -90)
	old, err := db.All(ctx, tx, db.Value[db.ID], `SELECT id FROM message WHERE ended_at < $1`, before)
	if err != nil {
		return err
	}
	for _, id := range old {
		if err := db.Erase(ctx, tx, id); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM message WHERE id = $1`, id); err != nil {
			return err
		}
	}
	return nil
}
