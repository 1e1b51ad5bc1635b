package diagnosis_test

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/diagnosis"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
)

func TestQuickAsksAtMostSixQuestionsAndAllowsNotKnowing(t *testing.T) {
	quick := diagnosis.Quick()
	if len(quick.Questions) == 0 || len(quick.Questions) > 6 {
		t.Errorf("%d questions", len(quick.Questions))
	}
	for _, question := range quick.Questions {
		last := question.Choices[len(question.Choices)-1]
		if last.Value != diagnosis.Unknown || last.Text != "Je ne sais pas" {
			t.Errorf("%s: the last answer is %q", question.ID, last.Text)
		}
	}
}

func TestRouteFollowsTheAnswers(t *testing.T) {
	type answers map[string]string
	for _, c := range []struct {
		name    string
		answers answers
		route   string
		level   string
		urgent  bool
	}{
		{"never online, nothing alone", answers{"use": "never", "search": "none", "write": "none", "formality": "none", "wish": "urgent"}, diagnosis.FarAway, "discover", true},
		{"never online, knows nothing else", answers{"use": "never"}, diagnosis.FarAway, "discover", false},
		{"never online, and wants to learn", answers{"use": "never", "search": "none", "write": "none", "formality": "none", "wish": "learn"}, diagnosis.Pathway, "discover", false},
		{"online, and everything is done by others", answers{"use": "often", "search": "helped", "write": "none", "formality": "helped"}, diagnosis.FarAway, "discover", false},
		{"messages but no formality", answers{"use": "often", "search": "easy", "write": "easy", "formality": "helped", "wish": "learn"}, diagnosis.Pathway, "discover", false},
		{"everything alone, with blocks", answers{"use": "often", "search": "hard", "write": "hard", "formality": "hard"}, diagnosis.Pathway, "master", false},
		{"blocks, and one point to settle", answers{"use": "often", "search": "hard", "write": "hard", "formality": "hard", "wish": "one"}, diagnosis.OneOff, "master", false},
		{"nearly autonomous", answers{"use": "often", "search": "easy", "write": "easy", "formality": "hard"}, diagnosis.OneOff, "master", false},
		{"autonomous", answers{"use": "often", "search": "easy", "write": "easy", "formality": "easy"}, diagnosis.OneOff, "empower", false},
		{"wants paper", answers{"use": "often", "search": "easy", "write": "easy", "formality": "easy", "wish": "paper"}, diagnosis.OnPaper, "empower", false},
		{"knows nothing", answers{}, diagnosis.OneOff, "discover", false},
		{"knows nothing, wants to learn", answers{"wish": "learn"}, diagnosis.Pathway, "discover", false},
	} {
		found := diagnosis.Quick().Read(c.answers)
		if found.Route.Code != c.route || found.Level() != c.level || found.Urgent != c.urgent {
			t.Errorf("%s: route %s, level %s, urgent %v", c.name, found.Route.Code, found.Level(), found.Urgent)
		}
		if len(found.Route.Reasons) == 0 {
			t.Errorf("%s: no reason", c.name)
		}
	}
}

func TestScoresAreNullWhereNothingWasAskedOrLearnt(t *testing.T) {
	found := diagnosis.Quick().Read(map[string]string{"search": "easy", "write": "unknown"})
	for domain, want := range map[string]int{"information": 2, "communication": -1, "problem_solving": -1, "software": -1, "privacy": -1} {
		score, listed := found.Scores[domain]
		if !listed || want < 0 && score != nil || want >= 0 && (score == nil || *score != want) {
			t.Errorf("%s: %v", domain, score)
		}
	}
	text, err := json.Marshal(found.Scores)
	if err != nil || !strings.Contains(string(text), `"privacy":null`) {
		t.Errorf("as JSON: %s %v", text, err)
	}
}

