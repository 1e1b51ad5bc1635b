package web

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
)

// Field is one question of a form, with its label, hint, error and control:
// the data of {{template "field"}}. Templates make it with the function field
// and refine it with hint, wide, unit, example, complete, rows, title, focus,
// quiet.
type Field struct {
	Kind     string // one of fieldKinds
	ID, Name string
	Label    string
	Hint     string
	Error    string
	Value    string
	Options  []Option
	Width    int    // characters expected: 5, 10 or 20; 0 the whole column
	Rows     int    // of an area
	Unit     string // after the control: "€", "places"
	Example  string // placeholder, in a search only
	Complete string // the autocomplete token; "off" unless told
	Title    bool   // the label is the page's title
	Focus    bool   // takes the focus when the page opens
	Quiet    bool   // the label is read aloud, not shown
}

// Option is one answer to choose.
type Option struct {
	Value, Label, Hint string
	Chosen             bool
}

// The kinds of fields: a control each.
var fieldKinds = []string{
	"text", "area", "number", "amount", "date", "time", "email", "telephone", "password", "code", "search", "file",
	"select", "commune", "choices", "ticks", "five", "tick",
}

func newField(kind string, form *Form, name, label string, options ...[]Option) (Field, error) {
	if !slices.Contains(fieldKinds, kind) {
		return Field{}, fmt.Errorf("web: no field of kind %q; there are %s", kind, strings.Join(fieldKinds, ", "))
	}
	made := Field{
		Kind: kind, ID: form.FieldID(name), Name: name, Label: label, Error: form.ErrorOf(name), Value: form.Value(name),
		Complete: "off", Rows: 3,
	}
	switch kind {
	case "password":
		made.Value = "" // never sent back
	case "date":
		if day, err := readDate(made.Value); err == nil {
			made.Value = day.String()
		}
	}
	for _, some := range options {
		for _, option := range some {
			option.Chosen = option.Chosen && !form.answered(name) || slices.Contains(form.Values(name), option.Value)
			made.Options = append(made.Options, option)
		}
	}
	return made, nil
}

// answered tells whether the form came with an answer to this question.
func (f *Form) answered(name string) bool { return len(f.Values(name)) > 0 }

// DescribedBy lists the ids of what explains the control.
func (f Field) DescribedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.ID+"-h")
	}
	if f.Error != "" {
		ids = append(ids, f.ID+"-e")
	}
	return strings.Join(ids, " ")
}

// Target is the id that a summary's link leads to: the first control.
func (f Field) Target() string {
	switch f.Kind {
	case "choices", "ticks", "five":
		return f.ID + "-1"
	}
	return f.ID
}

// Input is the type attribute of a one-line control.
func (f Field) Input() string {
	switch f.Kind {
	case "email", "date", "time", "password", "search", "file":
		return f.Kind
	case "telephone":
		return "tel"
	}
	return "text"
}

// Mode is the inputmode attribute: which keys a telephone shows.
func (f Field) Mode() string {
	switch f.Kind {
	case "number", "code":
		return "numeric"
	case "amount":
		return "decimal"
	}
	return ""
}

// Class is the width that tells the length expected.
func (f Field) Class() string {
	if f.Width == 0 {
		return ""
	}
	return fmt.Sprintf("w-%d", f.Width)
}

// The refinements, written as {{field … | hint "…" | wide 20}}.
var refinements = template.FuncMap{
	"hint":     func(text string, f Field) Field { f.Hint = text; return f },
	"wide":     refineWidth,
	"unit":     func(text string, f Field) Field { f.Unit = text; return f },
	"example":  func(text string, f Field) Field { f.Example = text; return f },
	"complete": func(token string, f Field) Field { f.Complete = token; return f },
	"rows":     func(count int, f Field) Field { f.Rows = count; return f },
	"title":    func(f Field) Field { f.Title = true; return f },
	"focus":    func(f Field) Field { f.Focus = true; return f },
	"quiet":    func(f Field) Field { f.Quiet = true; return f },
	"proposed": refineProposed,
}

func refineWidth(characters int, f Field) (Field, error) {
	if !slices.Contains([]int{5, 10, 20}, characters) {
		return f, fmt.Errorf("web: a field is 5, 10 or 20 wide, not %d", characters)
	}
	f.Width = characters
	return f, nil
}

