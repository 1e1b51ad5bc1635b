package account

import (
	"context"
	"errors"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/fault"
)

const resetLasts = time.Hour

// ErrResetGone says that a link no longer works.
var ErrResetGone = fault.Define(fault.Gone, "reset_gone", "Ce lien a déjà servi ou date de plus d’une heure. Demandez-en un autre depuis la page de connexion.")

// Reset is a forgotten password about to be replaced. Secret is the link's; the
// caller sends it in the same transaction.
type Reset struct {
	ID          db.ID
	Secret      string
	Name, Email string
}

// AskReset begins the replacement of a forgotten password: one link, for one
// hour, once. It answers not_found when nobody has this e-mail, which the caller
// does not tell.
func AskReset(ctx context.Context, tx *db.Tx, email string) (Reset, error) {
	id, err := personByEmail(ctx, tx, email)
	if err != nil {
		return Reset{}, err
	}
	person, err := personByID(ctx, tx, id)
	if err != nil {
		return Reset{}, err
	}
	asked := Reset{ID: tx.NewID(), Secret: newSecret(), Name: person.Name, Email: person.Email}
	_, err = tx.Exec(ctx, `INSERT INTO password_reset (id, token, person, made_at, ends_at) VALUES ($1, $2, $3, $4, $5)`,
		asked.ID, hashed(asked.Secret), id, tx.Now(), tx.Now().Add(resetLasts))
	return asked, err
}

// ResetEmail tells whose password a link replaces; reset_gone when it no longer
// works.
func ResetEmail(ctx context.Context, q db.Q, secret string) (string, error) {
	_, person, err := openReset(ctx, q, secret)
	if err != nil {
		return "", err
	}
	known, err := personByID(ctx, q, person)
	return known.Email, err
}

func openReset(ctx context.Context, q db.Q, secret string) (id, person db.ID, err error) {
	err = q.QueryRow(ctx, `SELECT id, person FROM password_reset WHERE token = $1 AND used_at IS NULL AND ends_at > $2`, hashed(secret), q.Now()).Scan(&id, &person)
	if errors.Is(err, fault.ErrNotFound) {
		err = ErrResetGone
	}
	return id, person, err
}

// ReplacePassword uses a link: the password becomes the one whose hash is given
// (made by HashPassword), every session ends, other links are void. The second
// factor stays as it is. It answers the person, who is told.
//
// Fault codes: reset_gone.
func ReplacePassword(ctx context.Context, tx *db.Tx, secret, passwordHash string) (Person, error) {
	id, person, err := openReset(ctx, tx, secret)
	if err != nil {
		return Person{}, err
	}
	used, err := tx.Exec(ctx, `UPDATE password_reset SET used_at = $1 WHERE id = $2 AND used_at IS NULL`, tx.Now(), id)
	if err != nil {
		return Person{}, err
	}
	if used == 0 {
		return Person{}, ErrResetGone
	}
	if _, err := tx.Exec(ctx, `UPDATE password_reset SET used_at = $1 WHERE person = $2 AND used_at IS NULL`, tx.Now(), person); err != nil {
		return Person{}, err
	}
	if _, err := tx.Exec(ctx, `UPDATE person SET password = $1 WHERE id = $2`, passwordHash, person); err != nil {
		return Person{}, err
	}
	if _, err := endSessions(ctx, tx, person, db.ID{}); err != nil {
		return Person{}, err
	}
	return personByID(ctx, tx, person)
}
