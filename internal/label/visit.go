package label

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// ErrUnknownVisit refuses a visit that was not planned, or is over.
var ErrUnknownVisit = fault.Define(fault.NotFound, "unknown_site_visit", "Cette visite n’est pas prévue, ou elle est déjà faite. Repartez du dossier.")

// Visit is a certifier's visit of a place: planned, then recorded with what was
// found, or called off.
type Visit struct {
	ID, Application, Place db.ID
	PlannedOn              civil.Date
	DoneOn                 civil.Date // zero until it is recorded
	Note                   string     // sealed with the application's key
	Findings               []Judgement
	PlannedBy, DoneBy      db.ID
	PlannedAt, DoneAt      time.Time
	CancelledAt            time.Time
}

// PlanVisit announces a visit of one of the places; the applicant is told. The
// ID may be zero. Faults: forbidden, unknown_application, unknown_place,
// not_assigned, own_organisation, wrong_state, invalid (on).
func PlanVisit(ctx context.Context, tx *db.Tx, visit Visit) (Visit, error) {
	application, err := reviewed(ctx, tx, visit.Application)
	if err != nil {
		return Visit{}, err
	}
	if _, err := application.covers(visit.Place); err != nil {
		return Visit{}, err
	}
	var wrong fault.Collector
	wrong.Check(!visit.PlannedOn.Before(today(tx)) && !visit.PlannedOn.After(today(tx).AddMonths(12)), "on", "out_of_range", "Donnez un jour à venir, dans les 12\u00a0prochains mois.")
	if err := wrong.Err(); err != nil {
		return Visit{}, err
	}
	if visit.ID.IsZero() {
		visit.ID = tx.NewID()
	}
	visit.PlannedBy, visit.PlannedAt = application.Certifier, tx.Now()
	if _, err := tx.Exec(ctx, `INSERT INTO label_visit (id, application, place, planned_on, planned_by, planned_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		visit.ID, visit.Application, visit.Place, visit.PlannedOn, visit.PlannedBy, visit.PlannedAt); err != nil {
		return Visit{}, err
	}
	return visit, tell(ctx, tx, visit.Application, NoticeVisit)
}

// RecordVisit notes that a planned visit took place, with what was found by
// criterion; words may be empty. Faults: those of PlanVisit, unknown_site_visit,
// invalid (on, note, findings[i]).
func RecordVisit(ctx context.Context, tx *db.Tx, id db.ID, on civil.Date, note string, findings []Judgement) (Visit, error) {
	visit, application, err := planned(ctx, tx, id)
	if err != nil {
		return Visit{}, err
	}
	criteria, err := CriteriaByVersion(application.Criteria)
	if err != nil {
		return Visit{}, err
	}
	note = strings.TrimSpace(note)
	var wrong fault.Collector
	wrong.Check(!on.IsZero() && !on.After(today(tx)), "on", "out_of_range", "Donnez le jour de la visite, passé ou d’aujourd’hui.")
	wrong.Check(note != "", "note", "required", "Écrivez ce que vous avez vu.")
	wrong.Check(utf8.RuneCountInString(note) <= longestMessage, "note", "too_long", "Raccourcissez la note\u00a0: 4\u202f000\u00a0caractères au plus.")
	for i := range findings {
		findings[i].Word = strings.TrimSpace(findings[i].Word)
		field := "findings[" + itoa(i) + "]"
		criteria.checkVerdict(findings[i].Criterion, findings[i].Verdict, field, &wrong)
		wrong.Check(utf8.RuneCountInString(findings[i].Word) <= longestWord, field+".word", "too_long", "Raccourcissez ce mot\u00a0: 1\u202f000\u00a0caractères au plus.")
	}
	if err := wrong.Err(); err != nil {
		return Visit{}, err
	}
	sealed, err := db.Seal(ctx, tx, visit.Application, note)
	if err != nil {
		return Visit{}, err
	}
	done, err := tx.Exec(ctx, `UPDATE label_visit SET done_on = $2, note = $3, done_by = $4, done_at = $5 WHERE id = $1 AND done_at IS NULL AND cancelled_at IS NULL`,
		id, on, sealed, application.Certifier, tx.Now())
	if err != nil {
		return Visit{}, err
	}
	if done == 0 {
		return Visit{}, ErrUnknownVisit
	}
	for _, finding := range findings {
		word, err := db.Seal(ctx, tx, visit.Application, finding.Word)
		if err != nil {
			return Visit{}, err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO label_visit_finding (visit, criterion, verdict, word) VALUES ($1, $2, $3, $4)
			ON CONFLICT (visit, criterion) DO UPDATE SET verdict = excluded.verdict, word = excluded.word`,
			id, finding.Criterion, string(finding.Verdict), word); err != nil {
			return Visit{}, err
		}
	}
	return visitByID(ctx, tx, id)
}

