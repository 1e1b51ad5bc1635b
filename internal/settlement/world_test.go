package settlement_test

import (
	"context"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/funding"
	"passerelle/internal/holder"
	"passerelle/internal/label"
	"passerelle/internal/ledger"
	"passerelle/internal/money"
	"passerelle/internal/place"
	"passerelle/internal/settlement"
	"passerelle/internal/voucher"
)

// world is a programme in miniature: two funders, one order covered by cash,
// one desk, sites with coupons to take.
type world struct {
	*testing.T
	*dbtest.DB
	desk, accountant, other, auditor db.Actor
	sites                            []db.Actor // one organisation each
	places                           []db.ID
	funders                          []db.ID
	order                            db.ID
	coupons                          []string // live ones, not yet taken
}

var console = db.Actor{Kind: db.Console}

func id() db.ID { return db.NewID(dbtest.Start) }

func person(role string, organisation db.ID) db.Actor {
	return db.Actor{Kind: db.Person, ID: id(), Organisation: organisation, Role: role, Level: account.LevelOwner, Credential: id()}
}

// newWorld has a site in each of the communes, the first two with bank details.
func newWorld(t *testing.T, d *dbtest.DB, booklets int, communes ...string) *world {
	t.Helper()
	w := &world{
		T: t, DB: d, accountant: person(account.RoleAccountant, id()),
		other: person(account.RoleAccountant, id()), auditor: person(account.RoleAuditor, id()),
	}
	w.do(console, func(ctx context.Context, tx *db.Tx) error {
		desk, err := account.CreateOrganisation(ctx, tx, account.Organisation{Name: "CCAS", Roles: []string{account.RoleDesk}})
		if err != nil {
			return err
		}
		w.desk = person(account.RoleDesk, desk.ID)
		agreement := funding.Agreement{Title: "Parité"}
		for i, name := range []string{"État", "Département"} {
			funder, err := funding.AddFunder(ctx, tx, funding.Funder{Organisation: id(), Name: name})
			if err != nil {
				return err
			}
			w.funders = append(w.funders, funder.ID)
			agreement.Shares = append(agreement.Shares, funding.Share{Funder: funder.ID, Weight: int64(i + 1)})
		}
		agreement, err = funding.Sign(ctx, tx, agreement)
		if err != nil {
			return err
		}
		order, err := funding.PlaceOrder(ctx, tx, funding.Order{
			Agreement: agreement.ID, Organisation: id(), Desk: w.desk.Organisation, Booklets: booklets, CouponsPerBooklet: 10,
		})
		w.order = order.ID
		return err
	})
	w.do(w.accountant, func(ctx context.Context, tx *db.Tx) error {
		standing, err := funding.Balance(ctx, tx, w.order)
		if err != nil {
			return err
		}
		for _, funder := range standing.ByFunder {
			if _, err := funding.Receive(ctx, tx, funding.Receipt{Order: w.order, Funder: funder.Funder.ID, Amount: funder.Share}); err != nil {
				return err
			}
		}
		_, err = settlement.SetIssuerAccount(ctx, tx, settlement.IssuerAccount{Name: "Régie Passerelle", IBAN: "FR76 3000 6000 0112 3456 7890 189", BIC: "AGRIFRPP"})
		return err
	})
	for i, commune := range communes {
		w.addSite(commune, i < 2)
	}
	w.handOver(booklets)
	return w
}

func (w *world) addSite(commune string, withAccount bool) {
	w.Helper()
	site := person(account.RoleSite, id())
	certifier := person(account.RoleCertifier, id())
	var at db.ID
	w.do(console, func(ctx context.Context, tx *db.Tx) error {
		saved, _, err := place.Save(ctx, tx, place.Place{Name: "Lieu de " + commune, Commune: commune, Organisation: site.Organisation, Source: "essai"})
		at = saved.ID
		return err
	})
	w.do(certifier, func(ctx context.Context, tx *db.Tx) error {
		_, err := label.Grant(ctx, tx, label.Decision{Site: at, On: civil.DateOf(tx.Now(), civil.Paris).AddDays(-200), Reason: "Visite faite."})
		return err
	})
	if withAccount {
		w.do(site, func(ctx context.Context, tx *db.Tx) error {
			_, err := label.SetBankDetails(ctx, tx, at, label.Details{Holder: "Association du lieu", IBAN: "FR14 2004 1010 0505 0001 3M02 606"})
			return err
		})
	}
	w.sites, w.places = append(w.sites, site), append(w.places, at)
}

