package account_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"passerelle/internal/account"
	"passerelle/internal/fault"
)

func TestAPasswordVerifiesOnlyAsItself(t *testing.T) {
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("the hash does not tell its settings: %s", hash)
	}
	if !account.VerifyPassword(hash, password) {
		t.Error("the right password is refused")
	}
	// "é" composed otherwise is the same letter.
	if !account.VerifyPassword(hash, strings.ReplaceAll(password, "é", "e\u0301")) {
		t.Error("the same letters, composed otherwise, are refused")
	}
	for _, wrong := range []string{"", password + " ", strings.ToUpper(password), "autre chose"} {
		if account.VerifyPassword(hash, wrong) {
			t.Errorf("%q is accepted", wrong)
		}
	}
	if account.HashPassword(password) == hash {
		t.Error("two hashes of one password are the same: no salt")
	}
}

func FuzzABrokenHashVerifiesNothing(f *testing.F) {
	for _, seed := range []string{"", "$argon2id$", "$argon2id$v=19$m=19456,t=2,p=1$$", "$argon2id$v=19$m=0,t=0,p=0$AA$AA", strings.Replace(hash, "t=2", "t=3", 1), strings.Replace(hash, "m=19456", "m=4294967295", 1)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, broken string) {
		if broken != hash && account.VerifyPassword(broken, password) {
			t.Errorf("%q verifies", broken)
		}
	})
}

func TestPlainPasswordsAreRefused(t *testing.T) {
	for _, c := range []struct{ password, code string }{
		{"court", "too_short"},
		{"onze lettre", "too_short"},
		{strings.Repeat("é", 129), "too_long"},
		{"aaaaaaaaaaaaaaaa", "too_plain"},
		{"abcdefghijklmnop", "too_plain"},
		{"1234567890123456", "too_plain"},
		{"motdepasse2026!", "too_plain"},
		{"Passerelle-2026", "too_plain"},
		{"odile@exemple.fr", "too_plain"},
		{"odileodileodile", "too_plain"},
		{"quatre chevaux dans un pré", ""},
		{"éééàààùùùèèè", ""},
	} {
		var wrong fault.Collector
		account.CheckPassword(&wrong, "password", c.password, "Odile@exemple.fr")
		code := ""
		if fields := fault.Of(wrong.Err()).Fields; len(fields) == 1 {
			code = fields[0].Code
		}
		if code != c.code {
			t.Errorf("%q: %q, want %q", c.password, code, c.code)
		}
	}
}

func TestAnyLongUnlikelyPasswordIsTaken(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[b-y]{4,8}`), 4, 8).Draw(t, "words")
		var wrong fault.Collector
		account.CheckPassword(&wrong, "password", strings.Join(words, " "), "odile@exemple.fr")
		if err := wrong.Err(); err != nil {
			t.Fatal(err)
		}
	})
}
