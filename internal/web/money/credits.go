package money

import (
	"net/http"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/funding"
	"passerelle/internal/money"
	"passerelle/internal/web"
)

type creditsPage struct {
	web.Page
	MayAct, All bool
	Count       int
	Sum         money.Cents
	List        web.Table
	Pager       web.Pager
	Empty       web.None
}

// listCredits answers GET /comptable/sommes: what waits; with ?tout, all that
// came into the account.
func listCredits(w http.ResponseWriter, r *web.Request) error {
	page := &creditsPage{
		Page:   web.Page{Title: "Sommes à affecter", Menu: "/comptable", Back: web.Link{Label: "Ce qui attend", Path: "/comptable"}},
		MayAct: account.May(r.Actor(), account.ActReceiptRecord), All: r.URL.Query().Has("tout"),
		Empty: web.None{Title: "Aucune somme n’attend", Text: "Ce que la banque annonce est affecté dès que le libellé, le payeur ou le montant disent pour quelle commande. Le reste attend ici."},
	}
	if page.All {
		page.Title = "Ce qui est arrivé sur le compte"
	}
	var after db.ID
	if err := r.After(&after); err != nil {
		return err
	}
	var credits []funding.Credit
	if err := view(r, func(q db.Q) (err error) {
		if page.Count, page.Sum, err = funding.Waiting(r.Context(), q); err != nil {
			return err
		}
		credits, err = funding.Credits(r.Context(), q, !page.All, after, web.PageSize+1)
		return err
	}); err != nil {
		return err
	}
	credits, more := web.Cut(credits)
	var last db.ID
	if more {
		last = credits[len(credits)-1].ID
	}
	page.List = web.Table{
		Caption: "Les sommes, la dernière d’abord", Quiet: true,
		Columns: []web.Column{{Label: "Qui a payé"}, {Label: "Jour"}, {Label: "Reçu", Number: true}, {Label: "À affecter", Number: true}},
	}
	for _, credit := range credits {
		page.List.Rows = append(page.List.Rows, []web.Cell{
			web.Head(orUnnamed(credit.Party)).Noted(credit.Text).To("/comptable/sommes/" + credit.ID.String()), web.Day(credit.On),
			web.Amount(credit.Amount), web.Amount(credit.Waiting),
		})
	}
	if r.WantsCSV() {
		return web.CSV(w, r, "sommes", page.List)
	}
	var err error
	if page.Pager, err = r.Pager(more, last); err != nil {
		return err
	}
	page.Pager = page.Pager.Exported(r)
	return web.Render(w, r, http.StatusOK, "credits", page)
}

func orUnnamed(party string) string {
	if party == "" {
		return "sans nom"
	}
	return party
}

type creditPage struct {
	web.Page
	Credit funding.Credit
	MayAct bool
	Facts  []web.Line
	Made   web.Table
	Orders []web.Option
	Parts  []web.Option // funders of the chosen order
	Order  string
	Check  []web.Line
}

// Names are the answers that travel through the check.
func (p *creditPage) Names() []string {
	return []string{"commande", "financeur", "montant", "date", "reference", "raison", "payeur", "libelle"}
}

func (p *creditPage) read(r *web.Request, q db.Q) error {
	id, err := r.PathID("id")
	if err != nil {
		return funding.ErrUnknownCredit
	}
	p.Credit, err = funding.CreditByID(r.Context(), q, id)
	p.Menu, p.Back = "/comptable", web.Link{Label: "Sommes à affecter", Path: "/comptable/sommes"}
	return err
}

