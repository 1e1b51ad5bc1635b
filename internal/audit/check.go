package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// Check verifies the sealed log: its numbers follow one another; every numbered
// leaf has the hash that its tile holds; the tiles make one tree; every
// checkpoint is signed by the instance and is that tree at its size. It answers
// one French line per violated row.
func Check(ctx context.Context, q db.Q) ([]string, error) {
	c := &checker{ctx: ctx, q: q, findings: []string{}}
	for _, check := range []func() error{c.head, c.leaves, c.tiles} {
		if err := check(); err != nil {
			return nil, err
		}
	}
	return c.findings, nil
}

type checker struct {
	ctx      context.Context
	q        db.Q
	size     int64 // leaves, as the log's head says
	findings []string
}

func (c *checker) tell(format string, args ...any) {
	c.findings = append(c.findings, "registre scellé : "+fmt.Sprintf(format, args...))
}

// head compares what each table says of the log's size.
func (c *checker) head() error {
	err := c.q.QueryRow(c.ctx, `SELECT size FROM log_head`).Scan(&c.size)
	if err != nil && !errors.Is(err, fault.ErrNotFound) {
		return err
	}
	var first, next, count, signed int64
	if err := c.q.QueryRow(c.ctx, `SELECT COALESCE(MIN(number), 0), COALESCE(MAX(number) + 1, 0), COUNT(*), COALESCE((SELECT MAX(size) FROM log_checkpoint), 0)
		FROM leaf WHERE number IS NOT NULL`).Scan(&first, &next, &count, &signed); err != nil {
		return err
	}
	if first != 0 || next != c.size {
		c.tell("sa tête (log_head) dit %d actes, ils sont numérotés de %d à %d", c.size, first, next-1)
	}
	if signed != c.size {
		c.tell("sa tête (log_head) dit %d actes, le dernier point de contrôle %d", c.size, signed)
	}
	c.size = max(c.size, next, signed)
	return nil
}

// leaves compares each numbered leaf with the hash in its tile, a tile at a time.
func (c *checker) leaves() error {
	type sealed struct {
		number int64
		id     db.ID
		hash   []byte
	}
	for first := int64(0); first < c.size; first += tileWidth {
		found, err := db.All(c.ctx, c.q, func(row db.Scanner) (sealed, error) {
			var one sealed
			err := row.Scan(&one.number, &one.id, &one.hash)
			return one, err
		}, `SELECT number, id, hash FROM leaf WHERE number >= $1 AND number < $2 ORDER BY number`, first, first+tileWidth)
		if err != nil {
			return err
		}
		tile, err := storedTile(c.ctx, c.q, 0, first/tileWidth)
		if err != nil && !errors.Is(err, fault.ErrNotFound) {
			return err
		}
		next := first
		for _, leaf := range found {
			for ; next < leaf.number; next++ {
				c.tell("l’acte n° %d a disparu", next)
			}
			next++
			place := int(leaf.number-first) * hashSize
			hash := tlog.RecordHash(leaf.hash)
			switch {
			case place+hashSize > len(tile):
				c.tell("l’acte n° %d (inscription %s) n’est pas dans l’arbre", leaf.number, leaf.id)
			case !bytes.Equal(tile[place:place+hashSize], hash[:]):
				c.tell("l’acte n° %d (inscription %s) n’a plus l’empreinte sous laquelle il a été scellé", leaf.number, leaf.id)
			}
		}
		for ; next < min(first+tileWidth, c.size); next++ {
			c.tell("l’acte n° %d a disparu", next)
		}
	}
	return nil
}

// tiles rebuilds the tree from its lowest tiles, and compares with it the tiles
// above and every checkpoint.
func (c *checker) tiles() error {
	points, err := db.All(c.ctx, c.q, scanCheckpoint(c.q), selectCheckpoint+` ORDER BY size`)
	if err != nil {
		return err
	}
	var seen int64 // tiles compared or read
	rebuilt := &tree{}
	compare := func(level int, number int64, hashes []byte) error {
		seen++
		if level == 0 {
			return nil // what the tree is rebuilt from
		}
		stored, err := storedTile(c.ctx, c.q, level, number)
		if err != nil && !errors.Is(err, fault.ErrNotFound) {
			return err
		}
		if !bytes.Equal(stored, hashes) {
			c.tell("la tuile %d du niveau %d (log_tile) n’est pas ce que donnent les tuiles du dessous", number, level)
		}
		return nil
	}
	rebuilt.whole = compare
	for first := int64(0); first < c.size; first += tileWidth {
		tile, err := storedTile(c.ctx, c.q, 0, first/tileWidth)
		if err != nil && !errors.Is(err, fault.ErrNotFound) {
			return err
		}
		if want := min(c.size-first, tileWidth) * hashSize; int64(len(tile)) != want {
			c.tell("la tuile %d du niveau 0 (log_tile) fait %d octets, elle devrait en faire %d", first/tileWidth, len(tile), want)
			return nil
		}
		for ; len(tile) > 0; tile = tile[hashSize:] {
			rebuilt.size++
			if err := rebuilt.add(0, Hash(tile[:hashSize])); err != nil {
				return err
			}
			for len(points) > 0 && points[0].Size <= rebuilt.size {
				if err := c.checkpoint(points[0], rebuilt); err != nil {
					return err
				}
				points = points[1:]
			}
		}
	}
	for level, hashes := range rebuilt.edge {
		if len(hashes) > 0 {
			if err := compare(level, rebuilt.tiles(level), hashes); err != nil {
				return err
			}
		}
	}
	var stored int64
	if err := c.q.QueryRow(c.ctx, `SELECT COUNT(*) FROM log_tile`).Scan(&stored); err != nil {
		return err
	}
	if stored != seen {
		c.tell("%d tuiles sont gardées (log_tile), l’arbre en a %d", stored, seen)
	}
	return nil
}

// checkpoint compares what was signed with the tree of that size.
func (c *checker) checkpoint(point Checkpoint, rebuilt *tree) error {
	signed, err := Open([]byte(point.Note), Origin(c.q))
	if err != nil || signed.Size != point.Size || signed.Root != point.Root {
		c.tell("le point de contrôle de %d actes (log_checkpoint) ne porte pas la signature de l’instance", point.Size)
		return nil
	}
	root, err := rebuilt.root()
	if err == nil && (rebuilt.size != point.Size || root != point.Root) {
		c.tell("le point de contrôle de %d actes (log_checkpoint) n’est pas l’arbre de cette taille", point.Size)
	}
	return err
}
