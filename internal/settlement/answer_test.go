package settlement_test

import (
	"context"
	"testing"

	"passerelle/internal/bank"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/ledger"
	"passerelle/internal/money"
	"passerelle/internal/settlement"
	"passerelle/internal/voucher"
)

// sentFile is a file of two statements, of 30 € and 40 €.
func sentFile(t *testing.T, d *dbtest.DB) (*world, settlement.PaymentFile, settlement.Statement, settlement.Statement) {
	w := newWorld(t, d, 2, gueret, aubusson)
	w.redeem(0, 3)
	w.redeem(1, 4)
	d.Clock.Set(inNext)
	closed := w.close(november)
	if closed[0].Site != w.places[0] {
		closed[0], closed[1] = closed[1], closed[0]
	}
	file := w.pay(w.accountant, closed...)
	d.Clock.Set(inNext.AddDate(0, 0, 2))
	return w, file, closed[0], closed[1]
}

func (w *world) owes(payable, transit money.Cents) {
	w.Helper()
	if p, i := w.balance(ledger.SitePayable), w.balance(ledger.InTransit); p != payable || i != transit {
		w.Errorf("owed to sites %s and in transit %s; want %s and %s", p, i, payable, transit)
	}
	w.sound()
	if err := w.View(w.Context(), console, func(q db.Q) error {
		findings, err := voucher.Check(w.Context(), q)
		for _, finding := range findings {
			w.Error(finding)
		}
		return err
	}); err != nil {
		w.Fatal(err)
	}
}

func TestAPaymentThatTheBankRejectsIsToBePaidAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w, file, first, second := sentFile(t, d)
		report := statusReport(file.MessageID, first.Reference+" RJCT AC04", second.Reference+" ACSP")
		if got := w.answered(report); got != "rejected accepted" {
			t.Errorf("outcomes: %s", got)
		}
		if got := w.states(first, second); got != "rejected sent" {
			t.Errorf("states: %s", got)
		}
		w.owes(3000, 4000)
		if got := w.answered(report); got != "rejected accepted" { // the same file: the same message, and nothing moves
			t.Errorf("outcomes of the same file: %s", got)
		}
		if got := w.answered(statusReport(file.MessageID, first.Reference+" RJCT AC04")); got != "known" {
			t.Errorf("outcomes of another file that says the same: %s", got)
		}
		if err := w.View(t.Context(), w.sites[0], func(q db.Q) error {
			statement, err := settlement.StatementByID(t.Context(), q, first.ID)
			if err != nil {
				return err
			}
			refused, found, err := settlement.RefusalOf(t.Context(), q, statement)
			if !found || refused.Reason.Cause() != bank.PayeeAccount {
				t.Errorf("the site is told %+v", refused)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		// The bank debits the rest of the file, and what was rejected is in another.
		again := w.pay(w.other, first)
		w.owes(0, 7000)
		if got := w.answered(bankStatement(firstDay, debitOf(file, 7000))); got != "differs" {
			t.Errorf("a debit of the whole file: %s", got)
		}
		if got := w.answered(bankStatement("2026-12-04", debitOf(file, 4000), debitOf(again, 3000))); got != "debited debited" {
			t.Errorf("a debit of the rest: %s", got)
		}
		if got := w.states(first, second); got != "paid paid" {
			t.Errorf("states: %s", got)
		}
		w.owes(0, 0)
	})
}

