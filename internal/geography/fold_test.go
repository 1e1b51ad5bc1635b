package geography_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"passerelle/internal/geography"

	"pgregory.net/rapid"
)

func TestFoldGivesOneFormToTheManyWaysOfWritingAName(t *testing.T) {
	for text, want := range map[string]string{
		"Guéret":                        "gueret",
		"  GUÉRET ":                     "gueret",
		"Gue\u0301ret":                  "gueret",
		"St-Vaury":                      "saint vaury",
		"St. Vaury":                     "saint vaury",
		"SAINT VAURY":                   "saint vaury",
		"Ste Feyre":                     "sainte feyre",
		"Stes-Maries-de-la-Mer":         "saintes maries de la mer",
		"L’Haÿ-les-Roses":               "l hay les roses",
		"L'Haÿ-les-Roses":               "l hay les roses",
		"LʼHaÿ-les-Roses":               "l hay les roses",
		"Œuilly":                        "oeuilly",
		"Vœuil-et-Giget":                "voeuil et giget",
		"Ossès / Ortzaize":              "osses ortzaize",
		"Bors\u00a0(Canton de Lembeye)": "bors canton de lembeye",
		"Strasbourg":                    "strasbourg",
		"Brest":                         "brest",
		"st":                            "st",
		"Faubourg St":                   "faubourg st",
		"ﬁn n° 3²":                      "fin n 32",
		"Łódź Ægir Straße":              "lodz aegir strasse",
		"Gué\u00adret\u200b":            "gueret",
		"مكتبة":                         "مكتبة",
		"":                              "",
		" - ":                           "",
		"\xff\xfe":                      "",
	} {
		if got := geography.Fold(text); got != want {
			t.Errorf("Fold(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestFoldingTwiceChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(
			rapid.String(),
			rapid.StringMatching(`(st|ste|Saint|L'|œuf|É|[a-z]{1,3}|[-. ’]){0,8}`),
		).Draw(t, "text")
		folded := geography.Fold(text)
		if again := geography.Fold(folded); again != folded {
			t.Fatalf("Fold(%q) = %q, then %q", text, folded, again)
		}
		if folded != strings.TrimSpace(folded) || strings.Contains(folded, "  ") {
			t.Fatalf("Fold(%q) = %q has loose spaces", text, folded)
		}
	})
}

func TestFoldSettlesEveryLetter(t *testing.T) {
	for letter := range rune(utf8.MaxRune) {
		folded := geography.Fold(string(letter))
		if again := geography.Fold(folded); again != folded {
			t.Errorf("Fold(%U) = %q, then %q", letter, folded, again)
		}
		if letter < 0x180 && letter != 'µ' && strings.ContainsFunc(folded, func(r rune) bool { return r > 0x7f }) {
			t.Errorf("Fold(%q) = %q is not ASCII", letter, folded)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, seed := range []string{"St-Vaury", "L’Œuf", "\xff", "st st x", "E\u0301"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		folded := geography.Fold(text)
		if !utf8.ValidString(folded) || geography.Fold(folded) != folded {
			t.Errorf("Fold(%q) = %q", text, folded)
		}
	})
}
