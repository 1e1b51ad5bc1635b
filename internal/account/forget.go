package account

import (
	"context"

	"passerelle/internal/db"
)

// Forget removes what no longer serves: attempts after a day, sign-ins, reset
// links and invitations 30 days after their end, the last with their sealed
// names. A nightly job calls it.
func Forget(ctx context.Context, tx *db.Tx) error {
	day, month := tx.Now().AddDate(0, 0, -1), tx.Now().AddDate(0, 0, -30)
	over, err := db.All(ctx, tx, db.Value[db.ID], `SELECT id FROM invitation WHERE ends_at < $1`, month)
	if err != nil {
		return err
	}
	for _, id := range over {
		if err := db.Erase(ctx, tx, id); err != nil {
			return err
		}
	}
	for _, forget := range []struct {
		statement string
		before    any
	}{
		{`DELETE FROM attempt WHERE last_at < $1`, day},
		{`DELETE FROM sign_in WHERE state <> 'open' AND made_at < $1`, day},
		{`DELETE FROM sign_in WHERE ended_at < $1`, month},
		{`DELETE FROM sign_in WHERE seen_at < $1`, month},
		{`DELETE FROM password_reset WHERE ends_at < $1`, month},
		{`DELETE FROM invitation WHERE ends_at < $1`, month},
	} {
		if _, err := tx.Exec(ctx, forget.statement, forget.before); err != nil {
			return err
		}
	}
	return nil
}
