package holder

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"passerelle/internal/db"
)

const (
	consonants = "bdfglmnprstvz"
	vowels     = "aeiou"
)

// rude are two-syllable words that nobody should carry on a page.
var rude = []string{
	"baba", "bite", "bobo", "debi", "dodo", "dada", "fada", "foda", "fufu", "gaga", "gogo", "lolo", "mama", "meme", "mimi", "mono",
	"nana", "nazi", "nene", "nini", "nono", "nudi", "papa", "papi", "pede", "pepe", "pine", "pipi", "popo", "puta", "pute", "puti",
	"rape", "rate", "sado", "sale", "sali", "sida", "tare", "tata", "tete", "toto", "tutu", "vile", "vole", "zaza", "zizi", "zozo",
}

// newPseudonym draws a word of two syllables and four digits: "Lomi 4728", some
// 38 million of them. It is drawn, not derived: it says nothing of the person.
func newPseudonym() (string, error) {
	for {
		var word strings.Builder
		for range 2 {
			for _, letters := range []string{consonants, vowels} {
				at, err := draw(len(letters))
				if err != nil {
					return "", err
				}
				word.WriteByte(letters[at])
			}
		}
		if slices.Contains(rude, word.String()) {
			continue
		}
		const digits = 9000
		number, err := draw(digits)
		if err != nil {
			return "", err
		}
		text := word.String()
		return fmt.Sprintf("%s%s %d", strings.ToUpper(text[:1]), text[1:], 1000+number), nil
	}
}

func draw(below int) (int, error) {
	number, err := rand.Int(rand.Reader, big.NewInt(int64(below)))
	if err != nil {
		return 0, err
	}
	return int(number.Int64()), nil
}

// readPseudonym gives what somebody typed or dictated its one form, or an empty
// text when it cannot be a pseudonym.
func readPseudonym(text string) string {
	plain := strings.ToLower(strings.Join(strings.Fields(text), ""))
	const length = 8
	if len(plain) != length {
		return ""
	}
	for i, letter := range plain {
		isDigit := letter >= '0' && letter <= '9'
		if i < 4 && (letter < 'a' || letter > 'z') || i >= 4 && !isDigit {
			return ""
		}
	}
	return strings.ToUpper(plain[:1]) + plain[1:4] + " " + plain[4:]
}

// ParsePseudonym reads a pseudonym as somebody typed it ("lomi4728"), in its one
// form; false when it cannot be one.
func ParsePseudonym(text string) (pseudonym string, is bool) {
	pseudonym = readPseudonym(text)
	return pseudonym, pseudonym != ""
}

// PseudonymOf is the number of a person's page. It names nobody, so it asks for
// no right of its own. Fault: not_found.
func PseudonymOf(ctx context.Context, q db.Q, id db.ID) (pseudonym string, err error) {
	err = q.QueryRow(ctx, `SELECT pseudonym FROM holder WHERE id = $1`, id).Scan(&pseudonym)
	return pseudonym, err
}
