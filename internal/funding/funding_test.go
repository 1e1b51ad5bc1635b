package funding_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/funding"
	"passerelle/internal/money"
	"passerelle/internal/place"
)

var console = db.Actor{Kind: db.Console}

type programme struct {
	*dbtest.DB
	t                                            *testing.T
	national, territory, accountant, desk, payer db.Actor
	funders                                      []funding.Funder
	agreement                                    funding.Agreement
}

func newProgramme(t *testing.T, d *dbtest.DB) *programme {
	t.Helper()
	p := &programme{DB: d, t: t}
	p.national, p.territory = p.person(account.RoleNational), p.person(account.RoleTerritory)
	p.accountant, p.desk, p.payer = p.person(account.RoleAccountant), p.person(account.RoleDesk), p.person(account.RoleFunder)
	for i, name := range []string{"État", "Département", "CAF"} {
		payer := p.payer
		if i > 0 {
			payer = p.person(account.RoleFunder)
		}
		p.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			funder, err := funding.AddFunder(ctx, tx, funding.Funder{Organisation: payer.Organisation, Name: name})
			p.funders = append(p.funders, funder)
			return err
		})
	}
	p.Must(t, p.national, func(ctx context.Context, tx *db.Tx) (err error) {
		p.agreement, err = funding.Sign(ctx, tx, funding.Agreement{Title: "Convention", Shares: []funding.Share{
			{Funder: p.funders[0].ID, Weight: 1}, {Funder: p.funders[1].ID, Weight: 1}, {Funder: p.funders[2].ID, Weight: 1},
		}})
		return err
	})
	return p
}

func (p *programme) person(role string) db.Actor {
	p.t.Helper()
	var made account.Organisation
	p.Must(p.t, console, func(ctx context.Context, tx *db.Tx) (err error) {
		made, err = account.CreateOrganisation(ctx, tx, account.Organisation{Name: "Organisation " + role, Roles: []string{role}})
		return err
	})
	return db.Actor{Kind: db.Person, ID: db.NewID(dbtest.Start), Organisation: made.ID, Role: role, Level: account.LevelMember}
}

func (p *programme) place(actor db.Actor, change func(*funding.Order)) (order funding.Order, err error) {
	order = funding.Order{Agreement: p.agreement.ID, Desk: p.desk.Organisation, Booklets: 1, CouponsPerBooklet: 10}
	if change != nil {
		change(&order)
	}
	err = p.Update(p.t.Context(), actor, func(tx *db.Tx) (err error) {
		order, err = funding.PlaceOrder(p.t.Context(), tx, order)
		return err
	})
	return order, err
}

func (p *programme) receive(actor db.Actor, receipt funding.Receipt) error {
	return p.Update(p.t.Context(), actor, func(tx *db.Tx) error {
		_, err := funding.Receive(p.t.Context(), tx, receipt)
		return err
	})
}

func code(err error) string {
	if err == nil {
		return ""
	}
	refusal := fault.Of(err)
	if len(refusal.Fields) > 0 {
		return refusal.Fields[0].Name + " " + refusal.Fields[0].Code
	}
	return refusal.Code
}

func TestAnOrderSaysFieldByFieldWhatIsWrong(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d)
		for _, test := range []struct {
			want   string
			actor  db.Actor
			change func(*funding.Order)
		}{
			{"", p.territory, nil},
			{"", p.national, nil},
			{"", p.territory, func(o *funding.Order) {
				o.Services, o.Territory, o.ValidityMonths = []string{place.ServiceProcedures}, "23", 24
			}},
			{"agreement required", p.territory, func(o *funding.Order) { o.Agreement = db.ID{} }},
			{"unknown_agreement", p.territory, func(o *funding.Order) { o.Agreement = p.desk.ID }},
			{"desk required", p.territory, func(o *funding.Order) { o.Desk = db.ID{} }},
			{"desk not_a_desk", p.territory, func(o *funding.Order) { o.Desk = p.national.Organisation }},
			{"desk not_a_desk", p.territory, func(o *funding.Order) { o.Desk = p.national.ID }},
			{"booklets out_of_range", p.territory, func(o *funding.Order) { o.Booklets = 0 }},
			{"booklets out_of_range", p.territory, func(o *funding.Order) { o.Booklets = 100_001 }},
			{"coupons_per_booklet not_offered", p.territory, func(o *funding.Order) { o.CouponsPerBooklet = 7 }},
			{"validity_months out_of_range", p.territory, func(o *funding.Order) { o.ValidityMonths = 25 }},
			{"services[1] unknown", p.territory, func(o *funding.Order) { o.Services = []string{place.ServiceProcedures, "couture"} }},
			{"territory unknown_territory", p.territory, func(o *funding.Order) { o.Territory = "99999" }},
			{"forbidden", p.desk, nil},
			{"forbidden", p.accountant, nil},
			{"other_organisation", p.territory, func(o *funding.Order) { o.Organisation = p.desk.Organisation }},
		} {
			if _, err := p.place(test.actor, test.change); code(err) != test.want {
				t.Errorf("answers %q; want %q", code(err), test.want)
			}
		}
	})
}

