package diagnosis

import (
	"context"
	"maps"
	"slices"

	"passerelle/internal/civil"
	"passerelle/internal/db"
)

// Progress compares two diagnoses of one person, domain by domain, like with
// like.
type Progress struct {
	Before, After Diagnosis
	Domains       []DomainProgress // the domains asked at least once, in the measure's order
}

// DomainProgress is one domain, before and after. Where Why is not empty the two
// scores cannot be compared, and it says for what reason.
type DomainProgress struct {
	Domain        Domain
	Before, After *int
	Why           string
}

// Compared tells whether the two scores stand beside each other.
func (p DomainProgress) Compared() bool { return p.Why == "" }

// Change is the second score less the first, where they are compared.
func (p DomainProgress) Change() int {
	if !p.Compared() {
		return 0
	}
	return *p.After - *p.Before
}

// Compared counts the domains that are compared.
func (p Progress) Compared() (count int) {
	for _, one := range p.Domains {
		if one.Compared() {
			count++
		}
	}
	return count
}

// Improved tells whether a domain rose and none fell; false when nothing is
// compared.
func (p Progress) Improved() bool {
	rose := false
	for _, one := range p.Domains {
		if one.Change() < 0 {
			return false
		}
		rose = rose || one.Change() > 0
	}
	return rose
}

// The reasons for which two scores are not compared.
const (
	askedOnce       = "Demandé une seule fois"
	measuredAnew    = "La question a changé entre les deux"
	unansweredOnce  = "Sans réponse une des deux fois"
	notTheSameScale = "Les deux questionnaires ne mesurent pas de la même façon"
)

// Compare sets two diagnoses side by side, each with the questionnaire that it
// answered. A domain is compared only where both versions measure it with the
// same questions, the same choices and the same scores.
func Compare(before, after Diagnosis, first, second Questionnaire) Progress {
	progress := Progress{Before: before, After: after}
	for _, domain := range Domains {
		then, now := first.measure(domain.Code), second.measure(domain.Code)
		if len(then) == 0 && len(now) == 0 {
			continue
		}
		one := DomainProgress{Domain: domain, Before: before.Scores[domain.Code], After: after.Scores[domain.Code]}
		switch {
		case len(then) == 0 || len(now) == 0:
			one.Why = askedOnce
		case !slices.EqualFunc(then, now, sameMeasure) && first.Code != second.Code:
			one.Why = notTheSameScale
		case !slices.EqualFunc(then, now, sameMeasure):
			one.Why = measuredAnew
		case one.Before == nil || one.After == nil:
			one.Why = unansweredOnce
		}
		progress.Domains = append(progress.Domains, one)
	}
	return progress
}

// measured is what gives a question its score: not its words, which may be put
// better from one version to the next under the same id.
type measured struct {
	id     string
	counts []int
	scores map[string]int // choice → score; -1 for none
}

func (q Questionnaire) measure(domain string) []measured {
	var found []measured
	for _, question := range q.Questions {
		if question.Domain != domain {
			continue
		}
		one := measured{id: question.ID, counts: question.Counts, scores: map[string]int{}}
		for _, choice := range question.Choices {
			one.scores[choice.Value] = -1
			if choice.Score != nil {
				one.scores[choice.Value] = *choice.Score
			}
		}
		found = append(found, one)
	}
	slices.SortFunc(found, func(a, b measured) int {
		if a.id < b.id {
			return -1
		}
		return 1
	})
	return found
}

func sameMeasure(a, b measured) bool {
	return a.id == b.id && slices.Equal(a.counts, b.counts) && maps.Equal(a.scores, b.scores)
}

// Day is the day that the answers were given.
func (d Diagnosis) Day() civil.Date {
	if d.TakenOn.IsZero() {
		return civil.DateOf(d.RecordedAt, civil.Paris)
	}
	return d.TakenOn
}

// ProgressOf compares, for each questionnaire that a person answered at least
// twice, the first time with the last. Faults: those of Of.
func ProgressOf(ctx context.Context, q db.Q, who db.ID) ([]Progress, error) {
	all, err := Of(ctx, q, who)
	if err != nil {
		return nil, err
	}
	made := []Progress{}
	versions := readings{}
	for _, code := range Codes {
		var last, first *Diagnosis
		for i := range all { // the latest first
			if all[i].Questionnaire != code {
				continue
			}
			if last == nil {
				last = &all[i]
			}
			first = &all[i]
		}
		if first == nil || first == last {
			continue
		}
		then, err := versions.of(ctx, q, code, first.Version)
		if err != nil {
			return nil, err
		}
		now, err := versions.of(ctx, q, code, last.Version)
		if err != nil {
			return nil, err
		}
		made = append(made, Compare(*first, *last, then, now))
	}
	return made, nil
}
