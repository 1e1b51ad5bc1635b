package api

import (
	"context"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/label"
)

type criteriaView struct {
	Version      string          `json:"version"`
	Title        string          `json:"title"`
	PublishedOn  civil.Date      `json:"published_on" format:"date"`
	InForceFrom  civil.Date      `json:"in_force_from" format:"date" doc:"Les demandes commencées à partir de ce jour suivent cette version."`
	Threshold    int             `json:"threshold" doc:"Score nécessaire, sur 100."`
	ThresholdWhy string          `json:"threshold_why"`
	Criteria     []criterionView `json:"criteria"`
}

type criterionView struct {
	Code             string                `json:"code"`
	Title            string                `json:"title"`
	Why              string                `json:"why"`
	Proof            string                `json:"proof" doc:"Ce qui le prouve."`
	Weight           int                   `json:"weight"`
	Required         bool                  `json:"required"`
	PartlyEnough     bool                  `json:"partly_enough" doc:"Rempli en partie suffit, pour un critère obligatoire."`
	MayNotApply      bool                  `json:"may_not_apply"`
	AnswerKind       string                `json:"answer_kind" enum:"yes_no,number,choice,text"`
	Question         string                `json:"question"`
	Choices          []criterionChoiceView `json:"choices"`
	Attachment       string                `json:"attachment" doc:"La pièce attendue ; vide quand il n’en faut pas."`
	AttachmentNeeded bool                  `json:"attachment_needed"`
}

type criterionChoiceView struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

func viewCriteria(c label.Criteria) criteriaView {
	return criteriaView{
		Version: c.Version, Title: c.Title, PublishedOn: c.PublishedOn, InForceFrom: c.InForceFrom, Threshold: c.Threshold, ThresholdWhy: c.ThresholdWhy,
		Criteria: each(c.Items, func(item label.Criterion) criterionView {
			return criterionView{
				Code: item.Code, Title: item.Title, Why: item.Why, Proof: item.Proof, Weight: item.Weight, Required: item.Required,
				PartlyEnough: item.PartlyEnough, MayNotApply: item.MayNotApply, AnswerKind: item.Answer.Kind, Question: item.Answer.Text,
				Choices:    each(item.Answer.Choices, func(c label.Choice) criterionChoiceView { return criterionChoiceView(c) }),
				Attachment: item.Attachment.Expected, AttachmentNeeded: item.Attachment.Needed,
			}
		}),
	}
}

func listCriteria(context.Context, db.Q, *struct{}) (page[criteriaView], error) {
	return page[criteriaView]{Items: each(label.CriteriaVersions(), viewCriteria)}, nil
}

type criteriaInput struct {
	Code string `path:"code"`
}

func readCriteria(_ context.Context, _ db.Q, in *criteriaInput) (criteriaView, error) {
	found, err := label.CriteriaByVersion(in.Code)
	if err != nil {
		return criteriaView{}, err
	}
	return viewCriteria(found), nil
}

type transitionView struct {
	From string `json:"from" doc:"Vide pour une demande nouvelle."`
	Act  string `json:"act"`
	Who  string `json:"who"`
	To   string `json:"to"`
}

func listTransitions(context.Context, db.Q, *struct{}) (page[transitionView], error) {
	return page[transitionView]{Items: each(label.Transitions(), func(t label.Transition) transitionView {
		return transitionView{From: string(t.From), Act: string(t.Act), Who: string(t.Who), To: string(t.To)}
	})}, nil
}

// territoryOf reads a territory's code; an empty one stands for the country.
func territoryOf(code string) (geography.Territory, error) {
	if code == "" {
		return geography.Territory{}, nil
	}
	territory, err := geography.ParseTerritory(code)
	if err != nil {
		var wrong fault.Collector
		wrong.Add("territory", fault.Of(err).Code, fault.Of(err).Message)
		return geography.Territory{}, wrong.Err()
	}
	return territory, nil
}

type labelRegisterInput struct {
	Paging
	Territory string `query:"territory" doc:"Code d’un territoire : FR, R75, 23, un SIREN d’intercommunalité, un code INSEE."`
	Text      string `query:"q" maxLength:"200" doc:"Mots du nom ou de l’adresse."`
	Ended     bool   `query:"ended" doc:"Les labels suspendus, retirés ou échus, au lieu de ceux d’aujourd’hui."`
}

type registeredView struct {
	PlaceID   id          `json:"place_id"`
	Name      string      `json:"name"`
	Commune   string      `json:"commune"`
	CodeINSEE string      `json:"code_insee"`
	State     string      `json:"state" enum:"granted,suspended,withdrawn,expired"`
	Since     civil.Date  `json:"since" format:"date"`
	Until     civil.Date  `json:"until" format:"date" doc:"Le dernier jour où le lieu a le label."`
	Suspended *civil.Date `json:"suspended_until" format:"date" doc:"Le dernier jour d’une suspension ; vide sinon."`
	Certifier string      `json:"certifier" doc:"L’organisation qui a décidé."`
	Criteria  string      `json:"criteria" doc:"La version des critères ; vide pour un label donné sans demande."`
	Score     *int        `json:"score" doc:"Sur 100."`
}

func listRegister(ctx context.Context, q db.Q, in *labelRegisterInput) (page[registeredView], error) {
	territory, err := territoryOf(in.Territory)
	if err != nil {
		return page[registeredView]{}, err
	}
	lines, next, err := label.Register(ctx, q, label.RegisterFilter{Territory: territory, Text: in.Text, Ended: in.Ended, After: in.After, Limit: in.limit()})
	today := civil.DateOf(q.Now(), civil.Paris)
	return page[registeredView]{Next: next, Items: each(lines, func(line label.Registered) registeredView {
		view := registeredView{
			PlaceID: id{line.ID}, Name: line.Name, Commune: line.CommuneName, CodeINSEE: line.Commune, Since: line.Since, Until: line.Until,
			State: string(line.StateOn(today)), Suspended: day(line.SuspendedUntil), Certifier: line.Certifier, Criteria: line.Criteria,
		}
		if line.Criteria != "" {
			view.Score = &line.Score
		}
		return view
	})}, err
}

type figuresInput struct {
	Territory string `query:"territory" doc:"Code d’un territoire ; tout le pays sinon."`
}

type figuresView struct {
	Year            int `json:"year"`
	Sent            int `json:"sent" doc:"Demandes envoyées."`
	Renewals        int `json:"renewals"`
	Granted         int `json:"granted"`
	Refused         int `json:"refused"`
	PlacesGranted   int `json:"places_granted"`
	PlacesRefused   int `json:"places_refused"`
	Withdrawn       int `json:"withdrawn"`
	Appeals         int `json:"appeals"`
	AppealsGranted  int `json:"appeals_granted"`
	AppealsRefused  int `json:"appeals_refused"`
	MedianDays      int `json:"median_days" doc:"De l’envoi à la première décision, pauses déduites."`
	LongestDays     int `json:"longest_days"`
	LateDecisions   int `json:"late_decisions"`
	WaitingNow      int `json:"waiting_now"`
	LateNow         int `json:"late_now"`
	LongestWaitDays int `json:"longest_wait_days"`
}

func listFigures(ctx context.Context, q db.Q, in *figuresInput) (page[figuresView], error) {
	territory, err := territoryOf(in.Territory)
	if err != nil {
		return page[figuresView]{}, err
	}
	years, err := label.FiguresBy(ctx, q, territory)
	return page[figuresView]{Items: each(years, func(f label.Figures) figuresView { return figuresView(f) })}, err
}
