package diagnosis

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// The bounds of a sentence that is read aloud at a counter.
const (
	mostWords      = 22
	mostChoiceWord = 12
)

var sentenceEnd = regexp.MustCompile(`[.?!]+(?:\s|$)`)

// HardWords lists what makes a questionnaire hard to understand: sentences that
// are too long, words in capitals, apostrophes and spaces that are not French.
// They are advice: a version may go live with them.
func (q Questionnaire) HardWords() []string {
	var found []string
	look := func(where, text string, most int) {
		if strings.Contains(text, "'") {
			found = append(found, fmt.Sprintf("%s\u00a0: écrivez l’apostrophe courbe (’)", where))
		}
		for _, sentence := range sentenceEnd.Split(text, -1) {
			if count := len(strings.Fields(sentence)); count > most {
				found = append(found, fmt.Sprintf("%s\u00a0: une phrase de %d mots. Coupez-la, %d au plus", where, count, most))
			}
			for word := range strings.FieldsSeq(sentence) {
				if len([]rune(word)) > 2 && strings.ToUpper(word) == word && strings.IndexFunc(word, unicode.IsLetter) == 0 {
					found = append(found, fmt.Sprintf("%s\u00a0: le sigle «\u00a0%s\u00a0» est à écrire en mots", where, strings.Trim(word, ".,;:")))
				}
			}
		}
	}
	for _, question := range q.Questions {
		look("Question «\u00a0"+question.ID+"\u00a0»", question.Text, mostWords)
		look("Aide de «\u00a0"+question.ID+"\u00a0»", question.Hint, mostWords)
		for _, reason := range question.Says {
			look("Raison de «\u00a0"+question.ID+"\u00a0»", reason, mostWords)
		}
		for _, choice := range question.Choices {
			look("Réponse «\u00a0"+choice.Value+"\u00a0» de «\u00a0"+question.ID+"\u00a0»", choice.Text, mostChoiceWord)
			look("Raison de «\u00a0"+choice.Value+"\u00a0», «\u00a0"+question.ID+"\u00a0»", choice.Reason, mostWords)
		}
	}
	for i, rule := range q.Rules {
		look(fmt.Sprintf("Règle %d", i+1), rule.Reason, mostWords)
	}
	return found
}
