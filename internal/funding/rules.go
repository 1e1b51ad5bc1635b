package funding

import (
	"fmt"
	"slices"
	"strings"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/money"
)

// Share is what a funder bears of an order: its weight over the sum of the
// agreement's weights, then what its own rules make of it. Its position is its
// place in the list.
type Share struct {
	Funder db.ID
	Weight int64
	Most   money.Cents // of all the agreement's orders together; zero: no ceiling
	Least  int         // percent of each order, below which no bonus brings it
	Used   int         // percent of the passes used, settled at the end; zero: no such ceiling
}

// Rules are what an agreement says beside its shares. The zero value of each
// says nothing.
type Rules struct {
	From, Until  civil.Date // the days on which orders are placed, both in them
	Territory    string     // code of geography.Territory that orders keep to
	LeastOrder   money.Cents
	MostOrders   money.Cents // of all its orders together
	Bearer       db.ID       // funder who pays what a ceiling or a bonus takes off another
	QuotaPublic  string      // in words: "éloignées de l’emploi"
	QuotaPercent int         // of the persons helped, pledged by each order
	Bonuses      []Bonus
}

// Bonus adds to a funder's share of the orders that meet a condition; the
// bearer's share is lowered by as much.
type Bonus struct {
	Funder    db.ID
	Points    int // percent of the order
	When      string
	Threshold int64  // communes, percent or cents, by When
	Territory string // for WhenTerritory
}

// The conditions of a bonus.
const (
	WhenGroup     = "group"     // the order groups so many communes or more
	WhenQuota     = "quota"     // it pledges so many percent or more of the quota's public
	WhenAmount    = "amount"    // it amounts to so many cents or more
	WhenTerritory = "territory" // it keeps to that territory
)

// The bounds of an agreement.
const (
	mostShares  = 16
	mostBonuses = 8
	// mostWeight keeps sums of weights far from the limit of money's shares.
	mostWeight = 1_000_000_000
)

func (a Agreement) check() error {
	var wrong fault.Collector
	wrong.Check(a.Title != "", "title", "required", "Donnez un titre à la convention.")
	wrong.Check(len(a.Title) <= 200, "title", "too_long", "Donnez un titre de 200 caractères au plus.")
	wrong.Check(len(a.Shares) > 0, "shares", "required", "Ajoutez un financeur au moins, avec son poids.")
	wrong.Check(len(a.Shares) <= mostShares, "shares", "too_many", "Une convention réunit 16 financeurs au plus.")
	seen := map[db.ID]bool{}
	for i, share := range a.Shares {
		field := fmt.Sprintf("shares[%d]", i)
		wrong.Check(!share.Funder.IsZero(), field+".funder", "required", "Choisissez un financeur.")
		wrong.Check(!seen[share.Funder] || share.Funder.IsZero(), field+".funder", "twice", "Ce financeur est déjà dans la convention : donnez-lui un seul poids.")
		wrong.Check(share.Weight > 0 && share.Weight <= mostWeight, field+".weight", "out_of_range", "Donnez un poids entier, de 1 à 1 000 000 000.")
		wrong.Check(share.Most >= 0, field+".most", "out_of_range", "Donnez un plafond en euros, ou rien.")
		wrong.Check(isPercent(share.Least), field+".least", "out_of_range", "Donnez un plancher de 0 à 100 %.")
		wrong.Check(isPercent(share.Used), field+".used", "out_of_range", "Donnez une part des pass utilisés de 0 à 100 %.")
		seen[share.Funder] = true
	}
	a.Rules.check(&wrong, seen)
	if wrong.Err() == nil {
		a.checkFloors(&wrong)
	}
	return wrong.Err()
}

// checkFloors refuses a floor that the weights alone do not reach.
func (a Agreement) checkFloors(wrong *fault.Collector) {
	var whole int64
	for _, share := range a.Shares {
		whole += share.Weight
	}
	for i, share := range a.Shares {
		wrong.Check(share.Weight*100 >= int64(share.Least)*whole, fmt.Sprintf("shares[%d].least", i), "out_of_range", "Le plancher dépasse la part que donne le poids. Baissez le plancher, ou montez le poids.")
	}
}

func isPercent(value int) bool { return value >= 0 && value <= 100 }

