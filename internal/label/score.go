package label

import "fmt"

// Verdict is what a certifier found of one criterion in one place.
type Verdict string

// The verdicts.
const (
	Met           Verdict = "met"
	Partly        Verdict = "partly"
	NotMet        Verdict = "not_met"
	NotApplicable Verdict = "not_applicable"
)

// Verdicts lists them from the best.
var Verdicts = []Verdict{Met, Partly, NotMet, NotApplicable}

// French names a verdict; empty for none.
func (v Verdict) French() string {
	return map[Verdict]string{Met: "Rempli", Partly: "Rempli en partie", NotMet: "Non rempli", NotApplicable: "Sans objet"}[v]
}

// Score is what the verdicts on one place come to.
type Score struct {
	Percent   int // points got of the points that apply, 0 to 100, rounded down
	Threshold int
	Lines     []ScoreLine // one per criterion, in the version's order
	Missing   []Criterion // required, and not met
	Unjudged  []Criterion // without verdict yet
	Grantable bool        // nothing missing, all judged, the threshold reached
	Reasons   []string    // French sentences: why it is, or is not, grantable
}

// ScoreLine is one criterion's part. Points are halves of a weight's points, so
// that "partly" is exact.
type ScoreLine struct {
	Criterion Criterion
	Verdict   Verdict // empty when not judged
	Word      string  // the certifier's
	Halves    int     // half points got
	Of        int     // half points it could bring; 0 when it does not apply
}

// Points writes what a line brought: "4,5 sur 9", "sans objet".
func (l ScoreLine) Points() string {
	if l.Of == 0 {
		return "sans objet"
	}
	text := fmt.Sprint(l.Halves / 2)
	if l.Halves%2 == 1 {
		text += ",5"
	}
	return text + " sur " + fmt.Sprint(l.Of/2)
}

// Score adds up the verdicts on one place, by criterion code: met brings the
// weight, partly half of it, not met nothing, not applicable leaves the weight
// out. A criterion without verdict, or said not to apply when it always does,
// counts as not met. The label follows when every criterion is judged, each
// required one is met, and the score reaches the version's threshold.
func (c Criteria) Score(verdicts map[string]Judgement) Score {
	score := Score{Threshold: c.Threshold}
	got, of := 0, 0
	for _, item := range c.Items {
		judged := verdicts[item.Code]
		line := ScoreLine{Criterion: item, Verdict: judged.Verdict, Word: judged.Word, Of: 2 * item.Weight}
		switch {
		case judged.Verdict == Met:
			line.Halves = 2 * item.Weight
		case judged.Verdict == Partly:
			line.Halves = item.Weight
		case judged.Verdict == NotApplicable && item.MayNotApply:
			line.Of = 0
		}
		if judged.Verdict == "" {
			score.Unjudged = append(score.Unjudged, item)
		} else if item.misses(judged.Verdict) {
			score.Missing = append(score.Missing, item)
		}
		got, of = got+line.Halves, of+line.Of
		score.Lines = append(score.Lines, line)
	}
	if of > 0 {
		score.Percent = 100 * got / of
	}
	score.Grantable = len(score.Missing) == 0 && len(score.Unjudged) == 0 && score.Percent >= c.Threshold
	score.Reasons = score.reasons()
	return score
}

// misses tells whether a verdict leaves a required criterion unmet.
func (c Criterion) misses(verdict Verdict) bool {
	if !c.Required || verdict == Met || verdict == Partly && c.PartlyEnough || verdict == NotApplicable && c.MayNotApply {
		return false
	}
	return true
}

func (s Score) reasons() []string {
	var reasons []string
	for _, item := range s.Unjudged {
		reasons = append(reasons, "Pas encore examiné\u00a0: "+item.Title+".")
	}
	for _, item := range s.Missing {
		reasons = append(reasons, "Critère obligatoire non rempli\u00a0: "+item.Title+".")
	}
	switch {
	case s.Percent < s.Threshold:
		reasons = append(reasons, fmt.Sprintf("Le score est de %d sur 100\u00a0: il faut %d.", s.Percent, s.Threshold))
	case s.Grantable:
		reasons = append(reasons,
			"Tous les critères obligatoires sont remplis.",
			fmt.Sprintf("Le score est de %d sur 100\u00a0: il faut %d.", s.Percent, s.Threshold))
	}
	for _, line := range s.Lines {
		lost := line.Of - line.Halves
		if lost > 0 && line.Verdict != "" && !line.Criterion.misses(line.Verdict) {
			reasons = append(reasons, fmt.Sprintf("%s\u00a0: %s (%s).", line.Verdict.French(), line.Criterion.Title, line.Points()))
		}
	}
	return reasons
}
