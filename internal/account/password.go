package account

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"passerelle/internal/fault"
)

// Argon2id with 19 MiB, two passes, one lane: the second of the equivalent
// settings in OWASP's Password Storage Cheat Sheet.
const (
	argonMemory  = 19456 // KiB
	argonPasses  = 2
	argonLanes   = 1
	argonKeySize = 32
	saltSize     = 16
)

// Bounds of a password, in characters. Length is what protects; no rule asks
// for digits or signs (NIST SP 800-63B, 3.1.1.2).
const (
	passwordShortest = 12
	passwordLongest  = 128
)

// hashing bounds how much memory a flood of sign-ins can take.
var hashing = make(chan struct{}, max(2, runtime.NumCPU()))

// HashPassword makes the text under which a password is kept, in PHC form. It
// takes tens of milliseconds on purpose: never within a transaction.
func HashPassword(password string) string {
	salt := make([]byte, saltSize)
	if _, err := rand.Read(salt); err != nil {
		panic("account: no randomness: " + err.Error())
	}
	key := argon(password, salt, argonMemory, argonPasses, argonLanes)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonPasses, argonLanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}

// VerifyPassword tells whether a password is the one that was hashed. An empty
// hash (nobody has this e-mail) takes as long, and is never right.
func VerifyPassword(hash, password string) bool {
	parts := strings.Split(hash, "$")
	var version int
	var memory, passes uint32
	var lanes uint8
	if len(parts) == 6 && parts[1] == "argon2id" {
		_, versionErr := fmt.Sscanf(parts[2], "v=%d", &version)
		_, costErr := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &lanes)
		salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
		key, keyErr := base64.RawStdEncoding.DecodeString(parts[5])
		if versionErr == nil && costErr == nil && saltErr == nil && keyErr == nil && version == argon2.Version &&
			passes > 0 && lanes > 0 && memory <= 1<<20 && passes <= 64 && len(key) == argonKeySize {
			return subtle.ConstantTimeCompare(argon(password, salt, memory, passes, lanes), key) == 1
		}
	}
	argon(password, make([]byte, saltSize), argonMemory, argonPasses, argonLanes)
	return false
}

func argon(password string, salt []byte, memory, passes uint32, lanes uint8) []byte {
	hashing <- struct{}{}
	defer func() { <-hashing }()
	// The same letters typed on another keyboard may be composed otherwise.
	return argon2.IDKey(norm.NFKC.Bytes([]byte(password)), salt, passes, memory, lanes, argonKeySize)
}

// CheckPassword notes in a collector, under a field's name, why a password
// cannot be chosen: too_short (12 characters), too_long (128), too_plain (the
// e-mail itself, one character repeated, a row of digits or letters).
func CheckPassword(wrong *fault.Collector, field, password, email string) {
	length := utf8.RuneCountInString(password)
	switch {
	case length < passwordShortest:
		wrong.Add(field, "too_short", "Choisissez au moins 12 caractères. Une phrase que vous retenez convient bien.")
	case length > passwordLongest:
		wrong.Add(field, "too_long", "Choisissez 128 caractères au plus.")
	case plain(password, email):
		wrong.Add(field, "too_plain", "Ce mot de passe est trop facile à deviner. Choisissez plusieurs mots sans lien entre eux.")
	}
}

func plain(password, email string) bool {
	folded := strings.ToLower(password)
	name, _, _ := strings.Cut(foldEmail(email), "@")
	if email != "" && (folded == foldEmail(email) || len(name) > 3 && strings.ReplaceAll(folded, name, "") == "") {
		return true
	}
	letters := []rune(folded)
	same, rising := true, true
	for i := 1; i < len(letters); i++ {
		same = same && letters[i] == letters[0]
		step := letters[i] - letters[i-1]
		rising = rising && (step == 1 || letters[i-1] == '9' && letters[i] == '0')
	}
	if same || rising {
		return true
	}
	for _, known := range []string{"motdepasse", "password", "azerty", "qwerty", "passerelle"} {
		if strings.Trim(strings.ReplaceAll(folded, known, ""), "0123456789!?.-_ ") == "" {
			return true
		}
	}
	return false
}
