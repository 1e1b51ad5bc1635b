package db

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"passerelle/internal/fault"
)

// ErrErased says that the person's key was destroyed at the end of its term:
// what was sealed with it can never be read again.
var ErrErased = fault.Define(fault.Gone, "erased", "Ces informations personnelles ont été effacées à leur terme : elles ne peuvent plus être lues.")

// keyring holds what is derived from the instance's key.
type keyring struct {
	wrap  cipher.AEAD        // wraps each person's own key
	match []byte             // keys the hashes of columns that must be matched
	sign  ed25519.PrivateKey // signs the checkpoints of the sealed log
}

const keySize = 32

func newKeyring(instance []byte) (*keyring, error) {
	if len(instance) != keySize {
		return nil, fmt.Errorf("la clé de l’instance doit faire %d octets (64 chiffres hexadécimaux), celle-ci en fait %d", keySize, len(instance))
	}
	wrapping, err := hkdf.Key(sha256.New, instance, nil, "passerelle person keys", keySize)
	if err != nil {
		return nil, err
	}
	match, err := hkdf.Key(sha256.New, instance, nil, "passerelle matched columns", keySize)
	if err != nil {
		return nil, err
	}
	seed, err := hkdf.Key(sha256.New, instance, nil, "passerelle sealed log", ed25519.SeedSize)
	if err != nil {
		return nil, err
	}
	wrap, err := newAEAD(wrapping)
	if err != nil {
		return nil, err
	}
	return &keyring{wrap: wrap, match: match, sign: ed25519.NewKeyFromSeed(seed)}, nil
}

func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// ParseKey reads an instance key from its 64 hexadecimal digits.
func ParseKey(text string) ([]byte, error) {
	key, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) != keySize {
		return nil, errors.New("la clé de l’instance s’écrit en 64 chiffres hexadécimaux (openssl rand -hex 32)")
	}
	return key, nil
}

// keyBeside reads the key that lies beside a SQLite file, and makes one the
// first time. It refuses to make a new key for a database that already exists:
// its sealed columns could not be read with it.
func keyBeside(path string) ([]byte, error) {
	file := path + ".key"
	text, err := os.ReadFile(file)
	if err == nil {
		return ParseKey(string(text))
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if _, err := os.Stat(path); err == nil {
		return nil, fmt.Errorf("la base %s existe, mais pas sa clé %s : remettez la clé à sa place", path, file)
	}
	key := make([]byte, keySize)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	return key, os.WriteFile(file, []byte(hex.EncodeToString(key)+"\n"), 0o600)
}

// Seal encrypts a text with the key of one subject (a person, a holder, a
// site's account), which is made at its first use. An empty text is stored as
// NULL.
func Seal(ctx context.Context, tx *Tx, subject ID, text string) ([]byte, error) {
	if text == "" {
		return nil, nil
	}
	key, err := subjectKey(ctx, tx, subject)
	if errors.Is(err, fault.ErrNotFound) {
		key, err = makeSubjectKey(ctx, tx, subject)
	}
	if err != nil {
		return nil, err
	}
	return key.Seal(nil, nil, []byte(text), subject[:]), nil
}

// Unseal decrypts what Seal made. It answers ErrErased once the key is destroyed.
func Unseal(ctx context.Context, q Q, subject ID, sealed []byte) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	key, err := subjectKey(ctx, q, subject)
	if err != nil {
		return "", err
	}
	text, err := key.Open(nil, nil, sealed, subject[:])
	if err != nil {
		return "", fmt.Errorf("db: sealed column of %s: %w", subject, err)
	}
	return string(text), nil
}

// Erase destroys the subject's key: everything sealed with it is gone, in every
// table and every backup that holds no copy of the key.
func Erase(ctx context.Context, tx *Tx, subject ID) error {
	_, err := tx.Exec(ctx, `UPDATE subject_key SET wrapped = NULL, erased_at = $1 WHERE subject = $2 AND wrapped IS NOT NULL`,
		tx.Now(), subject)
	return err
}

func subjectKey(ctx context.Context, q Q, subject ID) (cipher.AEAD, error) {
	var wrapped []byte
	if err := q.QueryRow(ctx, `SELECT wrapped FROM subject_key WHERE subject = $1`, subject).Scan(&wrapped); err != nil {
		return nil, err
	}
	if len(wrapped) == 0 {
		return nil, ErrErased
	}
	key, err := q.keyring().wrap.Open(nil, nil, wrapped, subject[:])
	if err != nil {
		return nil, fmt.Errorf("db: key of %s: is this the instance's key? %w", subject, err)
	}
	return newAEAD(key)
}

func makeSubjectKey(ctx context.Context, tx *Tx, subject ID) (cipher.AEAD, error) {
	key := make([]byte, keySize)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	made, err := tx.Exec(ctx, `INSERT INTO subject_key (subject, wrapped, made_at) VALUES ($1, $2, $3) ON CONFLICT (subject) DO NOTHING`,
		subject, tx.keys.wrap.Seal(nil, nil, key, subject[:]), tx.Now())
	if err != nil {
		return nil, err
	}
	if made == 0 {
		return subjectKey(ctx, tx, subject)
	}
	return newAEAD(key)
}

// Match is the keyed hash of a folded value, for columns that must be found
// again while their text is sealed. Scope keeps organisations apart; the zero
// scope is the instance's, used for sign-in.
func Match(q Q, scope ID, folded string) []byte {
	mac := hmac.New(sha256.New, q.keyring().match)
	mac.Write(scope[:])
	mac.Write([]byte(folded))
	return mac.Sum(nil)
}

// SigningKey is the Ed25519 key with which the instance signs what leaves it. It
// is made from the instance's key, and lives as long.
func SigningKey(q Q) ed25519.PrivateKey { return q.keyring().sign }
