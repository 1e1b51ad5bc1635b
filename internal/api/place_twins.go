package api

import (
	"context"
	"strconv"
	"strings"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/place"
)

// sourcesView tells where each field of a place comes from.
type sourcesView struct {
	ID     id           `json:"id" doc:"Le lieu, ou celui auquel il a été réuni."`
	Fields []originView `json:"fields"`
}

type originView struct {
	Field    string      `json:"field" doc:"Le champ, du nom qu’il a dans un lieu ; address et position en groupent plusieurs."`
	Text     string      `json:"text" doc:"Sa valeur, comme une personne la lit."`
	Source   string      `json:"source" doc:"La source qui le dit ; vide quand il a été corrigé à la main."`
	SourceID string      `json:"source_id"`
	ByHand   bool        `json:"by_hand" doc:"Corrigé à la main : aucun fichier ne le remplace."`
	On       *civil.Date `json:"on" format:"date" doc:"La date de la source, ou de la correction."`
}

func readSources(ctx context.Context, q db.Q, in *placeInput) (sourcesView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return sourcesView{}, err
	}
	known, origins, err := place.Provenance(ctx, q, wanted)
	if err != nil {
		return sourcesView{}, err
	}
	return sourcesView{ID: id{known.ID}, Fields: each(origins, func(o place.Origin) originView {
		view := originView{Field: o.Field.Code, Text: o.Field.Text(known), ByHand: o.Record.ByHand(), On: day(o.Record.DatedOn)}
		if !view.ByHand {
			view.Source, view.SourceID = o.Record.Source, o.Record.SourceID
		}
		return view
	})}, nil
}

// twinView is a pair of places that may be one.
type twinView struct {
	ID         id           `json:"id"`
	State      string       `json:"state" enum:"proposed,merged,apart"`
	Score      int          `json:"score" doc:"De 60, possible, à 100, presque sûr."`
	Reasons    []reasonView `json:"reasons"`
	Places     []twinPlace  `json:"places" doc:"Deux lieux."`
	SurvivorID *id          `json:"survivor_id" nullable:"true" doc:"Une fois réunis : le lieu qui reste."`
	ProposedAt time.Time    `json:"proposed_at"`
	DecidedAt  *time.Time   `json:"decided_at" nullable:"true"`
	DecidedBy  *id          `json:"decided_by" nullable:"true" doc:"L’organisation qui a décidé ; vide pour la console."`
	Reason     string       `json:"reason" doc:"Pourquoi ce sont deux lieux, quand quelqu’un les garde à part."`
}

type reasonView struct {
	Code   string `json:"code"`
	Points int    `json:"points" doc:"Au-dessus de zéro, pour un seul lieu ; au-dessous, pour deux."`
	Text   string `json:"text"`
}

type twinPlace struct {
	ID             id     `json:"id"`
	OrganisationID *id    `json:"organisation_id" nullable:"true"`
	Name           string `json:"name"`
	Address        string `json:"address"`
	PostalCode     string `json:"postal_code"`
	Commune        string `json:"commune"`
	CodeINSEE      string `json:"code_insee"`
	Source         string `json:"source"`
}

func viewTwin(t place.Twin) twinView {
	side := func(p place.TwinPlace) twinPlace {
		return twinPlace{
			ID: id{p.ID}, OrganisationID: reference(p.Organisation), Name: p.Name, Address: p.Address, PostalCode: p.PostalCode,
			Commune: p.CommuneName, CodeINSEE: p.Commune, Source: p.Source,
		}
	}
	view := twinView{
		ID: id{t.ID}, State: string(t.State), Score: t.Score, ProposedAt: t.ProposedAt.UTC(), DecidedAt: instant(t.Decision.At),
		DecidedBy: reference(t.Decision.Organisation), Reason: t.Decision.Reason,
		Places:  []twinPlace{side(t.One), side(t.Other)},
		Reasons: each(t.Reasons, func(r place.Reason) reasonView { return reasonView{r.Code, r.Points, r.Says()} }),
	}
	if t.State == place.TwinMerged {
		view.SurvivorID = reference(t.Survivor().ID)
	}
	return view
}

type listTwinsInput struct {
	Paging
	State     string `query:"state" enum:"proposed,merged,apart" doc:"proposed si rien n’est demandé."`
	Territory string `query:"territory" doc:"Un territoire : 23, R75, un SIREN d’intercommunalité, un code INSEE."`
}

