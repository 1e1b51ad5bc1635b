package api

import (
	"context"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/report"
)

type owedSiteView struct {
	SiteID      id     `json:"site_id"`
	Name        string `json:"name"`
	AmountCents cents  `json:"amount_cents" doc:"redeemed_cents + sent_cents."`
	Redeemed    cents  `json:"redeemed_cents"`
	Sent        cents  `json:"sent_cents"`
}

type owedFunderView struct {
	FunderID    id     `json:"funder_id"`
	Name        string `json:"name"`
	AmountCents cents  `json:"amount_cents" doc:"Son argent non utilisé : available_cents."`
	FiguresView
}

type owedView struct {
	BySite   []owedSiteView   `json:"by_site"`
	ByFunder []owedFunderView `json:"by_funder"`
}

type solvencyView struct {
	At time.Time `json:"at"`
	FiguresView
	Cash    cents     `json:"cash_cents" doc:"Sur le compte dédié : received_cents − paid_cents − returned_cents + waiting_cents."`
	Waiting cents     `json:"waiting_cents" doc:"Arrivé sur le compte, d’aucune commande pour l’instant."`
	Due     cents     `json:"due_cents" doc:"À payer : live_cents + redeemed_cents + sent_cents."`
	Covered bool      `json:"covered" doc:"L’argent du compte est exactement tout ce qui peut être réclamé, commande par commande et financeur par financeur."`
	Owed    *owedView `json:"owed,omitempty" doc:"Pour la comptabilité et le contrôle."`
}

type solvencyInput struct {
	At string `query:"at" doc:"Un instant, présent ou passé ; un jour vaut sa fin. Maintenant si absent."`
}

func readSolvency(ctx context.Context, q db.Q, in *solvencyInput) (solvencyView, error) {
	var wrong fault.Collector
	// A day ends as the next one begins; today ends now.
	at := parseMoment(in.At, "at", 1, &wrong)
	if len(in.At) == len("2006-01-02") && at.After(q.Now()) && !at.AddDate(0, 0, -1).After(q.Now()) || at.IsZero() {
		at = q.Now()
	}
	wrong.Check(!at.After(q.Now()), "at", "in_the_future", "Donnez un instant présent ou passé.")
	if err := wrong.Err(); err != nil {
		return solvencyView{}, err
	}
	found, err := report.SolvencyAt(ctx, q, at)
	if err != nil {
		return solvencyView{}, err
	}
	view := solvencyView{At: found.At.UTC(), FiguresView: viewFigures(found.Figures), Cash: found.Cash, Waiting: found.Waiting, Due: found.Due(), Covered: found.Covered}
	if account.May(q.Actor(), account.ActSolvencyOwed) {
		view.Owed = &owedView{
			BySite: each(found.BySite, func(o report.OwedSite) owedSiteView {
				return owedSiteView{SiteID: id{o.Site}, Name: o.Name, AmountCents: o.Redeemed + o.Sent, Redeemed: o.Redeemed, Sent: o.Sent}
			}),
			ByFunder: each(found.ByFunder, func(o report.OwedFunder) owedFunderView {
				return owedFunderView{FunderID: id{o.Funder}, Name: o.Name, AmountCents: o.Available, FiguresView: viewFigures(o.Figures)}
			}),
		}
	}
	return view, nil
}
