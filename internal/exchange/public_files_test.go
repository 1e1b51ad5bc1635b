package exchange_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"passerelle/internal/dbtest"
	"passerelle/internal/exchange"
	"passerelle/internal/fault"
)

// noLists are the files of the public folders that list no places.
var noLists = []string{"hubs.json", "conseillers_numeriques_structures_postes.json"}

// leastIn is the share of a public file's rows that come in, at least.
const leastIn = 0.95

// TestEveryPublicListComesIn imports every public list of places in one
// command, with nothing but the file, and prints what became of its rows. A row
// is in when its place is created, brought up to date or unchanged; a second
// line of the same place, and a place that is not to be published, are left out
// with their reason and are not of the rows that could come in.
func TestEveryPublicListComesIn(t *testing.T) {
	t.Parallel()
	documented := documentation(t)
	for _, folder := range []string{"lieux", "agences"} {
		for _, path := range sharedFiles(t, "data", folder) {
			name := filepath.Base(path)
			d := dbtest.SQLite(t)
			file := shared(t, "data", folder, name)
			if slices.Contains(noLists, name) {
				counts, err := exchange.ImportPlaces(t.Context(), d.DB, console, strings.NewReader(file), exchange.Options{})
				if !fault.HasCode(err, exchange.ErrNoPlaces.Code) || counts != (exchange.Counts{}) {
					t.Errorf("%s is no list of places: %v %v", name, counts, err)
				}
				continue
			}
			counts, remarks := importing(t, d, file, exchange.Options{})
			in, able := counts.Created+counts.Updated+counts.Unchanged, counts.Read-counts.Ignored
			mapping, refused, rules := exchange.SchemaMapping, map[string]int{}, []string(nil)
			for _, remark := range remarks {
				switch {
				case remark.Rule == "mapping":
					mapping = remark.Value
				case remark.Severity == exchange.Refused:
					refused[remark.Rule]++
				}
			}
			for rule, count := range refused {
				rules = append(rules, fmt.Sprintf("%s %d", rule, count))
			}
			slices.Sort(rules)
			line := fmt.Sprintf("| `%s` | %s | %d | %d | %.1f %% | %d | %s |", name, mapping, counts.Read, in, 100*float64(in)/float64(able), counts.Ignored, strings.Join(rules, ", "))
			t.Log(line)
			if !slices.Contains(documented, line) {
				t.Errorf("docs/import.md does not say: %s", line)
			}
			if float64(in) < leastIn*float64(able) || able == 0 {
				t.Errorf("%s: only %d of %d rows are in", name, in, able)
				for n, remark := range refusedOf(remarks) {
					if n < 10 {
						t.Logf("    %+v", remark)
					}
				}
			}
			again, _ := importing(t, d, file, exchange.Options{})
			if again.Created+again.Updated > 0 {
				t.Errorf("%s again changes something: %v", name, again)
			}
		}
	}
}

func documentation(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "import.md"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(text), "\n")
}

func sharedFiles(t *testing.T, path ...string) []string {
	t.Helper()
	shared(t, "data", "README.md")
	folder := os.Getenv("PASSERELLE_SHARED")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "shared")
	}
	files, err := filepath.Glob(filepath.Join(append(append([]string{folder}, path...), "*")...))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	return files
}
