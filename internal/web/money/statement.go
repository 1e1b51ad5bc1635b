package money

import (
	"bytes"
	"net/http"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/label"
	"passerelle/internal/printing"
	"passerelle/internal/settlement"
	"passerelle/internal/web"
)

type statementPage struct {
	web.Page
	settlement.Detail
	Paper        printing.Statement
	Word         web.State
	Lines, Parts web.Table
	HasAccount   bool
	Holder       string
	Elapsed      int // days of the legal delay gone, within it
	Left         int // days that remain; below zero once it is over
	File         settlement.PaymentFile
	MayPay       bool
	Refusal      settlement.Payment // the last payment, when the bank refused it
	ToClose      bool               // the month is over, and the actor may close it
}

// Delay is the legal delay in days.
func (p *statementPage) Delay() int { return settlement.LegalDelay }

// Progress is the part of the legal delay that is gone, of a bar 300 wide.
func (p *statementPage) Progress() int { return 300 * p.Elapsed / settlement.LegalDelay }

// Running tells that the month is not closed.
func (p *statementPage) Running() bool { return p.State == settlement.Open }

// Unpaid tells that the legal delay runs.
func (p *statementPage) Unpaid() bool { return !p.Running() && p.State != settlement.Paid }

// issuer is what papers say of this instance.
func issuer(r *web.Request) printing.Issuer {
	settings := r.App.Settings
	return printing.Issuer{Name: settings.Name, Telephone: settings.Telephone, Sample: settings.Sample}
}

// showStatement answers GET /comptable/releves/{id}.
func showStatement(w http.ResponseWriter, r *web.Request) error {
	page := &statementPage{Page: web.Page{Back: web.Link{Label: "Tous les relevés", Path: "/comptable/releves"}}}
	err := view(r, func(q db.Q) error {
		id, err := r.PathID("id")
		if err != nil {
			return settlement.ErrUnknownStatement
		}
		if page.Detail, err = settlement.DetailOf(r.Context(), q, id); err != nil {
			return err
		}
		if page.Paper, err = printing.StatementOf(r.Context(), q, id, issuer(r)); err != nil {
			return err
		}
		if page.HasAccount, err = label.HasBankDetails(r.Context(), q, page.Detail.Site.ID); err != nil {
			return err
		}
		if page.Refusal, _, err = settlement.RefusalOf(r.Context(), q, page.Detail.Statement); err != nil {
			return err
		}
		if !page.Detail.File.IsZero() {
			page.File, err = settlement.PaymentFileByID(r.Context(), q, page.Detail.File)
		}
		return err
	})
	if err != nil {
		return err
	}
	page.fill(r)
	if r.WantsCSV() {
		return web.CSV(w, r, "releve-"+page.name(), page.Lines)
	}
	return web.Render(w, r, http.StatusOK, "statement", page)
}

func (p *statementPage) fill(r *web.Request) {
	due := p.Amount.Short() + " dus à " + p.Detail.Site.Name
	if p.State == settlement.Paid {
		due = p.Amount.Short() + " payés à " + p.Detail.Site.Name
	}
	p.Title = due + ", " + p.Month.French()
	kind, word := stateOf(p.Statement, today(r))
	p.Word = web.State{Kind: kind, Word: word}
	p.Elapsed = min(max(p.DayOf(today(r)), 0), settlement.LegalDelay)
	p.Left = today(r).DaysUntil(p.DueOn)
	p.MayPay = account.May(r.Actor(), account.ActPaymentSend) && (p.State == settlement.Closed || p.State == settlement.Rejected) && p.HasAccount
	p.ToClose = p.Running() && p.Coupons > 0 && p.Month.Last().Before(today(r)) && account.May(r.Actor(), account.ActStatementClose)
	p.Lines = web.Table{
		Caption: "Les services du mois",
		Columns: []web.Column{{Label: "Jour"}, {Label: "Séance"}, {Label: "Chèques", Number: true}, {Label: "Montant", Number: true}},
		Foot:    []web.Cell{web.Head("Total"), web.Text(""), web.Whole(p.Coupons), web.Amount(p.Amount)},
	}
	for _, line := range p.Detail.Lines {
		p.Lines.Rows = append(p.Lines.Rows, []web.Cell{web.Day(line.Day), web.Head(line.Title), web.Whole(line.Coupons), web.Amount(line.Amount)})
	}
	p.Parts = web.Table{
		Caption: "Qui paie", Columns: []web.Column{{Label: "Financeur"}, {Label: "Part"}, {Label: "Montant", Number: true}},
		Foot: []web.Cell{web.Head("Total"), web.Text(""), web.Amount(p.Amount)},
	}
	for _, share := range p.Paper.Payers {
		p.Parts.Rows = append(p.Parts.Rows, []web.Cell{web.Head(share.Funder), web.Text(p.Paper.Part(share)), web.Amount(share.Amount)})
	}
}

// name is how files of this statement are called.
func (p *statementPage) name() string {
	if p.Reference == "" {
		return p.Month.String() + "-en-cours"
	}
	return p.Reference
}

// printStatement answers GET /comptable/releves/{id}/pdf.
func printStatement(w http.ResponseWriter, r *web.Request) error {
	var paper printing.Statement
	err := view(r, func(q db.Q) error {
		id, err := r.PathID("id")
		if err != nil {
			return settlement.ErrUnknownStatement
		}
		paper, err = printing.StatementOf(r.Context(), q, id, issuer(r))
		return err
	})
	if err != nil {
		return err
	}
	var pdf bytes.Buffer
	if err := printing.WriteStatement(&pdf, r.App.Clock.Now(), paper); err != nil {
		return err
	}
	name := paper.Reference
	if name == "" {
		name = paper.Month.String() + "-en-cours"
	}
	return web.Download(w, "application/pdf", "releve-"+name+".pdf", pdf.Bytes())
}

// Overdue is how many days the legal delay has been over.
func (p *statementPage) Overdue() int { return -p.Left }

// None tells that the month has no coupon.
func (p *statementPage) None() web.None {
	return web.None{Title: "Aucun chèque ce mois-ci", Text: "Les chèques lus par ce lieu apparaîtront ici."}
}
