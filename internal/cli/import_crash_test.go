package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
)

// The real program is killed while it imports; the same command again goes on,
// and its last line is that of an import that nobody killed.
func TestAnImportThatWasKilledGoesOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		const lines = 12_000
		file := filepath.Join(t.TempDir(), "lieux.csv")
		var text strings.Builder
		text.WriteString("id,nom,code_postal,commune,adresse\n")
		for n := range lines {
			name := fmt.Sprintf("Lieu %d", n)
			if n%10 == 3 {
				name = "" // refused
			}
			fmt.Fprintf(&text, "%d,%s,23000,Guéret,%d rue Neuve\n", n, name, n)
		}
		if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		first := &program{process: command(t, d, "import", "places", file), log: &bytes.Buffer{}}
		first.process.Stderr = first.log
		if err := first.process.Start(); err != nil {
			t.Fatal(err)
		}
		first.killOnce(t, func() bool { return count(t, d, `SELECT COALESCE(MAX(lines), 0) FROM import_run`) > 0 })
		before := count(t, d, `SELECT COUNT(*) FROM place`)
		if before == 0 || before >= lines/10*9 {
			t.Fatalf("killed with %d places in", before)
		}
		again := command(t, d, "import", "places", file)
		var log bytes.Buffer
		again.Stderr = &log
		out, err := again.Output()
		want := fmt.Sprintf("read %d, created %d, updated 0, unchanged 0, refused %d, ignored 0\n", lines, lines/10*9, lines/10)
		if err != nil || string(out) != want {
			t.Errorf("the same command says %q, want %q; %v\n%s", out, want, err, &log)
		}
		if made := count(t, d, `SELECT COUNT(*) FROM place`); made != lines/10*9 {
			t.Errorf("%d places", made)
		}
	})
}

// killOnce kills the program as soon as something is so.
func (p *program) killOnce(t *testing.T, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !is(); {
		if time.Now().After(deadline) {
			_ = p.process.Process.Kill()
			t.Fatalf("nothing happened in a minute\n%s", p.log)
		}
	}
	p.kill(t)
}

func count(t *testing.T, d *dbtest.DB, query string) (found int) {
	t.Helper()
	if err := d.View(t.Context(), db.Actor{Kind: db.Console}, func(q db.Q) error { return q.QueryRow(t.Context(), query).Scan(&found) }); err != nil {
		t.Fatal(err)
	}
	return found
}
