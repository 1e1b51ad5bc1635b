package money

import (
	"cmp"
	"net/http"
	"slices"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/label"
	"passerelle/internal/money"
	"passerelle/internal/place"
	"passerelle/internal/settlement"
	"passerelle/internal/web"
)

type paymentsPage struct {
	web.Page
	List  web.Table
	Pager web.Pager
	Empty web.None
}

// listPayments answers GET /comptable/paiements.
func listPayments(w http.ResponseWriter, r *web.Request) error {
	page := &paymentsPage{
		Page:  web.Page{Title: "Paiements"},
		Empty: web.None{Title: "Aucun fichier de paiement", Text: "Un fichier naît quand vous payez des relevés clos.", Act: web.Link{Label: "Voir les relevés à payer", Path: "/comptable/releves?etat=closed"}},
	}
	var after db.ID
	if err := r.After(&after); err != nil {
		return err
	}
	limit := web.PageSize + 1
	if r.WantsCSV() {
		limit = 100_000
	}
	var files []settlement.PaymentFile
	err := view(r, func(q db.Q) (err error) {
		files, err = settlement.PaymentFiles(r.Context(), q, after, limit)
		return err
	})
	if err != nil {
		return err
	}
	more := false
	if !r.WantsCSV() {
		files, more = web.Cut(files)
	}
	page.List = fileTable(files)
	if r.WantsCSV() {
		return web.CSV(w, r, "paiements", page.List)
	}
	var last db.ID
	if more {
		last = files[len(files)-1].ID
	}
	if page.Pager, err = r.Pager(more, last); err != nil {
		return err
	}
	page.Pager = page.Pager.Exported(r)
	return web.Render(w, r, http.StatusOK, "payments", page)
}

func fileTable(files []settlement.PaymentFile) web.Table {
	table := web.Table{
		Caption: "Fichiers de paiement, le dernier d’abord", Quiet: true,
		Columns: []web.Column{{Label: "Fichier"}, {Label: "Fait le"}, {Label: "Exécution demandée"}, {Label: "Virements", Number: true}, {Label: "Montant", Number: true}, {Label: "État"}},
	}
	for _, file := range files {
		state := web.InState("wait", "Débit attendu")
		if !file.DebitedOn.IsZero() {
			state = web.InState("ok", "Débité").Noted(file.DebitedOn.FrenchShort())
		} else if file.Due() == 0 {
			state = web.InState("no", "Rejeté par la banque")
		}
		table.Rows = append(table.Rows, []web.Cell{
			web.Head(file.MessageID).To("/comptable/paiements/" + file.ID.String()), web.Day(civil.DateOf(file.At, civil.Paris)),
			web.Day(file.ExecutionOn), web.Whole(file.Payments), web.Amount(file.Amount), state,
		})
	}
	return table
}

type choosePage struct {
	web.Page
	Choices []web.Option
	Without []place.Place // sites that gave no account
	Held    money.Cents   // what waits for their accounts
	Check   []web.Line
	List    web.Table
	Chosen  []string
	Day     string
	Amount  money.Cents
	Count   int
}

// choosePayments answers GET /comptable/paiements/nouveau: every closed
// statement that can be paid is chosen, or the one asked for.
func choosePayments(w http.ResponseWriter, r *web.Request) error {
	form := web.NewForm()
	if one := r.URL.Query().Get("releve"); one != "" {
		form.Set("releve", one)
	}
	return showChoices(w, r, form)
}

