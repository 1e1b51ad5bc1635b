// Package passerelle_test holds the tests about the house as a whole.
package passerelle_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "passerelle/internal/"

// packagesInOrder reads the list of docs/architecture.md: a package's rank is
// its place on it. The seats stand on one rank: they import nothing of each
// other.
func packagesInOrder(t *testing.T) map[string]int {
	text, err := os.ReadFile("docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(text), "internal/\n")
	list, _, _ = strings.Cut(list, "```")
	ranks := map[string]int{}
	seats := regexp.MustCompile(`web/[a-z]+`)
	for rank, line := range strings.Split(list, "\n") {
		name, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		if strings.HasSuffix(name, "/") {
			ranks[strings.TrimSuffix(name, "/")] = rank
		}
		for _, seat := range seats.FindAllString(line, -1) {
			ranks[seat] = rank
		}
	}
	if len(ranks) < 30 {
		t.Fatalf("only %d packages read from the list", len(ranks))
	}
	return ranks
}

// edges may use the network, templates, flags and the operating system.
func isEdge(name string, ranks map[string]int) bool { return ranks[name] >= ranks["exchange"] }

func TestAPackageImportsOnlyWhatStandsAboveIt(t *testing.T) {
	ranks := packagesInOrder(t)
	edgesOnly := []string{"net/http", "html/template", "flag"}
	eachFile(t, func(path string, imports []string) {
		folder := filepath.ToSlash(filepath.Dir(path))
		name := strings.TrimPrefix(folder, "internal/")
		if strings.HasPrefix(folder, "cmd/") || isGenerator(path) {
			return
		}
		rank, listed := rankOf(name, ranks)
		if !listed {
			t.Errorf("%s: package %s has no place on the list of docs/architecture.md", path, name)
			return
		}
		for _, imported := range imports {
			switch {
			case strings.HasPrefix(imported, module):
				other := strings.TrimPrefix(imported, module)
				otherRank, known := rankOf(other, ranks)
				within := other == name || strings.HasPrefix(other, name+"/") && !strings.HasPrefix(name, "web")
				if !known || (otherRank >= rank && !within) {
					t.Errorf("%s imports %s, which does not stand above it", path, other)
				}
			case slices.Contains(edgesOnly, imported) && !isEdge(name, ranks):
				t.Errorf("%s imports %s, which belongs to the edges", path, imported)
			case imported == "os" && !isEdge(name, ranks) && name != "db" && name != "dbtest":
				t.Errorf("%s imports os, which belongs to the edges, db and dbtest", path)
			case isDriver(imported) && name != "db" && name != "dbtest":
				t.Errorf("%s imports a database driver; only db does", path)
			}
		}
	})
}

var clockCall = regexp.MustCompile(`\btime\.Now\(\)`)

func TestTheClockComesFromTheTransaction(t *testing.T) {
	ranks := packagesInOrder(t)
	eachFile(t, func(path string, _ []string) {
		name := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(path)), "internal/")
		if strings.HasPrefix(name, "cmd/") || isEdge(name, ranks) || name == "civil" || name == "dbtest" {
			return
		}
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if clockCall.Match(source) {
			t.Errorf("%s asks the machine's clock; the instant comes from the transaction", path)
		}
	})
}

// Only the edges decide where a transaction begins and ends.
func TestOnlyEdgesOpenTransactions(t *testing.T) {
	ranks := packagesInOrder(t)
	opening := regexp.MustCompile(`\.(View|Update|Glance)\(ctx, `)
	eachFile(t, func(path string, _ []string) {
		name := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(path)), "internal/")
		if strings.HasPrefix(name, "cmd/") || isEdge(name, ranks) || name == "job" || name == "db" || name == "dbtest" {
			return
		}
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if opening.Match(source) {
			t.Errorf("%s opens a transaction; operations receive theirs", path)
		}
	})
}

func rankOf(name string, ranks map[string]int) (int, bool) {
	for {
		if rank, listed := ranks[name]; listed {
			return rank, true
		}
		parent, _, nested := cutLast(name)
		if !nested {
			return 0, false
		}
		name = parent
	}
}

func cutLast(name string) (parent, last string, nested bool) {
	if i := strings.LastIndex(name, "/"); i >= 0 {
		return name[:i], name[i+1:], true
	}
	return name, "", false
}

func isDriver(imported string) bool {
	return strings.HasPrefix(imported, "github.com/jackc/pgx") || strings.HasPrefix(imported, "modernc.org/sqlite")
}

func isGenerator(path string) bool { return strings.Contains(filepath.ToSlash(path), "/generate/") }

func eachFile(t *testing.T, see func(path string, imports []string)) {
	t.Helper()
	for _, root := range []string{"internal", "cmd"} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			var imports []string
			for _, one := range parsed.Imports {
				imported, err := strconv.Unquote(one.Path.Value)
				if err != nil {
					return err
				}
				imports = append(imports, imported)
			}
			see(path, imports)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
