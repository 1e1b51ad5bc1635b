package exchange_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"passerelle/internal/dbtest"
	"passerelle/internal/exchange"
	"passerelle/internal/fault"
)

func workbookOf(t testing.TB, rows ...[]any) []byte {
	t.Helper()
	file := excelize.NewFile()
	defer file.Close()
	if _, err := file.NewSheet("Lieux"); err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		cell, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := file.SetSheetRow("Lieux", cell, &row); err != nil {
			t.Fatal(err)
		}
	}
	text, err := file.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
}

func TestAWorkbookIsReadAsATable(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	file := workbookOf(t,
		[]any{"Nos lieux, à jour"}, []any{},
		[]any{"id", "nom", "commune", "code_postal", "adresse", "latitude", "longitude", "date_maj", "telephone"},
		[]any{1, "Maison", "Bourg-en-Bresse", 1000, "1 rue", 46.2056, 5.2256, time.Date(2024, 4, 2, 0, 0, 0, 0, time.UTC)},
		[]any{2, "Café", "Guéret", 23000, "1 rue", "46,17", 1.87, "02/04/2024", "05 44 00 00 00"},
	)
	counts, remarks := importing(t, d, string(file), exchange.Options{})
	if counts != (exchange.Counts{Read: 2, Created: 2}) {
		t.Fatalf("%v %+v", counts, remarks)
	}
	one := bySource(t, d, "import", "1")
	if one.Commune != "01053" || one.PostalCode != "01000" || one.Approximate || one.UpdatedOn.String() != "2024-04-02" {
		t.Errorf("%+v", one)
	}
	if remarks[0].Rule != "header" || remarks[0].Line != 3 {
		t.Errorf("the notice above is not told: %+v", remarks)
	}
}

// FuzzWorkbook: a broken workbook is refused, or its rows are each counted.
func FuzzWorkbook(f *testing.F) {
	whole := workbookOf(f, []any{"id", "nom", "commune", "code_postal"}, []any{1, "Maison", "Guéret", 23000})
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if !bytes.HasPrefix(file, []byte("PK\x03\x04")) {
			return
		}
		if err := exchange.ReadAll(strings.NewReader(string(file))); err != nil && !fault.HasCode(err, "not_csv") {
			t.Errorf("%v", err)
		}
	})
}
