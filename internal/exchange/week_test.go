package exchange

import (
	"testing"

	"passerelle/internal/civil"
)

func TestHoursInFrench(t *testing.T) {
	for text, want := range map[string]string{
		"Lundi au vendredi de 10h à 12h et de 14h à 17h":         "Mo-Fr 10:00-12:00,14:00-17:00",
		"Mardi au vendredi de 8h30 à 12h et le samedi de 9h-12h": "Tu-Fr 08:30-12:00; Sa 09:00-12:00",
		"Lundi, mercredi et vendredi : 9h00 - 12h00":             "Mo,We,Fr 09:00-12:00",
		"Mo-Fr 08:30-18:30":                    "Mo-Fr 08:30-18:30",
		"Mercredi de 14h à 15H30":              "We 14:00-15:30",
		"Du lundi au vendredi sur rendez-vous": "",
		"Du lundi au vendredi":                 "",
		"lundi 12h à 9h":                       "",
		"lundi de 9h à 12h (hors vacances)":    "",
		"tous les jours":                       "",
		"":                                     "",
	} {
		if got := weekOf(text); got != want {
			t.Errorf("%q is read as %q, want %q", text, got, want)
		}
	}
}

// FuzzWeek: hours that are read can be read again.
func FuzzWeek(f *testing.F) {
	for _, seed := range []string{"Lundi au vendredi de 10h à 12h", "lundi fermé, mardi 9h-12h", "09:00 - 12:00 / 13:30 - 17:00", "25h-26h", "lundi lundi mardi 9h 10h"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if read := weekOf(text); read != "" {
			if _, err := civil.ParseHours(read); err != nil {
				t.Errorf("%q is read as %q: %v", text, read, err)
			}
		}
		if times, read := timesOf(text); read && times != "" {
			if _, err := civil.ParseHours("Mo " + times); err != nil {
				t.Errorf("%q is read as %q: %v", text, times, err)
			}
		}
	})
}
