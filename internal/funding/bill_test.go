package funding_test

import (
	"context"
	"testing"

	"pgregory.net/rapid"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/funding"
	"passerelle/internal/money"
)

var (
	state, council, mutual, north, south = db.ID{1}, db.ID{2}, db.ID{3}, db.ID{4}, db.ID{5}
	signed                               = civil.On(2026, 6, 1)
)

// Each case is an agreement and an order, and what each funder pays.
func TestAnAgreementSaysWhoPaysWhat(t *testing.T) {
	half := []funding.Share{{Funder: state, Weight: 50}, {Funder: council, Weight: 50}}
	for _, test := range []struct {
		name      string
		agreement funding.Agreement
		facts     funding.Facts
		want      []funding.Part // none: refused
		code      string
	}{
		{"by weights", funding.Agreement{Shares: half}, funding.Facts{Amount: 10001}, []funding.Part{{state, 5001}, {council, 5000}}, ""},
		{
			"a bonus for a group, off the bearer",
			funding.Agreement{
				Shares: []funding.Share{{Funder: state, Weight: 35}, {Funder: council, Weight: 65}},
				Rules:  funding.Rules{Bearer: council, Bonuses: []funding.Bonus{{Funder: state, Points: 10, When: funding.WhenGroup, Threshold: 2}}},
			},
			funding.Facts{Amount: 10000, Members: []funding.Member{{north, 300}, {south, 100}}},
			[]funding.Part{{state, 4500}, {north, 4125}, {south, 1375}}, "",
		},
		{
			"a bonus that is not met",
			funding.Agreement{Shares: half, Rules: funding.Rules{Bearer: council, Bonuses: []funding.Bonus{{Funder: state, Points: 10, When: funding.WhenQuota, Threshold: 60}}}},
			funding.Facts{Amount: 10000, Pledged: 59}, []funding.Part{{state, 5000}, {council, 5000}}, "",
		},
		{
			"a bonus stops at the bearer's floor",
			funding.Agreement{
				Shares: []funding.Share{{Funder: state, Weight: 50}, {Funder: council, Weight: 50, Least: 45}},
				Rules:  funding.Rules{Bearer: council, Bonuses: []funding.Bonus{{Funder: state, Points: 20, When: funding.WhenAmount, Threshold: 100}}},
			},
			funding.Facts{Amount: 10000}, []funding.Part{{state, 5500}, {council, 4500}}, "",
		},
		{
			"a bonus for a territory",
			funding.Agreement{Shares: half, Rules: funding.Rules{Bearer: council, Bonuses: []funding.Bonus{{Funder: state, Points: 5, When: funding.WhenTerritory, Territory: "23"}}}},
			funding.Facts{Amount: 10000, Territory: "23096"}, []funding.Part{{state, 5500}, {council, 4500}}, "",
		},
		{
			"a ceiling leaves the rest to the bearer",
			funding.Agreement{Shares: []funding.Share{{Funder: state, Weight: 50, Most: 12000}, {Funder: council, Weight: 50}}, Rules: funding.Rules{Bearer: council}},
			funding.Facts{Amount: 10000, Borne: map[db.ID]money.Cents{state: 9000}}, []funding.Part{{state, 3000}, {council, 7000}}, "",
		},
		{
			"a ceiling reached long ago",
			funding.Agreement{Shares: []funding.Share{{Funder: state, Weight: 50, Most: 12000}, {Funder: council, Weight: 50}}, Rules: funding.Rules{Bearer: council}},
			funding.Facts{Amount: 10000, Borne: map[db.ID]money.Cents{state: 12000}}, []funding.Part{{council, 10000}}, "",
		},
		{
			"a fixed part each, the rest by inhabitants",
			funding.Agreement{Shares: half, Rules: funding.Rules{Bearer: council}},
			funding.Facts{Amount: 10000, Fixed: 1000, Members: []funding.Member{{north, 200}, {south, 100}}},
			[]funding.Part{{state, 5000}, {north, 3000}, {south, 2000}}, "",
		},
		{"a ceiling that nobody makes up for", funding.Agreement{Shares: []funding.Share{{Funder: state, Weight: 1, Most: 100}}}, funding.Facts{Amount: 1000}, nil, "booklets over_ceiling"},
		{
			"the bearer's own ceiling",
			funding.Agreement{Shares: []funding.Share{{Funder: state, Weight: 1, Most: 100}, {Funder: council, Weight: 1, Most: 500}}, Rules: funding.Rules{Bearer: council}},
			funding.Facts{Amount: 1000}, nil, "booklets over_ceiling",
		},
		{"too small", funding.Agreement{Shares: half, Rules: funding.Rules{LeastOrder: 2000000}}, funding.Facts{Amount: 1999999}, nil, "booklets under_minimum"},
		{"too much in all", funding.Agreement{Shares: half, Rules: funding.Rules{MostOrders: 5000}}, funding.Facts{Amount: 2001, Ordered: 3000}, nil, "booklets over_ceiling"},
		{"before it begins", funding.Agreement{Shares: half, Rules: funding.Rules{From: signed.AddDays(1)}}, funding.Facts{Amount: 1000}, nil, "agreement not_in_force"},
		{"after its end", funding.Agreement{Shares: half, Rules: funding.Rules{Until: signed.AddDays(-1)}}, funding.Facts{Amount: 1000}, nil, "agreement not_in_force"},
		{"everywhere, where one territory is paid for", funding.Agreement{Shares: half, Rules: funding.Rules{Territory: "23"}}, funding.Facts{Amount: 1000}, nil, "territory outside_agreement"},
		{"elsewhere", funding.Agreement{Shares: half, Rules: funding.Rules{Territory: "23"}}, funding.Facts{Amount: 1000, Territory: "87"}, nil, "territory outside_agreement"},
		{"a pledge below the quota", funding.Agreement{Shares: half, Rules: funding.Rules{QuotaPublic: "éloignées de l’emploi", QuotaPercent: 50}}, funding.Facts{Amount: 1000, Pledged: 49}, nil, "pledged_percent under_quota"},
		{"a group where no part is shared", funding.Agreement{Shares: half}, funding.Facts{Amount: 1000, Members: []funding.Member{{north, 1}}}, nil, "group no_bearer"},
		{"fixed parts beyond the group's", funding.Agreement{Shares: half, Rules: funding.Rules{Bearer: council}}, funding.Facts{Amount: 1000, Fixed: 600, Members: []funding.Member{{north, 1}}}, nil, "fixed_cents out_of_range"},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.facts.On = signed
			bill, err := test.agreement.Bill(test.facts)
			if code(err) != test.code {
				t.Fatalf("answers %q; want %q", code(err), test.code)
			}
			if len(bill.Parts) != len(test.want) {
				t.Fatalf("%+v; want %+v", bill.Parts, test.want)
			}
			for i, part := range bill.Parts {
				if part != test.want[i] {
					t.Errorf("%+v; want %+v", bill.Parts, test.want)
				}
			}
		})
	}
}