func (w *world) handOver(booklets int) {
	w.Helper()
	w.do(w.desk, func(ctx context.Context, tx *db.Tx) error {
		printed, err := voucher.Print(ctx, tx, voucher.PrintRun{Order: w.order, Count: booklets})
		if err != nil {
			return err
		}
		known, err := holder.Register(ctx, tx, holder.New{Name: "Monique"})
		if err != nil {
			return err
		}
		for _, booklet := range printed {
			live, err := voucher.HandOver(ctx, tx, voucher.Handover{Number: booklet.Number, Holder: known.ID})
			if err != nil {
				return err
			}
			for _, coupon := range live.Coupons {
				w.coupons = append(w.coupons, coupon.Number)
			}
		}
		return nil
	})
}

// redeem takes the next coupons at a site and answers their redemptions.
func (w *world) redeem(site, count int) []voucher.Redemption {
	w.Helper()
	var taken []voucher.Redemption
	w.do(w.sites[site], func(ctx context.Context, tx *db.Tx) error {
		for _, coupon := range w.coupons[:count] {
			redemption, err := voucher.Redeem(ctx, tx, voucher.Presentation{Coupon: coupon, Site: w.places[site]})
			if err != nil {
				return err
			}
			taken = append(taken, redemption)
		}
		return nil
	})
	w.coupons = w.coupons[count:]
	return taken
}

func (w *world) do(actor db.Actor, act func(ctx context.Context, tx *db.Tx) error) {
	w.Helper()
	w.Must(w.T, actor, act)
}

// refused runs an act that must fail with a code.
func (w *world) refused(code string, actor db.Actor, act func(ctx context.Context, tx *db.Tx) error) error {
	w.Helper()
	err := w.Update(w.Context(), actor, func(tx *db.Tx) error { return act(w.Context(), tx) })
	if !fault.HasCode(err, code) {
		w.Errorf("got %v; want the refusal %s", err, code)
	}
	return err
}

func (w *world) close(month civil.Month) []settlement.Statement {
	w.Helper()
	var closed []settlement.Statement
	w.do(w.accountant, func(ctx context.Context, tx *db.Tx) (err error) {
		closed, err = settlement.Close(ctx, tx, month)
		return err
	})
	return closed
}

func (w *world) list(actor db.Actor, filter settlement.Filter) []settlement.Statement {
	w.Helper()
	var found []settlement.Statement
	if err := w.View(w.Context(), actor, func(q db.Q) (err error) {
		found, err = settlement.Statements(w.Context(), q, filter)
		return err
	}); err != nil {
		w.Fatal(err)
	}
	return found
}

func (w *world) pay(actor db.Actor, statements ...settlement.Statement) settlement.PaymentFile {
	w.Helper()
	var file settlement.PaymentFile
	w.do(actor, func(ctx context.Context, tx *db.Tx) (err error) {
		file, err = settlement.Pay(ctx, tx, settlement.PayFile{Statements: ids(statements)})
		return err
	})
	return file
}

func (w *world) file(id db.ID) settlement.PaymentFile {
	w.Helper()
	var file settlement.PaymentFile
	if err := w.View(w.Context(), w.accountant, func(q db.Q) (err error) {
		file, err = settlement.PaymentFileByID(w.Context(), q, id)
		return err
	}); err != nil {
		w.Fatal(err)
	}
	return file
}

func ids(statements []settlement.Statement) []db.ID {
	found := make([]db.ID, len(statements))
	for i, statement := range statements {
		found[i] = statement.ID
	}
	return found
}

// sound runs every check that the path concerns.
func (w *world) sound() {
	w.Helper()
	if err := w.View(w.Context(), console, func(q db.Q) error {
		for _, check := range []func(context.Context, db.Q) ([]string, error){settlement.Check, ledger.Check, funding.Check} {
			findings, err := check(w.Context(), q)
			if err != nil {
				return err
			}
			for _, finding := range findings {
				w.Error(finding)
			}
		}
		return nil
	}); err != nil {
		w.Fatal(err)
	}
}

func (w *world) balance(account ledger.Account) money.Cents {
	w.Helper()
	var total money.Cents
	if err := w.View(w.Context(), console, func(q db.Q) error {
		balances, err := ledger.Balances(w.Context(), q, ledger.Filter{})
		for _, balance := range balances {
			if balance.Account == account {
				total += balance.Amount
			}
		}
		return err
	}); err != nil {
		w.Fatal(err)
	}
	return total
}

func month(year int, of time.Month) civil.Month { return civil.On(year, of, 1).Month() }
