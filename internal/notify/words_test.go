package notify_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"passerelle/internal/civil"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
	"passerelle/internal/notify"
)

func TestEveryMessageToAPersonIsEasyToReadWholeAndOneTextMessage(t *testing.T) {
	for _, info := range notify.Kinds {
		own := notify.OwnWords(info.Kind)
		if own.Short == "" {
			t.Errorf("%s has no words", info.Kind)
			continue
		}
		if err := own.Check(); err != nil {
			t.Errorf("%s: %+v", info.Kind, fault.Of(err).Fields)
		}
		preview, err := own.Preview()
		if err != nil {
			t.Errorf("%s: %v", info.Kind, err)
			continue
		}
		if preview.Length.Segments != 1 || preview.Length.Most != 160 {
			t.Errorf("%s takes %+v:\n%s", info.Kind, preview.Length, preview.Short)
		}
		for _, text := range []string{preview.Short, preview.Long} {
			if !strings.Contains(text, "39 98 41 22") {
				t.Errorf("%s tells no number to call:\n%s", info.Kind, text)
			}
		}
		if info.Booking && !strings.Contains(preview.Short, "mardi 8 décembre 2026") && !strings.Contains(preview.Short, "mardi 8 decembre 2026") {
			t.Errorf("%s does not tell the day in words:\n%s", info.Kind, preview.Short)
		}
	}
}

func TestATemplateThatHidesAFactOrIsHardToReadIsRefused(t *testing.T) {
	own := notify.OwnWords(notify.ReminderOne)
	for rule, c := range map[string]struct {
		change      func(t *notify.Template)
		field, code string
	}{
		"nothing written": {func(t *notify.Template) { t.Subject = " " }, "subject", "required"},
		"too long":        {func(t *notify.Template) { t.Subject = strings.Repeat("a", 81) }, "subject", "too_long"},
		"no such fact":    {func(t *notify.Template) { t.Long += "\n{prix}" }, "long", "unknown_fact"},
		"an open brace":   {func(t *notify.Template) { t.Short += "{" }, "short", "unknown_fact"},
		"no place":        {func(t *notify.Template) { t.Long = strings.ReplaceAll(t.Long, "{adresse}", "") }, "long", "missing_fact"},
		"a fact left out": {func(t *notify.Template) { t.Short = strings.ReplaceAll(t.Short, "{lieu}", "[{lieu}]") }, "short", "missing_fact"},
		"a negative":      {func(t *notify.Template) { t.Long += "\nN’oubliez pas." }, "long", "not_easy"},
		"a threat too long": {func(t *notify.Template) {
			t.Long += "\nVenez à votre atelier avec votre carnet et votre page et votre stylo ce jour-là."
		}, "long", "not_easy"},
		"two ideas on a line": {func(t *notify.Template) { t.Short += "\nVenez. Apportez votre carnet." }, "short", "not_easy"},
	} {
		changed := own
		c.change(&changed)
		fields := fault.Of(changed.Check()).Fields
		if len(fields) != 1 || fields[0].Name != c.field || fields[0].Code != c.code {
			t.Errorf("%s: %+v", rule, fields)
		}
	}
}

