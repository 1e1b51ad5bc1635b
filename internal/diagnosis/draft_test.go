package diagnosis_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/diagnosis"
	"passerelle/internal/fault"
)

func team() db.Actor {
	return db.Actor{Kind: db.Person, ID: db.NewID(dbtest.Start), Organisation: db.NewID(dbtest.Start), Role: account.RoleNational, Level: account.LevelMember}
}

func begun(t *testing.T, d *dbtest.DB, actor db.Actor) (draft diagnosis.Draft) {
	t.Helper()
	d.Must(t, actor, func(ctx context.Context, tx *db.Tx) (err error) {
		draft, err = diagnosis.BeginDraft(ctx, tx, diagnosis.QuickCode)
		return err
	})
	return draft
}

func saved(t *testing.T, d *dbtest.DB, actor db.Actor, draft diagnosis.Draft) diagnosis.Draft {
	t.Helper()
	d.Must(t, actor, func(ctx context.Context, tx *db.Tx) (err error) {
		draft, err = diagnosis.SaveDraft(ctx, tx, draft)
		return err
	})
	return draft
}

func publish(t *testing.T, d *dbtest.DB, actor db.Actor, draft diagnosis.Draft, reason string) error {
	t.Helper()
	return d.Update(t.Context(), actor, func(tx *db.Tx) error {
		_, err := diagnosis.Publish(t.Context(), tx, db.ID{}, draft.Code, draft.Revision, reason)
		return err
	})
}

// stricter sends people who do no formality alone to a pathway, whatever else.
func stricter(draft diagnosis.Draft) diagnosis.Draft {
	draft.Rules = slices.Insert(slices.Clone(draft.Rules), 1, diagnosis.Rule{
		Route: diagnosis.Pathway, Reason: "Les démarches sont à apprendre.",
		When: diagnosis.Condition{Answers: map[string][]string{"formality": {"none", "helped"}}},
	})
	return draft
}

