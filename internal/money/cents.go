package money

import (
	"strconv"
	"strings"

	"passerelle/internal/fault"
)

// Cents is an amount in euro cents. It is stored, scanned and sent as a plain
// integer; only people see euros.
type Cents int64

const (
	thousands = "\u202f" // narrow non-breaking space between groups of three digits
	unit      = "\u00a0€"
	minus     = "\u2212"
)

// maxEuroDigits keeps every amount read far from the limits of int64, so that
// sums of amounts cannot overflow.
const maxEuroDigits = 12

// ErrBadAmount refuses a text that is not an amount in euros.
var ErrBadAmount = fault.Define(fault.Invalid, "bad_amount", "Écrivez un montant en euros, avec deux chiffres au plus après la virgule, par exemple 1\u202f234,50.")

// Parse reads an amount in euros as people and files write it: "1 234,50",
// "1234.5", "10 €", "10 EUR", with any kind of space between groups of three
// digits and "-" or "−" before a negative amount. Fault: bad_amount.
func Parse(text string) (Cents, error) {
	rest := strings.TrimSpace(spaces.Replace(text))
	rest, negative := cutSign(rest)
	rest = strings.TrimSuffix(rest, "€")
	rest = strings.TrimSuffix(rest, "EUR")
	rest = strings.TrimSpace(rest)

	euros, decimals, marked := cutDecimalMark(rest)
	euros, grouped := joinGroups(euros)
	if !grouped || len(euros) > maxEuroDigits {
		return 0, ErrBadAmount
	}
	if marked && (len(decimals) < 1 || len(decimals) > 2 || !digits(decimals)) {
		return 0, ErrBadAmount
	}
	cents, err := strconv.ParseInt(euros+(decimals + "00")[:2], 10, 64)
	if err != nil {
		return 0, ErrBadAmount
	}
	if negative {
		cents = -cents
	}
	return Cents(cents), nil
}

// spaces are those that keyboards, spreadsheets and this package put in amounts.
var spaces = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2009", " ", "\t", " ")

func cutSign(text string) (rest string, negative bool) {
	for _, sign := range []string{"-", minus} {
		if after, found := strings.CutPrefix(text, sign); found {
			return strings.TrimSpace(after), true
		}
	}
	return text, false
}

func cutDecimalMark(text string) (euros, decimals string, marked bool) {
	at := strings.IndexAny(text, ",.")
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+1:], true
}

// joinGroups takes the spaces out of "1 234" and refuses those of "12 34",
// which is more likely a slip than an amount.
func joinGroups(euros string) (joined string, fine bool) {
	groups := strings.Split(euros, " ")
	for i, group := range groups {
		if !digits(group) || i > 0 && len(group) != 3 || i == 0 && len(groups) > 1 && len(group) > 3 {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

func digits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// String is the amount as French readers expect it: "1 234,50 €", with
// non-breaking spaces and a true minus sign.
func (c Cents) String() string {
	euros, rest := c.parts()
	return c.sign(minus) + group(euros) + "," + rest + unit
}

// Short is String without ",00": "400 €", but "400,50 €".
func (c Cents) Short() string {
	euros, rest := c.parts()
	if rest != "00" {
		return c.String()
	}
	return c.sign(minus) + group(euros) + unit
}

// Decimal is the amount for files and forms: "1234.50", "-3.07".
func (c Cents) Decimal() string {
	euros, rest := c.parts()
	return c.sign("-") + euros + "." + rest
}

func (c Cents) sign(mark string) string {
	if c < 0 {
		return mark
	}
	return ""
}

// parts gives the digits of euros and the two of cents, without sign.
func (c Cents) parts() (euros, cents string) {
	magnitude := uint64(c)
	if c < 0 {
		magnitude = -magnitude
	}
	rest := strconv.FormatUint(magnitude%100, 10)
	if len(rest) < 2 {
		rest = "0" + rest
	}
	return strconv.FormatUint(magnitude/100, 10), rest
}

func group(euros string) string {
	var grouped strings.Builder
	for i, digit := range euros {
		if i > 0 && (len(euros)-i)%3 == 0 {
			grouped.WriteString(thousands)
		}
		grouped.WriteRune(digit)
	}
	return grouped.String()
}
