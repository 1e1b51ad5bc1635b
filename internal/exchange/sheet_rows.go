package exchange

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Bounds on a workbook (XLSX), in bytes: as it comes, unpacked, and a part of it
// that is held in memory; larger sheets, and their texts, wait in a file.
const (
	longestWorkbook  = 32 << 20
	longestUnpacked  = 200 << 20
	longestTexts     = 96 << 20
	longestInMemory  = 8 << 20
	mostParts        = 5000 // files in it
	mostPacked       = 200  // times that a part is smaller packed, when it is large: a real sheet is ten to fifty times
	mostSheetColumns = 2000
)

var (
	errBadWorkbook  = ErrNotCSV.Sayf("Ce classeur ne peut pas être lu. Enregistrez sa feuille au format CSV (UTF-8), puis recommencez.")
	errHugeWorkbook = ErrNotCSV.Sayf("Ce classeur est trop grand une fois déplié\u00a0: il n’est pas ouvert. Enregistrez sa feuille au format CSV (UTF-8), puis recommencez.")
	errOtherArchive = ErrNotCSV.Sayf("Ce fichier est une archive, ou un classeur d’un autre format que XLSX. Décompressez-la, ou enregistrez la feuille au format CSV (UTF-8), puis recommencez.")
)

// refuseArchive looks at what an archive says of itself before anything of it is
// unpacked; what it says is held to when it is. Fault: not_csv.
func refuseArchive(text []byte) error {
	if bytes.Count(text, []byte("PK\x01\x02")) > mostParts {
		return errHugeWorkbook
	}
	archive, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		return errBadWorkbook
	}
	isWorkbook, unpacked := false, uint64(0)
	for _, part := range archive.File {
		name := strings.ToLower(strings.ReplaceAll(part.Name, `\`, "/"))
		isWorkbook = isWorkbook || strings.HasPrefix(name, "xl/")
		most := uint64(longestInMemory)
		switch {
		case strings.HasPrefix(name, "xl/worksheets/sheet"):
			most = longestUnpacked
		case name == "xl/sharedstrings.xml":
			most = longestTexts
		}
		size := part.UncompressedSize64
		if unpacked += size; size > most || unpacked > longestUnpacked || size > longestInMemory && size/mostPacked > part.CompressedSize64 {
			return errHugeWorkbook
		}
	}
	if !isWorkbook {
		return errOtherArchive
	}
	return nil
}

// sheetRows reads the rows of the first sheet of a workbook that has any.
type sheetRows struct {
	file  *excelize.File
	rows  *excelize.Rows
	line  int
	width int // of the widest row so far; a sheet leaves out the empty cells at a row's end
}

// openWorkbook opens a workbook, which the caller closes. Fault: not_csv.
func openWorkbook(file io.Reader) (made *sheetRows, err error) {
	defer refusePanic(&err)
	text, err := io.ReadAll(io.LimitReader(file, longestWorkbook+1))
	if err != nil {
		return nil, err
	}
	if len(text) > longestWorkbook {
		return nil, errHugeWorkbook
	}
	if err := refuseArchive(text); err != nil {
		return nil, err
	}
	opened, err := excelize.OpenReader(bytes.NewReader(text), excelize.Options{
		UnzipSizeLimit: longestUnpacked, UnzipXMLSizeLimit: longestInMemory, ShortDatePattern: "yyyy-mm-dd",
	})
	if err != nil {
		return nil, errBadWorkbook
	}
	for _, sheet := range opened.GetSheetList() {
		rows, err := opened.Rows(sheet)
		if err == nil && rows.Next() {
			_ = rows.Close()
			if rows, err = opened.Rows(sheet); err == nil {
				return &sheetRows{file: opened, rows: rows}, nil
			}
		}
	}
	return nil, errors.Join(errBadWorkbook, opened.Close())
}

// refusePanic refuses a broken workbook on which the reader of workbooks panics.
func refusePanic(err *error) {
	if recover() != nil {
		*err = errBadWorkbook
	}
}

func (w *sheetRows) next() (made record, err error) {
	defer refusePanic(&err)
	for w.rows.Next() {
		w.line++
		cells, err := w.rows.Columns()
		if err != nil {
			return record{}, errBadWorkbook
		}
		if len(cells) == 0 {
			continue
		}
		size := 0
		for _, cell := range cells {
			size += len(cell)
		}
		if size > longestRecord || len(cells) > mostSheetColumns {
			return record{line: w.line, wrong: "too_long"}, nil
		}
		w.width = max(w.width, len(cells))
		cells = append(slices.Clip(cells), make([]string, w.width-len(cells))...)
		return record{line: w.line, fields: cells}, nil
	}
	if w.rows.Error() != nil {
		return record{}, errBadWorkbook
	}
	return record{}, io.EOF
}

func (w *sheetRows) close() error {
	return errors.Join(w.rows.Close(), w.file.Close())
}
