package notify

import (
	"strings"
	"unicode/utf16"

	"golang.org/x/text/unicode/norm"
)

// The characters of text messages, as 3GPP TS 23.038 counts them: the default
// alphabet, each one septet, and its extension, each two.
const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmTwo   = "^{}\\[~]|€\f"
)

// What one text message holds: alone, then as a part of a longer one, whose
// header takes the rest.
const (
	alone, part           = 160, 153 // septets
	aloneUnicode, partOf2 = 70, 67   // UTF-16 units
)

var plainSigns = strings.NewReplacer("’", "'", "‘", "'", "“", `"`, "”", `"`, "«\u00a0", `"`, "\u00a0»", `"`, "«", `"`, "»", `"`, "\u00a0", " ", "\u202f", " ",
	"\u2009", " ", "–", "-", "—", "-", "‑", "-", "…", "...", "œ", "oe", "Œ", "Oe", "\t", " ")

// Fold writes a text in the alphabet of text messages: signs in their plain
// form, letters without the accents that the alphabet does not have. What has no
// such form stays as it is, and makes the message dearer.
func Fold(text string) string {
	var folded strings.Builder
	for _, letter := range norm.NFC.String(plainSigns.Replace(text)) {
		if inAlphabet(letter) {
			folded.WriteRune(letter)
			continue
		}
		base := []rune(norm.NFD.String(string(letter)))[0]
		if inAlphabet(base) {
			letter = base
		}
		folded.WriteRune(letter)
	}
	return folded.String()
}

func inAlphabet(letter rune) bool {
	return strings.ContainsRune(gsmBasic, letter) || strings.ContainsRune(gsmTwo, letter)
}

// Length is how long a folded text is as a text message, and how many are sent
// and paid for it. Size is in septets, or in UTF-16 units where a character is
// outside the alphabet.
type Length struct {
	Size, Segments int
	Most           int // what one message alone holds: 160, or 70
}

// LengthOf measures a folded text. A character of two units is never parted.
func LengthOf(text string) Length {
	units := func(letter rune) int {
		if strings.ContainsRune(gsmTwo, letter) {
			return 2
		}
		return 1
	}
	most, each := alone, part
	if strings.IndexFunc(text, func(r rune) bool { return !inAlphabet(r) }) >= 0 {
		most, each = aloneUnicode, partOf2
		units = func(letter rune) int { return len(utf16.AppendRune(nil, letter)) }
	}
	length := Length{Most: most, Segments: 1}
	filled := 0
	for _, letter := range text {
		size := units(letter)
		length.Size += size
		if filled+size > each {
			length.Segments, filled = length.Segments+1, 0
		}
		filled += size
	}
	if length.Size <= most {
		length.Segments = 1
	}
	return length
}
