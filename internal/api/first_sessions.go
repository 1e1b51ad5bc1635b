package api

import (
	"context"

	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/report"
)

type firstSessionsInput struct {
	From      string `query:"from" required:"true" doc:"Jour de la remise, à partir de."`
	To        string `query:"to" required:"true" doc:"Jour de la remise, compris ; au plus un an après from."`
	Territory string `query:"territory" doc:"Code du territoire des guichets : 23, R75, 200034825, 23096."`
}

// firstSessionsView counts booklets handed over and those that led to a session.
type firstSessionsView struct {
	DeskID  *id `json:"desk_id" nullable:"true" doc:"Absent pour tous ensemble."`
	AgentID *id `json:"agent_id" nullable:"true" doc:"Pour sa propre organisation seulement."`
	Handed  int `json:"handed" doc:"Carnets remis."`
	Decided int `json:"decided" doc:"Dont ceux remis depuis 30 jours, ou déjà commencés : sur eux se mesure la part."`
	Started int `json:"started" doc:"Dont la personne est venue à une séance en 30 jours."`
}

type firstSessionsPage struct {
	All   firstSessionsView   `json:"all"`
	Items []firstSessionsView `json:"items"`
}

func viewFirstSessions(f report.FirstSessions) firstSessionsView {
	return firstSessionsView{DeskID: reference(f.Desk), AgentID: reference(f.Agent), Handed: f.Handed, Decided: f.Decided, Started: f.Started}
}

func readFirstSessions(ctx context.Context, q db.Q, in *firstSessionsInput) (firstSessionsPage, error) {
	var wrong fault.Collector
	period, territory := parsePeriod(in.From, in.To, in.Territory, &wrong)
	if err := wrong.Err(); err != nil {
		return firstSessionsPage{}, err
	}
	all, by, err := report.FirstSessionsOf(ctx, q, period, territory)
	return firstSessionsPage{All: viewFirstSessions(all), Items: each(by, viewFirstSessions)}, err
}
