package exchange

import (
	"bytes"
	"errors"
	"io"
	"slices"

	"github.com/xuri/excelize/v2"
)

// Bounds on a workbook (XLSX), in bytes: as it comes, unpacked, and a part of it
// that is held in memory; larger parts wait in a file.
const (
	longestWorkbook  = 64 << 20
	longestUnpacked  = 256 << 20
	longestInMemory  = 8 << 20
	mostSheetColumns = 2000
)

var errBadWorkbook = ErrNotCSV.Sayf("Ce classeur ne peut pas être lu, ou il est trop grand. Enregistrez sa feuille au format CSV (UTF-8), puis recommencez.")

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
		return nil, errBadWorkbook
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