// CancelVisit calls a planned visit off; the applicant is told. Faults: those of
// PlanVisit, unknown_visit.
func CancelVisit(ctx context.Context, tx *db.Tx, id db.ID) error {
	visit, _, err := planned(ctx, tx, id)
	if err != nil {
		return err
	}
	cancelled, err := tx.Exec(ctx, `UPDATE label_visit SET cancelled_at = $2 WHERE id = $1 AND done_at IS NULL AND cancelled_at IS NULL`, id, tx.Now())
	if err != nil {
		return err
	}
	if cancelled == 0 {
		return ErrUnknownVisit
	}
	return tell(ctx, tx, visit.Application, NoticeVisit)
}

// planned reads a visit still to come of an application under review.
func planned(ctx context.Context, tx *db.Tx, id db.ID) (Visit, Application, error) {
	visit, err := visitByID(ctx, tx, id)
	if err != nil {
		return Visit{}, Application{}, err
	}
	application, err := reviewed(ctx, tx, visit.Application)
	if err == nil && (!visit.DoneAt.IsZero() || !visit.CancelledAt.IsZero()) {
		err = ErrUnknownVisit
	}
	return visit, application, err
}

const selectVisit = `SELECT id, application, place, planned_on, done_on, note, planned_by, done_by, planned_at, done_at, cancelled_at FROM label_visit`

type sealedVisit struct {
	Visit
	note []byte
}

func scanVisit(row db.Scanner) (sealedVisit, error) {
	var v sealedVisit
	err := row.Scan(&v.ID, &v.Application, &v.Place, &v.PlannedOn, &v.DoneOn, &v.note, &v.PlannedBy, &v.DoneBy, &v.PlannedAt, &v.DoneAt, &v.CancelledAt)
	return v, err
}

func visitByID(ctx context.Context, q db.Q, id db.ID) (Visit, error) {
	found, err := scanVisit(q.QueryRow(ctx, selectVisit+` WHERE id = $1`, id))
	if fault.KindOf(err) == fault.NotFound {
		return Visit{}, ErrUnknownVisit
	}
	if err != nil {
		return Visit{}, err
	}
	return found.unsealed(ctx, q)
}

func (v sealedVisit) unsealed(ctx context.Context, q db.Q) (Visit, error) {
	visit := v.Visit
	var err error
	if visit.Note, err = db.Unseal(ctx, q, v.Application, v.note); err != nil {
		return Visit{}, err
	}
	type finding struct {
		Judgement
		word []byte
	}
	findings, err := db.All(ctx, q, func(row db.Scanner) (finding, error) {
		one := finding{Judgement: Judgement{Place: v.Place, Actor: v.DoneBy, At: v.DoneAt}}
		err := row.Scan(&one.Criterion, (*string)(&one.Verdict), &one.word)
		return one, err
	}, `SELECT criterion, verdict, word FROM label_visit_finding WHERE visit = $1 ORDER BY criterion`, v.ID)
	if err != nil {
		return Visit{}, err
	}
	for _, one := range findings {
		if one.Word, err = db.Unseal(ctx, q, v.Application, one.word); err != nil {
			return Visit{}, err
		}
		visit.Findings = append(visit.Findings, one.Judgement)
	}
	return visit, nil
}

func visitsOf(ctx context.Context, q db.Q, application db.ID) ([]Visit, error) {
	found, err := db.All(ctx, q, scanVisit, selectVisit+` WHERE application = $1 ORDER BY planned_on, id`, application)
	if err != nil {
		return nil, err
	}
	visits := make([]Visit, len(found))
	for i, one := range found {
		if visits[i], err = one.unsealed(ctx, q); err != nil {
			return nil, err
		}
	}
	return visits, nil
}
