package api

import (
	"context"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
)

type choiceView struct {
	Value string `json:"value"`
	Text  string `json:"text"`
}

type questionView struct {
	ID       string       `json:"id"`
	Text     string       `json:"text"`
	Hint     string       `json:"hint"`
	Multiple bool         `json:"multiple" doc:"Plusieurs réponses possibles : leurs valeurs séparées par des virgules."`
	Choices  []choiceView `json:"choices"`
}

type questionnaireView struct {
	Code      string         `json:"code"`
	Version   int            `json:"version"`
	Title     string         `json:"title"`
	Questions []questionView `json:"questions"`
}

type questionnaireInput struct {
	Code string `path:"code" doc:"quick : le repérage rapide."`
}

func readQuestionnaire(_ context.Context, _ db.Q, in *questionnaireInput) (questionnaireView, error) {
	current, err := diagnosis.Current(in.Code)
	if err != nil {
		return questionnaireView{}, err
	}
	return questionnaireView{
		Code: current.Code, Version: current.Version, Title: current.Title,
		Questions: each(current.Questions, func(q diagnosis.Question) questionView {
			return questionView{ID: q.ID, Text: q.Text, Hint: q.Hint, Multiple: q.Multiple, Choices: each(q.Choices, func(c diagnosis.Choice) choiceView {
				return choiceView{Value: c.Value, Text: c.Text}
			})}
		}),
	}, nil
}

type routeView struct {
	Code    string   `json:"code" enum:"far_away,pathway,one_off,on_paper"`
	Reasons []string `json:"reasons"`
}

// scoresView has each of the five domains; null where nothing was asked or learnt.
type scoresView struct {
	Information    *int `json:"information" minimum:"0" maximum:"2"`
	Communication  *int `json:"communication" minimum:"0" maximum:"2"`
	ProblemSolving *int `json:"problem_solving" minimum:"0" maximum:"2"`
	Software       *int `json:"software" minimum:"0" maximum:"2"`
	Privacy        *int `json:"privacy" minimum:"0" maximum:"2"`
}

type diagnosisView struct {
	ID             id                `json:"id"`
	OrganisationID id                `json:"organisation_id"`
	Questionnaire  string            `json:"questionnaire"`
	Version        int               `json:"version"`
	Answers        map[string]string `json:"answers"`
	Scores         scoresView        `json:"scores" doc:"0 rien, 1 les bases, 2 davantage ; null sans question."`
	Brakes         []string          `json:"brakes" doc:"Ce dont la personne a besoin."`
	Urgent         bool              `json:"urgent" doc:"Une démarche ne peut pas attendre : à faire ici, aujourd’hui."`
	Route          routeView         `json:"route"`
	Level          string            `json:"level" doc:"Le niveau d’atelier qui convient."`
	Commune        string            `json:"commune" doc:"Code INSEE, ou vide."`
	HolderID       *id               `json:"holder_id" nullable:"true"`
	RecordedAt     time.Time         `json:"recorded_at"`
}

func viewDiagnosis(d diagnosis.Diagnosis) diagnosisView {
	return diagnosisView{
		ID: id{d.ID}, OrganisationID: id{d.Organisation}, Questionnaire: d.Questionnaire, Version: d.Version, Answers: d.Answers,
		Scores: scoresView{
			Information: d.Scores["information"], Communication: d.Scores["communication"], ProblemSolving: d.Scores["problem_solving"],
			Software: d.Scores["software"], Privacy: d.Scores["privacy"],
		},
		Brakes: list(d.Brakes), Urgent: d.Urgent, Route: routeView{Code: d.Chosen(), Reasons: list(d.Route.Reasons)},
		Level: d.Level(), Commune: d.Commune, HolderID: reference(d.Holder), RecordedAt: d.RecordedAt.UTC(),
	}
}

type recordInput struct {
	Body struct {
		Questionnaire string            `json:"questionnaire,omitempty" doc:"quick si absent."`
		Answers       map[string]string `json:"answers" doc:"La valeur choisie pour chaque question ; une question absente vaut « je ne sais pas »."`
		Commune       string            `json:"commune,omitempty" doc:"Code INSEE."`
	}
}

func recordDiagnosis(ctx context.Context, tx *db.Tx, row db.ID, in *recordInput) (diagnosisView, error) {
	made, err := diagnosis.Record(ctx, tx, diagnosis.Input{
		ID: row, Questionnaire: in.Body.Questionnaire, Answers: in.Body.Answers, Commune: in.Body.Commune,
	})
	return viewDiagnosis(made), err
}

func recordDiagnosisAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *recordInput) (diagnosisView, error) {
	known, err := diagnosis.ByID(ctx, tx, row)
	return viewDiagnosis(known), err
}

type diagnosisInput struct {
	ID string `path:"id"`
}

func readDiagnosis(ctx context.Context, q db.Q, in *diagnosisInput) (diagnosisView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return diagnosisView{}, err
	}
	known, err := diagnosis.ByID(ctx, q, wanted)
	return viewDiagnosis(known), err
}

type listDiagnosesInput struct {
	Holder string `query:"holder" required:"true" doc:"Une personne suivie par votre organisation."`
}

func listDiagnoses(ctx context.Context, q db.Q, in *listDiagnosesInput) (page[diagnosisView], error) {
	who, err := db.ParseID(in.Holder)
	if err != nil {
		return page[diagnosisView]{}, err
	}
	known, err := diagnosis.Of(ctx, q, who)
	return page[diagnosisView]{Items: each(known, viewDiagnosis)}, err
}
