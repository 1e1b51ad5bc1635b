package settlement

import (
	"strconv"
	"strings"

	"passerelle/internal/bank"
	"passerelle/internal/funding"
)

// received takes cash in: it is placed on the order that it names, or waits.
func (t *taking) received(of bank.AccountEntries, entry bank.Entry, nth int, transfer bank.EntryTransfer, line BankLine) error {
	credit, err := funding.TakeCredit(t.ctx, t.tx, funding.Credit{
		Amount: line.Amount, On: entry.On, Party: line.Party, PartyIBAN: transfer.PartyIBAN, Text: line.Text,
		Mark: t.markOf(of, entry, nth, transfer, line),
	})
	if err != nil {
		return err
	}
	switch {
	case credit.Again || !credit.Known.IsZero():
		line.Outcome = Known
	case credit.Waiting > 0:
		line.Outcome = Waiting
	default:
		line.Outcome = Received
	}
	return t.write(line)
}

// markOf tells a credit from every other, the same in a notification and in the
// statement that follows: by the bank's own reference of the entry, and the
// transfer's place in it. A bank that gives none is told by all that it says,
// and by how often it said the same in this message.
func (t *taking) markOf(of bank.AccountEntries, entry bank.Entry, nth int, transfer bank.EntryTransfer, line BankLine) string {
	if entry.Reference != "" {
		return strings.Join([]string{"reference", string(of.IBAN), entry.Reference, strconv.Itoa(nth)}, "\n")
	}
	said := strings.Join([]string{
		"words", string(of.IBAN), entry.On.String(), line.Amount.Decimal(), transfer.EndToEndID, string(transfer.PartyIBAN),
		bank.SEPAText(line.Party, 70), bank.SEPAText(line.Text, 140),
	}, "\n")
	t.said[said]++
	return said + "\n" + strconv.Itoa(t.said[said])
}
