package account

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

func TestASIRETWithOneWrongDigitIsRefused(t *testing.T) {
	const siret = "73282932000074"
	if !ValidSIRET(siret) {
		t.Fatal("the right one is refused")
	}
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.IntRange(0, len(siret)-1).Draw(t, "at")
		digit := rapid.ByteRange('0', '9').Draw(t, "digit")
		wrong := []byte(siret)
		if wrong[at] == digit {
			return
		}
		wrong[at] = digit
		if ValidSIRET(string(wrong)) {
			t.Fatalf("%s is taken", wrong)
		}
	})
}

func FuzzAnEmailIsOnePlainWord(f *testing.F) {
	for _, seed := range []string{"odile@exemple.fr", "", "@", "a@b", "a b@c.fr", "a@b.fr\r\nBcc: c@d.fr", `"a b"@c.fr`, "<a@b.fr>", "Odile <a@b.fr>", "a@b.fr, c@d.fr", "é@é.fr", "a@[127.0.0.1]"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !validEmail(text) {
			return
		}
		if strings.ContainsFunc(text, func(r rune) bool {
			return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`<>",;`, r)
		}) {
			t.Errorf("%q is taken", text)
		}
		if foldEmail(foldEmail(text)) != foldEmail(text) {
			t.Errorf("%q folds twice otherwise", text)
		}
	})
}
