package voucher

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"passerelle/internal/fault"
)

// 14 digits and their check, computed by hand: 12345678901234 leaves 70 when
// followed by two zeros and divided by 97, so the check digits are 28.
const known = "1234567890123428"

func TestANumberIsReadAsPeopleAndScannersWriteIt(t *testing.T) {
	for _, text := range []string{
		known,
		"1234 5678 9012 3428",
		" 1234-5678-9012-3428\r\n",
		"1234\u00a05678\u202f9012\u20133428\t",
		"PN1" + known,
		"pn1 1234 5678 9012 3428",
		"https://passerelle.example/c/" + known,
		"https://pass23.example/c?n=PN1" + known,
		"https://passerelle.example/cheque/1234-5678-9012-3428/",
		"]Q3" + "PN1" + known,
		known + ".",
		`&é"'(-è_çà&é"'é_`,
		`PN&&é"'(-è_çà&é"'é_` + "\n",
		`httpsM!!passerelle:example!c!PN&&é"'(-è_çà&é"'é_`,
		`&É"'(-È_ÇÀ&É"'É_`,
	} {
		got, err := ParseCoupon(text)
		if err != nil || got != known {
			t.Errorf("ParseCoupon(%q) = %q, %v; want %s", text, got, err, known)
		}
	}
}

func TestAMistypedNumberIsShownInGroupsOfFour(t *testing.T) {
	for text, shown := range map[string]string{
		"1234 5678 9012 3449":   "1234\u00a05678\u00a09012\u00a03449",
		"1243567890123428":      "1243\u00a05678\u00a09012\u00a03428",
		"123456789012342":       "1234\u00a05678\u00a09012\u00a0342",
		"1234 5678 9O12 3428":   "1234\u00a05678\u00a09O12\u00a03428",
		"01234567890123428":     "0123\u00a04567\u00a08901\u00a02342\u00a08",
		`&é"'(-è_çà&é"'é_&`:     "",
		"":                      "",
		"bonjour":               "bonj\u00a0our",
		strings.Repeat("7", 99): "",
	} {
		_, err := ParseCoupon(text)
		if !fault.HasCode(err, "bad_number") || !strings.Contains(fault.Of(err).Message, shown) {
			t.Errorf("ParseCoupon(%q): %v; want bad_number with %q", text, err, shown)
		}
	}
}

func TestOneWrongDigitOrTwoSwappedAreAlwaysSeen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		length := rapid.SampledFrom([]int{couponDigits, bookletDigits}).Draw(t, "length")
		number := newNumber(length)
		if got, err := parseNumber(number, length); err != nil || got != number {
			t.Fatalf("%s is refused: %v", number, err)
		}
		wrong := []byte(number)
		at := rapid.IntRange(0, length-1).Draw(t, "at")
		if rapid.Bool().Draw(t, "swap") {
			other := rapid.IntRange(0, length-1).Draw(t, "other")
			wrong[at], wrong[other] = wrong[other], wrong[at]
		} else {
			wrong[at] = byte('0' + rapid.IntRange(0, 9).Draw(t, "digit"))
		}
		if string(wrong) == number {
			return
		}
		if _, err := parseNumber(string(wrong), length); err == nil {
			t.Fatalf("%s passes for %s", wrong, number)
		}
	})
}

func TestANumberSurvivesAFrenchKeyboard(t *testing.T) {
	keys := map[byte]rune{}
	for char, digit := range frenchKeyboard {
		keys[digit] = char
	}
	rapid.Check(t, func(t *rapid.T) {
		number := newNumber(couponDigits)
		var typed strings.Builder
		typed.WriteString(rapid.SampledFrom([]string{"", "PN&"}).Draw(t, "prefix"))
		for _, digit := range []byte(number) {
			typed.WriteRune(keys[digit])
		}
		if got, err := ParseCoupon(typed.String()); err != nil || got != number {
			t.Fatalf("%s typed %q is read %q, %v", number, typed.String(), got, err)
		}
	})
}

func TestDigitsAreDrawnEvenly(t *testing.T) {
	counts := [10]int{}
	for range 2000 {
		for _, digit := range randomDigits(14) {
			counts[digit-'0']++
		}
	}
	for digit, count := range counts {
		// 28,000 digits: 2,800 of each, with a deviation of 50.
		if count < 2500 || count > 3100 {
			t.Errorf("%d comes %d times of 2800", digit, count)
		}
	}
}

func FuzzParseNumber(f *testing.F) {
	for _, seed := range []string{known, "PN1" + known, "1234 5678 9012 3449", `PN&&é"'(-è_`, "https://x/" + known, "\xff\x00", "P", "N1", "PN", "PN1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		number, err := ParseCoupon(text)
		if err != nil {
			if !fault.HasCode(err, "bad_number") {
				t.Fatalf("ParseCoupon(%q): %v", text, err)
			}
			return
		}
		if len(number) != couponDigits || remainder(number) != 1 {
			t.Fatalf("ParseCoupon(%q) = %q", text, number)
		}
		if again, err := ParseCoupon(Group(number)); err != nil || again != number {
			t.Fatalf("%s is read back as %q, %v", number, again, err)
		}
	})
}
