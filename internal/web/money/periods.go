package money

import (
	"net/http"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/ledger"
	"passerelle/internal/money"
	"passerelle/internal/web"
)

type periodPage struct {
	web.Page
	Day     civil.Date
	Entries int
	List    web.Table
	Closed  web.Table
	MayAct  bool
	Check   []web.Line
	Empty   web.None
}

// showTrialBalance answers GET /journal/balance?le=: each account's debits and
// credits up to the end of a day.
func showTrialBalance(w http.ResponseWriter, r *web.Request) error {
	page := &periodPage{Page: web.Page{
		Title: "Balance des comptes", Form: web.NewForm(), Menu: "/journal", Back: web.Link{Label: "Journal des mouvements d’argent", Path: "/journal"},
	}}
	at := instantAsked(r, page.Form)
	page.Day = civil.DateOf(at, civil.Paris)
	err := view(r, func(q db.Q) error {
		totals, entries, err := ledger.TrialBalance(r.Context(), q, at.Add(time.Second))
		page.Entries, page.List = entries, totalTable("Au "+page.Day.FrenchLong(), totals)
		return err
	})
	if err != nil {
		return err
	}
	if r.WantsCSV() {
		return web.CSV(w, r, "balance-"+page.Day.String(), page.List)
	}
	return web.Render(w, r, page.Form.Status(), "trial-balance", page)
}

func totalTable(caption string, totals []ledger.Total) web.Table {
	table := web.Table{Caption: caption, Columns: []web.Column{
		{Label: "Compte"}, {Label: "Débit", Number: true}, {Label: "Crédit", Number: true}, {Label: "Solde", Number: true},
	}}
	var whole ledger.Total
	for _, total := range totals {
		whole.Debit, whole.Credit = whole.Debit+total.Debit, whole.Credit+total.Credit
		table.Rows = append(table.Rows, []web.Cell{web.Head(total.Account.French()), web.Amount(total.Debit), web.Amount(total.Credit), web.Amount(total.Debit - total.Credit)})
	}
	table.Foot = []web.Cell{web.Head("Total"), web.Amount(whole.Debit), web.Amount(whole.Credit), web.Amount(whole.Debit - whole.Credit)}
	return table
}

// listClosings answers GET /journal/clotures.
func listClosings(w http.ResponseWriter, r *web.Request) error {
	return showClosings(w, r, web.NewForm())
}

func showClosings(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &periodPage{
		Page:   web.Page{Title: "Clôtures du journal", Form: form, Menu: "/journal", Back: web.Link{Label: "Journal des mouvements d’argent", Path: "/journal"}},
		MayAct: account.May(r.Actor(), account.ActJournalClose),
		Empty:  web.None{Title: "Aucune période n’est close", Text: "Une clôture fige la balance d’une période et la signe dans le registre scellé."},
	}
	var closings []ledger.Closing
	if err := view(r, func(q db.Q) (err error) {
		closings, err = ledger.Closings(r.Context(), q)
		return err
	}); err != nil {
		return err
	}
	if form.Value("jour") == "" {
		form.Set("jour", today(r).Month().First().AddDays(-1).String())
	}
	page.Closed = web.Table{Caption: "Les clôtures, la dernière d’abord", Quiet: true, Columns: []web.Column{
		{Label: "Dernier jour"}, {Label: "Écritures", Number: true}, {Label: "Total des débits", Number: true}, {Label: "Close le"},
	}}
	for _, closing := range closings {
		page.Closed.Rows = append(page.Closed.Rows, []web.Cell{
			web.Head(closing.Until.FrenchLong()).To("/journal/balance?le=" + closing.Until.String()), web.Whole(closing.Entries),
			web.Amount(debits(closing)), web.Day(civil.DateOf(closing.At, civil.Paris)),
		})
	}
	return web.Render(w, r, form.Status(), "closings", page)
}

func debits(closing ledger.Closing) (sum money.Cents) {
	for _, total := range closing.Totals {
		sum += total.Debit
	}
	return sum
}

// closePeriod answers POST /journal/clotures.
func closePeriod(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	until := form.Date("jour")
	if !form.Valid() || form.Checked("modifier") {
		return showClosings(w, r, form)
	}
	var made ledger.Closing
	err = r.Act(form, func(tx *db.Tx) (err error) {
		made, err = db.Once(r.Context(), tx, form.Key(r), func(id db.ID) (ledger.Closing, error) {
			return ledger.ClosingByID(r.Context(), tx, id)
		}, func(id db.ID) (ledger.Closing, error) {
			return ledger.ClosePeriod(r.Context(), tx, ledger.Closing{ID: id, Until: until})
		})
		return err
	})
	if form.RefusedAs(err, map[string]string{"until": "jour"}) {
		return showClosings(w, r, form)
	}
	if err != nil {
		return err
	}
	if form.Confirmed() {
		return web.SeeOther(w, r, "/journal/clotures")
	}
	page := &periodPage{
		Page: web.Page{Title: "Vérifiez avant de clore", Form: form, Menu: "/journal"}, Day: until,
		List: totalTable("Balance au "+until.FrenchLong(), made.Totals), Entries: made.Entries,
	}
	return web.Render(w, r, http.StatusOK, "period-check", page)
}
