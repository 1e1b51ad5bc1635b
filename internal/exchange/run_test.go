package exchange_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/exchange"
	"passerelle/internal/fault"
)

// aLongFile has lines of every fate, in several slices: new ones, changed ones,
// ones that are as they were, refused, left out, and older than what is known.
func aLongFile(lines int) (known, file string) {
	var before, after strings.Builder
	before.WriteString("id,nom,code_postal,commune,adresse,date_maj\n")
	after.WriteString("id,nom,code_postal,commune,adresse,date_maj\n")
	for n := range lines {
		line := fmt.Sprintf("%d,Lieu %d,23000,Guéret,%d rue Neuve", n, n, n)
		switch n % 7 {
		case 0: // new
			fmt.Fprintf(&after, "%s,2026-02-01\n", line)
		case 1: // changed
			fmt.Fprintf(&before, "%s,2026-01-01\n", line)
			fmt.Fprintf(&after, "%s bis,2026-02-01\n", line)
		case 2: // as it was
			fmt.Fprintf(&before, "%s,2026-02-01\n", line)
			fmt.Fprintf(&after, "%s,2026-02-01\n", line)
		case 3: // known in a newer version
			fmt.Fprintf(&before, "%s,2026-03-01\n", line)
			fmt.Fprintf(&after, "%s bis,2026-02-01\n", line)
		case 4: // refused
			fmt.Fprintf(&after, "%d,,23000,Guéret,rue Neuve,2026-02-01\n", n)
		case 5: // the same place as above
			fmt.Fprintf(&after, "%d,Lieu %d,23000,Guéret,%d rue Neuve,2026-02-01\n", n-5, n-5, n-5)
		case 6: // put right
			fmt.Fprintf(&after, "%d,Lieu %d,23 000,GUERET,%d rue Neuve,01/02/2026\n", n, n, n)
		}
	}
	return before.String(), after.String()
}

// become is what a directory became: its export, whole.
func become(t *testing.T, d *dbtest.DB) string {
	t.Helper()
	var out bytes.Buffer
	if err := d.View(t.Context(), console, func(q db.Q) error {
		_, err := exchange.ExportPlaces(t.Context(), q, &out, exchange.Export{})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestAnImportThatWasStoppedEndsAsIfItHadNot: wherever it was stopped, the same
// command again brings the same places, the same counts and the same report.
func TestAnImportThatWasStoppedEndsAsIfItHadNot(t *testing.T) {
	t.Parallel()
	const lines, slices = 2100, 5
	known, file := aLongFile(lines)
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		for _, source := range []string{"whole", "0", "1", "2", "3", "4", "5", "twice"} {
			importing(t, d, known, exchange.Options{Source: source})
		}
		var whole bytes.Buffer
		want, err := exchange.ImportPlaces(t.Context(), d.DB, console, strings.NewReader(file), exchange.Options{Source: "whole", Report: &whole})
		if err != nil {
			t.Fatal(err)
		}
		if want != (exchange.Counts{Read: lines, Created: 600, Updated: 300, Unchanged: 300, Refused: 300, Ignored: 600}) {
			t.Errorf("uninterrupted: %v", want)
		}
		// stopped runs until so many slices are written, once for each of stops.
		stopped := func(source string, stops ...int) (exchange.Counts, string) {
			options := exchange.Options{Source: source, Digest: "the file's"}
			for _, after := range stops {
				ctx, stop := context.WithCancel(t.Context())
				done := 0
				options.Progress = func(exchange.Counts) error {
					if done++; done >= after {
						stop()
					}
					return nil
				}
				if after == 0 {
					stop()
				}
				counts, err := exchange.ImportPlaces(ctx, d.DB, console, strings.NewReader(file), options)
				stop()
				if after == 0 && errors.Is(err, context.Canceled) {
					continue // before it had begun
				}
				if !fault.HasCode(err, exchange.ErrInterrupted.Code) || counts.Read == 0 || counts.Read >= lines {
					t.Errorf("stopped after %d slices: %v %v", after, counts, err)
				}
			}
			var report bytes.Buffer
			options.Report, options.Progress = &report, nil
			counts, err := exchange.ImportPlaces(t.Context(), d.DB, console, strings.NewReader(file), options)
			if err != nil {
				t.Fatal(err)
			}
			return counts, report.String()
		}
		check := func(source string, stops ...int) {
			t.Helper()
			counts, report := stopped(source, stops...)
			if counts != want || report != whole.String() {
				t.Errorf("stopped after %v: %v, want %v; the reports are the same: %t", stops, counts, want, report == whole.String())
			}
		}
		for after := range slices {
			check(fmt.Sprint(after), after)
		}
		check("twice", 2, 1)
		all := become(t, d)
		for _, source := range []string{"0", "1", "2", "3", "4", "twice"} {
			if got, want := linesOf(all, source), linesOf(all, "whole"); got != want {
				t.Errorf("%s differs from the uninterrupted import:\n%.400s\n%.400s", source, got, want)
			}
		}
		// Once it has ended, the same file begins again, and changes nothing.
		again, _ := stopped("whole")
		if again != (exchange.Counts{Read: lines, Unchanged: 1200, Refused: 300, Ignored: 600}) {
			t.Errorf("again: %v", again)
		}
		var left int
		if err := d.View(t.Context(), console, func(q db.Q) error {
			return q.QueryRow(t.Context(), `SELECT COUNT(*) FROM import_note`).Scan(&left)
		}); err != nil || left > 0 {
			t.Errorf("%d notes are left: %v", left, err)
		}
	})
}

// linesOf are the exported lines of a source, without its name and the place's
// id, which tell it from the others.
func linesOf(export, source string) string {
	var kept strings.Builder
	for line := range strings.Lines(export) {
		if strings.Contains(line, ","+source+",") {
			_, rest, _ := strings.Cut(line, ",")
			kept.WriteString(strings.Replace(rest, ","+source+",", ",,", 1))
		}
	}
	return kept.String()
}

func TestAnImportCanBeBegunAfresh(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	_, file := aLongFile(1400)
	ctx, stop := context.WithCancel(t.Context())
	options := exchange.Options{Digest: "x", Progress: func(exchange.Counts) error { stop(); return nil }}
	if _, err := exchange.ImportPlaces(ctx, d.DB, console, strings.NewReader(file), options); !fault.HasCode(err, exchange.ErrInterrupted.Code) {
		t.Fatal(err)
	}
	options.Progress, options.Fresh = nil, true
	counts, err := exchange.ImportPlaces(t.Context(), d.DB, console, strings.NewReader(file), options)
	if err != nil || counts.Read != 1400 || counts.Unchanged == 0 || counts.Created == 0 {
		t.Errorf("what had come in is unchanged: %v %v", counts, err)
	}
}

// TestTwoCannotGoOnWithTheSameImport: when another takes a file over, the first
// stops at its next slice, and every line was done once.
func TestTwoCannotGoOnWithTheSameImport(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		_, file := aLongFile(2100)
		options := exchange.Options{Digest: "x"}
		var other exchange.Counts
		first := options
		first.Progress = func(counts exchange.Counts) (err error) {
			other, err = exchange.ImportPlaces(t.Context(), d.DB, console, strings.NewReader(file), options)
			return err
		}
		if _, err := exchange.ImportPlaces(t.Context(), d.DB, console, strings.NewReader(file), first); !fault.HasCode(err, "import_taken") {
			t.Errorf("the first goes on: %v", err)
		}
		if other.Read != 2100 || other.Unchanged > 0 {
			t.Errorf("the other: %v", other)
		}
	})
}

