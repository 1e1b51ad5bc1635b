package funding_test

import (
	"context"
	"errors"
	"testing"

	"passerelle/internal/bank"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/funding"
	"passerelle/internal/ledger"
	"passerelle/internal/money"
)

// act runs one operation as the accountant.
func act[T any](p *programme, do func(tx *db.Tx) (T, error)) (made T, err error) {
	err = p.Update(p.t.Context(), p.accountant, func(tx *db.Tx) (err error) {
		made, err = do(tx)
		return err
	})
	return made, err
}

func (p *programme) standing(order db.ID) (standing funding.Standing) {
	p.t.Helper()
	if err := p.View(p.t.Context(), p.accountant, func(q db.Q) (err error) {
		standing, err = funding.Balance(p.t.Context(), q, order)
		return err
	}); err != nil {
		p.t.Fatal(err)
	}
	f := standing.Figures
	if f.Received+f.MovedIn != f.Available+f.Live+f.Redeemed+f.Sent+f.Paid+f.Returned+f.MovedOut {
		p.t.Errorf("%+v does not add up", f)
	}
	return standing
}

// whole fails unless the journal and this package's rows hold.
func (p *programme) whole() {
	p.t.Helper()
	for _, check := range []func(context.Context, db.Q) ([]string, error){ledger.Check, funding.Check} {
		if err := p.View(p.t.Context(), console, func(q db.Q) error {
			faulty, err := check(p.t.Context(), q)
			for _, row := range faulty {
				p.t.Error(row)
			}
			return err
		}); err != nil {
			p.t.Fatal(err)
		}
	}
}

func (p *programme) order(amount int) funding.Order {
	p.t.Helper()
	order, err := p.place(p.territory, func(o *funding.Order) { o.Booklets, o.CouponsPerBooklet = amount, 1 })
	if err != nil {
		p.t.Fatal(err)
	}
	return order
}

const iban bank.IBAN = "FR7630006000011234567890189"

func TestUnusedCashGoesBackToItsFunder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d)
		order := p.order(30) // 100 € each
		state, county := p.funders[0].ID, p.funders[1].ID
		for _, funder := range []db.ID{state, county} {
			if err := p.receive(p.accountant, funding.Receipt{Order: order.ID, Funder: funder, Amount: 10_000}); err != nil {
				t.Fatal(err)
			}
		}
		byHand, err := act(p, func(tx *db.Tx) (funding.Refund, error) {
			return funding.PayBack(t.Context(), tx, funding.Refund{Order: order.ID, Funder: state, Amount: 4_000, Reason: "Fin", SentAs: "VIR 77"})
		})
		if err != nil || byHand.State != funding.RefundDone {
			t.Fatal(byHand, err)
		}
		refund := func(change funding.Refund) (funding.Refund, error) {
			return act(p, func(tx *db.Tx) (funding.Refund, error) { return funding.PayBack(t.Context(), tx, change) })
		}
		if _, err := refund(funding.Refund{Order: order.ID, Funder: state, Amount: 6_001, Reason: "Fin", SentAs: "x"}); !fault.HasCode(err, "not_available") || fault.Of(err).Detail["available_cents"] != int64(6_000) {
			t.Errorf("more than is left: %v", err)
		}
		if _, err := refund(funding.Refund{Order: order.ID, Funder: state, Amount: 1, Reason: "", SentAs: "x"}); code(err) != "reason required" {
			t.Errorf("without a reason: %v", err)
		}
		to, err := act(p, func(tx *db.Tx) (funding.Account, error) {
			return funding.SetAccount(t.Context(), tx, funding.Account{Funder: county, Name: "Département", IBAN: iban})
		})
		if err != nil {
			t.Fatal(err)
		}
		inFile := func() funding.Refund {
			made, err := refund(funding.Refund{
				ID: db.NewID(dbtest.Start), Order: order.ID, Funder: county, Reason: "Fin", Account: to.ID, Paying: to.ID,
				MessageID: db.NewID(dbtest.Start).String()[:30], ExecutionOn: civil.On(2026, 12, 1),
			})
			if err != nil {
				t.Fatal(err)
			}
			return made
		}
		end := func(id db.ID, said funding.RefundState) error {
			_, err := act(p, func(tx *db.Tx) (funding.Refund, error) {
				return funding.EndRefund(t.Context(), tx, id, said, civil.On(2026, 12, 1))
			})
			return err
		}
		first := inFile()
		if first.Amount != 10_000 || p.standing(order.ID).Sent != 10_000 {
			t.Errorf("all that is available leaves: %s", first.Amount)
		}
		if err := end(first.ID, funding.RefundReturned); !errors.Is(err, funding.ErrRefundEnded) {
			t.Errorf("returned before it was paid: %v", err)
		}
		for range 2 { // said twice, done once
			if err := end(first.ID, funding.RefundRejected); err != nil {
				t.Fatal(err)
			}
		}
		if s := p.standing(order.ID); s.Sent != 0 || s.Available != 16_000 {
			t.Errorf("rejected: %+v", s.Figures)
		}
		second := inFile()
		if err := end(second.ID, funding.RefundDone); err != nil {
			t.Fatal(err)
		}
		if s := p.standing(order.ID); s.Returned != 14_000 || s.Available != 6_000 {
			t.Errorf("debited: %+v", s.Figures)
		}
		if err := end(second.ID, funding.RefundReturned); err != nil {
			t.Fatal(err)
		}
		if s := p.standing(order.ID); s.Returned != 4_000 || s.Available != 16_000 {
			t.Errorf("returned: %+v", s.Figures)
		}
		p.whole()
	})
}

