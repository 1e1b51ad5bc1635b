package holder

import (
	"context"
	"errors"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// StopReminders takes back the consent of everyone whose messages go to a
// telephone, in whichever organisation, because that telephone asked for it; it
// answers how many they are. It asks for no right of its own: its caller has
// established that the request came from the telephone. Fault: bad_telephone.
func StopReminders(ctx context.Context, tx *db.Tx, telephone string) (people int, err error) {
	number, err := ParseTelephone(telephone)
	if err != nil {
		return 0, err
	}
	organisations, err := db.All(ctx, tx, db.Value[db.ID], `SELECT DISTINCT organisation FROM holder`)
	if err != nil {
		return 0, err
	}
	for _, organisation := range organisations {
		reached, err := db.All(ctx, tx, db.Value[db.ID], `SELECT id FROM holder WHERE telephone_match = $1 AND consent ORDER BY id`,
			telephoneMatch(tx, organisation, number))
		if err != nil {
			return 0, err
		}
		for _, id := range reached {
			if err := stop(ctx, tx, id); err != nil {
				return 0, err
			}
			people++
		}
	}
	return people, nil
}

// StopFor takes back one person's consent to messages, said in front of the
// actor; nothing when they had given none. Faults: not_found, and those of
// account.Require for holder.register.
func StopFor(ctx context.Context, tx *db.Tx, id db.ID) error {
	organisation, err := OrganisationOf(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := account.Require(tx.Actor(), account.ActHolderRegister, organisation); err != nil {
		return err
	}
	return stop(ctx, tx, id)
}

func stop(ctx context.Context, tx *db.Tx, id db.ID) error {
	stopped, err := tx.Exec(ctx, `UPDATE holder SET consent = FALSE, consent_at = $2, consent_by = $3 WHERE id = $1 AND consent`, id, tx.Now(), tx.Actor().ID)
	if err != nil || stopped == 0 {
		return err
	}
	known, err := load(ctx, tx, id)
	if err != nil {
		return err
	}
	return record(ctx, tx, "holder.consent", known)
}

// Agreed tells whether a person agrees to messages; false for nobody known. It
// tells nothing else, and asks for no right.
func Agreed(ctx context.Context, q db.Q, id db.ID) (bool, error) {
	agreed, err := db.Value[bool](q.QueryRow(ctx, `SELECT consent FROM holder WHERE id = $1`, id))
	if errors.Is(err, fault.ErrNotFound) {
		return false, nil
	}
	return agreed, err
}
