package diagnosis

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Unknown is the choice "Je ne sais pas", which every question allows.
const Unknown = "unknown"

const (
	nothing   = "nothing" // "none of these", where several choices are allowed
	mostQuick = 6
)

// word is the form of a question's id and of a choice's value.
var word = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// Questionnaire is a versioned set of questions with its rules.
type Questionnaire struct {
	Code         string                 `json:"code"`
	Version      int                    `json:"version"`
	Title        string                 `json:"title"`
	Minutes      int                    `json:"minutes"` // how long it takes, said before it begins
	Questions    []Question             `json:"questions"`
	Rules        []Rule                 `json:"rules"`
	Translations map[string]Translation `json:"translations,omitempty"` // by language, ISO 639
}

// Question is one thing to ask, in words to read aloud.
type Question struct {
	ID       string `json:"id"`
	Text     string `json:"text"`
	Hint     string `json:"hint"`
	Why      string `json:"why"` // for the agent
	Domain   string `json:"domain,omitempty"`
	Multiple bool   `json:"multiple,omitempty"` // several choices, their values separated by commas
	// Counts scores the domain by how many choices were named: so many at least
	// for 1, so many for 2 (a question of several choices; Says are its reasons).
	Counts  []int    `json:"counts,omitempty"`
	Says    []string `json:"says,omitempty"` // three: the reason at 0, 1 and 2
	Choices []Choice `json:"choices"`
}

// Choice is one answer to a question.
type Choice struct {
	Value  string `json:"value"`
	Text   string `json:"text"`
	Score  *int   `json:"score,omitempty"` // in the question's domain
	Brake  string `json:"brake,omitempty"`
	Urgent bool   `json:"urgent,omitempty"`
	NoUse  bool   `json:"no_use,omitempty"` // no Internet in the last three months
	Reason string `json:"reason,omitempty"` // what the answer says, in plain words
}

// Rule chooses a route; the first whose condition holds decides.
type Rule struct {
	Route  string    `json:"route"`
	When   Condition `json:"when"`
	Reason string    `json:"reason"`
}

// Condition holds when every part that is given does.
type Condition struct {
	Answers map[string][]string `json:"answers,omitempty"` // question → one of these was chosen
	Unless  map[string][]string `json:"unless,omitempty"`  // question → none of these was chosen
	Known   int                 `json:"known,omitempty"`   // at least so many domains are scored
	Least   *int                `json:"least,omitempty"`   // no scored domain is below
	Most    *int                `json:"most,omitempty"`    // no scored domain is above
	Twos    int                 `json:"twos,omitempty"`    // at least so many domains are scored 2
}

// Question finds a question by its id.
func (q Questionnaire) Question(id string) (Question, bool) {
	at := slices.IndexFunc(q.Questions, func(one Question) bool { return one.ID == id })
	if at < 0 {
		return Question{}, false
	}
	return q.Questions[at], true
}

// Chosen lists the choices that an answer names, in the question's order.
func (q Question) Chosen(answer string) []Choice {
	values := []string{answer}
	if q.Multiple {
		values = strings.Split(answer, ",")
	}
	var chosen []Choice
	for _, choice := range q.Choices {
		if slices.Contains(values, choice.Value) {
			chosen = append(chosen, choice)
		}
	}
	return chosen
}

// Read puts an answer in its one form: a value of the question, or several
// separated by commas where the question allows; empty is Unknown. It answers
// false for anything else.
func (q Question) Read(answer string) (string, bool) {
	answer = strings.TrimSpace(answer)
	if answer == "" {
		return Unknown, true
	}
	values := []string{answer}
	if q.Multiple {
		values = strings.FieldsFunc(answer, func(letter rune) bool { return letter == ',' || letter == ' ' || letter == '|' })
	}
	var kept []string
	for _, choice := range q.Choices {
		if slices.Contains(values, choice.Value) {
			kept = append(kept, choice.Value)
		}
	}
	for _, value := range values {
		if !slices.Contains(kept, value) {
			return "", false
		}
	}
	// "Nothing" and "I do not know" give way to what was named; both together,
	// nothing was learnt.
	if len(kept) > 1 {
		kept = slices.DeleteFunc(kept, func(value string) bool { return value == Unknown || value == nothing })
		if len(kept) == 0 {
			return Unknown, true
		}
	}
	return strings.Join(kept, ","), len(kept) > 0
}

// Parse reads a questionnaire and refuses one that is not whole: an unknown
// key, domain, brake or route, a question without "Je ne sais pas", a rule that
// names what does not exist, a last rule that does not always hold.
func Parse(text []byte) (Questionnaire, error) {
	read, err := decode(text)
	if err != nil {
		return Questionnaire{}, err
	}
	return read, read.check()
}

// decode reads what may still be unfinished.
func decode(text []byte) (Questionnaire, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	var read Questionnaire
	return read, decoder.Decode(&read)
}

func (q Questionnaire) check() error {
	if wrong := q.Unfinished(); len(wrong) > 0 {
		return errors.New("diagnosis: " + strings.Join(wrong, "; "))
	}
	return nil
}

