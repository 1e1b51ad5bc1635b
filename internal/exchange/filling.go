package exchange

import (
	"slices"
	"strings"

	"passerelle/internal/geography"
)

// filling fills the columns of the schema from a record, as a mapping says.
type filling struct {
	mapping *Mapping
	columns []string       // those that it fills, in the order of the line it makes
	at      map[string]int // where the mapping's names stand in a record
	halves  map[string]int // names that are one half of a column "latitude,longitude"
	ranges  []rangeColumn
	used    int // columns of the file that are read
}

// mappedRecord is a record under a mapping; what is compared is folded once.
type mappedRecord struct {
	filling
	fields []string
	folded map[int]term
}

// fill makes a line of the schema of a record, and says what the mapping could
// not use. private tells that the place is not to be published.
func (f filling) fill(line record) (made record, remarks []Remark, private bool) {
	mapped := f.record(line)
	made = record{line: line.line, decoded: line.decoded}
	for _, column := range f.columns {
		var value string
		var remark *Remark
		switch rules, ruled := f.mapping.rules[column]; {
		case column == colHours:
			value, remark = mapped.hours(line.line)
		case ruled:
			value, remark = mapped.words(column, rules)
		default:
			value = mapped.pick(f.mapping.values[column])
		}
		made.fields = append(made.fields, value)
		if remark != nil {
			remark.Line = line.line
			remarks = append(remarks, *remark)
		}
	}
	hidden := strings.ToLower(mapped.pick(f.mapping.private))
	return made, remarks, hidden != "" && hidden != "false" && hidden != "non" && hidden != "0"
}

func (f filling) record(line record) mappedRecord {
	return mappedRecord{f, line.fields, map[int]term{}}
}

// hasStructure tells whether the file names the structures of services.
func (f filling) hasStructure() bool {
	if f.mapping.written.Services == nil {
		return false
	}
	_, there := f.at[f.mapping.written.Services.Structure]
	return there
}

// cell is the value of a name of the mapping, empty when the record has none.
func (r mappedRecord) cell(name string) string {
	at, there := r.at[name]
	if !there || at >= len(r.fields) {
		return ""
	}
	value := strings.TrimSpace(strings.ReplaceAll(r.fields[at], "\u00a0", " "))
	if half, halved := r.halves[name]; halved {
		return pieceOf(value, ",", half)
	}
	return value
}

func pieceOf(value, separator string, at int) string {
	if separator == "" {
		return value
	}
	parts := strings.Split(value, separator)
	if at >= len(parts) {
		return ""
	}
	return strings.TrimSpace(parts[at])
}

// first is the first of names that is filled.
func (r mappedRecord) first(names []string) string {
	for _, name := range names {
		if value := r.cell(name); value != "" {
			return value
		}
	}
	return ""
}

func (r mappedRecord) pick(value picker) string {
	switch {
	case value.Join != nil:
		var filled []string
		for _, name := range value.Join.Columns {
			if text := r.cell(name); text != "" {
				filled = append(filled, text)
			}
		}
		if text := strings.Join(filled, value.Join.Separator); text != "" || value.Join.Or == nil {
			return text
		}
		return r.pick(*value.Join.Or)
	case value.Split != nil:
		return pieceOf(r.first(value.Split.Column), value.Split.Separator, value.Split.Part)
	case value.Value != nil:
		return *value.Value
	}
	return r.first(value.Columns)
}

// words are the targets of the rules that hold. Columns that say something of
// which no rule makes a word are told.
func (r mappedRecord) words(column string, rules []rule) (value string, remark *Remark) {
	var targets, unread []string
	for _, rule := range rules {
		switch {
		case len(rule.Columns) == 0:
			targets = append(targets, rule.Target)
		case r.holds(rule) && rule.Target != "":
			targets = append(targets, rule.Target)
		case r.holds(rule):
			targets = append(targets, r.first(rule.Columns))
		default:
			for _, name := range rule.Columns {
				if text := r.cell(name); text != "" && !slices.Contains(unread, text) {
					unread = append(unread, text)
				}
			}
		}
	}
	separator := "|"
	if column == colOtherTraining {
		separator = ", "
	}
	if len(targets) == 0 && len(unread) > 0 {
		return "", &Remark{0, column, "no_term", strings.Join(unread, "|"), "La correspondance n’a de mot pour aucune de ces valeurs : cette liste reste vide.", Repaired}
	}
	return strings.Join(union(targets), separator), nil
}

// holds tells whether one of a rule's columns contains one of its terms and
// none of its exceptions; without terms, whether one is filled.
func (r mappedRecord) holds(rule rule) bool {
	for _, name := range rule.Columns {
		value := r.cell(name)
		if value == "" {
			continue
		}
		text := r.text(r.at[name], value)
		if (len(rule.terms) == 0 || text.containsOneOf(rule.terms)) && !text.containsOneOf(rule.except) {
			return true
		}
	}
	return false
}

func (r mappedRecord) text(at int, value string) term {
	text, known := r.folded[at]
	if !known {
		text = term{geography.Fold(value), strings.ToLower(value)}
		r.folded[at] = text
	}
	return text
}

// containsOneOf compares folded; terms that fold to nothing, such as "€", as
// they are written.
func (t term) containsOneOf(terms []term) bool {
	return slices.ContainsFunc(terms, func(one term) bool {
		if one.folded == "" {
			return one.lower != "" && strings.Contains(t.lower, one.lower)
		}
		return strings.Contains(t.folded, one.folded)
	})
}
