package funding

import (
	"fmt"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/money"
)

// Facts are what an order is judged by, and what came before it.
type Facts struct {
	On        civil.Date
	Amount    money.Cents
	Territory string   // that the passes keep to; empty: anywhere
	Pledged   int      // percent of persons of the quota's public
	Members   []Member // of the group whose lead body orders
	Fixed     money.Cents
	Ordered   money.Cents           // by the agreement's orders before this one
	Borne     map[db.ID]money.Cents // of them, by funder
}

// Member is a commune of a group order: a funder, weighed by its inhabitants.
type Member struct {
	Funder      db.ID
	Inhabitants int
}

// Line is one step of who pays what: an amount added to a funder's part, or
// taken off it, and why.
type Line struct {
	Funder db.ID
	Amount money.Cents
	Why    string
	Basis  int64 // by Why: the weight, the points, the ceiling in cents, the inhabitants
}

// Why a line is there.
const (
	LineShare     = "share"     // the funder's weight; Basis: the weight
	LineBonus     = "bonus"     // a bonus, or what it takes off the bearer; Basis: points
	LineCeiling   = "ceiling"   // what passes a funder's ceiling; Basis: the ceiling
	LineGroup     = "group"     // the bearer's part goes to the group; Basis: how many members
	LineFixed     = "fixed"     // a member's fixed part; Basis: that part
	LineInhabited = "inhabited" // a member's part of the rest; Basis: inhabitants
)

// Part is what a funder pays of an order.
type Part struct {
	Funder db.ID
	Amount money.Cents
}

// Bill is who pays what of an order: the lines in the order they are reckoned,
// which sum to its amount, and each funder's part, in the agreement's order,
// then the members'. A part of zero is left out.
type Bill struct {
	Lines []Line
	Parts []Part
}

// Bill reckons who pays what of an order under the agreement. Faults: invalid,
// with the API's field names of the order.
func (a Agreement) Bill(f Facts) (Bill, error) {
	if err := a.Rules.allow(f); err != nil {
		return Bill{}, err
	}
	b := newBill(a, f)
	b.bonuses()
	if err := b.ceilings(); err != nil {
		return Bill{}, err
	}
	if err := b.group(); err != nil {
		return Bill{}, err
	}
	return b.done(), nil
}

// allow refuses an order that the agreement does not pay for.
func (r Rules) allow(f Facts) error {
	var wrong fault.Collector
	wrong.Check(r.From.IsZero() || !f.On.Before(r.From), "agreement", "not_in_force", "Cette convention commence le "+r.From.FrenchLong()+". Commandez à partir de ce jour, ou choisissez une autre convention.")
	wrong.Check(r.Until.IsZero() || !f.On.After(r.Until), "agreement", "not_in_force", "Cette convention a pris fin le "+r.Until.FrenchLong()+". Choisissez une autre convention.")
	wrong.Check(r.Territory == "" || inside(f.Territory, r.Territory), "territory", "outside_agreement", "Cette convention paie dans un seul territoire. Limitez la commande à ce territoire, ou à une partie de celui-ci.")
	wrong.Check(f.Amount >= r.LeastOrder, "booklets", "under_minimum", "Cette convention demande une commande de "+r.LeastOrder.Short()+" au moins. Ajoutez des carnets.")
	wrong.Check(r.MostOrders == 0 || f.Ordered+f.Amount <= r.MostOrders, "booklets", "over_ceiling",
		"Il reste "+max(0, r.MostOrders-f.Ordered).Short()+" sur cette convention. Commandez moins de carnets, ou signez un avenant.")
	wrong.Check(f.Pledged >= r.QuotaPercent, "pledged_percent", "under_quota",
		fmt.Sprintf("Cette convention demande %d %% au moins de personnes %s. Engagez-vous sur cette part.", r.QuotaPercent, r.QuotaPublic))
	wrong.Check(isPercent(f.Pledged), "pledged_percent", "out_of_range", "Donnez une part de 0 à 100 %.")
	wrong.Check(len(f.Members) == 0 || !r.Bearer.IsZero(), "group", "no_bearer", "Cette convention ne dit pas quelle part un groupe se répartit. Commandez sans groupe, ou signez un avenant.")
	return wrong.Err()
}

// billing is a bill being reckoned.
type billing struct {
	agreement Agreement
	facts     Facts
	lines     []Line
	order     []db.ID // funders as they came
	parts     map[db.ID]money.Cents
}

