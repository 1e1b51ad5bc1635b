package plainwords

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Rule is one of the rules of easy-to-read French.
type Rule string

// The rules that a text can break.
const (
	LongSentence Rule = "long_sentence" // at most MostWords words
	SecondIdea   Rule = "second_idea"   // one sentence a line
	Negative     Rule = "negative"
	Conditional  Rule = "conditional"  // "si", "pourrait"
	Tense        Rule = "tense"        // the present only
	Passive      Rule = "passive"      // "est fait par"
	Familiar     Rule = "familiar"     // "tu": always "vous"
	Initials     Rule = "initials"     // "CAF", "J. Martin"
	Abbreviation Rule = "abbreviation" // "n°", "tél."
	Foreign      Rule = "foreign"
	OtherWord    Rule = "other_word" // the same word for the same thing
	Number       Rule = "number"     // digits, no percentage, no Roman numeral
	Date         Rule = "date"       // "mardi 13 octobre 2026", "14 heures 30"
	Sign         Rule = "sign"       // & § ; % etc.
)

// MostWords is how many words a sentence may have.
const MostWords = 12

// Breach is what of a text breaks a rule.
type Breach struct {
	Rule  Rule
	Line  string // the line that breaks it
	Found string // what of it
}

// French tells what to change.
func (b Breach) French() string {
	said := map[Rule]string{
		LongSentence: fmt.Sprintf("faites des phrases de %d\u00a0mots au plus", MostWords),
		SecondIdea:   "allez à la ligne après chaque phrase",
		Negative:     "dites ce qui est, ou ce qu’il faut faire, plutôt que le contraire",
		Conditional:  "dites ce qui est sûr, sans «\u00a0si\u00a0» ni conditionnel",
		Tense:        "écrivez au présent",
		Passive:      "dites d’abord qui fait l’action",
		Familiar:     "dites «\u00a0vous\u00a0»",
		Initials:     "écrivez le nom en entier",
		Abbreviation: "écrivez le mot en entier",
		Foreign:      "écrivez le mot français",
		OtherWord:    "gardez le mot du carnet\u00a0: chèque, carnet, atelier, lieu, place, rendez-vous",
		Number:       "écrivez les nombres en chiffres, sans pourcentage",
		Date:         "écrivez le jour, la date et l’heure en entier\u00a0: «\u00a0mardi 13 octobre 2026 à 14 heures\u00a0»",
		Sign:         "écrivez ce signe en toutes lettres",
	}
	return "«\u00a0" + b.Found + "\u00a0»\u00a0: " + said[b.Rule] + "."
}

// Check answers what of a text breaks the rules, line by line, in order; none
// when it keeps them all. Lines end at "\n". Names are told as they are given
// (people, places, addresses, the titles that others chose): each counts as one
// word and is not read further. Addresses of pages and e-mail addresses too.
func Check(text string, names ...string) []Breach {
	names = slices.Clone(names)
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) })
	var found []Breach
	for line := range strings.SplitSeq(text, "\n") {
		found = append(found, checkLine(line, names)...)
	}
	return found
}

// given stands for a name: a word that breaks nothing.
const given = "Nom"

var addresses = regexp.MustCompile(`(?i)(https?://|www\.)\S+|\S+@\S+|[\p{L}0-9-]+\.[\p{L}0-9.-]*(fr|org|com|eu|example|exemple|invalid)(/\S*)?`)

func checkLine(line string, names []string) []Breach {
	read := line
	for _, name := range names {
		if strings.TrimSpace(name) != "" {
			read = strings.ReplaceAll(read, name, given)
		}
	}
	read = ordinarySpaces.Replace(read)
	read = addresses.ReplaceAllString(read, given)
	var found []Breach
	breach := func(rule Rule, what string) { found = append(found, Breach{rule, line, what}) }
	for _, one := range patterns {
		if what := one.pattern.FindString(read); what != "" {
			breach(one.rule, strings.TrimSpace(what))
		}
	}
	if day := halfTold(read); day != "" {
		breach(Date, day)
	}
	for _, word := range words(read) {
		if rule, broken := ofWord(word); broken {
			breach(rule, word)
		}
	}
	told := sentences(read)
	for _, sentence := range told {
		if counted(sentence) > MostWords {
			breach(LongSentence, strings.TrimSpace(sentence))
		}
	}
	if len(told) > 1 {
		breach(SecondIdea, strings.TrimSpace(told[1]))
	}
	return found
}