func TestUnusedCashRollsOverWithinShares(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d)
		from, to := p.order(30), p.order(9) // 100 € and 30 € each
		state := p.funders[0].ID
		if err := p.receive(p.accountant, funding.Receipt{Order: from.ID, Funder: state, Amount: 10_000}); err != nil {
			t.Fatal(err)
		}
		roll := func(move funding.Rollover) (funding.Rollover, error) {
			move.From, move.To, move.Funder, move.Reason = from.ID, to.ID, state, "Nouvelle commande"
			return act(p, func(tx *db.Tx) (funding.Rollover, error) { return funding.RollOver(t.Context(), tx, move) })
		}
		if _, err := roll(funding.Rollover{Amount: 3_001}); !fault.HasCode(err, "receipt_over_share") {
			t.Errorf("above the new share: %v", err)
		}
		if moved, err := roll(funding.Rollover{Amount: 1_000}); err != nil || moved.Amount != 1_000 {
			t.Fatal(err)
		}
		if moved, err := roll(funding.Rollover{}); err != nil || moved.Amount != 2_000 {
			t.Fatalf("all that is still owed: %s, %v", moved.Amount, err)
		}
		if s := p.standing(from.ID); s.MovedOut != 3_000 || s.Available != 7_000 || s.Received != 10_000 {
			t.Errorf("from: %+v", s.Figures)
		}
		if s := p.standing(to.ID); s.MovedIn != 3_000 || s.Available != 3_000 || s.Received != 0 || s.Order.State != funding.Open {
			t.Errorf("to: %+v", s.Figures)
		}
		if err := p.receive(p.accountant, funding.Receipt{Order: to.ID, Funder: state, Amount: 1}); !fault.HasCode(err, "receipt_over_share") {
			t.Errorf("more cash for a share that is whole: %v", err)
		}
		p.whole()
	})
}

