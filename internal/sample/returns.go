package sample

import (
	"fmt"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/funding"
	"passerelle/internal/ledger"
	"passerelle/internal/settlement"
	"passerelle/internal/voucher"
)

// pilot is a small order of the year before that was hardly used: what comes
// back of it is told here, funder by funder.
const pilot = 40 // booklets of 5

// closeJournal closes what was moved before the first month.
func (s *stage) closeJournal() error {
	first := s.months[0].First()
	return s.at(hour(first.AddDays(2), 9, 0), s.actors["comptable"], func(tx *db.Tx) error {
		_, err := ledger.ClosePeriod(s.ctx, tx, ledger.Closing{Until: first.AddDays(-1)})
		return err
	})
}

// giveBack ends the pilot order: the stock is called back, one funder's money is
// rolled over into the year's order, another's goes back by a file, the third's
// by hand; and the bank tells of cash, of which one sum says nothing of itself.
func (s *stage) giveBack() error {
	territory, accountant, second := s.actors["territoire"], s.actors["comptable"], s.actors["comptable2"]
	when := s.opening().Add(6 * 24 * time.Hour)
	var order funding.Order
	if err := s.at(when, territory, func(tx *db.Tx) (err error) {
		first, err := funding.OrderByID(s.ctx, tx, s.orders[0])
		if err != nil {
			return err
		}
		order, err = funding.PlaceOrder(s.ctx, tx, funding.Order{Agreement: first.Agreement, Desk: first.Desk, Booklets: pilot, CouponsPerBooklet: 5, Territory: "23"})
		return err
	}); err != nil {
		return err
	}
	for rank, funder := range s.funders {
		if err := s.at(when.Add(time.Duration(rank+1)*24*time.Hour), accountant, func(tx *db.Tx) error {
			standing, err := funding.Balance(s.ctx, tx, order.ID)
			if err != nil {
				return err
			}
			_, err = funding.Receive(s.ctx, tx, funding.Receipt{
				Order: order.ID, Funder: funder, Amount: standing.ByFunder[rank].Share, Reference: "PILOTE " + order.Reference, On: civil.DateOf(tx.Now(), civil.Paris),
			})
			return err
		}); err != nil {
			return err
		}
	}
	if err := s.at(when.Add(5*24*time.Hour), territory, func(tx *db.Tx) error {
		if _, err := voucher.Print(s.ctx, tx, voucher.PrintRun{Order: order.ID, Count: pilot / 2}); err != nil {
			return err
		}
		_, err := voucher.VoidStock(s.ctx, tx, order.ID, "Le pilote s’arrête : la commande de l’année prend la suite.")
		return err
	}); err != nil {
		return err
	}
	return s.at(when.Add(8*24*time.Hour), second, func(tx *db.Tx) error {
		for rank, funder := range s.funders {
			if _, err := funding.SetAccount(s.ctx, tx, funding.Account{Funder: funder, Name: fmt.Sprintf("Financeur %d, compte de remboursement", rank+1), IBAN: inventedIBAN(70 + rank), BIC: inventedBIC}); err != nil {
				return err
			}
		}
		const reason = "Pilote terminé, argent non utilisé"
		if _, err := funding.PayBack(s.ctx, tx, funding.Refund{Order: order.ID, Funder: s.funders[0], Amount: 40_000, Reason: reason, SentAs: "VIR REMB 1"}); err != nil {
			return err
		}
		refund, err := settlement.RefundByFile(s.ctx, tx, funding.Refund{Order: order.ID, Funder: s.funders[1], Amount: 30_000, Reason: reason})
		if err != nil {
			return err
		}
		if _, err := funding.EndRefund(s.ctx, tx, refund.ID, funding.RefundDone, civil.DateOf(tx.Now(), civil.Paris)); err != nil {
			return err
		}
		if _, err := funding.RollOver(s.ctx, tx, funding.Rollover{From: order.ID, To: s.orders[1], Funder: s.funders[2], Amount: 1_000, Reason: "Suite du pilote"}); err != nil {
			return err
		}
		for _, credit := range []funding.Credit{
			{Amount: 12_345, Party: "SCI DU PONT", Text: "LOYER OCTOBRE", Mark: "exemple 1"},
			{Amount: 5_000, Party: "MUTUELLE", Text: "SUBVENTION PASS", Mark: "exemple 2"},
		} {
			taken, err := funding.TakeCredit(s.ctx, tx, credit)
			if err != nil {
				return err
			}
			if credit.Amount == 12_345 {
				if _, err := funding.SendBack(s.ctx, tx, funding.CreditSentBack{Credit: taken.ID, Amount: 2_345, Reference: "VIR 118", Reason: "Part réclamée par le payeur"}); err != nil {
					return err
				}
				continue
			}
			// A part of it is found out to be the mutual society's.
			if _, err := funding.PlaceCredit(s.ctx, tx, taken.ID, funding.Receipt{Order: s.orders[1], Funder: s.funders[2], Amount: 2_000}); err != nil {
				return err
			}
		}
		return nil
	})
}
