package audit

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// Hash is a hash of the Merkle tree: 32 bytes, in base64 as a text.
type Hash = tlog.Hash

const hashSize = tlog.HashSize

// The shape of tiles, fixed by C2SP tlog-tiles: 256 hashes, 8 levels of the tree.
const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
)

// entriesLevel is how package tlog numbers bundles of entries.
const entriesLevel = -1

// entrySize is what an entry takes in a bundle: its length, two bytes, and the
// 32 of a leaf's hash.
const entrySize = 2 + hashSize

// tilePath is a tile's address under the log's: "tile/0/x001/234.p/5". Package
// tlog writes the height too, which tlog-tiles leaves out, and calls entries data.
func tilePath(tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight))
	if rest, entries := strings.CutPrefix(path, "data/"); entries {
		path = "entries/" + rest
	}
	return "tile/" + path
}

// parseTilePath reads what tilePath writes, and nothing else.
func parseTilePath(path string) (tlog.Tile, error) {
	rest, ours := strings.CutPrefix(path, "tile/")
	if entries, are := strings.CutPrefix(rest, "entries/"); are {
		rest = "data/" + entries
	} else if strings.HasPrefix(rest, "data/") {
		ours = false
	}
	tile, err := tlog.ParseTilePath(fmt.Sprintf("tile/%d/%s", tileHeight, rest))
	if err != nil || !ours || tilePath(tile) != path {
		return tlog.Tile{}, errNoTile
	}
	return tile, nil
}

var errNoTile = errors.New("audit: no such tile")

// hashes gives what proofs are made of, from tiles; load gives the hashes that
// one tile holds so far, and is asked once for each.
type hashes struct {
	load  func(level int, number int64) ([]byte, error)
	known map[[2]int64][]byte
}

func fromTiles(load func(level int, number int64) ([]byte, error)) *hashes {
	return &hashes{load: load, known: map[[2]int64][]byte{}}
}

// ReadHashes implements tlog.HashReader.
func (h *hashes) ReadHashes(indexes []int64) ([]Hash, error) {
	found := make([]Hash, len(indexes))
	for i, index := range indexes {
		tile := tlog.TileForIndex(tileHeight, index)
		key := [2]int64{int64(tile.L), tile.N}
		data, known := h.known[key]
		if !known {
			var err error
			if data, err = h.load(tile.L, tile.N); err != nil {
				return nil, err
			}
			h.known[key] = data
		}
		var err error
		if found[i], err = tlog.HashFromTile(tile, data, index); err != nil {
			return nil, fmt.Errorf("audit: %w", err)
		}
	}
	return found, nil
}

// tree is a Merkle tree that grows at its end: of each level, the hashes of its
// last tile, which is never full. The zero tree is empty.
type tree struct {
	size  int64
	edge  [][]byte
	whole func(level int, number int64, hashes []byte) error // told of each tile as it fills; may be nil
}

// grow adds an entry.
func (t *tree) grow(entry []byte) error {
	t.size++
	return t.add(0, tlog.RecordHash(entry))
}

func (t *tree) add(level int, hash Hash) error {
	if level == len(t.edge) {
		t.edge = append(t.edge, nil)
	}
	t.edge[level] = append(t.edge[level], hash[:]...)
	if len(t.edge[level]) < tileWidth*hashSize {
		return nil
	}
	full := t.edge[level]
	t.edge[level] = nil
	if t.whole != nil {
		if err := t.whole(level, t.tiles(level)-1, full); err != nil {
			return err
		}
	}
	return t.add(level+1, rootOf(full))
}

// tiles is how many full tiles a level has.
func (t *tree) tiles(level int) int64 { return t.size >> (tileHeight * (level + 1)) }

// root is the hash of the whole tree.
func (t *tree) root() (Hash, error) {
	return tlog.TreeHash(t.size, fromTiles(func(level int, number int64) ([]byte, error) {
		if level >= len(t.edge) || number != t.tiles(level) {
			return nil, fmt.Errorf("audit: tile %d of level %d is not at the tree's edge", number, level)
		}
		return t.edge[level], nil
	}))
}

// rootOf is the hash of a full tile's hashes.
func rootOf(hashes []byte) Hash {
	if len(hashes) == hashSize {
		return Hash(hashes)
	}
	half := len(hashes) / 2
	return tlog.NodeHash(rootOf(hashes[:half]), rootOf(hashes[half:]))
}
