package voucher

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"passerelle/internal/fault"
)

// The lengths of numbers, in digits. The last two of a coupon's and of a
// booklet's number are check digits (ISO 7064, MOD 97-10: the whole number
// leaves 1 when divided by 97), so that one wrong digit or two swapped ones are
// always seen.
const (
	couponDigits  = 16
	bookletDigits = 12
	innerDigits   = 8
)

// Prefix is what the text of a coupon's QR code begins with, before its 16 digits.
const Prefix = "PN1"

// The refusals of a number.
var (
	ErrBadNumber     = fault.Define(fault.Invalid, "bad_number", "Ce numéro est mal recopié. Comparez-le avec le papier, chiffre par chiffre.")
	ErrUnknownNumber = fault.Define(fault.NotFound, "unknown_number", "Ce numéro n’existe pas. Comparez-le avec le papier, puis recommencez.")
)

// ParseCoupon reads a coupon's number as it is typed or scanned: 16 digits, with
// spaces or hyphens, after a prefix or at the end of an address, or with the
// digits mangled by a scanner on a French keyboard (&é"'(-è_çà for 1 to 0). It
// answers the 16 bare digits. Fault code: bad_number.
func ParseCoupon(text string) (string, error) { return parseNumber(text, couponDigits) }

// ParseBooklet reads a booklet's number, of 12 digits, in the same ways. Fault
// code: bad_number.
func ParseBooklet(text string) (string, error) { return parseNumber(text, bookletDigits) }

// Group writes a number in groups of four, apart by non-breaking spaces, as it
// stands on paper.
func Group(number string) string {
	var groups strings.Builder
	for i, digit := range number {
		if i > 0 && i%4 == 0 {
			groups.WriteRune('\u00a0')
		}
		groups.WriteRune(digit)
	}
	return groups.String()
}

func parseNumber(text string, length int) (string, error) {
	number := lastDigits(text)
	if len(number) == length && remainder(number) == 1 {
		return number, nil
	}
	shown := characters(text)
	if len(number) == length {
		shown = number
	}
	// Longer than that, nobody compares.
	const mostShown = 24
	switch {
	case shown == "" || len(shown) > mostShown:
		return "", ErrBadNumber.Sayf("Ce n’est pas un numéro de pass numérique. Tapez les %d\u00a0chiffres écrits sur le papier.", length)
	case len(number) == length:
		return "", ErrBadNumber.Sayf("Le numéro %s est mal recopié. Comparez-le avec le papier, groupe par groupe.", Group(shown))
	}
	return "", ErrBadNumber.Sayf("Le numéro lu est %s. Il faut %d\u00a0chiffres. Comparez-le avec le papier, groupe par groupe.", Group(shown), length)
}

// characters is what of a text could have been meant as digits.
func characters(text string) string {
	return strings.Map(func(char rune) rune {
		if '0' <= char && char <= '9' || 'a' <= char && char <= 'z' || 'A' <= char && char <= 'Z' {
			return char
		}
		return -1
	}, text)
}

// frenchKeyboard is what a scanner types, as if on an American keyboard, when
// the computer has a French one; capitals when the capitals lock is on.
var frenchKeyboard = map[rune]byte{
	'&': '1', 'é': '2', 'É': '2', '"': '3', '\'': '4', '(': '5', '-': '6', 'è': '7', 'È': '7', '_': '8', 'ç': '9', 'Ç': '9', 'à': '0', 'À': '0',
}

// lastDigits is the run of digits that a text ends in, spaces and hyphens left
// out, and the prefix too. A text without any digit may be one that a French
// keyboard mangled, where a hyphen is a 6.
func lastDigits(text string) string {
	mangled := !strings.ContainsAny(text, "0123456789")
	if !mangled {
		text = strings.TrimRightFunc(text, func(char rune) bool { return unicode.IsSpace(char) || strings.ContainsRune(".,;/", char) })
	}
	var digits []byte
	start := 0 // of the run
	for at, char := range text {
		digit, separator := readDigit(char, mangled)
		switch {
		case digit != 0:
			digits = append(digits, digit)
		case !separator:
			digits, start = digits[:0], at+utf8.RuneLen(char)
		}
	}
	letters := Prefix[:len(Prefix)-1]
	if before := text[:min(start, len(text))]; len(digits) > 0 && digits[0] == Prefix[len(letters)] &&
		len(before) >= len(letters) && strings.EqualFold(before[len(before)-len(letters):], letters) {
		digits = digits[1:]
	}
	return string(digits)
}

func readDigit(char rune, mangled bool) (digit byte, separator bool) {
	if mangled {
		return frenchKeyboard[char], unicode.IsSpace(char)
	}
	switch {
	case '0' <= char && char <= '9':
		return byte(char), false
	case unicode.IsSpace(char), unicode.Is(unicode.Pd, char), char == '\u200b', char == '\ufeff':
		return 0, true
	}
	return 0, false
}

// remainder divides a number of any length by 97.
func remainder(number string) int {
	rest := 0
	for _, digit := range []byte(number) {
		rest = (rest*10 + int(digit-'0')) % 97
	}
	return rest
}

// withCheck adds the two check digits.
func withCheck(number string) string {
	return number + fmt.Sprintf("%02d", 98-remainder(number+"00"))
}

// newNumber draws a number of this length, check digits included.
func newNumber(length int) string { return withCheck(randomDigits(length - 2)) }

// randomDigits draws digits from the system's cryptographic source, each as
// likely as any other.
func randomDigits(count int) string {
	bound := uint64(math.Pow10(count))
	// Beyond the last whole multiple of the bound, small numbers would come up
	// more often.
	last := math.MaxUint64 - math.MaxUint64%bound
	for {
		var bytes [8]byte
		if _, err := rand.Read(bytes[:]); err != nil {
			panic("voucher: no randomness: " + err.Error())
		}
		if drawn := binary.BigEndian.Uint64(bytes[:]); drawn < last {
			return fmt.Sprintf("%0*d", count, drawn%bound)
		}
	}
}