// showCredit answers GET /comptable/sommes/{id}: what is known of a sum, and
// what became of it.
func showCredit(w http.ResponseWriter, r *web.Request) error {
	page := &creditPage{MayAct: account.May(r.Actor(), account.ActReceiptRecord)}
	err := view(r, func(q db.Q) error {
		if err := page.read(r, q); err != nil {
			return err
		}
		return page.became(r, q)
	})
	if err != nil {
		return err
	}
	c := page.Credit
	page.Title = c.Amount.String() + " reçus le " + c.On.FrenchLong()
	page.Facts = []web.Line{
		{Label: "Qui a payé", Value: orUnnamed(c.Party)}, {Label: "Libellé", Value: orNone(c.Text)}, {Label: "Reste à affecter", Value: c.Waiting.String()},
	}
	if c.PartyIBAN != "" {
		page.Facts = append(page.Facts, web.Line{Label: "Son compte", Value: c.PartyIBAN.Masked()})
	}
	if !c.Known.IsZero() {
		page.Facts = append(page.Facts, web.Line{Label: "Déjà enregistré", Value: "Une personne avait noté cette somme avant la banque. Elle n’est comptée qu’une fois."})
	}
	return web.Render(w, r, http.StatusOK, "credit", page)
}

func (p *creditPage) became(r *web.Request, q db.Q) error {
	p.Made = web.Table{Caption: "Ce que la somme est devenue", Columns: []web.Column{{Label: "Où"}, {Label: "Jour"}, {Label: "Montant", Number: true}}}
	placed, err := funding.PlacedOf(r.Context(), q, p.Credit.ID)
	if err != nil {
		return err
	}
	for _, receipt := range placed {
		order, err := funding.OrderByID(r.Context(), q, receipt.Order)
		if err != nil {
			return err
		}
		funder, err := funding.FunderByID(r.Context(), q, receipt.Funder)
		if err != nil {
			return err
		}
		p.Made.Rows = append(p.Made.Rows, []web.Cell{
			web.Head("Commande " + order.Reference).Noted(funder.Name).To("/commandes/" + order.ID.String()), web.Day(receipt.On), web.Amount(receipt.Amount),
		})
	}
	back, err := funding.SentBackOf(r.Context(), q, p.Credit.ID)
	for _, sent := range back {
		p.Made.Rows = append(p.Made.Rows, []web.Cell{web.Head("Renvoyé").Noted(sent.Reason + ", " + sent.Reference), web.Day(sent.On), web.Amount(sent.Amount)})
	}
	return err
}

// askNewCredit answers GET /comptable/sommes/nouvelle.
func askNewCredit(w http.ResponseWriter, r *web.Request) error {
	form := web.NewForm()
	form.Set("date", today(r).String())
	return showNewCredit(w, r, form)
}

func showNewCredit(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	return web.Render(w, r, form.Status(), "credit-new", &creditPage{Page: web.Page{
		Title: "Quelle somme est arrivée ?", Layout: web.Ask, Form: form, Menu: "/comptable", Back: web.Link{Label: "Sommes à affecter", Path: "/comptable/sommes"},
	}})
}

// recordCredit answers POST /comptable/sommes/nouvelle.
func recordCredit(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	typed := funding.Credit{Amount: form.Cents("montant"), On: form.Date("date"), Party: form.Text("payeur"), Text: form.Text("libelle")}
	if !form.Valid() || form.Checked("modifier") {
		return showNewCredit(w, r, form)
	}
	var taken funding.Credit
	err = r.Act(form, func(tx *db.Tx) (err error) {
		taken, err = db.Once(r.Context(), tx, form.Key(r), func(id db.ID) (funding.Credit, error) {
			return funding.CreditByID(r.Context(), tx, id)
		}, func(id db.ID) (funding.Credit, error) {
			typed.ID = id
			return funding.TakeCredit(r.Context(), tx, typed)
		})
		return err
	})
	if form.RefusedAs(err, map[string]string{"amount_cents": "montant", "on": "date", "text": "libelle"}) {
		return showNewCredit(w, r, form)
	}
	if err != nil {
		return err
	}
	if form.Confirmed() {
		return web.SeeOther(w, r, "/comptable/sommes/"+taken.ID.String())
	}
	page := &creditPage{
		Page: web.Page{Title: "Vérifiez la somme avant de l’enregistrer", Layout: web.Ask, Form: form, Menu: "/comptable"},
		Check: []web.Line{
			{Label: "Montant", Value: taken.Amount.String()}, {Label: "Date sur le relevé de la banque", Value: taken.On.French()},
			{Label: "Qui a payé", Value: orUnnamed(taken.Party)}, {Label: "Libellé", Value: orNone(taken.Text)},
		},
	}
	return showCheck(w, r, page, "/comptable/sommes/nouvelle", "Enregistrer la somme", "La somme sera écrite au journal. Elle ne pourra pas être effacée.")
}

