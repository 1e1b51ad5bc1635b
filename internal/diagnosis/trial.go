package diagnosis

import (
	"context"
	"slices"

	"passerelle/internal/civil"
	"passerelle/internal/db"
)

// mostTried is how many past diagnoses a trial reads, the latest.
const mostTried = 5000

// mostMoved is how many of those who would change route a trial lists.
const mostMoved = 50

// Trial is what a draft would have said of past answers. It holds no person, no
// commune and no organisation: the programme's team sees answers alone.
type Trial struct {
	Read    int // diagnoses read, the latest ones
	Stay    int
	Move    int
	Partial int // of those read, answered without a question that the draft adds
	Moves   []Move
	Moved   []Moved // the latest of those who move
}

// Move counts those whom one route leads to another.
type Move struct {
	From, To string
	Count    int
}

// Moved is one past diagnosis that the draft would route otherwise.
type Moved struct {
	Day        civil.Date
	From, To   string
	Was, Would string // the first reason, then and with the draft
}

// Try reads the past answers to a questionnaire with another version of it, and
// tells who would change route: the proposal, whatever the agent chose then.
// Answers to questions that no longer exist fall away; new questions count as
// "Je ne sais pas". The version must be whole. Faults: those of account.Require
// for questionnaire.edit.
func Try(ctx context.Context, q db.Q, next Questionnaire) (Trial, error) {
	if err := mayEdit(q); err != nil {
		return Trial{}, err
	}
	past, err := db.All(ctx, q, scan, selectDiagnosis+` WHERE d.questionnaire = $1 ORDER BY d.id DESC LIMIT $2`, next.Code, mostTried)
	if err != nil {
		return Trial{}, err
	}
	made := Trial{}
	counts := map[[2]string]int{}
	versions := readings{}
	for _, one := range past {
		asked, err := versions.of(ctx, q, one.Questionnaire, one.Version)
		if err != nil {
			return Trial{}, err
		}
		answers, readable, err := unsealAnswers(ctx, q, one.ID, one.sealed)
		if err != nil {
			return Trial{}, err
		}
		if !readable {
			continue // erased at its term
		}
		made.Read++
		was, would := asked.Read(answers), next.Read(next.carried(answers))
		if slices.ContainsFunc(next.Questions, func(question Question) bool { return answers[question.ID] == "" }) {
			made.Partial++
		}
		if was.Route.Code == would.Route.Code {
			made.Stay++
			continue
		}
		made.Move++
		counts[[2]string{was.Route.Code, would.Route.Code}]++
		if len(made.Moved) < mostMoved {
			made.Moved = append(made.Moved, Moved{one.Day(), was.Route.Code, would.Route.Code, was.Route.Reasons[0], would.Route.Reasons[0]})
		}
	}
	for _, from := range Routes {
		for _, to := range Routes {
			if count := counts[[2]string{from.Code, to.Code}]; count > 0 {
				made.Moves = append(made.Moves, Move{from.Code, to.Code, count})
			}
		}
	}
	return made, nil
}

// carried are past answers as far as this version has them.
func (q Questionnaire) carried(answers map[string]string) map[string]string {
	kept := map[string]string{}
	for _, question := range q.Questions {
		if read, known := question.Read(answers[question.ID]); known {
			kept[question.ID] = read
		}
	}
	return kept
}
