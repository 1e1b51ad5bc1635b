package web

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"passerelle/internal/civil"
)

var hoursToday = civil.On(2026, 11, 25)

func TestHoursComeBackFromTheTableAsTheyWere(t *testing.T) {
	for text, want := range map[string]string{
		"":                                      "",
		"Mo-Fr 09:00-12:00,14:00-18:00; PH off": "Mo-Fr 09:00-12:00,14:00-18:00; PH off",
		"mo,tu 9:00-17:00":                      "Mo-Tu 09:00-17:00",
		"24/7":                                  "24/7",
		"Fr 18:00-02:00":                        "Fr 18:00-02:00",
		"off; 2026 Dec 24 off":                  "off; 2026 Dec 24 off",
		"Mo 14:00-18:00; 2026 Jul 14 off; 2026 Aug 01-2027 Jan 02 off": "Mo 14:00-18:00; 2026 Aug 01-2027 Jan 02 off",
		// What the table cannot say is kept as it is.
		"Sur rendez-vous":                           "Sur rendez-vous",
		"Mo 09:00-10:00,11:00-12:00,14:00-15:00":    "Mo 09:00-10:00,11:00-12:00,14:00-15:00",
		"Mo 09:00-12:00; PH 10:00-12:00":            "Mo 09:00-12:00; PH 10:00-12:00",
		"Mo[1] 09:00-12:00":                         "Mo[1] 09:00-12:00",
		"Jan-Mar Mo-Fr 09:00-12:00; Apr-Dec closed": "Jan-Mar Mo-Fr 09:00-12:00; Apr-Dec closed",
	} {
		form := NewForm()
		form.FillHours(text, "")
		if got := form.Hours(hoursToday); got != want || !form.Valid() {
			t.Errorf("%q comes back as %q, want %q: %v", text, got, want, form.Errors())
		}
	}
}

func TestWhateverFitsTheTableComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var hours civil.Hours
		for _, day := range editedDays {
			var spans []civil.Span
			for range rapid.IntRange(0, 2).Draw(t, "spans") {
				from := civil.TimeOfDay(rapid.IntRange(0, 1439).Draw(t, "from"))
				spans = append(spans, civil.Span{From: from, To: min(from+civil.TimeOfDay(rapid.IntRange(1, 1440).Draw(t, "length")), wholeDay)})
			}
			hours, _ = hours.With(day, spans)
		}
		if hours.IsZero() {
			return
		}
		hours, err := hours.ClosedOnHolidays(rapid.Bool().Draw(t, "holidays")).WithClosings(civil.Closing{From: hoursToday, To: hoursToday.AddDays(rapid.IntRange(0, 60).Draw(t, "days"))})
		if err != nil {
			t.Fatal(err)
		}
		form := NewForm()
		form.FillHours(hours.String(), "")
		if got := form.Hours(hoursToday); got != hours.String() || !form.Valid() {
			t.Fatalf("%q comes back as %q: %v", hours, got, form.Errors())
		}
	})
}

func TestTheTableIsReadAsPeopleFillItIn(t *testing.T) {
	form := typed("horaires", "tableau", "horaires-feries", "ferme", "h-lundi-matin-de", "9", "h-lundi-matin-a", "12h", "h-lundi-soir-de", "13\u00a0h\u00a030", "h-lundi-soir-a", "17:30",
		"h-mardi-comme-lundi", "oui", "h-mercredi-comme-lundi", "oui", "h-mercredi-matin-de", "oubli", "h-samedi-matin-de", "10 h", "h-samedi-matin-a", "24 h",
		"fermeture-0-du", "24/12/2026", "fermeture-0-au", "2/1/2027", "fermeture-2-du", "2026-12-11", "fermeture-1-du", "1/1/2026")
	const want = "Mo-We 09:00-12:00,13:30-17:30; Sa 10:00-24:00; PH off; 2026 Dec 11 off; 2026 Dec 24-2027 Jan 02 off"
	if got := form.Hours(hoursToday); got != want || !form.Valid() {
		t.Errorf("read as %q: %v", got, form.Errors())
	}
}

func TestTheTableTellsEachMistakeByItsField(t *testing.T) {
	for name, test := range map[string]struct {
		typed []string
		wrong []string
	}{
		"half a span":        {[]string{"h-lundi-matin-de", "9 h"}, []string{"h-lundi-matin-a"}},
		"the other half":     {[]string{"h-jeudi-soir-a", "18 h"}, []string{"h-jeudi-soir-de"}},
		"no time":            {[]string{"h-lundi-matin-de", "tôt", "h-lundi-matin-a", "12 h"}, []string{"h-lundi-matin-de"}},
		"backwards":          {[]string{"h-lundi-matin-de", "14 h", "h-lundi-matin-a", "12 h"}, []string{"h-lundi-matin-a"}},
		"mixed up":           {[]string{"h-lundi-matin-de", "9 h", "h-lundi-matin-a", "15 h", "h-lundi-soir-de", "14 h", "h-lundi-soir-a", "18 h"}, []string{"h-lundi-soir-de"}},
		"copied once wrong":  {[]string{"h-lundi-matin-de", "9 h", "h-mardi-comme-lundi", "oui"}, []string{"h-lundi-matin-a"}},
		"after 24 h":         {[]string{"h-lundi-matin-de", "9 h", "h-lundi-matin-a", "24 h 30"}, []string{"h-lundi-matin-a"}},
		"closing backwards":  {[]string{"fermeture-0-du", "2/1/2027", "fermeture-0-au", "1/1/2027"}, []string{"fermeture-0-au"}},
		"closing without":    {[]string{"fermeture-0-au", "1/1/2027"}, []string{"fermeture-0-du"}},
		"closing on no date": {[]string{"fermeture-1-du", "30/2/2027"}, []string{"fermeture-1-du"}},
	} {
		form := typed(append([]string{"horaires", "tableau"}, test.typed...)...)
		if got := form.Hours(hoursToday); got != "" {
			t.Errorf("%s: read as %q", name, got)
		}
		wrong := map[string]bool{}
		for _, field := range form.Errors() {
			wrong[field.Name] = true
		}
		if got := slices.Sorted(maps.Keys(wrong)); !slices.Equal(got, test.wrong) {
			t.Errorf("%s: wrong are %v, want %v", name, got, test.wrong)
		}
	}
}
