package diagnosis_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/diagnosis"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
)

func full(t testing.TB) diagnosis.Questionnaire {
	t.Helper()
	found, err := diagnosis.Shipped(diagnosis.FullCode)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// The five domains as the national measure scores them: by how many things one
// does alone.
func TestFullScoresEachDomainByWhatIsDoneAlone(t *testing.T) {
	asked := full(t)
	for _, c := range []struct {
		question, answer, domain string
		want                     int // -1: nothing learnt
	}{
		{"inform", "nothing", "information", 0},
		{"inform", "unknown", "information", -1},
		{"inform", "rights", "information", 1},
		{"inform", "rights,news", "information", 2},
		{"communicate", "email", "communication", 1},
		{"communicate", "email,call,attach", "communication", 2},
		{"solve", "bank", "problem_solving", 1},
		{"solve", "bank,app", "problem_solving", 1},
		{"solve", "bank,app,formality", "problem_solving", 2},
		{"create", "nothing", "software", 0},
		{"create", "letter,files,print", "software", 2},
		{"protect", "trap,who", "privacy", 1},
		{"protect", "trap,who,password,refuse", "privacy", 2},
	} {
		question, _ := asked.Question(c.question)
		read, known := question.Read(c.answer)
		if !known {
			t.Fatalf("%s: %q is no answer", c.question, c.answer)
		}
		score := asked.Read(map[string]string{c.question: read}).Scores[c.domain]
		if c.want < 0 && score != nil || c.want >= 0 && (score == nil || *score != c.want) {
			t.Errorf("%s %q: %v, not %d", c.question, c.answer, score, c.want)
		}
	}
}

func TestFullRoutes(t *testing.T) {
	none := map[string]string{"inform": "nothing", "communicate": "nothing", "solve": "nothing", "create": "nothing", "protect": "nothing"}
	with := func(base map[string]string, pairs ...string) map[string]string {
		made := map[string]string{}
		for key, value := range base {
			made[key] = value
		}
		for i := 0; i < len(pairs); i += 2 {
			made[pairs[i]] = pairs[i+1]
		}
		return made
	}
	able := map[string]string{"use": "often", "inform": "rights,news", "communicate": "email,message", "solve": "bank,app,formality", "create": "letter,files,print", "protect": "trap,who"}
	for _, c := range []struct {
		name    string
		answers map[string]string
		route   string
		none    bool // illectronisme, as INSEE counts it
		weak    int  // domains at 0
	}{
		{"never online, nothing alone", with(none, "use", "never"), diagnosis.FarAway, true, 5},
		{"online, nothing alone", with(none, "use", "often"), diagnosis.FarAway, true, 5},
		{"nothing alone, and wants to learn", with(none, "use", "long_ago", "wish", "learn"), diagnosis.Pathway, true, 5},
		{"knows one thing", with(none, "use", "often", "inform", "news"), diagnosis.Pathway, false, 4},
		{"able, one domain at 1", able, diagnosis.OneOff, false, 0},
		{"able, but no protection", with(able, "protect", "nothing"), diagnosis.Pathway, false, 1},
		{"basics everywhere", map[string]string{"inform": "news", "communicate": "email", "solve": "app", "create": "files", "protect": "who"}, diagnosis.Pathway, false, 0},
		{"basics everywhere, one point to settle", map[string]string{"inform": "news", "communicate": "email", "solve": "app", "create": "files", "protect": "who", "wish": "one"}, diagnosis.OneOff, false, 0},
		{"wants paper", with(able, "wish", "paper"), diagnosis.OnPaper, false, 0},
		{"not online for three months, able before", with(able, "use", "long_ago"), diagnosis.OneOff, true, 0},
		{"knows nothing", map[string]string{}, diagnosis.OneOff, false, 0},
	} {
		found := full(t).Read(c.answers)
		if found.Route.Code != c.route || found.Illectronisme() != c.none || len(found.Weak()) != c.weak {
			t.Errorf("%s: route %s, illectronisme %v, weak %v", c.name, found.Route.Code, found.Illectronisme(), found.Weak())
		}
	}
}

func TestFullNotesBrakesOnceEach(t *testing.T) {
	found := full(t).Read(map[string]string{"device": "none", "connection": "weak", "reading": "with", "speaking": "other", "feeling": "afraid", "comfort": "calm,large_print,accessible"})
	want := []string{"equipment", "connection", "reader", "language", "accessible", "large_print", "calm", "reassurance"}
	if !slices.Equal(found.Brakes, want) {
		t.Errorf("brakes: %v", found.Brakes)
	}
}

func TestEveryAnswerToFullIsRoutedWithItsReasons(t *testing.T) {
	asked := full(t)
	rapid.Check(t, func(t *rapid.T) {
		answers := map[string]string{}
		for _, question := range asked.Questions {
			most := 1
			if question.Multiple {
				most = len(question.Choices)
			}
			var values []string
			for _, i := range rapid.SliceOfNDistinct(rapid.IntRange(0, len(question.Choices)-1), 1, most, rapid.ID[int]).Draw(t, question.ID) {
				values = append(values, question.Choices[i].Value)
			}
			read, known := question.Read(strings.Join(values, ","))
			if !known {
				t.Fatalf("%s: %v", question.ID, values)
			}
			answers[question.ID] = read
		}
		found := asked.Read(answers)
		if len(found.Route.Reasons) == 0 || found.Route.Reasons[0] == "" {
			t.Fatalf("%v: no reason", answers)
		}
		if len(found.Scores) != len(diagnosis.Domains) {
			t.Fatalf("%v: %d domains", answers, len(found.Scores))
		}
	})
}

func TestShippedQuestionnairesSpeakPlainly(t *testing.T) {
	for _, code := range diagnosis.Codes {
		asked, err := diagnosis.Shipped(code)
		if err != nil {
			t.Fatal(err)
		}
		if asked.Minutes == 0 {
			t.Errorf("%s: how long does it take?", code)
		}
		if hard := asked.HardWords(); len(hard) > 0 {
			t.Errorf("%s: %v", code, hard)
		}
	}
}

func TestATranslationChangesWordsAlone(t *testing.T) {
	quick := diagnosis.Quick()
	if !slices.Contains(quick.Languages(), "en") {
		t.Fatal("the quick detection is not in English")
	}
	english := quick.In("en")
	answers := map[string]string{"use": "never", "wish": "urgent"}
	if english.Questions[0].Text == quick.Questions[0].Text || english.Read(answers).Route.Code != quick.Read(answers).Route.Code {
		t.Errorf("%q, %s", english.Questions[0].Text, english.Read(answers).Route.Code)
	}
	for i, question := range english.Questions {
		for j, choice := range question.Choices {
			if choice.Text == quick.Questions[i].Choices[j].Text {
				t.Errorf("%s %s: not translated", question.ID, choice.Value)
			}
		}
	}
	if french := quick.In("pl"); french.Questions[0].Text != quick.Questions[0].Text {
		t.Error("what is not translated is said in French")
	}
}

// scored is a questionnaire of one question on privacy, as a version may be.
func scored(t *testing.T, id, score string) diagnosis.Questionnaire {
	t.Helper()
	read, err := diagnosis.Parse([]byte(`{"code":"x","version":1,"title":"X","minutes":1,"questions":[{"id":"` + id + `","text":"A","hint":"","why":"B","domain":"privacy",
		"choices":[{"value":"yes","text":"Oui","score":` + score + `},{"value":"no","text":"Non","score":0},{"value":"unknown","text":"Je ne sais pas"}]}],
		"rules":[{"route":"pathway","when":{},"reason":"Parce que."}]}`))
	if err != nil {
		t.Fatal(err)
	}
	return read
}

func TestProgressComparesLikeWithLike(t *testing.T) {
	one := scored(t, "a", "1")
	reworded := scored(t, "a", "1")
	reworded.Questions[0].Text = "Autrement dit"
	other := scored(t, "a", "2")
	renamed := scored(t, "b", "1")
	renamed.Code = "y"
	silent := scored(t, "a", "1")
	silent.Questions[0].Domain, silent.Questions[0].Choices = "", []diagnosis.Choice{{Value: "unknown", Text: "Je ne sais pas"}}
	for _, c := range []struct {
		name          string
		first, second diagnosis.Questionnaire
		before, after string
		compared      bool
		change        int
		improved      bool
	}{
		{"the same version", one, one, "no", "yes", true, 1, true},
		{"the same version, down", one, one, "yes", "no", true, -1, false},
		{"no change", one, one, "yes", "yes", true, 0, false},
		{"another wording", one, reworded, "no", "yes", true, 1, true},
		{"another score", one, other, "no", "yes", false, 0, false},
		{"another questionnaire", one, renamed, "no", "yes", false, 0, false},
		{"asked once only", one, silent, "no", "", false, 0, false},
		{"no answer the second time", one, one, "no", "unknown", false, 0, false},
	} {
		before := diagnosis.Diagnosis{Finding: c.first.Read(map[string]string{c.first.Questions[0].ID: c.before})}
		after := diagnosis.Diagnosis{Finding: c.second.Read(map[string]string{c.second.Questions[0].ID: c.after})}
		progress := diagnosis.Compare(before, after, c.first, c.second)
		if len(progress.Domains) != 1 {
			t.Errorf("%s: %d domains", c.name, len(progress.Domains))
			continue
		}
		found := progress.Domains[0]
		if found.Compared() != c.compared || found.Change() != c.change || progress.Improved() != c.improved || (found.Why == "") != c.compared {
			t.Errorf("%s: compared %v, change %d, improved %v, why %q", c.name, found.Compared(), found.Change(), progress.Improved(), found.Why)
		}
	}
}

func TestProgressOfAPersonIsFirstAgainstLastByTheDayOfTheAnswers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		desk := agent()
		today := civil.DateOf(dbtest.Start, civil.Paris)
		var who holder.Holder
		d.Must(t, desk, func(ctx context.Context, tx *db.Tx) (err error) {
			who, err = holder.Register(ctx, tx, holder.New{})
			return err
		})
		// The paper of last month is typed in after the diagnosis of today.
		for _, in := range []diagnosis.Input{
			{Answers: map[string]string{"search": "easy", "write": "hard"}},
			{Answers: map[string]string{"search": "none", "write": "hard"}, Manner: diagnosis.OnForm, TakenOn: today.AddMonths(-1)},
			{Questionnaire: diagnosis.FullCode, Answers: map[string]string{"inform": "news"}},
		} {
			made := record(t, d, desk, in)
			d.Must(t, desk, func(ctx context.Context, tx *db.Tx) error { return diagnosis.Attach(ctx, tx, made.ID, who.ID) })
		}
		if err := d.View(t.Context(), desk, func(q db.Q) error {
			found, err := diagnosis.ProgressOf(t.Context(), q, who.ID)
			if err != nil {
				return err
			}
			if len(found) != 1 || found[0].Before.TakenOn != today.AddMonths(-1) || found[0].Before.Manner != diagnosis.OnForm || !found[0].Improved() {
				t.Errorf("progress: %+v", found)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestADayOfAnswersIsPastAndNotTooOld(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		today := civil.DateOf(dbtest.Start, civil.Paris)
		for day, refused := range map[civil.Date]bool{today: false, today.AddDays(1): true, today.AddMonths(-24): false, today.AddMonths(-25): true} {
			err := d.Update(t.Context(), agent(), func(tx *db.Tx) error {
				_, err := diagnosis.Record(t.Context(), tx, diagnosis.Input{Manner: diagnosis.OnForm, TakenOn: day})
				return err
			})
			if fault.HasCode(err, "invalid") != refused {
				t.Errorf("%s: %v", day, err)
			}
		}
	})
}

func TestTheReasonOfAChoiceIsSealed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		desk := agent()
		made := record(t, d, desk, diagnosis.Input{})
		d.Must(t, desk, func(ctx context.Context, tx *db.Tx) error {
			_, err := diagnosis.Choose(ctx, tx, diagnosis.Override{Diagnosis: made.ID, Route: diagnosis.FarAway, Reason: "Elle a peur des écrans."})
			return err
		})
		if err := d.View(t.Context(), desk, func(q db.Q) error {
			var stored []byte
			if err := q.QueryRow(t.Context(), `SELECT reason FROM route_choice`).Scan(&stored); err != nil {
				return err
			}
			if strings.Contains(string(stored), "écrans") {
				t.Error("the reason rests in clear")
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		d.Must(t, desk, func(ctx context.Context, tx *db.Tx) error { return db.Erase(ctx, tx, made.ID) })
		if err := d.View(t.Context(), desk, func(q db.Q) error {
			found, err := diagnosis.ByID(t.Context(), q, made.ID)
			if found.Chosen() != diagnosis.FarAway || found.Override.Reason != "" {
				t.Errorf("after its key is gone: %+v", found.Override)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}
