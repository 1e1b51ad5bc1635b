package orientation_test

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/orientation"
)

func TestATuningIsReadWholeOrRefusedByField(t *testing.T) {
	good := orientation.Shipped().Text()
	if again, err := orientation.ParseTuning([]byte(good)); err != nil || again != orientation.Shipped() {
		t.Errorf("written and read again: %+v, %v", again, err)
	}
	for name, c := range map[string]struct{ from, to, field string }{
		"not JSON":       {"{", "", ""},
		"unknown key":    {`"minute":`, `"minuet":`, ""},
		"a word":         {`"minute": 1`, `"minute": "one"`, ""},
		"half a point":   {`"minute": 1`, `"minute": 1.5`, ""},
		"missing":        {`"minute": 1,`, "", "points.minute"},
		"negative":       {`"day": 1`, `"day": -1`, "points.day"},
		"too much":       {`"too_far": 100`, `"too_far": 1001`, "points.too_far"},
		"no radius":      {`"radius_km": 60`, `"radius_km": 0`, "radius_km"},
		"a second value": {"}\n", "} {}", ""},
	} {
		at := strings.LastIndex(good, c.from)
		_, err := orientation.ParseTuning([]byte(good[:at] + c.to + good[at+len(c.from):]))
		switch fields := fault.Of(err).Fields; {
		case c.field == "" && !fault.HasCode(err, orientation.ErrBadTuning.Code):
			t.Errorf("%s: %v", name, err)
		case c.field != "" && (len(fields) != 1 || fields[0].Name != c.field):
			t.Errorf("%s: %+v", name, fields)
		}
	}
}

func FuzzParseTuning(f *testing.F) {
	f.Add([]byte(orientation.Shipped().Text()))
	f.Add([]byte(`{"points":{}}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, text []byte) {
		tuning, err := orientation.ParseTuning(text)
		if err != nil {
			return
		}
		if again, err := orientation.ParseTuning([]byte(tuning.Text())); err != nil || again != tuning {
			t.Errorf("read, written, read: %+v, %v", again, err)
		}
	})
}

func TestEveryNumberOfTheTuningIsExplained(t *testing.T) {
	lines := orientation.Shipped().Lines()
	var file map[string]any
	if err := json.Unmarshal([]byte(orientation.Shipped().Text()), &file); err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, value := range file {
		if inner, is := value.(map[string]any); is {
			count += len(inner)
		} else {
			count++
		}
	}
	if len(lines) != count {
		t.Errorf("%d numbers explained of %d", len(lines), count)
	}
	for _, line := range lines {
		if line.Value == 0 && line.Key != "points.last_seat" {
			t.Errorf("%s is read as 0", line.Key)
		}
	}
}

func TestTheInstancesLastTuningServes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		team := db.Actor{Kind: db.Person, ID: db.NewID(dbtest.Start), Organisation: db.NewID(dbtest.Start), Role: account.RoleNational, Level: account.LevelMember}
		tune := func(actor db.Actor, minute int, reason string) error {
			tuning := orientation.Shipped()
			tuning.Points.Minute = minute
			return d.Update(t.Context(), actor, func(tx *db.Tx) error {
				_, err := orientation.Tune(t.Context(), tx, db.ID{}, []byte(tuning.Text()), reason)
				return err
			})
		}
		if err := tune(team, 2, " "); len(fault.Of(err).Fields) != 1 {
			t.Errorf("without a reason: %v", err)
		}
		for _, minute := range []int{2, 5} {
			if err := tune(team, minute, "Peu de bus."); err != nil {
				t.Fatal(err)
			}
			d.Clock.Advance(1000)
		}
		team.Role = account.RoleDesk
		if err := tune(team, 9, "Moi."); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a desk tunes: %v", err)
		}
		d.Must(t, db.Actor{}, func(ctx context.Context, tx *db.Tx) error {
			tuned, err := orientation.Current(ctx, tx)
			if tuned.Points.Minute != 5 || tuned.ID.IsZero() || tuned.Reason != "Peu de bus." {
				t.Errorf("serves: %+v", tuned)
			}
			return err
		})
	})
}

// TestTheDocumentShowsEveryCase keeps docs/orientation.md's table of cases and
// table of numbers what the program does.
func TestTheDocumentShowsEveryCase(t *testing.T) {
	document, err := os.ReadFile("../../docs/orientation.md")
	if err != nil {
		t.Fatal(err)
	}
	var missing []string
	for _, one := range orientation.Cases() {
		row := "| " + one.Title + " | " + strings.Join(one.Asked, ", ") + " | " + orDash(strings.Join(one.Order, " · ")) + " | " + orDash(strings.Join(one.Fits, " · ")) + " |"
		if !strings.Contains(string(document), row) {
			missing = append(missing, row)
		}
	}
	for _, line := range orientation.Shipped().Lines() {
		if row := "| `" + line.Key + "` | " + line.Says + " |"; !strings.Contains(string(document), row) {
			missing = append(missing, row)
		}
	}
	if len(missing) > 0 {
		t.Errorf("docs/orientation.md lacks these rows:\n%s", strings.Join(missing, "\n"))
	}
}

func orDash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}
