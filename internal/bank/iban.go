package bank

import (
	"strings"

	"passerelle/internal/fault"
)

// IBAN is an account number in its electronic form: capitals and digits,
// without spaces.
type IBAN string

// ErrBadIBAN refuses a text that is not an IBAN of the SEPA area. Its detail
// "cause" is "form", "country", "length" or "checksum".
var ErrBadIBAN = fault.Define(fault.Invalid, "bad_iban", "Cet IBAN n’est pas valable. Recopiez-le depuis votre relevé d’identité bancaire.")

// lengths are those of the IBAN in each country of the SEPA schemes: SWIFT's
// IBAN registry, and the European Payments Council's list of countries
// (EPC409-09). French overseas territories use FR.
var lengths = map[string]int{
	"AD": 24, "AL": 28, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20,
	"ES": 24, "FI": 18, "FR": 27, "GB": 22, "GI": 23, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27,
	"LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MT": 31, "NL": 18, "NO": 15,
	"PL": 28, "PT": 25, "RO": 24, "RS": 22, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "VA": 22,
}

// ParseIBAN reads an IBAN as people type it: spaces of any kind are ignored,
// small letters accepted. Its country must be of the SEPA area, its length that
// of the country, its check digits right (ISO 7064, modulo 97). Fault: bad_iban.
func ParseIBAN(text string) (IBAN, error) {
	code := compact(text)
	if len(code) < 5 || !inside(code[:2], letters) || !inside(code[2:4], digits) || !inside(code, letters+digits) {
		return "", ErrBadIBAN.With("cause", "form").Sayf("Un IBAN commence par deux lettres et deux chiffres, puis ne compte que des lettres et des chiffres. Recopiez-le depuis votre relevé d’identité bancaire.")
	}
	length, known := lengths[code[:2]]
	if !known {
		return "", ErrBadIBAN.With("cause", "country").Sayf("Cet IBAN commence par %s, un pays hors de la zone SEPA. Donnez un compte tenu dans la zone SEPA, en France par exemple.", code[:2])
	}
	if len(code) != length {
		return "", ErrBadIBAN.With("cause", "length").Sayf("Un IBAN qui commence par %s compte %d caractères. Celui-ci en compte %d. Vérifiez qu’il est complet.", code[:2], length, len(code))
	}
	if remainder97(code[4:]+code[:4]) != 1 {
		return "", ErrBadIBAN.With("cause", "checksum").Sayf("Cet IBAN contient une erreur de saisie. Relisez-le chiffre par chiffre.")
	}
	return IBAN(code), nil
}

// Country is the IBAN's country, "FR".
func (i IBAN) Country() string { return string(i[:min(2, len(i))]) }

// Grouped is the IBAN by groups of four, as paper shows it, with non-breaking
// spaces: "FR76 3000 6000 0112 3456 7890 189".
func (i IBAN) Grouped() string {
	var groups []string
	rest := string(i)
	for len(rest) > 4 {
		groups = append(groups, rest[:4])
		rest = rest[4:]
	}
	return strings.Join(append(groups, rest), "\u00a0")
}

// Masked shows enough of the IBAN to be recognised by who knows it, and not its
// length: "FR76 ···· ···· ···· ···· 0417", with non-breaking spaces.
func (i IBAN) Masked() string {
	if len(i) < 9 {
		return ""
	}
	return string(i[:4]) + strings.Repeat("\u00a0····", 4) + "\u00a0" + string(i[len(i)-4:])
}

const (
	letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits  = "0123456789"
)

// compact drops spaces and folds the 26 letters to capitals; no other letter
// becomes one of them.
func compact(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\u00a0' || r == '\u202f' || r == '\u2009':
			return -1
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return r
	}, text)
}

func inside(text, set string) bool { return strings.Trim(text, set) == "" }

// remainder97 reads letters as 10 to 35 and gives the number's remainder by 97.
func remainder97(code string) int {
	remainder := 0
	for _, r := range code {
		if r >= 'A' {
			remainder = (remainder*100 + int(r-'A') + 10) % 97
			continue
		}
		remainder = (remainder*10 + int(r-'0')) % 97
	}
	return remainder
}
