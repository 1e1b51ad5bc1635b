package site

import (
	"bytes"
	"encoding/hex"
	"net/http"
	"strconv"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/label"
	"passerelle/internal/printing"
	"passerelle/internal/settlement"
	"passerelle/internal/voucher"
	"passerelle/internal/web"
)

func itoa(number int) string { return strconv.Itoa(number) }

type statementPage struct {
	web.Page
	Step, Told, Due            string
	State                      web.State
	Services, Payers, Passages web.Table
	Nothing                    web.None
	Waiting, Refused           web.Notice
	Clock                      *clock
	Moments                    []printing.Moment
	Masked, Label              string
	PDF, CSV                   string
	Leaf                       []byte
}

// loadStatement reads a statement of one's own, and its paper. Fault:
// unknown_statement.
func loadStatement(r *web.Request, q db.Q) (detail settlement.Detail, paper printing.Statement, err error) {
	id, err := r.PathID("id")
	if err != nil {
		return detail, paper, settlement.ErrUnknownStatement
	}
	if detail, err = settlement.DetailOf(r.Context(), q, id); err != nil {
		return detail, paper, err
	}
	// The seat is the site's: who reads every statement has pages of their own.
	if detail.Organisation != q.Actor().Organisation {
		return detail, paper, settlement.ErrUnknownStatement
	}
	settings := r.App.Settings
	paper, err = printing.StatementOf(r.Context(), q, id, printing.Issuer{Name: settings.Name, Telephone: settings.Telephone, Sample: settings.Sample})
	return detail, paper, err
}

// showStatement answers GET /releves/{id}.
func showStatement(w http.ResponseWriter, r *web.Request) error {
	page := &statementPage{Page: web.Page{Back: web.Link{Label: "Tous les relevés", Path: "/releves"}}}
	var detail settlement.Detail
	var paper printing.Statement
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if detail, paper, err = loadStatement(r, q); err != nil {
			return err
		}
		if page.Waiting, err = waitingAccount(r, q, []label.Site{detail.Site}); err != nil {
			return err
		}
		if page.Refused, err = refusedPayment(r, q, detail.Statement); err != nil {
			return err
		}
		page.Passages, err = passages(r, q, detail)
		return err
	})
	if err != nil {
		return err
	}
	page.Services = services(detail)
	if r.WantsCSV() {
		return web.CSV(w, r, "releve-"+detail.Month.String(), page.Services)
	}
	page.Masked, page.Label, page.Moments, page.Leaf = paper.Account, paper.Label, paper.Clock, detail.Leaf
	page.fill(r, detail)
	return web.Render(w, r, http.StatusOK, "statement", page)
}

func (p *statementPage) fill(r *web.Request, detail settlement.Detail) {
	path := "/releves/" + detail.ID.String()
	today := dayOf(r.App.Clock.Now(), detail.Site)
	p.Title, p.State, p.Due = owed(detail.Statement), stateOf(detail.State), due(detail.Statement)
	p.Step = joined(", ", reference(detail.Statement), detail.Site.Name, detail.Site.CommuneName)
	p.Told = upperFirst(count(detail.Coupons, "chèque accepté", "chèques acceptés")) + "."
	if detail.State != settlement.Open {
		p.Told += " Relevé clos le " + detail.ClosedOn.FrenchLong() + "."
	}
	p.Payers = payers(detail)
	p.Nothing = web.None{
		Title: "Aucun chèque ce mois-ci", Text: "Les chèques acceptés s’ajoutent ici aussitôt.",
		Act: web.Link{Label: "Mes séances", Path: "/seances"},
	}
	p.Clock = clockOf(detail.Statement, today)
	p.CSV = path + "?format=csv"
	if detail.Coupons > 0 {
		p.PDF = path + "/pdf"
	}
}

func reference(statement settlement.Statement) string {
	if statement.Reference == "" {
		return "Mois en cours"
	}
	return "Relevé " + statement.Reference
}

