package ledger_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/ledger"
	"passerelle/internal/money"
)

func post(d *dbtest.DB, transfer ledger.Transfer) error {
	return d.Update(context.Background(), db.Actor{Kind: db.Job}, func(tx *db.Tx) error {
		return ledger.Post(context.Background(), tx, transfer)
	})
}

func TestATransferIsWrittenWholeAndWithoutItsZeros(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		order, cause := db.NewID(dbtest.Start), db.NewID(dbtest.Start)
		funders, parts := make([]db.ID, 150), make([]money.Cents, 150)
		for i := range funders {
			funders[i], parts[i] = db.NewID(dbtest.Start), money.Cents(i%3)
		}
		if err := post(d, ledger.Move(ledger.Received, cause, order, db.ID{}, funders, parts)); err != nil {
			t.Fatal(err)
		}
		if err := d.View(t.Context(), db.Actor{}, func(q db.Q) error {
			entries, err := ledger.Journal(t.Context(), q, db.ID{}, 200)
			if err != nil {
				return err
			}
			if len(entries) != 100 {
				t.Errorf("%d lines of 150, of which 50 of zero", len(entries))
			}
			for _, entry := range entries {
				if entry.Cause != cause || entry.Order != order || entry.Debit != ledger.Bank || entry.Credit != ledger.OrderFunds || !entry.At.Equal(dbtest.Start) {
					t.Errorf("entry %+v", entry)
				}
			}
			var read []ledger.Entry
			var after db.ID
			for {
				page, err := ledger.Journal(t.Context(), q, after, 30)
				if err != nil {
					return err
				}
				if read = append(read, page...); len(page) < 30 {
					break
				}
				after = page[29].ID
			}
			if len(read) != 100 {
				t.Errorf("%d lines in pages of 30", len(read))
			}
			balances, err := ledger.Balances(t.Context(), q, ledger.Filter{Order: order})
			var bank, funds money.Cents
			for _, balance := range balances {
				switch balance.Account {
				case ledger.Bank:
					bank += balance.Amount
				case ledger.OrderFunds:
					funds += balance.Amount
				}
			}
			if bank != 150 || funds != 150 || len(balances) != 101 {
				t.Errorf("bank %d, order funds %d, in %d balances", bank, funds, len(balances))
			}
			before, _ := ledger.Balances(t.Context(), q, ledger.Filter{Until: dbtest.Start.Add(-time.Second)})
			if len(before) != 0 {
				t.Errorf("%d balances before the first entry", len(before))
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestTheTableRefusesWhatIsNoTransfer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		cause := db.NewID(dbtest.Start)
		for name, line := range map[string]ledger.Line{
			"a negative amount":   {Debit: ledger.Bank, Credit: ledger.OrderFunds, Amount: -1},
			"one account twice":   {Debit: ledger.Bank, Credit: ledger.Bank, Amount: 1},
			"an unknown account":  {Debit: "till", Credit: ledger.Bank, Amount: 1},
			"an account too few":  {Debit: ledger.Bank, Amount: 1},
			"an unknown creditor": {Debit: ledger.Bank, Credit: "till", Amount: 1},
		} {
			if err := post(d, ledger.Transfer{Event: ledger.Received, Cause: cause, Lines: []ledger.Line{line}}); !errors.Is(err, db.ErrCheck) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestCheckNamesAnAccountInDebit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		order, funder, cause := db.NewID(dbtest.Start), db.NewID(dbtest.Start), db.NewID(dbtest.Start)
		if err := post(d, ledger.Move(ledger.HandedOver, cause, order, db.ID{}, []db.ID{funder}, []money.Cents{100})); err != nil {
			t.Fatal(err)
		}
		if err := d.View(t.Context(), db.Actor{}, func(q db.Q) error {
			findings, err := ledger.Check(t.Context(), q)
			if len(findings) != 1 || !strings.Contains(findings[0], order.String()) || !strings.Contains(findings[0], "négatif") {
				t.Errorf("check says %q", findings)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// Whatever moves, what is debited is credited: balances less the bank's sum to
// zero.
func TestEveryJournalBalances(t *testing.T) {
	d := dbtest.SQLite(t)
	rapid.Check(t, func(rt *rapid.T) {
		order, site, funder := db.NewID(dbtest.Start), db.NewID(dbtest.Start), db.NewID(dbtest.Start)
		for range rapid.IntRange(1, 12).Draw(rt, "transfers") {
			event := rapid.SampledFrom([]ledger.Event{
				ledger.Received, ledger.HandedOver, ledger.Redeemed, ledger.Reversed, ledger.Expired, ledger.Blocked,
				ledger.Sent, ledger.Debited, ledger.Rejected, ledger.Returned, ledger.Refunded,
			}).Draw(rt, "event")
			amount := money.Cents(rapid.Int64Range(0, 1e12).Draw(rt, "amount"))
			if err := post(d, ledger.Move(event, order, order, site, []db.ID{funder}, []money.Cents{amount})); err != nil {
				rt.Fatal(err)
			}
		}
		if err := d.View(context.Background(), db.Actor{}, func(q db.Q) error {
			balances, err := ledger.Balances(context.Background(), q, ledger.Filter{Order: order})
			var total money.Cents
			for _, balance := range balances {
				if balance.Account == ledger.Bank {
					total -= balance.Amount
				} else {
					total += balance.Amount
				}
			}
			if total != 0 {
				rt.Errorf("balances differ by %d cents: %+v", total, balances)
			}
			return err
		}); err != nil {
			rt.Fatal(err)
		}
	})
}
