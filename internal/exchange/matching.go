package exchange

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"passerelle/internal/geography"
	"passerelle/internal/place"
)

// Matching is a mapping as a person makes it on screen: for each column of the
// schema, where its values are in the file. What a mapping says in other ways
// (joined or split columns, exceptions) is kept as it is.
type Matching struct {
	Columns map[string]Match           // by column of the schema
	Other   map[string]json.RawMessage // what the screen cannot show, by key
}

// Match says where the values of one column are.
type Match struct {
	From  []string          // columns of the file: the first that is filled
	Value string            // without From: the same for every place
	Words map[string]string // of a column of words: the file's word, and the schema's term for it; "" for none
	Days  [7]string         // of horaires: a column for each day, from Monday
}

// Column is a column of the schema that a person can match.
type Column struct {
	Name       string           // "code_postal"
	Vocabulary place.Vocabulary // its terms, for a column of words
}

// Columns are those that can be matched on screen, in the schema's order.
func Columns() []Column {
	var columns []Column
	for _, name := range schemaColumns() {
		column := Column{Name: name}
		if lists := vocabularies[name]; len(lists) > 0 {
			column.Vocabulary = lists[0]
		}
		columns = append(columns, column)
	}
	return columns
}

// ProposeMatching matches the columns of a file as the mapping that was found for
// it does; else by their names, as far as they tell. Fault: bad_mapping.
func ProposeMatching(sheet Sheet) (Matching, error) {
	finder := findIn(sheet.Columns)
	if sheet.found != nil {
		matching, err := ReadMatching(string(sheet.found.text))
		for column, match := range matching.Columns {
			matching.Columns[column] = match.of(sheet.Columns, finder)
		}
		return matching, err
	}
	matching := Matching{Columns: map[string]Match{}, Other: map[string]json.RawMessage{}}
	for _, column := range schemaColumns() {
		if at, found := finder.find(column); found {
			matching.Columns[column] = Match{From: []string{sheet.Columns[at]}}
		}
	}
	return matching, nil
}

// of names the columns as the file does, without those that it has not.
func (m Match) of(names []string, finder columnFinder) Match {
	var from []string
	for _, name := range m.From {
		if at, found := finder.find(name); found {
			from = append(from, names[at])
		}
	}
	m.From = from
	for day, name := range m.Days {
		m.Days[day] = ""
		if at, found := finder.find(name); found {
			m.Days[day] = names[at]
		}
	}
	return m
}

// ReadMatching reads a mapping for the screen. Fault: bad_mapping.
func ReadMatching(mapping string) (Matching, error) {
	matching := Matching{Columns: map[string]Match{}, Other: map[string]json.RawMessage{}}
	var fields map[string]json.RawMessage
	if json.Unmarshal([]byte(mapping), &fields) != nil {
		return Matching{}, ErrBadMapping
	}
	for name, text := range fields {
		match, simple := readMatch(name, text)
		if !simple {
			matching.Other[name] = text
			continue
		}
		matching.Columns[columnNames[geography.Fold(name)]] = match
	}
	return matching, nil
}

// readMatch reads one key of a mapping; simple is false for what the screen cannot show.
func readMatch(name string, text json.RawMessage) (match Match, simple bool) {
	column, known := columnNames[geography.Fold(name)]
	if !known || !slices.Contains(schemaColumns(), column) {
		return Match{}, false
	}
	if column == colHours {
		var hours hoursRule
		if json.Unmarshal(text, &hours) != nil {
			return Match{}, false
		}
		return readHoursMatch(hours)
	}
	var rules []rule
	if json.Unmarshal(text, &rules) == nil {
		return readWordsMatch(rules)
	}
	var value picker
	if json.Unmarshal(text, &value) != nil || value.Join != nil || value.Split != nil {
		return Match{}, false
	}
	match = Match{From: value.Columns}
	if value.Value != nil {
		match.Value = *value.Value
	}
	return match, true
}

