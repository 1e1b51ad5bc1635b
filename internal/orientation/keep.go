package orientation

import (
	"context"
	"maps"

	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/fault"
)

// open loads a visit that still can change.
func open(ctx context.Context, tx *db.Tx, id db.ID) (Visit, error) {
	visit, err := ByID(ctx, tx, id)
	if err != nil {
		return Visit{}, err
	}
	if visit.State != Open {
		return Visit{}, ErrVisitOver
	}
	return visit, nil
}

// store writes what may change of an open visit.
func (v Visit) store(ctx context.Context, tx *db.Tx) (Visit, error) {
	given, err := encode(v.Answers)
	if err != nil {
		return Visit{}, err
	}
	answers, err := db.Seal(ctx, tx, v.ID, given)
	if err != nil {
		return Visit{}, err
	}
	search, err := encode(v.Search)
	if err != nil {
		return Visit{}, err
	}
	v.Draft.Address = v.Search.Address
	var sealed []byte
	if v.Draft != (Draft{}) {
		text, err := encode(v.Draft)
		if err != nil {
			return Visit{}, err
		}
		if sealed, err = db.Seal(ctx, tx, v.ID, text); err != nil {
			return Visit{}, err
		}
	}
	v.ChangedAt = tx.Now()
	changed, err := tx.Exec(ctx, `UPDATE visit SET answers = $2, diagnosis = $3, search = $4, session = $5, kept_until = $6, draft = $7,
			urgent_done = $8, changed_at = $9, waits = $10 WHERE id = $1 AND state = 'open'`,
		v.ID, answers, v.Diagnosis, search, v.Session, v.KeptUntil, sealed, v.UrgentDone, v.ChangedAt, v.Waits)
	if err != nil {
		return Visit{}, err
	}
	if changed == 0 {
		return Visit{}, ErrVisitOver
	}
	return v, nil
}

// Answer keeps answers to the visit's questionnaire, one or several, and records the
// diagnosis when every question has its answer. Answers that change after that
// make a new diagnosis. Faults: unknown_visit, visit_over; by field:
// unknown_choice (the question's id).
func Answer(ctx context.Context, tx *db.Tx, id db.ID, answers map[string]string) (Visit, error) {
	visit, err := open(ctx, tx, id)
	if err != nil {
		return Visit{}, err
	}
	before := maps.Clone(visit.Answers)
	asked, err := visit.Asked(ctx, tx)
	if err != nil {
		return Visit{}, err
	}
	var wrong fault.Collector
	for _, question := range asked.Questions {
		answer, given := answers[question.ID]
		if !given {
			continue
		}
		read, known := question.Read(answer)
		wrong.Check(known, question.ID, "unknown_choice", "Choisissez une des réponses proposées")
		visit.Answers[question.ID] = read
	}
	if err := wrong.Err(); err != nil {
		return Visit{}, err
	}
	complete := visit.FirstUnanswered(asked) == 0
	if complete && (visit.Diagnosis.IsZero() || !maps.Equal(before, visit.Answers)) {
		found, err := diagnosis.Record(ctx, tx, diagnosis.Input{
			Questionnaire: visit.Questionnaire, Version: visit.Version, Manner: visit.Manner, TakenOn: visit.TakenOn,
			Answers: visit.Answers, Commune: visit.Search.Commune,
		})
		if err != nil {
			return Visit{}, err
		}
		visit.Diagnosis = found.ID
	}
	return visit.store(ctx, tx)
}
