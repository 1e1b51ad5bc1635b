package territory

import (
	"fmt"
	"strconv"
	"strings"

	"passerelle/internal/db"
	"passerelle/internal/funding"
	"passerelle/internal/money"
	"passerelle/internal/web"
)

// bonusRows is how many bonuses the form asks for at once.
const bonusRows = 3

// conditions are when a bonus applies, as the form asks them.
var conditions = []web.Option{
	{Value: "", Label: "Aucune bonification"},
	{Value: funding.WhenGroup, Label: "La commande réunit au moins tant de communes"},
	{Value: funding.WhenQuota, Label: "Elle s’engage sur au moins tant de % du public"},
	{Value: funding.WhenAmount, Label: "Elle atteint tant d’euros"},
	{Value: funding.WhenTerritory, Label: "Elle se limite à un territoire"},
}

// Name is the field of one thing that is asked of a funder.
func (p *signPage) Name(what string, funder funding.Funder) string { return nameFor(what, funder.ID) }

func nameFor(what string, funder db.ID) string { return what + "-" + funder.String() }

// BonusName is the field of one thing that is asked of a bonus, from 1.
func (p *signPage) BonusName(what string, row int) string { return bonusName(what, row) }

func bonusName(what string, row int) string { return fmt.Sprintf("bonus-%d-%s", row, what) }

// Rows number the bonuses that the form asks for.
func (p *signPage) Rows() []int {
	rows := []int{}
	for row := 1; row <= bonusRows; row++ {
		rows = append(rows, row)
	}
	return rows
}

// Conditions are when a bonus applies.
func (p *signPage) Conditions() []web.Option { return conditions }

// Choices are the funders, and none.
func (p *signPage) Choices() []web.Option {
	options := []web.Option{{Value: "", Label: "Aucun"}}
	for _, funder := range p.Funders {
		options = append(options, web.Option{Value: funder.ID.String(), Label: funder.Name})
	}
	return options
}

// fillAgreement writes what an agreement says into the form.
func fillAgreement(form *web.Form, a funding.Agreement) {
	form.Set("titre", a.Title)
	for _, share := range a.Shares {
		form.Set(nameFor("poids", share.Funder), strconv.FormatInt(share.Weight, 10))
		form.Set(nameFor("plafond", share.Funder), euros(share.Most))
		form.Set(nameFor("plancher", share.Funder), whole(share.Least))
		form.Set(nameFor("utilises", share.Funder), whole(share.Used))
	}
	r := a.Rules
	for name, value := range map[string]string{
		"debut": r.From.String(), "fin": r.Until.String(), "territoire": r.Territory, "minimum": euros(r.LeastOrder), "maximum": euros(r.MostOrders),
		"public": r.QuotaPublic, "part-public": whole(r.QuotaPercent),
	} {
		form.Set(name, value)
	}
	if !r.Bearer.IsZero() {
		form.Set("reste", r.Bearer.String())
	}
	for i, bonus := range r.Bonuses[:min(bonusRows, len(r.Bonuses))] {
		form.Set(bonusName("quand", i+1), bonus.When)
		form.Set(bonusName("financeur", i+1), bonus.Funder.String())
		form.Set(bonusName("points", i+1), whole(bonus.Points))
		form.Set(bonusName("territoire", i+1), bonus.Territory)
		form.Set(bonusName("seuil", i+1), whole(int(bonus.Threshold)))
		if bonus.When == funding.WhenAmount {
			form.Set(bonusName("seuil", i+1), euros(money.Cents(bonus.Threshold)))
		}
	}
}

func euros(amount money.Cents) string {
	if amount == 0 {
		return ""
	}
	return strings.Replace(strings.TrimSuffix(amount.Decimal(), ".00"), ".", ",", 1)
}

func whole(number int) string {
	if number == 0 {
		return ""
	}
	return strconv.Itoa(number)
}

// agreementForm reads what was typed, and remembers which field asked for what.
type agreementForm struct {
	*web.Form
	fields map[string]string // from the capability's names to the form's
}

func (f *agreementForm) at(name, field string) string {
	f.fields[field] = name
	return name
}

// number reads a field that may be left empty.
func (f *agreementForm) number(name, field string, most int) int {
	if f.at(name, field); f.Text(name) == "" {
		return 0
	}
	return f.Number(name, 0, most)
}