type checkPage struct {
	*creditPage
	Action, Verb, Told string
}

// showCheck asks to check answers before money moves.
func showCheck(w http.ResponseWriter, r *web.Request, page *creditPage, action, verb, told string) error {
	return web.Render(w, r, http.StatusOK, "credit-check", &checkPage{page, action, verb, told})
}

// askPlacing answers GET /comptable/sommes/{id}/affectation: which order, then
// which of its funders and how much.
func askPlacing(w http.ResponseWriter, r *web.Request) error {
	form := web.NewForm()
	form.Set("commande", r.URL.Query().Get("commande"))
	return showPlacing(w, r, form)
}

func showPlacing(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &creditPage{Page: web.Page{Title: "Pour quelle commande ?", Layout: web.Ask, Form: form}, Order: form.Value("commande")}
	err := view(r, func(q db.Q) error {
		if err := page.read(r, q); err != nil {
			return err
		}
		if page.Order == "" {
			var err error
			page.Orders, err = openOrders(r, q)
			return err
		}
		page.Title = "Qui a versé cette somme ?"
		if form.Value("montant") == "" {
			form.Set("montant", page.Credit.Waiting.Decimal())
		}
		id, err := db.ParseID(page.Order)
		if err != nil {
			return funding.ErrUnknownOrder
		}
		promised, err := funding.Instalments(r.Context(), q, id)
		for _, one := range promised {
			page.Parts = append(page.Parts, web.Option{Value: one.Funder.ID.String(), Label: one.Funder.Name, Hint: "doit encore " + one.Missing.Short()})
		}
		return err
	})
	if err != nil {
		return err
	}
	page.Back = web.Link{Label: "La somme", Path: "/comptable/sommes/" + page.Credit.ID.String()}
	return web.Render(w, r, form.Status(), "credit-place", page)
}

// openOrders are those that may still receive.
func openOrders(r *web.Request, q db.Q) ([]web.Option, error) {
	orders, err := funding.Orders(r.Context(), q, db.ID{}, 200)
	options := []web.Option{}
	for _, order := range orders {
		if order.State != funding.Closed {
			options = append(options, web.Option{Value: order.ID.String(), Label: "Commande " + order.Reference + ", " + order.Amount.Short()})
		}
	}
	return options, err
}

// placeCredit answers POST /comptable/sommes/{id}/affectation.
func placeCredit(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	typed := funding.Receipt{Order: form.ID("commande", "Choisissez la commande"), Funder: form.ID("financeur", "Choisissez le financeur"), Amount: form.Cents("montant")}
	if !form.Valid() || form.Checked("modifier") {
		return showPlacing(w, r, form)
	}
	page := &creditPage{Page: web.Page{Title: "Vérifiez avant d’affecter la somme", Layout: web.Ask, Form: form}}
	var placed funding.Receipt
	err = r.Act(form, func(tx *db.Tx) (err error) {
		if err := page.read(r, tx); err != nil {
			return err
		}
		placed, err = db.Once(r.Context(), tx, form.Key(r), func(id db.ID) (funding.Receipt, error) {
			return funding.ReceiptByID(r.Context(), tx, id)
		}, func(id db.ID) (funding.Receipt, error) {
			typed.ID = id
			return funding.PlaceCredit(r.Context(), tx, page.Credit.ID, typed)
		})
		if err != nil {
			return err
		}
		page.Check, err = moneyLines(r, tx, placed.Order, placed.Funder, placed.Amount)
		return err
	})
	if form.RefusedAs(err, map[string]string{"amount_cents": "montant"}) {
		return showPlacing(w, r, form)
	}
	if err != nil {
		return err
	}
	if form.Confirmed() {
		return web.SeeOther(w, r, "/comptable/encaissements/"+placed.ID.String())
	}
	return showCheck(w, r, page, "/comptable/sommes/"+page.Credit.ID.String()+"/affectation", "Affecter la somme", "Les guichets pourront remettre des carnets sur cet argent.")
}