func newBill(a Agreement, f Facts) *billing {
	b := &billing{agreement: a, facts: f, parts: map[db.ID]money.Cents{}}
	weights := make([]int64, len(a.Shares))
	for i, share := range a.Shares {
		weights[i] = share.Weight
	}
	for i, part := range money.Split(f.Amount, weights) {
		b.add(a.Shares[i].Funder, part, LineShare, a.Shares[i].Weight)
	}
	return b
}

func (b *billing) add(funder db.ID, amount money.Cents, why string, basis int64) {
	if _, known := b.parts[funder]; !known {
		b.order = append(b.order, funder)
	}
	b.parts[funder] += amount
	b.lines = append(b.lines, Line{Funder: funder, Amount: amount, Why: why, Basis: basis})
}

// bonuses move points from the bearer, down to its floor.
func (b *billing) bonuses() {
	bearer := b.agreement.Rules.Bearer
	var floor money.Cents
	for _, share := range b.agreement.Shares {
		if share.Funder == bearer {
			floor = (b.facts.Amount*money.Cents(share.Least) + 99) / 100
		}
	}
	for _, bonus := range b.agreement.Rules.Bonuses {
		if !bonus.met(b.facts) {
			continue
		}
		moved := min(b.facts.Amount*money.Cents(bonus.Points)/100, max(0, b.parts[bearer]-floor))
		if moved > 0 {
			b.add(bonus.Funder, moved, LineBonus, int64(bonus.Points))
			b.add(bearer, -moved, LineBonus, int64(bonus.Points))
		}
	}
}

// ceilings move to the bearer what passes another's, and refuse what nobody may
// pay.
func (b *billing) ceilings() error {
	bearer := b.agreement.Rules.Bearer
	for _, share := range b.agreement.Shares {
		over := b.over(share)
		if over <= 0 || share.Funder == bearer {
			continue
		}
		if bearer.IsZero() {
			return overCeiling()
		}
		b.add(share.Funder, -over, LineCeiling, int64(share.Most))
		b.add(bearer, over, LineCeiling, int64(share.Most))
	}
	for _, share := range b.agreement.Shares {
		if share.Funder == bearer && b.over(share) > 0 {
			return overCeiling()
		}
	}
	return nil
}

// over is what of a funder's part passes its ceiling.
func (b *billing) over(share Share) money.Cents {
	if share.Most == 0 {
		return 0
	}
	return min(b.parts[share.Funder], b.facts.Borne[share.Funder]+b.parts[share.Funder]-share.Most)
}

func overCeiling() error {
	var wrong fault.Collector
	wrong.Add("booklets", "over_ceiling", "Le plafond d’un financeur est atteint, et aucun autre ne paie le reste. Commandez moins de carnets, ou signez un avenant.")
	return wrong.Err()
}

// group shares the bearer's part between the members: a fixed part each, the
// rest by inhabitants.
func (b *billing) group() error {
	members := b.facts.Members
	if len(members) == 0 {
		return nil
	}
	bearer := b.agreement.Rules.Bearer
	whole := b.parts[bearer]
	rest := whole - b.facts.Fixed*money.Cents(len(members))
	weights := make([]int64, len(members))
	var inhabitants int64
	for i, member := range members {
		weights[i] = int64(member.Inhabitants)
		inhabitants += weights[i]
	}
	var wrong fault.Collector
	wrong.Check(b.facts.Fixed >= 0 && rest >= 0, "fixed_cents", "out_of_range", "La part fixe de chaque commune dépasse ce que le groupe paie. Baissez-la.")
	wrong.Check(inhabitants > 0 || rest == 0, "group", "uninhabited", "Aucune commune du groupe n’a d’habitant connu. Vérifiez les communes choisies.")
	if err := wrong.Err(); err != nil {
		return err
	}
	b.add(bearer, -whole, LineGroup, int64(len(members)))
	var shared []money.Cents
	if rest > 0 {
		shared = money.Split(rest, weights)
	}
	for i, member := range members {
		if b.facts.Fixed > 0 {
			b.add(member.Funder, b.facts.Fixed, LineFixed, int64(b.facts.Fixed))
		}
		if rest > 0 {
			b.add(member.Funder, shared[i], LineInhabited, weights[i])
		}
	}
	return nil
}

func (b *billing) done() Bill {
	bill := Bill{Lines: b.lines}
	for _, funder := range b.order {
		if b.parts[funder] > 0 {
			bill.Parts = append(bill.Parts, Part{funder, b.parts[funder]})
		}
	}
	return bill
}