func listTwins(ctx context.Context, q db.Q, in *listTwinsInput) (page[twinView], error) {
	filter := place.TwinFilter{State: place.TwinState(in.State), Limit: in.limit() + 1}
	if in.Territory != "" {
		var wrong fault.Collector
		var err error
		filter.Territory, err = geography.ParseTerritory(in.Territory)
		wrong.Check(err == nil, "territory", "unknown_territory", fault.Of(geography.ErrUnknownTerritory).Message)
		if err := wrong.Err(); err != nil {
			return page[twinView]{}, err
		}
	}
	if in.After != "" {
		score, last, _ := strings.Cut(in.After, "-")
		var err error
		if filter.After.Score, err = strconv.Atoi(score); err != nil {
			return page[twinView]{}, fault.ErrMalformed.Sayf("Cette suite de liste n’existe pas. Repartez du début de la liste.")
		}
		if filter.After.ID, err = db.ParseID(last); err != nil {
			return page[twinView]{}, err
		}
	}
	found, err := place.Twins(ctx, q, filter)
	if err != nil {
		return page[twinView]{}, err
	}
	kept, next := cut(found, in.limit(), func(t place.Twin) string {
		cursor := t.Cursor()
		return strconv.Itoa(cursor.Score) + "-" + cursor.ID.String()
	})
	return page[twinView]{Next: next, Items: each(kept, viewTwin)}, nil
}

func readTwin(ctx context.Context, q db.Q, in *placeInput) (twinView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return twinView{}, err
	}
	twin, err := place.TwinByID(ctx, q, wanted)
	if err != nil {
		return twinView{}, err
	}
	return viewTwin(twin), nil
}

type mergeInput struct {
	ID   string `path:"id"`
	Body struct {
		Survivor string `json:"survivor,omitempty" doc:"L’identifiant du lieu qui reste ; sans lui, celui qu’une organisation tient ou qui est labellisé, sinon le premier connu."`
	}
}

func mergeTwin(ctx context.Context, tx *db.Tx, _ db.ID, in *mergeInput) (twinView, error) {
	survivor := db.ID{}
	if in.Body.Survivor != "" {
		var err error
		if survivor, err = db.ParseID(in.Body.Survivor); err != nil {
			return twinView{}, err
		}
	}
	return decideTwin(ctx, tx, &placeInput{in.ID}, func(id db.ID) error {
		_, err := place.Merge(ctx, tx, id, survivor)
		return err
	})
}

func mergeTwinAgain(ctx context.Context, tx *db.Tx, _ db.ID, in *mergeInput) (twinView, error) {
	return readTwin(ctx, tx, &placeInput{in.ID})
}

type keepApartInput struct {
	ID   string `path:"id"`
	Body struct {
		Reason string `json:"reason" doc:"Pourquoi ce sont deux lieux : other_place, other_body, other_branch, other_service ou unproven."`
	}
}

func keepTwinApart(ctx context.Context, tx *db.Tx, _ db.ID, in *keepApartInput) (twinView, error) {
	return decideTwin(ctx, tx, &placeInput{in.ID}, func(id db.ID) error { return place.KeepApart(ctx, tx, id, in.Body.Reason) })
}

func keepTwinApartAgain(ctx context.Context, tx *db.Tx, _ db.ID, in *keepApartInput) (twinView, error) {
	return readTwin(ctx, tx, &placeInput{in.ID})
}

func separateTwin(ctx context.Context, tx *db.Tx, _ db.ID, in *placeInput) (twinView, error) {
	return decideTwin(ctx, tx, in, func(id db.ID) error {
		_, err := place.Separate(ctx, tx, id)
		return err
	})
}

func separateTwinAgain(ctx context.Context, tx *db.Tx, _ db.ID, in *placeInput) (twinView, error) {
	return readTwin(ctx, tx, in)
}

// decideTwin decides on a pair, and answers what it is then.
func decideTwin(ctx context.Context, tx *db.Tx, in *placeInput, decide func(id db.ID) error) (twinView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return twinView{}, err
	}
	if err := decide(wanted); err != nil {
		return twinView{}, err
	}
	return readTwin(ctx, tx, in)
}
