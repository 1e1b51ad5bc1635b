package money

import (
	"errors"
	"net/http"

	"passerelle/internal/account"
	"passerelle/internal/bank"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/funding"
	"passerelle/internal/settlement"
	"passerelle/internal/web"
)

type refundsPage struct {
	web.Page
	MayAct bool
	List   web.Table
	Pager  web.Pager
	Empty  web.None
}

// refundKinds are how the states look.
var refundKinds = map[funding.RefundState]string{
	funding.RefundSent: "wait", funding.RefundDone: "ok", funding.RefundRejected: "no", funding.RefundReturned: "no",
}

// listRefunds answers GET /comptable/remboursements.
func listRefunds(w http.ResponseWriter, r *web.Request) error {
	page := &refundsPage{
		Page:   web.Page{Title: "Ce qui est rendu aux financeurs", Menu: "/comptable", Back: web.Link{Label: "Ce qui attend", Path: "/comptable"}},
		MayAct: account.May(r.Actor(), account.ActRefundMake),
		Empty:  web.None{Title: "Rien n’a été rendu", Text: "L’argent qu’aucun chèque n’engage peut revenir à son financeur, ou passer sur une autre commande."},
	}
	var after db.ID
	if err := r.After(&after); err != nil {
		return err
	}
	more := false
	var last db.ID
	err := view(r, func(q db.Q) error {
		refunds, err := funding.Refunds(r.Context(), q, db.ID{}, after, web.PageSize+1)
		if err != nil {
			return err
		}
		if refunds, more = web.Cut(refunds); more {
			last = refunds[len(refunds)-1].ID
		}
		page.List = web.Table{
			Caption: "Les remboursements, le dernier d’abord", Quiet: true,
			Columns: []web.Column{{Label: "Remboursement"}, {Label: "Financeur"}, {Label: "Commande"}, {Label: "Montant", Number: true}, {Label: "État"}},
		}
		for _, refund := range refunds {
			funder, err := funding.FunderByID(r.Context(), q, refund.Funder)
			if err != nil {
				return err
			}
			order, err := funding.OrderByID(r.Context(), q, refund.Order)
			if err != nil {
				return err
			}
			page.List.Rows = append(page.List.Rows, []web.Cell{
				web.Head(refund.Reference).To("/comptable/remboursements/" + refund.ID.String()), web.Text(funder.Name),
				web.Text(order.Reference).To("/commandes/" + order.ID.String()), web.Amount(refund.Amount), web.InState(refundKinds[refund.State], refund.State.French()),
			})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if r.WantsCSV() {
		return web.CSV(w, r, "remboursements", page.List)
	}
	if page.Pager, err = r.Pager(more, last); err != nil {
		return err
	}
	page.Pager = page.Pager.Exported(r)
	return web.Render(w, r, http.StatusOK, "refunds", page)
}

type refundPage struct {
	creditPage
	Refund  funding.Refund
	InFile  bool
	Awaited bool
	MayFile bool
	Targets []web.Option
}

// Names are the answers that travel through the check.
func (p *refundPage) Names() []string {
	return []string{"commande", "vers", "financeur", "montant", "moyen", "date", "reference", "raison"}
}

// askRefund answers GET /comptable/remboursements/nouveau?commande=.
func askRefund(w http.ResponseWriter, r *web.Request) error {
	return showReturnForm(w, r, orderForm(r), "refund-ask", "Quel argent rendre ?")
}

// askRollover answers GET /comptable/reports/nouveau?commande=.
func askRollover(w http.ResponseWriter, r *web.Request) error {
	return showReturnForm(w, r, orderForm(r), "rollover-ask", "Quel argent reporter ?")
}

func orderForm(r *web.Request) *web.Form {
	form := web.NewForm()
	form.Set("commande", r.URL.Query().Get("commande"))
	return form
}

// showReturnForm asks for the order first, then for what is to leave it.
func showReturnForm(w http.ResponseWriter, r *web.Request, form *web.Form, template, title string) error {
	page := &refundPage{creditPage: creditPage{
		Page:  web.Page{Title: title, Layout: web.Ask, Form: form, Menu: "/comptable", Back: web.Link{Label: "Ce qui est rendu", Path: "/comptable/remboursements"}},
		Order: form.Value("commande"),
	}}
	err := view(r, func(q db.Q) error {
		var err error
		if page.Orders, err = openOrders(r, q); err != nil || page.Order == "" {
			page.Title = "Sur quelle commande ?"
			return err
		}
		for _, option := range page.Orders {
			if option.Value != page.Order {
				page.Targets = append(page.Targets, option)
			}
		}
		page.Orders = nil
		id, err := db.ParseID(page.Order)
		if err != nil {
			return funding.ErrUnknownOrder
		}
		standing, err := funding.Balance(r.Context(), q, id)
		for _, one := range standing.ByFunder {
			page.Parts = append(page.Parts, web.Option{Value: one.Funder.ID.String(), Label: one.Funder.Name, Hint: one.Available.String() + " disponibles"})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), template, page)
}

// amountOrAll reads an amount that may be left empty, for all of it.
func amountOrAll(form *web.Form) (amount funding.Refund) {
	if form.Text("montant") != "" {
		amount.Amount = form.Cents("montant")
	}
	return amount
}

var returnFields = map[string]string{"amount_cents": "montant", "on": "date", "reference": "reference", "reason": "raison", "to": "vers"}

// makeRefund answers POST /comptable/remboursements/nouveau.
func makeRefund(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	typed := amountOrAll(form)
	typed.Order, typed.Funder, typed.Reason = form.ID("commande", "Choisissez la commande"), form.ID("financeur", "Choisissez le financeur"), form.Text("raison")
	means := form.Choice("moyen", "Dites comment l’argent part", "fichier", "banque")
	if form.Text("date") != "" {
		typed.SentOn = form.Date("date")
	}
	typed.SentAs = form.Text("reference")
	if !form.Valid() || form.Checked("modifier") {
		return showReturnForm(w, r, form, "refund-ask", "Quel argent rendre ?")
	}
	make := funding.PayBack
	if means == "fichier" {
		make = settlement.RefundByFile
		typed.ExecutionOn = typed.SentOn
	}
	page := &refundPage{creditPage: creditPage{Page: web.Page{Title: "Vérifiez avant de rendre l’argent", Layout: web.Ask, Form: form, Menu: "/comptable"}}}
	err = r.Act(form, func(tx *db.Tx) (err error) {
		page.Refund, err = db.Once(r.Context(), tx, form.Key(r), func(id db.ID) (funding.Refund, error) {
			return funding.RefundByID(r.Context(), tx, id)
		}, func(id db.ID) (funding.Refund, error) {
			typed.ID = id
			return make(r.Context(), tx, typed)
		})
		if err != nil {
			return err
		}
		page.Check, err = moneyLines(r, tx, page.Refund.Order, page.Refund.Funder, page.Refund.Amount)
		return err
	})
	if errors.Is(err, funding.ErrNoFunderAccount) {
		return web.SeeOther(w, r, "/comptable/financeurs/"+typed.Funder.String()+"/compte?manque")
	}
	if form.RefusedAs(err, returnFields) {
		return showReturnForm(w, r, form, "refund-ask", "Quel argent rendre ?")
	}
	if err != nil {
		return err
	}
	if form.Confirmed() {
		return web.SeeOther(w, r, "/comptable/remboursements/"+page.Refund.ID.String())
	}
	how := "Par un fichier de virement, exécution demandée le " + page.Refund.ExecutionOn.French()
	if page.Refund.ByHand() {
		how = "Déjà viré à la banque le " + page.Refund.SentOn.French() + ", " + page.Refund.SentAs
	}
	page.Check = append(page.Check, web.Line{Label: "Comment", Value: how}, web.Line{Label: "Pourquoi", Value: page.Refund.Reason})
	return web.Render(w, r, http.StatusOK, "refund-check", page)
}

// showRefund answers GET /comptable/remboursements/{id}.
func showRefund(w http.ResponseWriter, r *web.Request) error {
	return showRefundWith(w, r, web.NewForm())
}

func showRefundWith(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &refundPage{creditPage: creditPage{Page: web.Page{Form: form, Menu: "/comptable", Back: web.Link{Label: "Ce qui est rendu", Path: "/comptable/remboursements"}}}}
	err := view(r, func(q db.Q) error {
		id, err := r.PathID("id")
		if err != nil {
			return funding.ErrUnknownRefund
		}
		if page.Refund, err = funding.RefundByID(r.Context(), q, id); err != nil {
			return err
		}
		page.Facts, err = moneyLines(r, q, page.Refund.Order, page.Refund.Funder, page.Refund.Amount)
		return err
	})
	if err != nil {
		return err
	}
	refund := page.Refund
	page.Title = "Remboursement " + refund.Reference
	page.InFile, page.Awaited = !refund.ByHand(), refund.State == funding.RefundSent
	page.MayFile = page.InFile && account.May(r.Actor(), account.ActRefundMake)
	if page.Awaited && form.Value("date") == "" {
		form.Set("date", today(r).String())
	}
	page.Facts = append(page.Facts, web.Line{Label: "Pourquoi", Value: refund.Reason}, web.Line{Label: "État", Value: refund.State.French()})
	if page.InFile {
		page.Facts = append(page.Facts, web.Line{Label: "Fichier", Value: refund.MessageID}, web.Line{Label: "Exécution demandée le", Value: refund.ExecutionOn.French()})
	} else {
		page.Facts = append(page.Facts, web.Line{Label: "Viré à la banque le", Value: refund.SentOn.French() + ", " + refund.SentAs})
	}
	return web.Render(w, r, form.Status(), "refund", page)
}

// downloadRefund answers GET /comptable/remboursements/{id}/fichier.
func downloadRefund(w http.ResponseWriter, r *web.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return funding.ErrUnknownRefund
	}
	var name string
	var text []byte
	if err := view(r, func(q db.Q) (err error) {
		name, text, err = settlement.RefundXML(r.Context(), q, id)
		return err
	}); err != nil {
		return err
	}
	return web.Download(w, "application/xml; charset=utf-8", name, text)
}

// debitRefund answers POST /comptable/remboursements/{id}: the account shows it.
func debitRefund(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return funding.ErrUnknownRefund
	}
	on := form.Date("date")
	notAhead(form, "date", on, today(r))
	if !form.Valid() {
		return showRefundWith(w, r, form)
	}
	if err := r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		_, err := funding.EndRefund(r.Context(), tx, id, funding.RefundDone, on)
		return err
	}); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/comptable/remboursements/"+id.String())
}

