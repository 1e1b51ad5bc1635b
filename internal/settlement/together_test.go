package settlement_test

import (
	"context"
	"testing"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/label"
	"passerelle/internal/ledger"
	"passerelle/internal/money"
	"passerelle/internal/settlement"
)

// annex moves the second site to the first one's organisation.
func (w *world) annex() {
	w.do(console, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE place SET organisation = $1 WHERE id = $2`, w.sites[0].Organisation, w.places[1])
		return err
	})
	w.sites[1] = w.sites[0]
}

func (w *world) together(actor db.Actor, month civil.Month) (made settlement.Together, err error) {
	err = w.View(w.Context(), actor, func(q db.Q) error {
		made, err = settlement.TogetherOf(w.Context(), q, w.sites[0].Organisation, month)
		return err
	})
	return made, err
}

func TestABodysPlacesAreOneDocument(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d, 3, "23096", "23025", "87085")
		w.do(console, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO organisation (id, name, search, made_at) VALUES ($1, 'Le Fil', 'le fil', $2)`, w.sites[0].Organisation, tx.Now())
			return err
		})
		w.annex()
		month := civil.MonthOf(d.Clock.Now(), civil.Paris)
		if _, err := w.together(w.sites[0], month); !fault.HasCode(err, "unknown_statement") {
			t.Errorf("nothing yet: %v", err)
		}
		w.redeem(0, 3)
		w.redeem(1, 4)
		w.redeem(2, 5)
		for range 2 { // running, then closed
			made, err := w.together(w.sites[0], month)
			if err != nil || len(made.Places) != 2 || made.Coupons != 7 || made.Amount != 7000 {
				t.Fatalf("%d places, %d coupons, %s: %v", len(made.Places), made.Coupons, made.Amount, err)
			}
			var places, shares money.Cents
			for _, part := range made.Places {
				places += part.Amount
			}
			for _, share := range made.Shares {
				shares += share.Amount
			}
			if places != made.Amount || shares != made.Amount {
				t.Errorf("the total is %s, the places %s, the shares %s", made.Amount, places, shares)
			}
			attached := w.sites[0]
			attached.Level, attached.Place = "member", w.places[1]
			if narrowed, err := w.together(attached, month); err != nil || len(narrowed.Places) != 1 || narrowed.Amount != 4000 {
				t.Errorf("someone attached reads %d places, %s: %v", len(narrowed.Places), narrowed.Amount, err)
			}
			d.Clock.Set(month.Next().First().In(civil.Paris))
			w.close(month)
		}
		if _, err := w.together(w.sites[2], month); !fault.HasCode(err, "other_organisation") {
			t.Errorf("a stranger: %v", err)
		}
		if made, err := w.together(w.accountant, month); err != nil || made.Amount != 7000 {
			t.Errorf("the accountant reads %s, %v", made.Amount, err)
		}
		w.sound()
	})
}

func TestWhatWaitsIsWhatTheJournalOwes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d, 3, "23096", "23025")
		waits := func(site int) (amount money.Cents) {
			t.Helper()
			var owed money.Cents
			if err := d.View(t.Context(), w.sites[site], func(q db.Q) (err error) {
				if amount, err = settlement.Waits(t.Context(), q, w.places[site]); err != nil {
					return err
				}
				balances, err := ledger.Balances(t.Context(), q, ledger.Filter{})
				for _, balance := range balances {
					if balance.Account == ledger.SitePayable && balance.Site == w.places[site] {
						owed += balance.Amount
					}
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if amount != owed {
				t.Errorf("site %d waits for %s, the journal owes %s", site, amount, owed)
			}
			return amount
		}
		month := civil.MonthOf(d.Clock.Now(), civil.Paris)
		w.redeem(0, 6)
		w.redeem(1, 2)
		d.Clock.Set(month.Next().First().In(civil.Paris))
		closed := w.close(month)
		w.redeem(0, 1)
		if got := waits(0); got != 7000 {
			t.Errorf("closed and running: %s", got)
		}
		w.pay(w.accountant, closed...)
		if got := waits(0); got != 1000 {
			t.Errorf("after the file: %s", got)
		}
		waits(1)
		if err := d.View(t.Context(), w.sites[1], func(q db.Q) error {
			_, err := settlement.Waits(t.Context(), q, w.places[0])
			return err
		}); !fault.HasCode(err, "other_organisation") {
			t.Errorf("a stranger: %v", err)
		}
	})
}

func TestAnAccountGivenOncePaysEveryPlaceWithoutItsOwn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d, 3, "23096", "23025", "87085")
		month := civil.MonthOf(d.Clock.Now(), civil.Paris)
		w.do(console, func(ctx context.Context, tx *db.Tx) error { // the third place is the first body's too
			_, err := tx.Exec(ctx, `UPDATE place SET organisation = $1 WHERE id = $2`, w.sites[0].Organisation, w.places[2])
			return err
		})
		w.sites[2] = w.sites[0]
		w.redeem(0, 1)
		w.redeem(2, 1)
		d.Clock.Set(month.Next().First().In(civil.Paris))
		closed := w.close(month)
		if err := w.refused("bank_details_missing", w.accountant, func(ctx context.Context, tx *db.Tx) error {
			_, err := settlement.Pay(ctx, tx, settlement.PayFile{Statements: ids(closed)})
			return err
		}); err == nil {
			t.Fatal("paid without an account")
		}
		for name, actor := range map[string]db.Actor{"a stranger": w.sites[1], "an accountant": w.accountant} {
			if err := d.Update(t.Context(), actor, func(tx *db.Tx) error {
				_, err := label.SetCommonDetails(t.Context(), tx, w.sites[0].Organisation, label.Details{Holder: "X", IBAN: "DE89 3704 0044 0532 0130 00"})
				return err
			}); err == nil {
				t.Errorf("%s enters the account", name)
			}
		}
		w.do(w.sites[0], func(ctx context.Context, tx *db.Tx) error {
			_, err := label.SetCommonDetails(ctx, tx, w.sites[0].Organisation, label.Details{Holder: "Le Fil", IBAN: "DE89 3704 0044 0532 0130 00"})
			return err
		})
		for site, common := range map[int]bool{0: false, 2: true} {
			if err := d.View(t.Context(), w.accountant, func(q db.Q) error {
				details, err := label.BankDetailsOf(t.Context(), q, w.places[site])
				if err == nil && (details.Common != common || (details.Holder == "Le Fil") != common) {
					t.Errorf("place %d is paid to %q, common %v", site, details.Holder, details.Common)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		if file := w.pay(w.accountant, closed...); file.Payments != 2 || file.Amount != 2000 {
			t.Errorf("%d payments, %s", file.Payments, file.Amount)
		}
		w.sound()
		if err := d.View(t.Context(), console, func(q db.Q) error {
			findings, err := label.Check(t.Context(), q)
			if len(findings) > 0 {
				t.Error(findings)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}