// TestLinesThatAddUpAreOneAgainAfterAStop: the lines of one place stand far
// apart in the file, on both sides of where the import was stopped.
func TestLinesThatAddUpAreOneAgainAfterAStop(t *testing.T) {
	t.Parallel()
	mapping := readMapping(t, `{"nom": {"colonne": "n"}, "adresse": {"colonne": "a"}, "code_insee": {"colonne": "c"}, "code_postal": {"colonne": "p"}, "telephone": {"colonne": "t"},
		"services": [{"colonnes": ["s"], "termes": ["wifi"], "cible": "Accès internet et matériel informatique"}, {"colonnes": ["s"], "termes": ["aide"], "cible": "Aide aux démarches administratives"}],
		"passerelle": {"une_ligne_par": "service"}}`)
	var file strings.Builder
	file.WriteString("n,a,c,p,t,s\n")
	const places = 900
	for _, service := range []string{"wifi", "aide"} {
		for n := range places {
			fmt.Fprintf(&file, "Maison %d,%d rue,23096,23000,,%s\n", n, n, service)
		}
	}
	d := dbtest.SQLite(t)
	for _, want := range []exchange.Counts{{Read: 2 * places, Created: places, Updated: places}, {Read: 2 * places, Unchanged: 2 * places}} {
		ctx, stop := context.WithCancel(t.Context())
		options := exchange.Options{Mapping: mapping, Source: "x", Digest: "x", Progress: func(exchange.Counts) error { stop(); return nil }}
		if _, err := exchange.ImportPlaces(ctx, d.DB, console, strings.NewReader(file.String()), options); !fault.HasCode(err, exchange.ErrInterrupted.Code) {
			t.Fatal(err)
		}
		options.Progress = nil
		if counts, err := exchange.ImportPlaces(t.Context(), d.DB, console, strings.NewReader(file.String()), options); err != nil || counts != want {
			t.Errorf("%v %v, want %v", counts, err, want)
		}
	}
}