// rollOver answers POST /comptable/reports/nouveau.
func rollOver(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	typed := funding.Rollover{
		From: form.ID("commande", "Choisissez la commande"), To: form.ID("vers", "Choisissez la commande qui reçoit l’argent"),
		Funder: form.ID("financeur", "Choisissez le financeur"), Amount: amountOrAll(form).Amount, Reason: form.Text("raison"),
	}
	if !form.Valid() || form.Checked("modifier") {
		return showReturnForm(w, r, form, "rollover-ask", "Quel argent reporter ?")
	}
	page := &refundPage{creditPage: creditPage{Page: web.Page{Title: "Vérifiez avant de reporter l’argent", Layout: web.Ask, Form: form, Menu: "/comptable"}}}
	var moved funding.Rollover
	err = r.Act(form, func(tx *db.Tx) (err error) {
		moved, err = db.Once(r.Context(), tx, form.Key(r), func(id db.ID) (funding.Rollover, error) {
			return funding.RolloverByID(r.Context(), tx, id)
		}, func(id db.ID) (funding.Rollover, error) {
			typed.ID = id
			return funding.RollOver(r.Context(), tx, typed)
		})
		if err != nil {
			return err
		}
		if page.Check, err = moneyLines(r, tx, moved.From, moved.Funder, moved.Amount); err != nil {
			return err
		}
		to, err := funding.OrderByID(r.Context(), tx, moved.To)
		page.Check = append(page.Check, web.Line{Label: "Vers la commande", Value: to.Reference}, web.Line{Label: "Pourquoi", Value: moved.Reason})
		return err
	})
	if form.RefusedAs(err, returnFields) {
		return showReturnForm(w, r, form, "rollover-ask", "Quel argent reporter ?")
	}
	if err != nil {
		return err
	}
	if form.Confirmed() {
		return web.SeeOther(w, r, "/commandes/"+moved.To.String())
	}
	return web.Render(w, r, http.StatusOK, "rollover-check", page)
}

