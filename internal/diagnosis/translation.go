package diagnosis

import "slices"

// Translation is a questionnaire's words in another language. What is missing
// is said in French, so a translation can be begun and finished later.
type Translation struct {
	Title     string                    `json:"title,omitempty"`
	Questions map[string]TranslatedText `json:"questions,omitempty"` // by question
}

// TranslatedText is a question in another language.
type TranslatedText struct {
	Text    string            `json:"text,omitempty"`
	Hint    string            `json:"hint,omitempty"`
	Choices map[string]string `json:"choices,omitempty"` // by value
}

// Languages lists the languages of a questionnaire besides French.
func (q Questionnaire) Languages() []string { return sortedKeys(q.Translations) }

// In is the questionnaire as it is asked in a language: the same questions,
// values and scores, other words. A language that is not there leaves French.
func (q Questionnaire) In(language string) Questionnaire {
	words, known := q.Translations[language]
	if !known {
		return q
	}
	said := func(translated, french string) string {
		if translated != "" {
			return translated
		}
		return french
	}
	q.Title = said(words.Title, q.Title)
	q.Questions = slices.Clone(q.Questions)
	for i, question := range q.Questions {
		own := words.Questions[question.ID]
		question.Text, question.Hint = said(own.Text, question.Text), said(own.Hint, question.Hint)
		question.Choices = slices.Clone(question.Choices)
		for j, choice := range question.Choices {
			question.Choices[j].Text = said(own.Choices[choice.Value], choice.Text)
		}
		q.Questions[i] = question
	}
	return q
}

func (q Questionnaire) checkTranslations(say func(string, ...any)) {
	for _, language := range sortedKeys(q.Translations) {
		if len(language) < 2 || len(language) > 3 {
			say("traduction «\u00a0%s\u00a0»\u00a0: son nom est un code de langue de 2 ou 3 lettres", language)
		}
		for _, id := range sortedKeys(q.Translations[language].Questions) {
			words := q.Translations[language].Questions[id]
			question, known := q.Question(id)
			if !known {
				say("traduction «\u00a0%s\u00a0»\u00a0: la question «\u00a0%s\u00a0» n’existe pas", language, id)
				continue
			}
			for _, value := range sortedKeys(words.Choices) {
				if len(question.Chosen(value)) == 0 {
					say("traduction «\u00a0%s\u00a0»\u00a0: la réponse «\u00a0%s\u00a0» à «\u00a0%s\u00a0» n’existe pas", language, value, id)
				}
			}
		}
	}
}
