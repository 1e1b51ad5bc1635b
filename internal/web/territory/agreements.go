package territory

import (
	"net/http"
	"strconv"
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
	MayPlace  bool
	Fresh     bool
}

// showAgreement answers GET /conventions/{id}.
func showAgreement(w http.ResponseWriter, r *web.Request) error {
	page := &agreementPage{
		Page: web.Page{Back: web.Link{Label: "Toutes les conventions", Path: "/conventions"}}, Fresh: r.URL.Query().Has("fait"),
		MayPlace: account.May(r.Actor(), account.ActOrderPlace),
	}
	err := view(r, func(q db.Q) error {
		id, err := r.PathID("id")
		if err != nil {
			return funding.ErrUnknownAgreement
		}
		if page.Agreement, err = funding.AgreementByID(r.Context(), q, id); err != nil {
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

type signPage struct {
	web.Page
	Funders []funding.Funder
	Check   []web.Line
	Parts   web.Table
	Sent    [][2]string // names and values that travel through the check
}

// askAgreement answers GET /conventions/nouvelle.
func askAgreement(w http.ResponseWriter, r *web.Request) error {
	return showAgreementForm(w, r, web.NewForm())
}

func showAgreementForm(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &signPage{Page: web.Page{
		Title: "Signer une convention", Layout: web.Ask, Form: form, Back: web.Link{Label: "Toutes les conventions", Path: "/conventions"},
	}}
	if err := view(r, func(q db.Q) (err error) {
		page.Funders, err = funding.Funders(r.Context(), q)
		return err
	}); err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "sign", page)
}

// weightName is the field of a funder's weight.
func weightName(funder db.ID) string { return "poids-" + funder.String() }

// WeightName is weightName, for the template.
func (p *signPage) WeightName(funder funding.Funder) string { return weightName(funder.ID) }

// signAgreement answers POST /conventions/nouvelle.
func signAgreement(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	asked := funding.Agreement{Title: form.Required("titre", "Donnez un titre à la convention")}
	page := &signPage{Page: web.Page{Title: "Vérifiez la convention avant de la signer", Form: form, Menu: "/conventions"}}
	page.Sent = append(page.Sent, [2]string{"titre", asked.Title})
	if err := view(r, func(q db.Q) (err error) {
		page.Funders, err = funding.Funders(r.Context(), q)
		return err
	}); err != nil {
		return err
	}
	for _, funder := range page.Funders {
		name := weightName(funder.ID)
		if form.Text(name) == "" || form.Text(name) == "0" {
			continue
		}
		weight := form.Number(name, 1, 1_000_000_000)
		asked.Shares = append(asked.Shares, funding.Share{Funder: funder.ID, Weight: int64(weight)})
		page.Sent = append(page.Sent, [2]string{name, strconv.Itoa(weight)})
	}
	if len(asked.Shares) == 0 && form.Valid() && len(page.Funders) > 0 {
		form.Wrong(weightName(page.Funders[0].ID), "required", "Donnez un poids à un financeur au moins")
	}
	if !form.Valid() || form.Checked("modifier") {
		return showAgreementForm(w, r, form)
	}
	var signed funding.Agreement
	err = r.Act(form, func(tx *db.Tx) (err error) {
		signed, err = db.Once(r.Context(), tx, form.Key(r), func(id db.ID) (funding.Agreement, error) {
			return funding.AgreementByID(r.Context(), tx, id)
		}, func(id db.ID) (funding.Agreement, error) {
			asked.ID = id
			return funding.Sign(r.Context(), tx, asked)
		})
		if err != nil || form.Confirmed() {
			return err
		}
		page.Parts, err = shareTable(r, tx, signed)
		return err
	})
	if form.RefusedAs(err, map[string]string{"title": "titre"}) {
		return showAgreementForm(w, r, form)
	}
	if err != nil {
		return err
	}
	if form.Confirmed() {
		return web.SeeOther(w, r, "/conventions/"+signed.ID.String()+"?fait")
	}
	page.Check = []web.Line{{Label: "Titre", Value: signed.Title}}
	return web.Render(w, r, http.StatusOK, "sign-check", page)
}

type fundersPage struct {
	web.Page
	List    web.Table
	Choices []web.Option
}

// listFunders answers GET /financeurs.
func listFunders(w http.ResponseWriter, r *web.Request) error {
	return showFunders(w, r, web.NewForm())
}

func showFunders(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &fundersPage{
		Page: web.Page{Title: "Financeurs du programme", Form: form},
		List: web.Table{Caption: "Financeurs", Quiet: true, Columns: []web.Column{{Label: "Financeur"}, {Label: "Depuis le"}}},
	}
	err := view(r, func(q db.Q) error {
		funders, err := funding.Funders(r.Context(), q)
		if err != nil {
			return err
		}
		known := map[db.ID]bool{}
		for _, funder := range funders {
			known[funder.Organisation] = true
			page.List.Rows = append(page.List.Rows, []web.Cell{web.Head(funder.Name), web.Day(civil.DateOf(funder.AddedAt, civil.Paris))})
		}
		organisations, err := account.OrganisationsWith(r.Context(), q, account.RoleFunder)
		for _, organisation := range organisations {
			if !known[organisation.ID] {
				page.Choices = append(page.Choices, web.Option{Value: organisation.ID.String(), Label: organisation.Name})
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "funders", page)
}

// addFunder answers POST /financeurs.
func addFunder(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	added := funding.Funder{Organisation: form.ID("organisation", "Choisissez une organisation")}
	if !form.Valid() {
		return showFunders(w, r, form)
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		organisation, err := account.OrganisationByID(r.Context(), tx, added.Organisation)
		if err != nil {
			return err
		}
		added.Name = organisation.Name
		_, err = db.Once(r.Context(), tx, form.Key(r), func(id db.ID) (funding.Funder, error) {
			return funding.FunderByID(r.Context(), tx, id)
		}, func(id db.ID) (funding.Funder, error) {
			added.ID = id
			return funding.AddFunder(r.Context(), tx, added)
		})
		return err
	})
	if form.Refused(err) {
		return showFunders(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/financeurs")
}
