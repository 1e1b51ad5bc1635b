package holder

import (
	"context"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/db"
)

// RegisterAtDoor notes someone whom no counter sent and who came to a session:
// a nickname is enough, and nothing else is asked. The site that welcomes them
// keeps them. Faults by field: too_long, bad_name (name); those of
// account.Require for attendance.tick.
func RegisterAtDoor(ctx context.Context, tx *db.Tx, id db.ID, name string) (Holder, error) {
	actor := tx.Actor()
	if err := account.Require(actor, account.ActAttendanceTick, actor.Organisation); err != nil {
		return Holder{}, err
	}
	name = strings.TrimSpace(name)
	if err := (New{Name: name}).Check(); err != nil {
		return Holder{}, err
	}
	met := Holder{ID: id, Organisation: actor.Organisation, Name: name, RegisteredAt: tx.Now(), RegisteredBy: actor.ID}
	if met.ID.IsZero() {
		met.ID = tx.NewID()
	}
	if err := met.insert(ctx, tx); err != nil {
		return Holder{}, err
	}
	return met, record(ctx, tx, "holder.register", met)
}
