package audit

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// The refusals of who asks for a part of the log.
var (
	ErrNoCheckpoint = fault.Define(fault.NotFound, "no_checkpoint", "Le registre n’a pas de point de contrôle de cette taille. Choisissez-le dans la liste des points de contrôle.")
	ErrEmptyLog     = fault.Define(fault.NotFound, "empty_log", "Le registre ne compte encore aucun acte scellé. Redemandez-le quelques secondes après le premier acte.")
	ErrNoTile       = fault.Define(fault.NotFound, "no_tile", "Le registre n’a pas cette tuile. Lisez d’abord le point de contrôle, qui donne sa taille.")
	ErrUnknownLeaf  = fault.Define(fault.NotFound, "unknown_leaf", "Aucun acte du registre n’a cette empreinte. Recopiez-la entière : 64 chiffres et lettres, comme sur le reçu.")
	ErrUnsealedLeaf = fault.Define(fault.Conflict, "unsealed_leaf", "Cet acte vient d’être inscrit et sera scellé dans quelques secondes. Redemandez sa preuve un peu plus tard.")
)

const selectCheckpoint = `SELECT size, root, note, at FROM log_checkpoint`

func scanCheckpoint(q db.Q) func(db.Scanner) (Checkpoint, error) {
	origin := Origin(q)
	return func(row db.Scanner) (Checkpoint, error) {
		point := Checkpoint{Origin: origin}
		var root []byte
		err := row.Scan(&point.Size, &root, &point.Note, &point.At)
		if err == nil && len(root) == hashSize {
			point.Root = Hash(root)
		}
		return point, err
	}
}

func checkpointBy(ctx context.Context, q db.Q, where string, args ...any) (Checkpoint, error) {
	point, err := scanCheckpoint(q)(q.QueryRow(ctx, selectCheckpoint+where, args...))
	if errors.Is(err, fault.ErrNotFound) {
		err = ErrNoCheckpoint
	}
	return point, err
}

// LatestCheckpoint is the log as it was last signed. Fault code: empty_log.
func LatestCheckpoint(ctx context.Context, q db.Q) (Checkpoint, error) {
	point, err := checkpointBy(ctx, q, ` ORDER BY size DESC LIMIT 1`)
	if errors.Is(err, ErrNoCheckpoint) {
		err = ErrEmptyLog
	}
	return point, err
}

// FirstCheckpoint is the log as it was first signed. Fault code: no_checkpoint.
func FirstCheckpoint(ctx context.Context, q db.Q) (Checkpoint, error) {
	return checkpointBy(ctx, q, ` ORDER BY size LIMIT 1`)
}

// CheckpointOf is the log as it was signed at one size. Fault code: no_checkpoint.
func CheckpointOf(ctx context.Context, q db.Q, size int64) (Checkpoint, error) {
	return checkpointBy(ctx, q, ` WHERE size = $1`, size)
}

// Checkpoints lists what was signed, the latest first, below a size (all when it
// is zero).
func Checkpoints(ctx context.Context, q db.Q, below int64, limit int) ([]Checkpoint, error) {
	return db.All(ctx, q, scanCheckpoint(q), selectCheckpoint+` WHERE $1 = 0 OR size < $1 ORDER BY size DESC LIMIT $2`, below, limit)
}

// Tile is what tlog-tiles serves at an address under the log's, such as
// "tile/0/001", "tile/1/000.p/3" or "tile/entries/x001/234". Fault code: no_tile.
func Tile(ctx context.Context, q db.Q, path string) ([]byte, error) {
	tile, err := parseTilePath(path)
	if err != nil {
		return nil, ErrNoTile
	}
	if tile.L == entriesLevel {
		return entries(ctx, q, tile)
	}
	stored, err := storedTile(ctx, q, tile.L, tile.N)
	if errors.Is(err, fault.ErrNotFound) || err == nil && len(stored) < tile.W*hashSize {
		return nil, ErrNoTile
	}
	return stored[:min(len(stored), tile.W*hashSize)], err
}

// entries is a bundle: each entry after its length in two bytes.
func entries(ctx context.Context, q db.Q, tile tlog.Tile) ([]byte, error) {
	first := tile.N * tileWidth
	hashes, err := db.All(ctx, q, db.Value[[]byte], `SELECT hash FROM leaf WHERE number >= $1 AND number < $2 ORDER BY number`, first, first+int64(tile.W))
	if err != nil {
		return nil, err
	}
	if len(hashes) != tile.W {
		return nil, ErrNoTile
	}
	var bundle bytes.Buffer
	for _, hash := range hashes {
		_ = binary.Write(&bundle, binary.BigEndian, uint16(len(hash)))
		bundle.Write(hash)
	}
	return bundle.Bytes(), nil
}

// Sealed is a leaf with its place in the log.
type Sealed struct {
	Leaf
	Number int64     // from 0
	At     time.Time // when the first checkpoint that holds it was signed
}

// SealedByHash finds a leaf by its hash. Fault codes: unknown_leaf; unsealed_leaf
// while it waits for its number.
func SealedByHash(ctx context.Context, q db.Q, hash []byte) (Sealed, error) {
	var found Sealed
	row := q.QueryRow(ctx, `SELECT id, act, subject, actor_kind, actor, organisation, at, salt, hash, number,
			(SELECT p.at FROM log_checkpoint p WHERE p.size > leaf.number ORDER BY p.size LIMIT 1)
		FROM leaf WHERE hash = $1 AND number IS NOT NULL`, hash)
	err := row.Scan(&found.ID, &found.Act, &found.Subject, (*string)(&found.Actor.Kind), &found.Actor.ID, &found.Actor.Organisation,
		&found.Leaf.At, &found.Salt, &found.Hashed, &found.Number, &found.At)
	if !errors.Is(err, fault.ErrNotFound) {
		return found, err
	}
	var waits int
	err = q.QueryRow(ctx, `SELECT 1 FROM leaf WHERE number IS NULL AND hash = $1`, hash).Scan(&waits)
	if errors.Is(err, fault.ErrNotFound) {
		return Sealed{}, ErrUnknownLeaf
	}
	if err == nil {
		err = ErrUnsealedLeaf
	}
	return Sealed{}, err
}
