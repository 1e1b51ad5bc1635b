package api

import (
	"context"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
)

func viewScores(scores map[string]*int) scoresView {
	return scoresView{
		Information: scores["information"], Communication: scores["communication"], ProblemSolving: scores["problem_solving"],
		Software: scores["software"], Privacy: scores["privacy"],
	}
}

type pixView struct {
	ID             id             `json:"id"`
	OrganisationID id             `json:"organisation_id"`
	HolderID       id             `json:"holder_id"`
	Levels         map[string]int `json:"levels" doc:"Par compétence, de 1.1 à 5.2 : de 0 à 8."`
	Pix            *int           `json:"pix" doc:"Le nombre de pix en tout, s’il est connu."`
	TakenOn        civil.Date     `json:"taken_on"`
	Origin         string         `json:"origin" enum:"typed,imported,attached" doc:"Recopié, venu d’un fichier, ou avec son attestation."`
	Scores         scoresView     `json:"scores" doc:"Dans nos niveaux ; voir /diagnoses/pix/mapping."`
	RecordedAt     time.Time      `json:"recorded_at"`
}

func viewPix(p diagnosis.PixResult) pixView {
	view := pixView{
		ID: id{p.ID}, OrganisationID: id{p.Organisation}, HolderID: id{p.Holder}, Levels: p.Levels, TakenOn: p.TakenOn,
		Origin: p.Origin, Scores: viewScores(p.Scores()), RecordedAt: p.RecordedAt.UTC(),
	}
	if p.Pix > 0 {
		view.Pix = &p.Pix
	}
	return view
}

type pixInput struct {
	Body struct {
		Holder  id             `json:"holder" doc:"Une personne suivie par votre organisation."`
		Levels  map[string]int `json:"levels" doc:"Par compétence, de 1.1 à 5.2 : de 0 à 8 ; seulement celles mesurées."`
		Pix     int            `json:"pix,omitempty" doc:"Le nombre de pix en tout."`
		TakenOn civil.Date     `json:"taken_on" doc:"Le jour du résultat."`
	}
}

func recordPix(ctx context.Context, tx *db.Tx, row db.ID, in *pixInput) (pixView, error) {
	made, _, err := diagnosis.RecordPix(ctx, tx, diagnosis.PixResult{
		ID: row, Holder: in.Body.Holder.ID, Levels: in.Body.Levels, Pix: in.Body.Pix, TakenOn: in.Body.TakenOn, Origin: diagnosis.PixTyped,
	}, nil)
	if err != nil {
		return pixView{}, err
	}
	return viewPix(made), nil
}

func recordPixAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *pixInput) (pixView, error) {
	known, err := diagnosis.PixByID(ctx, tx, row)
	return viewPix(known), err
}

func listPix(ctx context.Context, q db.Q, in *listDiagnosesInput) (page[pixView], error) {
	who, err := db.ParseID(in.Holder)
	if err != nil {
		return page[pixView]{}, err
	}
	known, err := diagnosis.PixOf(ctx, q, who)
	return page[pixView]{Items: each(known, viewPix)}, err
}

type bandView struct {
	From   int    `json:"from" doc:"À partir de ce niveau de Pix."`
	Score  int    `json:"score"`
	Reason string `json:"reason"`
}

type competenceView struct {
	Code   string  `json:"code"`
	Name   string  `json:"name"`
	Domain *string `json:"domain" doc:"Notre domaine ; null : elle ne compte pas."`
	Reason string  `json:"reason"`
}

type mappingView struct {
	Levels      []bandView       `json:"levels"`
	Competences []competenceView `json:"competences"`
}

func readPixMapping(context.Context, db.Q, *struct{}) (mappingView, error) {
	frame := diagnosis.PixFrame()
	return mappingView{
		Levels: each(frame.Bands, func(b diagnosis.Band) bandView { return bandView(b) }),
		Competences: each(frame.Competences(), func(c diagnosis.Competence) competenceView {
			view := competenceView{Code: c.Code, Name: c.Name, Reason: c.Reason}
			if c.Domain != "" {
				view.Domain = &c.Domain
			}
			return view
		}),
	}, nil
}

type domainProgressView struct {
	Domain string `json:"domain"`
	Before *int   `json:"before"`
	After  *int   `json:"after"`
	Why    string `json:"why" doc:"Pourquoi les deux ne se comparent pas ; vide s’ils se comparent."`
}

type progressView struct {
	BeforeID id                   `json:"before_id"`
	AfterID  id                   `json:"after_id"`
	Improved bool                 `json:"improved" doc:"Un domaine a monté, et aucun n’a baissé."`
	Domains  []domainProgressView `json:"domains"`
}

func readProgress(ctx context.Context, q db.Q, in *listDiagnosesInput) (page[progressView], error) {
	who, err := db.ParseID(in.Holder)
	if err != nil {
		return page[progressView]{}, err
	}
	known, err := diagnosis.ProgressOf(ctx, q, who)
	return page[progressView]{Items: each(known, func(p diagnosis.Progress) progressView {
		return progressView{BeforeID: id{p.Before.ID}, AfterID: id{p.After.ID}, Improved: p.Improved(), Domains: each(p.Domains, func(d diagnosis.DomainProgress) domainProgressView {
			return domainProgressView{Domain: d.Domain.Code, Before: d.Before, After: d.After, Why: d.Why}
		})}
	})}, err
}
