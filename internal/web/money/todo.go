package money

import (
	"net/http"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/funding"
	"passerelle/internal/money"
	"passerelle/internal/settlement"
	"passerelle/internal/web"
)

// month is a month that can be closed, with what waits in it.
type month struct {
	civil.Month
	Sites  int
	Amount money.Cents
}

// awaited is cash that a funder still owes on an order.
type awaited struct {
	Order   funding.Order
	Funder  funding.Funder
	Missing money.Cents
}

type todoPage struct {
	web.Page
	MayAct    bool
	NoAccount bool // the account that pays is not recorded
	Months    []month
	ToPay     []settlement.Statement
	ToPaySum  money.Cents
	Late      int
	Again     int // those that the bank refused once
	Files     []settlement.PaymentFile
	Awaited   web.Table
	Missing   money.Cents
	Credits   int // sums to place
	CreditSum money.Cents
}

// Nothing tells that all is done.
func (p *todoPage) Nothing() bool {
	return len(p.Months) == 0 && len(p.ToPay) == 0 && len(p.Files) == 0 && p.Missing == 0 && p.Credits == 0
}

// showTodo answers GET /comptable.
func showTodo(w http.ResponseWriter, r *web.Request) error {
	page := &todoPage{Page: web.Page{Title: "Ce qui attend un comptable"}, MayAct: account.May(r.Actor(), account.ActPaymentSend)}
	err := view(r, func(q db.Q) error {
		_, err := settlement.IssuerAccountNow(r.Context(), q)
		page.NoAccount = err != nil
		if page.Months, err = closable(r, q); err != nil {
			return err
		}
		if page.ToPay, err = toPay(r, q); err != nil {
			return err
		}
		for _, statement := range page.ToPay {
			page.ToPaySum += statement.Amount
			if statement.State == settlement.Rejected {
				page.Again++
			}
			if statement.Late(today(r)) {
				page.Late++
			}
		}
		if page.Files, err = settlement.Undebited(r.Context(), q); err != nil {
			return err
		}
		if page.Credits, page.CreditSum, err = funding.Waiting(r.Context(), q); err != nil {
			return err
		}
		return page.await(r, q)
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, "todo", page)
}

// closable lists the months that are over and where something waits for a
// statement, first to last.
func closable(r *web.Request, q db.Q) ([]month, error) {
	open, err := everyStatement(r, q, settlement.Filter{State: settlement.Open})
	if err != nil {
		return nil, err
	}
	var months []month
	for i := len(open) - 1; i >= 0; i-- {
		statement := open[i]
		if statement.Coupons == 0 || !statement.Month.Last().Before(today(r)) {
			continue
		}
		if len(months) == 0 || months[len(months)-1].Month != statement.Month {
			months = append(months, month{Month: statement.Month})
		}
		last := &months[len(months)-1]
		last.Sites++
		last.Amount += statement.Amount
	}
	return months, nil
}

// everyStatement reads a list of statements to its end.
func everyStatement(r *web.Request, q db.Q, filter settlement.Filter) ([]settlement.Statement, error) {
	filter.Limit = 500
	var all []settlement.Statement
	for {
		some, err := settlement.Statements(r.Context(), q, filter)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
		if len(some) < filter.Limit {
			return all, nil
		}
		filter.After = some[len(some)-1].ID
	}
}

// toPay lists the statements that wait for a payment: those that the bank
// refused, then those that are closed.
func toPay(r *web.Request, q db.Q) ([]settlement.Statement, error) {
	again, err := everyStatement(r, q, settlement.Filter{State: settlement.Rejected})
	if err != nil {
		return nil, err
	}
	closed, err := everyStatement(r, q, settlement.Filter{State: settlement.Closed})
	return append(again, closed...), err
}

// await lists what funders have not paid in of the orders that are not closed.
func (p *todoPage) await(r *web.Request, q db.Q) error {
	p.Awaited = web.Table{
		Caption: "Versements attendus", Quiet: true,
		Columns: []web.Column{{Label: "Commande"}, {Label: "Financeur"}, {Label: "Reste à verser", Number: true}, {Label: "Enregistrer", Quiet: true}},
	}
	missing, err := awaitedReceipts(r, q)
	if err != nil {
		return err
	}
	for _, each := range missing {
		p.Missing += each.Missing
		row := []web.Cell{
			web.Text(each.Order.Reference).To("/commandes/" + each.Order.ID.String()), web.Head(each.Funder.Name), web.Amount(each.Missing), web.Text(""),
		}
		if p.MayAct {
			row[3] = web.Text("Enregistrer").To("/comptable/encaissements/nouveau?commande="+each.Order.ID.String()+"&financeur="+each.Funder.ID.String(),
				"un versement de "+each.Funder.Name+" pour "+each.Order.Reference)
		}
		p.Awaited.Rows = append(p.Awaited.Rows, row)
	}
	return nil
}

func awaitedReceipts(r *web.Request, q db.Q) ([]awaited, error) {
	var found []awaited
	var after db.ID
	for {
		orders, err := funding.Orders(r.Context(), q, after, web.PageSize)
		if err != nil {
			return nil, err
		}
		for _, order := range orders {
			if order.State == funding.Closed {
				continue
			}
			promised, err := funding.Instalments(r.Context(), q, order.ID)
			if err != nil {
				return nil, err
			}
			for _, one := range promised {
				if one.Missing > 0 {
					found = append(found, awaited{order, one.Funder, one.Missing})
				}
			}
		}
		if len(orders) < web.PageSize {
			return found, nil
		}
		after = orders[len(orders)-1].ID
	}
}
