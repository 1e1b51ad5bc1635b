package settlement

import (
	"context"
	"encoding/json"
	"errors"

	"passerelle/internal/account"
	"passerelle/internal/bank"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/money"
)

// BankLine is one line of a message, and what was made of it.
type BankLine struct {
	ID       db.ID
	Position int
	Outcome  Outcome
	Amount   money.Cents
	Credit   bool // into the account
	On       civil.Date
	File     db.ID // the payment file it speaks of, where one is known
	Payment  db.ID // the payment, likewise
	Reason   bank.Reason
	Party    string // the other side, or the reference of the payment
	Text     string // what the transfer says
}

// lineWords are sealed: they name people.
type lineWords struct {
	Party  string `json:"party,omitempty"`
	Text   string `json:"text,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// write keeps a line, and adds it to the message.
func (t *taking) write(line BankLine) error {
	if line.ID.IsZero() {
		line.ID = t.tx.NewID()
	}
	line.Position = len(t.message.Lines) + 1
	words, err := json.Marshal(lineWords{line.Party, line.Text, line.Reason.Text})
	if err != nil {
		return err
	}
	sealed, err := db.Seal(t.ctx, t.tx, t.message.ID, string(words))
	if err != nil {
		return err
	}
	t.message.Lines = append(t.message.Lines, line)
	_, err = t.tx.Exec(t.ctx, `INSERT INTO bank_line (id, message_id, position, outcome, amount, credit, booked_on, file_id, payment_id, code, words)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		line.ID, t.message.ID, line.Position, string(line.Outcome), int64(line.Amount), line.Credit, line.On, line.File, line.Payment, line.Reason.Code, sealed)
	return err
}

const selectMessage = `SELECT id, kind, reference, at FROM bank_message`

func scanMessage(row db.Scanner) (BankMessage, error) {
	var m BankMessage
	err := row.Scan(&m.ID, &m.Kind, &m.Reference, &m.At)
	return m, err
}

// BankMessageByID reads what the bank sent, line by line. Fault code:
// unknown_bank_message.
func BankMessageByID(ctx context.Context, q db.Q, id db.ID) (BankMessage, error) {
	if err := account.Require(q.Actor(), account.ActPaymentRead, db.ID{}); err != nil {
		return BankMessage{}, err
	}
	return withLines(ctx, q, selectMessage+` WHERE id = $1`, id)
}

func messageByHash(ctx context.Context, q db.Q, hash []byte) (BankMessage, error) {
	return withLines(ctx, q, selectMessage+` WHERE hash = $1`, hash)
}

func withLines(ctx context.Context, q db.Q, query string, arg any) (BankMessage, error) {
	message, err := scanMessage(q.QueryRow(ctx, query, arg))
	if errors.Is(err, fault.ErrNotFound) {
		return BankMessage{}, ErrUnknownMessage
	}
	if err != nil {
		return BankMessage{}, err
	}
	type stored struct {
		BankLine
		sealed []byte
	}
	lines, err := db.All(ctx, q, func(row db.Scanner) (stored, error) {
		var line stored
		err := row.Scan(&line.ID, &line.Position, (*string)(&line.Outcome), (*int64)(&line.Amount), &line.Credit, &line.On,
			&line.File, &line.Payment, &line.Reason.Code, &line.sealed)
		return line, err
	}, `SELECT id, position, outcome, amount, credit, booked_on, file_id, payment_id, code, words FROM bank_line
		WHERE message_id = $1 ORDER BY position`, message.ID)
	if err != nil {
		return BankMessage{}, err
	}
	for _, line := range lines {
		text, err := db.Unseal(ctx, q, message.ID, line.sealed)
		if err != nil {
			return BankMessage{}, err
		}
		var words lineWords
		if err := json.Unmarshal([]byte(text), &words); err != nil {
			return BankMessage{}, err
		}
		line.Party, line.Text, line.Reason.Text = words.Party, words.Text, words.Reason
		message.Lines = append(message.Lines, line.BankLine)
	}
	return message, nil
}

// BankMessages lists what the bank sent, latest first, after one of them (the
// zero ID for the first), at most limit; without their lines.
func BankMessages(ctx context.Context, q db.Q, after db.ID, limit int) ([]BankMessage, error) {
	if err := account.Require(q.Actor(), account.ActPaymentRead, db.ID{}); err != nil {
		return nil, err
	}
	if after.IsZero() {
		for i := range after {
			after[i] = 0xff
		}
	}
	return db.All(ctx, q, scanMessage, selectMessage+` WHERE id < $1 ORDER BY id DESC LIMIT $2`, after, limit)
}
