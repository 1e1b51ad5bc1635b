package bank

import "passerelle/internal/fault"

// BIC is a bank's code (ISO 9362): 8 or 11 capitals and digits.
type BIC string

// ErrBadBIC refuses a text that is not a BIC. Its detail "cause" is "length" or
// "form".
var ErrBadBIC = fault.Define(fault.Invalid, "bad_bic", "Ce BIC n’est pas valable. Recopiez-le depuis votre relevé d’identité bancaire.")

// ParseBIC reads a bank's code: four letters or digits, a country of two
// letters, two letters or digits, then three more for a branch if any, as
// ISO 20022 spells it. Spaces are ignored, small letters accepted. Fault: bad_bic.
func ParseBIC(text string) (BIC, error) {
	code := compact(text)
	if len(code) != 8 && len(code) != 11 {
		return "", ErrBadBIC.With("cause", "length").Sayf("Un BIC compte 8 ou 11 caractères. Vérifiez qu’il est complet.")
	}
	if !inside(code, letters+digits) || !inside(code[4:6], letters) {
		return "", ErrBadBIC.With("cause", "form").Sayf("Un BIC ne compte que des lettres et des chiffres, avec le pays en cinquième et sixième lettres, par exemple BNPAFRPP. Recopiez-le depuis votre relevé d’identité bancaire.")
	}
	return BIC(code), nil
}
