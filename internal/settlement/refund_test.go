package settlement_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/funding"
	"passerelle/internal/ledger"
	"passerelle/internal/settlement"
)

// orderAgain places a second order under the same agreement, which nobody has
// paid yet.
func (w *world) orderAgain(booklets int) (order funding.Order) {
	w.Helper()
	w.do(console, func(ctx context.Context, tx *db.Tx) error {
		first, err := funding.OrderByID(ctx, tx, w.order)
		if err != nil {
			return err
		}
		order, err = funding.PlaceOrder(ctx, tx, funding.Order{
			Agreement: first.Agreement, Organisation: first.Organisation, Desk: first.Desk, Booklets: booklets, CouponsPerBooklet: 10,
		})
		return err
	})
	return order
}

func TestTheBankTellsOfRefunds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d, 1, gueret)
		order := w.orderAgain(3) // 100 € and 200 €
		w.do(w.accountant, func(ctx context.Context, tx *db.Tx) error {
			_, err := funding.Receive(ctx, tx, funding.Receipt{Order: order.ID, Funder: w.funders[0], Amount: 10_000})
			return err
		})
		ask := func(tx *db.Tx) (funding.Refund, error) {
			return settlement.RefundByFile(t.Context(), tx, funding.Refund{Order: order.ID, Funder: w.funders[0], Amount: 4_000, Reason: "Moins de carnets"})
		}
		w.refused("no_funder_account", w.accountant, func(_ context.Context, tx *db.Tx) error { _, err := ask(tx); return err })
		w.do(w.accountant, func(ctx context.Context, tx *db.Tx) error {
			_, err := funding.SetAccount(ctx, tx, funding.Account{Funder: w.funders[0], Name: "Trésor public", IBAN: "FR14 2004 1010 0505 0001 3M02 606"})
			return err
		})
		w.refused("forbidden", w.auditor, func(_ context.Context, tx *db.Tx) error { _, err := ask(tx); return err })
		made := func() (refund funding.Refund) {
			w.do(w.accountant, func(_ context.Context, tx *db.Tx) (err error) {
				refund, err = ask(tx)
				return err
			})
			return refund
		}
		refund := made()
		var texts [2][]byte
		for i := range texts {
			if err := w.View(t.Context(), w.auditor, func(q db.Q) (err error) {
				_, texts[i], err = settlement.RefundXML(t.Context(), q, refund.ID)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		if text := string(texts[0]); text != string(texts[1]) || !strings.Contains(text, refund.MessageID) ||
			!strings.Contains(text, "40.00") || !strings.Contains(text, "FR1420041010050500013M02606") || !strings.Contains(text, ourAccount) {
			t.Errorf("the file:\n%s", text)
		}
		in := func(refund funding.Refund) movement {
			return movement{amount: 4_000, details: "<Btch><MsgId>" + refund.MessageID + "</MsgId></Btch>"}
		}
		for _, told := range []struct {
			text []byte
			want string
		}{
			{statusReport(refund.MessageID, refund.Reference+" RJCT AC04"), "rejected"},
			{bankStatement(firstDay, in(refund)), "differs"}, // rejected, and yet debited: to look at
		} {
			if got := w.answered(told.text); got != told.want {
				t.Errorf("%s, want %s", got, told.want)
			}
			w.sound()
		}
		refund = made()
		for i, told := range []struct {
			moved movement
			want  string
		}{
			{in(refund), "refunded"},
			{in(refund), "known"},
			{returnOf(refund.Reference, 4_000, "AC04"), "returned"},
			{returnOf(refund.Reference, 4_000, "AC04"), "known"},
			{in(refund), "known"},
		} {
			if got := w.answered(bankStatement(fmt.Sprintf("2026-12-%02d", 4+i), told.moved)); got != told.want {
				t.Errorf("%d: %s, want %s", i, got, told.want)
			}
			w.sound()
		}
		w.owes(0, 0)
	})
}

// The same cash told by a notification, by the statement and in a list is one.
func TestCashThatComesInIsTakenOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d, 1, gueret)
		order := w.orderAgain(3)
		credit := func(reference, text string) []byte {
			entry := fmt.Sprintf(`<Ntry><Amt Ccy="EUR">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>%s</Dt></BookgDt>
				<AcctSvcrRef>%s</AcctSvcrRef><NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>ETAT</Nm></Pty></Dbtr></RltdPties><RmtInf><Ustrd>%s</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`,
				firstDay, reference, text)
			return []byte(strings.Replace(string(bankStatement(firstDay)), "</Stmt>", entry+"</Stmt>", 1))
		}
		statement := credit("B1", "PASS "+order.Reference)
		notice := []byte(strings.NewReplacer("camt.053", "camt.054", "BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn", "<Stmt>", "<Ntfctn>", "</Stmt>", "</Ntfctn>").Replace(string(statement)))
		for _, told := range []struct {
			text []byte
			want string
		}{
			{notice, "received"},
			{statement, "known"},
			{credit("B2", "autre chose"), "waiting"},
			{[]byte("Date;Libellé;Émetteur;Montant\n03/12/2026;PASS " + order.Reference + ";Inconnu;200,00\n03/12/2026;FRAIS;;-4,20\n"), "received unknown"},
			{[]byte("Date;Libellé;Émetteur;Montant;Solde\n03/12/2026;PASS " + order.Reference + ";Inconnu;200,00;0\n"), "known"},
		} {
			if got := w.answered(told.text); got != told.want {
				t.Errorf("%s, want %s\n%s", got, told.want, told.text)
			}
			w.sound()
		}
		if waits := w.balance(ledger.Suspense); waits != 10_000 {
			t.Errorf("%s wait", waits)
		}
		if err := w.View(t.Context(), w.accountant, func(q db.Q) error {
			standing, err := funding.Balance(t.Context(), q, order.ID)
			if standing.Received != 30_000 {
				t.Errorf("received %s", standing.Received)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}
