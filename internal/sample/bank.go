package sample

import (
	"fmt"

	"passerelle/internal/bank"
)

// Invented accounts: valid by their check digits, of a bank code that no bank
// has.
const (
	inventedBIC  bank.BIC = "EXMPFRPP"
	inventedBank string   = "99999"
)

// inventedIBAN is the rank-th invented French account, with the key of the RIB
// and the check digits that every form asks for.
func inventedIBAN(rank int) bank.IBAN {
	account := fmt.Sprintf("%011d", 417+rank*1000)
	basic := inventedBank + "00001" + account
	basic += fmt.Sprintf("%02d", 97-remainder(basic+"00", 97))
	// FR is 1527 once its letters are written as numbers (ISO 13616).
	check := 98 - remainder(basic+"152700", 97)
	return bank.IBAN(fmt.Sprintf("FR%02d%s", check, basic))
}

// remainder of a number too long for an integer.
func remainder(digits string, divisor int) int {
	rest := 0
	for _, digit := range digits {
		rest = (rest*10 + int(digit-'0')) % divisor
	}
	return rest
}
