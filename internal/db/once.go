package db

import (
	"bytes"
	"context"
	"crypto/sha256"

	"passerelle/internal/fault"
)

// Key is what makes a request the same request: the credential and the route it
// came by, the text its sender chose, and the hash of what it asked.
type Key struct {
	Scope ID // session or token
	Route string
	Text  string
	Input [sha256.Size]byte
}

// The refusals of idempotency keys.
var (
	ErrKeyMissing = fault.Define(fault.Malformed, "idempotency_key_missing", "Ajoutez l’en-tête Idempotency-Key : un texte unique par demande, le même quand vous réessayez.")
	ErrKeyReused  = fault.Define(fault.Invalid, "idempotency_key_reused", "Cette clé a déjà servi pour une autre demande. Prenez une nouvelle clé.")
)

// Once runs act with a fresh identifier, or, when the same request has already
// succeeded, answers again what act stored under the first one. The same key
// with another input is refused with ErrKeyReused. An empty key text always acts.
func Once[T any](ctx context.Context, tx *Tx, key Key, again func(id ID) (T, error), act func(id ID) (T, error)) (T, error) {
	id := tx.NewID()
	if key.Text == "" {
		return act(id)
	}
	var none T
	// What was asked may hold a name and a telephone: a plain hash of so few
	// possible texts would tell them.
	input := Match(tx, key.Scope, "asked\x00"+string(key.Input[:]))
	// Inserting first makes a second request under the same key wait for this
	// one, and then find it.
	fresh, err := tx.Exec(ctx, `INSERT INTO idempotency (scope, route, key, input, answer, at)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (scope, route, key) DO NOTHING`,
		key.scope(), key.Route, key.Text, input, id, tx.Now())
	if err != nil {
		return none, err
	}
	if fresh == 1 {
		return act(id)
	}
	var before []byte
	var first ID
	if err := tx.QueryRow(ctx, `SELECT input, answer FROM idempotency WHERE scope = $1 AND route = $2 AND key = $3`,
		key.scope(), key.Route, key.Text).Scan(&before, &first); err != nil {
		return none, err
	}
	if !bytes.Equal(before, input) {
		return none, ErrKeyReused
	}
	return again(first)
}

// scope is never NULL in the table, whose key it is part of.
func (k Key) scope() []byte { return k.Scope[:] }

// ForgetKeys removes the keys of requests older than 30 days: they were a large
// part of the growth, and nobody repeats a request so late.
func ForgetKeys(ctx context.Context, tx *Tx) error {
	_, err := tx.Exec(ctx, `DELETE FROM idempotency WHERE at < $1`, tx.Now().AddDate(0, 0, -30))
	return err
}
