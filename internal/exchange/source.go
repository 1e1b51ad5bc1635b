package exchange

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"passerelle/internal/fault"
)

// source gives the records of a file one by one, io.EOF after the last: a
// table, a list in JSON or a workbook.
type source interface {
	next() (record, error)
}

// record is one line of a table, or several when a value holds line ends; or
// one object of a list.
type record struct {
	line    int      // of the file; for a list, the record's rank, from 1
	names   []string // of the fields, in a list; a table names them once, in its header
	fields  []string
	wrong   string // the rule that the record breaks as a whole, a key of wrongRecords
	decoded bool   // it was in Windows-1252, not in UTF-8
	unended bool   // a table's last line, without a line end
}

// wrongRecords says what to do about a record that cannot be read.
var wrongRecords = map[string]string{
	"quotes":     "Les guillemets de cette ligne ne se ferment pas bien. Doublez ceux qui sont dans un texte.",
	"too_long":   "Cette ligne est trop longue pour être lue. Vérifiez les fins de ligne du fichier.",
	"too_deep":   "Cet enregistrement emboîte trop de niveaux pour être un lieu. Demandez le fichier à plat.",
	"json":       "Cet enregistrement n’est pas du JSON correct. Demandez le fichier à nouveau à qui le produit.",
	"not_object": "Cet enregistrement n’a pas de champs nommés. Retirez-le du fichier.",
	"half":       "Le fichier s’arrête au milieu de cette ligne : elle n’est pas reprise, et il manque sans doute la suite. Téléchargez-le à nouveau.",
	"cut":        "Le fichier s’arrête avant la fin de sa liste : il manque sans doute des lieux. Téléchargez-le à nouveau.",
}

// LongestFile is the size of the largest file that is read, in bytes. A line for
// every commune of France is a hundredth of it.
const LongestFile = 1 << 30

// ErrFileTooLarge refuses a file that no list of places is as large as.
var ErrFileTooLarge = fault.Define(fault.TooLarge, "file_too_large", "Ce fichier dépasse 1\u00a0Go ou deux millions de lignes : ce n’est sans doute pas une liste de lieux. Si c’en est une, coupez-la en plusieurs fichiers.")

// mostRecords is how many records of a file are read: what is remembered of each
// must fit in memory.
const mostRecords = 2_000_000

// bounded refuses to read more of a file than it may hold.
type bounded struct {
	file io.Reader
	left int64
}

func (b *bounded) Read(into []byte) (int, error) {
	if b.left <= 0 {
		return 0, ErrFileTooLarge
	}
	n, err := b.file.Read(into[:min(int64(len(into)), b.left)])
	b.left -= int64(n)
	return n, err
}

// openSource looks at the beginning of a file and tells its form. A nil
// encoding is found by itself. Faults: not_csv, not_places.
func openSource(file io.Reader, known encoding.Encoding) (source, error) {
	if known != nil {
		file = transform.NewReader(file, known.NewDecoder())
	}
	text, err := openText(file)
	if err != nil {
		return nil, err
	}
	start, err := text.Peek(4096)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, ErrNotCSV
	}
	if beginning := bytes.TrimSpace(start); len(beginning) > 0 && (beginning[0] == '{' || beginning[0] == '[') {
		return openList(text)
	}
	if bytes.HasPrefix(start, []byte("PK\x03\x04")) {
		return openWorkbook(text)
	}
	if err := refuseOtherForms(start); err != nil {
		return nil, err
	}
	return &table{source: text, separator: separatorOf(start)}, nil
}

// openText takes the byte order mark off, and UTF-16 to UTF-8.
func openText(file io.Reader) (*bufio.Reader, error) {
	text := bufio.NewReaderSize(file, 64<<10)
	start, err := text.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(start, []byte{0xff, 0xfe}) || bytes.HasPrefix(start, []byte{0xfe, 0xff}):
		decoder := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()
		return bufio.NewReaderSize(transform.NewReader(text, decoder), 64<<10), nil
	case bytes.HasPrefix(start, []byte("\xef\xbb\xbf")):
		if _, err := text.Discard(3); err != nil {
			return nil, err
		}
	}
	return text, nil
}
