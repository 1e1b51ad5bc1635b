package ledger_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/ledger"
	"passerelle/internal/money"
)

func TestAClosedPeriodReadsTheSameForEver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		accountant := db.Actor{Kind: db.Person, ID: db.ID{1}, Organisation: db.ID{2}, Role: account.RoleAccountant, Level: account.LevelMember}
		post := func(amount money.Cents) {
			d.Must(t, accountant, func(ctx context.Context, tx *db.Tx) error {
				return ledger.Post(ctx, tx, ledger.Move(ledger.Received, tx.NewID(), db.ID{3}, db.ID{}, []db.ID{{4}}, []money.Cents{amount}))
			})
		}
		closing := func(until civil.Date) (ledger.Closing, error) {
			var made ledger.Closing
			err := d.Update(t.Context(), accountant, func(tx *db.Tx) (err error) {
				made, err = ledger.ClosePeriod(t.Context(), tx, ledger.Closing{Until: until})
				return err
			})
			return made, err
		}
		first := civil.DateOf(d.Clock.Now(), civil.Paris)
		post(1000)
		if _, err := closing(first); !fault.HasCode(err, "period_running") {
			t.Errorf("today: %v", err)
		}
		d.Clock.Advance(48 * time.Hour)
		post(500)
		closed, err := closing(first)
		if err != nil || closed.Entries != 1 || len(closed.Totals) != 2 || closed.Totals[0] != (ledger.Total{Account: ledger.Bank, Debit: 1000}) {
			t.Fatalf("%+v %v", closed, err)
		}
		if _, err := closing(first); !fault.HasCode(err, "period_closed") {
			t.Errorf("twice: %v", err)
		}
		if _, err := closing(first.AddDays(-1)); !fault.HasCode(err, "period_closed") {
			t.Errorf("before it: %v", err)
		}
		checked := func() (found []string) {
			if err := d.View(t.Context(), accountant, func(q db.Q) (err error) {
				found, err = ledger.Check(t.Context(), q)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return found
		}
		if found := checked(); len(found) != 0 {
			t.Error(found)
		}
		d.Clock.Advance(-48 * time.Hour) // an entry slipped into the closed period
		post(1)
		if found := checked(); len(found) != 1 || !strings.Contains(found[0], closed.ID.String()) {
			t.Error(found)
		}
	})
}