// Every combination of answers has a route, at least one reason, and each route
// is reached by someone.
func TestEveryCombinationOfAnswersIsRouted(t *testing.T) {
	quick := diagnosis.Quick()
	reached := map[string]int{}
	var walk func(answers map[string]string, rest []diagnosis.Question)
	walk = func(answers map[string]string, rest []diagnosis.Question) {
		if len(rest) == 0 {
			found := quick.Read(answers)
			reached[found.Route.Code]++
			if len(found.Route.Reasons) == 0 {
				t.Fatalf("%v: no reason", answers)
			}
			return
		}
		for _, choice := range rest[0].Choices {
			answers[rest[0].ID] = choice.Value
			walk(answers, rest[1:])
		}
	}
	walk(map[string]string{}, quick.Questions)
	for _, route := range diagnosis.Routes {
		if reached[route.Code] == 0 {
			t.Errorf("nobody is sent to %s", route.Code)
		}
	}
}

func TestSeveralNeedsAreReadInOneAnswer(t *testing.T) {
	needs, _ := diagnosis.Quick().Question("needs")
	for answer, want := range map[string]string{
		"reader,words": "words,reader", "words, unknown": "words", "nothing": "nothing", "": "unknown", "near|accessible": "near,accessible",
	} {
		if got, known := needs.Read(answer); !known || got != want {
			t.Errorf("%q: %q %v", answer, got, known)
		}
	}
	for _, answer := range []string{"words,house", ","} {
		if got, known := needs.Read(answer); known {
			t.Errorf("%q is read as %q", answer, got)
		}
	}
	found := diagnosis.Quick().Read(map[string]string{"needs": "words,reader"})
	if !slices.Equal(found.Brakes, []string{"words", "reader"}) {
		t.Errorf("brakes: %v", found.Brakes)
	}
}

func TestReasonsAreShortAndPlain(t *testing.T) {
	quick := diagnosis.Quick()
	check := func(text string) {
		if text == "" {
			return
		}
		if strings.Contains(text, "'") || !strings.HasSuffix(text, ".") || len(strings.Fields(text)) > 22 {
			t.Errorf("%q: curly apostrophes, a full stop, at most 22 words", text)
		}
	}
	for _, question := range quick.Questions {
		for _, choice := range question.Choices {
			check(choice.Reason)
		}
	}
	for _, rule := range quick.Rules {
		check(rule.Reason)
	}
}

func TestQuestionnaireThatIsNotWholeIsRefused(t *testing.T) {
	const whole = `{"code":"x","version":1,"title":"X","questions":[{"id":"a","text":"A ?","hint":"","why":"B","domain":"privacy",
		"choices":[{"value":"yes","text":"Oui","score":1},{"value":"unknown","text":"Je ne sais pas"}]}],
		"rules":[{"route":"pathway","when":{},"reason":"Parce que."}]}`
	if _, err := diagnosis.Parse([]byte(whole)); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"no way not to know":     {`"unknown"`, `"maybe"`},
		"a score of 3":           {`"score":1`, `"score":3`},
		"an unknown domain":      {`"privacy"`, `"cooking"`},
		"an unknown route":       {`"pathway"`, `"home"`},
		"an unknown brake":       {`"score":1`, `"brake":"rain"`},
		"a choice twice":         {`"yes"`, `"unknown"`},
		"a last rule that fails": {`{}`, `{"known":1}`},
		"a rule on no question":  {`{}`, `{"answers":{"b":["yes"]}}`},
		"a rule on no choice":    {`{}`, `{"unless":{"a":["no"]}}`},
		"an unknown key":         {`"title"`, `"tittle"`},
		"no questions":           {`"id":"a"`, `"id":""`},
	} {
		if _, err := diagnosis.Parse([]byte(strings.Replace(whole, change[0], change[1], 1))); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{"easy", "words,reader", "unknown,", "|", "\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, answer string) {
		for _, question := range diagnosis.Quick().Questions {
			read, known := question.Read(answer)
			if !known {
				continue
			}
			again, stillKnown := question.Read(read)
			if !stillKnown || again != read {
				t.Fatalf("%s: %q reads as %q, then as %q", question.ID, answer, read, again)
			}
		}
	})
}

func agent() db.Actor {
	return db.Actor{Kind: db.Person, ID: db.NewID(dbtest.Start), Organisation: db.NewID(dbtest.Start), Role: account.RoleDesk, Level: account.LevelMember}
}

func record(t *testing.T, d *dbtest.DB, actor db.Actor, in diagnosis.Input) diagnosis.Diagnosis {
	t.Helper()
	var made diagnosis.Diagnosis
	d.Must(t, actor, func(ctx context.Context, tx *db.Tx) (err error) {
		made, err = diagnosis.Record(ctx, tx, in)
		return err
	})
	return made
}

