package label

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// The sides of a correspondence.
const (
	SideApplicant = "applicant"
	SideCertifier = "certifier"
)

// Message is one word of the applicant to the certifier, or back. Its text is
// sealed with the application's key.
type Message struct {
	ID, Application db.ID
	Side            string
	Text            string
	Actor           db.ID
	At              time.Time
}

// longestMessage is in characters.
const longestMessage = 4000

// Write adds a message to an application that was sent, on the side of whoever
// writes; the other side is told that there is one. The ID may be zero. Faults:
// forbidden, other_organisation, unknown_application, not_assigned,
// own_organisation, wrong_state (a draft, or one whose term is over), invalid (text).
func Write(ctx context.Context, tx *db.Tx, id, application db.ID, text string) (Message, error) {
	if err := account.Require(tx.Actor(), account.ActLabelWrite, db.ID{}); err != nil {
		return Message{}, err
	}
	about, side, err := opened(ctx, tx, application)
	if err != nil {
		return Message{}, err
	}
	if about.State == Draft || about.erased {
		return Message{}, ErrWrongState.Sayf("On écrit à propos d’une demande envoyée. Envoyez-la d’abord.")
	}
	written := Message{ID: id, Application: application, Side: SideApplicant, Text: text}
	told := NoticeToCertifier
	if side == certifier {
		written.Side, told = SideCertifier, NoticeToApplicant
	}
	if written.ID.IsZero() {
		written.ID = tx.NewID()
	}
	if err := storeMessage(ctx, tx, written); err != nil {
		return Message{}, err
	}
	written.Text, written.Actor, written.At = strings.TrimSpace(text), tx.Actor().ID, tx.Now()
	return written, tell(ctx, tx, application, told)
}

func storeMessage(ctx context.Context, tx *db.Tx, m Message) error {
	m.Text = strings.TrimSpace(m.Text)
	var wrong fault.Collector
	wrong.Check(m.Text != "", "text", "required", "Écrivez votre message.")
	wrong.Check(utf8.RuneCountInString(m.Text) <= longestMessage, "text", "too_long", "Raccourcissez le message\u00a0: 4\u202f000\u00a0caractères au plus.")
	if err := wrong.Err(); err != nil {
		return err
	}
	if m.ID.IsZero() {
		m.ID = tx.NewID()
	}
	sealed, err := db.Seal(ctx, tx, m.Application, m.Text)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO label_message (id, application, side, body, actor, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		m.ID, m.Application, m.Side, sealed, tx.Actor().ID, tx.Now())
	return err
}

// MessageByID reads one message, for either side. Faults: not_found, and those
// of FileByID.
func MessageByID(ctx context.Context, q db.Q, id db.ID) (Message, error) {
	var application db.ID
	if err := q.QueryRow(ctx, `SELECT application FROM label_message WHERE id = $1`, id).Scan(&application); err != nil {
		return Message{}, err
	}
	file, err := FileByID(ctx, q, application)
	if err != nil {
		return Message{}, err
	}
	for _, message := range file.Messages {
		if message.ID == id {
			return message, nil
		}
	}
	return Message{}, fault.ErrNotFound
}

func messagesOf(ctx context.Context, q db.Q, application db.ID) ([]Message, error) {
	type row struct {
		Message
		body []byte
	}
	rows, err := db.All(ctx, q, func(s db.Scanner) (row, error) {
		var one row
		err := s.Scan(&one.ID, &one.Application, &one.Side, &one.body, &one.Actor, &one.At)
		return one, err
	}, `SELECT id, application, side, body, actor, at FROM label_message WHERE application = $1 ORDER BY id`, application)
	if err != nil {
		return nil, err
	}
	messages := make([]Message, len(rows))
	for i, one := range rows {
		messages[i] = one.Message
		if messages[i].Text, err = db.Unseal(ctx, q, application, one.body); err != nil {
			return nil, err
		}
	}
	return messages, nil
}