func TestADraftIsTriedThenPublishedAndTheFormerVersionStays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		desk, programme := agent(), team()
		far := map[string]string{"use": "never", "search": "none", "write": "none", "formality": "none"}
		old := record(t, d, desk, diagnosis.Input{Answers: far})
		for range 3 {
			record(t, d, desk, diagnosis.Input{Answers: map[string]string{"use": "often", "search": "easy", "write": "easy", "formality": "hard"}})
		}
		draft := saved(t, d, programme, stricter(begun(t, d, programme)))
		if err := d.View(t.Context(), programme, func(q db.Q) error {
			tried, err := diagnosis.Try(t.Context(), q, draft.Questionnaire)
			if tried.Read != 4 || tried.Stay != 3 || tried.Move != 1 || tried.Partial != 0 ||
				len(tried.Moves) != 1 || tried.Moves[0] != (diagnosis.Move{From: diagnosis.FarAway, To: diagnosis.Pathway, Count: 1}) || len(tried.Moved) != 1 || tried.Moved[0].Would != "Les démarches sont à apprendre." {
				t.Errorf("tried: %+v", tried)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := publish(t, d, programme, draft, " "); !fault.HasCode(err, "invalid") {
			t.Errorf("published without a reason: %v", err)
		}
		if err := publish(t, d, programme, draft, "Les démarches d’abord."); err != nil {
			t.Fatal(err)
		}
		if err := publish(t, d, programme, draft, "Encore."); !fault.HasCode(err, "no_draft") {
			t.Errorf("published twice: %v", err)
		}
		anew := record(t, d, desk, diagnosis.Input{Answers: far})
		if err := d.View(t.Context(), desk, func(q db.Q) error {
			before, err := diagnosis.ByID(t.Context(), q, old.ID)
			if err != nil {
				return err
			}
			after, err := diagnosis.ByID(t.Context(), q, anew.ID)
			if before.Version != 1 || before.Route.Code != diagnosis.FarAway || after.Version != 2 || after.Route.Code != diagnosis.Pathway {
				t.Errorf("before %d %s, after %d %s", before.Version, before.Route.Code, after.Version, after.Route.Code)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := d.View(t.Context(), programme, func(q db.Q) error {
			versions, err := diagnosis.Versions(t.Context(), q, diagnosis.QuickCode)
			if err != nil {
				return err
			}
			if len(versions) != 2 || versions[0].Reason != "Les démarches d’abord." || versions[1].Questionnaire.Version != 1 {
				t.Errorf("versions: %+v", versions)
			}
			findings, err := diagnosis.Check(t.Context(), q)
			if len(findings) != 0 {
				t.Errorf("check: %v", findings)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestCheckSeesAVersionOrARouteThatWasTouched(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		desk, programme := agent(), team()
		record(t, d, desk, diagnosis.Input{Answers: map[string]string{"use": "never"}})
		if err := publish(t, d, programme, saved(t, d, programme, stricter(begun(t, d, programme))), "Essai."); err != nil {
			t.Fatal(err)
		}
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `UPDATE questionnaire_version SET content = $1`, strings.Replace(content(t), "Repérage", "Autre", 1)); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `UPDATE diagnosis SET route = 'one_off'`)
			return err
		})
		if err := d.View(t.Context(), programme, func(q db.Q) error {
			findings, err := diagnosis.Check(t.Context(), q)
			if len(findings) != 2 {
				t.Errorf("check: %v", findings)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

var console = db.Actor{Kind: db.Console}

func content(t *testing.T) string {
	t.Helper()
	text, err := json.Marshal(diagnosis.Quick())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestADraftThatCannotServeSaysAllThatItLacks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		programme := team()
		draft := begun(t, d, programme)
		if err := publish(t, d, programme, draft, "Rien."); !fault.HasCode(err, "draft_same") {
			t.Errorf("nothing changed: %v", err)
		}
		read := draft
		draft.Questions = append(slices.Clone(draft.Questions), diagnosis.Question{ID: "more", Text: "Et encore\u202f?"})
		draft.Rules = draft.Rules[:2]
		draft = saved(t, d, programme, draft)
		err := publish(t, d, programme, draft, "Plus.")
		var lacks []string
		for _, field := range fault.Of(err).Fields {
			lacks = append(lacks, field.Code)
		}
		// Seven questions, one without reason nor "Je ne sais pas", no last rule.
		if !slices.Equal(lacks, []string{"unfinished_draft", "unfinished_draft", "unfinished_draft", "unfinished_draft"}) {
			t.Errorf("lacks: %v", fault.Of(err).Fields)
		}
		if err := d.Update(t.Context(), programme, func(tx *db.Tx) error {
			_, err := diagnosis.SaveDraft(t.Context(), tx, read)
			return err
		}); !fault.HasCode(err, "draft_moved") {
			t.Errorf("saved over another's save: %v", err)
		}
		if err := d.Update(t.Context(), agent(), func(tx *db.Tx) error {
			_, err := diagnosis.BeginDraft(t.Context(), tx, diagnosis.QuickCode)
			return err
		}); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a desk edits: %v", err)
		}
	})
}

func TestADraftIsReadFromItsFileOnly(t *testing.T) {
	draft := diagnosis.Draft{Questionnaire: diagnosis.Quick()}
	if read, err := diagnosis.ReadDraft(draft, []byte(content(t))); err != nil || len(read.Questions) != 6 {
		t.Errorf("its own file: %v", err)
	}
	for _, file := range []string{"", "{}", "[1]", strings.Replace(content(t), `"quick"`, `"full"`, 1), strings.Replace(content(t), `"title"`, `"tilte"`, 1)} {
		if _, err := diagnosis.ReadDraft(draft, []byte(file)); !fault.HasCode(err, "draft_file") {
			t.Errorf("%.40q: %v", file, err)
		}
	}
}

func TestChangesSayWhatCanNoLongerBeCompared(t *testing.T) {
	before, after := diagnosis.Quick(), diagnosis.Quick()
	after.Questions = slices.Clone(after.Questions)
	after.Questions[0].Hint = "Autrement."
	after.Questions[1].Choices = slices.Clone(after.Questions[1].Choices)
	one := 1
	after.Questions[1].Choices[1].Score = &one
	after.Questions = after.Questions[:5]
	apart := map[string]bool{}
	for _, change := range diagnosis.Changes(before, after) {
		apart[change.What] = change.Apart
	}
	if len(apart) != 3 || !apart["Question «\u00a0search\u00a0»\u00a0: ses réponses, ou leurs notes"] || apart["Question «\u00a0use\u00a0»\u00a0: ses mots"] {
		t.Errorf("changes: %v", apart)
	}
	if len(diagnosis.Changes(before, diagnosis.Quick())) != 0 {
		t.Error("the same version differs")
	}
}