func TestRecordedDiagnosisIsReadBackAndAttachedToOnePersonOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		desk := agent()
		made := record(t, d, desk, diagnosis.Input{Answers: map[string]string{"use": "often", "search": "easy", "needs": "reader,words", "wish": "urgent"}, Commune: "23096"})
		if made.Answers["write"] != diagnosis.Unknown {
			t.Errorf("a missing answer is kept as %q", made.Answers["write"])
		}
		var people []holder.Holder
		d.Must(t, desk, func(ctx context.Context, tx *db.Tx) error {
			for range 2 {
				who, err := holder.Register(ctx, tx, holder.New{})
				if err != nil {
					return err
				}
				people = append(people, who)
			}
			for range 2 {
				if err := diagnosis.Attach(ctx, tx, made.ID, people[0].ID); err != nil {
					return err
				}
			}
			return nil
		})
		err := d.Update(t.Context(), desk, func(tx *db.Tx) error { return diagnosis.Attach(t.Context(), tx, made.ID, people[1].ID) })
		if !fault.HasCode(err, "diagnosis_attached") {
			t.Errorf("attached to a second person: %v", err)
		}
		if err := d.View(t.Context(), desk, func(q db.Q) error {
			of, err := diagnosis.Of(t.Context(), q, people[0].ID)
			if err != nil {
				return err
			}
			if len(of) != 1 || of[0].Holder != people[0].ID || !of[0].Urgent || of[0].Route.Code != made.Route.Code ||
				!maps.Equal(of[0].Answers, made.Answers) || !slices.Equal(of[0].Brakes, []string{"words", "reader"}) {
				t.Errorf("read back: %+v", of)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAgentsChoiceStandsWithItsReason(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		desk := agent()
		made := record(t, d, desk, diagnosis.Input{Answers: map[string]string{"use": "never"}})
		choose := func(actor db.Actor, route, reason string) error {
			return d.Update(t.Context(), actor, func(tx *db.Tx) error {
				_, err := diagnosis.Choose(t.Context(), tx, diagnosis.Override{Diagnosis: made.ID, Route: route, Reason: reason})
				return err
			})
		}
		for _, c := range [][2]string{{diagnosis.Pathway, " "}, {"home", "Elle préfère."}, {diagnosis.Pathway, "N° 2 51 03 23 096"}} {
			if err := choose(desk, c[0], c[1]); !fault.HasCode(err, "invalid") {
				t.Errorf("%q %q: %v", c[0], c[1], err)
			}
		}
		if err := choose(agent(), diagnosis.Pathway, "Elle veut."); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another desk chooses: %v", err)
		}
		for _, route := range []string{diagnosis.OneOff, diagnosis.Pathway} {
			d.Clock.Advance(1e9)
			if err := choose(desk, route, "Elle veut apprendre."); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.View(t.Context(), desk, func(q db.Q) error {
			found, err := diagnosis.ByID(t.Context(), q, made.ID)
			if found.Chosen() != diagnosis.Pathway || found.Route.Code != diagnosis.FarAway || found.Override.Reason != "Elle veut apprendre." {
				t.Errorf("chosen %s, proposed %s", found.Chosen(), found.Route.Code)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestWrongAnswersAreToldByQuestion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		err := d.Update(t.Context(), agent(), func(tx *db.Tx) error {
			_, err := diagnosis.Record(t.Context(), tx, diagnosis.Input{Answers: map[string]string{"use": "yesterday", "age": "70"}, Commune: "00000"})
			return err
		})
		var names []string
		for _, field := range fault.Of(err).Fields {
			names = append(names, field.Name)
		}
		if !slices.Equal(names, []string{"answers.use", "answers.age", "commune"}) {
			t.Errorf("fields: %v", names)
		}
		err = d.Update(t.Context(), agent(), func(tx *db.Tx) error {
			_, err := diagnosis.Record(t.Context(), tx, diagnosis.Input{Questionnaire: "slow"})
			return err
		})
		if !fault.HasCode(err, "unknown_questionnaire") {
			t.Error(err)
		}
	})
}
