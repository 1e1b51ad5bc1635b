package orientation

import (
	"context"
	"time"

	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/workshop"
)

// Leave gives a visit up: its seat is free again and what was typed is gone.
// Left again it stays left. Faults: unknown_visit, visit_over (it is done).
func Leave(ctx context.Context, tx *db.Tx, id db.ID) error {
	visit, err := ByID(ctx, tx, id)
	if err != nil || visit.State == Left {
		return err
	}
	if visit.State == Done {
		return ErrVisitOver
	}
	return visit.leave(ctx, tx)
}

func (v Visit) leave(ctx context.Context, tx *db.Tx) error {
	gone, err := tx.Exec(ctx, `UPDATE visit SET state = 'left', draft = NULL, answers = NULL, session = NULL, kept_until = NULL, ended_at = $2, changed_at = $2
		WHERE id = $1 AND state = 'open'`, v.ID, tx.Now())
	if err != nil || gone == 0 {
		return err
	}
	if err := workshop.LetGo(ctx, tx, v.ID); err != nil {
		return err
	}
	if err := db.Erase(ctx, tx, v.ID); err != nil {
		return err
	}
	_, err = audit.Record(ctx, tx, "visit.leave", v.ID, struct{ ID, Organisation db.ID }{v.ID, v.Organisation})
	return err
}

// LeaveOld gives up the visits and the groups that nobody touched since an instant, for a
// nightly job: a draft is not a file on a person.
func LeaveOld(ctx context.Context, tx *db.Tx, since time.Time) (int, error) {
	old, err := visits(ctx, tx, ` WHERE state = 'open' AND changed_at < $1 ORDER BY id LIMIT 500`, since)
	if err != nil {
		return 0, err
	}
	for _, visit := range old {
		if err := visit.leave(ctx, tx); err != nil {
			return 0, err
		}
	}
	gathered, err := groups(ctx, tx, ` WHERE state = 'open' AND changed_at < $1 ORDER BY id LIMIT 500`, since)
	if err != nil {
		return 0, err
	}
	for _, group := range gathered {
		if err := group.leave(ctx, tx); err != nil {
			return 0, err
		}
	}
	return len(old) + len(gathered), nil
}