func readHoursMatch(hours hoursRule) (match Match, simple bool) {
	match.From = slices.Concat(hours.OSM, hours.Week)
	for _, day := range hours.Days {
		at := slices.Index(osmDays, day.Day)
		if at < 0 || len(day.Columns) != 1 || match.Days[at] != "" {
			return Match{}, false
		}
		match.Days[at] = day.Columns[0]
	}
	return match, len(hours.OSM) == 0 || len(hours.Week) == 0
}

// readWordsMatch reads rules that each make one term of words of the same columns.
func readWordsMatch(rules []rule) (match Match, simple bool) {
	match.Words = map[string]string{}
	for n, one := range rules {
		if len(one.Terms) == 0 || len(one.Except) > 0 || one.Support != "" || n > 0 && !slices.Equal(one.Columns, match.From) {
			return Match{}, false
		}
		match.From = one.Columns
		for _, word := range one.Terms {
			if _, twice := match.Words[word]; twice {
				return Match{}, false
			}
			match.Words[word] = one.Target
		}
	}
	return match, len(rules) > 0
}

// Mapping writes the matching in the format of the national cartography.
func (m Matching) Mapping() (string, error) {
	fields := maps.Clone(m.Other)
	if fields == nil {
		fields = map[string]json.RawMessage{}
	}
	for column, match := range m.Columns {
		var said any
		switch {
		case column == colHours:
			said = match.hours()
		case len(match.Words) > 0 && len(match.From) > 0:
			said = match.rules()
		case len(match.From) > 0:
			said = struct {
				Columns []string `json:"colonne"`
			}{match.From}
		case match.Value != "":
			said = struct {
				Value string `json:"valeur"`
			}{match.Value}
		default:
			continue
		}
		text, err := json.Marshal(said)
		if err != nil {
			return "", err
		}
		fields[column] = text
	}
	text, err := json.MarshalIndent(fields, "", "  ")
	return string(text), err
}

type hoursMatch struct {
	Week []string   `json:"semaine,omitempty"`
	Days []dayMatch `json:"jours,omitempty"`
}

type dayMatch struct {
	Column string `json:"colonne"`
	Day    string `json:"osm"`
}

func (m Match) hours() hoursMatch {
	said := hoursMatch{Week: m.From}
	for at, column := range m.Days {
		if column != "" {
			said.Days = append(said.Days, dayMatch{column, osmDays[at]})
		}
	}
	return said
}

type wordsMatch struct {
	Columns []string `json:"colonnes"`
	Terms   []string `json:"termes"`
	Target  string   `json:"cible"`
}

// rules are one for each term, in its order; words for which there is none say nothing.
func (m Match) rules() []wordsMatch {
	byTerm := map[string][]string{}
	for word, term := range m.Words {
		if term != "" {
			byTerm[term] = append(byTerm[term], word)
		}
	}
	rules := []wordsMatch{}
	for _, term := range slices.Sorted(maps.Keys(byTerm)) {
		slices.Sort(byTerm[term])
		rules = append(rules, wordsMatch{m.From, byTerm[term], term})
	}
	return rules
}

// TermFor is the schema's term that a word of a file most likely says, empty
// when none is known for it.
func TermFor(column, word string) string {
	code, _, known := readWord(column, word)
	if !known {
		return ""
	}
	for _, vocabulary := range vocabularies[column] {
		if vocabulary.Has(code) {
			return vocabulary.Label(code)
		}
	}
	return ""
}

// WordsIn parts a value of a file into the words that a column of words may hold.
func WordsIn(value string) []string {
	var found []string
	for word := range strings.FieldsFuncSeq(value, func(letter rune) bool { return isListSeparator(letter) || letter == ',' || letter == '\n' }) {
		if word = strings.TrimSpace(word); word != "" {
			found = append(found, word)
		}
	}
	return found
}
