package public

import (
	"net/http"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/money"
	"passerelle/internal/report"
	"passerelle/internal/web"
)

type programmePage struct {
	web.Page
	Coupons web.Table
	Money   web.Table
	Covered bool
	At      time.Time // when the figures were counted
	Zone    *time.Location
}

// showProgramme answers GET /programme: what anyone may know of the money.
func (c *tally) showProgramme(w http.ResponseWriter, r *web.Request) error {
	found, err := c.now(r)
	if err != nil {
		return err
	}
	page := &programmePage{
		Page: web.Page{
			Title: "Le programme en chiffres", Menu: "/programme", Back: web.Link{Label: "Accueil", Path: "/"},
			Summary: "Où est l’argent du programme : reçu, remis en chèques, payé aux lieux.",
		},
		At: found.at, Zone: civil.Paris, Covered: found.solvency.Covered,
		Coupons: couponsTable(found.turnover), Money: moneyTable(found.solvency),
	}
	if r.WantsCSV() {
		return web.CSV(w, r, "argent-du-programme", page.Money)
	}
	return web.Render(w, r, http.StatusOK, "programme", page)
}

// faceValue is what one coupon is worth.
const faceValue = 10_00

func couponsTable(total turnover) web.Table {
	most := int64(total.handed)
	line := func(name string, amount money.Cents) []web.Cell {
		return []web.Cell{web.Head(name), web.Whole(int(amount / faceValue)), web.Drawn(web.Bar{Value: int64(amount), Most: most})}
	}
	return web.Table{
		Caption: "Chèques depuis le début", Note: "Un chèque de 10 € paie une aide.", Quiet: true,
		Columns: []web.Column{{Label: "Étape"}, {Label: "Chèques", Number: true}, {Label: "Part", Quiet: true}},
		Rows:    [][]web.Cell{line("Remis à des personnes", total.handed), line("Utilisés dans un lieu", total.used)},
	}
}

func moneyTable(found report.Solvency) web.Table {
	line := func(name, note string, amount money.Cents) []web.Cell {
		return []web.Cell{web.Head(name).Noted(note), web.Amount(amount)}
	}
	return web.Table{
		Caption: "Où est l’argent", Quiet: true,
		Columns: []web.Column{{Label: "Où"}, {Label: "Montant", Number: true}},
		Rows: [][]web.Cell{
			line("Disponible", "Reçu, pas encore remis en chèques.", found.Available),
			line("Dans les mains des personnes", "Chèques remis, encore valables.", found.Live),
			line("Dû aux lieux", "Chèques utilisés, pas encore envoyés en paiement.", found.Redeemed),
			line("En route vers les lieux", "Paiements envoyés, pas encore vus sur le compte.", found.Sent),
			line("Payé aux lieux", "", found.Paid),
			line("Rendu aux financeurs", "", found.Returned),
		},
		Foot: []web.Cell{web.Head("Reçu des financeurs"), web.Amount(found.Received)},
	}
}
