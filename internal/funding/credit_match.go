package funding

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"passerelle/internal/bank"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/geography"
	"passerelle/internal/money"
)

// matched is where a credit belongs; the zero order when nothing tells.
type matched struct {
	order, funder db.ID
	remains       money.Cents // what the funder still owes of its share
	recorded      db.ID       // the receipt or the credit that a person recorded before
}

// orderNamed reads an order's reference in the text of a transfer, however a
// bank wrote its dash.
var orderNamed = regexp.MustCompile(`(?:^|[^0-9])(20[0-9]{2}) ?[-./ ] ?([0-9]{4,6})(?:[^0-9]|$)`)

// recordedWithin is how many days may lie between what a person recorded and
// the bank's telling of it.
const recordedWithin = 10

// candidate is a part of an order that still awaits cash.
type candidate struct {
	order, funder db.ID
	reference     string
	remains       money.Cents
}

// match finds the order and the funder of a credit: by the reference of the
// order in its text, its payer's account or name, and its amount. Two of the
// three must agree on one funder of one order, or it waits for a person.
func match(ctx context.Context, q db.Q, credit Credit) (matched, error) {
	payers, err := payersOf(ctx, q, credit)
	if err != nil {
		return matched{}, err
	}
	named := []string{}
	for _, found := range orderNamed.FindAllStringSubmatch(credit.Text, -1) {
		named = append(named, found[1]+"-"+found[2])
	}
	if !credit.ByHand {
		recorded, err := recordedBefore(ctx, q, credit, payers, named)
		if err != nil || !recorded.IsZero() {
			return matched{recorded: recorded}, err
		}
	}
	candidates, err := candidatesFor(ctx, q)
	if err != nil {
		return matched{}, err
	}
	best, most, tied := candidate{}, 1, false // one thing alone tells nothing
	for _, one := range candidates {
		score := 0
		for _, tells := range []bool{
			slices.Contains(named, one.reference), slices.Contains(payers, one.funder), one.remains == credit.Amount,
		} {
			if tells {
				score++
			}
		}
		// A text that names another order, or a known payer that is another
		// funder, speaks against it.
		if len(named) > 0 && !slices.Contains(named, one.reference) || len(payers) > 0 && !slices.Contains(payers, one.funder) {
			continue
		}
		switch {
		case score > most:
			best, most, tied = one, score, false
		case score == most && most > 1:
			tied = true
		}
	}
	if most < 2 || tied {
		return matched{}, nil
	}
	return matched{order: best.order, funder: best.funder, remains: best.remains}, nil
}

// payersOf lists the funders that the payer of a credit may be: by its account,
// else by its name.
func payersOf(ctx context.Context, q db.Q, credit Credit) ([]db.ID, error) {
	if credit.PartyIBAN != "" {
		ids, err := db.All(ctx, q, db.Value[db.ID], `SELECT DISTINCT funder_id FROM funder_account WHERE iban = $1`, string(credit.PartyIBAN))
		if err != nil || len(ids) > 0 {
			return ids, err
		}
	}
	party := folded(credit.Party)
	if party == "" {
		return nil, nil
	}
	funders, err := db.All(ctx, q, scanFunder, selectFunder)
	if err != nil {
		return nil, err
	}
	var ids []db.ID
	for _, funder := range funders {
		// A bank cuts names: what it kept must be the beginning, and not too short.
		if name := folded(funder.Name); name == party || len(party) >= 12 && strings.HasPrefix(name, party) {
			ids = append(ids, funder.ID)
		}
	}
	return ids, nil
}

func folded(name string) string { return geography.Fold(bank.SEPAText(name, longestName)) }

// candidatesFor lists what is still awaited, order by order.
func candidatesFor(ctx context.Context, q db.Q) ([]candidate, error) {
	return db.All(ctx, q, func(row db.Scanner) (candidate, error) {
		var c candidate
		err := row.Scan(&c.order, &c.funder, &c.reference, (*int64)(&c.remains))
		return c, err
	}, `SELECT c.order_id, c.funder_id, o.reference, c.share_cents - c.received_cents - c.moved_in_cents + c.refunded_cents + c.moved_out_cents
		FROM order_cover c JOIN orders o ON o.id = c.order_id WHERE o.state IN ('agreed', 'open')
		AND c.share_cents - c.received_cents - c.moved_in_cents + c.refunded_cents + c.moved_out_cents > 0
		ORDER BY c.order_id, c.position`)
}

// recordedBefore finds what a person recorded of the same cash, before the bank
// told it: a receipt or a credit of the same amount, about the same day, that
// nothing speaks against, and only one.
func recordedBefore(ctx context.Context, q db.Q, credit Credit, payers []db.ID, named []string) (db.ID, error) {
	type recorded struct {
		id, funder      db.ID
		reference, text string
		on              civil.Date
	}
	receipts, err := db.All(ctx, q, func(row db.Scanner) (recorded, error) {
		var r recorded
		err := row.Scan(&r.id, &r.funder, &r.reference, &r.text, &r.on)
		return r, err
	}, `SELECT r.id, r.funder_id, o.reference, r.reference, r.received_on FROM receipt r JOIN orders o ON o.id = r.order_id
		WHERE r.credit_id IS NULL AND r.amount = $1 AND NOT EXISTS (SELECT 1 FROM bank_credit b WHERE b.known_id = r.id) ORDER BY r.id`, int64(credit.Amount))
	if err != nil {
		return db.ID{}, err
	}
	var found []db.ID
	for _, r := range receipts {
		near := max(r.on.DaysUntil(credit.On), credit.On.DaysUntil(r.on)) <= recordedWithin
		against := len(payers) > 0 && !slices.Contains(payers, r.funder) || len(named) > 0 && !slices.Contains(named, r.reference)
		speaksFor := slices.Contains(payers, r.funder) || slices.Contains(named, r.reference) || r.text != "" && folded(r.text) == folded(credit.Text)
		if near && speaksFor && !against {
			found = append(found, r.id)
		}
	}
	credits, err := db.All(ctx, q, scanCredit, selectCredit+` WHERE by_hand AND amount = $1
		AND NOT EXISTS (SELECT 1 FROM bank_credit b WHERE b.known_id = bank_credit.id) ORDER BY id`, int64(credit.Amount))
	if err != nil {
		return db.ID{}, err
	}
	for _, c := range credits {
		opened, err := c.open(ctx, q)
		if err != nil {
			return db.ID{}, err
		}
		same := cmp.Or(folded(opened.Text), "-") == folded(credit.Text) || cmp.Or(folded(opened.Party), "-") == folded(credit.Party)
		if same && max(c.On.DaysUntil(credit.On), credit.On.DaysUntil(c.On)) <= recordedWithin {
			found = append(found, c.ID)
		}
	}
	if len(found) != 1 {
		return db.ID{}, nil
	}
	return found[0], nil
}
