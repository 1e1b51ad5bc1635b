package notify

import (
	"context"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// ErrNoLetter refuses to print when no letter waits.
var ErrNoLetter = fault.Define(fault.Conflict, "no_letter", "Aucun courrier n’attend. Rechargez la page pour revoir les envois déjà imprimés.")

// LetterBatch is letters that one organisation printed together.
type LetterBatch struct {
	ID           db.ID
	Organisation db.ID
	Letters      int
	MadeAt       time.Time
	MadeBy       db.ID
}

func scanBatch(row db.Scanner) (LetterBatch, error) {
	var b LetterBatch
	err := row.Scan(&b.ID, &b.Organisation, &b.Letters, &b.MadeAt, &b.MadeBy)
	return b, err
}

const selectBatch = `SELECT id, organisation, letters, made_at, made_by FROM letter_batch`

// LettersWaiting counts the letters that the actor's organisation has still to
// print. Faults of account.Require for message.read.
func LettersWaiting(ctx context.Context, q db.Q) (int, error) {
	if err := account.Require(q.Actor(), account.ActMessageRead, db.ID{}); err != nil {
		return 0, err
	}
	return db.Value[int](q.QueryRow(ctx, `SELECT COUNT(*) FROM person_message WHERE organisation = $1 AND channel = 'letter' AND state = 'waiting'`, q.Actor().Organisation))
}

// PrintLetters takes every letter that waits at the actor's organisation into a
// batch, and marks it printed. Faults: no_letter, and those of account.Require
// for message.send.
func PrintLetters(ctx context.Context, tx *db.Tx, id db.ID) (LetterBatch, error) {
	actor := tx.Actor()
	if err := account.Require(actor, account.ActMessageSend, actor.Organisation); err != nil {
		return LetterBatch{}, err
	}
	letters, err := tx.Exec(ctx, `UPDATE person_message SET state = 'sent', batch = $2, ended_at = $3 WHERE organisation = $1 AND channel = 'letter' AND state = 'waiting'`,
		actor.Organisation, id, tx.Now())
	if err != nil {
		return LetterBatch{}, err
	}
	if letters == 0 {
		return LetterBatch{}, ErrNoLetter
	}
	made := LetterBatch{ID: id, Organisation: actor.Organisation, Letters: int(letters), MadeAt: tx.Now(), MadeBy: actor.ID}
	_, err = tx.Exec(ctx, `INSERT INTO letter_batch (id, organisation, letters, made_at, made_by) VALUES ($1, $2, $3, $4, $5)`,
		made.ID, made.Organisation, made.Letters, made.MadeAt, made.MadeBy)
	return made, err
}

// Batches lists the latest batches of the actor's organisation, the last first.
// Faults of account.Require for message.read.
func Batches(ctx context.Context, q db.Q) ([]LetterBatch, error) {
	if err := account.Require(q.Actor(), account.ActMessageRead, db.ID{}); err != nil {
		return nil, err
	}
	return db.All(ctx, q, scanBatch, selectBatch+` WHERE organisation = $1 ORDER BY id DESC LIMIT 50`, q.Actor().Organisation)
}

// LettersOf reads the letters of a batch, to print them, or print them again.
// Faults: not_found, other_organisation, and those of account.Require for
// message.read.
func LettersOf(ctx context.Context, q db.Q, batch db.ID) (LetterBatch, []Record, error) {
	made, err := scanBatch(q.QueryRow(ctx, selectBatch+` WHERE id = $1`, batch))
	if err != nil {
		return LetterBatch{}, nil, err
	}
	if err := account.Require(q.Actor(), account.ActMessageRead, made.Organisation); err != nil {
		return LetterBatch{}, nil, err
	}
	rows, err := db.All(ctx, q, scanSent, selectSent+` WHERE batch = $1 ORDER BY made_at, id`, batch)
	if err != nil {
		return LetterBatch{}, nil, err
	}
	letters := make([]Record, len(rows))
	for i, row := range rows {
		if letters[i], err = row.open(ctx, q); err != nil {
			return LetterBatch{}, nil, err
		}
	}
	return made, letters, nil
}

// dropLateLetters ends the letters that were printed by nobody in time.
func dropLateLetters(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `UPDATE person_message SET state = 'dropped', reason = $2, ended_at = $1 WHERE channel = 'letter' AND state = 'waiting' AND too_late <= $1`,
		tx.Now(), string(TooLate))
	return err
}
