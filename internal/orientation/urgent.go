package orientation

import (
	"context"
	"time"

	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// The ways to do at once what cannot wait.
const (
	UrgentOnPaper  = "paper"    // written on paper, here
	UrgentTogether = "together" // done on a screen, together
)

// NoteUrgentDone records that what could not wait was done here, today, and in
// which way; noted twice, the first stands. Faults: unknown_visit, visit_over;
// by field: unknown_choice (way).
func NoteUrgentDone(ctx context.Context, tx *db.Tx, id db.ID, way string) (Visit, error) {
	visit, err := open(ctx, tx, id)
	if err != nil {
		return Visit{}, err
	}
	var wrong fault.Collector
	wrong.Check(way == UrgentOnPaper || way == UrgentTogether, "way", "unknown_choice", "Dites si cela a été fait sur papier, ou ensemble")
	if err := wrong.Err(); err != nil {
		return Visit{}, err
	}
	noted, err := tx.Exec(ctx, `INSERT INTO urgent_act (visit, organisation, way, at, by_person) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (visit) DO NOTHING`,
		id, visit.Organisation, way, tx.Now(), tx.Actor().ID)
	if err != nil {
		return Visit{}, err
	}
	if noted == 1 {
		if _, err := audit.Record(ctx, tx, "urgent.done", id, struct {
			Visit, Organisation db.ID
			Way                 string
			At                  time.Time
		}{id, visit.Organisation, way, tx.Now()}); err != nil {
			return Visit{}, err
		}
	}
	visit.UrgentDone = true
	return visit.store(ctx, tx)
}
