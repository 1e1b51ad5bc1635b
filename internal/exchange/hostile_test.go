package exchange_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"passerelle/internal/dbtest"
	"passerelle/internal/exchange"
	"passerelle/internal/fault"
)

// mostHeap is how much more of memory a hostile file may take than a program at
// rest, in bytes.
const mostHeap = 300 << 20

// heapOver tells how high the heap goes during a work, over where it stood.
func heapOver(work func()) uint64 {
	defer debug.SetGCPercent(debug.SetGCPercent(25)) // what is dead goes soon
	runtime.GC()
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	rest, most := sample[0].Value.Uint64(), uint64(0)
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
			metrics.Read(sample)
			most = max(most, sample[0].Value.Uint64())
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	}()
	work()
	close(done)
	<-ended
	return max(most, rest) - rest
}

// again is a text that comes again and again, so many bytes of it.
type again struct {
	text []byte
	left int64
	at   int
}

func (a *again) Read(into []byte) (n int, err error) {
	for n < len(into) && a.left > 0 {
		took := copy(into[n:min(int64(len(into)), int64(n)+a.left)], a.text[a.at:])
		n, a.at, a.left = n+took, (a.at+took)%len(a.text), a.left-int64(took)
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func repeated(text string, size int64) io.Reader { return &again{text: []byte(text), left: size} }

// workbookWith is a workbook with one part replaced.
func workbookWith(t *testing.T, part string, content io.Reader) []byte {
	t.Helper()
	whole := workbookOf(t, []any{"id", "nom", "commune", "code_postal"}, []any{1, "Maison", "Guéret", 23000})
	from, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		t.Fatal(err)
	}
	var made bytes.Buffer
	to := zip.NewWriter(&made)
	copied := func(name string, content io.Reader) {
		out, err := to.Create(name)
		if err == nil {
			_, err = io.Copy(out, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	replaced := false
	for _, file := range from.File {
		if file.Name == part {
			replaced = true
			copied(part, content)
			continue
		}
		opened, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		copied(file.Name, opened)
	}
	if !replaced {
		copied(part, content)
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	return made.Bytes()
}

// lying says in its directory that its parts are small.
func lying(archive []byte) []byte {
	lied := bytes.Clone(archive)
	for at := 0; ; {
		found := bytes.Index(lied[at:], []byte("PK\x01\x02"))
		if found < 0 {
			return lied
		}
		at += found
		copy(lied[at+24:at+28], []byte{0, 1, 0, 0}) // uncompressed size
		at += 4
	}
}

const (
	kilobyte = 1 << 10
	megabyte = 1 << 20
)

// TestHostileFilesAreRefusedClearlyInBoundedMemory. It does not run beside
// others, whose memory would be counted.
func TestHostileFilesAreRefusedClearlyInBoundedMemory(t *testing.T) {
	d := dbtest.SQLite(t)
	// Bounds a twentieth of the real ones, so that reaching them takes a second.
	const longest, most = exchange.LongestFile / 20, 100_000
	const header = "id,nom,commune,code_postal,adresse\n"
	sheet := `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`
	noise := make([]byte, 64*kilobyte)
	for i := range noise {
		noise[i] = byte(rand.IntN(256)) //nolint:gosec // noise
	}
	var gzipped bytes.Buffer
	packer := gzip.NewWriter(&gzipped)
	if _, err := io.Copy(packer, repeated("0", megabyte)); err != nil || packer.Close() != nil {
		t.Fatal(err)
	}
	deepKeys := func() io.Reader { // one long key, written again before each of its fields
		return io.MultiReader(strings.NewReader(`[{"`), repeated("k", 200*kilobyte), strings.NewReader(`":{`), strings.NewReader(strings.Repeat(`"a":1,`, 1900)+`"b":2}},`),
			strings.NewReader(`{"nom":"x","adresse":"1 rue","commune":"Guéret","code_postal":"23000"}]`))
	}
	shapes := func() io.Reader { // each object has long keys of its own
		var text strings.Builder
		text.WriteString(`[`)
		for n := range 200 {
			fmt.Fprintf(&text, `{"nom":"x","adresse":"1 rue","commune":"Nullepart","%d%s":1},`, n, strings.Repeat("k", 100*kilobyte))
		}
		text.WriteString(`{"nom":"x"}]`)
		return strings.NewReader(text.String())
	}
	for _, test := range []struct {
		name string
		file io.Reader
		want string // the fault; empty: lines are refused one by one
		says string
	}{
		{"a zip bomb as a sheet", bytes.NewReader(workbookWith(t, "xl/worksheets/sheet1.xml", io.MultiReader(strings.NewReader(sheet), repeated(" ", 80*megabyte)))), "not_csv", "trop grand"},
		{"a zip bomb as styles", bytes.NewReader(workbookWith(t, "xl/styles.xml", repeated("<a>", 80*megabyte))), "not_csv", "trop grand"},
		{"a zip bomb as texts", bytes.NewReader(workbookWith(t, "xl/sharedStrings.xml", repeated("<si><t/></si>", 80*megabyte))), "not_csv", "trop grand"},
		{"a zip bomb that lies", bytes.NewReader(lying(workbookWith(t, "xl/worksheets/sheet1.xml", io.MultiReader(strings.NewReader(sheet), repeated(" ", 220*megabyte))))), "not_csv", "classeur"},
		{"an archive of many parts", bytes.NewReader(manyParts(t, 6000)), "not_csv", "trop grand"},
		{"an archive that is no workbook", bytes.NewReader(manyParts(t, 3)), "not_csv", "archive"},
		{"half a workbook", bytes.NewReader(workbookOf(t, []any{"id", "nom"})[:900]), "not_csv", "classeur"},
		{"a workbook of endless bytes", io.MultiReader(strings.NewReader("PK\x03\x04"), repeated("x", 64*megabyte)), "not_csv", "trop grand"},
		{"gzip", bytes.NewReader(gzipped.Bytes()), "not_csv", "gzip"},
		{"noise", bytes.NewReader(noise), "not_csv", "CSV"},
		{"noise after a header", io.MultiReader(strings.NewReader(header), bytes.NewReader(noise)), "not_csv", "CSV"},
		{"one endless line", repeated("x", 64*megabyte), "file_too_large", "1\u00a0Go"},
		{"one endless value", io.MultiReader(strings.NewReader(header+`1,"`), repeated("x", 64*megabyte)), "file_too_large", "coupez-la"},
		{"one endless value of lines", io.MultiReader(strings.NewReader(header+`1,"`), repeated("x\n", megabyte)), "file_too_large", "deux millions"},
		{"lines without end", io.MultiReader(strings.NewReader(header), repeated("1,,Guéret,23000\n", 8*megabyte)), "file_too_large", "deux millions"},
		{"long lines", io.MultiReader(strings.NewReader(header), repeated("1,"+strings.Repeat("x", 250*kilobyte)+",Guéret,23000,1 rue\n", 24*megabyte)), "", ""},
		{"a line of nothing but commas", io.MultiReader(strings.NewReader(header), repeated(strings.Repeat(",", 250*kilobyte)+"\n", 16*megabyte)), "", ""},
		{"brackets without end", repeated("[", 16*megabyte), "not_places", "liste de lieux"},
		{"braces without end", repeated(`{"a":`, 16*megabyte), "not_places", "JSON"},
		{"an endless text in JSON", io.MultiReader(strings.NewReader(`[{"nom":"`), repeated("x", 64*megabyte)), "file_too_large", "1\u00a0Go"},
		{"an endless key above the list", io.MultiReader(strings.NewReader(`{"`), repeated("x", 64*megabyte)), "file_too_large", "1\u00a0Go"},
		{"one long key again and again", deepKeys(), "", ""},
		{"objects of as many shapes", shapes(), "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var counts exchange.Counts
			var err error
			var report shortest
			over := heapOver(func() {
				counts, err = exchange.ImportPlaces(t.Context(), d.DB, console, test.file, exchange.Bounded(exchange.Options{DryRun: true, Report: &report}, longest, most))
			})
			t.Logf("%d MB: %v %v", over/megabyte, counts, err)
			if over > mostHeap {
				t.Errorf("the heap goes %d MB higher", over/megabyte)
			}
			switch {
			case test.want != "" && (!fault.HasCode(err, test.want) || !strings.Contains(err.Error(), test.says)):
				t.Errorf("refused with %v, want %s: …%s…", err, test.want, test.says)
			case test.want == "" && (err != nil || counts.Read == 0 || counts.Refused == 0):
				t.Errorf("%v %v: %s", counts, err, report.text)
			}
		})
	}
}

// shortest keeps the first bytes of a report.
type shortest struct{ text []byte }

func (s *shortest) Write(text []byte) (int, error) {
	if len(s.text) < kilobyte {
		s.text = append(s.text, text...)
	}
	return len(text), nil
}

func manyParts(t *testing.T, parts int) []byte {
	t.Helper()
	var made bytes.Buffer
	to := zip.NewWriter(&made)
	for n := range parts {
		if _, err := to.Create(fmt.Sprintf("a%d", n)); err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	return made.Bytes()
}

// TestHalfALineIsRefused: a file that was cut while it was downloaded ends in the
// middle of a line; what is left of it says too little, or the wrong thing.
func TestHalfALineIsRefused(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	const whole = "id,nom,commune,code_postal,adresse,services\na,Maison,Guéret,23000,1 rue,\nb,Atelier,Guéret,23000,2 rue,Accès internet et matériel informatique"
	last := strings.Index(whole, "\nb,") + 1
	for end := last + 1; end < len(whole); end++ {
		counts, remarks := importing(t, d, whole[:end], exchange.Options{DryRun: true})
		inServices := end > strings.LastIndex(whole, ",")
		if counts.Read != 2 || !inServices && (counts.Refused != 1 || remarks[len(remarks)-1].Rule != "half") {
			t.Errorf("%q: %v %+v", whole[last:end], counts, remarks)
		}
		// A word cut short is none of the vocabulary, and told.
		if inServices && end > strings.LastIndex(whole, ",")+1 && len(remarks) == 0 {
			t.Errorf("%q is taken without a word", whole[last:end])
		}
	}
}
