package territory

import (
	"net/http"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/funding"
	"passerelle/internal/money"
	"passerelle/internal/web"
)

type ordersPage struct {
	web.Page
	List     web.Table
	Pager    web.Pager
	Empty    web.None
	MayPlace bool
	Twins    int // pairs of places that wait for a decision
}

// listOrders answers GET /commandes.
func listOrders(w http.ResponseWriter, r *web.Request) error {
	page := &ordersPage{
		Page:     web.Page{Title: "Commandes de carnets"},
		Empty:    web.None{Title: "Aucune commande pour l’instant", Text: "Une commande dit combien de carnets, pour quel guichet, et qui les paie."},
		MayPlace: account.May(r.Actor(), account.ActOrderPlace),
	}
	if !page.MayPlace {
		page.Empty.Text = "Les commandes que votre organisation paie apparaîtront ici."
	}
	var after db.ID
	if err := r.After(&after); err != nil {
		return err
	}
	limit := web.PageSize + 1
	if r.WantsCSV() {
		limit = 100_000
	}
	more := false
	var last db.ID
	err := view(r, func(q db.Q) error {
		orders, err := funding.Orders(r.Context(), q, after, limit)
		if err != nil {
			return err
		}
		if !r.WantsCSV() {
			orders, more = web.Cut(orders)
		}
		if more {
			last = orders[len(orders)-1].ID
		}
		if page.List, err = orderTable(r, q, orders); err != nil {
			return err
		}
		page.Twins, err = twinsWaiting(r, q)
		return err
	})
	if err != nil {
		return err
	}
	if r.WantsCSV() {
		return web.CSV(w, r, "commandes", page.List)
	}
	if page.Pager, err = r.Pager(more, last); err != nil {
		return err
	}
	page.Pager = page.Pager.Exported(r)
	return web.Render(w, r, http.StatusOK, "orders", page)
}

func orderTable(r *web.Request, q db.Q, orders []funding.Order) (web.Table, error) {
	table := web.Table{
		Caption: "Commandes, la dernière d’abord", Quiet: true,
		Columns: []web.Column{
			{Label: "Commande"},
			{Label: "Collectivité et guichet"},
			{Label: "Carnets", Number: true},
			{Label: "Montant", Number: true},
			{Label: "Reçu", Number: true},
			{Label: "Utilisé", Number: true},
			{Label: "Part utilisée", Quiet: true},
			{Label: "État"},
		},
	}
	names := map[db.ID]string{}
	for _, order := range orders {
		standing, err := funding.Balance(r.Context(), q, order.ID)
		if err != nil {
			return table, err
		}
		for _, id := range []db.ID{order.Organisation, order.Desk} {
			if err := learn(r, q, names, id); err != nil {
				return table, err
			}
		}
		used := standing.Redeemed + standing.Sent + standing.Paid
		kind, word := stateOf(order, standing)
		table.Rows = append(table.Rows, []web.Cell{
			web.Head(order.Reference).To("/commandes/" + order.ID.String()).Noted(civil.DateOf(order.PlacedAt, civil.Paris).FrenchLong()),
			web.Text(names[order.Organisation]).Noted(names[order.Desk]), web.Whole(order.Booklets), web.Amount(order.Amount),
			web.Amount(standing.Received), web.Amount(used), web.Drawn(web.Bar{Value: int64(used), Most: int64(order.Amount), Ground: int64(standing.Received)}),
			web.InState(kind, word),
		})
	}
	return table, nil
}

func learn(r *web.Request, q db.Q, names map[db.ID]string, id db.ID) error {
	if _, known := names[id]; known {
		return nil
	}
	organisation, err := account.OrganisationByID(r.Context(), q, id)
	names[id] = organisation.Name
	return err
}

// stateOf is where an order stands, in a word or two.
func stateOf(order funding.Order, standing funding.Standing) (kind, word string) {
	switch {
	case order.State == funding.Closed:
		return "", "Close"
	case standing.Received == 0:
		return "wait", "Versement attendu"
	case standing.Received < order.Amount:
		return "wait", "Versée en partie"
	}
	return "ok", "Versée"
}

type orderPage struct {
	web.Page
	funding.Standing
	Agreement         funding.Agreement
	Organisation      string
	DeskName          string
	Word              web.State
	Figures           []web.Figure
	Whole, Parts      web.Table
	Lines             web.Table // how the parts were reckoned
	Facts             []web.Line
	PlacedOn          civil.Date
	MayPrint, MayRead bool
	MayList           bool
	MayVoid, MayPay   bool // call booklets back; pay back or roll over
	Fresh             bool // just placed
	Left              int  // booklets not printed yet
}

