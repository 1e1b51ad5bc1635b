package diagnosis

import (
	"slices"
)

// The routes.
const (
	FarAway = "far_away" // someone does it with or for them, under a mandate
	Pathway = "pathway"  // a pathway of workshops, with a booklet
	OneOff  = "one_off"  // help once
	OnPaper = "on_paper" // at the counter or on paper
)

// RouteWords is a route as pages tell it.
type RouteWords struct{ Code, Title, Hint string }

// Routes lists them.
var Routes = []RouteWords{
	{Pathway, "Un parcours d’ateliers, avec un carnet", "Apprendre en 5 à 10 séances, près de chez soi"},
	{OneOff, "Un rendez-vous, une fois", "La personne se débrouille presque seule"},
	{FarAway, "Faire avec la personne, ou à sa place avec son accord", "Apprendre n’est pas possible pour l’instant"},
	{OnPaper, "Au guichet ou sur papier, ici", "La personne préfère se passer d’écran"},
}

// RouteTitle is the title of a route's code.
func RouteTitle(code string) string {
	for _, route := range Routes {
		if route.Code == code {
			return route.Title
		}
	}
	return code
}

// Domain is one of the five domains of the national measure.
type Domain struct{ Code, Name string }

// Domains lists them, in its order.
var Domains = []Domain{
	{"information", "S’informer"},
	{"communication", "Communiquer"},
	{"problem_solving", "Résoudre un problème"},
	{"software", "Logiciels"},
	{"privacy", "Vie privée"},
}

// ScoreText tells a score: "0, à découvrir"; "pas demandé" for none.
func ScoreText(score *int) string {
	if score == nil {
		return "pas demandé"
	}
	return [...]string{"0, à découvrir", "1, de base", "2, à l’aise"}[*score]
}

// Brake is a need that a place may meet; never a condition.
type Brake struct{ Code, Name string }

// Brakes lists them.
var Brakes = []Brake{
	{"equipment", "Un appareil prêté"},
	{"connection", "Une connexion"},
	{"words", "Des mots expliqués"},
	{"reader", "Quelqu’un qui lit avec la personne"},
	{"language", "Une autre langue"},
	{"reassurance", "Être rassurée, à son rythme"},
	{"near", "Un lieu tout près"},
	{"accessible", "Une salle sans marche"},
	{"large_print", "De gros caractères"},
	{"calm", "Un endroit calme, et des pauses"},
}

// BrakeName is the French name of a brake's code.
func BrakeName(code string) string {
	for _, brake := range Brakes {
		if brake.Code == code {
			return brake.Name
		}
	}
	return code
}

// Route is a way to help, with its reasons in plain words.
type Route struct {
	Code    string
	Reasons []string
}

// Finding is what answers say: a pure reading.
type Finding struct {
	Scores map[string]*int // by domain, all five; nil where nothing was learnt
	Brakes []string        // codes
	Urgent bool            // something cannot wait
	NoUse  bool            // no Internet in the last three months
	Route  Route
}

// Read scores answers (already in the form of Question.Read) and chooses a route.
func (q Questionnaire) Read(answers map[string]string) Finding {
	found := Finding{Scores: map[string]*int{}, Brakes: []string{}}
	for _, domain := range Domains {
		found.Scores[domain.Code] = nil
	}
	var said []string
	for _, question := range q.Questions {
		chosen := question.Chosen(answers[question.ID])
		if score, known := question.count(chosen); known {
			found.score(question.Domain, score)
			said = append(said, question.Says[score])
		}
		for _, choice := range chosen {
			if choice.Score != nil {
				found.score(question.Domain, *choice.Score)
			}
			if choice.Brake != "" && !slices.Contains(found.Brakes, choice.Brake) {
				found.Brakes = append(found.Brakes, choice.Brake)
			}
			if choice.Reason != "" {
				said = append(said, choice.Reason)
			}
			found.Urgent = found.Urgent || choice.Urgent
			found.NoUse = found.NoUse || choice.NoUse
		}
	}
	for _, rule := range q.Rules {
		if rule.When.holds(q, answers, found.Scores) {
			found.Route = Route{Code: rule.Route, Reasons: append([]string{rule.Reason}, said...)}
			return found
		}
	}
	panic("diagnosis: " + q.Code + ": no rule holds, though the last always does")
}

// score keeps a domain's score. Two questions on one domain: the weaker stands.
func (f *Finding) score(domain string, score int) {
	if known := f.Scores[domain]; known == nil || score < *known {
		f.Scores[domain] = &score
	}
}

// count scores what was named in a question that counts; false where it does
// not, or where nothing was learnt.
func (q Question) count(chosen []Choice) (score int, known bool) {
	if len(q.Counts) == 0 || len(chosen) == 0 || chosen[0].Value == Unknown {
		return 0, false
	}
	named := 0
	for _, choice := range chosen {
		if choice.counts() {
			named++
		}
	}
	for _, least := range q.Counts {
		if named >= least {
			score++
		}
	}
	return score, true
}

func (c Condition) holds(q Questionnaire, answers map[string]string, scores map[string]*int) bool {
	known, twos := 0, 0
	for _, score := range scores {
		if score == nil {
			continue
		}
		known++
		if *score == 2 {
			twos++
		}
		if c.Least != nil && *score < *c.Least || c.Most != nil && *score > *c.Most {
			return false
		}
	}
	if known < c.Known || twos < c.Twos {
		return false
	}
	for id, values := range c.Answers {
		if !q.answered(answers, id, values) {
			return false
		}
	}
	for id, values := range c.Unless {
		if q.answered(answers, id, values) {
			return false
		}
	}
	return true
}

func (q Questionnaire) answered(answers map[string]string, id string, values []string) bool {
	question, _ := q.Question(id)
	return slices.ContainsFunc(question.Chosen(answers[id]), func(choice Choice) bool { return slices.Contains(values, choice.Value) })
}

// Level is the level of workshop to begin with: "discover" while a domain is at
// 0 or nothing is known, "master" while one is at 1, else "empower".
func (f Finding) Level() string {
	least, known := 2, false
	for _, score := range f.Scores {
		if score != nil {
			least, known = min(least, *score), true
		}
	}
	switch {
	case !known || least == 0:
		return "discover"
	case least == 1:
		return "master"
	}
	return "empower"
}

// Illectronisme tells whether the Internet did not serve in three months, or
// every domain asked is at 0 (INSEE Première n° 1953, on the domains that were
// asked); false when nothing is known.
func (f Finding) Illectronisme() bool {
	if f.NoUse {
		return true
	}
	known := false
	for _, score := range f.Scores {
		if score != nil {
			if *score > 0 {
				return false
			}
			known = true
		}
	}
	return known
}

// Weak lists the domains at 0, in the measure's order: one is a weakness, as
// INSEE counts it.
func (f Finding) Weak() []Domain {
	var weak []Domain
	for _, domain := range Domains {
		if score := f.Scores[domain.Code]; score != nil && *score == 0 {
			weak = append(weak, domain)
		}
	}
	return weak
}
