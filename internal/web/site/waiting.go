package site

import (
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/label"
	"passerelle/internal/money"
	"passerelle/internal/settlement"
	"passerelle/internal/web"
)

// waitingAccount tells that sites cannot be paid yet, which, the sum that waits,
// and who mends it; nothing when all of them can be paid. A site without the
// label has nothing to be paid for.
func waitingAccount(r *web.Request, q db.Q, sites []label.Site) (web.Notice, error) {
	var lacking []label.Site
	var waits money.Cents
	for _, site := range sites {
		known, err := label.HasBankDetails(r.Context(), q, site.ID)
		if err != nil {
			return web.Notice{}, err
		}
		if known {
			continue
		}
		lacking = append(lacking, site)
		if !account.May(q.Actor(), account.ActStatementRead) {
			continue // who only scans is told no sum
		}
		amount, err := settlement.Waits(r.Context(), q, site.ID)
		if err != nil {
			return web.Notice{}, err
		}
		waits += amount
	}
	if len(lacking) == 0 {
		return web.Notice{}, nil
	}
	names := make([]string, len(lacking))
	for i, site := range lacking {
		names[i] = site.Name
	}
	told := web.Notice{
		Kind: "wait", Title: "Le compte bancaire manque",
		Text: []string{"Vous pouvez accepter des chèques. Ils seront payés quand le compte de " + strings.Join(names, ", ") + " sera donné."},
	}
	if waits != 0 {
		told.Text = append(told.Text, waits.Short()+agree(waits >= 200, " attend", " attendent")+" ce compte.")
	}
	if account.May(q.Actor(), account.ActBankDetailsEnter) {
		told.Act = web.Link{Label: "Donner le compte bancaire", Path: "/mon-lieu/compte?lieu=" + lacking[0].ID.String()}
		return told, nil
	}
	owners, err := account.Owners(r.Context(), q)
	if err != nil {
		return web.Notice{}, err
	}
	ask := "un responsable de votre organisation"
	if len(owners) > 0 {
		ask = strings.Join(owners, " ou ")
	}
	told.Text = append(told.Text, "Demandez à "+ask+" de le donner, dans «\u00a0Mon lieu\u00a0».")
	return told, nil
}
