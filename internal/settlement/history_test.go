package settlement_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/funding"
	"passerelle/internal/holder"
	"passerelle/internal/money"
	"passerelle/internal/report"
	"passerelle/internal/settlement"
	"passerelle/internal/voucher"
)

// actsPerHistory keeps 300 histories under a minute on either engine.
const actsPerHistory = 22

// TestAnyHistoryKeepsEveryCent plays random histories of two orders: receipts,
// cash that the bank tells, handovers, redemptions, reversals, blocks, recalls,
// expiry, rollovers, refunds, statements, payments, rejects and returns, some of
// them at once. After each act, every funder's money is where the coupons' ranks
// say, and covered; at the end the whole check holds. PASSERELLE_SEED repeats.
func TestAnyHistoryKeepsEveryCent(t *testing.T) {
	histories := 300
	if os.Getenv("PASSERELLE_SOAK") != "" {
		histories = 10_000
	}
	seed, _ := strconv.ParseUint(os.Getenv("PASSERELLE_SEED"), 10, 64)
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		began := time.Now()
		w := newWorld(t, d, 1)
		made := map[string]int{}
		for n := range uint64(histories) {
			newHistory(w, seed+n, made).play()
			if t.Failed() {
				t.Fatalf("history %d of seed %d", n, seed)
			}
		}
		if err := w.View(t.Context(), console, func(q db.Q) error {
			results, err := report.Check(t.Context(), q)
			for _, result := range results {
				for _, row := range result.Faulty {
					t.Error(row)
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		t.Logf("%d histories in %s: %v", histories, time.Since(began).Round(time.Second), made)
		for _, act := range acts {
			if made[act.name] == 0 {
				t.Errorf("no history ever did: %s", act.name)
			}
		}
	})
}

// history is a life of two orders and one site.
type history struct {
	*world
	random                *rand.Rand
	desk, territory, site db.Actor
	place                 db.ID
	person                db.ID
	orders                []funding.Order
	booklets              []voucher.Booklet
	told                  []string // what was done, for who reads a failure

	lock                         sync.Mutex
	made                         map[string]int
	redemptions, credits, refund []db.ID
	statements                   []db.ID
	files                        []settlement.PaymentFile
	marks                        int
}

// newHistory places two orders with shares of its own, prints their booklets and
// opens a site.
func newHistory(w *world, seed uint64, made map[string]int) *history {
	h := &history{world: w, random: rand.New(rand.NewPCG(seed, 7)), desk: w.desk, made: made}
	w.Clock.Set(dbtest.Start)
	w.addSite(gueret, true)
	h.site, h.place = w.sites[len(w.sites)-1], w.places[len(w.places)-1]
	h.territory = person(account.RoleTerritory, id())
	w.do(console, func(ctx context.Context, tx *db.Tx) error {
		agreement := funding.Agreement{Title: "Histoire"}
		for _, funder := range w.funders {
			agreement.Shares = append(agreement.Shares, funding.Share{Funder: funder, Weight: 1 + h.random.Int64N(7)})
		}
		agreement, err := funding.Sign(ctx, tx, agreement)
		if err != nil {
			return err
		}
		for range 2 {
			order, err := funding.PlaceOrder(ctx, tx, funding.Order{
				Agreement: agreement.ID, Organisation: h.territory.Organisation, Desk: h.desk.Organisation, ValidityMonths: 1,
				Booklets: 1 + h.random.IntN(3), CouponsPerBooklet: 5,
			})
			if err != nil {
				return err
			}
			h.orders = append(h.orders, order)
		}
		return nil
	})
	w.do(h.desk, func(ctx context.Context, tx *db.Tx) error {
		known, err := holder.Register(ctx, tx, holder.New{Name: "Monique"})
		h.person = known.ID
		return err
	})
	w.do(h.territory, func(ctx context.Context, tx *db.Tx) error {
		for _, order := range h.orders {
			booklets, err := voucher.Print(ctx, tx, voucher.PrintRun{Order: order.ID})
			if err != nil {
				return err
			}
			h.booklets = append(h.booklets, booklets...)
		}
		return nil
	})
	w.do(w.accountant, func(ctx context.Context, tx *db.Tx) error {
		for _, order := range h.orders {
			standing, err := funding.Balance(ctx, tx, order.ID)
			if err != nil {
				return err
			}
			for _, one := range standing.ByFunder {
				if part := one.Share * money.Cents(40+h.random.IntN(61)) / 100; part > 0 {
					if _, err := funding.Receive(ctx, tx, funding.Receipt{Order: order.ID, Funder: one.Funder.ID, Amount: part}); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	return h
}

// begin hands over what is covered, so that few histories are empty.
func (h *history) begin() {
	for _, booklet := range h.booklets[:1+h.random.IntN(len(h.booklets))] {
		err := h.as(h.desk, func(ctx context.Context, tx *db.Tx) error {
			_, err := voucher.HandOver(ctx, tx, voucher.Handover{Number: booklet.Number, Holder: h.person})
			return err
		})()
		if err != nil && fault.KindOf(err) != fault.Conflict {
			h.Fatal(err)
		}
	}
}

// play does its acts, a few of them together, and looks at every cent after each.
func (h *history) play() {
	h.begin()
	for step := 0; step < actsPerHistory && !h.Failed(); step++ {
		together := 1
		if h.random.IntN(4) == 0 {
			together = 3
		}
		var callers sync.WaitGroup
		for range together {
			act := h.choose()
			do := act.prepare(h)
			if do == nil {
				continue
			}
			h.told = append(h.told, act.name)
			callers.Go(func() {
				err := do()
				h.lock.Lock()
				defer h.lock.Unlock()
				if err == nil {
					h.made[act.name]++
				} else if kind := fault.KindOf(err); kind != fault.Conflict && kind != fault.NotFound && kind != fault.Invalid {
					h.Errorf("%s: %v", act.name, err)
				}
			})
		}
		callers.Wait()
		h.verify()
	}
	if h.Failed() {
		h.Log(strings.Join(h.told, ", "))
	}
}

// act is one thing that can happen: prepare draws what it needs, in the
// history's own order, and answers what to do, or nothing when it cannot be.
type act struct {
	name    string
	weight  int
	prepare func(h *history) func() error
}

var acts = []act{
	{"receive", 2, (*history).receive},
	{"credit", 3, (*history).credit},
	{"place", 2, (*history).placing},
	{"send back", 1, (*history).sendBack},
	{"hand over", 5, (*history).handing},
	{"redeem", 10, (*history).redeeming},
	{"reverse", 2, (*history).reversing},
	{"block", 1, (*history).blocking},
	{"void", 1, (*history).voiding},
	{"void stock", 1, (*history).voidingStock},
	{"wait", 3, (*history).waiting},
	{"expire", 1, (*history).expiring},
	{"refund by hand", 1, (*history).refundByHand},
	{"refund by file", 2, (*history).refundByFile},
	{"refund's answer", 3, (*history).refundAnswered},
	{"roll over", 2, (*history).rollingOver},
	{"close", 5, (*history).closing},
	{"pay", 6, (*history).paying},
	{"reject", 2, (*history).rejecting},
	{"debit", 5, (*history).debiting},
	{"return", 2, (*history).returning},
}

func (h *history) choose() act {
	total := 0
	for _, one := range acts {
		total += one.weight
	}
	draw := h.random.IntN(total)
	for _, one := range acts {
		if draw -= one.weight; draw < 0 {
			return one
		}
	}
	panic("unreachable")
}

// drawn is one of a list, false when it is empty.
func drawn[T any](h *history, list []T) (one T, some bool) {
	h.lock.Lock()
	defer h.lock.Unlock()
	if len(list) == 0 {
		return one, false
	}
	return list[h.random.IntN(len(list))], true
}

// keep remembers what was made.
func keep[T any](h *history, list *[]T, made T) {
	h.lock.Lock()
	defer h.lock.Unlock()
	*list = append(*list, made)
}

// as runs one transaction on someone's behalf.
func (h *history) as(actor db.Actor, do func(ctx context.Context, tx *db.Tx) error) func() error {
	return func() error {
		return h.Update(h.Context(), actor, func(tx *db.Tx) error { return do(h.Context(), tx) })
	}
}

func (h *history) part() (order funding.Order, funder db.ID, amount money.Cents) {
	order, _ = drawn(h, h.orders)
	funder, _ = drawn(h, h.funders)
	return order, funder, money.Cents(1 + h.random.IntN(int(order.Amount)/2))
}

func (h *history) receive() func() error {
	order, funder, amount := h.part()
	return h.as(h.accountant, func(ctx context.Context, tx *db.Tx) error {
		_, err := funding.Receive(ctx, tx, funding.Receipt{Order: order.ID, Funder: funder, Amount: amount})
		return err
	})
}

// credit is cash told by the bank, some of it told twice.
func (h *history) credit() func() error {
	order, _, amount := h.part()
	h.marks += h.random.IntN(3)
	told := funding.Credit{Amount: amount, Mark: fmt.Sprintf("%s %d", order.ID, h.marks), Text: "VIR"}
	if h.random.IntN(2) == 0 {
		told.Text = "PASS " + order.Reference
	}
	told.Party, _ = drawn(h, []string{"", "État", "DEPARTEMENT", "Inconnu"})
	return h.as(h.accountant, func(ctx context.Context, tx *db.Tx) error {
		taken, err := funding.TakeCredit(ctx, tx, told)
		if err == nil {
			keep(h, &h.credits, taken.ID)
		}
		return err
	})
}

func (h *history) placing() func() error {
	credit, some := drawn(h, h.credits)
	order, funder, _ := h.part()
	if !some {
		return nil
	}
	return h.as(h.accountant, func(ctx context.Context, tx *db.Tx) error {
		_, err := funding.PlaceCredit(ctx, tx, credit, funding.Receipt{Order: order.ID, Funder: funder})
		return err
	})
}

func (h *history) sendBack() func() error {
	credit, some := drawn(h, h.credits)
	if !some {
		return nil
	}
	return h.as(h.accountant, func(ctx context.Context, tx *db.Tx) error {
		_, err := funding.SendBack(ctx, tx, funding.CreditSentBack{Credit: credit, Reference: "VIR", Reason: "Inconnu"})
		return err
	})
}

func (h *history) handing() func() error {
	booklet, _ := drawn(h, h.booklets)
	return h.as(h.desk, func(ctx context.Context, tx *db.Tx) error {
		_, err := voucher.HandOver(ctx, tx, voucher.Handover{Number: booklet.Number, Holder: h.person})
		return err
	})
}

func (h *history) redeeming() func() error {
	booklet, _ := drawn(h, h.booklets)
	coupon, _ := drawn(h, booklet.Coupons)
	return h.as(h.site, func(ctx context.Context, tx *db.Tx) error {
		receipt, err := voucher.Redeem(ctx, tx, voucher.Presentation{Coupon: coupon.Number, Site: h.place})
		if err == nil {
			keep(h, &h.redemptions, receipt.ID)
		}
		return err
	})
}

func (h *history) reversing() func() error {
	redemption, some := drawn(h, h.redemptions)
	if !some {
		return nil
	}
	return h.as(h.site, func(ctx context.Context, tx *db.Tx) error {
		_, err := voucher.Reverse(ctx, tx, voucher.Reversal{Redemption: redemption, Reason: "Erreur"})
		return err
	})
}

func (h *history) blocking() func() error {
	booklet, _ := drawn(h, h.booklets)
	return h.as(h.desk, func(ctx context.Context, tx *db.Tx) error {
		_, err := voucher.Block(ctx, tx, voucher.Loss{Number: booklet.Number, Kind: voucher.Lost, Reason: "Perdu"})
		return err
	})
}

func (h *history) voiding() func() error {
	booklet, _ := drawn(h, h.booklets)
	return h.as(h.territory, func(ctx context.Context, tx *db.Tx) error {
		_, err := voucher.Void(ctx, tx, voucher.Voiding{Number: booklet.Number, Reason: "Rappel"})
		return err
	})
}

func (h *history) voidingStock() func() error {
	order, _ := drawn(h, h.orders)
	if h.random.IntN(4) > 0 { // or few histories would be long
		return nil
	}
	return h.as(h.territory, func(ctx context.Context, tx *db.Tx) error {
		_, err := voucher.VoidStock(ctx, tx, order.ID, "Rappel")
		return err
	})
}

func (h *history) waiting() func() error {
	h.Clock.Advance(time.Duration(1+h.random.IntN(25)) * 24 * time.Hour)
	return func() error { return nil }
}

func (h *history) expiring() func() error {
	return h.as(db.Actor{Kind: db.Job}, func(ctx context.Context, tx *db.Tx) error {
		_, err := voucher.Expire(ctx, tx, civil.DateOf(tx.Now(), civil.Paris))
		return err
	})
}

func (h *history) refundByHand() func() error {
	order, funder, amount := h.part()
	return h.as(h.accountant, func(ctx context.Context, tx *db.Tx) error {
		_, err := funding.PayBack(ctx, tx, funding.Refund{Order: order.ID, Funder: funder, Amount: amount / 2, Reason: "Fin", SentAs: "VIR"})
		return err
	})
}

func (h *history) refundByFile() func() error {
	order, funder, amount := h.part()
	return h.as(h.accountant, func(ctx context.Context, tx *db.Tx) error {
		if _, err := funding.AccountOf(ctx, tx, funder); err != nil {
			if _, err := funding.SetAccount(ctx, tx, funding.Account{Funder: funder, Name: "Financeur", IBAN: ourAccount}); err != nil {
				return err
			}
		}
		refund, err := settlement.RefundByFile(ctx, tx, funding.Refund{Order: order.ID, Funder: funder, Amount: amount / 2, Reason: "Fin"})
		if err == nil {
			keep(h, &h.refund, refund.ID)
		}
		return err
	})
}

func (h *history) refundAnswered() func() error {
	refund, some := drawn(h, h.refund)
	said, _ := drawn(h, []funding.RefundState{funding.RefundDone, funding.RefundRejected, funding.RefundReturned})
	if !some {
		return nil
	}
	return h.as(h.accountant, func(ctx context.Context, tx *db.Tx) error {
		_, err := funding.EndRefund(ctx, tx, refund, said, civil.DateOf(tx.Now(), civil.Paris))
		return err
	})
}

func (h *history) rollingOver() func() error {
	order, funder, amount := h.part()
	to := h.orders[0]
	if to.ID == order.ID {
		to = h.orders[1]
	}
	return h.as(h.accountant, func(ctx context.Context, tx *db.Tx) error {
		_, err := funding.RollOver(ctx, tx, funding.Rollover{From: order.ID, To: to.ID, Funder: funder, Amount: amount / 2, Reason: "Suite"})
		return err
	})
}

func (h *history) closing() func() error {
	month := civil.MonthOf(h.Clock.Now(), civil.Paris)
	h.Clock.Set(month.Next().First().At(9*60, civil.Paris))
	return h.as(h.accountant, func(ctx context.Context, tx *db.Tx) error {
		closed, err := settlement.CloseSite(ctx, tx, h.place, month)
		if err == nil {
			keep(h, &h.statements, closed.ID)
		}
		return err
	})
}

func (h *history) paying() func() error {
	statement, some := drawn(h, h.statements)
	if !some {
		return nil
	}
	return h.as(h.accountant, func(ctx context.Context, tx *db.Tx) error {
		file, err := settlement.Pay(ctx, tx, settlement.PayFile{Statements: []db.ID{statement}})
		if err == nil {
			keep(h, &h.files, file)
		}
		return err
	})
}

// answer takes what the bank says of a payment.
func (h *history) answer(text func(file settlement.PaymentFile, reference string) []byte) func() error {
	file, some := drawn(h, h.files)
	if !some {
		return nil
	}
	return h.as(h.accountant, func(ctx context.Context, tx *db.Tx) error {
		payments, err := settlement.PaymentsOf(ctx, tx, file.ID)
		if err != nil {
			return err
		}
		_, err = settlement.TakeAnswer(ctx, tx, settlement.Answer{Text: text(file, payments[0].Reference)})
		return err
	})
}

func (h *history) today() string { return civil.DateOf(h.Clock.Now(), civil.Paris).String() }

func (h *history) rejecting() func() error {
	return h.answer(func(file settlement.PaymentFile, reference string) []byte {
		return statusReport(file.MessageID, reference+" RJCT AC04")
	})
}

func (h *history) debiting() func() error {
	return h.answer(func(file settlement.PaymentFile, _ string) []byte {
		return bankStatement(h.today(), debitOf(file, file.Amount))
	})
}

func (h *history) returning() func() error {
	return h.answer(func(file settlement.PaymentFile, reference string) []byte {
		return bankStatement(h.today(), returnOf(reference, file.Amount, "AC01"))
	})
}

// verify compares, for each order and funder, the journal with what the coupons'
// states and ranks say, rebuilt from nothing.
func (h *history) verify() {
	h.Helper()
	if err := h.View(h.Context(), h.auditor, func(q db.Q) error {
		for _, order := range h.orders {
			standing, err := funding.Balance(h.Context(), q, order.ID)
			if err != nil {
				return err
			}
			rebuilt, err := h.rebuild(q, order)
			if err != nil {
				return err
			}
			for i, one := range standing.ByFunder {
				f, want := one.Figures, rebuilt[i]
				h.compare("received", f.Received+f.MovedIn, f.Available+f.Live+f.Redeemed+f.Sent+f.Paid+f.Returned+f.MovedOut)
				h.compare("live", f.Live, want.Live)
				h.compare("redeemed", f.Redeemed, want.Redeemed)
				h.compare("sent", f.Sent, want.Sent)
				h.compare("paid", f.Paid, want.Paid)
				h.compare("available", f.Available, want.Available)
				if f.Available < 0 {
					h.Errorf("not covered: %+v", f)
				}
				if in := f.Received + f.MovedIn - f.Returned - want.Returned - f.MovedOut; in > one.Share+want.MovedIn {
					h.Errorf("%s for a share of %s", in, one.Share)
				}
			}
		}
		return nil
	}); err != nil {
		h.Fatal(err)
	}
}

func (h *history) compare(what string, journal, rebuilt money.Cents) {
	h.Helper()
	if journal != rebuilt {
		h.Errorf("%s: %s in the journal, %s rebuilt", what, journal, rebuilt)
	}
}

// rebuild adds up, by funder, the parts of each coupon by its rank, the refunds
// under way, and what the cover says is free.
func (h *history) rebuild(q db.Q, order funding.Order) ([]funding.Figures, error) {
	split, err := funding.SplitOf(h.Context(), q, order.ID)
	if err != nil {
		return nil, err
	}
	rebuilt := make([]funding.Figures, len(split.Funders))
	type coupon struct {
		rank  int
		state string
	}
	coupons, err := db.All(h.Context(), q, func(row db.Scanner) (c coupon, err error) {
		err = row.Scan(&c.rank, &c.state)
		return c, err
	}, `SELECT c.rank, c.state FROM coupon c JOIN booklet b ON b.id = c.booklet_id WHERE b.order_id = $1`, order.ID)
	if err != nil {
		return nil, err
	}
	for _, c := range coupons {
		for i, part := range split.Coupon(c.rank) {
			switch c.state {
			case voucher.Live:
				rebuilt[i].Live += part
			case voucher.Redeemed, voucher.Stated:
				rebuilt[i].Redeemed += part
			case voucher.Sent:
				rebuilt[i].Sent += part
			case voucher.Paid:
				rebuilt[i].Paid += part
			}
		}
	}
	refunds, err := funding.Refunds(h.Context(), q, order.ID, db.ID{}, 1000)
	if err != nil {
		return nil, err
	}
	for i, funder := range split.Funders {
		for _, refund := range refunds {
			if refund.Funder == funder && (refund.State == funding.RefundRejected || refund.State == funding.RefundReturned) {
				rebuilt[i].MovedIn += refund.Amount // came back
			}
			if refund.Funder == funder && refund.State == funding.RefundSent {
				rebuilt[i].Sent += refund.Amount
				rebuilt[i].Returned += refund.Amount // on its way
			}
		}
		if err := q.QueryRow(h.Context(), `SELECT received_cents + moved_in_cents - committed_cents - refunded_cents - moved_out_cents FROM order_cover
			WHERE order_id = $1 AND funder_id = $2`, order.ID, funder).Scan((*int64)(&rebuilt[i].Available)); err != nil {
			return nil, err
		}
	}
	return rebuilt, nil
}
