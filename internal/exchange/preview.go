package exchange

import (
	"errors"
	"io"
	"slices"
	"strings"

	"passerelle/internal/civil"
	"passerelle/internal/fault"
	"passerelle/internal/place"
)

// Sheet is a file of places before anything is known of its columns: their
// names, and the values of the first records, in the columns' order.
type Sheet struct {
	Columns []string
	Rows    [][]string
	found   *Mapping // of the program, that reads these columns; nil: none, or several as well as each other
}

// Found names the mapping of the program that reads these columns; empty when
// there is none.
func (s Sheet) Found() string {
	if s.found == nil {
		return ""
	}
	return s.found.Name
}

// ReadSheet reads the columns and at most so many records of a file. Of a table,
// the header is the first of the widest lines among the first ten; a list has
// the fields of the objects read. Faults: not_csv, not_places.
func ReadSheet(in io.Reader, options Options, most int) (Sheet, error) {
	lines, err := openSource(in, options.encoding())
	if err != nil {
		return Sheet{}, err
	}
	if opened, is := lines.(*sheetRows); is {
		defer opened.close() //nolint:errcheck // it was only read
	}
	var read []record
	for len(read) < most+headerWithin {
		line, err := lines.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Sheet{}, err
		}
		read = append(read, line)
	}
	var sheet Sheet
	key := ""
	if listed, is := lines.(*list); is {
		key = listed.key
		sheet, err = sheetOfList(read, most)
	} else {
		sheet, err = sheetOfTable(read, most)
	}
	if err != nil {
		return Sheet{}, err
	}
	if sheet.found, err = recognise(sheet.Columns, key); fault.HasCode(err, ErrAmbiguousMapping.Code) {
		return sheet, nil // a person chooses
	}
	return sheet, err
}

func sheetOfList(read []record, most int) (Sheet, error) {
	var sheet Sheet
	at := map[string]int{}
	for _, line := range read {
		for _, name := range line.names {
			if _, known := at[name]; !known {
				at[name] = len(sheet.Columns)
				sheet.Columns = append(sheet.Columns, name)
			}
		}
	}
	if len(sheet.Columns) == 0 {
		return Sheet{}, errNoList
	}
	for _, line := range read[:min(most, len(read))] {
		values := make([]string, len(sheet.Columns))
		for i, name := range line.names {
			values[at[name]] = line.fields[i]
		}
		sheet.Rows = append(sheet.Rows, values)
	}
	return sheet, nil
}

func sheetOfTable(read []record, most int) (Sheet, error) {
	header, widest := -1, 1
	for n, line := range read[:min(headerWithin, len(read))] {
		if named := filledIn(line.fields); named > widest {
			header, widest = n, named
		}
	}
	if header < 0 {
		return Sheet{}, ErrNotCSV
	}
	sheet := Sheet{Columns: slices.Clone(read[header].fields)}
	for _, line := range read[header+1:] {
		if len(sheet.Rows) == most {
			break
		}
		values := make([]string, len(sheet.Columns))
		copy(values, line.fields)
		sheet.Rows = append(sheet.Rows, values)
	}
	return sheet, nil
}

func filledIn(fields []string) int {
	filled := 0
	for _, field := range fields {
		if strings.TrimSpace(field) != "" {
			filled++
		}
	}
	return filled
}

// Values are the values of a column, those of lists apart, each once, in their
// order; at most so many.
func (s Sheet) Values(columns []string, most int) []string {
	var values []string
	for _, row := range s.Rows {
		for _, column := range columns {
			at := slices.Index(s.Columns, column)
			if at < 0 {
				continue
			}
			for _, word := range WordsIn(row[at]) {
				if len(values) < most && !slices.Contains(values, word) {
					values = append(values, word)
				}
			}
		}
	}
	return values
}

// Example is the first value of a column that is filled.
func (s Sheet) Example(column string) string {
	at := slices.Index(s.Columns, column)
	if at < 0 {
		return ""
	}
	for _, row := range s.Rows {
		if value := strings.TrimSpace(row[at]); value != "" {
			return value
		}
	}
	return ""
}

// Read is one record as an import would read it.
type Read struct {
	Line    int
	Place   place.Place // without identifier; its name is empty when it was refused or ignored
	Remarks []Remark
	Refused bool
}

// Preview reads the first records as an import on that day would, and keeps
// nothing. Faults: not_csv, not_places.
func Preview(in io.Reader, options Options, today civil.Date, most int) ([]Read, error) {
	lines, err := openSource(in, options.encoding())
	if err != nil {
		return nil, err
	}
	if opened, is := lines.(*sheetRows); is {
		defer opened.close() //nolint:errcheck // it was only read
	}
	importing := newImporting(options, today)
	ahead, err := importing.findHeader(lines)
	if err != nil {
		return nil, err
	}
	if options.Found != nil {
		options.Found(importing.layouts.name())
	}
	var read []Read
	for len(read) < most {
		var line record
		if len(ahead) > 0 {
			line, ahead = ahead[0], ahead[1:]
		} else if line, err = lines.next(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		made := importing.read(line)
		read = append(read, Read{line.line, made.place, made.remarks, made.refused})
	}
	return read, nil
}