func TestReferencesFollowOneAnotherThroughTheYear(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d)
		references := make([]string, 12)
		var group sync.WaitGroup
		for i := range references {
			group.Go(func() {
				order, err := p.place(p.territory, nil)
				if err != nil {
					t.Error(err)
				}
				references[i] = order.Reference
			})
		}
		group.Wait()
		slices.Sort(references)
		for i, reference := range references {
			if want := fmt.Sprintf("2026-%04d", i+1); reference != want {
				t.Errorf("%s; want %s", reference, want)
			}
		}
		d.Clock.Set(civil.On(2027, 1, 1).In(civil.Paris))
		if order, err := p.place(p.territory, nil); err != nil || order.Reference != "2027-0001" {
			t.Errorf("the new year begins at %s, %v", order.Reference, err)
		}
	})
}

func TestSharesOfAnOrderAreExact(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d)
		order, err := p.place(p.territory, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.View(t.Context(), p.payer, func(q db.Q) error {
			standing, err := funding.Balance(t.Context(), q, order.ID)
			if err != nil {
				return err
			}
			var shares []money.Cents
			for _, funder := range standing.ByFunder {
				shares = append(shares, funder.Share)
			}
			if !slices.Equal(shares, []money.Cents{3334, 3333, 3333}) || standing.Figures != (funding.Figures{}) || standing.Order.Amount != 10000 {
				t.Errorf("shares %v of %+v", shares, standing)
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
}

func TestAReceiptIsOfAFunderOfTheOrderAndWithinItsShare(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d)
		order, err := p.place(p.territory, nil)
		if err != nil {
			t.Fatal(err)
		}
		stranger := p.person(account.RoleFunder)
		var other funding.Funder
		p.Must(t, console, func(ctx context.Context, tx *db.Tx) (err error) {
			other, err = funding.AddFunder(ctx, tx, funding.Funder{Organisation: stranger.Organisation, Name: "Fondation"})
			return err
		})
		good := funding.Receipt{Order: order.ID, Funder: p.funders[0].ID, Amount: 3000}
		for _, test := range []struct {
			want    string
			actor   db.Actor
			receipt funding.Receipt
		}{
			{"", p.accountant, good},
			{"receipt_over_share", p.accountant, funding.Receipt{Order: order.ID, Funder: p.funders[0].ID, Amount: 335}},
			{"receipt_over_share", p.accountant, funding.Receipt{Order: order.ID, Funder: p.funders[0].ID, Amount: math.MaxInt64}},
			{"", p.accountant, funding.Receipt{Order: order.ID, Funder: p.funders[0].ID, Amount: 334}},
			{"receipt_over_share", p.accountant, funding.Receipt{Order: order.ID, Funder: p.funders[0].ID, Amount: 1}},
			{"funder_not_in_agreement", p.accountant, funding.Receipt{Order: order.ID, Funder: other.ID, Amount: 1}},
			{"funder required", p.accountant, funding.Receipt{Order: order.ID, Amount: 1}},
			{"amount_cents out_of_range", p.accountant, funding.Receipt{Order: order.ID, Funder: p.funders[1].ID}},
			{"on in_the_future", p.accountant, funding.Receipt{Order: order.ID, Funder: p.funders[1].ID, Amount: 1, On: civil.On(2026, 11, 25)}},
			{"unknown_order", p.accountant, funding.Receipt{Order: other.ID, Funder: p.funders[1].ID, Amount: 1}},
			{"forbidden", p.territory, good},
			{"forbidden", p.payer, good},
		} {
			if err := p.receive(test.actor, test.receipt); code(err) != test.want {
				t.Errorf("answers %q; want %q", code(err), test.want)
			}
		}
		if err := d.View(t.Context(), p.territory, func(q db.Q) error {
			standing, err := funding.Balance(t.Context(), q, order.ID)
			if standing.Received != 3334 || standing.Available != 3334 || standing.Order.State != funding.Open {
				t.Errorf("stands at %+v", standing)
			}
			receipts, _ := funding.Receipts(t.Context(), q, order.ID)
			if len(receipts) != 2 {
				t.Errorf("%d receipts", len(receipts))
			}
			findings, _ := funding.Check(t.Context(), q)
			for _, finding := range findings {
				t.Error(finding)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
	})
}

func TestAnOrderIsReadByThoseItConcerns(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d)
		order, err := p.place(p.territory, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, test := range []struct {
			actor db.Actor
			want  string
		}{
			{p.territory, ""},
			{p.desk, ""},
			{p.payer, ""},
			{p.national, ""},
			{p.accountant, ""},
			{p.person(account.RoleAuditor), ""},
			{p.person(account.RoleTerritory), "unknown_order"},
			{p.person(account.RoleDesk), "unknown_order"},
			{p.person(account.RoleFunder), "unknown_order"},
			{p.person(account.RoleSite), "forbidden"},
			{db.Actor{}, "unauthenticated"},
		} {
			if err := d.View(t.Context(), test.actor, func(q db.Q) error {
				_, err := funding.OrderByID(t.Context(), q, order.ID)
				if code(err) != test.want {
					t.Errorf("%s reads: %q; want %q", test.actor.Role, code(err), test.want)
				}
				listed, err := funding.Orders(t.Context(), q, db.ID{}, 10)
				if (len(listed) == 1) != (test.want == "") {
					t.Errorf("%s lists %d orders, %v", test.actor.Role, len(listed), err)
				}
				return nil
			}); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestAnAgreementSaysFieldByFieldWhatIsWrong(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d)
		first, second := p.funders[0].ID, p.funders[1].ID
		for _, test := range []struct {
			want      string
			actor     db.Actor
			agreement funding.Agreement
		}{
			{"", p.national, funding.Agreement{Title: "A", Shares: []funding.Share{{Funder: first, Weight: 1}, {Funder: second, Weight: 2}}}},
			{"title required", p.national, funding.Agreement{Title: " ", Shares: []funding.Share{{Funder: first, Weight: 1}}}},
			{"shares required", p.national, funding.Agreement{Title: "A"}},
			{"shares[0].weight out_of_range", p.national, funding.Agreement{Title: "A", Shares: []funding.Share{{Funder: first}}}},
			{"shares[1].funder twice", p.national, funding.Agreement{Title: "A", Shares: []funding.Share{{Funder: first, Weight: 1}, {Funder: first, Weight: 1}}}},
			{"unknown_funder", p.national, funding.Agreement{Title: "A", Shares: []funding.Share{{Funder: p.desk.ID, Weight: 1}}}},
			{"forbidden", p.territory, funding.Agreement{Title: "A", Shares: []funding.Share{{Funder: first, Weight: 1}}}},
		} {
			err := d.Update(t.Context(), test.actor, func(tx *db.Tx) error {
				_, err := funding.Sign(t.Context(), tx, test.agreement)
				return err
			})
			if code(err) != test.want {
				t.Errorf("answers %q; want %q", code(err), test.want)
			}
		}
		for actor, listed := range map[db.Actor]int{p.national: 2, p.payer: 2, p.person(account.RoleFunder): 0} {
			if err := d.View(t.Context(), actor, func(q db.Q) error {
				agreements, err := funding.Agreements(t.Context(), q)
				if len(agreements) != listed {
					t.Errorf("%s lists %d agreements; want %d", actor.Role, len(agreements), listed)
				}
				return err
			}); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestInstalmentsAreTheShareAndTheReceiptsOfTheBalance(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d)
		order, err := p.place(p.territory, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.receive(p.accountant, funding.Receipt{Order: order.ID, Funder: p.funders[1].ID, Amount: 1234}); err != nil {
			t.Fatal(err)
		}
		err = p.View(t.Context(), p.accountant, func(q db.Q) error {
			standing, err := funding.Balance(t.Context(), q, order.ID)
			if err != nil {
				return err
			}
			promised, err := funding.Instalments(t.Context(), q, order.ID)
			for i, one := range promised {
				whole := standing.ByFunder[i]
				if one.Funder != whole.Funder || one.Share != whole.Share || one.Received != whole.Received {
					t.Errorf("%+v; the balance says %+v", one, whole)
				}
			}
			if len(promised) != 3 {
				t.Errorf("%d funders", len(promised))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
