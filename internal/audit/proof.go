package audit

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"passerelle/internal/db"
)

// Inclusion proves that an entry is in the log that a checkpoint signs.
type Inclusion struct {
	Entry      []byte // a leaf's hash
	Number     int64  // its place, from 0
	Hashes     []Hash
	Checkpoint Checkpoint
}

// ProveInclusion makes the proof of a sealed leaf, under the latest checkpoint.
// Fault codes: unknown_leaf, unsealed_leaf.
func ProveInclusion(ctx context.Context, q db.Q, hash []byte) (Inclusion, Sealed, error) {
	sealed, err := SealedByHash(ctx, q, hash)
	if err != nil {
		return Inclusion{}, Sealed{}, err
	}
	proof := Inclusion{Entry: sealed.Hashed, Number: sealed.Number}
	if proof.Checkpoint, err = LatestCheckpoint(ctx, q); err != nil {
		return Inclusion{}, Sealed{}, err
	}
	proof.Hashes, err = tlog.ProveRecord(proof.Checkpoint.Size, sealed.Number, storedHashes(ctx, q))
	return proof, sealed, err
}

// ProveConsistency makes the proof that the log of one size continues the log of
// a smaller one. Fault code: no_checkpoint, for sizes that no checkpoint signs.
func ProveConsistency(ctx context.Context, q db.Q, from, to int64) (older, newer Checkpoint, hashes []Hash, err error) {
	if older, err = CheckpointOf(ctx, q, from); err != nil {
		return older, newer, nil, err
	}
	if newer, err = CheckpointOf(ctx, q, to); err != nil {
		return older, newer, nil, err
	}
	if from > to {
		return older, newer, nil, ErrNoCheckpoint
	}
	hashes, err = tlog.ProveTree(to, from, storedHashes(ctx, q))
	return older, newer, hashes, err
}

func storedHashes(ctx context.Context, q db.Q) *hashes {
	return fromTiles(func(level int, number int64) ([]byte, error) { return storedTile(ctx, q, level, number) })
}

// Holds verifies the proof against its own checkpoint, whose signature Open has
// verified.
func (p Inclusion) Holds() bool {
	return tlog.CheckRecord(p.Hashes, p.Checkpoint.Size, p.Checkpoint.Root, p.Number, tlog.RecordHash(p.Entry)) == nil
}

const proofHeader = "c2sp.org/tlog-proof@v1"

// Text is the proof as a file that holds all that is needed to verify it
// (C2SP tlog-proof); its extra line is the entry.
func (p Inclusion) Text() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s\nextra %s\nindex %d\n", proofHeader, base64.StdEncoding.EncodeToString(p.Entry), p.Number)
	for _, hash := range p.Hashes {
		fmt.Fprintln(&text, base64.StdEncoding.EncodeToString(hash[:]))
	}
	text.WriteString("\n" + p.Checkpoint.Note)
	return text.String()
}

// ErrNotProof refuses a file that is not a proof.
var ErrNotProof = errors.New("ce n’est pas une preuve : donnez le fichier .tlog-proof tel qu’il a été téléchargé")

// OpenInclusion reads what Text writes and verifies the signature of its
// checkpoint; the proof itself is for Holds. The key is as for Open.
func OpenInclusion(text []byte, origin string) (Inclusion, error) {
	head, signed, parted := strings.Cut(string(text), "\n\n")
	lines := strings.Split(head, "\n")
	if !parted || len(lines) < 3 || lines[0] != proofHeader {
		return Inclusion{}, ErrNotProof
	}
	var proof Inclusion
	var err error
	entry, extra := strings.CutPrefix(lines[1], "extra ")
	index, indexed := strings.CutPrefix(lines[2], "index ")
	if !extra || !indexed {
		return Inclusion{}, ErrNotProof
	}
	if proof.Entry, err = base64.StdEncoding.Strict().DecodeString(entry); err != nil {
		return Inclusion{}, ErrNotProof
	}
	if proof.Number, err = strconv.ParseInt(index, 10, 64); err != nil || proof.Number < 0 {
		return Inclusion{}, ErrNotProof
	}
	for _, line := range lines[3:] {
		hash, err := base64.StdEncoding.Strict().DecodeString(line)
		if err != nil || len(hash) != hashSize {
			return Inclusion{}, ErrNotProof
		}
		proof.Hashes = append(proof.Hashes, Hash(hash))
	}
	proof.Checkpoint, err = Open([]byte(signed), origin)
	return proof, err
}
