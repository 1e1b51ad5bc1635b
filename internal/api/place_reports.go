package api

import (
	"context"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/place"
)

type placeReportView struct {
	ID         id         `json:"id"`
	PlaceID    id         `json:"place_id"`
	PlaceName  string     `json:"place_name"`
	Kind       string     `json:"kind" enum:"closed,hours,telephone,address,services,duplicate,other"`
	Text       string     `json:"text" doc:"Vide après 24 mois."`
	Agent      bool       `json:"agent" doc:"Signalé par une personne connectée."`
	State      string     `json:"state" enum:"open,corrected,refused,closed"`
	Reason     string     `json:"reason"`
	MadeAt     time.Time  `json:"made_at"`
	AnsweredAt *time.Time `json:"answered_at"`
}

func viewPlaceReport(r place.ErrorReport) placeReportView {
	return placeReportView{
		ID: id{r.ID}, PlaceID: id{r.Place}, PlaceName: r.PlaceName, Kind: r.Kind, Text: r.Text, Agent: r.Agent,
		State: string(r.State), Reason: r.Reason, MadeAt: r.MadeAt.UTC(), AnsweredAt: instant(r.AnsweredAt),
	}
}

type reportPlaceInput struct {
	ID   string `path:"id"`
	Body struct {
		Kind  string `json:"kind" enum:"closed,hours,telephone,address,services,duplicate,other" doc:"Ce qui ne va pas."`
		Text  string `json:"text,omitempty" maxLength:"1000" doc:"Obligatoire pour other."`
		Email string `json:"email,omitempty" maxLength:"254" doc:"Seulement pour recevoir la réponse ; effacée 30 jours après."`
	}
}

// reportPlace keeps an error that anybody reports; a visitor's is counted
// against the address it comes from.
func reportPlace(ctx context.Context, s *server, c *call, o operation, in *reportPlaceInput) (placeReportView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return placeReportView{}, err
	}
	key, err := c.keyOf(o.route(), in)
	if err != nil {
		return placeReportView{}, err
	}
	if c.actor.Kind == db.Anonymous {
		if err := s.db.Update(ctx, c.actor, func(tx *db.Tx) error { return place.ThrottleReports(ctx, tx, c.address) }); err != nil {
			return placeReportView{}, err
		}
	}
	var made place.ErrorReport
	err = s.db.Update(ctx, c.actor, func(tx *db.Tx) (err error) {
		made, err = db.Once(ctx, tx, key,
			func(row db.ID) (place.ErrorReport, error) { return place.Reported(ctx, tx, row) },
			func(row db.ID) (place.ErrorReport, error) {
				return place.ReportError(ctx, tx, place.NewReport{
					ID: row, Place: wanted, Kind: in.Body.Kind, Text: in.Body.Text, Email: in.Body.Email, From: c.address,
				})
			})
		return err
	})
	return viewPlaceReport(made), err
}

type listPlaceReportsInput struct {
	Paging
	State string `query:"state" enum:"open,corrected,refused,closed" doc:"Où en est le signalement."`
	Kind  string `query:"kind" enum:"closed,hours,telephone,address,services,duplicate,other"`
	Place string `query:"place" doc:"L’identifiant d’un lieu."`
}

// listPlaceReports lists the reports that concern the caller, the newest first.
func listPlaceReports(ctx context.Context, q db.Q, in *listPlaceReportsInput) (page[placeReportView], error) {
	before, err := in.afterID()
	if err != nil {
		return page[placeReportView]{}, err
	}
	filter := place.ReportFilter{State: place.ReportState(in.State), Kind: in.Kind, Before: before, Limit: in.limit() + 1}
	if in.Place != "" {
		if filter.Place, err = db.ParseID(in.Place); err != nil {
			return page[placeReportView]{}, err
		}
	}
	reports, err := place.Reports(ctx, q, filter)
	reports, next := cut(reports, in.limit(), func(r place.ErrorReport) string { return r.ID.String() })
	return page[placeReportView]{Items: each(reports, viewPlaceReport), Next: next}, err
}

type answerReportInput struct {
	ID   string `path:"id"`
	Body struct {
		State  string `json:"state" enum:"corrected,refused,closed" doc:"corrected : la fiche est corrigée ; refused : elle est juste ; closed : le lieu a fermé, il sort des listes."`
		Reason string `json:"reason,omitempty" maxLength:"500" doc:"Obligatoire pour refused ; lue par qui a laissé une adresse."`
	}
}

func answerReport(ctx context.Context, tx *db.Tx, _ db.ID, in *answerReportInput) (placeReportView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return placeReportView{}, err
	}
	if err := place.AnswerReport(ctx, tx, wanted, place.ReportAnswer{State: place.ReportState(in.Body.State), Reason: in.Body.Reason}); err != nil {
		return placeReportView{}, err
	}
	return answerReportAgain(ctx, tx, db.ID{}, in)
}

func answerReportAgain(ctx context.Context, tx *db.Tx, _ db.ID, in *answerReportInput) (placeReportView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return placeReportView{}, err
	}
	report, err := place.ReportByID(ctx, tx, wanted)
	return viewPlaceReport(report), err
}

// confirmPlace says that a place's facts and hours hold today; again on the same
// day it changes nothing.
func confirmPlace(ctx context.Context, tx *db.Tx, _ db.ID, in *placeInput) (placeView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return placeView{}, err
	}
	if err := place.Confirm(ctx, tx, wanted); err != nil {
		return placeView{}, err
	}
	return readPlace(ctx, tx, in)
}