type funderAccountPage struct {
	web.Page
	Funder  funding.Funder
	Lines   []web.Line
	Typed   funding.Account
	May     bool
	Missing bool // a refund waits for it
}

// askFunderAccount answers GET /comptable/financeurs/{id}/compte.
func askFunderAccount(w http.ResponseWriter, r *web.Request) error {
	return showFunderAccount(w, r, web.NewForm())
}

func showFunderAccount(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &funderAccountPage{
		Page: web.Page{Layout: web.Ask, Form: form, Menu: "/comptable", Back: web.Link{Label: "Ce qui est rendu", Path: "/comptable/remboursements"}},
		May:  account.May(r.Actor(), account.ActRefundMake), Missing: r.URL.Query().Has("manque"),
	}
	err := view(r, func(q db.Q) error {
		id, err := r.PathID("id")
		if err != nil {
			return funding.ErrUnknownFunder
		}
		if page.Funder, err = funding.FunderByID(r.Context(), q, id); err != nil {
			return err
		}
		now, err := funding.AccountOf(r.Context(), q, id)
		if errors.Is(err, funding.ErrNoFunderAccount) {
			return nil
		}
		page.Lines = accountLines(settlement.IssuerAccount{Name: now.Name, IBAN: now.IBAN, BIC: now.BIC})
		return err
	})
	if err != nil {
		return err
	}
	page.Title = "Le compte de " + page.Funder.Name
	return web.Render(w, r, form.Status(), "funder-account", page)
}