// Unfinished lists, in French sentences for who writes it, all that keeps a
// questionnaire from serving.
func (q Questionnaire) Unfinished() []string {
	var wrong []string
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if q.Code == "" || q.Version < 1 || q.Title == "" || len(q.Questions) == 0 {
		say("il faut un titre et au moins une question")
	}
	seen := map[string]bool{}
	if q.Code == QuickCode && len(q.Questions) > mostQuick {
		say("le repérage rapide pose au plus %d questions\u00a0: retirez-en", mostQuick)
	}
	for _, question := range q.Questions {
		if seen[question.ID] || !word.MatchString(question.ID) {
			say("question «\u00a0%s\u00a0»\u00a0: son nom court manque, sert deux fois, ou n’est pas fait de petites lettres sans accent", question.ID)
		}
		seen[question.ID] = true
		question.check(say)
	}
	for i, rule := range q.Rules {
		if !slices.ContainsFunc(Routes, func(r RouteWords) bool { return r.Code == rule.Route }) || rule.Reason == "" {
			say("règle %d\u00a0: la voie «\u00a0%s\u00a0» n’existe pas, ou la raison manque", i+1, rule.Route)
		}
		for _, conditions := range []map[string][]string{rule.When.Answers, rule.When.Unless} {
			for id, values := range conditions {
				q.checkCondition(id, values, say)
			}
		}
	}
	if len(q.Rules) == 0 || !q.Rules[len(q.Rules)-1].When.always() {
		say("la dernière règle doit valoir pour tous, sans condition")
	}
	q.checkTranslations(say)
	return wrong
}

func (q Questionnaire) checkCondition(id string, values []string, say func(string, ...any)) {
	question, known := q.Question(id)
	if !known {
		say("une règle nomme la question «\u00a0%s\u00a0», qui n’existe pas", id)
		return
	}
	for _, value := range values {
		if len(question.Chosen(value)) == 0 {
			say("une règle nomme la réponse «\u00a0%s\u00a0» à «\u00a0%s\u00a0», qui n’existe pas", value, id)
		}
	}
}

func (q Question) check(say func(string, ...any)) {
	if q.Text == "" || q.Why == "" {
		say("question «\u00a0%s\u00a0»\u00a0: écrivez son texte, et pourquoi elle est posée", q.ID)
	}
	if q.Domain != "" && !slices.ContainsFunc(Domains, func(d Domain) bool { return d.Code == q.Domain }) {
		say("question «\u00a0%s\u00a0»\u00a0: le domaine «\u00a0%s\u00a0» n’existe pas", q.ID, q.Domain)
	}
	values := map[string]bool{}
	for _, choice := range q.Choices {
		if values[choice.Value] || !word.MatchString(choice.Value) || choice.Text == "" {
			say("question «\u00a0%s\u00a0»\u00a0: la réponse «\u00a0%s\u00a0» est incomplète, ou y est deux fois", q.ID, choice.Value)
		}
		values[choice.Value] = true
		if choice.Score != nil && (q.Domain == "" || *choice.Score < 0 || *choice.Score > 2) {
			say("question «\u00a0%s\u00a0»\u00a0: la note de «\u00a0%s\u00a0» va de 0 à 2, et demande un domaine", q.ID, choice.Value)
		}
		if choice.Brake != "" && !slices.ContainsFunc(Brakes, func(b Brake) bool { return b.Code == choice.Brake }) {
			say("question «\u00a0%s\u00a0»\u00a0: le frein «\u00a0%s\u00a0» n’existe pas", q.ID, choice.Brake)
		}
	}
	if !values[Unknown] {
		say("question «\u00a0%s\u00a0»\u00a0: il manque la réponse «\u00a0Je ne sais pas\u00a0» (%s)", q.ID, Unknown)
	}
	q.checkCounts(say)
}

func (q Question) checkCounts(say func(string, ...any)) {
	if len(q.Counts) == 0 {
		if len(q.Says) > 0 {
			say("question «\u00a0%s\u00a0»\u00a0: des raisons par note, mais pas de seuils", q.ID)
		}
		return
	}
	if !q.Multiple || q.Domain == "" || len(q.Counts) != 2 || q.Counts[0] < 1 || q.Counts[1] <= q.Counts[0] || q.Counts[1] > q.countable() {
		say("question «\u00a0%s\u00a0»\u00a0: donnez deux seuils qui montent, un domaine, et plusieurs réponses possibles", q.ID)
	}
	if len(q.Says) != 3 || slices.Contains(q.Says, "") {
		say("question «\u00a0%s\u00a0»\u00a0: écrivez trois raisons, pour 0, 1 et 2", q.ID)
	}
	if slices.ContainsFunc(q.Choices, func(c Choice) bool { return c.Score != nil }) {
		say("question «\u00a0%s\u00a0»\u00a0: elle se note en comptant, donc aucune réponse n’a de note", q.ID)
	}
}

// countable is how many choices name something.
func (q Question) countable() (count int) {
	for _, choice := range q.Choices {
		if choice.counts() {
			count++
		}
	}
	return count
}

func (c Choice) counts() bool { return c.Value != Unknown && c.Value != nothing }

func (c Condition) always() bool {
	return len(c.Answers) == 0 && len(c.Unless) == 0 && c.Known == 0 && c.Least == nil && c.Most == nil && c.Twos == 0
}
