package exchange

import (
	"fmt"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// WriteWorkbook writes one table as an XLSX file: its columns' heads, kept in
// sight, then its rows. A cell is a string, an int or a float64; nil is empty.
func WriteWorkbook(out io.Writer, sheet string, columns []string, rows [][]any) error {
	file := excelize.NewFile()
	defer func() { _ = file.Close() }() // it is in memory
	if err := file.SetSheetName("Sheet1", sheet); err != nil {
		return fmt.Errorf("exchange: %w", err)
	}
	lines, err := file.NewStreamWriter(sheet)
	if err != nil {
		return fmt.Errorf("exchange: %w", err)
	}
	if err := lines.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return fmt.Errorf("exchange: %w", err)
	}
	heads := make([]any, len(columns))
	for i, column := range columns {
		heads[i] = column
	}
	for i, row := range append([][]any{heads}, rows...) {
		if err := lines.SetRow("A"+strconv.Itoa(i+1), row); err != nil {
			return fmt.Errorf("exchange: %w", err)
		}
	}
	if err := lines.Flush(); err != nil {
		return fmt.Errorf("exchange: %w", err)
	}
	return file.Write(out)
}
