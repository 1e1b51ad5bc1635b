package exchange

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Severity says what became of a value or of a line.
type Severity string

// The severities.
const (
	Refused  Severity = "refused"  // the line did not come in
	Repaired Severity = "repaired" // the value was put right, or left out, and the line came in
	Ignored  Severity = "ignored"  // the line, or the column, had nothing to bring
)

// Remark is one line of an import's report.
type Remark struct {
	Line     int      `json:"line"` // of the file, its header being line 1; in a list, the record's rank
	Field    string   `json:"field"`
	Rule     string   `json:"rule"`
	Value    string   `json:"value"`
	Message  string   `json:"message"`
	Severity Severity `json:"severity"`
}

// longestValue is how much of a value a report quotes, in characters.
const longestValue = 200

// Counts tells what became of the lines of a file: Read is the sum of the others.
type Counts struct {
	Read, Created, Updated, Unchanged, Refused, Ignored int
}

// String is the last line of an import: "read 3, created 2, updated 0,
// unchanged 0, refused 1, ignored 0".
func (c Counts) String() string {
	return fmt.Sprintf("read %d, created %d, updated %d, unchanged %d, refused %d, ignored %d",
		c.Read, c.Created, c.Updated, c.Unchanged, c.Refused, c.Ignored)
}

func (c *Counts) add(other Counts) {
	c.Read += other.Read
	c.Created += other.Created
	c.Updated += other.Updated
	c.Unchanged += other.Unchanged
	c.Refused += other.Refused
	c.Ignored += other.Ignored
}

// writeRemarks writes JSON lines; a nil writer wants none.
func writeRemarks(to io.Writer, remarks []Remark) error {
	if to == nil {
		return nil
	}
	encoder := json.NewEncoder(to)
	encoder.SetEscapeHTML(false)
	for _, remark := range remarks {
		remark.Field, remark.Value = quoted(remark.Field), quoted(remark.Value)
		if err := encoder.Encode(remark); err != nil {
			return err
		}
	}
	return nil
}

func quoted(value string) string {
	value = strings.ToValidUTF8(value, "\ufffd")
	if utf8.RuneCountInString(value) <= longestValue {
		return value
	}
	return string([]rune(value)[:longestValue]) + "…"
}
