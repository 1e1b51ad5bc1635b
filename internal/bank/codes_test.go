package bank

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"passerelle/internal/fault"
)

// The examples of SWIFT's IBAN registry.
var examples = []string{
	"FR1420041010050500013M02606", "DE89370400440532013000", "GB29NWBK60161331926819", "BE68539007547034", "MT84MALT011000012345MTLCAST001S",
	"NO9386011117947", "CH9300762011623852957", "MC5811222000010123456789030", "IT60X0542811101000000123456", "ES9121000418450200051332",
	"NL91ABNA0417164300", "SE4550000000058398257466", "PL61109010140000071219812874",
}

func TestAnIBANIsReadAsPeopleTypeIt(t *testing.T) {
	for _, example := range examples {
		for _, text := range []string{example, strings.ToLower(example), IBAN(example).Grouped(), " " + example[:4] + "\u202f" + example[4:] + "\n"} {
			got, err := ParseIBAN(text)
			if err != nil || string(got) != example {
				t.Errorf("ParseIBAN(%q) = %q, %v", text, got, err)
			}
		}
	}
}

func TestAnIBANIsRefusedWithItsCause(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "form",
		"FR14":                          "form",
		"1420041010050500013M02606":     "form",
		"FR14-2004-1010-0505-0001-3M02": "form",
		"FR1420041010050500013Ⅿ02606":   "form",
		"US1420041010050500013M02606":   "country",
		"FR1420041010050500013M0260":    "length",
		"FR1420041010050500013M026060":  "length",
		"FR1420041010050500013M02607":   "checksum",
		"FR1420041010050500031M02606":   "checksum",
	} {
		_, err := ParseIBAN(text)
		checkCause(t, text, err, "bad_iban", want)
	}
	for text, want := range map[string]string{"": "length", "BNPAFRPPX": "length", "BNPAF1PP": "form", "BNPA-RPP": "form"} {
		_, err := ParseBIC(text)
		checkCause(t, text, err, "bad_bic", want)
	}
}

func checkCause(t *testing.T, text string, err error, code, cause string) {
	t.Helper()
	var refusal *fault.Error
	if !errors.As(err, &refusal) || refusal.Code != code || refusal.Detail["cause"] != cause {
		t.Errorf("%q: %v; want %s for its %s", text, err, code, cause)
	}
}

func TestABICIsReadAsPeopleTypeIt(t *testing.T) {
	for text, want := range map[string]BIC{"BNPAFRPP": "BNPAFRPP", "bnpa fr pp xxx": "BNPAFRPPXXX", "E097AEXX": "E097AEXX"} {
		if got, err := ParseBIC(text); err != nil || got != want {
			t.Errorf("ParseBIC(%q) = %q, %v", text, got, err)
		}
	}
}

func TestOneWrongOrSwappedCharacterIsAlwaysSeen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.StringMatching(`[0-9A-Z]{23}`).Draw(t, "body")
		good := []byte(fmt.Sprintf("FR%02d%s", 98-remainder97(body+"FR00"), body))
		if _, err := ParseIBAN(string(good)); err != nil {
			t.Fatalf("%s: %v", good, err)
		}
		at := rapid.IntRange(4, len(good)-1).Draw(t, "at")
		wrong := []byte(string(good))
		if rapid.Bool().Draw(t, "swap") && at > 4 && isDigit(good[at]) == isDigit(good[at-1]) {
			wrong[at-1], wrong[at] = wrong[at], wrong[at-1]
		} else {
			set := letters
			if isDigit(good[at]) {
				set = digits
			}
			wrong[at] = rapid.SampledFrom([]byte(set)).Draw(t, "character")
		}
		if _, err := ParseIBAN(string(wrong)); (err == nil) != (string(wrong) == string(good)) {
			t.Fatalf("%s for %s: %v", wrong, good, err)
		}
	})
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func TestAMaskedIBANShowsItsEndsOnly(t *testing.T) {
	if got, want := IBAN("FR1420041010050500013M02606").Masked(), "FR14 ···· ···· ···· ···· 2606"; got != strings.ReplaceAll(want, " ", "\u00a0") {
		t.Errorf("masked: %q", got)
	}
	if got := IBAN("").Masked() + IBAN("").Grouped() + IBAN("").Country(); got != "" {
		t.Errorf("no IBAN is written %q", got)
	}
	if got := IBAN(examples[5]).Grouped(); got != strings.ReplaceAll("NO93 8601 1117 947", " ", "\u00a0") {
		t.Errorf("grouped: %q", got)
	}
}

func FuzzParseIBAN(f *testing.F) {
	for _, seed := range append(examples, "", "fr14", "FR14 2004 1010 0505 0001 3M02 606", "FR76\xff") {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		code, err := ParseIBAN(text)
		if err != nil {
			return
		}
		if again, err := ParseIBAN(code.Grouped()); err != nil || again != code {
			t.Errorf("%q is read as %q, then %q, %v", text, code, again, err)
		}
	})
}

func TestTextsAreWrittenWithTheCharactersOfSEPA(t *testing.T) {
	for text, want := range map[string]string{
		"Médiathèque de l’Œuvre, Guéret": "Mediatheque de l'OEuvre, Gueret",
		"Ça & là — n° 12":                "Ca + la - no 12",
		"//Réf/":                         "Ref",
		"a//b///c":                       "a/b/c",
		"  deux \n espaces\u00a0fins ":   "deux espaces fins",
		"10\u00a0€":                      "10 EUR",
		"ﬁn…":                            "fin...",
		"Ǽsir":                           "AEsir",
		"日本":                             "..",
		"<b>":                            ".b.",
	} {
		if got := SEPAText(text, 70); got != want {
			t.Errorf("SEPAText(%q) = %q; want %q", text, got, want)
		}
	}
	if got := SEPAText("abc / def", 6); got != "abc" {
		t.Errorf("a cut text is %q", got)
	}
}

func TestASEPATextIsShortEnoughAndStaysAsItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("/ aé'’œ\u0301-&")))).Draw(t, "text")
		limit := rapid.IntRange(0, 140).Draw(t, "max")
		got := SEPAText(text, limit)
		if len(got) > limit || !inside(got, sepaCharacters) || SEPAText(got, limit) != got ||
			strings.HasPrefix(got, "/") || strings.HasSuffix(got, "/") || strings.Contains(got, "//") {
			t.Fatalf("SEPAText(%q, %d) = %q", text, limit, got)
		}
	})
}
