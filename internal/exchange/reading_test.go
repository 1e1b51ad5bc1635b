package exchange

import (
	"errors"
	"io"
)

// ReadAll reads a file to its end, as the import does, for the fuzz targets
// outside.
func ReadAll(file io.Reader) error {
	lines, err := openSource(file, nil)
	if err != nil {
		return err
	}
	for {
		if _, err := lines.next(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// Bounded reads so many bytes and records at most.
func Bounded(options Options, longest int64, most int) Options {
	options.longest, options.most = longest, most
	return options
}
