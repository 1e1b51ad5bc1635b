package geography

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Letters that Unicode does not decompose, as French readers type them.
var plainLetters = map[rune]string{
	'œ': "oe", 'æ': "ae", 'ß': "ss", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ı': "i", 'ħ': "h",
	'ĸ': "k", 'ŋ': "n", 'ŧ': "t",
}

var plainASCII = func() (table [utf8.RuneSelf]string) {
	for letter := 'a'; letter <= 'z'; letter++ {
		table[letter] = string(letter)
		table[letter-'a'+'A'] = string(letter)
	}
	for digit := '0'; digit <= '9'; digit++ {
		table[digit] = string(digit)
	}
	return table
}()

var shortSaints = map[string]string{"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}

// Fold gives the searched form of a French name: lower-case, accents removed,
// œ as oe, every run of punctuation or spaces as one space, "St" and "Ste"
// before another word as "saint" and "sainte". The Latin letters of European
// languages come out in ASCII; letters of other scripts are kept. Folding
// twice changes nothing, so a folded column can be searched with a folded text.
func Fold(text string) string {
	if !isASCII(text) {
		// A letter that follows a broken byte would not be decomposed.
		text = norm.NFKD.String(strings.ToValidUTF8(text, string(utf8.RuneError)))
	}
	folded := make([]byte, 0, len(text))
	wordEnds := false
	for _, letter := range text {
		plain, kept := plainLetter(letter)
		if !kept {
			// Accents and soft hyphens are inside a word.
			wordEnds = wordEnds || !unicode.In(letter, unicode.M, unicode.Cf)
			continue
		}
		if wordEnds && len(folded) > 0 {
			folded = append(folded, ' ')
		}
		wordEnds = false
		folded = append(folded, plain...)
	}
	return spellSaints(string(folded))
}

// plainLetter is the folded form of one decomposed letter or digit; anything
// else is not kept.
func plainLetter(letter rune) (plain string, kept bool) {
	if letter < utf8.RuneSelf {
		plain = plainASCII[letter]
		return plain, plain != ""
	}
	// Apostrophes that Unicode counts as letters.
	if '\u02b9' <= letter && letter <= '\u02bf' {
		return "", false
	}
	letter = unicode.ToLower(letter)
	if plain, kept = plainLetters[letter]; kept {
		return plain, true
	}
	return string(letter), unicode.IsLetter(letter) || unicode.IsDigit(letter)
}

// spellSaints writes "st" and "ste" in full, except as the last word, where
// they may be the beginning of another ("st" of Strasbourg).
func spellSaints(folded string) string {
	if !strings.Contains(folded, "st") {
		return folded
	}
	words := strings.Split(folded, " ")
	changed := false
	for i, word := range words[:len(words)-1] {
		if whole, short := shortSaints[word]; short {
			words[i], changed = whole, true
		}
	}
	if !changed {
		return folded
	}
	return strings.Join(words, " ")
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// withoutArticle drops a leading "le", "la", "les" or "l’" from a folded name
// that has more words.
func withoutArticle(folded string) string {
	first, rest, more := strings.Cut(folded, " ")
	if more && isArticle(first) {
		return rest
	}
	return folded
}

func isArticle(word string) bool {
	switch word {
	case "le", "la", "les", "l":
		return true
	}
	return false
}