func TestAFileRejectedWholeIsNoLongerAwaited(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w, file, first, second := sentFile(t, d)
		whole := []byte(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt><GrpHdr><MsgId>R</MsgId><CreDtTm>2026-12-03T07:00:00</CreDtTm></GrpHdr>
			<OrgnlGrpInfAndSts><OrgnlMsgId>` + file.MessageID + `</OrgnlMsgId><GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>DT01</Cd></Rsn></StsRsnInf></OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>`)
		if got := w.answered(whole); got != "rejected rejected" {
			t.Errorf("outcomes: %s", got)
		}
		if got := w.states(first, second); got != "rejected rejected" {
			t.Errorf("states: %s", got)
		}
		if err := w.View(t.Context(), w.accountant, func(q db.Q) error {
			awaited, err := settlement.Undebited(t.Context(), q)
			if len(awaited) != 0 {
				t.Errorf("awaited: %+v", awaited)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		w.owes(7000, 0)
	})
}

func TestAPaymentThatComesBackIsOwedAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w, file, first, second := sentFile(t, d)
		cash := w.balance(ledger.Bank)
		if got := w.answered(bankStatement(firstDay, returnOf(first.Reference, 3000, "AC01"))); got != "differs" {
			t.Errorf("a return before the debit: %s", got)
		}
		if got := w.answered(bankStatement(firstDay, debitOf(file, 7000), returnOf(first.Reference, 2999, "AC01"))); got != "debited differs" {
			t.Errorf("a return of another amount: %s", got)
		}
		w.owes(0, 0)
		if got := w.answered(statusReport(file.MessageID, first.Reference+" RJCT AC01")); got != "differs" {
			t.Errorf("a rejection after the debit, before the sum is back: %s", got)
		}
		if got := w.answered(bankStatement("2026-12-04", returnOf(first.Reference, 3000, "AC01"))); got != "returned" {
			t.Errorf("a return: %s", got)
		}
		if got := w.states(first, second); got != "rejected paid" {
			t.Errorf("states: %s", got)
		}
		w.owes(3000, 0)
		if left := w.balance(ledger.Bank); left != cash-4000 {
			t.Errorf("the bank has %s, had %s", left, cash)
		}
		again := w.pay(w.other, first)
		if got := w.answered(bankStatement("2026-12-04", debitOf(again, 3000))); got != "debited" {
			t.Errorf("paid again: %s", got)
		}
		if got := w.answered(bankStatement(firstDay, returnOf(first.Reference, 3000, "AC01"), movement{amount: 1})); got != "known unknown" {
			t.Errorf("the first return, told once more: %s", got)
		}
		w.owes(0, 0)
		if got := w.answered(bankStatement("2026-12-04", returnOf(first.Reference, 3000, "AC01"), movement{amount: 2})); got != "returned unknown" {
			t.Errorf("paid again, and back again: %s", got)
		}
		w.owes(3000, 0)
	})
}

func TestWhatIsNotOursMovesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w, file, first, _ := sentFile(t, d)
		take := func(text []byte) func(context.Context, *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error {
				_, err := settlement.TakeAnswer(ctx, tx, settlement.Answer{Text: text})
				return err
			}
		}
		w.refused("not_our_payment_file", w.accountant, take(statusReport("AILLEURS", first.Reference+" RJCT")))
		w.refused("not_our_account", w.accountant, take(statementOf("DE89370400440532013000", firstDay, debitOf(file, 7000))))
		w.refused("bad_bank_message", w.accountant, take([]byte("<html/>")))
		w.refused("forbidden", w.auditor, take(bankStatement(firstDay, debitOf(file, 7000))))
		w.refused("forbidden", w.sites[0], take(bankStatement(firstDay, debitOf(file, 7000))))
		if err := w.View(t.Context(), w.auditor, func(q db.Q) error {
			kept, err := settlement.BankMessages(t.Context(), q, db.ID{}, 10)
			if len(kept) != 0 {
				t.Errorf("kept: %+v", kept)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		got := w.answered(bankStatement(firstDay,
			movement{amount: 500, details: "<TxDtls><Refs><EndToEndId>FRAIS</EndToEndId></Refs></TxDtls>"},
			movement{amount: 90000, credit: true, details: "<TxDtls><RmtInf><Ustrd>Convention</Ustrd></RmtInf></TxDtls>"},
			movement{amount: 100, credit: true},
			movement{amount: 100, credit: true, details: "<TxDtls><Refs><EndToEndId>AUTRE</EndToEndId></Refs><RtrInf><Rsn><Cd>AC01</Cd></Rsn></RtrInf></TxDtls>"},
			movement{amount: 7000, status: "PDNG", details: "<Btch><MsgId>" + file.MessageID + "</MsgId></Btch>"},
		))
		if got != "unknown waiting waiting unknown announced" {
			t.Errorf("outcomes: %s", got)
		}
		if got := w.answered(statusReport(file.MessageID, "INCONNU RJCT AC04")); got != "unknown" {
			t.Errorf("a payment that is not in the file: %s", got)
		}
		w.owes(0, 7000)
		// A debit told payment by payment is found by the first one's reference.
		byPayment := movement{amount: 7000, details: "<TxDtls><Refs><EndToEndId>" + first.Reference + "</EndToEndId></Refs></TxDtls><TxDtls/>"}
		if got := w.answered(bankStatement(firstDay, byPayment)); got != "debited" {
			t.Errorf("a debit told payment by payment: %s", got)
		}
		if got := w.answered(bankStatement(firstDay, byPayment, movement{amount: 1})); got != "known unknown" {
			t.Errorf("the same debit in another statement: %s", got)
		}
		w.owes(0, 0)
	})
}

func TestARefusalChangedByHandIsNamed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w, file, first, _ := sentFile(t, d)
		w.answered(statusReport(file.MessageID, first.Reference+" RJCT AC04"))
		for name, statement := range map[string]string{
			"changed": `UPDATE payment_refusal SET code = 'AC01'`,
			"removed": `DELETE FROM payment_refusal`,
		} {
			w.findsAfter(name, statement)
		}
	})
}

// findsAfter changes rows by hand, wants the check to say so, and gives them back.
func (w *world) findsAfter(name, statement string) {
	w.Helper()
	undone := w.Update(w.Context(), console, func(tx *db.Tx) error {
		if _, err := tx.Exec(w.Context(), statement); err != nil {
			return err
		}
		findings, err := settlement.Check(w.Context(), tx)
		if err == nil && len(findings) == 0 {
			w.Errorf("%s: the check finds nothing", name)
		}
		if err == nil {
			err = context.Canceled
		}
		return err
	})
	if undone != context.Canceled {
		w.Fatal(undone)
	}
}
