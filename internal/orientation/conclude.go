package orientation

import (
	"context"
	"time"

	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/workshop"
)

// Conclude ends the visit of a person already known with the diagnosis alone:
// nothing is booked nor handed over. Concluded again it answers the same visit.
// Faults: unknown_visit, visit_over (given up), visit_unfinished.
func Conclude(ctx context.Context, tx *db.Tx, id db.ID) (Visit, error) {
	visit, err := ByID(ctx, tx, id)
	if err != nil || visit.State == Done {
		return visit, err
	}
	if visit.State == Left {
		return Visit{}, ErrVisitOver
	}
	if visit.Diagnosis.IsZero() || visit.Draft.Known.IsZero() {
		return Visit{}, ErrUnfinished
	}
	if err := workshop.LetGo(ctx, tx, visit.ID); err != nil {
		return Visit{}, err
	}
	visit.Holder, visit.Session = visit.Draft.Known, db.ID{}
	if err := diagnosis.Attach(ctx, tx, visit.Diagnosis, visit.Holder); err != nil {
		return Visit{}, err
	}
	visit.State, visit.EndedAt, visit.Draft = Done, tx.Now(), Draft{}
	closed, err := tx.Exec(ctx, `UPDATE visit SET state = 'done', draft = NULL, answers = NULL, session = NULL, kept_until = NULL, holder = $2, ended_at = $3, changed_at = $3
		WHERE id = $1 AND state = 'open'`, id, visit.Holder, tx.Now())
	if err != nil {
		return Visit{}, err
	}
	if closed == 0 {
		return ByID(ctx, tx, id)
	}
	if err := db.Erase(ctx, tx, id); err != nil {
		return Visit{}, err
	}
	_, err = audit.Record(ctx, tx, "visit.conclude", id, struct {
		ID, Organisation, Diagnosis, Holder db.ID
		At                                  time.Time
	}{id, visit.Organisation, visit.Diagnosis, visit.Holder, visit.EndedAt})
	return visit, err
}
