package exchange

import (
	"bufio"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// list reads the objects of a list in JSON one by one (RFC 8259): an array; or
// the array of an object, such as {"data": […]} or a GeoJSON FeatureCollection
// (RFC 7946). It holds one object at a time. An object that is wrong is told
// and the next one is tried.
type list struct {
	source *bufio.Reader
	rank   int
	ended  bool
	// The list may be followed by another, such as the services of structures:
	// under this key, beside its own.
	also   string
	key    string // of the list that is read; empty for a bare array
	closed bool   // the list has ended, what follows is not read yet
}

// deepestList is how many objects may stand around the list.
const deepestList = 4

// notLists are arrays of objects that describe the file, not its records.
var notLists = []string{"fields", "columns", "links", "schema", "facets", "facet_groups"}

var errNoList = ErrNoPlaces.Sayf("Ce fichier JSON n’a pas de liste de lieux. Il faut un tableau d’objets, seul ou sous une clé comme «\u00a0data\u00a0» ou «\u00a0features\u00a0».")

// openList goes to the first object of the list. Fault: not_places.
func openList(text *bufio.Reader) (*list, error) {
	made := &list{source: text}
	letter, err := made.peek()
	if err != nil {
		return nil, errNoList
	}
	if letter == '[' {
		_, _ = made.source.ReadByte()
		return made, nil
	}
	found, err := made.search(deepestList)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, errNoList) {
		return nil, err
	}
	if !found {
		return nil, errNoList
	}
	return made, nil
}

// peek is the next letter that is no space, still to be read.
func (l *list) peek() (byte, error) {
	for {
		letter, err := l.source.ReadByte()
		if err != nil {
			return 0, err
		}
		if letter != ' ' && letter != '\t' && letter != '\n' && letter != '\r' {
			return letter, l.source.UnreadByte()
		}
	}
}

// search reads an object up to its list of objects, or to its end.
func (l *list) search(deep int) (found bool, err error) {
	if _, err := l.source.ReadByte(); err != nil { // its brace
		return false, err
	}
	for {
		letter, err := l.peek()
		if err != nil {
			return false, err
		}
		switch letter {
		case '}':
			_, err := l.source.ReadByte()
			return false, err
		case ',':
			_, _ = l.source.ReadByte()
			continue
		case '"':
		default:
			return false, errNoList
		}
		key, _, err := l.value()
		if err != nil {
			return false, err
		}
		if letter, err = l.peek(); err != nil || letter != ':' {
			return false, errors.Join(errNoList, err)
		}
		_, _ = l.source.ReadByte()
		if found, err = l.within(strings.Trim(string(key), `"`), deep); found || err != nil {
			return found, err
		}
	}
}

// within looks for the list in one value of an object, and reads over it when
// it is not there.
func (l *list) within(key string, deep int) (found bool, err error) {
	letter, err := l.peek()
	if err != nil {
		return false, err
	}
	if letter == '[' && !slices.Contains(notLists, key) {
		l.key = key
		_, _ = l.source.ReadByte()
		if letter, err = l.peek(); err != nil || letter == '{' {
			return err == nil, err
		}
		return false, l.skip()
	}
	if letter == '{' && deep > 1 {
		return l.search(deep - 1)
	}
	_, _, err = l.value()
	return false, err
}

// skip reads over the rest of an array whose bracket has been read.
func (l *list) skip() error {
	for {
		letter, err := l.peek()
		if err != nil {
			return err
		}
		switch letter {
		case ']':
			_, err := l.source.ReadByte()
			return err
		case ',':
			_, _ = l.source.ReadByte()
		default:
			if _, _, err := l.value(); err != nil {
				return err
			}
		}
	}
}

// value reads one value without understanding it; long tells that it is longer
// than a record may be, and cut. It always reads something.
func (l *list) value() (text []byte, long bool, err error) {
	deep, quoted, escaped := 0, false, false
	for {
		letter, err := l.source.ReadByte()
		if err != nil {
			return text, len(text) > longestRecord, err
		}
		if len(text) > 0 && deep == 0 && !quoted && (letter == ',' || letter == ']' || letter == '}' || letter == ':') {
			return text, len(text) > longestRecord, l.source.UnreadByte()
		}
		if len(text) <= longestRecord {
			text = append(text, letter)
		}
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped, quoted = letter == '\\', letter != '"'
		case letter == '"':
			quoted = true
		case letter == '{' || letter == '[':
			deep++
		case letter == '}' || letter == ']':
			deep--
		}
		if deep <= 0 && !quoted && (letter == '"' || letter == '}' || letter == ']') {
			return text, len(text) > longestRecord, nil
		}
	}
}

// next reads the next object of the list.
func (l *list) next() (record, error) {
	if l.closed && l.also != "" && l.also != l.key {
		l.closed = !l.follow()
	}
	for !l.ended && !l.closed {
		letter, err := l.peek()
		if err == nil && letter == ',' {
			_, _ = l.source.ReadByte()
			continue
		}
		if err == nil && letter == ']' {
			_, _ = l.source.ReadByte()
			l.closed = true
			break
		}
		l.rank++
		made := record{line: l.rank}
		if err == nil {
			var text []byte
			var long bool
			if text, long, err = l.value(); err == nil {
				made.read(text, long)
				return made, nil
			}
		}
		if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return record{}, err
		}
		l.ended, made.wrong = true, "cut"
		return made, nil
	}
	return record{}, io.EOF
}

// follow goes to the list that stands beside the one that has ended.
func (l *list) follow() (found bool) {
	defer func() { l.key = l.also }() // there is no third
	if l.key == "" {
		return false
	}
	for {
		letter, err := l.peek()
		if err != nil || letter != ',' && letter != '"' {
			return false
		}
		if letter == ',' {
			_, _ = l.source.ReadByte()
			continue
		}
		key, _, err := l.value()
		if err != nil {
			return false
		}
		if letter, err = l.peek(); err != nil || letter != ':' {
			return false
		}
		_, _ = l.source.ReadByte()
		if letter, err = l.peek(); err != nil {
			return false
		}
		if strings.Trim(string(key), `"`) == l.also && letter == '[' {
			_, _ = l.source.ReadByte()
			return true
		}
		if _, _, err := l.value(); err != nil {
			return false
		}
	}
}

// read understands one object of the list.
func (r *record) read(text []byte, long bool) {
	if long {
		r.wrong = "too_long"
		return
	}
	if !utf8.Valid(text) {
		text, r.decoded = []byte(fromWindows(string(text))), true
	}
	r.names, r.fields, r.wrong = flatten(text)
}
