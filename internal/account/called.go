package account

import (
	"context"
	"errors"

	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// NameOf is how a colleague is called on what they did: their name, or nothing
// for a token, for someone erased, or for nobody. It asks for no right of its
// own: its caller has established that the act is the actor's organisation's.
func NameOf(ctx context.Context, q db.Q, person db.ID) (string, error) {
	if person.IsZero() {
		return "", nil
	}
	known, err := personByID(ctx, q, person)
	if errors.Is(err, fault.ErrNotFound) || errors.Is(err, db.ErrErased) {
		return "", nil
	}
	return known.Name, err
}
