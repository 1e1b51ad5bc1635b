package sample

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"

	"passerelle/internal/exchange"
)

// published is the real directory: the places of la Creuse and its neighbours,
// as the two public files give them. Its licence stands beside it.
//
//go:embed data/places.csv.gz
var published []byte

// importDirectory brings the real places in, through the same import as anyone's
// file.
func (s *stage) importDirectory() error {
	s.clock.Set(s.opening())
	file, err := gzip.NewReader(bytes.NewReader(published))
	if err != nil {
		return err
	}
	counts, err := exchange.ImportPlaces(s.ctx, s.d, console, file, exchange.Options{})
	if err == nil && counts.Created == 0 {
		err = fmt.Errorf("no place came in: %s", counts)
	}
	return err
}
