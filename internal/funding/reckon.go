package funding

import (
	"context"
	"fmt"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/money"
)

// Reckon is who pays what of an order that is not placed, as if it were placed
// now. Fault codes: as PlaceOrder.
func Reckon(ctx context.Context, q db.Q, order Order) (Agreement, Bill, error) {
	agreement, err := AgreementByID(ctx, q, order.Agreement)
	if err != nil {
		return Agreement{}, Bill{}, err
	}
	order.Amount = Face * money.Cents(order.Coupons())
	bill, err := reckon(ctx, q, agreement, order)
	return agreement, bill, err
}

func reckon(ctx context.Context, q db.Q, agreement Agreement, order Order) (Bill, error) {
	facts := Facts{
		On: civil.DateOf(q.Now(), civil.Paris), Amount: order.Amount, Territory: order.Territory, Pledged: order.PledgedPercent, Fixed: order.Fixed,
		Borne: map[db.ID]money.Cents{},
	}
	type borne struct {
		funder db.ID
		amount money.Cents
	}
	before, err := db.All(ctx, q, func(row db.Scanner) (b borne, err error) {
		err = row.Scan(&b.funder, (*int64)(&b.amount))
		return b, err
	}, `SELECT c.funder_id, CAST(SUM(c.share_cents) AS BIGINT) FROM order_cover c JOIN orders o ON o.id = c.order_id WHERE o.agreement_id = $1 GROUP BY c.funder_id`, agreement.ID)
	if err != nil {
		return Bill{}, err
	}
	for _, b := range before {
		facts.Borne[b.funder] = b.amount
		facts.Ordered += b.amount
	}
	if facts.Members, err = members(ctx, q, order); err != nil {
		return Bill{}, err
	}
	return agreement.Bill(facts)
}

// members weighs the communes of a group, each once, all in the territory of
// the body that orders: nobody else's are made to pay.
func members(ctx context.Context, q db.Q, order Order) ([]Member, error) {
	if len(order.Group) == 0 {
		return nil, nil
	}
	lead, err := account.OrganisationByID(ctx, q, order.Organisation)
	if err != nil {
		return nil, err
	}
	led, err := geography.ParseTerritory(lead.Territory)
	if err != nil {
		led = geography.Territory{} // of no territory: it leads nobody
	}
	var wrong fault.Collector
	var read []Member
	seen := map[db.ID]bool{}
	for i, id := range order.Group {
		funder, err := FunderByID(ctx, q, id)
		if err != nil {
			return nil, err
		}
		organisation, err := account.OrganisationByID(ctx, q, funder.Organisation)
		if err != nil {
			return nil, err
		}
		commune, err := geography.CommuneByCode(organisation.Commune)
		field := fmt.Sprintf("group[%d]", i)
		wrong.Check(err == nil, field, "no_commune", "On ne sait pas dans quelle commune est "+funder.Name+". Complétez cette organisation.")
		wrong.Check(err != nil || led.Contains(commune.Code), field, "outside", funder.Name+" n’est pas dans le territoire de qui commande. Choisissez des communes de ce territoire.")
		wrong.Check(!seen[id], field, "twice", funder.Name+" est déjà dans le groupe. Gardez-la une fois.")
		seen[id] = true
		read = append(read, Member{Funder: id, Inhabitants: commune.Population})
	}
	return read, wrong.Err()
}

// LinesOf is how the parts of an order that the actor may read were reckoned.
// Fault code: unknown_order.
func LinesOf(ctx context.Context, q db.Q, order db.ID) ([]Line, error) {
	if _, err := OrderByID(ctx, q, order); err != nil {
		return nil, err
	}
	return db.All(ctx, q, scanLine, `SELECT funder_id, amount, why, basis FROM order_line WHERE order_id = $1 ORDER BY position`, order)
}

func scanLine(row db.Scanner) (Line, error) {
	var l Line
	err := row.Scan(&l.Funder, (*int64)(&l.Amount), &l.Why, &l.Basis)
	return l, err
}

// orderLines reads every order's, for checks.
func orderLines(ctx context.Context, q db.Q) (map[db.ID][]Line, error) {
	type one struct {
		order db.ID
		Line
	}
	all, err := db.All(ctx, q, func(row db.Scanner) (o one, err error) {
		err = row.Scan(&o.order, &o.Funder, (*int64)(&o.Amount), &o.Why, &o.Basis)
		return o, err
	}, `SELECT order_id, funder_id, amount, why, basis FROM order_line ORDER BY order_id, position`)
	lines := map[db.ID][]Line{}
	for _, o := range all {
		lines[o.order] = append(lines[o.order], o.Line)
	}
	return lines, err
}
