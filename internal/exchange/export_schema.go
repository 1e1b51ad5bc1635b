package exchange

import (
	"slices"
	"strings"
	"sync"

	"passerelle/internal/geography"
	"passerelle/internal/place"
)

// schemaHeader is the header of a file of the national schema.
var schemaHeader = sync.OnceValue(func() header {
	head, _, _ := readHeader(1, schemaColumns(), true)
	return head
})

// keepsSchema brings a place's values to the schema v1.0.2, and tells whether
// they keep it. A value that breaks it is left empty; a place that then lacks
// one the schema asks for is left out, with its reason counted. A position that
// is only the commune's centre is not published as the place's own.
func (e *exporting) keepsSchema(values []string, p place.Place) bool {
	at := schemaHeader().at
	if p.Approximate {
		values[at[colLatitude]], values[at[colLongitude]] = "", ""
	}
	values[at[colOtherTraining]] = withPass(values[at[colOtherTraining]], p.TakesPass(e.today))
	if isTooLong(values) {
		e.told.LeftOut[colDescription]++
		return false
	}
	var lacks, emptied []string
	for _, breach := range e.breaches(values) {
		value := &values[at[breach]]
		if isAsked(breach) || *value == "" {
			lacks = append(lacks, breach)
			continue
		}
		*value = ""
		emptied = append(emptied, breach)
	}
	if values[at[colLatitude]] == "" || values[at[colLongitude]] == "" {
		values[at[colLatitude]], values[at[colLongitude]] = "", ""
	}
	if len(lacks) > 0 {
		e.told.LeftOut[lacks[0]]++
		return false
	}
	for _, field := range emptied {
		e.told.Emptied[field]++
	}
	return true
}

// breaches lists the fields whose values no strict import takes.
func (e *exporting) breaches(values []string) []string {
	var fields []string
	head := schemaHeader()
	line := record{line: 1, fields: values}
	for _, remark := range breaches(line, head) {
		fields = append(fields, remark.Field)
	}
	made := &row{line: line, head: head, today: e.today}
	made.placeStrictly()
	for _, remark := range made.remarks {
		if !slices.Contains(fields, remark.Field) {
			fields = append(fields, remark.Field)
		}
	}
	return fields
}

// isTooLong tells whether a line is longer than what is read of one.
func isTooLong(values []string) bool {
	size, lines := 0, 0
	for _, value := range values {
		size += len(value) + strings.Count(value, `"`) + len(`"",`)
		lines += strings.Count(value, "\n")
	}
	return size > longestRecord || lines > mostLines
}

// isAsked tells whether a place cannot be published without a field. Without
// its commune's code it would not be found again.
func isAsked(field string) bool {
	if field == colINSEE {
		return true
	}
	return slices.ContainsFunc(schemaFields(), func(f schemaField) bool { return f.Name == field && f.Constraints.Required })
}

// withPass adds to the other labels of a place that it takes the pass, last and
// once; a place whose labels say so already does.
func withPass(labels string, takes bool) string {
	rest, named := withoutPass(labels)
	switch {
	case !takes && !named:
		return labels
	case rest == "":
		return passWord
	}
	return rest + "|" + passWord
}

// withoutPass takes the pass out of the other labels of a place, and tells
// whether it was there.
func withoutPass(labels string) (rest string, named bool) {
	parts := strings.Split(labels, "|")
	kept := slices.DeleteFunc(parts, func(part string) bool { return geography.Fold(part) == geography.Fold(passWord) })
	return strings.Join(kept, "|"), len(kept) < strings.Count(labels, "|")+1
}
