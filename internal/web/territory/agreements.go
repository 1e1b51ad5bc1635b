package territory

import (
	"net/http"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/funding"
	"passerelle/internal/money"
	"passerelle/internal/web"
)

// hundred is what the parts of an agreement are told for.
const hundred money.Cents = 100_00

// borne is what each funder pays of an amount, in the agreement's order.
func borne(agreement funding.Agreement, amount money.Cents) []money.Cents {
	weights := make([]int64, len(agreement.Shares))
	for i, share := range agreement.Shares {
		weights[i] = share.Weight
	}
	return money.Split(amount, weights)
}

type agreementsPage struct {
	web.Page
	List    web.Table
	Empty   web.None
	MaySign bool
}

// listAgreements answers GET /conventions.
func listAgreements(w http.ResponseWriter, r *web.Request) error {
	page := &agreementsPage{
		Page:    web.Page{Title: "Conventions entre financeurs"},
		Empty:   web.None{Title: "Aucune convention pour l’instant", Text: "Une convention dit quelle part de chaque chèque paie chaque financeur."},
		MaySign: account.May(r.Actor(), account.ActAgreementSign),
	}
	err := view(r, func(q db.Q) error {
		agreements, err := funding.Agreements(r.Context(), q)
		if err != nil {
			return err
		}
		page.List, err = agreementTable(r, q, agreements)
		return err
	})
	if err != nil {
		return err
	}
	if r.WantsCSV() {
		return web.CSV(w, r, "conventions", page.List)
	}
	return web.Render(w, r, http.StatusOK, "agreements", page)
}

func agreementTable(r *web.Request, q db.Q, agreements []funding.Agreement) (web.Table, error) {
	table := web.Table{
		Caption: "Conventions, la dernière d’abord", Quiet: true,
		Columns: []web.Column{{Label: "Convention"}, {Label: "Signée le"}, {Label: "Pour 100 €"}},
	}
	for _, agreement := range agreements {
		var told []string
		for i, part := range borne(agreement, hundred) {
			funder, err := funding.FunderByID(r.Context(), q, agreement.Shares[i].Funder)
			if err != nil {
				return table, err
			}
			told = append(told, funder.Name+" "+part.Short())
		}
		table.Rows = append(table.Rows, []web.Cell{
			web.Head(agreement.Title).To("/conventions/" + agreement.ID.String()), web.Day(civil.DateOf(agreement.SignedAt, civil.Paris)), web.Text(strings.Join(told, ", ")),
		})
	}
	return table, nil
}

type agreementPage struct {
	web.Page
	Agreement funding.Agreement
	SignedOn  civil.Date
	Parts     web.Table
	Orders    web.Table
	Rules     []web.Line
	Versions  web.Table
	MayPlace  bool
	MayAmend  bool
	Fresh     bool
}

// showAgreement answers GET /conventions/{id}.
func showAgreement(w http.ResponseWriter, r *web.Request) error {
	page := &agreementPage{
		Page: web.Page{Back: web.Link{Label: "Toutes les conventions", Path: "/conventions"}}, Fresh: r.URL.Query().Has("fait"),
		MayPlace: account.May(r.Actor(), account.ActOrderPlace), MayAmend: account.May(r.Actor(), account.ActAgreementSign),
	}
	err := view(r, func(q db.Q) error {
		id, err := r.PathID("id")
		if err != nil {
			return funding.ErrUnknownAgreement
		}
		versions, err := funding.Versions(r.Context(), q, id)
		if err != nil {
			return err
		}
		page.Agreement, page.Versions = versions[0], versionTable(versions)
		if page.Rules, err = ruleLines(r, q, page.Agreement); err != nil {
			return err
		}
		if page.Parts, err = shareTable(r, q, page.Agreement); err != nil {
			return err
		}
		orders, err := ordersUnder(r, q, id)
		if err != nil {
			return err
		}
		page.Orders, err = orderTable(r, q, orders)
		return err
	})
	if err != nil {
		return err
	}
	page.Title = page.Agreement.Title
	page.SignedOn = civil.DateOf(page.Agreement.SignedAt, civil.Paris)
	return web.Render(w, r, http.StatusOK, "agreement", page)
}

// shareTable is who pays what, for 100 € and for one coupon.
func shareTable(r *web.Request, q db.Q, agreement funding.Agreement) (web.Table, error) {
	table := web.Table{
		Caption: "Qui paie quoi",
		Columns: []web.Column{{Label: "Financeur"}, {Label: "Poids", Number: true}, {Label: "Pour 100 €", Number: true}, {Label: "Part", Quiet: true}},
	}
	var whole int64
	for i, part := range borne(agreement, hundred) {
		share := agreement.Shares[i]
		funder, err := funding.FunderByID(r.Context(), q, share.Funder)
		if err != nil {
			return table, err
		}
		whole += share.Weight
		table.Rows = append(table.Rows, []web.Cell{
			web.Head(funder.Name), web.Whole(int(share.Weight)), web.Amount(part), web.Drawn(web.Bar{Value: int64(part), Most: int64(hundred)}),
		})
	}
	table.Foot = []web.Cell{web.Head("Total"), web.Whole(int(whole)), web.Amount(hundred), web.Text("")}
	return table, nil
}

func ordersUnder(r *web.Request, q db.Q, agreement db.ID) ([]funding.Order, error) {
	var under []funding.Order
	var after db.ID
	for {
		orders, err := funding.Orders(r.Context(), q, after, web.PageSize)
		if err != nil {
			return nil, err
		}
		for _, order := range orders {
			if order.Agreement == agreement {
				under = append(under, order)
			}
		}
		if len(orders) < web.PageSize {
			return under, nil
		}
		after = orders[len(orders)-1].ID
	}
}