var ordinarySpaces = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2009", " ", "\t", " ")

var patterns = []struct {
	rule    Rule
	pattern *regexp.Regexp
}{
	{Sign, regexp.MustCompile(`[&§;*/<>=+_#]|etc\.|…|\.\.\.|'`)},
	{Number, regexp.MustCompile(`[0-9]*\s?[%‰]`)},
	{Date, regexp.MustCompile(`\d{1,2}/\d{1,2}(/\d+)?|\d{4}-\d{2}-\d{2}|\b\d{1,2} ?[hH] ?(\d{2})?\b|\b\d{1,2}:\d{2}\b`)},
	{Passive, regexp.MustCompile(`(?i)\b(est|sont|êtes|sommes) \p{L}+(é|ée|és|ées|it|ite|is|ise|u|ue|us|ues) par\b`)},
	{Tense, regexp.MustCompile(`(?i)\b(a|as|ont|avez|avons|ai|aviez|avait) été($|[^\p{L}])`)},
	{Initials, regexp.MustCompile(`\b\p{Lu}\.( ?\p{Lu}\.)*`)},
	{Abbreviation, regexp.MustCompile(`(?i)n°|\b(tél|av|bd|cf|ex|min|janv|févr|juil|sept|oct|nov|déc|lun|jeu|dim|env)\.|\b(M|Mme|Mlle|Dr|St|Ste)\b\.?`)},
	{Negative, regexp.MustCompile(`(?i)(^|[^\p{L}])n[’']\p{L}+`)},
	{Conditional, regexp.MustCompile(`(?i)(^|[^\p{L}])s[’']ils?\b`)},
}

var days = regexp.MustCompile(`(\p{L}+ )?(\d{1,2}(er)? (janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre))( \d{4})?`)

// halfTold is the first day of a line that is told without its name or its year.
func halfTold(line string) string {
	weekdays := []string{"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"}
	for _, parts := range days.FindAllStringSubmatch(line, -1) {
		if !slices.Contains(weekdays, strings.ToLower(strings.TrimSpace(parts[1]))) || parts[5] == "" {
			return parts[2]
		}
	}
	return ""
}

// words are what stands between signs: letters and digits together.
func words(line string) []string {
	return strings.FieldsFunc(line, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// sentences are what ends in a full stop, a question or an exclamation; a colon
// opens what follows it, and ends no idea.
func sentences(line string) []string {
	var told []string
	for _, sentence := range endings.Split(line, -1) {
		if counted(sentence) > 0 {
			told = append(told, sentence)
		}
	}
	return told
}

var endings = regexp.MustCompile(`[.!?]+(\s|$)`)

var numbers = regexp.MustCompile(`\d+([ ,.]\d+)*`)

// counted is how many words a sentence has: a number in groups is one, and a
// colon parts what announces from what is announced.
func counted(sentence string) int {
	most := 0
	for part := range strings.SplitSeq(sentence, ":") {
		count := 0
		for word := range strings.FieldsSeq(numbers.ReplaceAllString(part, "1")) {
			if strings.ContainsFunc(word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '€' }) {
				count++
			}
		}
		most = max(most, count)
	}
	return most
}

// ofWord tells which rule a word breaks.
func ofWord(word string) (Rule, bool) {
	if rule, listed := wordRules[strings.ToLower(word)]; listed {
		return rule, true
	}
	switch {
	case utf8.RuneCountInString(word) > 1 && word == strings.ToUpper(word) && strings.IndexFunc(word, unicode.IsLetter) == 0:
		if strings.Trim(word, "IVX") == "" {
			return Number, true
		}
		return Initials, true
	case roman.MatchString(word):
		return Number, true
	}
	lower := strings.ToLower(word)
	if _, known := present[lower]; known {
		return "", false
	}
	switch {
	case conditional.MatchString(lower):
		return Conditional, true
	case future.MatchString(lower), past.MatchString(lower):
		return Tense, true
	}
	return "", false
}

var (
	roman       = regexp.MustCompile(`^([IVX]{2,}(e|ème)|[IVX](e|er|ème))$`)
	conditional = regexp.MustCompile(`(rait|raient|riez|rions)$`)
	future      = regexp.MustCompile(`(rez|ront|rons|era|ira|dra|rra|ura)$`)
	past        = regexp.MustCompile(`(aient|issiez|[oae]viez|uviez|vait|isait|[^î]nait)$`)
)
