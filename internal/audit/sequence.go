package audit

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// MostSequenced is how many leaves one call numbers, so that acts that wait for
// the same database are not held up.
const MostSequenced = 2000

// Waiting tells whether leaves wait for their number, and since when.
func Waiting(ctx context.Context, q db.Q) (count int64, since time.Time, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*), MIN(at) FROM leaf WHERE number IS NULL`).Scan(&count, &since)
	return count, since, err
}

// AnyWaiting is Waiting's cheapest form, for whoever asks each second.
func AnyWaiting(ctx context.Context, q db.Q) (bool, error) {
	var one int
	err := q.QueryRow(ctx, `SELECT 1 FROM leaf WHERE number IS NULL LIMIT 1`).Scan(&one)
	if errors.Is(err, fault.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Sequence numbers the leaves that wait, at most MostSequenced and none later
// than now, puts them at the end of the log and signs the checkpoint of its new
// size. It tells how many it numbered; none leaves the log as it is. Any number
// of servers may call it: the log's head lets one work at a time.
func Sequence(ctx context.Context, tx *db.Tx) (int, error) {
	// The update changes nothing; it is what a second sequencer waits for.
	var size int64
	if err := tx.QueryRow(ctx, `INSERT INTO log_head (one, size) VALUES (1, 0)
		ON CONFLICT (one) DO UPDATE SET size = log_head.size RETURNING size`).Scan(&size); err != nil {
		return 0, err
	}
	numbered, err := number(ctx, tx, size)
	if err != nil || len(numbered) == 0 {
		return 0, err
	}
	if err := extend(ctx, tx, size, numbered); err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, `UPDATE log_head SET size = $1`, size+int64(len(numbered)))
	return len(numbered), err
}

// number gives the next numbers, in the order of the leaves' identifiers, and
// answers their hashes in the order of the numbers.
func number(ctx context.Context, tx *db.Tx, size int64) ([][]byte, error) {
	type numbered struct {
		number int64
		hash   []byte
	}
	batch, err := db.All(ctx, tx, func(row db.Scanner) (numbered, error) {
		var one numbered
		err := row.Scan(&one.number, &one.hash)
		return one, err
	}, `UPDATE leaf SET number = $1 + batch.place
		FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS place FROM leaf WHERE number IS NULL AND at <= $3 ORDER BY id LIMIT $2) AS batch
		WHERE leaf.id = batch.id AND leaf.number IS NULL RETURNING number, hash`, size, MostSequenced, tx.Now())
	if err != nil {
		return nil, err
	}
	slices.SortFunc(batch, func(a, b numbered) int { return int(a.number - b.number) })
	hashes := make([][]byte, len(batch))
	for i, one := range batch {
		if one.number != size+int64(i) {
			return nil, fmt.Errorf("audit: number %d given, %d expected", one.number, size+int64(i))
		}
		hashes[i] = one.hash
	}
	return hashes, nil
}

// extend puts entries at the end of the stored tree, and signs it.
func extend(ctx context.Context, tx *db.Tx, size int64, entries [][]byte) error {
	grown, err := edgeAt(ctx, tx, size)
	if err != nil {
		return err
	}
	grown.whole = func(level int, number int64, hashes []byte) error { return storeTile(ctx, tx, level, number, hashes) }
	for _, entry := range entries {
		if err := grown.grow(entry); err != nil {
			return err
		}
	}
	for level, hashes := range grown.edge {
		if len(hashes) > 0 {
			if err := storeTile(ctx, tx, level, grown.tiles(level), hashes); err != nil {
				return err
			}
		}
	}
	root, err := grown.root()
	if err != nil {
		return err
	}
	signed, err := sign(db.SigningKey(tx), tlog.Tree{N: grown.size, Hash: root})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO log_checkpoint (size, root, note, at) VALUES ($1, $2, $3, $4)`, signed.Size, root[:], signed.Note, tx.Now())
	return err
}

// edgeAt reads the end of the stored tree.
func edgeAt(ctx context.Context, q db.Q, size int64) (*tree, error) {
	stored := &tree{size: size}
	for level := 0; size>>(tileHeight*level) > 0; level++ {
		width := int(size>>(tileHeight*level)) % tileWidth
		if width == 0 {
			stored.edge = append(stored.edge, nil)
			continue
		}
		hashes, err := storedTile(ctx, q, level, stored.tiles(level))
		if err != nil {
			return nil, err
		}
		if len(hashes) != width*hashSize {
			return nil, fmt.Errorf("audit: tile %d of level %d holds %d bytes, the log's size asks for %d hashes", stored.tiles(level), level, len(hashes), width)
		}
		stored.edge = append(stored.edge, hashes)
	}
	return stored, nil
}

func storeTile(ctx context.Context, tx *db.Tx, level int, number int64, hashes []byte) error {
	_, err := tx.Exec(ctx, `INSERT INTO log_tile (level, number, hashes) VALUES ($1, $2, $3)
		ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes`, level, number, hashes)
	return err
}

func storedTile(ctx context.Context, q db.Q, level int, number int64) ([]byte, error) {
	var hashes []byte
	err := q.QueryRow(ctx, `SELECT hashes FROM log_tile WHERE level = $1 AND number = $2`, level, number).Scan(&hashes)
	return hashes, err
}

// Origin is the name of this instance's log.
func Origin(q db.Q) string { return OriginOf(db.SigningKey(q).Public().(ed25519.PublicKey)) }