func showChoices(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &choosePage{Page: web.Page{
		Title: "Quels relevés payer\u202f?", Form: form, Menu: "/comptable/paiements", Back: web.Link{Label: "Ce qui attend", Path: "/comptable"},
	}}
	err := view(r, func(q db.Q) error {
		statements, err := toPay(r, q)
		if err != nil {
			return err
		}
		slices.SortFunc(statements, func(a, b settlement.Statement) int { return cmp.Compare(a.Reference, b.Reference) })
		sites := map[db.ID]place.Place{}
		if err := nameSites(r, q, statements, sites); err != nil {
			return err
		}
		for _, statement := range statements {
			if err := page.offer(r, q, statement, sites[statement.Site]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if form.Value("jour") == "" {
		form.Set("jour", civil.NextWorkingDay(today(r), "").String())
	}
	return web.Render(w, r, form.Status(), "choose", page)
}

func (p *choosePage) offer(r *web.Request, q db.Q, statement settlement.Statement, site place.Place) error {
	known, err := label.HasBankDetails(r.Context(), q, site.ID)
	if err != nil {
		return err
	}
	if !known {
		if !slices.ContainsFunc(p.Without, func(other place.Place) bool { return other.ID == site.ID }) {
			p.Without = append(p.Without, site)
		}
		p.Held += statement.Amount
		return nil
	}
	hint := statement.Reference + ", à payer avant le " + statement.DueOn.FrenchLong()
	if statement.Late(today(r)) {
		hint = statement.Reference + ", hors délai depuis le " + statement.DueOn.FrenchLong()
	}
	p.Choices = append(p.Choices, web.Option{
		Value: statement.ID.String(), Label: site.Name + ", " + statement.Month.French() + nbsp + ": " + statement.Amount.Short(), Hint: hint,
		Chosen: true,
	})
	return nil
}

// makePayments answers POST /comptable/paiements/nouveau: the payments to
// check, then the file.
func makePayments(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	asked := settlement.PayFile{On: form.Date("jour")}
	for _, text := range form.Values("releve") {
		id, err := db.ParseID(text)
		if err != nil {
			return settlement.ErrUnknownStatement
		}
		asked.Statements = append(asked.Statements, id)
	}
	if len(asked.Statements) == 0 {
		form.Wrong("releve", "required", "Choisissez au moins un relevé à payer")
	}
	if !form.Valid() || form.Checked("modifier") {
		return showChoices(w, r, form)
	}
	var file settlement.PaymentFile
	page := &choosePage{Page: web.Page{Title: "Vérifiez avant de payer", Form: form, Menu: "/comptable/paiements"}, Chosen: form.Values("releve"), Day: asked.On.String()}
	err = r.Act(form, func(tx *db.Tx) (err error) {
		file, err = db.Once(r.Context(), tx, form.Key(r), func(id db.ID) (settlement.PaymentFile, error) {
			return settlement.Pay(r.Context(), tx, asked) // the same set again: the same file
		}, func(id db.ID) (settlement.PaymentFile, error) {
			asked.ID = id
			return settlement.Pay(r.Context(), tx, asked)
		})
		if err != nil || form.Confirmed() {
			return err
		}
		return page.summarise(r, tx, file)
	})
	if form.RefusedAs(err, map[string]string{"on": "jour", "statements": "releve"}) {
		return showChoices(w, r, form)
	}
	if err != nil {
		return err
	}
	if form.Confirmed() {
		return web.SeeOther(w, r, "/comptable/paiements/"+file.ID.String()+"?fait")
	}
	return web.Render(w, r, http.StatusOK, "choose-check", page)
}

// summarise tells what the file that was rehearsed would hold.
func (p *choosePage) summarise(r *web.Request, q db.Q, file settlement.PaymentFile) error {
	statements, err := settlement.StatementsOf(r.Context(), q, file.ID)
	if err != nil {
		return err
	}
	from, err := settlement.IssuerAccountNow(r.Context(), q)
	if err != nil {
		return err
	}
	p.Amount, p.Count = file.Amount, file.Payments
	p.Check = []web.Line{
		{Label: "Compte débité", Value: from.Name, Note: from.IBAN.Grouped()},
		{Label: "Total", Value: file.Amount.String()},
		{Label: "Jour demandé à la banque", Value: file.ExecutionOn.French()},
	}
	p.List, err = transferTable(r, q, statements)
	return err
}

// transferTable is what a file would pay, line by line.
func transferTable(r *web.Request, q db.Q, statements []settlement.Statement) (web.Table, error) {
	payments := make([]settlement.Payment, len(statements))
	for i, statement := range statements {
		payments[i] = settlement.Payment{Statement: statement.ID, Reference: statement.Reference, Site: statement.Site, Amount: statement.Amount}
	}
	return paymentTable(r, q, payments)
}

// paymentTable is what a file pays, line by line, with what the bank refused.
func paymentTable(r *web.Request, q db.Q, payments []settlement.Payment) (web.Table, error) {
	table := web.Table{
		Caption: "Virements du fichier",
		Note:    "Sous chaque lieu, le libellé que porte son virement.",
		Columns: []web.Column{{Label: "Relevé"}, {Label: "Lieu"}, {Label: "Montant", Number: true}},
	}
	sites := map[db.ID]place.Place{}
	ids := make([]db.ID, len(payments))
	for i, payment := range payments {
		ids[i] = payment.Site
	}
	if err := nameSitesOf(r, q, ids, sites); err != nil {
		return table, err
	}
	var total money.Cents
	for _, payment := range payments {
		site := sites[payment.Site]
		amount := web.Amount(payment.Amount)
		if payment.Refused != "" {
			amount = amount.Noted(payment.Refused.French() + "\u00a0: " + payment.Reason.French())
		}
		table.Rows = append(table.Rows, []web.Cell{
			web.Text(payment.Reference).To("/comptable/releves/" + payment.Statement.String()),
			web.Head(site.Name + ", " + site.CommuneName).Noted(settlement.Remittance(payment.Reference, site.Name)), amount,
		})
		total += payment.Amount
	}
	table.Foot = []web.Cell{web.Head("Total"), web.Text(""), web.Amount(total)}
	return table, nil
}
