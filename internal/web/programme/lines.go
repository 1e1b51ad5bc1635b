package programme

import (
	"slices"
	"strconv"
	"strings"

	"passerelle/internal/diagnosis"
	"passerelle/internal/web"
)

// askedQuestion is a question with what each answer does.
type askedQuestion struct {
	ID, Text, Why string
	Note          string // its domain, and how it is scored
	Table         web.Table
	Path          string // where it is edited
}

func questionLines(asked diagnosis.Questionnaire) []askedQuestion {
	var lines []askedQuestion
	for _, question := range asked.Questions {
		line := askedQuestion{ID: question.ID, Text: question.Text, Why: question.Why, Note: scoring(question)}
		line.Table = web.Table{Caption: "Réponses à " + question.ID, Quiet: true, Columns: []web.Column{{Label: "Réponse"}, {Label: "Note"}, {Label: "Ce qu’elle dit"}}}
		for _, choice := range question.Choices {
			score := ""
			if choice.Score != nil {
				score = strconv.Itoa(*choice.Score)
			}
			line.Table.Rows = append(line.Table.Rows, []web.Cell{web.Head(choice.Text), web.Text(score), web.Text(meaning(choice))})
		}
		for score, reason := range question.Says {
			line.Table.Rows = append(line.Table.Rows, []web.Cell{web.Head("Selon le nombre"), web.Text(strconv.Itoa(score)), web.Text(reason)})
		}
		lines = append(lines, line)
	}
	return lines
}

func scoring(question diagnosis.Question) string {
	var parts []string
	for _, domain := range diagnosis.Domains {
		if domain.Code == question.Domain {
			parts = append(parts, "Domaine\u00a0: "+domain.Name)
		}
	}
	if question.Multiple {
		parts = append(parts, "plusieurs réponses")
	}
	if len(question.Counts) == 2 {
		parts = append(parts, "note 1 dès "+strconv.Itoa(question.Counts[0])+", note 2 dès "+strconv.Itoa(question.Counts[1]))
	}
	return strings.Join(parts, ", ")
}

func meaning(choice diagnosis.Choice) string {
	var parts []string
	if choice.Reason != "" {
		parts = append(parts, choice.Reason)
	}
	if choice.Brake != "" {
		parts = append(parts, "Besoin\u00a0: "+diagnosis.BrakeName(choice.Brake)+".")
	}
	if choice.Urgent {
		parts = append(parts, "Ne peut pas attendre.")
	}
	if choice.NoUse {
		parts = append(parts, "Pas d’internet depuis trois mois.")
	}
	return strings.Join(parts, " ")
}

// ruleLine is a rule in words.
type ruleLine struct {
	Rank                int
	Route, When, Reason string
	Path                string
}

func ruleLines(asked diagnosis.Questionnaire) []ruleLine {
	var lines []ruleLine
	for i, rule := range asked.Rules {
		lines = append(lines, ruleLine{Rank: i + 1, Route: diagnosis.RouteTitle(rule.Route), When: conditionText(asked, rule.When), Reason: rule.Reason})
	}
	return lines
}

// conditionText tells a condition: "use : jamais ; rien au-dessus de 0".
func conditionText(asked diagnosis.Questionnaire, when diagnosis.Condition) string {
	var parts []string
	tell := func(verb string, conditions map[string][]string) {
		var ids []string
		for id := range conditions {
			ids = append(ids, id)
		}
		slices.Sort(ids)
		for _, id := range ids {
			question, _ := asked.Question(id)
			var said []string
			for _, value := range conditions[id] {
				for _, choice := range question.Chosen(value) {
					said = append(said, "«\u00a0"+choice.Text+"\u00a0»")
				}
			}
			parts = append(parts, verb+" "+id+"\u00a0: "+strings.Join(said, " ou "))
		}
	}
	tell("réponse à", when.Answers)
	tell("sauf réponse à", when.Unless)
	if when.Known > 0 {
		parts = append(parts, "au moins "+strconv.Itoa(when.Known)+" domaines connus")
	}
	if when.Twos > 0 {
		parts = append(parts, "au moins "+strconv.Itoa(when.Twos)+" domaines à 2")
	}
	if when.Least != nil {
		parts = append(parts, "aucun domaine sous "+strconv.Itoa(*when.Least))
	}
	if when.Most != nil {
		parts = append(parts, "aucun domaine au-dessus de "+strconv.Itoa(*when.Most))
	}
	if len(parts) == 0 {
		return "dans tous les autres cas"
	}
	return strings.Join(parts, ", ")
}
