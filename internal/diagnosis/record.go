package diagnosis

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/civil"
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
	Manner     string // how the answers came: AtCounter, OnForm, ByPhone, ByProgramme
	TakenOn    civil.Date
	Holder     db.ID // once attached
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

// The ways that answers come.
const (
	AtCounter   = "counter"   // asked and typed in together
	OnForm      = "paper"     // written on the paper form, typed in later
	ByPhone     = "phone"     // answered alone, on a phone
	ByProgramme = "programme" // sent by another program
)

// MannerText tells how the answers came: "sur papier"; empty at the counter.
func MannerText(manner string) string {
	return map[string]string{OnForm: "sur papier", ByPhone: "seul, sur un téléphone", ByProgramme: "par un autre logiciel"}[manner]
}

// Input is a set of answers to record.
type Input struct {
	ID            db.ID
	Organisation  db.ID             // zero: the actor's
	Questionnaire string            // code; empty: "quick"
	Version       int               // 0: the current one
	Manner        string            // empty: AtCounter
	TakenOn       civil.Date        // the day they were given; zero: today
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
// (answers), unknown_commune (commune), bad_date (taken_on), unknown_choice
// (manner); those of account.Require for
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
		in.Questionnaire = QuickCode
	}
	asked, err := ByVersion(ctx, tx, in.Questionnaire, in.Version)
	if err != nil {
		return Diagnosis{}, err
	}
	today := civil.DateOf(tx.Now(), civil.Paris)
	if in.Manner == "" {
		in.Manner = AtCounter
	}
	if in.TakenOn.IsZero() {
		in.TakenOn = today
	}
	answers, err := asked.settle(in, today)
	if err != nil {
		return Diagnosis{}, err
	}
	made := Diagnosis{
		ID: in.ID, Organisation: in.Organisation, Questionnaire: asked.Code, Version: asked.Version, Answers: answers,
		Finding: asked.Read(answers), Commune: in.Commune, Manner: in.Manner, TakenOn: in.TakenOn, RecordedAt: tx.Now(), RecordedBy: actor.ID,
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
		Manner               string
		TakenOn              civil.Date
	}{made.ID, made.Organisation, made.RecordedBy, made.Questionnaire, made.Version, made.Route.Code, made.Urgent, made.Manner, made.TakenOn})
	return made, err
}

// settle puts every answer in its one form, or says all that is wrong.
func (q Questionnaire) settle(in Input, today civil.Date) (map[string]string, error) {
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
	checkTaken(&wrong, in.TakenOn, today)
	wrong.Check(slices.Contains([]string{AtCounter, OnForm, ByPhone, ByProgramme}, in.Manner), "manner", "unknown_choice", "Dites comment les réponses sont venues")
	if in.Commune != "" {
		if _, err := geography.CommuneByCode(in.Commune); err != nil {
			wrong.Add("commune", "unknown_commune", fault.Of(err).Message)
		}
	}
	return answers, wrong.Err()
}

// oldest is how many months back a form may have been filled in.
const oldest = 24

func checkTaken(wrong *fault.Collector, taken, today civil.Date) {
	wrong.Check(!taken.After(today), "taken_on", "bad_date", "Écrivez le jour où les réponses ont été données\u00a0: aujourd’hui, ou avant")
	wrong.Check(!taken.Before(today.AddMonths(-oldest)), "taken_on", "bad_date", "Ces réponses ont plus de 2\u00a0ans. Posez de nouveau les questions")
}

// CheckTaken refuses, by field (taken_on, bad_date), a day on which answers
// cannot have been given; the zero day is today.
func CheckTaken(taken civil.Date, now time.Time) error {
	var wrong fault.Collector
	if !taken.IsZero() {
		checkTaken(&wrong, taken, civil.DateOf(now, civil.Paris))
	}
	return wrong.Err()
}

func sortedKeys[T any](of map[string]T) []string { return slices.Sorted(maps.Keys(of)) }

func (d Diagnosis) insert(ctx context.Context, tx *db.Tx) error {
	answers, err := sealAnswers(ctx, tx, d.ID, d.Answers)
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
			information, communication, problem_solving, software, privacy, brakes, route, urgent, commune, recorded_at, recorded_by, manner, taken_on)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
		d.ID, d.Organisation, d.Questionnaire, d.Version, answers,
		score("information"), score("communication"), score("problem_solving"), score("software"), score("privacy"),
		strings.Join(d.Brakes, ","), d.Route.Code, d.Urgent, d.Commune, d.RecordedAt, d.RecordedBy, d.Manner, d.TakenOn)
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