// setFunderAccount answers POST /comptable/financeurs/{id}/compte.
func setFunderAccount(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return funding.ErrUnknownFunder
	}
	typed := funding.Account{Funder: id, Name: form.Text("name"), IBAN: bank.IBAN(form.Text("iban")), BIC: bank.BIC(form.Text("bic"))}
	if form.Checked("modifier") {
		return showFunderAccount(w, r, form)
	}
	page := &funderAccountPage{Page: web.Page{Title: "Vérifiez le compte avant de l’enregistrer", Layout: web.Ask, Form: form, Menu: "/comptable"}}
	err = r.Act(form, func(tx *db.Tx) (err error) {
		if page.Funder, err = funding.FunderByID(r.Context(), tx, id); err != nil {
			return err
		}
		page.Typed, err = db.Once(r.Context(), tx, form.Key(r), func(made db.ID) (funding.Account, error) {
			return funding.AccountByID(r.Context(), tx, made)
		}, func(made db.ID) (funding.Account, error) {
			typed.ID = made
			return funding.SetAccount(r.Context(), tx, typed)
		})
		return err
	})
	if form.Refused(err) {
		return showFunderAccount(w, r, form)
	}
	if err != nil {
		return err
	}
	if form.Confirmed() {
		return web.SeeOther(w, r, "/comptable/financeurs/"+id.String()+"/compte")
	}
	page.Lines = accountLines(settlement.IssuerAccount{Name: page.Typed.Name, IBAN: page.Typed.IBAN, BIC: page.Typed.BIC})
	return web.Render(w, r, http.StatusOK, "funder-account-check", page)
}

// notAhead refuses a day of the bank's that has not come.
func notAhead(form *web.Form, name string, on, today civil.Date) {
	if on.After(today) {
		form.Wrong(name, "future", "Écrivez la date d’un débit déjà passé.")
	}
}
