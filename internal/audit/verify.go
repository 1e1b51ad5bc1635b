package audit

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"passerelle/internal/db"
)

// Source is where a log is read from, when it is verified: an instance's address
// or its database.
type Source interface {
	// Checkpoint is the latest signed note.
	Checkpoint(ctx context.Context) ([]byte, error)
	// Tile is what stands at an address such as "tile/entries/000.p/7".
	Tile(ctx context.Context, path string) ([]byte, error)
}

// Question is what to verify of a log.
type Question struct {
	Origin  string      // the log that is meant, which holds its key; empty trusts the log's own
	Earlier *Checkpoint // opened; nil when none was kept
	Leaves  [][]byte    // hashes that must be in the log
}

// Verdict is what was verified.
type Verdict struct {
	Latest  Checkpoint
	Numbers []int64 // the places of the question's leaves, from 0
}

// Verify reads a whole log and verifies that its latest checkpoint is signed by
// the key, that its entries and its tiles give exactly the root that is signed,
// that it continues the earlier checkpoint, and that it holds the leaves. Its
// errors are French sentences that say what was found.
func Verify(ctx context.Context, source Source, question Question) (Verdict, error) {
	text, err := source.Checkpoint(ctx)
	if err != nil {
		return Verdict{}, err
	}
	v := verification{ctx: ctx, source: source, question: question}
	if v.Latest, err = Open(text, question.Origin); err != nil {
		return Verdict{}, err
	}
	if earlier := question.Earlier; earlier != nil {
		if earlier.Size > v.Latest.Size {
			return v.Verdict, fmt.Errorf("le registre a été raccourci : le point de contrôle gardé compte %d actes, le registre n’en compte plus que %d", earlier.Size, v.Latest.Size)
		}
	}
	return v.Verdict, v.read()
}

type verification struct {
	Verdict
	ctx      context.Context
	source   Source
	question Question
	rebuilt  tree
	places   map[string]int64
}

// continues refuses a log whose tree, at the earlier checkpoint's size, is another.
func (v *verification) continues() error {
	earlier := v.question.Earlier
	if earlier == nil || earlier.Size != v.rebuilt.size {
		return nil
	}
	root, err := v.rebuilt.root()
	if err == nil && root != earlier.Root {
		err = fmt.Errorf("le registre a été réécrit : ses %d premiers actes ne sont plus ceux du point de contrôle gardé", earlier.Size)
	}
	return err
}

func (v *verification) read() error {
	v.places = map[string]int64{}
	for _, leaf := range v.question.Leaves {
		v.places[string(leaf)] = -1
	}
	v.rebuilt.whole = v.sameTile
	for first := int64(0); first < v.Latest.Size; first += tileWidth {
		if err := v.bundle(first, int(min(v.Latest.Size-first, tileWidth))); err != nil {
			return err
		}
	}
	for level, hashes := range v.rebuilt.edge {
		if len(hashes) > 0 {
			if err := v.sameTile(level, v.rebuilt.tiles(level), hashes); err != nil {
				return err
			}
		}
	}
	root, err := v.rebuilt.root()
	if err != nil {
		return err
	}
	if root != v.Latest.Root {
		return errors.New("le registre a été changé : ses actes ne donnent pas l’empreinte que son point de contrôle signe")
	}
	for _, leaf := range v.question.Leaves {
		place := v.places[string(leaf)]
		if place < 0 {
			return fmt.Errorf("aucun des %d actes du registre n’a l’empreinte %s", v.Latest.Size, hex.EncodeToString(leaf))
		}
		v.Numbers = append(v.Numbers, place)
	}
	return nil
}

// bundle reads entries from a number on, and puts them in the tree.
func (v *verification) bundle(first int64, width int) error {
	path := tilePath(tlog.Tile{H: tileHeight, L: entriesLevel, N: first / tileWidth, W: width})
	data, err := v.source.Tile(v.ctx, path)
	if err != nil {
		return err
	}
	if len(data) != width*entrySize {
		return fmt.Errorf("le registre a été changé : %s fait %d octets au lieu de %d", path, len(data), width*entrySize)
	}
	for ; len(data) > 0; data = data[entrySize:] {
		if binary.BigEndian.Uint16(data) != hashSize {
			return fmt.Errorf("le registre a été changé : un acte de %s n’a pas la longueur d’une empreinte", path)
		}
		entry := data[2:entrySize]
		if _, wanted := v.places[string(entry)]; wanted {
			v.places[string(entry)] = v.rebuilt.size
		}
		if err := v.rebuilt.grow(entry); err != nil {
			return err
		}
		if err := v.continues(); err != nil {
			return err
		}
	}
	return nil
}

// sameTile compares a tile that the entries give with the one that is served.
func (v *verification) sameTile(level int, number int64, hashes []byte) error {
	path := tilePath(tlog.Tile{H: tileHeight, L: level, N: number, W: len(hashes) / hashSize})
	served, err := v.source.Tile(v.ctx, path)
	if err != nil {
		return err
	}
	if bytes.Equal(served, hashes) {
		return nil
	}
	if level > 0 || len(served) != len(hashes) {
		return fmt.Errorf("le registre a été changé : %s n’est pas ce que ses actes donnent", path)
	}
	place := 0
	for bytes.Equal(served[:hashSize], hashes[:hashSize]) {
		served, hashes, place = served[hashSize:], hashes[hashSize:], place+1
	}
	return fmt.Errorf("le registre a été changé : l’acte n° %d n’est pas celui qui a été scellé", number*tileWidth+int64(place))
}

// Stored is the log of an open database, as a source.
type Stored struct{ Q db.Q }

// Checkpoint is the latest signed note.
func (s Stored) Checkpoint(ctx context.Context) ([]byte, error) {
	point, err := LatestCheckpoint(ctx, s.Q)
	return []byte(point.Note), err
}

// Tile is what the database holds of a tile.
func (s Stored) Tile(ctx context.Context, path string) ([]byte, error) { return Tile(ctx, s.Q, path) }