func (f *agreementForm) cents(name, field string) money.Cents {
	if f.at(name, field); f.Text(name) == "" {
		return 0
	}
	return f.Cents(name)
}

// readAgreement reads an agreement, and answers the form's name for each of the
// capability's fields.
func readAgreement(form *web.Form, funders []funding.Funder) (funding.Agreement, map[string]string) {
	f := &agreementForm{Form: form, fields: map[string]string{}}
	asked := funding.Agreement{Title: form.Required(f.at("titre", "title"), "Donnez un titre à la convention")}
	for _, funder := range funders {
		field := fmt.Sprintf("shares[%d]", len(asked.Shares))
		weight := f.number(nameFor("poids", funder.ID), field+".weight", 1_000_000_000)
		share := funding.Share{
			Funder: funder.ID, Weight: int64(weight), Most: f.cents(nameFor("plafond", funder.ID), field+".most"),
			Least: f.number(nameFor("plancher", funder.ID), field+".least", 100), Used: f.number(nameFor("utilises", funder.ID), field+".used", 100),
		}
		if weight > 0 {
			asked.Shares = append(asked.Shares, share)
		}
	}
	if len(asked.Shares) == 0 && form.Valid() && len(funders) > 0 {
		form.Wrong(nameFor("poids", funders[0].ID), "required", "Donnez un poids à un financeur au moins")
	}
	r := &asked.Rules
	if f.at("debut", "from"); form.Text("debut") != "" {
		r.From = form.Date("debut")
	}
	if f.at("fin", "until"); form.Text("fin") != "" {
		r.Until = form.Date("fin")
	}
	r.Territory, r.QuotaPublic = form.Text(f.at("territoire", "territory")), form.Text(f.at("public", "quota_public"))
	r.LeastOrder, r.MostOrders = f.cents("minimum", "least_order"), f.cents("maximum", "most_orders")
	r.QuotaPercent = f.number("part-public", "quota_percent", 100)
	if f.at("reste", "bearer"); form.Value("reste") != "" {
		r.Bearer = form.ID("reste", "Choisissez un financeur")
	}
	for row := 1; row <= bonusRows; row++ {
		f.bonus(r, row)
	}
	return asked, f.fields
}

func (f *agreementForm) bonus(r *funding.Rules, row int) {
	field := fmt.Sprintf("bonuses[%d]", len(r.Bonuses))
	bonus := funding.Bonus{When: f.Value(f.at(bonusName("quand", row), field+".when")), Territory: f.Text(f.at(bonusName("territoire", row), field+".territory"))}
	bonus.Points = f.number(bonusName("points", row), field+".points", 100)
	threshold := f.at(bonusName("seuil", row), field+".threshold")
	funder := f.at(bonusName("financeur", row), field+".funder")
	if bonus.When == "" {
		return
	}
	bonus.Funder = f.ID(funder, "Choisissez le financeur qui paie plus")
	switch {
	case bonus.When == funding.WhenAmount && f.Text(threshold) != "":
		bonus.Threshold = int64(f.Cents(threshold))
	case bonus.When != funding.WhenTerritory && f.Text(threshold) != "":
		bonus.Threshold = int64(f.Number(threshold, 1, 36_000))
	}
	r.Bonuses = append(r.Bonuses, bonus)
}

// rules are the names of the fields that ask for more than weights.
func rules(funders []funding.Funder) []string {
	names := []string{"debut", "fin", "territoire", "minimum", "maximum", "public", "part-public", "reste"}
	for _, funder := range funders {
		names = append(names, nameFor("plafond", funder.ID), nameFor("plancher", funder.ID), nameFor("utilises", funder.ID))
	}
	for row := 1; row <= bonusRows; row++ {
		for _, what := range []string{"quand", "seuil", "territoire", "financeur", "points"} {
			names = append(names, bonusName(what, row))
		}
	}
	return names
}

// sent are the fields that were filled in, to be sent again with the
// confirmation.
func sent(form *web.Form, funders []funding.Funder) [][2]string {
	names := append([]string{"titre"}, rules(funders)...)
	for _, funder := range funders {
		names = append(names, nameFor("poids", funder.ID))
	}
	var sent [][2]string
	for _, name := range names {
		if value := form.Value(name); value != "" {
			sent = append(sent, [2]string{name, value})
		}
	}
	return sent
}
