package holder

import (
	"fmt"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"passerelle/internal/fault"
)

// ErrBadTelephone refuses a number that cannot be called.
var ErrBadTelephone = fault.Define(fault.Invalid, "bad_telephone", "Vérifiez le téléphone\u00a0: écrivez 10\u00a0chiffres.")

// telephoneRegions are tried in turn: overseas numbers are not valid as
// metropolitan ones (ARCEP's numbering plan, as libphonenumber holds it).
var telephoneRegions = []string{"FR", "RE", "GP", "MQ", "GF", "YT", "PM"}

const nationalDigits = 10

// fictional begins the mobile numbers that ARCEP keeps for works of fiction
// (06 39 98 00 00 to 99 99): nobody's, so what is invented may use them.
const fictional = "+3363998"

// ParseTelephone reads a number as people write it ("06 39 98 41 22",
// "+33 6…", "0033…") and gives its E.164 form. Fault: bad_telephone, whose
// message says what is missing or in excess.
func ParseTelephone(text string) (string, error) {
	digits := 0
	for _, letter := range strings.TrimSpace(text) {
		switch {
		case letter >= '0' && letter <= '9':
			digits++
		case strings.ContainsRune("+ .-/()\u00a0\u202f\u2011\t", letter):
		default:
			return "", ErrBadTelephone.Sayf("Écrivez le téléphone avec 10\u00a0chiffres, sans lettre")
		}
	}
	typed := strings.TrimSpace(text)
	if strings.HasPrefix(typed, "00") {
		typed = "+" + typed[2:]
	}
	for _, region := range telephoneRegions {
		number, err := phonenumbers.Parse(typed, region)
		if err == nil && isReal(number) && (strings.HasPrefix(typed, "+") || digits == nationalDigits) {
			return phonenumbers.Format(number, phonenumbers.E164), nil
		}
	}
	return "", tellTelephone(typed, digits)
}

func isReal(number *phonenumbers.PhoneNumber) bool {
	return phonenumbers.IsValidNumber(number) ||
		phonenumbers.IsPossibleNumber(number) && strings.HasPrefix(phonenumbers.Format(number, phonenumbers.E164), fictional)
}

// TakesTexts tells whether a number in its E.164 form can receive text messages:
// a mobile one, in France, overseas or abroad. What cannot be told apart may.
func TakesTexts(telephone string) bool {
	number, err := phonenumbers.Parse(telephone, telephoneRegions[0])
	if err != nil {
		return false
	}
	if strings.HasPrefix(telephone, fictional) {
		return true
	}
	kind := phonenumbers.GetNumberType(number)
	return kind == phonenumbers.MOBILE || kind == phonenumbers.FIXED_LINE_OR_MOBILE
}

func tellTelephone(typed string, digits int) error {
	switch {
	case strings.HasPrefix(typed, "+"):
		return ErrBadTelephone.Sayf("Vérifiez le téléphone\u00a0: ce numéro n’existe pas avec cet indicatif")
	case digits == 0:
		return ErrBadTelephone.Sayf("Écrivez le téléphone\u00a0: 10\u00a0chiffres")
	case digits < nationalDigits:
		return ErrBadTelephone.Sayf("Il manque %s au téléphone\u00a0: écrivez 10\u00a0chiffres", countDigits(nationalDigits-digits))
	case digits > nationalDigits:
		return ErrBadTelephone.Sayf("Il y a %s de trop au téléphone\u00a0: écrivez 10\u00a0chiffres", countDigits(digits-nationalDigits))
	}
	return ErrBadTelephone.Sayf("Vérifiez le début du téléphone\u00a0: aucun numéro français ne commence ainsi")
}

func countDigits(count int) string {
	if count == 1 {
		return "1\u00a0chiffre"
	}
	return fmt.Sprintf("%d\u00a0chiffres", count)
}

// TelephoneText writes an E.164 number as people dial it: "06 39 98 41 22", or
// with its country code when it is foreign.
func TelephoneText(telephone string) string {
	number, err := phonenumbers.Parse(telephone, telephoneRegions[0])
	if err != nil {
		return telephone
	}
	for _, region := range telephoneRegions {
		if int(number.GetCountryCode()) == phonenumbers.GetCountryCodeForRegion(region) {
			return phonenumbers.Format(number, phonenumbers.NATIONAL)
		}
	}
	return phonenumbers.Format(number, phonenumbers.INTERNATIONAL)
}

// TelephoneMasked hides two digits, enough to recognise one's own number:
// "06 39 98 ·· 22".
func TelephoneMasked(telephone string) string {
	shown := []rune(TelephoneText(telephone))
	const kept, hidden = 2, 4 // the last two digits stay, the two before are hidden
	seen := 0
	for i := len(shown) - 1; i >= 0 && seen < hidden; i-- {
		if shown[i] < '0' || shown[i] > '9' {
			continue
		}
		if seen++; seen > kept {
			shown[i] = '·'
		}
	}
	return string(shown)
}

// ending is the two last digits, all that "déjà connue ici" shows.
func ending(telephone string) string {
	if len(telephone) < 2 {
		return ""
	}
	return telephone[len(telephone)-2:]
}
