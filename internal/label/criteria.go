package label

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"passerelle/internal/civil"
	"passerelle/internal/fault"
)

// Criteria are one published version of what a place must show to hold the
// label. A version never changes: an application keeps the one it was made under.
type Criteria struct {
	Version      string      `json:"version"` // "2026-1"
	Title        string      `json:"title"`
	PublishedOn  civil.Date  `json:"published_on"`
	InForceFrom  civil.Date  `json:"in_force_from"` // applications begun from that day on are made under it
	Threshold    int         `json:"threshold"`     // least score, 0 to 100
	ThresholdWhy string      `json:"threshold_why"`
	Items        []Criterion `json:"criteria"`
}

// Criterion is one thing that a place shows. Texts are French.
type Criterion struct {
	Code   string `json:"code"`
	Title  string `json:"title"`
	Why    string `json:"why"`    // the reason for which it is asked
	Proof  string `json:"proof"`  // what proves it
	Weight int    `json:"weight"` // its points when it is met
	// Required: a place that does not meet it does not get the label.
	Required bool `json:"required"`
	// PartlyEnough: a required criterion for which "partly" is enough.
	PartlyEnough bool `json:"partly_enough"`
	// MayNotApply: a certifier may say that it does not concern the place.
	MayNotApply bool       `json:"may_not_apply"`
	Answer      Question   `json:"answer"`
	Attachment  Attachable `json:"attachment"`
}

// The kinds of answer.
const (
	AnswerYesNo  = "yes_no" // Value is "yes" or "no"
	AnswerNumber = "number" // Value is a whole number
	AnswerChoice = "choice" // Value is the code of a choice
	AnswerText   = "text"   // Value is empty, Detail says it all
)

// Question is what the applicant is asked.
type Question struct {
	Kind    string   `json:"kind"`
	Text    string   `json:"question"`
	Unit    string   `json:"unit"`     // of a number
	AtLeast int      `json:"at_least"` // of a number
	AtMost  int      `json:"at_most"`  // of a number
	Choices []Choice `json:"choices"`
}

// Choice is one answer to choose.
type Choice struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// Attachable says which paper goes with an answer. Expected is empty when none does.
type Attachable struct {
	Expected string `json:"expected"`
	Needed   bool   `json:"needed"` // the application is not sent without it
}

// ErrUnknownCriteria refuses a version that was never published.
var ErrUnknownCriteria = fault.Define(fault.NotFound, "unknown_criteria", "Cette version des critères n’existe pas. Choisissez-en une dans la liste des versions.")

//go:embed criteria/*.json
var criteriaFiles embed.FS

// versions are the published criteria, latest in force first.
var versions = readCriteria()

func readCriteria() []Criteria {
	entries, err := criteriaFiles.ReadDir("criteria")
	if err != nil {
		panic(err)
	}
	var read []Criteria
	for _, entry := range entries {
		text, err := criteriaFiles.ReadFile("criteria/" + entry.Name())
		if err != nil {
			panic(err)
		}
		var one Criteria
		if err := json.Unmarshal(text, &one); err != nil {
			panic(fmt.Sprintf("label: %s: %v", entry.Name(), err))
		}
		read = append(read, one)
	}
	slices.SortFunc(read, func(a, b Criteria) int { return b.InForceFrom.Compare(a.InForceFrom) })
	return read
}

// CriteriaVersions lists the published criteria, latest first.
func CriteriaVersions() []Criteria { return slices.Clone(versions) }

// CriteriaOn are the criteria under which an application begun on a day is made.
func CriteriaOn(day civil.Date) Criteria {
	for _, version := range versions {
		if !day.Before(version.InForceFrom) {
			return version
		}
	}
	return versions[len(versions)-1]
}

// CriteriaByVersion reads one version. Fault: unknown_criteria.
func CriteriaByVersion(version string) (Criteria, error) {
	for _, known := range versions {
		if known.Version == version {
			return known, nil
		}
	}
	return Criteria{}, ErrUnknownCriteria
}

// ByCode finds a criterion of the version.
func (c Criteria) ByCode(code string) (Criterion, bool) {
	for _, item := range c.Items {
		if item.Code == code {
			return item, true
		}
	}
	return Criterion{}, false
}

// Weight is the sum of the weights.
func (c Criteria) Weight() int {
	sum := 0
	for _, item := range c.Items {
		sum += item.Weight
	}
	return sum
}

// longestDetail is in characters.
const longestDetail = 2000

// check refuses an answer that is not of the question's kind; field is its name
// in what was sent.
func (q Question) check(value, detail, field string, wrong *fault.Collector) {
	switch q.Kind {
	case AnswerYesNo:
		wrong.Check(value == "" || value == "yes" || value == "no", field, "unknown_choice", "Répondez par oui ou par non.")
	case AnswerChoice:
		known := value == "" || slices.ContainsFunc(q.Choices, func(c Choice) bool { return c.Code == value })
		wrong.Check(known, field, "unknown_choice", "Choisissez une réponse de la liste.")
	case AnswerNumber:
		if value == "" {
			break
		}
		number, err := strconv.Atoi(value)
		wrong.Check(err == nil && number >= q.AtLeast && number <= q.AtMost, field, "not_number",
			fmt.Sprintf("Écrivez un nombre entier, de %d à %d.", q.AtLeast, q.AtMost))
	default:
		wrong.Check(value == "", field, "unexpected", "Répondez en toutes lettres, dans le champ de texte.")
	}
	wrong.Check(utf8.RuneCountInString(detail) <= longestDetail, field+".detail", "too_long", "Raccourcissez la réponse\u00a0: 2\u202f000\u00a0caractères au plus.")
}

// answered tells whether an answer says something.
func (q Question) answered(value, detail string) bool {
	if q.Kind == AnswerText {
		return strings.TrimSpace(detail) != ""
	}
	return value != ""
}

// unitOf is the unit as a number of it agrees: "1 personne", "2 personnes".
func (q Question) unitOf(value string) string {
	if value != "0" && value != "1" {
		return q.Unit
	}
	noun, rest, more := strings.Cut(q.Unit, " ")
	noun = strings.TrimSuffix(noun, "s")
	if more {
		return noun + " " + rest
	}
	return noun
}

// Say writes an answer's value in French: "Oui", "4 heures par semaine", the
// choice's text; empty for none.
func (q Question) Say(value string) string {
	switch {
	case value == "":
		return ""
	case q.Kind == AnswerYesNo && value == "yes":
		return "Oui"
	case q.Kind == AnswerYesNo:
		return "Non"
	case q.Kind == AnswerNumber:
		return value + "\u00a0" + q.unitOf(value)
	}
	for _, choice := range q.Choices {
		if choice.Code == value {
			return choice.Text
		}
	}
	return value
}
