package money

import (
	"net/http"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/money"
	"passerelle/internal/report"
	"passerelle/internal/web"
)

type accountsPage struct {
	web.Page
	report.Solvency
	Figures  []web.Figure
	Balance  web.Table
	Funders  web.Table
	Sites    web.Table
	Entitled bool
	Past     bool // as it was, not as it is
	Zone     string
}

// Left is the cash that nothing claims: it is still the funders'.
func (p *accountsPage) Left() money.Cents { return p.Cash - p.Due() - p.Waiting }

// Day is the day of the look, in Paris.
func (p *accountsPage) Day() civil.Date { return civil.DateOf(p.At, civil.Paris) }

// Hour is its hour.
func (p *accountsPage) Hour() string { return civil.FrenchHour(p.At.In(civil.Paris)) }

// instantAsked is the instant that ?le= asks for: the end of a day that is over,
// or now.
func instantAsked(r *web.Request, form *web.Form) time.Time {
	now := r.App.Clock.Now()
	form.Set("le", r.URL.Query().Get("le"))
	if form.Text("le") == "" {
		return now
	}
	day := form.Date("le")
	if day.After(today(r)) {
		form.Wrong("le", "future", "Choisissez un jour déjà passé, ou aujourd’hui.")
	}
	if end := day.AddDays(1).In(civil.Paris).Add(-time.Second); form.Valid() && end.Before(now) {
		return end
	}
	return now
}

// showAccounts answers GET /comptes?le=2026-10-31: what if the issuer stopped
// now, or had stopped then.
func showAccounts(w http.ResponseWriter, r *web.Request) error {
	page := &accountsPage{
		Page:     web.Page{Title: "Les comptes du programme", Summary: "L’argent reçu, les chèques en main, ce qui est dû aux lieux."},
		Entitled: account.May(r.Actor(), account.ActSolvencyOwed),
	}
	page.Form = web.NewForm()
	at := instantAsked(r, page.Form)
	page.Past = at.Before(r.App.Clock.Now())
	if err := view(r, func(q db.Q) (err error) {
		page.Solvency, err = report.SolvencyAt(r.Context(), q, at)
		return err
	}); err != nil {
		return err
	}
	page.fill()
	return web.Render(w, r, page.Form.Status(), "accounts", page)
}

func (p *accountsPage) fill() {
	most := int64(max(p.Cash, p.Received, 1))
	row := func(label, note string, amount money.Cents, second bool) []web.Cell {
		return []web.Cell{web.Head(label).Noted(note), web.Amount(amount), web.Drawn(web.Bar{Value: int64(amount), Most: most, Second: second})}
	}
	p.Balance = web.Table{
		Caption: "Où est l’argent", Columns: []web.Column{{Label: "Somme"}, {Label: "Montant", Number: true}, {Label: "Longueur", Quiet: true}},
		Rows: [][]web.Cell{
			row("Reçu des financeurs", "depuis le début", p.Received, false),
			row("Payé aux lieux", "le débit a été vu à la banque", p.Paid, true),
			row("Rendu aux financeurs", "remboursé", p.Returned, true),
			row("Sur le compte dédié", "reçu, moins payé et rendu, et ce qui est à affecter", p.Cash, false),
			row("Chèques en main", "remis à des personnes, pas encore utilisés", p.Live, true),
			row("Dû aux lieux", "chèques utilisés, pas encore dans un fichier de paiement", p.Redeemed, true),
			row("En cours de paiement", "dans un fichier de paiement, débit pas encore vu", p.Sent, true),
			row("Disponible", "pas encore remis, toujours aux financeurs", p.Available, false),
			row("À affecter", "arrivé sur le compte, d’aucune commande pour l’instant", p.Waiting, true),
		},
	}
	p.Funders = web.Table{
		Caption: "Par financeur",
		Columns: []web.Column{
			{Label: "Financeur"},
			{Label: "Reçu", Number: true},
			{Label: "Disponible", Number: true},
			{Label: "En main", Number: true},
			{Label: "Dû aux lieux", Number: true},
			{Label: "En paiement", Number: true},
			{Label: "Payé", Number: true},
			{Label: "Rendu", Number: true},
		},
	}
	for _, f := range p.ByFunder {
		p.Funders.Rows = append(p.Funders.Rows, []web.Cell{
			web.Head(f.Name), short(f.Received), short(f.Available), short(f.Live), short(f.Redeemed), short(f.Sent), short(f.Paid), short(f.Returned),
		})
	}
	p.Sites = web.Table{
		Caption: "Par lieu", Columns: []web.Column{{Label: "Lieu"}, {Label: "Dû", Number: true}, {Label: "En paiement", Number: true}},
	}
	for _, site := range p.BySite {
		p.Sites.Rows = append(p.Sites.Rows, []web.Cell{web.Head(site.Name), web.Amount(site.Redeemed), web.Amount(site.Sent)})
	}
}

// short is an amount without its zero cents, for a table with many columns.
func short(amount money.Cents) web.Cell {
	cell := web.Amount(amount)
	cell.Text = amount.Short()
	return cell
}
