package diagnosis

import (
	"context"
	"encoding/json"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
)

const selectDiagnosis = `SELECT d.id, d.organisation, d.questionnaire, d.version, d.answers, d.commune, d.recorded_at, d.recorded_by, h.holder
	FROM diagnosis d LEFT JOIN diagnosis_holder h ON h.diagnosis = d.id`

func scan(row db.Scanner) (Diagnosis, error) {
	var d Diagnosis
	var answers string
	if err := row.Scan(&d.ID, &d.Organisation, &d.Questionnaire, &d.Version, &answers, &d.Commune, &d.RecordedAt, &d.RecordedBy, &d.Holder); err != nil {
		return Diagnosis{}, err
	}
	if err := json.Unmarshal([]byte(answers), &d.Answers); err != nil {
		return Diagnosis{}, err
	}
	asked, err := version(d.Questionnaire, d.Version)
	if err != nil {
		return Diagnosis{}, err
	}
	d.Finding = asked.Read(d.Answers)
	return d, nil
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
	return found.withOverride(ctx, q)
}

func (d Diagnosis) withOverride(ctx context.Context, q db.Q) (Diagnosis, error) {
	chosen, err := db.All(ctx, q, func(row db.Scanner) (Override, error) {
		var o Override
		return o, row.Scan(&o.ID, &o.Diagnosis, &o.Route, &o.Reason, &o.At)
	}, `SELECT id, diagnosis, route, reason, at FROM diagnosis_override WHERE diagnosis = $1 ORDER BY at DESC, id DESC LIMIT 1`, d.ID)
	if err == nil && len(chosen) == 1 {
		d.Override = chosen[0]
	}
	return d, err
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
	found, err := db.All(ctx, q, scan, selectDiagnosis+` WHERE h.holder = $1 ORDER BY d.id DESC`, who)
	if err != nil {
		return nil, err
	}
	for i := range found {
		if found[i], err = found[i].withOverride(ctx, q); err != nil {
			return nil, err
		}
	}
	return found, nil
}
