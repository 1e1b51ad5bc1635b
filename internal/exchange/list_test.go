package exchange

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

func TestObjectsSayTheirRankAndAreFlat(t *testing.T) {
	lines, err := openSource(strings.NewReader(`{"type": "x]", "data": [{"a": {"b": 1.50, "c": null}, "d": [true, "x"], "e": []}, {"a":}, 7, {}, {"f": "é`), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []record{
		{line: 1, names: []string{"a.b", "a.c", "d", "d.0", "d.1", "e"}, fields: []string{"1.50", "", "true|x", "true", "x", ""}},
		{line: 2, wrong: "json"},
		{line: 3, wrong: "not_object"},
		{line: 4},
		{line: 5, wrong: "cut"},
	} {
		got, err := lines.next()
		if err != nil || got.line != want.line || got.wrong != want.wrong || !slices.Equal(got.names, want.names) || !slices.Equal(got.fields, want.fields) {
			t.Errorf("read %+v (%v), want %+v", got, err, want)
		}
	}
	if _, err := lines.next(); !errors.Is(err, io.EOF) {
		t.Errorf("the file has ended: %v", err)
	}
}

// endless gives the same bytes again and again, up to a size.
type endless struct {
	text string
	left int
}

func (e *endless) Read(into []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := 0
	for n+len(e.text) <= len(into) {
		n += copy(into[n:], e.text)
	}
	e.left -= n
	return n, nil
}

func TestHostileListsAreRefusedInBoundedMemory(t *testing.T) {
	const size = 8 << 20
	for _, test := range []struct {
		name, start, again, end string
		want                    string
	}{
		{"a huge cell", `[{"a": "`, "x", `"}, {"b": 1}]`, "too_long"},
		{"a huge nesting", `[`, "[", ``, "cut"},
		{"nesting in an object", `[{"a": ` + strings.Repeat(`{"a": `, 100) + "1" + strings.Repeat("}", 101), " ", `, {"b": 1}]`, "too_deep"},
		{"a huge key above", `{"data": [{"a": 1`, " ", `}, {"b": 1}]}`, "too_long"},
	} {
		lines, err := openSource(io.MultiReader(strings.NewReader(test.start), &endless{test.again, size}, strings.NewReader(test.end)), nil)
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		line, err := lines.next()
		if err != nil || line.wrong != test.want {
			t.Errorf("%s: %q %v", test.name, line.wrong, err)
		}
		if test.end == "" {
			continue
		}
		if line, err = lines.next(); err != nil || !slices.Equal(line.names, []string{"b"}) {
			t.Errorf("%s: then %+v %v", test.name, line, err)
		}
	}
}

// FuzzList: whatever the bytes, the list ends, ranks go one by one, and a record
// has as many names as values.
func FuzzList(f *testing.F) {
	for _, seed := range []string{
		`[{"a":1},{"b":[1,{"c":null}]}]`, `{"data":[{"a":"\"]"}]}`, `{"type":"FeatureCollection","features":[{"geometry":{"coordinates":[1,2]}}]}`,
		`[1,"a",]`, `[{"a":`, `{"a":{"b":{"c":{"d":[{"e":1}]}}}}`, "[{\"a\":\"\xe9\"}]", `[}`, `{"a"]`, `[[[`, `[:{}`, `{"a":1 "b":[{}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		lines, err := openSource(strings.NewReader(string(file)), nil)
		if err != nil {
			return
		}
		objects, is := lines.(*list)
		for rank := 1; is; rank++ {
			line, err := objects.next()
			if err != nil {
				return
			}
			if line.line != rank || len(line.names) != len(line.fields) || line.wrong != "" && wrongRecords[line.wrong] == "" || rank > len(file)+1 {
				t.Fatalf("%+v at rank %d", line, rank)
			}
		}
	})
}

// FuzzMapping: whatever a mapping and a record, the line that it makes has a
// value for each of its columns.
func FuzzMapping(f *testing.F) {
	for _, seed := range [][2]string{
		{`{"nom":{"colonne":"a"},"adresse":{"joindre":{"colonnes":["b","c"],"séparateur":" ","ou":{"valeur":"x"}}}}`, `{"a":"x","b":1}`},
		{`{"nom":{"colonne":"fields.a"},"latitude":{"colonne":"geometry.coordinates.1"},"services":[{"colonnes":["s"],"termes":["€"],"cible":"y"}]}`, `{"a":1,"geom":"1,2","s":"3 €"}`},
		{`{"nom":{"colonne":"a"},"horaires":{"jours":[{"colonne":["l"],"osm":"Mo"}],"semaine":"w"},"semaine_ouverture":{"colonne":"o"}}`, `{"a":"x","l":"9h-12h","w":"lundi 9h"}`},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, text, object string) {
		mapping, err := ReadMapping(strings.NewReader(text))
		if err != nil {
			return
		}
		names, fields, wrong := flatten([]byte(object))
		if wrong != "" {
			return
		}
		head, fills, _, _ := mapping.layout(1, names)
		made, remarks, _ := fills.fill(record{line: 1, names: names, fields: fields})
		if len(made.fields) != head.width {
			t.Fatalf("%d values for %d columns", len(made.fields), head.width)
		}
		for _, remark := range remarks {
			if remark.Line != 1 || remark.Message == "" {
				t.Errorf("%+v", remark)
			}
		}
	})
}
