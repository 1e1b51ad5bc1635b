package diagnosis

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
)

// Diagnosis is one detection with what it says.
type Diagnosis struct {
	ID            db.ID
	Organisation  db.ID
	Questionnaire string
	Version       int
	Answers       map[string]string // question → value
	Finding
	Commune    string // INSEE code, or empty
	Holder     db.ID  // once attached
	Override   Override
	RecordedAt time.Time
	RecordedBy db.ID
}

// Chosen is the route that stands: the agent's where there is one.
func (d Diagnosis) Chosen() string {
	if d.Override.Route != "" {
		return d.Override.Route
	}
	return d.Route.Code
}

// Input is a set of answers to record.
type Input struct {
	ID            db.ID
	Organisation  db.ID             // zero: the actor's
	Questionnaire string            // code; empty: "quick"
	Answers       map[string]string // question → value; one that is missing is "Je ne sais pas"
	Commune       string            // INSEE code, or empty
}

// The refusals of this package.
var (
	ErrUnknownDiagnosis = fault.Define(fault.NotFound, "unknown_diagnosis", "Ce repérage n’existe pas, ou n’est pas à vous. Repartez de l’accueil.")
	ErrAttached         = fault.Define(fault.Conflict, "diagnosis_attached", "Ce repérage est déjà celui d’une autre personne. Faites-en un nouveau.")
)

// Record keeps the answers to a questionnaire, scored and routed. Faults:
// unknown_questionnaire; by field: unknown_choice (answers.ID), unknown_question
// (answers), unknown_commune (commune); those of account.Require for
// diagnosis.record.
func Record(ctx context.Context, tx *db.Tx, in Input) (Diagnosis, error) {
	actor := tx.Actor()
	if in.Organisation.IsZero() {
		in.Organisation = actor.Organisation
	}
	if err := account.Require(actor, account.ActDiagnosisRecord, in.Organisation); err != nil {
		return Diagnosis{}, err
	}
	if in.Questionnaire == "" {
		in.Questionnaire = "quick"
	}
	asked, err := Current(in.Questionnaire)
	if err != nil {
		return Diagnosis{}, err
	}
	answers, err := asked.settle(in)
	if err != nil {
		return Diagnosis{}, err
	}
	made := Diagnosis{
		ID: in.ID, Organisation: in.Organisation, Questionnaire: asked.Code, Version: asked.Version, Answers: answers,
		Finding: asked.Read(answers), Commune: in.Commune, RecordedAt: tx.Now(), RecordedBy: actor.ID,
	}
	if made.ID.IsZero() {
		made.ID = tx.NewID()
	}
	if err := made.insert(ctx, tx); err != nil {
		return Diagnosis{}, err
	}
	_, err = audit.Record(ctx, tx, "diagnosis.record", made.ID, struct {
		ID, Organisation, By db.ID
		Questionnaire        string
		Version              int
		Route                string
		Urgent               bool
	}{made.ID, made.Organisation, made.RecordedBy, made.Questionnaire, made.Version, made.Route.Code, made.Urgent})
	return made, err
}

// settle puts every answer in its one form, or says all that is wrong.
func (q Questionnaire) settle(in Input) (map[string]string, error) {
	var wrong fault.Collector
	answers := map[string]string{}
	for _, question := range q.Questions {
		read, known := question.Read(in.Answers[question.ID])
		wrong.Check(known, "answers."+question.ID, "unknown_choice", "Choisissez une des réponses proposées, ou «\u00a0Je ne sais pas\u00a0»")
		answers[question.ID] = read
	}
	for _, id := range sortedKeys(in.Answers) {
		_, known := q.Question(id)
		wrong.Check(known, "answers."+id, "unknown_question", "Cette question n’est pas dans le questionnaire")
	}
	if in.Commune != "" {
		if _, err := geography.CommuneByCode(in.Commune); err != nil {
			wrong.Add("commune", "unknown_commune", fault.Of(err).Message)
		}
	}
	return answers, wrong.Err()
}