func (r Rules) check(wrong *fault.Collector, funders map[db.ID]bool) {
	wrong.Check(r.From.IsZero() || r.Until.IsZero() || !r.Until.Before(r.From), "until", "out_of_range", "La fin vient avant le début. Corrigez l’une des deux dates.")
	if r.Territory != "" {
		if _, err := geography.ParseTerritory(r.Territory); err != nil {
			wrong.Add("territory", "unknown_territory", fault.Of(err).Message)
		}
	}
	wrong.Check(r.LeastOrder >= 0, "least_order", "out_of_range", "Donnez un montant minimal en euros, ou rien.")
	wrong.Check(r.MostOrders >= 0 && (r.MostOrders == 0 || r.MostOrders >= r.LeastOrder), "most_orders", "out_of_range", "Le plafond de toutes les commandes est sous le minimum d’une seule. Corrigez l’un des deux.")
	wrong.Check(r.Bearer.IsZero() || funders[r.Bearer], "bearer", "unknown", "Choisissez parmi les financeurs de la convention qui paie le reste.")
	wrong.Check(isPercent(r.QuotaPercent), "quota_percent", "out_of_range", "Donnez une part de 0 à 100 %.")
	wrong.Check((r.QuotaPercent == 0) == (r.QuotaPublic == ""), "quota_public", "required", "Donnez à la fois le public et sa part, ou aucun des deux.")
	wrong.Check(len(r.QuotaPublic) <= 200, "quota_public", "too_long", "Donnez un public en 200 caractères au plus.")
	wrong.Check(len(r.Bonuses) <= mostBonuses, "bonuses", "too_many", "Une convention a 8 bonifications au plus.")
	wrong.Check(len(r.Bonuses) == 0 || !r.Bearer.IsZero(), "bearer", "required", "Choisissez le financeur dont la part baisse quand une bonification s’applique.")
	for i, bonus := range r.Bonuses {
		field := fmt.Sprintf("bonuses[%d]", i)
		wrong.Check(funders[bonus.Funder] && bonus.Funder != r.Bearer, field+".funder", "unknown", "Choisissez un financeur de la convention, autre que celui qui paie le reste.")
		wrong.Check(bonus.Points > 0 && bonus.Points <= 100, field+".points", "out_of_range", "Donnez une bonification de 1 à 100 points.")
		wrong.Check(slices.Contains([]string{WhenGroup, WhenQuota, WhenAmount, WhenTerritory}, bonus.When), field+".when", "unknown", "Choisissez quand la bonification s’applique.")
		if bonus.When == WhenTerritory {
			_, err := geography.ParseTerritory(bonus.Territory)
			wrong.Check(err == nil, field+".territory", "unknown_territory", "Donnez le territoire de la bonification.")
			continue
		}
		wrong.Check(bonus.Threshold > 0, field+".threshold", "out_of_range", "Donnez à partir de combien la bonification s’applique.")
	}
}

// met tells whether an order meets the bonus's condition.
func (b Bonus) met(f Facts) bool {
	switch b.When {
	case WhenGroup:
		return int64(len(f.Members)) >= b.Threshold
	case WhenQuota:
		return int64(f.Pledged) >= b.Threshold
	case WhenAmount:
		return int64(f.Amount) >= b.Threshold
	}
	return inside(f.Territory, b.Territory)
}

// inside tells whether a territory's communes are all in another; both by code.
// What is empty or unknown is inside nothing.
func inside(inner, outer string) bool {
	wanted, err := geography.ParseTerritory(outer)
	if err != nil {
		return false
	}
	told, err := geography.ParseTerritory(inner)
	if err != nil {
		return false
	}
	communes := told.Communes()
	return len(communes) > 0 && !slices.ContainsFunc(communes, func(commune geography.Commune) bool { return !wanted.Contains(commune.Code) })
}

// tidied has its texts trimmed and its codes written as they are known.
func (a Agreement) tidied() Agreement {
	a.Title, a.Rules.QuotaPublic = strings.TrimSpace(a.Title), strings.TrimSpace(a.Rules.QuotaPublic)
	a.Rules.Territory = canonicalTerritory(a.Rules.Territory)
	a.Rules.Bonuses = append([]Bonus{}, a.Rules.Bonuses...)
	for i := range a.Rules.Bonuses {
		a.Rules.Bonuses[i].Territory = canonicalTerritory(a.Rules.Bonuses[i].Territory)
	}
	return a
}

// canonicalTerritory leaves what names no territory as it was typed.
func canonicalTerritory(code string) string {
	if territory, err := geography.ParseTerritory(code); err == nil {
		return territory.Code
	}
	return strings.TrimSpace(code)
}
