package exchange

import (
	"strings"
	"testing"

	"passerelle/internal/civil"
	"passerelle/internal/place"
)

// FuzzRow: whatever a line holds, it is refused with a reason or makes a place
// of known words in a known commune, and so does the same line under the schema.
func FuzzRow(f *testing.F) {
	for _, seed := range []string{
		"a;43493312300029;Maison;Guéret;23000;23096;1 rue;46.17;1.87;05 44 00 00 00;2024-04-02;Seniors (+ 65 ans);Gratuit : …;CNFS",
		"; ; ; ; ; ; ; ; ; ; ; ; ;", "1;0;<b>x</b>;L’;1000;1053;&amp;;NaN;1e400;+33 (0);1/1/2020;:;|;||", "a;b;c;Paris 12e;75012;75112;d;2,3;48,8;0262;31/02/2024;Adultes;pass;é",
		"x;1;x;GUERET CEDEX;23011;;x;1.87;46.17;00;2024-01-01T00:00;x;x;x",
	} {
		f.Add(seed)
	}
	columns := []string{
		colID, colPivot, colName, colCommune, colPostalCode, colINSEE, colAddress, colLatitude, colLongitude, colTelephone, colUpdatedOn,
		oldPublics, oldConditions, oldProgrammes, colEmails, colWebsites, colSummary, colHours, colServices, colTypology,
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, strict := range []bool{false, true} {
			head := header{at: map[string]int{}, width: len(columns), strict: strict}
			for i, column := range columns {
				head.at[column] = i
			}
			importing := &importing{layouts: layouts{first: layout{head: head, width: head.width}}, today: civil.On(2026, 11, 24), seen: map[[16]byte]bool{}, options: Options{Strict: strict}}
			made := importing.read(record{line: 2, fields: strings.Split(text, ";")})
			told := false
			for _, remark := range made.remarks {
				told = told || remark.Severity != Repaired
				if remark.Line != 2 || remark.Message == "" {
					t.Errorf("%+v", remark)
				}
			}
			switch {
			case made.refused || made.place.Name == "":
				if !told {
					t.Errorf("%q is lost without a word", text)
				}
			case made.place.Commune == "" || made.place.SourceID == "":
				t.Errorf("%q makes %+v", text, made.place)
			}
			for _, code := range made.place.Services {
				if !place.Services.Has(code) {
					t.Errorf("%q is no service", code)
				}
			}
		}
	})
}