func sortedKeys(answers map[string]string) []string {
	var keys []string
	for key := range answers {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func (d Diagnosis) insert(ctx context.Context, tx *db.Tx) error {
	answers, err := json.Marshal(d.Answers)
	if err != nil {
		return err
	}
	score := func(domain string) any {
		if known := d.Scores[domain]; known != nil {
			return *known
		}
		return nil
	}
	_, err = tx.Exec(ctx, `INSERT INTO diagnosis (id, organisation, questionnaire, version, answers,
			information, communication, problem_solving, software, privacy, brakes, route, urgent, commune, recorded_at, recorded_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		d.ID, d.Organisation, d.Questionnaire, d.Version, string(answers),
		score("information"), score("communication"), score("problem_solving"), score("software"), score("privacy"),
		strings.Join(d.Brakes, ","), d.Route.Code, d.Urgent, d.Commune, d.RecordedAt, d.RecordedBy)
	return err
}

// Attach says whose diagnosis it is. Attaching it again to the same person
// changes nothing. Faults: unknown_diagnosis, not_found (the holder),
// diagnosis_attached, and those of account.Require for diagnosis.record on both
// organisations.
func Attach(ctx context.Context, tx *db.Tx, diagnosis, who db.ID) error {
	known, err := ByID(ctx, tx, diagnosis)
	if err != nil {
		return err
	}
	if known.Holder == who && !who.IsZero() {
		return nil
	}
	registered, err := holder.OrganisationOf(ctx, tx, who)
	if err != nil {
		return err
	}
	for _, organisation := range []db.ID{known.Organisation, registered} {
		if err := account.Require(tx.Actor(), account.ActDiagnosisRecord, organisation); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `INSERT INTO diagnosis_holder (diagnosis, holder, at) VALUES ($1, $2, $3)`, diagnosis, who, tx.Now())
	if errors.Is(err, db.ErrDuplicate) {
		return ErrAttached
	}
	if err != nil {
		return err
	}
	_, err = audit.Record(ctx, tx, "diagnosis.attach", diagnosis, struct{ Diagnosis, Holder db.ID }{diagnosis, who})
	return err
}

// Override is the route that an agent chose instead of the proposed one.
type Override struct {
	ID        db.ID
	Diagnosis db.ID
	Route     string
	Reason    string // one sentence, read by the agent's team
	At        time.Time
}

const mostReason = 300

// Choose records another route than the proposed one, with its reason. Faults:
// unknown_diagnosis; by field: unknown_choice (route), required, too_long,
// forbidden_note (reason); those of account.Require for diagnosis.record.
func Choose(ctx context.Context, tx *db.Tx, in Override) (Override, error) {
	known, err := ByID(ctx, tx, in.Diagnosis)
	if err != nil {
		return Override{}, err
	}
	if err := account.Require(tx.Actor(), account.ActDiagnosisRecord, known.Organisation); err != nil {
		return Override{}, err
	}
	in.Reason = strings.TrimSpace(in.Reason)
	var wrong fault.Collector
	wrong.Check(slices.ContainsFunc(Routes, func(r RouteWords) bool { return r.Code == in.Route }), "route", "unknown_choice", "Choisissez une des voies proposées")
	wrong.Check(in.Reason != "", "reason", "required", "Écrivez la raison de votre choix, en une phrase")
	wrong.Check(len([]rune(in.Reason)) <= mostReason, "reason", "too_long", "Écrivez une raison plus courte\u00a0: 300 caractères au plus")
	if err := holder.CheckNote(in.Reason); err != nil {
		wrong.Add("reason", fault.Of(err).Code, strings.ReplaceAll(fault.Of(err).Message, "de la note", "de la raison"))
	}
	if err := wrong.Err(); err != nil {
		return Override{}, err
	}
	if in.ID.IsZero() {
		in.ID = tx.NewID()
	}
	in.At = tx.Now()
	if _, err := tx.Exec(ctx, `INSERT INTO diagnosis_override (id, diagnosis, route, reason, at, by_person) VALUES ($1, $2, $3, $4, $5, $6)`,
		in.ID, in.Diagnosis, in.Route, in.Reason, in.At, tx.Actor().ID); err != nil {
		return Override{}, err
	}
	_, err = audit.Record(ctx, tx, "diagnosis.override", in.ID, struct {
		ID, Diagnosis db.ID
		Route         string
		At            time.Time
	}{in.ID, in.Diagnosis, in.Route, in.At})
	return in, err
}
