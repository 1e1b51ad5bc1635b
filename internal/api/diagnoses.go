package api

import (
	"context"
	"time"

	"passerelle/internal/civil"
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
	Minutes   int            `json:"minutes" doc:"Le temps qu’il prend."`
	Languages []string       `json:"languages" doc:"Les langues qu’il parle, en plus du français (ISO 639)."`
	Questions []questionView `json:"questions"`
}

type questionnaireInput struct {
	Code     string `path:"code" doc:"quick : le repérage rapide ; full : le diagnostic complet."`
	Version  int    `query:"version" minimum:"0" doc:"Une version qui a servi ; absente : celle qui sert."`
	Language string `query:"language" doc:"Code ISO 639 ; ce qui n’est pas traduit reste en français."`
}

func readQuestionnaire(ctx context.Context, q db.Q, in *questionnaireInput) (questionnaireView, error) {
	current, err := diagnosis.ByVersion(ctx, q, in.Code, in.Version)
	if err != nil {
		return questionnaireView{}, err
	}
	languages := list(current.Languages())
	current = current.In(in.Language)
	return questionnaireView{
		Code: current.Code, Version: current.Version, Title: current.Title, Minutes: current.Minutes, Languages: languages,
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
	Manner         string            `json:"manner" enum:"counter,paper,phone,programme" doc:"Comment les réponses sont venues : au guichet, sur papier, seul sur un téléphone, par un autre logiciel."`
	TakenOn        string            `json:"taken_on" format:"date" doc:"Le jour où les réponses ont été données."`
	HolderID       *id               `json:"holder_id" nullable:"true"`
	RecordedAt     time.Time         `json:"recorded_at"`
}

func viewDiagnosis(d diagnosis.Diagnosis) diagnosisView {
	return diagnosisView{
		ID: id{d.ID}, OrganisationID: id{d.Organisation}, Questionnaire: d.Questionnaire, Version: d.Version, Answers: d.Answers,
		Scores: viewScores(d.Scores),
		Brakes: list(d.Brakes), Urgent: d.Urgent, Route: routeView{Code: d.Chosen(), Reasons: list(d.Route.Reasons)},
		Level: d.Level(), Commune: d.Commune, Manner: d.Manner, TakenOn: d.Day().String(), HolderID: reference(d.Holder), RecordedAt: d.RecordedAt.UTC(),
	}
}

type recordInput struct {
	Body struct {
		Questionnaire string            `json:"questionnaire,omitempty" doc:"quick si absent."`
		Answers       map[string]string `json:"answers" doc:"La valeur choisie pour chaque question ; une question absente vaut « je ne sais pas »."`
		Commune       string            `json:"commune,omitempty" doc:"Code INSEE."`
		Version       int               `json:"version,omitempty" minimum:"0" doc:"La version imprimée sur le formulaire ; absente : celle qui sert."`
		Manner        string            `json:"manner,omitempty" enum:"counter,paper,phone,programme" doc:"programme si absent."`
		TakenOn       string            `json:"taken_on,omitempty" format:"date" doc:"Le jour où les réponses ont été données ; aujourd’hui si absent."`
	}
}

func recordDiagnosis(ctx context.Context, tx *db.Tx, row db.ID, in *recordInput) (diagnosisView, error) {
	var taken civil.Date
	if in.Body.TakenOn != "" {
		var err error
		if taken, err = civil.ParseDate(in.Body.TakenOn); err != nil {
			return diagnosisView{}, err
		}
	}
	if in.Body.Manner == "" {
		in.Body.Manner = diagnosis.ByProgramme
	}
	made, err := diagnosis.Record(ctx, tx, diagnosis.Input{
		ID: row, Questionnaire: in.Body.Questionnaire, Version: in.Body.Version, Manner: in.Body.Manner, TakenOn: taken,
		Answers: in.Body.Answers, Commune: in.Body.Commune,
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
