package exchange

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

// FuzzTable: whatever the bytes, the table ends, its lines go forward, and each
// non-empty line of the file is in a record.
func FuzzTable(f *testing.F) {
	for _, seed := range []string{
		"id,nom\n1,a\n", "id;nom\r\n1;\"a\nb\"\r\n", "id\tnom\r1\ta", "\"a\"\"b\",c\n\"never closed\nx,y\n",
		"\ufeffid,nom\n\"\",\n", "\xff\xfea\x00,\x00b\x00\n\x00", "a,b\n\"x\" y,z\n", "caf\xe9,1\n", "\"\n\"\n\"", ",,\n\n,,",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		lines, err := openSource(strings.NewReader(string(file)), nil)
		if err != nil {
			return
		}
		last := 0
		for {
			line, err := lines.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				return // UTF-16 cut in the middle
			}
			if line.line <= last {
				t.Fatalf("line %d after line %d", line.line, last)
			}
			last = line.line
			if line.wrong == "" && len(line.fields) == 0 {
				t.Fatalf("line %d has no field", line.line)
			}
		}
	})
}

func TestRecordsSayTheirLine(t *testing.T) {
	lines, err := openSource(strings.NewReader("a,b\n\n\"x\ny\",z\r\n\"p\" q,r\n\"s\"\"t\",\"\"\nlast"), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []record{
		{line: 1, fields: []string{"a", "b"}},
		{line: 3, fields: []string{"x\ny", "z"}},
		{line: 5, wrong: "quotes"},
		{line: 6, fields: []string{"s\"t", ""}},
		{line: 7, fields: []string{"last"}},
	}
	for _, expected := range want {
		got, err := lines.next()
		if err != nil || got.line != expected.line || got.wrong != expected.wrong || !slices.Equal(got.fields, expected.fields) {
			t.Errorf("read %+v (%v), want %+v", got, err, expected)
		}
	}
	if _, err := lines.next(); !errors.Is(err, io.EOF) {
		t.Errorf("the file has ended: %v", err)
	}
}

func TestALineTooLongIsToldAndTheNextIsRead(t *testing.T) {
	lines, err := openSource(strings.NewReader("a,b\n"+strings.Repeat("x", 3*longestRecord)+"\nc,d\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"", "too_long", ""} {
		if line, err := lines.next(); err != nil || line.wrong != want {
			t.Errorf("%+v %v", line.wrong, err)
		}
	}
}

func TestTelephoneForms(t *testing.T) {
	for text, want := range map[string]string{
		"+33544000000": "+33544000000", "0544000000": "+33544000000", "05.44.00.00.00": "+33544000000", "544000000": "+33544000000",
		"5 440 00 00 00": "", "0033544000000": "+33544000000", "+33 (0)5 44 00 00 00": "+33544000000", "+330544000000": "+33544000000",
		"0262 12 34 56": "+262262123456", "0696123456": "+596696123456", "+689 40 12 34 56": "+68940123456",
		"3646": "", "appelez": "", "": "", "+1 555 123 4567": "", "+3354400000": "", "0033": "", "05-44-00-00-00": "+33544000000",
	} {
		if got := international(text); got != want {
			t.Errorf("%q is read as %q, want %q", text, got, want)
		}
	}
}
