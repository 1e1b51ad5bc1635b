package holder

import (
	"regexp"
	"strings"

	"passerelle/internal/fault"
	"passerelle/internal/geography"
)

// ErrNoteForbidden refuses a note that holds what must never be written down.
var ErrNoteForbidden = fault.Define(fault.Invalid, "forbidden_note", "Retirez de la note ce qui est interdit\u00a0: numéro de sécurité sociale, de carte, mot de passe.")

var (
	digitRun = regexp.MustCompile(`[0-9](?:[ \x{a0}\x{202f}.\-]?[0-9AaBb])*`)
	// A social-security number (NIR): sex, year, month, département, commune,
	// then order and key, which may be missing (INSEE's description of the RNIPP).
	socialSecurity = regexp.MustCompile(`^[12][0-9]{2}(?:0[1-9]|1[0-2]|[2-9][0-9])(?:[0-9]{2}|2[AaBb])[0-9]{3}(?:[0-9]{3}(?:[0-9]{2})?)?$`)
	passwords      = regexp.MustCompile(`\b(?:mots? de passe|mdp|password|code secret|code confidentiel|code pin|identifiant et code)\b`)
)

const (
	leastCard = 13
	mostCard  = 19
)

// CheckNote refuses a free text that looks as if it held a social-security
// number, a bank card's number or a password. Fault: forbidden_note.
func CheckNote(note string) error {
	for _, run := range digitRun.FindAllString(note, -1) {
		digits := strings.Map(func(letter rune) rune {
			if strings.ContainsRune(" \u00a0\u202f.-", letter) {
				return -1
			}
			return letter
		}, run)
		if socialSecurity.MatchString(digits) {
			return ErrNoteForbidden.Sayf("Retirez le numéro de sécurité sociale de la note")
		}
		if len(digits) >= leastCard && len(digits) <= mostCard && luhn(digits) {
			return ErrNoteForbidden.Sayf("Retirez le numéro de carte de la note")
		}
	}
	if passwords.MatchString(geography.Fold(note)) {
		return ErrNoteForbidden.Sayf("Retirez le mot de passe de la note")
	}
	return nil
}

// luhn tells whether digits pass the check of ISO/IEC 7812, which every bank
// card's number does.
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		digit := int(digits[len(digits)-1-i] - '0')
		if digit < 0 || digit > 9 {
			return false
		}
		if i%2 == 1 {
			if digit *= 2; digit > 9 {
				digit -= 9
			}
		}
		sum += digit
	}
	return sum%10 == 0
}
