package api

import (
	"context"

	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/fault"
	"passerelle/internal/orientation"
)

type routeFiguresInput struct {
	From string `query:"from" required:"true" doc:"Jour ou instant : à partir de."`
	To   string `query:"to" required:"true" doc:"Jour, compris, ou instant : jusqu’à."`
}

type moveView struct {
	Proposed string `json:"proposed" enum:"far_away,pathway,one_off,on_paper"`
	Chosen   string `json:"chosen" enum:"far_away,pathway,one_off,on_paper"`
	Count    int    `json:"count"`
}

type routeFiguresView struct {
	OrganisationID id         `json:"organisation_id"`
	Name           string     `json:"name"`
	Diagnoses      int        `json:"diagnoses"`
	UrgentOnPaper  int        `json:"urgent_on_paper" doc:"Ce qui ne pouvait pas attendre, fait sur papier le jour même."`
	UrgentTogether int        `json:"urgent_together" doc:"Ce qui ne pouvait pas attendre, fait ensemble le jour même."`
	Overrides      []moveView `json:"overrides" doc:"Les voies choisies au lieu de la proposition."`
}

// routeFigures counts by desk the urgent acts and the routes chosen instead.
func routeFigures(ctx context.Context, q db.Q, in *routeFiguresInput) (page[routeFiguresView], error) {
	var wrong fault.Collector
	from, to := parseMoment(in.From, "from", 0, &wrong), parseMoment(in.To, "to", 1, &wrong)
	if err := wrong.Err(); err != nil {
		return page[routeFiguresView]{}, err
	}
	figures, err := orientation.FiguresBetween(ctx, q, from, to)
	return page[routeFiguresView]{Items: each(figures, func(f orientation.Figures) routeFiguresView {
		return routeFiguresView{
			OrganisationID: id{f.Desk.ID}, Name: f.Desk.Name, Diagnoses: f.Diagnoses, UrgentOnPaper: f.OnPaper, UrgentTogether: f.Together,
			Overrides: each(f.Chosen, func(m diagnosis.Move) moveView { return moveView{m.From, m.To, m.Count} }),
		}
	})}, err
}
