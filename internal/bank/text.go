package bank

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// sepaCharacters are those that every bank of the SEPA schemes accepts: the
// basic Latin set of the EPC's implementation guidelines and of EPC217-08.
const sepaCharacters = "abcdefghijklmnopqrstuvwxyz" + letters + digits + "/-?:().,'+ "

// transliterations are letters and signs that do not decompose into accepted
// ones; the rest that is not accepted becomes a full stop, as EPC217-08 has it.
var transliterations = strings.NewReplacer(
	"œ", "oe", "Œ", "OE", "æ", "ae", "Æ", "AE", "ß", "ss", "ẞ", "SS", "ø", "o", "Ø", "O", "ł", "l", "Ł", "L", "đ", "d", "Đ", "D",
	"ð", "d", "Ð", "D", "þ", "th", "Þ", "TH", "ı", "i", "ħ", "h", "Ħ", "H",
	"’", "'", "‘", "'", "ʼ", "'", "`", "'", "´", "'", "“", "'", "”", "'", "\"", "'", "«", "'", "»", "'",
	"–", "-", "—", "-", "−", "-", "‐", "-", "_", "-", "&", "+", "@", "(at)", "€", "EUR", "°", "o",
	";", ",", "[", "(", "]", ")", "{", "(", "}", ")", "\\", "/", "|", "/",
)

// SEPAText writes a text with the characters that every SEPA bank accepts, at
// most limit of them: accents are dropped, ligatures opened, runs of spaces
// closed up, and a slash never starts, ends or is doubled, as the EPC forbids.
// It is idempotent.
func SEPAText(text string, limit int) string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case unicode.IsSpace(r):
			return ' '
		case strings.ContainsRune(sepaCharacters, r):
			return r
		}
		return '.'
	}, transliterations.Replace(norm.NFKD.String(text)))
	plain = strings.Join(strings.Fields(plain), " ")
	for strings.Contains(plain, "//") {
		plain = strings.ReplaceAll(plain, "//", "/")
	}
	plain = strings.TrimLeft(plain, "/ ")
	if len(plain) > limit {
		plain = plain[:limit]
	}
	return strings.TrimRight(plain, "/ ")
}

// sepaIdentifier tells whether a reference may travel from bank to bank: 1 to
// 35 accepted characters, no slash at either end, none doubled.
func sepaIdentifier(text string) bool {
	return text != "" && len(text) <= 35 && inside(text, sepaCharacters) && SEPAText(text, 35) == text
}