// A credit is placed where two of text, payer and amount agree on one funder of
// one order; it is never taken twice; what is left waits.
func TestACreditIsPlacedWhereItTells(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d)
		order := p.order(30) // 100 € each
		other := p.order(60) // 200 € each
		if _, err := act(p, func(tx *db.Tx) (funding.Account, error) {
			return funding.SetAccount(t.Context(), tx, funding.Account{Funder: p.funders[0].ID, Name: "Trésor", IBAN: iban})
		}); err != nil {
			t.Fatal(err)
		}
		take := func(credit funding.Credit) funding.Credit {
			t.Helper()
			taken, err := act(p, func(tx *db.Tx) (funding.Credit, error) { return funding.TakeCredit(t.Context(), tx, credit) })
			if err != nil {
				t.Fatal(err)
			}
			p.whole()
			return taken
		}
		for _, test := range []struct {
			what            string
			credit          funding.Credit
			waits, received money.Cents // received of the order, in all
		}{
			{"a payer alone says too little", funding.Credit{Amount: 5_000, PartyIBAN: iban, Mark: "1"}, 5_000, 0},
			{"the reference and the account: a part", funding.Credit{Amount: 5_000, PartyIBAN: iban, Text: "PASS " + order.Reference, Mark: "2"}, 0, 5_000},
			{"the same again moves nothing", funding.Credit{Amount: 5_000, PartyIBAN: iban, Text: "PASS " + order.Reference, Mark: "2"}, 0, 5_000},
			{"more than is owed: the rest waits", funding.Credit{Amount: 9_000, PartyIBAN: iban, Text: "PASS " + order.Reference, Mark: "3"}, 4_000, 10_000},
			{"a name, as banks write it, and the amount", funding.Credit{Amount: 10_000, Party: "DEPARTEMENT", Mark: "4"}, 0, 20_000},
			{"a reference of no order", funding.Credit{Amount: 10_000, Party: "CAF", Text: "1999-2026-7777", Mark: "5"}, 10_000, 20_000},
			{"another funder's account", funding.Credit{Amount: 10_000, PartyIBAN: iban, Text: order.Reference, Mark: "6"}, 10_000, 20_000},
			{"the reference and the amount, from someone unknown", funding.Credit{Amount: 10_000, Party: "Mme X", Text: order.Reference, Mark: "7"}, 0, 30_000},
		} {
			if taken := take(test.credit); taken.Waiting != test.waits || p.standing(order.ID).Received != test.received {
				t.Errorf("%s: %s waits, %s received", test.what, taken.Waiting, p.standing(order.ID).Received)
			}
		}
		if p.standing(other.ID).Received != 0 {
			t.Error("the other order was paid")
		}
		var waiting []funding.Credit
		if err := p.View(t.Context(), p.accountant, func(q db.Q) (err error) {
			waiting, err = funding.Credits(t.Context(), q, true, db.ID{}, 10)
			return err
		}); err != nil || len(waiting) != 4 {
			t.Fatal(len(waiting), err)
		}
		placed, err := act(p, func(tx *db.Tx) (funding.Receipt, error) {
			return funding.PlaceCredit(t.Context(), tx, waiting[0].ID, funding.Receipt{Order: other.ID, Funder: p.funders[0].ID})
		})
		if err != nil || placed.Amount != waiting[0].Waiting {
			t.Fatal(placed, err)
		}
		back := func(amount money.Cents) error {
			_, err := act(p, func(tx *db.Tx) (funding.CreditSentBack, error) {
				return funding.SendBack(t.Context(), tx, funding.CreditSentBack{Credit: waiting[1].ID, Amount: amount, Reference: "VIR 8", Reason: "Inconnu"})
			})
			return err
		}
		if err := back(waiting[1].Waiting + 1); !fault.HasCode(err, "credit_placed") {
			t.Errorf("more than waits: %v", err)
		}
		if err := back(0); err != nil {
			t.Fatal(err)
		}
		if err := back(0); !fault.HasCode(err, "credit_placed") {
			t.Errorf("sent back twice: %v", err)
		}
		p.whole()
	})
}

// What a person recorded, and the bank tells later, is one sum.
func TestTheBankTellsWhatAPersonRecorded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d)
		order := p.order(30)
		if err := p.receive(p.accountant, funding.Receipt{Order: order.ID, Funder: p.funders[1].ID, Amount: 4_000}); err != nil {
			t.Fatal(err)
		}
		take := func(credit funding.Credit) funding.Credit {
			t.Helper()
			taken, err := act(p, func(tx *db.Tx) (funding.Credit, error) { return funding.TakeCredit(t.Context(), tx, credit) })
			if err != nil {
				t.Fatal(err)
			}
			return taken
		}
		if told := take(funding.Credit{Amount: 4_000, Text: "Pass " + order.Reference, Mark: "a"}); told.Known.IsZero() || told.Waiting != 0 {
			t.Errorf("%+v", told)
		}
		// A second sum alike is another.
		if told := take(funding.Credit{Amount: 4_000, Party: "Département", Text: "Pass " + order.Reference, Mark: "b"}); !told.Known.IsZero() || told.Waiting != 0 {
			t.Errorf("%+v", told)
		}
		byHand := take(funding.Credit{Amount: 700, Text: "VIR INCONNU"})
		if told := take(funding.Credit{Amount: 700, Text: "Vir inconnu", Mark: "c"}); told.Known != byHand.ID || told.Waiting != 0 {
			t.Errorf("%+v", told)
		}
		if s := p.standing(order.ID); s.Received != 8_000 {
			t.Errorf("%+v", s.Figures)
		}
		p.whole()
	})
}
