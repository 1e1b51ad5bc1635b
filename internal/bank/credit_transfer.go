package bank

import (
	"fmt"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/fault"
	"passerelle/internal/money"
)

// CreditTransfer is an order to a bank to pay several creditors from one
// account, in euros, by SEPA credit transfer.
type CreditTransfer struct {
	MessageID          string    // 1 to 35 SEPA characters, never used before with this bank
	Created            time.Time // when the file was made
	Debtor             Party
	RequestedExecution civil.Date
	// BatchBooking asks for one debit of the total rather than one a transfer.
	BatchBooking bool
	Transfers    []Transfer
}

// Party is the holder of an account. BIC and Address may be empty.
type Party struct {
	Name    string // at most 70 characters are sent
	IBAN    IBAN
	BIC     BIC
	Address Address
}

// Address is a structured address. Once one part is given, Town and Country
// must be: since November 2026 the EPC's schemes take no unstructured address.
type Address struct {
	Street, Number, Postcode, Town string
	Country                        string // ISO 3166-1, two letters
}

// Transfer is one payment of the order.
type Transfer struct {
	EndToEndID string // 1 to 35 SEPA characters, travels to the creditor and back on statements
	Amount     money.Cents
	Creditor   Party
	Remittance string // what the creditor reads, at most 140 characters; may be empty
}

// What the EPC's customer-to-bank implementation guidelines allow.
const (
	longestName       = 70
	longestRemittance = 140
	largestAmount     = money.Cents(99_999_999_999)
)

// Total is the sum of the transfers.
func (c CreditTransfer) Total() money.Cents {
	var total money.Cents
	for _, transfer := range c.Transfers {
		total += transfer.Amount
	}
	return total
}

// Validate tells all that a bank would refuse. Fault: invalid, with fields such
// as "transfers[0].amount" and codes required, bad_identifier, duplicate,
// bad_amount, bad_iban, bad_bic, bad_address, too_long.
func (c CreditTransfer) Validate() error {
	var wrong fault.Collector
	checkIdentifier(&wrong, "message_id", c.MessageID)
	wrong.Check(!c.Created.IsZero(), "created", "required", "Donnez l’instant de création du fichier.")
	wrong.Check(!c.RequestedExecution.IsZero(), "requested_execution", "required", "Choisissez le jour du virement.")
	wrong.Check(len(c.Transfers) > 0, "transfers", "required", "Choisissez au moins un paiement à envoyer.")
	checkParty(&wrong, "debtor", c.Debtor)
	seen := map[string]bool{}
	for i, transfer := range c.Transfers {
		name := fmt.Sprintf("transfers[%d]", i)
		checkIdentifier(&wrong, name+".end_to_end_id", transfer.EndToEndID)
		wrong.Check(!seen[transfer.EndToEndID], name+".end_to_end_id", "duplicate", "Cette référence sert déjà dans ce fichier. Donnez une référence par paiement.")
		seen[transfer.EndToEndID] = true
		wrong.Check(transfer.Amount > 0 && transfer.Amount <= largestAmount, name+".amount", "bad_amount",
			"Donnez un montant de plus de zéro euro et d’au plus "+largestAmount.String()+".")
		checkParty(&wrong, name+".creditor", transfer.Creditor)
		// A cut reference would reach the creditor wrong; a cut name does no harm.
		wrong.Check(len(SEPAText(transfer.Remittance, longestRemittance+1)) <= longestRemittance, name+".remittance", "too_long",
			fmt.Sprintf("Écrivez un motif d’au plus %d caractères.", longestRemittance))
	}
	return wrong.Err()
}

func checkIdentifier(wrong *fault.Collector, name, value string) {
	wrong.Check(sepaIdentifier(value), name, "bad_identifier", "Donnez une référence de 1 à 35 caractères, lettres sans accent, chiffres et tirets.")
}

func checkParty(wrong *fault.Collector, name string, party Party) {
	wrong.Check(SEPAText(party.Name, longestName) != "", name+".name", "required", "Donnez le nom du titulaire du compte.")
	if iban, err := ParseIBAN(string(party.IBAN)); err != nil {
		wrong.Add(name+".iban", "bad_iban", fault.Of(err).Message)
	} else {
		wrong.Check(iban == party.IBAN, name+".iban", "bad_iban", ErrBadIBAN.Message)
	}
	if party.BIC != "" {
		if bic, err := ParseBIC(string(party.BIC)); err != nil {
			wrong.Add(name+".bic", "bad_bic", fault.Of(err).Message)
		} else {
			wrong.Check(bic == party.BIC, name+".bic", "bad_bic", ErrBadBIC.Message)
		}
	}
	if address := party.Address; address != (Address{}) {
		whole := SEPAText(address.Town, 35) != "" && len(address.Country) == 2 && inside(address.Country, letters)
		wrong.Check(whole, name+".address", "bad_address", "Complétez l’adresse avec la commune et le pays, ou laissez-la vide.")
	}
}