// Whatever the rules, the lines and the parts sum to the order, no part is
// negative, and no ceiling is passed.
func TestWhoPaysWhatIsExactWhateverTheRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		funders := []db.ID{state, council, mutual}
		a := funding.Agreement{Rules: funding.Rules{Bearer: funders[rapid.IntRange(0, 2).Draw(t, "bearer")]}}
		facts := funding.Facts{On: signed, Amount: money.Cents(rapid.Int64Range(1, 100_000_000).Draw(t, "amount")), Borne: map[db.ID]money.Cents{}, Pledged: rapid.IntRange(0, 100).Draw(t, "pledged")}
		for _, funder := range funders {
			share := funding.Share{Funder: funder, Weight: rapid.Int64Range(1, 1000).Draw(t, "weight")}
			if rapid.Bool().Draw(t, "ceiling") {
				share.Most = money.Cents(rapid.Int64Range(1, 100_000_000).Draw(t, "most"))
				facts.Borne[funder] = min(share.Most, money.Cents(rapid.Int64Range(0, 100_000_000).Draw(t, "borne")))
			}
			a.Shares = append(a.Shares, share)
			if funder != a.Rules.Bearer && rapid.Bool().Draw(t, "bonus") {
				a.Rules.Bonuses = append(a.Rules.Bonuses, funding.Bonus{Funder: funder, Points: rapid.IntRange(1, 100).Draw(t, "points"), When: funding.WhenQuota, Threshold: rapid.Int64Range(1, 100).Draw(t, "threshold")})
			}
		}
		for i := range rapid.IntRange(0, 4).Draw(t, "members") {
			facts.Members = append(facts.Members, funding.Member{Funder: db.ID{9, byte(i)}, Inhabitants: rapid.IntRange(0, 5000).Draw(t, "inhabitants")})
		}
		facts.Fixed = money.Cents(rapid.Int64Range(0, 1000).Draw(t, "fixed"))
		bill, err := a.Bill(facts)
		if err != nil {
			return // refused whole
		}
		var lines, parts money.Cents
		for _, line := range bill.Lines {
			lines += line.Amount
		}
		paid := map[db.ID]money.Cents{}
		for _, part := range bill.Parts {
			if part.Amount <= 0 {
				t.Fatalf("a part of %d", part.Amount)
			}
			parts += part.Amount
			paid[part.Funder] = part.Amount
		}
		if lines != facts.Amount || parts != facts.Amount {
			t.Fatalf("lines sum to %d and parts to %d; the order is of %d", lines, parts, facts.Amount)
		}
		for _, share := range a.Shares {
			if share.Most > 0 && paid[share.Funder] > 0 && facts.Borne[share.Funder]+paid[share.Funder] > share.Most {
				t.Fatalf("a funder passes its ceiling: %+v, %+v", share, bill)
			}
		}
		// Coupon by coupon, the order leaves each its part.
		weights := make([]int64, len(bill.Parts))
		for i, part := range bill.Parts {
			weights[i] = int64(part.Amount)
		}
		if facts.Amount%funding.Face == 0 {
			for i, whole := range money.Totals(weights, funding.Face, int(facts.Amount/funding.Face)) {
				if whole != bill.Parts[i].Amount {
					t.Fatalf("coupons leave %d; the part is %d", whole, bill.Parts[i].Amount)
				}
			}
		}
	})
}

