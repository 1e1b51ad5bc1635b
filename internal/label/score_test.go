package label_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"passerelle/internal/civil"
	"passerelle/internal/label"
)

// Every published version can be read, asked and scored.
func TestEveryVersionOfTheCriteriaIsWhole(t *testing.T) {
	versions := label.CriteriaVersions()
	if len(versions) < 2 {
		t.Fatalf("%d versions", len(versions))
	}
	for i, version := range versions {
		if i > 0 && !version.InForceFrom.Before(versions[i-1].InForceFrom) {
			t.Errorf("%s does not come after %s", versions[i-1].Version, version.Version)
		}
		if version.Title == "" || version.ThresholdWhy == "" || version.InForceFrom.Before(version.PublishedOn) || version.Weight() != 100 {
			t.Errorf("%s: in force before it is published, a text is missing, or weights add up to %d", version.Version, version.Weight())
		}
		if found, err := label.CriteriaByVersion(version.Version); err != nil || found.Version != version.Version {
			t.Errorf("%s: %v", version.Version, err)
		}
		seen := map[string]bool{}
		required := 0
		for _, item := range version.Items {
			name := version.Version + " " + item.Code
			if seen[item.Code] {
				t.Errorf("%s stands twice", name)
			}
			seen[item.Code] = true
			for _, text := range []string{item.Title, item.Why, item.Proof, item.Answer.Text} {
				if text == "" || strings.Contains(text, "'") || strings.TrimSpace(text) != text {
					t.Errorf("%s: %q", name, text)
				}
			}
			if !strings.HasSuffix(item.Answer.Text, "?") && !strings.HasSuffix(item.Answer.Text, ".") || !strings.HasSuffix(item.Why, ".") || !strings.HasSuffix(item.Proof, ".") {
				t.Errorf("%s: a text is not a sentence", name)
			}
			if item.Weight < 1 || item.Required && item.MayNotApply || item.PartlyEnough && !item.Required || item.Attachment.Needed && item.Attachment.Expected == "" {
				t.Errorf("%s contradicts itself: %+v", name, item)
			}
			switch item.Answer.Kind {
			case label.AnswerChoice:
				if len(item.Answer.Choices) < 2 {
					t.Errorf("%s: nothing to choose", name)
				}
			case label.AnswerNumber:
				if item.Answer.AtMost <= item.Answer.AtLeast || item.Answer.Unit == "" {
					t.Errorf("%s: no bounds or no unit", name)
				}
			case label.AnswerYesNo, label.AnswerText:
			default:
				t.Errorf("%s: kind %q", name, item.Answer.Kind)
			}
			if item.Required {
				required += item.Weight
			}
		}
		if required < version.Threshold {
			t.Logf("%s: the required criteria bring %d of the %d points needed", version.Version, required, version.Threshold)
		}
	}
	for on, want := range map[civil.Date]string{
		civil.On(2020, 1, 1): "2023-1", civil.On(2025, 12, 31): "2023-1", civil.On(2026, 1, 1): "2026-1", civil.On(2030, 1, 1): "2026-1",
	} {
		if got := label.CriteriaOn(on).Version; got != want {
			t.Errorf("%s: %s, want %s", on, got, want)
		}
	}
}

// three is a small version: a required criterion, one for which partly is
// enough, one that may not apply.
var three = label.Criteria{Threshold: 60, Items: []label.Criterion{
	{Code: "a", Title: "A", Weight: 5, Required: true},
	{Code: "b", Title: "B", Weight: 3, Required: true, PartlyEnough: true},
	{Code: "c", Title: "C", Weight: 2, MayNotApply: true},
}}

func TestAScoreAndItsReasons(t *testing.T) {
	const met, partly, not, none = label.Met, label.Partly, label.NotMet, label.NotApplicable
	for _, test := range []struct {
		a, b, c   label.Verdict
		percent   int
		grantable bool
		reason    string
	}{
		{met, met, met, 100, true, "Tous les critères obligatoires sont remplis."},
		{met, met, none, 100, true, "Tous les critères obligatoires sont remplis."},
		{met, partly, none, 81, true, "Rempli en partie : B (1,5 sur 3)."},
		{met, partly, not, 65, true, "Non rempli : C (0 sur 2)."},
		{met, not, met, 70, false, "Critère obligatoire non rempli : B."},
		{partly, met, met, 75, false, "Critère obligatoire non rempli : A."},
		{none, met, met, 50, false, "Critère obligatoire non rempli : A."}, // it always applies
		{not, not, not, 0, false, "Le score est de 0 sur 100 : il faut 60."},
		{met, met, "", 80, false, "Pas encore examiné : C."},
		{"", "", "", 0, false, "Pas encore examiné : A."},
	} {
		score := three.Score(map[string]label.Judgement{"a": {Verdict: test.a}, "b": {Verdict: test.b}, "c": {Verdict: test.c}})
		plain := strings.ReplaceAll(strings.Join(score.Reasons, "\n"), "\u00a0", " ")
		if score.Percent != test.percent || score.Grantable != test.grantable || !strings.Contains(plain, test.reason) {
			t.Errorf("%s %s %s: %d, %v, %q", test.a, test.b, test.c, score.Percent, score.Grantable, plain)
		}
	}
}

func verdictsOf(t *rapid.T, criteria label.Criteria) map[string]label.Judgement {
	given := map[string]label.Judgement{}
	for _, item := range criteria.Items {
		choices := []label.Verdict{label.NotMet, label.Partly, label.Met}
		if item.MayNotApply {
			choices = append(choices, label.NotApplicable)
		}
		given[item.Code] = label.Judgement{Verdict: rapid.SampledFrom(choices).Draw(t, item.Code)}
	}
	return given
}

// Meeting more never lowers the score, and never takes the label away.
func TestMeetingMoreNeverLowersAScore(t *testing.T) {
	better := []label.Verdict{label.NotMet, label.Partly, label.Met}
	rapid.Check(t, func(t *rapid.T) {
		criteria := rapid.SampledFrom(label.CriteriaVersions()).Draw(t, "version")
		given := verdictsOf(t, criteria)
		before := criteria.Score(given)
		if before.Percent < 0 || before.Percent > 100 {
			t.Fatalf("%d of 100", before.Percent)
		}
		item := rapid.SampledFrom(criteria.Items).Draw(t, "criterion")
		rank := slices.Index(better, given[item.Code].Verdict)
		if rank < 0 || rank == len(better)-1 {
			return
		}
		given[item.Code] = label.Judgement{Verdict: better[rank+1]}
		after := criteria.Score(given)
		if after.Percent < before.Percent || before.Grantable && !after.Grantable {
			t.Fatalf("%s from %s to %s: %d then %d, %v then %v", item.Code, better[rank], better[rank+1], before.Percent, after.Percent, before.Grantable, after.Grantable)
		}
	})
}

// What does not apply counts for nothing: the score is that of the criteria
// without it.
func TestWhatDoesNotApplyIsNeutral(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		criteria := label.CriteriaVersions()[0]
		given := verdictsOf(t, criteria)
		without := criteria
		without.Items = slices.DeleteFunc(slices.Clone(criteria.Items), func(item label.Criterion) bool { return item.MayNotApply })
		for _, item := range criteria.Items {
			if item.MayNotApply {
				given[item.Code] = label.Judgement{Verdict: label.NotApplicable}
			}
		}
		if whole, part := criteria.Score(given), without.Score(given); whole.Percent != part.Percent || whole.Grantable != part.Grantable {
			t.Fatalf("%d, and %d without what does not apply", whole.Percent, part.Percent)
		}
	})
}
