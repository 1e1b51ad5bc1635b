package api

import (
	"context"

	"passerelle/internal/db"
	"passerelle/internal/workshop"
)

type planStepView struct {
	Minutes int    `json:"minutes" minimum:"0" maximum:"720"`
	Text    string `json:"text" maxLength:"500"`
}

type readyView struct {
	Code    string         `json:"code"`
	Title   string         `json:"title"`
	Topic   string         `json:"topic"`
	Level   string         `json:"level" enum:"discover,master,empower"`
	Service string         `json:"service" doc:"Une des neuf familles nationales."`
	Minutes int            `json:"minutes" doc:"Durée habituelle."`
	Learn   []string       `json:"learn" doc:"Chaque ligne complète « Vous apprenez à »."`
	Bring   []string       `json:"bring"`
	Domains []string       `json:"domains" doc:"Les domaines du repérage qu’il travaille."`
	Steps   []planStepView `json:"steps" doc:"Le déroulé, pour qui anime."`
}

func viewSteps(steps []workshop.Step) []planStepView {
	return each(steps, func(s workshop.Step) planStepView { return planStepView{s.Minutes, s.Text} })
}

func viewReady(r workshop.Ready) readyView {
	return readyView{r.Code, r.Title, r.Topic, r.Level, r.Service, r.Minutes, list(r.Learn), list(r.Bring), list(r.Domains), viewSteps(r.Steps)}
}

type catalogueView struct {
	Version     int         `json:"version"`
	PublishedOn string      `json:"published_on"`
	Items       []readyView `json:"items"`
}

func readCatalogue(context.Context, db.Q, *struct{}) (catalogueView, error) {
	current := workshop.Current()
	return catalogueView{current.Version, current.PublishedOn.String(), each(current.Workshops, viewReady)}, nil
}

type sheetView struct {
	ID           id             `json:"id"`
	Ready        string         `json:"ready" doc:"Le code au catalogue ; vide pour un atelier à soi."`
	ReadyVersion int            `json:"ready_version"`
	Adapted      bool           `json:"adapted" doc:"Il dit autre chose que le catalogue."`
	Title        string         `json:"title"`
	Topic        string         `json:"topic"`
	Level        string         `json:"level" enum:"discover,master,empower"`
	Service      string         `json:"service"`
	Minutes      int            `json:"minutes"`
	Learn        string         `json:"learn"`
	Bring        []string       `json:"bring"`
	Steps        []planStepView `json:"steps"`
}

func viewSheet(s workshop.Sheet) sheetView {
	return sheetView{id{s.ID}, s.Ready, s.ReadyVersion, s.Adapted(), s.Title, s.Topic, s.Level, s.Service, s.Minutes, s.Learn, list(s.Bring), viewSteps(s.Steps)}
}

func listSheets(ctx context.Context, q db.Q, _ *struct{}) (page[sheetView], error) {
	found, err := workshop.Sheets(ctx, q, q.Actor().Organisation)
	return page[sheetView]{Items: each(found, viewSheet)}, err
}

type sheetInput struct {
	ID string `path:"id"`
}

func readSheet(ctx context.Context, q db.Q, in *sheetInput) (sheetView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return sheetView{}, err
	}
	found, err := workshop.SheetByID(ctx, q, wanted)
	return viewSheet(found), err
}

// SheetBody is what a workshop says; what it leaves out stays.
type SheetBody struct {
	Title   string         `json:"title,omitempty" maxLength:"120"`
	Topic   string         `json:"topic,omitempty"`
	Level   string         `json:"level,omitempty"`
	Service string         `json:"service,omitempty"`
	Minutes int            `json:"minutes,omitempty"`
	Learn   string         `json:"learn,omitempty" maxLength:"200" doc:"Complète « Vous apprenez à »."`
	Bring   []string       `json:"bring,omitempty" maxItems:"20"`
	Steps   []planStepView `json:"steps,omitempty" maxItems:"20"`
}

// over writes what the body says over a sheet; what it leaves out stays.
func (b SheetBody) over(s workshop.Sheet) workshop.Sheet {
	for _, text := range []struct {
		said string
		kept *string
	}{{b.Title, &s.Title}, {b.Topic, &s.Topic}, {b.Level, &s.Level}, {b.Service, &s.Service}, {b.Learn, &s.Learn}} {
		if text.said != "" {
			*text.kept = text.said
		}
	}
	if b.Minutes != 0 {
		s.Minutes = b.Minutes
	}
	if b.Bring != nil {
		s.Bring = b.Bring
	}
	if b.Steps != nil {
		s.Steps = each(b.Steps, func(v planStepView) workshop.Step { return workshop.Step{Minutes: v.Minutes, Text: v.Text} })
	}
	return s
}

type newSheetInput struct {
	Body struct {
		Ready string `json:"ready,omitempty" doc:"Le code d’un atelier prêt : repris tel quel, ou adapté par le reste."`
		SheetBody
	}
}

func keepSheet(ctx context.Context, tx *db.Tx, row db.ID, in *newSheetInput) (sheetView, error) {
	var sheet workshop.Sheet
	if in.Body.Ready != "" {
		ready, err := workshop.ReadyByCode(in.Body.Ready)
		if err != nil {
			return sheetView{}, err
		}
		sheet = workshop.SheetOfReady(ready)
	}
	sheet = in.Body.over(sheet)
	sheet.ID = row
	kept, err := workshop.KeepSheet(ctx, tx, sheet)
	return viewSheet(kept), err
}

func keepSheetAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *newSheetInput) (sheetView, error) {
	return readSheet(ctx, tx, &sheetInput{ID: row.String()})
}

type changeSheetInput struct {
	ID   string `path:"id"`
	Body SheetBody
}

func changeSheet(ctx context.Context, tx *db.Tx, _ db.ID, in *changeSheetInput) (sheetView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return sheetView{}, err
	}
	known, err := workshop.SheetByID(ctx, tx, wanted)
	if err != nil {
		return sheetView{}, err
	}
	kept, err := workshop.KeepSheet(ctx, tx, in.Body.over(known))
	return viewSheet(kept), err
}

type withdrawnView struct {
	ID        string `json:"id"`
	Withdrawn bool   `json:"withdrawn"`
}

func withdrawSheet(ctx context.Context, tx *db.Tx, _ db.ID, in *sheetInput) (withdrawnView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return withdrawnView{}, err
	}
	return withdrawnView{in.ID, true}, workshop.WithdrawSheet(ctx, tx, wanted)
}

func withdrawSheetAgain(_ context.Context, _ *db.Tx, _ db.ID, in *sheetInput) (withdrawnView, error) {
	return withdrawnView{in.ID, true}, nil
}
