package audit

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
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
	leaf := Leaf{ID: tx.NewID(), Act: act, Subject: subject, Actor: tx.Actor(), At: tx.Now(), Salt: make([]byte, saltSize)}
	if _, err := rand.Read(leaf.Salt); err != nil {
		return nil, err
	}
	hashed, err := leaf.hash(row)
	if err != nil {
		return nil, err
	}
	_, err = tx.Exec(ctx, `INSERT INTO leaf (id, act, subject, actor_kind, actor, organisation, at, salt, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		leaf.ID, act, subject, string(leaf.Actor.Kind), leaf.Actor.ID, leaf.Actor.Organisation, leaf.At, leaf.Salt, hashed)
	return hashed, err
}

// Matches tells whether a row still is what the leaf was made from, and the leaf
// what it was.
func (l Leaf) Matches(row Row) (bool, error) {
	hashed, err := l.hash(row)
	return subtle.ConstantTimeCompare(hashed, l.Hashed) == 1, err
}

// hash is SHA-256 of the salt and of the leaf and its row as JSON.
func (l Leaf) hash(row Row) ([]byte, error) {
	canonical, err := json.Marshal(struct {
		Act                 string
		Subject             db.ID
		ActorKind           db.ActorKind
		Actor, Organisation db.ID
		At                  time.Time
		Row                 Row
	}{l.Act, l.Subject, l.Actor.Kind, l.Actor.ID, l.Actor.Organisation, l.At.UTC(), row})
	if err != nil {
		return nil, fmt.Errorf("audit: row of %s: %w", l.Act, err)
	}
	digest := sha256.New()
	digest.Write(l.Salt)
	digest.Write(canonical)
	return digest.Sum(nil), nil
}

// Of lists the leaves of one act, oldest first.
func Of(ctx context.Context, q db.Q, act string) ([]Leaf, error) {
	return db.All(ctx, q, scan, selectLeaf+` WHERE act = $1 ORDER BY id`, act)
}

// About lists the acts on one row, oldest first.
func About(ctx context.Context, q db.Q, subject db.ID) ([]Leaf, error) {
	return db.All(ctx, q, scan, selectLeaf+` WHERE subject = $1 ORDER BY id`, subject)
}

// HashOf is the hash of the last leaf of an act on one row; none when there is
// no such act.
func HashOf(ctx context.Context, q db.Q, act string, subject db.ID) ([]byte, error) {
	leaves, err := About(ctx, q, subject)
	var hash []byte
	for _, leaf := range leaves {
		if leaf.Act == act {
			hash = leaf.Hashed
		}
	}
	return hash, err
}

// HashesOf is HashOf for many rows.
func HashesOf(ctx context.Context, q db.Q, act string, subjects []db.ID) (map[db.ID][]byte, error) {
	const most = 100
	type found struct {
		subject db.ID
		hash    []byte
	}
	hashes := make(map[db.ID][]byte, len(subjects))
	for part := range slices.Chunk(subjects, most) {
		args := []any{act}
		var list strings.Builder
		for i, subject := range part {
			args = append(args, subject)
			fmt.Fprintf(&list, ", $%d", i+2)
		}
		leaves, err := db.All(ctx, q, func(row db.Scanner) (found, error) {
			var one found
			err := row.Scan(&one.subject, &one.hash)
			return one, err
		}, `SELECT subject, hash FROM leaf WHERE act = $1 AND subject IN (`+list.String()[2:]+`) ORDER BY id`, args...)
		if err != nil {
			return nil, err
		}
		for _, leaf := range leaves {
			hashes[leaf.subject] = leaf.hash
		}
	}
	return hashes, nil
}

const selectLeaf = `SELECT id, act, subject, actor_kind, actor, organisation, at, salt, hash FROM leaf`

func scan(row db.Scanner) (Leaf, error) {
	var leaf Leaf
	err := row.Scan(&leaf.ID, &leaf.Act, &leaf.Subject, (*string)(&leaf.Actor.Kind), &leaf.Actor.ID, &leaf.Actor.Organisation, &leaf.At, &leaf.Salt, &leaf.Hashed)
	return leaf, err
}

// Latest is when the last act was recorded; the zero instant before the first.
func Latest(ctx context.Context, q db.Q) (time.Time, error) {
	var at time.Time
	err := q.QueryRow(ctx, `SELECT MAX(at) FROM leaf`).Scan(&at)
	return at, err
}
