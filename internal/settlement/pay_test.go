package settlement_test

import (
	"bytes"
	"context"
	"slices"
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
	"passerelle/internal/settlement"
)

func TestPaymentGoesFromTheFileToTheSeenDebit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d, 1, gueret, aubusson)
		w.redeem(0, 3)
		w.redeem(1, 4)
		d.Clock.Set(inNext)
		closed := w.close(november)
		bank := w.balance(ledger.Bank)

		file := w.pay(w.accountant, closed...)
		if file.Amount != 7000 || file.Payments != 2 || file.ExecutionOn != civil.On(2026, time.December, 3) {
			t.Errorf("file: %+v", file)
		}
		for _, told := range []string{"pain.001.001.09", "2026-11-0001", "2026-11-0002", "RELEVE 2026-11-0001 LIEU DE", "<CtrlSum>70.00</CtrlSum>", "FR1420041010050500013M02606", file.MessageID} {
			if !bytes.Contains(file.XML, []byte(told)) {
				t.Errorf("the file does not say %q", told)
			}
		}
		if payable, transit := w.balance(ledger.SitePayable), w.balance(ledger.InTransit); payable != 0 || transit != 7000 {
			t.Errorf("owed %s, in transit %s", payable, transit)
		}
		w.sound()

		seen := func(amount money.Cents, on civil.Date) func(context.Context, *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error {
				_, err := settlement.SeenDebit(ctx, tx, settlement.Debit{File: file.ID, On: on, Amount: amount})
				return err
			}
		}
		third := civil.On(2026, time.December, 3)
		w.refused("invalid", w.accountant, seen(7000, third)) // tomorrow
		d.Clock.Set(inNext.AddDate(0, 0, 2))
		w.refused("invalid", w.accountant, seen(6999, third))
		w.refused("invalid", w.accountant, seen(7000, civil.On(2026, time.December, 1)))
		w.refused("forbidden", w.auditor, seen(7000, third))
		w.do(w.accountant, seen(7000, third))
		w.do(w.accountant, seen(7000, third))
		w.refused("debit_already_seen", w.accountant, seen(7000, third.AddDays(1)))

		for _, statement := range w.list(w.sites[0], settlement.Filter{State: settlement.Paid}) {
			if statement.PaidOn != third || statement.Organisation != w.sites[0].Organisation {
				t.Errorf("paid: %+v", statement)
			}
		}
		if transit, left := w.balance(ledger.InTransit), w.balance(ledger.Bank); transit != 0 || left != bank-7000 {
			t.Errorf("in transit %s, bank %s, before %s", transit, left, bank)
		}
		w.sound()
	})
}

func TestTheSameStatementsAgainAreTheSameFile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d, 1, gueret, aubusson)
		w.redeem(0, 1)
		w.redeem(1, 1)
		d.Clock.Set(inNext)
		closed := w.close(november)
		first := w.pay(w.accountant, closed...)
		d.Clock.Set(inNext.Add(26 * time.Hour))
		slices.Reverse(closed)
		second := w.pay(w.other, closed...)
		if !bytes.Equal(first.XML, second.XML) || first.MessageID != second.MessageID || first.ID != second.ID {
			t.Errorf("another file: %s, then %s", first.MessageID, second.MessageID)
		}
		err := w.refused("already_sent", w.accountant, func(ctx context.Context, tx *db.Tx) error {
			_, err := settlement.Pay(ctx, tx, settlement.PayFile{Statements: ids(closed[:1])})
			return err
		})
		if told := fault.Of(err); !strings.Contains(told.Message, "2026-11-") {
			t.Errorf("which one is not told: %s", told.Message)
		}
		w.sound()
	})
}

func TestSitesWithoutAnAccountAreNamedAndNothingIsWritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d, 1, gueret, aubusson, "23176")
		for site := range w.sites {
			w.redeem(site, 1)
		}
		d.Clock.Set(inNext)
		closed := w.close(november)
		err := w.refused("bank_details_missing", w.accountant, func(ctx context.Context, tx *db.Tx) error {
			_, err := settlement.Pay(ctx, tx, settlement.PayFile{Statements: ids(closed)})
			return err
		})
		if told := fault.Of(err); !strings.Contains(told.Message, "Lieu de 23176") || told.Detail["sites"] != w.places[2].String() {
			t.Errorf("which one is not told: %s %v", told.Message, told.Detail)
		}
		if sent := w.list(w.accountant, settlement.Filter{State: settlement.Sent}); len(sent) != 0 {
			t.Errorf("half written: %+v", sent)
		}
		w.sound()
	})
}

func TestWhoCertifiesASiteNeverPaysIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d, 1, gueret)
		w.redeem(0, 1)
		d.Clock.Set(inNext)
		closed := w.close(november)
		w.do(console, func(ctx context.Context, tx *db.Tx) error {
			return account.TakeDuty(ctx, tx, w.accountant.ID, w.places[0], account.DutyCertify)
		})
		w.refused("duty_taken", w.accountant, func(ctx context.Context, tx *db.Tx) error {
			_, err := settlement.Pay(ctx, tx, settlement.PayFile{Statements: ids(closed)})
			return err
		})
		w.pay(w.other, closed...)
		w.sound()
	})
}

func TestWhatCannotBePaidIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d, 1, gueret)
		w.redeem(0, 1)
		pay := func(asked settlement.PayFile) func(context.Context, *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error {
				_, err := settlement.Pay(ctx, tx, asked)
				return err
			}
		}
		running := w.list(w.accountant, settlement.Filter{})
		w.refused("statement_not_closed", w.accountant, pay(settlement.PayFile{Statements: ids(running)}))
		w.refused("unknown_statement", w.accountant, pay(settlement.PayFile{Statements: []db.ID{id()}}))
		w.refused("invalid", w.accountant, pay(settlement.PayFile{}))
		d.Clock.Set(inNext)
		closed := w.close(november)
		w.refused("forbidden", w.sites[0], pay(settlement.PayFile{Statements: ids(closed)}))
		w.refused("forbidden", w.auditor, pay(settlement.PayFile{Statements: ids(closed)}))
		w.refused("invalid", w.accountant, pay(settlement.PayFile{Statements: ids(closed), On: civil.On(2026, time.December, 1)}))
	})
}
