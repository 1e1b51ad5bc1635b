package settlement_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/ledger"
	"passerelle/internal/settlement"
	"passerelle/internal/voucher"
)

func TestTwoWhoCloseAndPayAtOnceHaveOneEffect(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d, 2, gueret, aubusson)
		w.redeem(0, 5)
		w.redeem(1, 5)
		d.Clock.Set(inNext)
		const people = 6
		together := func(act func(tx *db.Tx) error) {
			var all sync.WaitGroup
			for i := range people {
				all.Go(func() {
					actor := w.accountant
					if i%2 == 1 {
						actor = w.other
					}
					if err := w.Update(t.Context(), actor, act); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
		}
		together(func(tx *db.Tx) error {
			_, err := settlement.Close(t.Context(), tx, november)
			return err
		})
		closed := w.list(w.accountant, settlement.Filter{State: settlement.Closed})
		if len(closed) != 2 {
			t.Fatalf("closed: %+v", closed)
		}
		var guard sync.Mutex
		messages := map[string]int{}
		together(func(tx *db.Tx) error {
			file, err := settlement.Pay(t.Context(), tx, settlement.PayFile{Statements: ids(closed)})
			guard.Lock()
			defer guard.Unlock()
			messages[file.MessageID+string(file.XML)]++
			return err
		})
		if len(messages) != 1 {
			t.Errorf("%d files", len(messages))
		}
		if owed := w.balance(ledger.SitePayable); owed != 0 {
			t.Errorf("still owed %s", owed)
		}
		w.sound()
	})
}

// Whatever is taken, given back, closed, paid and seen, in any order: nothing is
// owed twice, and what was redeemed is on statements or waits for one.
func TestWhateverHappensTheSumsAgree(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t, dbtest.SQLite(t), 3, gueret, aubusson)
		var given []voucher.Redemption
		for step := range rapid.IntRange(4, 12).Draw(r, "steps") {
			switch rapid.SampledFrom([]string{"redeem", "redeem", "reverse", "month", "pay", "debit", "answer"}).Draw(r, "act") {
			case "redeem":
				if count := rapid.IntRange(1, 3).Draw(r, "count"); count <= len(w.coupons) {
					given = append(given, w.redeem(step%2, count)...)
				}
			case "reverse":
				if len(given) > 0 {
					redemption := given[len(given)-1]
					_ = w.Update(t.Context(), console, func(tx *db.Tx) error {
						_, err := voucher.Reverse(t.Context(), tx, voucher.Reversal{Redemption: redemption.ID, Reason: "Lu deux fois."})
						return err
					})
				}
			case "month":
				now := w.Clock.Now()
				w.Clock.Set(time.Date(now.Year(), now.Month()+1, 3, 9, 0, 0, 0, time.UTC))
				w.close(civil.MonthOf(now, civil.Paris))
			case "pay":
				closed := append(w.list(w.accountant, settlement.Filter{State: settlement.Closed}), w.list(w.accountant, settlement.Filter{State: settlement.Rejected})...)
				if len(closed) > 0 {
					w.pay(w.accountant, closed[:rapid.IntRange(1, len(closed)).Draw(r, "paid")]...)
				}
			case "answer": // the bank refuses one that is on its way, or sends back one that is paid
				on := civil.DateOf(w.Clock.Now(), civil.Paris).String()
				for _, statement := range w.list(w.accountant, settlement.Filter{State: settlement.Sent}) {
					if rapid.Bool().Draw(r, "rejected") {
						w.answered(statusReport(w.file(statement.File).MessageID, statement.Reference+" RJCT MS03"))
					}
				}
				for _, statement := range w.list(w.accountant, settlement.Filter{State: settlement.Paid}) {
					if rapid.Bool().Draw(r, "returned") {
						w.answered(bankStatement(on, returnOf(statement.Reference, statement.Amount, "AC04")))
					}
				}
			case "debit":
				w.Clock.Advance(48 * time.Hour)
				w.do(w.accountant, func(ctx context.Context, tx *db.Tx) error {
					files, err := settlement.Undebited(ctx, tx)
					for _, file := range files {
						if _, err := settlement.SeenDebit(ctx, tx, settlement.Debit{File: file.ID, On: civil.DateOf(tx.Now(), civil.Paris), Amount: file.Due()}); err != nil {
							return err
						}
					}
					return err
				})
			}
			w.sound()
		}
	})
}

func TestTheCheckNamesWhatDoesNotAgree(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d, 1, gueret)
		w.redeem(0, 2)
		d.Clock.Set(inNext)
		statement := w.close(november)[0]
		w.do(console, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE statement SET amount = amount + 1 WHERE id = $1`, statement.ID)
			return err
		})
		if err := w.View(t.Context(), console, func(q db.Q) error {
			findings, err := settlement.Check(t.Context(), q)
			if len(findings) != 3 || !strings.Contains(findings[0], statement.ID.String()) {
				t.Errorf("findings: %q", findings)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestTheIssuersAccountIsCheckedAndTheLastOneHolds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d, 1)
		set := func(a settlement.IssuerAccount) func(context.Context, *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error {
				_, err := settlement.SetIssuerAccount(ctx, tx, a)
				return err
			}
		}
		w.refused("invalid", w.accountant, set(settlement.IssuerAccount{Name: "Régie", IBAN: "FR76 3000 6000 0112 3456 7890 188"}))
		w.refused("forbidden", w.auditor, set(settlement.IssuerAccount{Name: "Régie", IBAN: "FR7630006000011234567890189"}))
		d.Clock.Advance(time.Hour)
		w.do(w.accountant, set(settlement.IssuerAccount{Name: "Nouvelle régie", IBAN: "fr14 2004 1010 0505 0001 3M02 606"}))
		if err := w.View(t.Context(), w.auditor, func(q db.Q) error {
			now, err := settlement.IssuerAccountNow(t.Context(), q)
			if now.Name != "Nouvelle régie" || now.IBAN != "FR1420041010050500013M02606" {
				t.Errorf("in force: %+v", now)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}
