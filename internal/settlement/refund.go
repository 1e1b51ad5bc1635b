package settlement

import (
	"context"
	"errors"
	"fmt"

	"passerelle/internal/account"
	"passerelle/internal/bank"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/funding"
)

// RefundByFile sends unused cash of an order back to a funder, in a file for the
// bank from the account in force to the funder's. Order, Funder, Amount and
// Reason are asked; a zero ExecutionOn means the next working day.
//
// Fault codes: those of funding.PayBack, no_funder_account, no_issuer_account.
func RefundByFile(ctx context.Context, tx *db.Tx, refund funding.Refund) (funding.Refund, error) {
	if err := account.Require(tx.Actor(), account.ActRefundMake, db.ID{}); err != nil {
		return funding.Refund{}, err
	}
	to, err := funding.AccountOf(ctx, tx, refund.Funder)
	if err != nil {
		return funding.Refund{}, err
	}
	from, err := IssuerAccountNow(ctx, tx)
	if err != nil {
		return funding.Refund{}, err
	}
	asked := PayFile{On: refund.ExecutionOn}
	if err := asked.chooseDay(tx.Now()); err != nil {
		return funding.Refund{}, err
	}
	if refund.ID.IsZero() {
		refund.ID = tx.NewID()
	}
	refund.Account, refund.Paying, refund.ExecutionOn = to.ID, from.ID, asked.On
	refund.MessageID = fmt.Sprintf("RBT-%s-%X", tx.Now().UTC().Format("20060102"), refund.ID[10:])
	refund.SentOn, refund.SentAs = civil.Date{}, ""
	return funding.PayBack(ctx, tx, refund)
}

// RefundXML is the file of a refund, always the same bytes. Fault codes:
// unknown_refund (also of one made by hand), no_funder_account,
// no_issuer_account.
func RefundXML(ctx context.Context, q db.Q, id db.ID) (name string, text []byte, err error) {
	refund, err := funding.RefundByID(ctx, q, id)
	if err != nil {
		return "", nil, err
	}
	if refund.ByHand() {
		return "", nil, funding.ErrUnknownRefund
	}
	to, err := funding.AccountByID(ctx, q, refund.Account)
	if err != nil {
		return "", nil, err
	}
	from, err := IssuerAccountByID(ctx, q, refund.Paying)
	if err != nil {
		return "", nil, err
	}
	order, err := funding.OrderByID(ctx, q, refund.Order)
	if err != nil {
		return "", nil, err
	}
	text, err = bank.CreditTransfer{
		MessageID: refund.MessageID, Created: refund.At, RequestedExecution: refund.ExecutionOn, BatchBooking: true,
		Debtor: bank.Party{Name: from.Name, IBAN: from.IBAN, BIC: from.BIC},
		Transfers: []bank.Transfer{{
			EndToEndID: refund.Reference, Amount: refund.Amount, Creditor: bank.Party{Name: to.Name, IBAN: to.IBAN, BIC: to.BIC},
			Remittance: bank.SEPAText("REMBOURSEMENT "+refund.Reference+" COMMANDE "+order.Reference, 140),
		}},
	}.XML()
	return refund.MessageID + ".xml", text, err
}

// refundNamed finds the refund that a line of the bank's speaks of, by any of
// the names it gives. Fault code: not_our_payment_file.
func (t *taking) refundNamed(names ...string) (funding.Refund, error) {
	for _, name := range names {
		if name == "" {
			continue
		}
		refund, err := funding.RefundNamed(t.ctx, t.tx, name)
		if !errors.Is(err, funding.ErrUnknownRefund) {
			return refund, err
		}
	}
	return funding.Refund{}, ErrNotOurFile
}

// refundSaid does what the bank says of a refund, and tells it in the line.
func (t *taking) refundSaid(refund funding.Refund, said funding.RefundState, line BankLine) error {
	line.Party = refund.Reference
	switch {
	case line.Amount != 0 && line.Amount != refund.Amount:
		line.Outcome = Differs
		return t.write(line)
	case refund.State == said || refund.State == funding.RefundReturned && said == funding.RefundDone:
		line.Outcome = Known
	default:
		line.Outcome = map[funding.RefundState]Outcome{
			funding.RefundDone: Refunded, funding.RefundRejected: Refused, funding.RefundReturned: SentBack,
		}[said]
		if _, err := funding.EndRefund(t.ctx, t.tx, refund.ID, said, line.On); fault.HasCode(err, funding.ErrRefundEnded.Code) {
			line.Outcome = Differs
		} else if err != nil {
			return err
		}
	}
	line.Amount = refund.Amount
	return t.write(line)
}
