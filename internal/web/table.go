package web

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"passerelle/internal/civil"
	"passerelle/internal/exchange"
	"passerelle/internal/money"
)

// Table is data to compare: the data of {{template "table"}}, and of its CSV
// file. Quiet hides a caption that a heading just above already tells.
type Table struct {
	Caption, Note string
	Quiet         bool
	Columns       []Column
	Rows          [][]Cell
	Foot          []Cell
}

// Column is one column's head. Quiet hides the head of a column of drawings.
type Column struct {
	Label         string
	Number, Quiet bool
}

// Cell is one cell. Make it with Head, Text, Whole, Amount, Day or Drawn, and
// refine it with To, Noted.
type Cell struct {
	Text  string
	Path  string // the page or the list that the cell opens
	About string // read aloud after a link's text
	Note  string
	Head  bool // the row's name
	State State
	Bar   Bar

	number bool
	file   string // as CSV writes it, when it differs from Text
}

// Class sets figures on the right.
func (c Cell) Class() string {
	if c.number {
		return "n"
	}
	return ""
}

// Head is the cell that names its row.
func Head(text string) Cell { return Cell{Text: text, Head: true} }

// Text is a plain cell.
func Text(text string) Cell { return Cell{Text: text} }

// Whole is a count.
func Whole(number int) Cell {
	return Cell{Text: frenchNumber(number), number: true, file: strconv.Itoa(number)}
}

// Decimal is a measure, with so many decimals.
func Decimal(value float64, decimals int) Cell {
	text := strings.Replace(strconv.FormatFloat(value, 'f', decimals, 64), ".", ",", 1)
	return Cell{Text: text, number: true}
}

// Amount is money, to the cent.
func Amount(cents money.Cents) Cell {
	return Cell{Text: cents.String(), number: true, file: strings.Replace(cents.Decimal(), ".", ",", 1)}
}

// Day is a date as tables write it.
func Day(day civil.Date) Cell { return Cell{Text: day.FrenchShort(), file: day.String()} }

// InState is where the row stands.
func InState(kind, word string) Cell { return Cell{State: State{Kind: kind, Word: word}, file: word} }

// Drawn is a bar beside the number it draws; CSV leaves it empty.
func Drawn(bar Bar) Cell { return Cell{Bar: bar} }

// To makes the cell a link; about completes it for those who hear it.
func (c Cell) To(path string, about ...string) Cell {
	c.Path, c.About = path, strings.Join(about, " ")
	return c
}

// Noted adds a small second line.
func (c Cell) Noted(note string) Cell {
	c.Note = note
	return c
}

func (c Cell) inFile() string {
	if c.file != "" {
		return c.file
	}
	return c.Text
}

// WantsCSV tells whether the list is asked for as a file: ?format=csv.
func (r *Request) WantsCSV() bool { return r.URL.Query().Get("format") == "csv" }

// WantsXLSX tells whether the list is asked for as a workbook: ?format=xlsx.
func (r *Request) WantsXLSX() bool { return r.URL.Query().Get("format") == "xlsx" }

// File answers with the table in the form that the request asks for, a workbook
// or CSV. name has no extension.
func File(w http.ResponseWriter, r *Request, name string, table Table) error {
	if !r.WantsXLSX() {
		return CSV(w, r, name, table)
	}
	var columns []string
	for _, column := range table.Columns {
		if !column.Quiet {
			columns = append(columns, column.Label)
		}
	}
	rows := make([][]any, len(table.Rows))
	for i, row := range table.Rows {
		for j, cell := range row {
			if !table.Columns[j].Quiet {
				rows[i] = append(rows[i], cell.inWorkbook())
			}
		}
	}
	var file bytes.Buffer
	if err := exchange.WriteWorkbook(&file, "Liste", columns, rows); err != nil {
		return err
	}
	header := w.Header()
	header.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	header.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name+".xlsx"))
	header.Set("Cache-Control", "no-store")
	_, err := w.Write(file.Bytes())
	if err != nil {
		r.App.Log.Debug("the browser left", "request", r.ID, "error", err)
	}
	return nil
}

// inWorkbook is a number where the cell is one; a text is never a formula there.
func (c Cell) inWorkbook() any {
	if text := c.inFile(); text == "" {
		return nil
	} else if number, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64); err == nil && c.number {
		return number
	} else {
		return text
	}
}

// CSV answers with the table as a file that spreadsheets in French open as it
// is: semicolons, decimal commas, UTF-8 with its mark (RFC 4180 otherwise).
// name has no extension.
func CSV(w http.ResponseWriter, _ *Request, name string, table Table) error {
	header := w.Header()
	header.Set("Content-Type", "text/csv; charset=utf-8")
	header.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name+".csv"))
	header.Set("Cache-Control", "no-store")
	if _, err := w.Write([]byte("\ufeff")); err != nil {
		return nil // the browser left
	}
	file := csv.NewWriter(w)
	file.Comma = ';'
	file.UseCRLF = true
	var kept []int
	var line []string
	for i, column := range table.Columns {
		if !column.Quiet {
			kept = append(kept, i)
			line = append(line, column.Label)
		}
	}
	_ = file.Write(line)
	for _, row := range table.Rows {
		line = line[:0]
		for _, i := range kept {
			if i < len(row) {
				line = append(line, harmless(row[i].inFile()))
			}
		}
		_ = file.Write(line)
	}
	file.Flush()
	return nil // what was sent cannot be taken back: a broken line ends the file
}

// harmless keeps a spreadsheet from running a text as a formula.
func harmless(text string) string {
	if text == "" || !strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return text
	}
	if _, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64); err == nil {
		return text
	}
	return "'" + text
}