// moneyLines tell an order, a funder and an amount, to be checked.
func moneyLines(r *web.Request, q db.Q, order, funder db.ID, amount money.Cents) ([]web.Line, error) {
	known, err := funding.OrderByID(r.Context(), q, order)
	if err != nil {
		return nil, err
	}
	payer, err := funding.FunderByID(r.Context(), q, funder)
	return []web.Line{{Label: "Financeur", Value: payer.Name}, {Label: "Commande", Value: known.Reference}, {Label: "Montant", Value: amount.String()}}, err
}

// askSendingBack answers GET /comptable/sommes/{id}/renvoi.
func askSendingBack(w http.ResponseWriter, r *web.Request) error {
	form := web.NewForm()
	form.Set("date", today(r).String())
	return showSendingBack(w, r, form)
}

func showSendingBack(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &creditPage{Page: web.Page{Title: "Quel virement a renvoyé cette somme ?", Layout: web.Ask, Form: form}}
	if err := view(r, func(q db.Q) error { return page.read(r, q) }); err != nil {
		return err
	}
	if form.Value("montant") == "" {
		form.Set("montant", page.Credit.Waiting.Decimal())
	}
	page.Back = web.Link{Label: "La somme", Path: "/comptable/sommes/" + page.Credit.ID.String()}
	return web.Render(w, r, form.Status(), "credit-back", page)
}

// sendBack answers POST /comptable/sommes/{id}/renvoi.
func sendBack(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	typed := funding.CreditSentBack{Amount: form.Cents("montant"), On: form.Date("date"), Reference: form.Text("reference"), Reason: form.Text("raison")}
	if !form.Valid() || form.Checked("modifier") {
		return showSendingBack(w, r, form)
	}
	page := &creditPage{Page: web.Page{Title: "Vérifiez avant d’enregistrer le renvoi", Layout: web.Ask, Form: form}}
	var sent funding.CreditSentBack
	err = r.Act(form, func(tx *db.Tx) (err error) {
		if err := page.read(r, tx); err != nil {
			return err
		}
		sent, err = db.Once(r.Context(), tx, form.Key(r), func(id db.ID) (funding.CreditSentBack, error) {
			return funding.SentBackByID(r.Context(), tx, id)
		}, func(id db.ID) (funding.CreditSentBack, error) {
			typed.ID, typed.Credit = id, page.Credit.ID
			return funding.SendBack(r.Context(), tx, typed)
		})
		return err
	})
	if form.RefusedAs(err, map[string]string{"amount_cents": "montant", "on": "date", "reference": "reference", "reason": "raison"}) {
		return showSendingBack(w, r, form)
	}
	if err != nil {
		return err
	}
	path := "/comptable/sommes/" + page.Credit.ID.String()
	if form.Confirmed() {
		return web.SeeOther(w, r, path)
	}
	page.Check = []web.Line{
		{Label: "À", Value: orUnnamed(page.Credit.Party)}, {Label: "Montant", Value: sent.Amount.String()}, {Label: "Date du débit", Value: sent.On.French()},
		{Label: "Référence", Value: sent.Reference}, {Label: "Pourquoi", Value: sent.Reason},
	}
	return showCheck(w, r, page, path+"/renvoi", "Enregistrer le renvoi", "Le virement doit déjà être fait à la banque.")
}
