package audit

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"time"

	"passerelle/internal/db"
)

// saltSize keeps a hash from telling which of a few possible rows it stands for.
const saltSize = 16

// Row is the canonical form of the row that an act wrote: its unchanging
// columns, in the order of the struct's fields. It is marshalled as JSON, so it
// holds identifiers, numbers, instants and words, never a name or a contact.
type Row any

// Leaf is one act as recorded.
type Leaf struct {
	ID           db.ID
	Act          string
	Subject      db.ID // the row that the act wrote
	Actor        db.Actor
	At           time.Time
	Salt, Hashed []byte
}

// Record adds the leaf of an act in the act's own transaction, and returns its hash.
func Record(ctx context.Context, tx *db.Tx, act string, subject db.ID, row Row) ([]byte, error) {
	salt := make([]byte, saltSize)
	if _, err := rand.Read(salt); err != nil {
		return nil, err
	}
	hashed, err := hash(act, subject, salt, row)
	if err != nil {
		return nil, err
	}
	actor := tx.Actor()
	_, err = tx.Exec(ctx, `INSERT INTO leaf (id, act, subject, actor_kind, actor, organisation, at, salt, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		tx.NewID(), act, subject, string(actor.Kind), actor.ID, actor.Organisation, tx.Now(), salt, hashed)
	return hashed, err
}

// Matches tells whether a row still is what the leaf was made from.
func (l Leaf) Matches(row Row) (bool, error) {
	hashed, err := hash(l.Act, l.Subject, l.Salt, row)
	return subtle.ConstantTimeCompare(hashed, l.Hashed) == 1, err
}

// Of lists the leaves of one act, oldest first.
func Of(ctx context.Context, q db.Q, act string) ([]Leaf, error) {
	return db.All(ctx, q, scan, selectLeaf+` WHERE act = $1 ORDER BY id`, act)
}

// About lists the acts on one row, oldest first.
func About(ctx context.Context, q db.Q, subject db.ID) ([]Leaf, error) {
	return db.All(ctx, q, scan, selectLeaf+` WHERE subject = $1 ORDER BY id`, subject)
}

const selectLeaf = `SELECT id, act, subject, actor_kind, actor, organisation, at, salt, hash FROM leaf`

func scan(row db.Scanner) (Leaf, error) {
	var leaf Leaf
	err := row.Scan(&leaf.ID, &leaf.Act, &leaf.Subject, (*string)(&leaf.Actor.Kind), &leaf.Actor.ID, &leaf.Actor.Organisation, &leaf.At, &leaf.Salt, &leaf.Hashed)
	return leaf, err
}

func hash(act string, subject db.ID, salt []byte, row Row) ([]byte, error) {
	canonical, err := json.Marshal(row)
	if err != nil {
		return nil, fmt.Errorf("audit: row of %s: %w", act, err)
	}
	digest := sha256.New()
	digest.Write(salt)
	digest.Write([]byte(act))
	digest.Write([]byte{0})
	digest.Write(subject[:])
	digest.Write(canonical)
	return digest.Sum(nil), nil
}

// Latest is when the last act was recorded; the zero instant before the first.
func Latest(ctx context.Context, q db.Q) (time.Time, error) {
	var at time.Time
	err := q.QueryRow(ctx, `SELECT MAX(at) FROM leaf`).Scan(&at)
	return at, err
}
