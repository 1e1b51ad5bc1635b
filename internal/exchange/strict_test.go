package exchange_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"passerelle/internal/civil"
	"passerelle/internal/exchange"
)

// publishedField is a field of the table schema as it is published, read here by
// itself: what the importer thinks of it is not asked.
type publishedField struct {
	Name, Type  string
	Constraints struct {
		Required  bool
		Pattern   string
		MaxLength int
	}
}

var plainNumber = regexp.MustCompile(`^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$`)

// keeps tells whether a value keeps the field (Frictionless Table Schema: an
// empty value is a missing one; a pattern holds for the whole value).
func (f publishedField) keeps(value string) bool {
	if value == "" {
		return !f.Constraints.Required
	}
	if f.Constraints.Pattern != "" && !regexp.MustCompile(`^(?:`+f.Constraints.Pattern+`)$`).MatchString(value) {
		return false
	}
	if f.Constraints.MaxLength > 0 && utf8.RuneCountInString(value) > f.Constraints.MaxLength {
		return false
	}
	switch f.Type {
	case "number":
		return plainNumber.MatchString(value)
	case "date":
		_, err := time.Parse(time.DateOnly, value)
		return err == nil
	}
	return true
}

// mutated draws another value than the valid one: emptied, of something else
// altogether, or with a letter more, less or changed, or its parts shuffled.
func mutated(t *rapid.T, valid string) string {
	letters := []rune(valid)
	letter := rapid.RuneFrom([]rune("aZéœ09 ,.;|:/+-_'\"’\u00a0日"))
	at := 0
	if len(letters) > 0 {
		at = rapid.IntRange(0, len(letters)-1).Draw(t, "at")
	}
	switch rapid.IntRange(0, 8).Draw(t, "mutation") {
	case 0:
		return ""
	case 1:
		return rapid.SampledFrom([]string{"x", "0", "-", "  ", "NaN", "null", "2024-02-30", "2024-2-3", "02/04/2024", "46,17", "1e5", "Autre", "|", strings.Repeat("é", 281), "+33", "99999999999999"}).Draw(t, "other")
	case 2:
		return string(slices.Insert(letters, at, letter.Draw(t, "letter")))
	case 3:
		return string(slices.Delete(letters, at, min(at+1, len(letters))))
	case 4:
		return string(letters[:at]) + string(letter.Draw(t, "letter")) + string(letters[min(at+1, len(letters)):])
	case 5:
		return valid + rapid.SampledFrom([]string{" ", "|", "|Autre", "|" + valid, strings.Repeat(valid+" ", 4)}).Draw(t, "end")
	case 6:
		return strings.ToUpper(valid)
	case 7:
		return strings.Repeat("trop long ", 60)
	}
	return rapid.StringOfN(letter, 0, 40, -1).Draw(t, "any")
}

// TestEveryBreachOfTheSchemaIsRefusedByItsField mutates the schema's own valid
// example, one field after the other: what breaks the published schema is
// refused with that field and no other; what keeps it comes in, but for a commune
// that is not, or a point off the Earth.
func TestEveryBreachOfTheSchemaIsRefusedByItsField(t *testing.T) {
	t.Parallel()
	var schema struct{ Fields []publishedField }
	if err := json.Unmarshal([]byte(shared(t, "data", "schema", "schema_lieux_mediation_numerique_LaMednum.json")), &schema); err != nil {
		t.Fatal(err)
	}
	example, err := csv.NewReader(strings.NewReader(shared(t, "data", "schema", "lieux_exemple_valide_v1.0.2.csv"))).ReadAll()
	if err != nil || len(example) != 2 || len(example[0]) != len(schema.Fields) {
		t.Fatalf("%v: %d lines of %d", err, len(example), len(example[0]))
	}
	read := func(t interface{ Fatal(...any) }, row []string) exchange.Read {
		var file bytes.Buffer
		if err := csv.NewWriter(&file).WriteAll([][]string{example[0], row}); err != nil {
			t.Fatal(err)
		}
		lines, err := exchange.Preview(&file, exchange.Options{Strict: true}, civil.On(2026, time.November, 24), 2)
		if err != nil || len(lines) != 1 {
			t.Fatal(len(lines), err)
		}
		return lines[0]
	}
	if line := read(t, example[1]); line.Refused || len(line.Remarks) > 0 {
		t.Fatalf("the example itself: %+v", line.Remarks)
	}
	for at, field := range schema.Fields {
		broken := 0
		t.Run(field.Name, rapid.MakeCheck(func(t *rapid.T) {
			row := slices.Clone(example[1])
			row[at] = mutated(t, row[at])
			line := read(t, row)
			for _, remark := range line.Remarks {
				if remark.Severity != exchange.Refused || remark.Line != 2 || remark.Message == "" {
					t.Fatalf("%s %q: %+v", field.Name, row[at], remark)
				}
			}
			if !field.keeps(row[at]) {
				broken++
				if !line.Refused || len(line.Remarks) != 1 || line.Remarks[0].Field != field.Name {
					t.Fatalf("%s %q breaks the schema: refused %t, %+v", field.Name, row[at], line.Refused, line.Remarks)
				}
				return
			}
			if line.Refused && !slices.ContainsFunc(line.Remarks, func(remark exchange.Remark) bool { return remark.Rule == "unknown_commune" || remark.Rule == "range" }) {
				t.Fatalf("%s %q keeps the schema: %+v", field.Name, row[at], line.Remarks)
			}
		}))
		if constrained := field.Constraints.Required || field.Constraints.Pattern != "" || field.Constraints.MaxLength > 0 || field.Type != "string"; constrained && broken == 0 {
			t.Errorf("no value broke %s", field.Name)
		}
	}
}
