package exchange

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// sheet is a file of lines and columns being written: CSV, JSON, GeoJSON or XLSX.
type sheet interface {
	row(values []string) error
	end() error
}

// openSheet begins a file with its columns.
func openSheet(out io.Writer, asked Export, columns []exportColumn) (sheet, error) {
	switch asked.Format {
	case FormatJSON:
		return newObjects(out, columns, "[", "]"), nil
	case FormatGeoJSON:
		return &features{newObjects(out, columns, `{"type":"FeatureCollection","features":[`, "]}")}, nil
	case FormatXLSX:
		return newWorkbook(out, columns)
	}
	file := &commaSeparated{file: csv.NewWriter(out), guarded: asked.Schema == SchemaOwn}
	var names []string
	for _, column := range columns {
		names = append(names, column.name)
	}
	return file, file.file.Write(names)
}

// commaSeparated is CSV (RFC 4180), in UTF-8, lines ended by a line feed.
type commaSeparated struct {
	file    *csv.Writer
	guarded bool // a spreadsheet may open it: no text runs as a formula
}

func (c *commaSeparated) row(values []string) error {
	if c.guarded {
		for i, value := range values {
			values[i] = harmless(value)
		}
	}
	return c.file.Write(values)
}

func (c *commaSeparated) end() error {
	c.file.Flush()
	return c.file.Error()
}

// harmless keeps a spreadsheet from running a text as a formula.
func harmless(text string) string {
	if text == "" || !strings.ContainsRune("=+-@\t", rune(text[0])) {
		return text
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		return text
	}
	return "'" + text
}

// objects is a JSON array, an object a line, every column in each; null for
// what is not known.
type objects struct {
	out     *bufio.Writer
	columns []exportColumn
	close   string
	lines   int
}

func newObjects(out io.Writer, columns []exportColumn, open, close string) *objects {
	made := &objects{out: bufio.NewWriter(out), columns: columns, close: close}
	_, _ = made.out.WriteString(open) // the writer keeps its error for the end
	return made
}

func (o *objects) row(values []string) error {
	o.next()
	return o.object(values, func(exportColumn, string) bool { return true })
}

// next begins one more line.
func (o *objects) next() {
	if o.lines > 0 {
		_ = o.out.WriteByte(',')
	}
	o.lines++
	_ = o.out.WriteByte('\n')
}

func (o *objects) object(values []string, keep func(column exportColumn, value string) bool) error {
	separator := byte('{')
	for i, column := range o.columns {
		if !keep(column, values[i]) {
			continue
		}
		_ = o.out.WriteByte(separator)
		separator = ','
		_, _ = o.out.WriteString(`"` + column.name + `":`) // plain letters
		_, _ = o.out.WriteString(column.json(values[i]))
	}
	return o.out.WriteByte('}')
}

func (o *objects) end() error {
	_, _ = o.out.WriteString("\n" + o.close + "\n")
	return o.out.Flush()
}

// json is a value as JSON writes it.
func (c exportColumn) json(value string) string {
	switch {
	case value == "":
		return "null"
	case c.kind == numeric:
		return value
	case c.kind == yesOrNo:
		return strconv.FormatBool(value == yesOrNoWord(true))
	}
	return jsonText(value)
}

func jsonText(text string) string {
	var made bytes.Buffer
	encoder := json.NewEncoder(&made)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a string always has a form
	return strings.TrimSuffix(made.String(), "\n")
}

// features is GeoJSON (RFC 7946): a point with the other columns that are known
// as properties. A position that is not written is no geometry.
type features struct{ *objects }

func (f *features) row(values []string) error {
	f.next()
	var latitude, longitude string
	for i, column := range f.columns {
		switch column.name {
		case colLatitude:
			latitude = values[i]
		case colLongitude:
			longitude = values[i]
		}
	}
	geometry := "null"
	if latitude != "" && longitude != "" {
		geometry = `{"type":"Point","coordinates":[` + longitude + "," + latitude + "]}"
	}
	_, _ = f.out.WriteString(`{"type":"Feature","geometry":` + geometry + `,"properties":`)
	if err := f.object(values, func(column exportColumn, value string) bool { return column.kind != numeric && value != "" }); err != nil {
		return err
	}
	return f.out.WriteByte('}')
}

// writtenWorkbook is an XLSX file of one sheet, its first line kept in sight.
type writtenWorkbook struct {
	out     io.Writer
	file    *excelize.File
	lines   *excelize.StreamWriter
	columns []exportColumn
	line    int
}

func newWorkbook(out io.Writer, columns []exportColumn) (*writtenWorkbook, error) {
	file := excelize.NewFile()
	if err := file.SetSheetName("Sheet1", "Lieux"); err != nil {
		return nil, err
	}
	lines, err := file.NewStreamWriter("Lieux")
	if err != nil {
		return nil, err
	}
	if err := lines.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	made := &writtenWorkbook{out, file, lines, columns, 0}
	names := make([]any, len(columns))
	for i, column := range columns {
		names[i] = column.name
	}
	return made, made.write(names)
}

func (w *writtenWorkbook) write(cells []any) error {
	w.line++
	return w.lines.SetRow("A"+strconv.Itoa(w.line), cells)
}

func (w *writtenWorkbook) row(values []string) error {
	cells := make([]any, len(values))
	for i, value := range values {
		cells[i] = value
		switch {
		case value == "":
			cells[i] = nil
		case w.columns[i].kind == numeric:
			number, err := strconv.ParseFloat(value, 64)
			if err != nil {
				return err
			}
			cells[i] = number
		}
	}
	return w.write(cells)
}

func (w *writtenWorkbook) end() error {
	if err := w.lines.Flush(); err != nil {
		return err
	}
	if err := w.file.Write(w.out); err != nil {
		return err
	}
	return w.file.Close()
}