func TestAnAmendmentServesLaterOrdersAndNoEarlierOne(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d)
		before, err := p.place(p.territory, nil)
		if err != nil {
			t.Fatal(err)
		}
		amend := func(actor db.Actor, change func(a *funding.Agreement)) (amended funding.Agreement, err error) {
			wanted := p.agreement
			wanted.Signed, wanted.Reason = db.ID{}, "Le plafond de l’État est fixé."
			change(&wanted)
			err = d.Update(t.Context(), actor, func(tx *db.Tx) (err error) {
				amended, err = funding.Amend(t.Context(), tx, wanted)
				return err
			})
			return amended, err
		}
		ceiling := func(a *funding.Agreement) {
			a.Shares = append([]funding.Share{}, a.Shares...)
			a.Shares[0].Most, a.Rules.Bearer = 5000, p.funders[1].ID
		}
		for want, change := range map[string]func(a *funding.Agreement){
			"reason required": func(a *funding.Agreement) { a.Reason = " " },
			"bearer unknown":  func(a *funding.Agreement) { a.Rules.Bearer = p.desk.ID },
			"bearer required": func(a *funding.Agreement) {
				a.Rules.Bonuses = []funding.Bonus{{Funder: p.funders[0].ID, Points: 1, When: funding.WhenQuota, Threshold: 1}}
			},
			"until out_of_range":    func(a *funding.Agreement) { a.Rules.From, a.Rules.Until = signed, signed.AddDays(-1) },
			"quota_public required": func(a *funding.Agreement) { a.Rules.QuotaPercent = 50 },
			"shares[0].least out_of_range": func(a *funding.Agreement) {
				a.Shares = []funding.Share{{Funder: p.funders[0].ID, Weight: 1, Least: 60}, {Funder: p.funders[1].ID, Weight: 1}}
			},
			"unknown_agreement": func(a *funding.Agreement) { a.ID = p.desk.ID },
			"agreement_moved":   func(a *funding.Agreement) { a.Version = 7 },
		} {
			if _, err := amend(p.national, change); code(err) != want {
				t.Errorf("answers %q; want %q", code(err), want)
			}
		}
		if _, err := amend(p.territory, ceiling); code(err) != "forbidden" {
			t.Error(err)
		}
		amended, err := amend(p.national, ceiling)
		if err != nil || amended.Version != 2 {
			t.Fatalf("%+v %v", amended, err)
		}
		// Read meanwhile, the first version is behind.
		if _, err := amend(p.national, ceiling); code(err) != "agreement_moved" {
			t.Error(err)
		}
		after, err := p.place(p.territory, nil)
		if err != nil {
			t.Fatal(err)
		}
		shares := func(order db.ID) (shares []money.Cents, lines []funding.Line, version int) {
			if err := d.View(t.Context(), p.accountant, func(q db.Q) error {
				standing, err := funding.Balance(t.Context(), q, order)
				if err != nil {
					return err
				}
				for _, funder := range standing.ByFunder {
					shares = append(shares, funder.Share)
				}
				version = standing.Order.AgreementVersion
				lines, err = funding.LinesOf(t.Context(), q, order)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return shares, lines, version
		}
		if got, lines, version := shares(before.ID); got[0] != 3334 || version != 1 || len(lines) != 3 {
			t.Errorf("the earlier order: %v, version %d, %+v", got, version, lines)
		}
		// 33.34 € were borne, 16.66 € are left under the ceiling.
		if got, lines, version := shares(after.ID); got[0] != 1666 || got[1] != 3333+1668 || version != 2 || lines[3].Why != funding.LineCeiling {
			t.Errorf("the later order: %v, version %d, %+v", got, version, lines)
		}
		if err := d.View(t.Context(), p.national, func(q db.Q) error {
			versions, err := funding.Versions(t.Context(), q, p.agreement.ID)
			if len(versions) != 2 || versions[0].Version != 2 || versions[1].Shares[0].Most != 0 {
				t.Errorf("%+v", versions)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if findings := p.check(); len(findings) > 0 {
			t.Errorf("check finds %q", findings)
		}
		for table, change := range map[string][2]string{
			"agreement_version": {`UPDATE agreement_version SET most_orders = 1 WHERE version = 2`, `UPDATE agreement_version SET most_orders = 0 WHERE version = 2`},
			"agreement_share":   {`UPDATE agreement_share SET most = 6000 WHERE version = 2 AND position = 0`, `UPDATE agreement_share SET most = 5000 WHERE version = 2 AND position = 0`},
			"agreement":         {`UPDATE agreement SET version = 1`, `UPDATE agreement SET version = 2`},
			"order_line":        {`UPDATE order_line SET basis = basis + 1 WHERE position = 0`, `UPDATE order_line SET basis = basis - 1 WHERE position = 0`},
		} {
			for i, statement := range change {
				d.Must(t, console, func(ctx context.Context, tx *db.Tx) error { _, err := tx.Exec(ctx, statement); return err })
				if found := len(p.check()) > 0; found != (i == 0) {
					t.Errorf("%s: %s: found %t", table, statement, found)
				}
			}
		}
	})
}

// A body that leads a group makes the communes of its own territory pay, no other.
func TestAGroupIsOfTheCommunesOfWhoOrders(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d)
		body := func(role, name, commune, territory string) (made account.Organisation) {
			d.Must(t, console, func(ctx context.Context, tx *db.Tx) (err error) {
				made, err = account.CreateOrganisation(ctx, tx, account.Organisation{Name: name, Commune: commune, Territory: territory, Roles: []string{role}})
				return err
			})
			return made
		}
		lead := body(account.RoleTerritory, "Département", "23096", "23")
		var members []db.ID
		for _, commune := range []string{"23096", "23008", "87085"} {
			payer := body(account.RoleFunder, "Commune "+commune, commune, "")
			d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
				funder, err := funding.AddFunder(ctx, tx, funding.Funder{Organisation: payer.ID, Name: payer.Name})
				members = append(members, funder.ID)
				return err
			})
		}
		d.Must(t, p.national, func(ctx context.Context, tx *db.Tx) (err error) {
			p.agreement, err = funding.Sign(ctx, tx, funding.Agreement{
				Title: "Groupe", Shares: []funding.Share{{Funder: p.funders[0].ID, Weight: 1}, {Funder: p.funders[1].ID, Weight: 1}}, Rules: funding.Rules{Bearer: p.funders[1].ID},
			})
			return err
		})
		actor := db.Actor{Kind: db.Person, ID: db.NewID(dbtest.Start), Organisation: lead.ID, Role: account.RoleTerritory, Level: account.LevelMember}
		for want, group := range map[string][]db.ID{
			"":                 members[:2],
			"group[2] outside": members,
			"group[1] twice":   {members[0], members[0]},
			"unknown_funder":   {p.desk.ID},
		} {
			if _, err := p.place(actor, func(o *funding.Order) { o.Group = group }); code(err) != want {
				t.Errorf("%q: %v", want, err)
			}
		}
		if _, err := p.place(p.territory, func(o *funding.Order) { o.Group = members[:1] }); code(err) != "group[0] outside" {
			t.Errorf("who leads no territory: %v", err)
		}
	})
}

// Two orders placed at once do not both take what a ceiling leaves.
func TestOrdersPlacedAtOnceKeepToTheCeiling(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d)
		d.Must(t, p.national, func(ctx context.Context, tx *db.Tx) (err error) {
			p.agreement, err = funding.Sign(ctx, tx, funding.Agreement{Title: "Plafonnée", Shares: []funding.Share{{Funder: p.funders[0].ID, Weight: 1}}, Rules: funding.Rules{MostOrders: 50000}})
			return err
		})
		results := make(chan error)
		for range 10 {
			go func() { _, err := p.place(p.territory, nil); results <- err }()
		}
		placed := 0
		for range 10 {
			switch err := <-results; code(err) {
			case "":
				placed++
			case "booklets over_ceiling":
			default:
				t.Error(err)
			}
		}
		if placed != 5 {
			t.Errorf("%d orders of 100 € under a ceiling of 500 €", placed)
		}
	})
}

func (p *programme) check() (findings []string) {
	p.t.Helper()
	if err := p.View(p.t.Context(), console, func(q db.Q) (err error) {
		findings, err = funding.Check(p.t.Context(), q)
		return err
	}); err != nil {
		p.t.Fatal(err)
	}
	return findings
}