// services is what each session of each day brought.
func services(detail settlement.Detail) web.Table {
	table := web.Table{
		Caption: "Les services du mois",
		Columns: []web.Column{{Label: "Jour"}, {Label: "Séance"}, {Label: "Chèques", Number: true}, {Label: "Montant", Number: true}},
		Foot:    []web.Cell{web.Head("Total"), web.Text(""), web.Whole(detail.Coupons), web.Amount(detail.Amount)},
	}
	for _, line := range detail.Lines {
		title := web.Head(line.Title)
		if !line.Session.IsZero() {
			title = title.To("/seances/"+line.Session.String(), "du "+line.Day.FrenchLong())
		}
		table.Rows = append(table.Rows, []web.Cell{web.Day(line.Day), title, web.Whole(line.Coupons), web.Amount(line.Amount)})
	}
	return table
}

// payers is who bears it.
func payers(detail settlement.Detail) web.Table {
	table := web.Table{
		Caption: "Qui paie", Columns: []web.Column{{Label: "Financeur"}, {Label: "Part"}, {Label: "Montant", Number: true}},
		Foot: []web.Cell{web.Head("Total"), web.Text(""), web.Amount(detail.Amount)},
	}
	for _, share := range detail.Shares {
		table.Rows = append(table.Rows, []web.Cell{web.Head(share.Name), web.Text(part(share.Amount, detail.Amount)), web.Amount(share.Amount)})
	}
	return table
}

// passages are the coupons one by one, known by their last digits; those of a
// running month can be taken back.
func passages(r *web.Request, q db.Q, detail settlement.Detail) (web.Table, error) {
	table := web.Table{
		Caption: "Chèque par chèque", Quiet: true,
		Columns: []web.Column{{Label: "Lu le"}, {Label: "Chèque"}, {Label: "Montant", Number: true}, {Label: "Preuve"}},
	}
	mayReverse := detail.State == settlement.Open && account.May(q.Actor(), account.ActCouponReverse)
	if mayReverse {
		table.Columns = append(table.Columns, web.Column{Label: "Annuler", Quiet: true})
	}
	zone := detail.Site.Zone()
	found, err := voucher.OnStatement(r.Context(), q, detail.ID)
	if detail.State == settlement.Open {
		found, err = voucher.ToState(r.Context(), q, detail.Statement.Site, detail.Month.First().In(zone), detail.Month.Next().First().In(zone))
	}
	if err == nil {
		err = voucher.WithLeaves(r.Context(), q, found)
	}
	if err != nil {
		return web.Table{}, err
	}
	for _, passage := range found {
		when := civil.DateOf(passage.At, zone).FrenchShort() + ", " + civil.FrenchHour(passage.At.In(zone))
		row := []web.Cell{web.Text(when), web.Text(ending(passage.Number)), web.Amount(passage.Amount)}
		leaf := hex.EncodeToString(passage.Leaf)
		row = append(row, web.Text("Preuve").To("/preuve/"+leaf, "du passage du "+when+", chèque "+ending(passage.Number)))
		if mayReverse {
			path := "/passages/" + passage.ID.String() + "/annulation?retour=/releves/" + detail.ID.String()
			row = append(row, web.Text("Annuler").To(path, "le passage du "+when+", chèque "+ending(passage.Number)))
		}
		table.Rows = append(table.Rows, row)
	}
	return table, nil
}

// printStatement answers GET /releves/{id}/pdf.
func printStatement(w http.ResponseWriter, r *web.Request) error {
	var detail settlement.Detail
	var paper printing.Statement
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		detail, paper, err = loadStatement(r, q)
		return err
	})
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := printing.WriteStatement(&file, r.App.Clock.Now(), paper); err != nil {
		return err
	}
	name := "releve-" + detail.Month.String() + ".pdf"
	if detail.Reference != "" {
		name = "releve-" + detail.Reference + ".pdf"
	}
	return web.Download(w, "application/pdf", name, file.Bytes())
}