// showOrder answers GET /commandes/{id}: received, available, live, redeemed,
// paid, for the whole and by funder.
func showOrder(w http.ResponseWriter, r *web.Request) error {
	page := &orderPage{
		Page: web.Page{Back: web.Link{Label: "Toutes les commandes", Path: "/commandes"}}, Fresh: r.URL.Query().Has("fait"),
		MayRead: account.May(r.Actor(), account.ActBookletRead),
	}
	err := view(r, func(q db.Q) error {
		id, err := r.PathID("id")
		if err != nil {
			return funding.ErrUnknownOrder
		}
		if page.Standing, err = funding.Balance(r.Context(), q, id); err != nil {
			return err
		}
		names := map[db.ID]string{}
		for _, id := range []db.ID{page.Order.Organisation, page.Order.Desk} {
			if err := learn(r, q, names, id); err != nil {
				return err
			}
		}
		lines, err := funding.LinesOf(r.Context(), q, id)
		if err != nil {
			return err
		}
		if page.Lines, err = lineTable(r, q, lines); err != nil {
			return err
		}
		page.Organisation, page.DeskName = names[page.Order.Organisation], names[page.Order.Desk]
		if account.May(r.Actor(), account.ActAgreementRead) {
			page.Agreement, err = funding.AgreementByID(r.Context(), q, page.Order.Agreement)
		}
		return err
	})
	if err != nil {
		return err
	}
	page.fill(r)
	return web.Render(w, r, http.StatusOK, "order", page)
}

func (p *orderPage) fill(r *web.Request) {
	order := p.Order
	p.Title = "Commande " + order.Reference + nbsp + ": " + count(order.Booklets, "carnet", "carnets") + ", " + order.Amount.Short()
	kind, word := stateOf(order, p.Standing)
	p.Word = web.State{Kind: kind, Word: word}
	p.PlacedOn = civil.DateOf(order.PlacedAt, civil.Paris)
	p.Left = order.Booklets - order.Printed
	p.MayList = account.May(r.Actor(), account.ActBookletPrint)
	p.MayPrint = p.Left > 0 && p.MayList
	p.MayVoid = account.Require(r.Actor(), account.ActBookletVoid, order.Organisation) == nil
	p.MayPay = account.May(r.Actor(), account.ActRefundMake) && p.Available > 0
	p.Facts = factsOf(order, p.Organisation, p.DeskName)
	p.Whole = wholeTable(p.Standing, p.MayRead)
	p.Parts = partsTable(p.Standing)
}

// wholeTable is the order's money, each line with what it counts.
func wholeTable(standing funding.Standing, mayRead bool) web.Table {
	order := standing.Order
	table := web.Table{
		Caption: "Ce que devient l’argent", Columns: []web.Column{{Label: "Somme"}, {Label: "Montant", Number: true}, {Label: "Longueur", Quiet: true}},
	}
	list := func(state string) string {
		if !mayRead {
			return ""
		}
		return "/commandes/" + order.ID.String() + "/carnets?etat=" + state
	}
	for _, line := range []struct {
		label, note, path string
		amount            money.Cents
		second            bool
	}{
		{"Commandé", coupons(order), "", order.Amount, false},
		{"Reçu", "versé par les financeurs", "", standing.Received, false},
		{"Disponible", "reçu, et pas encore remis à une personne", list("in_stock"), standing.Available, true},
		{"En main", "chèques remis, pas encore utilisés", list("live"), standing.Live, true},
		{"Utilisé", "chèques acceptés par un lieu, à payer", "", standing.Redeemed, true},
		{"En paiement", "dans un fichier remis à la banque", "", standing.Sent, true},
		{"Payé", "les lieux ont l’argent", "", standing.Paid, true},
		{"Rendu", "remboursé aux financeurs", "", standing.Returned, true},
		{"Venu d’ailleurs", "reporté d’autres commandes", "", standing.MovedIn, true},
		{"Reporté", "passé sur d’autres commandes", "", standing.MovedOut, true},
	} {
		if line.amount == 0 && (line.label == "Venu d’ailleurs" || line.label == "Reporté") {
			continue // most orders have none
		}
		amount := web.Amount(line.amount)
		if line.path != "" {
			amount = amount.To(line.path, "voir les carnets")
		}
		table.Rows = append(table.Rows, []web.Cell{
			web.Head(line.label).Noted(line.note), amount, web.Drawn(web.Bar{Value: int64(line.amount), Most: int64(order.Amount), Second: line.second}),
		})
	}
	return table
}

func partsTable(standing funding.Standing) web.Table {
	table := web.Table{
		Caption: "Par financeur", Note: "Chaque chèque est partagé au centime près entre les financeurs.",
		Columns: []web.Column{
			{Label: "Financeur"},
			{Label: "Doit verser", Number: true},
			{Label: "Reçu", Number: true},
			{Label: "Disponible", Number: true},
			{Label: "En main", Number: true},
			{Label: "Utilisé", Number: true},
			{Label: "En paiement", Number: true},
			{Label: "Payé", Number: true},
			{Label: "Rendu", Number: true},
		},
	}
	for _, f := range standing.ByFunder {
		table.Rows = append(table.Rows, []web.Cell{
			web.Head(f.Funder.Name), short(f.Share), short(f.Received), short(f.Available), short(f.Live),
			short(f.Redeemed), short(f.Sent), short(f.Paid), short(f.Returned),
		})
	}
	table.Foot = []web.Cell{
		web.Head("Total"), short(standing.Order.Amount), short(standing.Received), short(standing.Available), short(standing.Live),
		short(standing.Redeemed), short(standing.Sent), short(standing.Paid), short(standing.Returned),
	}
	return table
}

// short is an amount without its zero cents, for a table with many columns.
func short(amount money.Cents) web.Cell {
	cell := web.Amount(amount)
	cell.Text = amount.Short()
	return cell
}
