package audit

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is what was signed of the log at one size.
type Checkpoint struct {
	Origin string    // the log's name, which holds its public key
	Size   int64     // leaves
	Root   Hash      // of the Merkle tree
	Note   string    // the signed note, as served
	At     time.Time // when it was signed; the note does not say it
}

// The refusals of Open and of ParseKey, for whoever verifies from outside.
var (
	ErrNotCheckpoint = errors.New("ce n’est pas un point de contrôle : donnez le fichier tel que /log/checkpoint l’a donné")
	ErrNotSigned     = errors.New("la signature du point de contrôle n’est pas celle de la clé : il a été changé, ou il vient d’un autre registre")
	ErrNotKey        = errors.New("cette clé n’est pas celle d’un registre scellé : recopiez-la entière, elle commence par « passerelle/ »")
)

// originPrefix begins the name of a log. The rest is its public key, so that a
// saved checkpoint tells by itself which key must have signed the next ones.
const originPrefix = "passerelle/"

// OriginOf is the name of the log that a key signs.
func OriginOf(key ed25519.PublicKey) string { return originPrefix + hex.EncodeToString(key) }

// KeyText is the public key of a log, as verifiers of signed notes take it:
// name, key hash and key, joined by "+".
func KeyText(origin string) (string, error) {
	key, err := keyIn(origin)
	if err != nil {
		return "", err
	}
	return note.NewEd25519VerifierKey(origin, key)
}

func keyIn(origin string) (ed25519.PublicKey, error) {
	digits, ours := strings.CutPrefix(origin, originPrefix)
	key, err := hex.DecodeString(digits)
	if !ours || err != nil || len(key) != ed25519.PublicKeySize {
		return nil, ErrNotKey
	}
	return key, nil
}

// OriginOfKey is the log named in a public key's text.
func OriginOfKey(text string) (string, error) {
	origin, _, _ := strings.Cut(strings.TrimSpace(text), "+")
	whole, err := KeyText(origin)
	if err != nil || strings.TrimSpace(text) != whole {
		return "", ErrNotKey
	}
	return origin, nil
}

// Open reads a checkpoint and verifies its signature. The key is the one in the
// origin given, or, where it is empty, in the checkpoint's own.
func Open(text []byte, origin string) (Checkpoint, error) {
	if origin == "" {
		origin, _, _ = strings.Cut(string(text), "\n")
	}
	verifying, err := KeyText(origin)
	if err != nil {
		return Checkpoint{}, ErrNotCheckpoint
	}
	verifier, err := note.NewVerifier(verifying)
	if err != nil {
		return Checkpoint{}, ErrNotCheckpoint
	}
	opened, err := note.Open(text, note.VerifierList(verifier))
	var unverified *note.UnverifiedNoteError
	var invalid *note.InvalidSignatureError
	switch {
	case errors.As(err, &unverified), errors.As(err, &invalid):
		return Checkpoint{}, ErrNotSigned
	case err != nil:
		return Checkpoint{}, ErrNotCheckpoint
	}
	point, err := parseBody(opened.Text)
	if err == nil && point.Origin != origin {
		err = ErrNotSigned
	}
	point.Note = string(text)
	return point, err
}

// parseBody reads the three lines of a checkpoint; extension lines are left aside.
func parseBody(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 {
		return Checkpoint{}, ErrNotCheckpoint
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || lines[1] != strconv.FormatInt(size, 10) {
		return Checkpoint{}, ErrNotCheckpoint
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != hashSize {
		return Checkpoint{}, ErrNotCheckpoint
	}
	return Checkpoint{Origin: lines[0], Size: size, Root: Hash(root)}, nil
}

// sign makes the checkpoint of a tree.
func sign(key ed25519.PrivateKey, tree tlog.Tree) (Checkpoint, error) {
	signed := Checkpoint{Origin: OriginOf(key.Public().(ed25519.PublicKey)), Size: tree.N, Root: tree.Hash}
	body := fmt.Sprintf("%s\n%d\n%s\n", signed.Origin, tree.N, base64.StdEncoding.EncodeToString(tree.Hash[:]))
	text, err := note.Sign(&note.Note{Text: body}, signer{signed.Origin, key})
	signed.Note = string(text)
	return signed, err
}

// signer signs notes with a key that never becomes a text.
type signer struct {
	name string
	key  ed25519.PrivateKey
}

// Name is the key's name.
func (s signer) Name() string { return s.name }

// KeyHash is the key's short identifier: the first bytes of SHA-256 of its name,
// a line end, the byte of Ed25519 and the public key (C2SP signed-note).
func (s signer) KeyHash() uint32 {
	digest := sha256.New()
	fmt.Fprintf(digest, "%s\n\x01%s", s.name, s.key.Public().(ed25519.PublicKey))
	return binary.BigEndian.Uint32(digest.Sum(nil))
}

// Sign signs a note's text.
func (s signer) Sign(text []byte) ([]byte, error) { return ed25519.Sign(s.key, text), nil }
