package geography

import (
	"slices"
	"strconv"
	"strings"
)

// query is a text typed to mean a commune: the words of a name and, beside
// them, numbers (postal code, INSEE code, département, arrondissement), since
// no commune has a digit in its name.
type query struct {
	words   []string
	numbers []string
}

// parse reads "23000 Guéret", "GUERET CEDEX 9", "Souterraine (La)", "Paris 12e".
func parse(text string) query {
	var parsed query
	words := strings.Fields(Fold(text))
	for i, word := range words {
		switch {
		case word == "arrondissement" || isDelivery(word):
		case isDigit(word[0]) && i > 0 && isDelivery(words[i-1]):
		case isDigit(word[0]):
			parsed.numbers = append(parsed.numbers, strings.ToUpper(word))
		default:
			parsed.words = append(parsed.words, word)
		}
	}
	// Old lists put the article behind, in brackets.
	last := len(parsed.words) - 1
	if last > 0 && isArticle(parsed.words[last]) && strings.Contains(text, "(") {
		parsed.words = parsed.words[:last]
	}
	return parsed
}

// isDelivery tells the words of an address that only the post needs.
func isDelivery(word string) bool {
	switch word {
	case "cedex", "bp", "cs", "tsa":
		return true
	}
	return false
}

func isDigit(letter byte) bool { return '0' <= letter && letter <= '9' }

// fits tells whether a number typed whole beside a name is this commune's:
// its postal code, INSEE code (both even when a spreadsheet took the leading
// zero), département or arrondissement.
func (c Commune) fits(number string) bool {
	if len(number) == 4 {
		number = "0" + number
	}
	return number == c.Code || number == c.Departement || slices.Contains(c.PostalCodes, number) ||
		c.hasArrondissement(number)
}

// begins tells whether a number still being typed may be this commune's.
func (c Commune) begins(number string) bool {
	if number == c.Departement || number == c.Code || c.hasArrondissement(number) {
		return true
	}
	return c.hasPostalPrefix(number)
}

func (c Commune) hasPostalPrefix(number string) bool {
	for _, code := range c.PostalCodes {
		if strings.HasPrefix(code, number) {
			return true
		}
	}
	return false
}

// hasArrondissement reads "12", "12E", "1ER", "3EME", "75112".
func (c Commune) hasArrondissement(number string) bool {
	count := arrondissements(c.Code)
	if count == 0 {
		return false
	}
	if wholeCommune(number) == c.Code {
		return true
	}
	for _, ordinal := range []string{"EME", "ER", "E"} {
		number = strings.TrimSuffix(number, ordinal)
	}
	rank, err := strconv.Atoi(number)
	return err == nil && len(number) <= 2 && 1 <= rank && rank <= count
}

// nearPostalCode tells whether a postal code belongs to the commune's
// département: a CEDEX code, or that of the neighbouring post office.
func (c Commune) nearPostalCode(code string) bool {
	if len(code) == 4 {
		code = "0" + code
	}
	if len(code) != 5 {
		return false
	}
	if c.Departement == "2A" || c.Departement == "2B" {
		return strings.HasPrefix(code, "20")
	}
	return strings.HasPrefix(code, c.Departement)
}
