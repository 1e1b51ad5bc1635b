package territory

import (
	"fmt"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/funding"
	"passerelle/internal/money"
	"passerelle/internal/web"
)

// funderNames reads the names of the funders once.
type funderNames struct {
	r     *web.Request
	q     db.Q
	names map[db.ID]string
}

func (n *funderNames) of(id db.ID) (string, error) {
	if name, known := n.names[id]; known {
		return name, nil
	}
	funder, err := funding.FunderByID(n.r.Context(), n.q, id)
	n.names[id] = funder.Name
	return funder.Name, err
}

// ruleLines tells what an agreement says beside its shares.
func ruleLines(r *web.Request, q db.Q, a funding.Agreement) ([]web.Line, error) {
	names := &funderNames{r, q, map[db.ID]string{}}
	lines := []web.Line{}
	tell := func(label, value string) {
		if value != "" {
			lines = append(lines, web.Line{Label: label, Value: value})
		}
	}
	rules := a.Rules
	if !rules.From.IsZero() {
		tell("Commandes à partir du", rules.From.FrenchLong())
	}
	if !rules.Until.IsZero() {
		tell("Commandes jusqu’au", rules.Until.FrenchLong())
	}
	if rules.Territory != "" {
		tell("Où servent les chèques", territoryName(rules.Territory))
	}
	if rules.LeastOrder > 0 {
		tell("Minimum par commande", rules.LeastOrder.Short())
	}
	if rules.MostOrders > 0 {
		tell("Plafond de toutes les commandes", rules.MostOrders.Short())
	}
	if rules.QuotaPercent > 0 {
		tell("Personnes "+rules.QuotaPublic, percent(rules.QuotaPercent)+" au moins")
	}
	for _, share := range a.Shares {
		name, err := names.of(share.Funder)
		if err != nil {
			return nil, err
		}
		if share.Most > 0 {
			tell("Plafond, "+name, share.Most.Short()+" en tout")
		}
		if share.Least > 0 {
			tell("Plancher, "+name, percent(share.Least)+" de chaque commande")
		}
		if share.Used > 0 {
			tell("Pass utilisés, "+name, percent(share.Used)+" au plus, réglés à la fin")
		}
	}
	if !rules.Bearer.IsZero() {
		name, err := names.of(rules.Bearer)
		if err != nil {
			return nil, err
		}
		tell("Qui paie le reste", name)
	}
	for _, bonus := range rules.Bonuses {
		name, err := names.of(bonus.Funder)
		if err != nil {
			return nil, err
		}
		tell("Bonification, "+name, count(bonus.Points, "point", "points")+" de plus "+whenText(bonus))
	}
	return lines, nil
}

func percent(value int) string { return fmt.Sprintf("%d%s%%", value, nbsp) }

func whenText(bonus funding.Bonus) string {
	switch bonus.When {
	case funding.WhenGroup:
		return fmt.Sprintf("quand la commande réunit %d communes ou plus", bonus.Threshold)
	case funding.WhenQuota:
		return "quand elle s’engage sur " + percent(int(bonus.Threshold)) + " ou plus du public"
	case funding.WhenAmount:
		return "à partir de " + money.Cents(bonus.Threshold).Short()
	}
	return "dans ce territoire" + nbsp + ": " + territoryName(bonus.Territory)
}

// lineTable tells who pays what of an order, step by step.
func lineTable(r *web.Request, q db.Q, lines []funding.Line) (web.Table, error) {
	names := &funderNames{r, q, map[db.ID]string{}}
	table := web.Table{Caption: "Qui paie quoi, ligne par ligne", Columns: []web.Column{{Label: "Financeur"}, {Label: "Pourquoi"}, {Label: "Montant", Number: true}}}
	var total money.Cents
	for _, line := range lines {
		name, err := names.of(line.Funder)
		if err != nil {
			return table, err
		}
		total += line.Amount
		table.Rows = append(table.Rows, []web.Cell{web.Head(name), web.Text(whyText(line)), web.Amount(line.Amount)})
	}
	table.Foot = []web.Cell{web.Head("Total"), web.Text(""), web.Amount(total)}
	return table, nil
}

func whyText(line funding.Line) string {
	less := line.Amount < 0
	switch {
	case line.Why == funding.LineShare:
		return fmt.Sprintf("Sa part, poids %d", line.Basis)
	case line.Why == funding.LineBonus && less:
		return fmt.Sprintf("Bonification d’un autre financeur, %d points", line.Basis)
	case line.Why == funding.LineBonus:
		return fmt.Sprintf("Bonification, %d points", line.Basis)
	case line.Why == funding.LineCeiling && less:
		return "Ce qui passe son plafond de " + money.Cents(line.Basis).Short()
	case line.Why == funding.LineCeiling:
		return "Ce qui passe le plafond d’un autre financeur"
	case line.Why == funding.LineGroup:
		return "Réparti entre " + count(int(line.Basis), "commune", "communes")
	case line.Why == funding.LineFixed:
		return "Part fixe de chaque commune"
	}
	return "Selon ses " + count(int(line.Basis), "habitant", "habitants")
}

// versionTable lists the versions of an agreement, once it was amended.
func versionTable(versions []funding.Agreement) web.Table {
	table := web.Table{Caption: "Versions de la convention, la dernière d’abord", Columns: []web.Column{{Label: "Version"}, {Label: "Signée le"}, {Label: "Ce qui change"}}}
	if len(versions) < 2 {
		return table
	}
	for _, one := range versions {
		reason := one.Reason
		if reason == "" {
			reason = "La convention elle-même"
		}
		table.Rows = append(table.Rows, []web.Cell{web.Head(fmt.Sprint(one.Version)), web.Day(civil.DateOf(one.SignedAt, civil.Paris)), web.Text(web.French(reason))})
	}
	return table
}