func TestATextMessageIsCountedAsOperatorsDo(t *testing.T) {
	for _, c := range []struct {
		name, text     string
		size, segments int
	}{
		{"nothing", "", 0, 1},
		{"whole", strings.Repeat("a", 160), 160, 1},
		{"one more", strings.Repeat("a", 161), 161, 2},
		{"two parts", strings.Repeat("a", 306), 306, 2},
		{"three parts", strings.Repeat("a", 307), 307, 3},
		{"the euro counts twice", strings.Repeat("€", 80), 160, 1},
		{"a euro is not parted", strings.Repeat("a", 152) + "€" + strings.Repeat("a", 152), 306, 3},
		{"accents of the alphabet", strings.Repeat("é", 160), 160, 1},
		{"another alphabet", strings.Repeat("ж", 70), 70, 1},
		{"another alphabet, longer", strings.Repeat("ж", 71), 71, 2},
	} {
		if got := notify.LengthOf(c.text); got.Size != c.size || got.Segments != c.segments {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
	if got, want := notify.Fold("L’atelier\u00a0: «\u00a0Le cœur à l’ouvrage\u00a0», dès août, Gençay… ça"), `L'atelier : "Le coeur à l'ouvrage", dès aout, Gencay... ca`; got != want {
		t.Errorf("folded %q, want %q", got, want)
	}
}

func TestNothingLeavesWhileItIsQuiet(t *testing.T) {
	communes := []string{"", "23096", "97105", "97411", "98735", "67482", "97502"}
	rapid.Check(t, func(t *rapid.T) {
		rules := notify.UsualRules
		rules.OnSundays = rapid.Bool().Draw(t, "sundays")
		rules.QuietUntil = civil.TimeOfDay(rapid.IntRange(0, 11*60).Draw(t, "morning"))
		rules.QuietFrom = civil.TimeOfDay(rapid.IntRange(12*60, 24*60).Draw(t, "evening"))
		commune := rapid.SampledFrom(communes).Draw(t, "commune")
		from := time.Unix(rapid.Int64Range(1_760_000_000, 1_860_000_000).Draw(t, "instant"), 0).UTC()
		next := rules.NextAllowed(from, commune)
		if next.Before(from) || !rules.Allows(next, commune) {
			t.Fatalf("from %s leaves at %s, allowed %v", from, next, rules.Allows(next, commune))
		}
		// Nothing earlier was possible.
		for at := from; at.Before(next); at = at.Add(7 * time.Minute) {
			if rules.Allows(at, commune) {
				t.Fatalf("waits until %s when %s was allowed", next, at)
			}
		}
		local := next.In(civil.ZoneOf(commune))
		if hour := civil.TimeOfDayOf(local); hour < rules.QuietUntil || hour >= rules.QuietFrom {
			t.Fatalf("leaves at %s", local)
		}
		if !rules.OnSundays && local.Weekday() == time.Sunday {
			t.Fatalf("leaves on a Sunday: %s", local)
		}
	})
}

func TestTheWayFollowsWhatThePersonAgreedTo(t *testing.T) {
	const mobile, fixed, reunion = "+33639984122", "+33555521234", "+262692123456"
	far, near := 30*24*time.Hour, 24*time.Hour
	for _, c := range []struct {
		name   string
		person holder.Holder
		ahead  time.Duration
		texts  bool
		want   notify.Channel
		reason notify.Reason
	}{
		{"no consent", holder.Holder{Telephone: mobile, Email: "a@b.fr", Address: "1 rue A"}, far, true, notify.None, notify.NoConsent},
		{"a mobile", holder.Holder{Consent: true, Telephone: mobile, Email: "a@b.fr"}, near, true, notify.SMS, ""},
		{"a mobile overseas", holder.Holder{Consent: true, Telephone: reunion}, near, true, notify.SMS, ""},
		{"a landline and an e-mail", holder.Holder{Consent: true, Telephone: fixed, Email: "a@b.fr"}, near, true, notify.Email, ""},
		{"a landline alone", holder.Holder{Consent: true, Telephone: fixed}, far, true, notify.None, notify.Landline},
		{"an address alone", holder.Holder{Consent: true, Address: "1 rue A"}, far, true, notify.Letter, ""},
		{"an address, too late", holder.Holder{Consent: true, Address: "1 rue A"}, near, true, notify.None, notify.NoTimeToPost},
		{"an address, no letters", holder.Holder{Consent: true, Address: "1 rue A", Manner: holder.Manner{NoLetters: true}}, far, true, notify.None, notify.NoContact},
		{"a mobile past the ceiling", holder.Holder{Consent: true, Telephone: mobile}, far, false, notify.None, notify.OverCeiling},
		{"a mobile and an e-mail past the ceiling", holder.Holder{Consent: true, Telephone: mobile, Email: "a@b.fr"}, far, false, notify.Email, ""},
		{"nothing", holder.Holder{Consent: true}, far, true, notify.None, notify.NoContact},
	} {
		if got, why := notify.Choose(c.person, c.ahead, c.texts); got != c.want || why != c.reason {
			t.Errorf("%s: %s %s, want %s %s", c.name, got, why, c.want, c.reason)
		}
	}
	for reason, told := range notify.Reasons {
		if told == "" {
			t.Errorf("%s is told by no words", reason)
		}
	}
}

func TestAStopIsHeardInEveryForm(t *testing.T) {
	for text, want := range map[string]bool{
		"STOP": true, " stop ": true, "Stop svp": true, "Arrêtez !": true, "ARRET": true, "je viendrai": false, "": false, "non stop": false,
	} {
		if got := notify.IsStop(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
