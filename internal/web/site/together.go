package site

import (
	"bytes"
	"net/http"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/printing"
	"passerelle/internal/settlement"
	"passerelle/internal/web"
)

// monthsTogether are the months of a list in which a body has something, latest
// first: each is one document.
func monthsTogether(statements []settlement.Statement) []web.Link {
	var links []web.Link
	last := civil.Month{}
	for _, statement := range statements {
		if statement.Month != last {
			last = statement.Month
			links = append(links, web.Link{Label: upperFirst(last.French()), Path: "/releves-du-mois/" + last.String(), About: "tous les lieux"})
		}
	}
	return links
}

type togetherPage struct {
	web.Page
	Step, Told     string
	Places, Payers web.Table
	PDF, CSV       string
}

func loadTogether(r *web.Request) (made settlement.Together, paper printing.Together, err error) {
	month, err := civil.ParseMonth(r.PathValue("mois"))
	if err != nil {
		return made, paper, settlement.ErrUnknownStatement
	}
	settings := r.App.Settings
	err = r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if made, err = settlement.TogetherOf(r.Context(), q, q.Actor().Organisation, month); err != nil {
			return err
		}
		paper, err = printing.TogetherOf(r.Context(), q, made, printing.Issuer{Name: settings.Name, Telephone: settings.Telephone, Sample: settings.Sample})
		return err
	})
	return made, paper, err
}

// showTogether answers GET /releves-du-mois/{mois}: a sub-total per place, and
// the total.
func showTogether(w http.ResponseWriter, r *web.Request) error {
	made, _, err := loadTogether(r)
	if err != nil {
		return err
	}
	path := "/releves-du-mois/" + made.Month.String()
	page := &togetherPage{
		Page:   web.Page{Title: upperFirst(made.Month.French()) + ", tous vos lieux\u00a0: " + made.Amount.Short(), Menu: "/releves", Back: web.Link{Label: "Tous les relevés", Path: "/releves"}},
		Step:   made.Organisation.Name,
		Told:   upperFirst(count(made.Coupons, "chèque accepté", "chèques acceptés")) + " dans " + count(len(made.Places), "lieu", "lieux") + ".",
		Places: togetherTable(made), PDF: path + "/pdf", CSV: path + "?format=csv",
	}
	if r.WantsCSV() {
		return web.CSV(w, r, "releves-"+made.Month.String(), page.Places)
	}
	page.Payers = payers(settlement.Detail{Statement: settlement.Statement{Amount: made.Amount}, Shares: made.Shares})
	return web.Render(w, r, http.StatusOK, "together", page)
}

// togetherTable is a line per place, its sub-total, and the total at the foot.
func togetherTable(made settlement.Together) web.Table {
	table := web.Table{
		Caption: "Par lieu",
		Columns: []web.Column{{Label: "Lieu"}, {Label: "Relevé"}, {Label: "État"}, {Label: "Chèques", Number: true}, {Label: "Montant", Number: true}},
		Foot:    []web.Cell{web.Head("Total"), web.Text(""), web.Text(""), web.Whole(made.Coupons), web.Amount(made.Amount)},
	}
	for _, part := range made.Places {
		state := stateOf(part.State)
		table.Rows = append(table.Rows, []web.Cell{
			web.Head(part.Site.Name).To("/releves/" + part.ID.String()).Noted(part.Site.CommuneName), web.Text(part.Reference), web.InState(state.Kind, state.Word),
			web.Whole(part.Coupons), web.Amount(part.Amount),
		})
	}
	return table
}

// printTogether answers GET /releves-du-mois/{mois}/pdf.
func printTogether(w http.ResponseWriter, r *web.Request) error {
	made, paper, err := loadTogether(r)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := printing.WriteTogether(&file, r.App.Clock.Now(), paper); err != nil {
		return err
	}
	return web.Download(w, "application/pdf", "releves-"+made.Month.String()+".pdf", file.Bytes())
}
