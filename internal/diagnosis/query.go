package diagnosis

import (
	"context"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
)

const selectDiagnosis = `SELECT d.id, d.organisation, d.questionnaire, d.version, d.answers, d.route, d.urgent, d.commune, d.manner, d.taken_on, d.recorded_at, d.recorded_by, h.holder
	FROM diagnosis d LEFT JOIN diagnosis_holder h ON h.diagnosis = d.id`

// stored is a diagnosis as its row has it.
type stored struct {
	Diagnosis
	sealed []byte
	route  string
	urgent bool
}

func scan(row db.Scanner) (d stored, err error) {
	return d, row.Scan(&d.ID, &d.Organisation, &d.Questionnaire, &d.Version, &d.sealed, &d.route, &d.urgent, &d.Commune, &d.Manner, &d.TakenOn, &d.RecordedAt, &d.RecordedBy, &d.Holder)
}

// read gives a stored diagnosis its answers and its finding, by its own version,
// and the agent's choice. Of answers that were erased the route alone is left.
func (d stored) read(ctx context.Context, q db.Q, known readings) (Diagnosis, error) {
	asked, err := known.of(ctx, q, d.Questionnaire, d.Version)
	if err != nil {
		return Diagnosis{}, err
	}
	answers, readable, err := unsealAnswers(ctx, q, d.ID, d.sealed)
	if err != nil {
		return Diagnosis{}, err
	}
	if d.Answers = answers; readable {
		d.Finding = asked.Read(answers)
	} else {
		d.Finding = Finding{Scores: map[string]*int{}, Route: Route{Code: d.route}, Urgent: d.urgent}
	}
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
	read := make([]Diagnosis, len(found))
	for i, one := range found {
		if read[i], err = one.read(ctx, q, versions); err != nil {
			return nil, err
		}
	}
	return read, nil
}
