package exchange

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"passerelle/internal/fault"
)

// ErrNotCSV refuses a file that no table can be read from; nothing was written.
var ErrNotCSV = fault.Define(fault.Invalid, "not_csv", "Ce fichier n’est pas un tableau CSV. Enregistrez votre tableau au format CSV (UTF-8), puis recommencez.")

// Bounds on one record: a quote that is never closed must not swallow the file.
const (
	longestRecord = 256 << 10 // bytes
	mostLines     = 2000
)

// table reads the records of a CSV file (RFC 4180) one by one: separator comma,
// semicolon or tab; UTF-8, UTF-16 with its mark, or Windows-1252; any line
// ends. A record whose quotes are wrong is told and the next line is tried.
type table struct {
	source    *bufio.Reader
	separator byte
	line      int      // of the file, last read
	pending   []string // lines read ahead, to be read again
	unended   bool     // the last line that was read has no end
}

func refuseOtherForms(start []byte) error {
	text := bytes.TrimSpace(start)
	switch {
	case len(text) == 0:
		return ErrNotCSV.Sayf("Ce fichier est vide. Choisissez le tableau CSV à importer.")
	case bytes.HasPrefix(text, []byte("\xd0\xcf\x11\xe0")):
		return ErrNotCSV.Sayf("Ce fichier est un classeur d’un ancien tableur, ou fermé par un mot de passe. Ouvrez-le, enregistrez-le au format CSV (UTF-8), puis recommencez.")
	case text[0] == '<':
		return ErrNotCSV.Sayf("Ce fichier est une page web ou du XML, pas un tableau CSV. Téléchargez le tableau lui-même.")
	case bytes.HasPrefix(text, []byte("\x1f\x8b")):
		return ErrNotCSV.Sayf("Ce fichier est comprimé (gzip). Décomprimez-le, puis apportez le tableau lui-même.")
	case bytes.HasPrefix(text, []byte("%PDF")):
		return ErrNotCSV.Sayf("Ce fichier est un PDF, pas un tableau CSV. Demandez le même tableau au format CSV.")
	case bytes.ContainsFunc(text, isControl):
		return ErrNotCSV
	}
	return nil
}

func isControl(letter rune) bool {
	return letter < ' ' && letter != '\t' && letter != '\n' && letter != '\r'
}

// separatorOf is the sign that parts the first line most often, out of quotes.
func separatorOf(start []byte) byte {
	counts := map[byte]int{}
	quoted := false
	for _, letter := range start {
		switch letter {
		case '"':
			quoted = !quoted
		case ',', ';', '\t':
			if !quoted {
				counts[letter]++
			}
		case '\n', '\r':
			if !quoted && len(counts) > 0 {
				return most(counts)
			}
		}
	}
	return most(counts)
}

func most(counts map[byte]int) byte {
	best := byte(',')
	for _, separator := range []byte{';', '\t'} {
		if counts[separator] > counts[best] {
			best = separator
		}
	}
	return best
}

// next reads the next record, io.EOF after the last. Empty lines are no records.
func (t *table) next() (record, error) {
	for {
		text, err := t.readLine()
		if err != nil {
			return record{}, err
		}
		if strings.TrimSpace(text) == "" {
			continue
		}
		return t.record(text)
	}
}

// record parses the record that begins on a line, with the lines that it runs over.
func (t *table) record(text string) (record, error) {
	made := record{line: t.line}
	if len(text) > longestRecord {
		made.wrong = "too_long"
		return made, nil
	}
	var over []string
	parser := parser{separator: t.separator}
	for !parser.line(text) {
		next, err := t.readLine()
		if err != nil && !errors.Is(err, io.EOF) {
			return record{}, err
		}
		if err == nil {
			over = append(over, next)
			parser.size += len(next)
		}
		if parser.broken || errors.Is(err, io.EOF) || len(over) > mostLines || parser.size > longestRecord {
			// The lines read ahead may be records of their own.
			t.pending = append(over, t.pending...)
			t.line -= len(over)
			made.wrong = "quotes"
			return made, nil
		}
		text = next
	}
	if len(parser.fields) > mostFields {
		made.wrong = "too_long"
		return made, nil
	}
	made.fields, made.decoded, made.unended = parser.fields, parser.decoded, t.unended && len(t.pending) == 0
	return made, nil
}

// parser holds a record that may run over several lines.
type parser struct {
	separator byte
	fields    []string
	open      bool // within a quoted value that goes on
	value     strings.Builder
	size      int
	broken    bool
	decoded   bool
}

// line parses one more line and tells whether the record is whole.
func (p *parser) line(text string) (whole bool) {
	if !utf8.ValidString(text) {
		text, p.decoded = fromWindows(text), true
	}
	if p.open {
		p.value.WriteByte('\n')
	}
	for i := 0; ; {
		if len(p.fields) > mostFields {
			return true // the record is too long, whatever follows
		}
		if !p.open {
			if i < len(text) && text[i] == '"' {
				p.open = true
				i++
			} else {
				end := strings.IndexByte(text[min(i, len(text)):], p.separator)
				if end < 0 {
					p.fields = append(p.fields, text[min(i, len(text)):])
					return true
				}
				p.fields = append(p.fields, text[i:i+end])
				i += end + 1
				continue
			}
		}
		end := strings.IndexByte(text[i:], '"')
		if end < 0 {
			p.value.WriteString(text[i:])
			return false
		}
		p.value.WriteString(text[i : i+end])
		i += end + 1
		switch {
		case i < len(text) && text[i] == '"':
			p.value.WriteByte('"')
			i++
		case i == len(text) || strings.TrimSpace(text[i:]) == "":
			p.close()
			return true
		case text[i] == p.separator:
			p.close()
			i++
		default:
			p.broken = true
			return false
		}
	}
}

func (p *parser) close() {
	p.fields = append(p.fields, p.value.String())
	p.value.Reset()
	p.open = false
}

// readLine reads one line without its end; a line that is too long is cut, one
// byte longer than any record may be.
func (t *table) readLine() (string, error) {
	if len(t.pending) > 0 {
		text := t.pending[0]
		t.pending = t.pending[1:]
		t.line++
		return text, nil
	}
	var text []byte
	for {
		letter, err := t.source.ReadByte()
		if errors.Is(err, io.EOF) && len(text) > 0 {
			t.unended = true
			break
		}
		if err != nil {
			return "", err
		}
		if letter == '\r' {
			if following, err := t.source.Peek(1); err == nil && following[0] == '\n' {
				_, _ = t.source.Discard(1)
			}
			break
		}
		if letter == '\n' {
			break
		}
		if len(text) <= longestRecord {
			text = append(text, letter)
		}
	}
	t.line++
	return string(text), nil
}

func fromWindows(text string) string {
	decoded, err := charmap.Windows1252.NewDecoder().String(text)
	if err != nil {
		return strings.ToValidUTF8(text, "\ufffd")
	}
	return decoded
}
