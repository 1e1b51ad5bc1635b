package diagnosis

import (
	"context"
	"encoding/json"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
)

const selectDiagnosis = `SELECT d.id, d.organisation, d.questionnaire, d.version, d.answers, d.commune, d.manner, d.taken_on, d.recorded_at, d.recorded_by, h.holder
	FROM diagnosis d LEFT JOIN diagnosis_holder h ON h.diagnosis = d.id`

func scan(row db.Scanner) (Diagnosis, error) {
	var d Diagnosis
	var answers string
	if err := row.Scan(&d.ID, &d.Organisation, &d.Questionnaire, &d.Version, &answers, &d.Commune, &d.Manner, &d.TakenOn, &d.RecordedAt, &d.RecordedBy, &d.Holder); err != nil {
		return Diagnosis{}, err
	}
	var err error
	d.Answers, err = readAnswers(answers)
	return d, err
}

func readAnswers(text string) (answers map[string]string, err error) {
	return answers, json.Unmarshal([]byte(text), &answers)
}

// read gives a stored diagnosis its finding, by its own version, and the
// agent's choice.
func (d Diagnosis) read(ctx context.Context, q db.Q, known readings) (Diagnosis, error) {
	asked, err := known.of(ctx, q, d.Questionnaire, d.Version)
	if err != nil {
		return Diagnosis{}, err
	}
	d.Finding = asked.Read(d.Answers)
	return d.withOverride(ctx, q)
}

// ByID is a diagnosis of the actor's organisation, with the agent's own choice
// where there is one. Faults: unknown_diagnosis, and those of account.Require
// for diagnosis.read.
func ByID(ctx context.Context, q db.Q, id db.ID) (Diagnosis, error) {
	found, err := scan(q.QueryRow(ctx, selectDiagnosis+` WHERE d.id = $1`, id))
	if fault.KindOf(err) == fault.NotFound {
		return Diagnosis{}, ErrUnknownDiagnosis
	}
	if err != nil {
		return Diagnosis{}, err
	}
	if err := account.Require(q.Actor(), account.ActDiagnosisRead, found.Organisation); err != nil {
		return Diagnosis{}, err
	}
	return found.read(ctx, q, readings{})
}

// Of lists a person's diagnoses, the latest first, for the organisation that
// registered them. Faults: not_found, and those of account.Require for
// diagnosis.read.
func Of(ctx context.Context, q db.Q, who db.ID) ([]Diagnosis, error) {
	registered, err := holder.OrganisationOf(ctx, q, who)
	if err != nil {
		return nil, err
	}
	if err := account.Require(q.Actor(), account.ActDiagnosisRead, registered); err != nil {
		return nil, err
	}
	found, err := db.All(ctx, q, scan, selectDiagnosis+` WHERE h.holder = $1 ORDER BY COALESCE(d.taken_on, '9999') DESC, d.id DESC`, who)
	if err != nil {
		return nil, err
	}
	versions := readings{}
	for i := range found {
		if found[i], err = found[i].read(ctx, q, versions); err != nil {
			return nil, err
		}
	}
	return found, nil
}