// refineProposed fills in what the programme proposes, until somebody answers.
func refineProposed(value string, f Field) Field {
	if f.Value == "" && f.Error == "" {
		f.Value = value
	}
	for i := range f.Options {
		if !slices.ContainsFunc(f.Options, func(o Option) bool { return o.Chosen }) {
			f.Options[i].Chosen = f.Options[i].Value == value
		}
	}
	return f
}

// options makes answers from pairs: {{options "oui" "Oui" "non" "Non"}}.
func options(pairs ...string) ([]Option, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("web: options takes value and label in turn, got %d texts", len(pairs))
	}
	var made []Option
	for pair := range slices.Chunk(pairs, 2) {
		made = append(made, Option{Value: pair[0], Label: pair[1]})
	}
	return made, nil
}

// Step is where one stands in a known number of steps, at most 8: the data of
// {{template "step"}}.
type Step struct {
	Now, Of int
	Words   string // "Question 3 sur 6, repérage rapide"
}

// Planks is one class for each step: done, now, or nothing.
func (s Step) Planks() []string {
	planks := make([]string, s.Of)
	for i := range planks {
		switch {
		case i+1 < s.Now:
			planks[i] = "done"
		case i+1 == s.Now:
			planks[i] = "now"
		}
	}
	return planks
}

// Line is one answer to check before a right or money moves: {{template
// "summary"}} takes a slice of them. Change leads to the question.
type Line struct {
	Label, Value, Note string
	Change             Link
}

// Confirmation tells that an act is done: {{template "confirmation"}}.
type Confirmation struct {
	Title     string // "Le carnet est remis à Monique"
	Label     string // of the reference: "Numéro de la page"
	Reference string // "G 4728"
	Next      []Line // Label when ("Aujourd’hui"), Value what happens
	Contact   string // a sentence with a number to call
	Keep      []Link // the record to print or download
	Leaf      []byte // the act's hash in the sealed record, where it moved a right or money
}

// Item is one line of a list of places or sessions: {{template "list"}} takes
// a List.
type Item struct {
	Number      int // of its point on the map; 0 for none
	Title       string
	Path        string // of its own page, when it has one
	When, Where string
	Why         []Reason
	Strong      string // at the side, large: "3 places"
	Side        string // below it, small: "environ 11 km"
	Act         Link
}

// Reason is why something fits, or (Less) what to mind.
type Reason struct {
	Text string
	Less bool
}

// List is a list of items with its name for those who hear it.
type List struct {
	Name  string
	Items []Item
}

// None is an empty list: why it is empty and what to do.
type None struct {
	Title, Text string
	Act         Link
}

// State is one or two words on where something stands. Kind is "ok", "no",
// "wait" or nothing.
type State struct{ Kind, Word string }

// Notice is what must be known before acting, one a page. Kind is "wait" or
// nothing.
type Notice struct {
	Kind, Title string
	Text        []string
	Act         Link
}

// Result is the answer to a scan, readable at two metres. Before is true for
// the one before, which is not announced again.
type Result struct {
	Accepted bool
	Words    string
	Text     string
	Act      Link
	Before   bool
}

// Figure is a number, what it counts, and the list that it counts.
type Figure struct{ Number, Label, Path string }

// Bar is a length: value on most, the second colour for a second series, Ground
// a lighter length behind.
type Bar struct {
	Value, Most int64
	Second      bool
	Ground      int64
}

// Width is a length in hundredths of the whole.
func (b Bar) Width() string { return hundredths(b.Value, b.Most) }

// GroundWidth is the length behind.
func (b Bar) GroundWidth() string { return hundredths(b.Ground, b.Most) }

func hundredths(value, most int64) string {
	if most <= 0 || value <= 0 {
		return "0"
	}
	return fmt.Sprintf("%.1f", 100*float64(min(value, most))/float64(most))
}

// summaryOf is what {{template "errors"}} shows.
func summaryOf(form *Form) (shown struct {
	Heading string
	Lines   []errorLine
},
) {
	wrong := form.Errors()
	fields := 0
	for _, field := range wrong {
		line := errorLine{Message: field.Message}
		if field.Name != "" {
			line.Target = form.FieldID(field.Name)
			fields++
		}
		shown.Lines = append(shown.Lines, line)
	}
	switch {
	case fields == 0:
		shown.Heading = "Ce n’est pas encore fait"
	case len(wrong) == 1:
		shown.Heading = "1 réponse est à revoir"
	default:
		shown.Heading = frenchNumber(len(wrong)) + " réponses sont à revoir"
	}
	return shown
}

type errorLine struct{ Message, Target string }
