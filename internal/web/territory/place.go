package territory

import (
	"fmt"
	"maps"
	"net/http"
	"strconv"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/funding"
	"passerelle/internal/geography"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

type placePage struct {
	web.Page
	Agreements, Desks, Authorities, Services, Places, Members []web.Option

	Check        []web.Line
	Parts, Lines web.Table
	Names        []string
}

// askOrder answers GET /commandes/nouvelle.
func askOrder(w http.ResponseWriter, r *web.Request) error {
	form := web.NewForm()
	form.Set("validite", "12")
	form.Set("cheques", "10")
	if agreement := r.URL.Query().Get("convention"); agreement != "" {
		form.Set("convention", agreement)
	}
	return showOrderForm(w, r, form)
}

func showOrderForm(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &placePage{Page: web.Page{
		Title: "Commander des carnets", Layout: web.Ask, Form: form, Back: web.Link{Label: "Toutes les commandes", Path: "/commandes"},
	}}
	err := view(r, func(q db.Q) error {
		agreements, err := funding.Agreements(r.Context(), q)
		if err != nil {
			return err
		}
		for _, agreement := range agreements {
			page.Agreements = append(page.Agreements, web.Option{Value: agreement.ID.String(), Label: agreement.Title})
		}
		if page.Desks, err = organisations(r, q, account.RoleDesk); err != nil {
			return err
		}
		if account.Everywhere(r.Actor(), account.ActOrderPlace) {
			if page.Authorities, err = organisations(r, q, account.RoleTerritory); err != nil {
				return err
			}
		}
		page.Places = placesOf(r, q)
		page.Members, err = communesThatPay(r, q)
		return err
	})
	if err != nil {
		return err
	}
	for _, word := range place.Services {
		page.Services = append(page.Services, web.Option{Value: word.Code, Label: word.Label})
	}
	return web.Render(w, r, form.Status(), "place", page)
}

func organisations(r *web.Request, q db.Q, role string) ([]web.Option, error) {
	found, err := account.OrganisationsWith(r.Context(), q, role)
	var options []web.Option
	for _, organisation := range found {
		options = append(options, web.Option{Value: organisation.ID.String(), Label: organisation.Name})
	}
	return options, err
}

// communesThatPay are the funders that may share a group's part: each is in a
// commune whose inhabitants are known.
func communesThatPay(r *web.Request, q db.Q) ([]web.Option, error) {
	funders, err := funding.Funders(r.Context(), q)
	if err != nil {
		return nil, err
	}
	var options []web.Option
	for _, funder := range funders {
		organisation, err := account.OrganisationByID(r.Context(), q, funder.Organisation)
		if err != nil {
			return nil, err
		}
		if commune, err := geography.CommuneByCode(organisation.Commune); err == nil {
			options = append(options, web.Option{Value: funder.ID.String(), Label: funder.Name + ", " + count(commune.Population, "habitant", "habitants")})
		}
	}
	return options, nil
}

// placesOf offers everywhere, and the territory that the actor's organisation
// acts for.
func placesOf(r *web.Request, q db.Q) []web.Option {
	options := []web.Option{{Value: "", Label: "Dans tous les lieux labellisés"}}
	own, err := account.OrganisationByID(r.Context(), q, r.Actor().Organisation)
	if err != nil || own.Territory == "" {
		return options
	}
	territory, err := geography.ParseTerritory(own.Territory)
	if err != nil {
		return options
	}
	return append(options, web.Option{Value: territory.Code, Label: "Seulement dans ce territoire" + nbsp + ": " + territory.Name})
}

// fields leads from the capability's names to the form's.
var fields = map[string]string{
	"agreement": "convention", "organisation": "collectivite", "desk": "guichet", "booklets": "carnets", "coupons_per_booklet": "cheques",
	"validity_months": "validite", "territory": "territoire", "pledged_percent": "engagement", "group": "groupe", "fixed_cents": "part-fixe",
}

// placeOrder answers POST /commandes/nouvelle: the order to check with what each
// funder will pay, then it is placed.
func placeOrder(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	order := funding.Order{
		Agreement: form.ID("convention", "Choisissez la convention qui paie"), Booklets: form.Number("carnets", 1, 100_000),
		Desk: form.ID("guichet", "Choisissez le guichet qui recevra les carnets"), ValidityMonths: form.Number("validite", 1, 24),
		Services: form.Values("services"), Territory: form.Value("territoire"),
	}
	order.CouponsPerBooklet, _ = strconv.Atoi(form.Choice("cheques", "Choisissez le nombre de chèques par carnet", "10", "5", "1"))
	if account.Everywhere(r.Actor(), account.ActOrderPlace) {
		order.Organisation = form.ID("collectivite", "Choisissez la collectivité qui commande")
	}
	if form.Text("engagement") != "" {
		order.PledgedPercent = form.Number("engagement", 0, 100)
	}
	asks := maps.Clone(fields)
	for i, member := range form.Values("groupe") {
		id, err := db.ParseID(member)
		if err != nil {
			return err
		}
		asks[fmt.Sprintf("group[%d]", i)] = "groupe"
		order.Group = append(order.Group, id)
	}
	if form.Text("part-fixe") != "" {
		order.Fixed = form.Cents("part-fixe")
	}
	if !form.Valid() || form.Checked("modifier") {
		return showOrderForm(w, r, form)
	}
	var placed funding.Order
	page := &placePage{
		Page:  web.Page{Title: "Vérifiez la commande avant de la placer", Form: form, Menu: "/commandes"},
		Names: []string{"convention", "collectivite", "guichet", "carnets", "cheques", "validite", "territoire", "engagement", "part-fixe"},
	}
	err = r.Act(form, func(tx *db.Tx) (err error) {
		placed, err = db.Once(r.Context(), tx, form.Key(r), func(id db.ID) (funding.Order, error) {
			return funding.OrderByID(r.Context(), tx, id)
		}, func(id db.ID) (funding.Order, error) {
			order.ID = id
			return funding.PlaceOrder(r.Context(), tx, order)
		})
		if err != nil || form.Confirmed() {
			return err
		}
		return page.summarise(r, tx, placed)
	})
	if form.RefusedAs(err, asks) {
		return showOrderForm(w, r, form)
	}
	if err != nil {
		return err
	}
	if form.Confirmed() {
		return web.SeeOther(w, r, "/commandes/"+placed.ID.String()+"?fait")
	}
	return web.Render(w, r, http.StatusOK, "place-check", page)
}

// summarise tells the order that was rehearsed, and what each funder would pay.
func (p *placePage) summarise(r *web.Request, q db.Q, order funding.Order) error {
	names := map[db.ID]string{}
	for _, id := range []db.ID{order.Organisation, order.Desk} {
		if err := learn(r, q, names, id); err != nil {
			return err
		}
	}
	p.Check = append([]web.Line{{Label: "Montant", Value: order.Amount.String()}}, factsOf(order, names[order.Organisation], names[order.Desk])...)
	lines, err := funding.LinesOf(r.Context(), q, order.ID)
	if err != nil {
		return err
	}
	if p.Lines, err = lineTable(r, q, lines); err != nil {
		return err
	}
	standing, err := funding.Balance(r.Context(), q, order.ID)
	if err != nil {
		return err
	}
	p.Parts = web.Table{
		Caption: "Ce que chaque financeur versera", Columns: []web.Column{{Label: "Financeur"}, {Label: "À verser", Number: true}},
		Foot: []web.Cell{web.Head("Total"), web.Amount(order.Amount)},
	}
	for _, funder := range standing.ByFunder {
		p.Parts.Rows = append(p.Parts.Rows, []web.Cell{web.Head(funder.Funder.Name), web.Amount(funder.Share)})
	}
	return nil
}
