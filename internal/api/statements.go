package api

import (
	"context"
	"slices"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/settlement"
)

type statementView struct {
	ID             id          `json:"id" doc:"Le même pendant le mois et après sa clôture."`
	Reference      string      `json:"reference" doc:"Vide tant que le mois court."`
	SiteID         id          `json:"site_id"`
	OrganisationID id          `json:"organisation_id"`
	Month          civil.Month `json:"month" pattern:"^\\d{4}-\\d{2}$"`
	Coupons        int         `json:"coupons"`
	AmountCents    cents       `json:"amount_cents"`
	State          string      `json:"state" enum:"open,closed,sent,paid,rejected"`
	ClosedOn       *civil.Date `json:"closed_on" format:"date"`
	DueOn          *civil.Date `json:"due_on" format:"date" doc:"Le dernier jour du délai légal de paiement."`
	PaymentID      *id         `json:"payment_id" nullable:"true"`
	PaidOn         *civil.Date `json:"paid_on" format:"date"`
	ClosedAt       *time.Time  `json:"closed_at"`
}

func viewStatement(s settlement.Statement) statementView {
	return statementView{
		ID: id{s.ID}, Reference: s.Reference, SiteID: id{s.Site}, OrganisationID: id{s.Organisation}, Month: s.Month,
		Coupons: s.Coupons, AmountCents: s.Amount, State: string(s.State), ClosedOn: day(s.ClosedOn), DueOn: day(s.DueOn),
		PaymentID: reference(s.File), PaidOn: day(s.PaidOn), ClosedAt: instant(s.At),
	}
}

type listStatementsInput struct {
	Paging
	Site         string `query:"site" doc:"L’identifiant d’un lieu."`
	Organisation string `query:"organisation" doc:"L’identifiant de l’organisation qui tient les lieux : avec un mois, tous ses lieux ensemble."`
	Month        string `query:"month" doc:"AAAA-MM."`
	State        string `query:"state" enum:"open,closed,sent,paid,rejected"`
}

func listStatements(ctx context.Context, q db.Q, in *listStatementsInput) (page[statementView], error) {
	filter := settlement.Filter{State: settlement.State(in.State), Limit: in.limit() + 1}
	var wrong fault.Collector
	var err error
	if filter.Site, err = optionalID(in.Site); err != nil {
		wrong.Add("site", "not_id", "Donnez l’identifiant d’un lieu, comme les listes de l’API le donnent.")
	}
	if filter.Organisation, err = optionalID(in.Organisation); err != nil {
		wrong.Add("organisation", "not_id", "Donnez l’identifiant d’une organisation, comme les listes de l’API le donnent.")
	}
	if in.Month != "" {
		filter.Month, err = civil.ParseMonth(in.Month)
		wrong.Check(err == nil, "month", "not_month", "Donnez un mois, par exemple 2026-10.")
	}
	if err := wrong.Err(); err != nil {
		return page[statementView]{}, err
	}
	if filter.After, err = in.afterID(); err != nil {
		return page[statementView]{}, err
	}
	statements, err := settlement.Statements(ctx, q, filter)
	statements, next := cut(statements, in.limit(), func(s settlement.Statement) string { return s.ID.String() })
	return page[statementView]{Items: each(statements, viewStatement), Next: next}, err
}

// optionalID reads an identifier that may be left out.
func optionalID(text string) (db.ID, error) {
	if text == "" {
		return db.ID{}, nil
	}
	return db.ParseID(text)
}

// StatementView is a statement with its lines; exported for huma, which only
// sees exported embedded types.
type StatementView = statementView

type lineView struct {
	Day         civil.Date `json:"day" format:"date"`
	SessionID   *id        `json:"session_id" nullable:"true"`
	Title       string     `json:"title"`
	Coupons     int        `json:"coupons"`
	AmountCents cents      `json:"amount_cents"`
}

type statementShareView struct {
	FunderID    id     `json:"funder_id"`
	Name        string `json:"name"`
	AmountCents cents  `json:"amount_cents"`
}

type statementDetailView struct {
	StatementView
	SiteName string               `json:"site_name"`
	Lines    []lineView           `json:"lines" doc:"Les chèques, par jour et par séance."`
	Shares   []statementShareView `json:"shares" doc:"Ce que chaque financeur porte."`
}

type statementInput struct {
	ID string `path:"id"`
}

func readStatement(ctx context.Context, q db.Q, in *statementInput) (statementDetailView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return statementDetailView{}, err
	}
	detail, err := settlement.DetailOf(ctx, q, wanted)
	if err != nil {
		return statementDetailView{}, err
	}
	return statementDetailView{
		StatementView: viewStatement(detail.Statement), SiteName: detail.Site.Name,
		Lines: each(detail.Lines, func(l settlement.Line) lineView {
			return lineView{Day: l.Day, SessionID: reference(l.Session), Title: l.Title, Coupons: l.Coupons, AmountCents: l.Amount}
		}),
		Shares: each(detail.Shares, func(s settlement.Share) statementShareView {
			return statementShareView{FunderID: id{s.Funder}, Name: s.Name, AmountCents: s.Amount}
		}),
	}, nil
}

type closeInput struct {
	Body struct {
		Month string `json:"month" pattern:"^\\d{4}-\\d{2}$" patternDescription:"un mois, par exemple 2026-10"`
	}
}

// closeStatements closes a month site by site, each in a transaction of its
// own, so that no redemption waits for the whole; it may be run again.
func closeStatements(ctx context.Context, s *server, c *call, o operation, in *closeInput) (page[statementView], error) {
	month, err := civil.ParseMonth(in.Body.Month)
	if err != nil {
		var wrong fault.Collector
		wrong.Add("month", fault.Of(err).Code, fault.Of(err).Message)
		return page[statementView]{}, wrong.Err()
	}
	if err := s.claim(ctx, c, o, in); err != nil {
		return page[statementView]{}, err
	}
	var sites []db.ID
	if err := s.db.View(ctx, c.actor, func(q db.Q) (err error) {
		sites, err = settlement.ToClose(ctx, q, month)
		return err
	}); err != nil {
		return page[statementView]{}, err
	}
	for _, site := range sites {
		if err := s.db.Update(ctx, c.actor, func(tx *db.Tx) error {
			_, err := settlement.CloseSite(ctx, tx, site, month)
			return err
		}); err != nil {
			return page[statementView]{}, err
		}
	}
	var closed []settlement.Statement
	err = s.db.View(ctx, c.actor, func(q db.Q) (err error) {
		closed, err = closedOf(ctx, q, month)
		return err
	})
	return page[statementView]{Items: each(closed, viewStatement)}, err
}

// closedOf reads every statement of a month but those still open.
func closedOf(ctx context.Context, q db.Q, month civil.Month) ([]settlement.Statement, error) {
	var closed []settlement.Statement
	filter := settlement.Filter{Month: month, Limit: mostLimit}
	for {
		some, err := settlement.Statements(ctx, q, filter)
		if err != nil {
			return nil, err
		}
		for _, statement := range some {
			if statement.State != settlement.Open {
				closed = append(closed, statement)
			}
		}
		if len(some) < mostLimit {
			slices.Reverse(closed)
			return closed, nil
		}
		filter.After = some[len(some)-1].ID
	}
}
