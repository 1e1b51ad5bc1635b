package web

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/money"
)

const (
	keyField   = "cle"
	mostBytes  = 1 << 20  // of a form
	mostUpload = 32 << 20 // of a form with a file
	mostText   = 4000     // characters of one field
	mostKey    = 200      // bytes of the form's key
)

// Form is what somebody typed, and what is wrong with it. Readers note their
// complaints in it and answer a zero value; Valid tells whether there were any.
// A nil *Form is an empty one.
type Form struct {
	values url.Values
	wrong  []fault.Field
	status int
	files  map[string][]byte
	names  map[string]string // of the files, as their sender calls them
	prefix string
}

// NewForm is an empty form, to be shown for the first time.
func NewForm() *Form { return &Form{values: url.Values{}} }

// ReadForm reads what was sent: the body of a POST, or the query of a GET (a
// filter). It answers malformed, too_large or unsupported.
func (r *Request) ReadForm() (*Form, error) {
	form := NewForm()
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		form.values = r.URL.Query()
		return form, nil
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	var err error
	switch kind {
	case "application/x-www-form-urlencoded":
		r.Body = http.MaxBytesReader(nil, r.Body, mostBytes)
		err = r.ParseForm()
	case "multipart/form-data":
		most := int64(mostBytes)
		if r.SignedIn() {
			most = mostUpload
		}
		r.Body = http.MaxBytesReader(nil, r.Body, most)
		err = r.ParseMultipartForm(mostBytes)
	default:
		return nil, fault.ErrUnsupported
	}
	if err != nil {
		if strings.Contains(err.Error(), "too large") {
			return nil, fault.ErrTooLarge
		}
		return nil, fault.ErrMalformed
	}
	form.values = r.PostForm
	if !readable(form.values) || len(form.Value(keyField)) > mostKey {
		return nil, fault.ErrMalformed
	}
	return form, form.readFiles(r)
}

// readable tells whether answers are free of what no browser sends and
// PostgreSQL cannot keep: broken UTF-8 and NUL.
func readable(values url.Values) bool {
	broken := func(text string) bool { return !utf8.ValidString(text) || strings.ContainsRune(text, 0) }
	for name, texts := range values {
		if broken(name) || slices.ContainsFunc(texts, broken) {
			return false
		}
	}
	return true
}

func (f *Form) readFiles(r *Request) error {
	if r.MultipartForm == nil {
		return nil
	}
	// The server removes the temporary files of the request that it made, and
	// this one is a copy.
	defer func() { _ = r.MultipartForm.RemoveAll() }()
	f.files, f.names = map[string][]byte{}, map[string]string{}
	for name, sent := range r.MultipartForm.File {
		if len(sent) == 0 {
			continue
		}
		file, err := sent[0].Open()
		if err != nil {
			return fmt.Errorf("web: %w", err)
		}
		content, err := io.ReadAll(file)
		_ = file.Close() // only read
		if err != nil {
			return fmt.Errorf("web: %w", err)
		}
		f.files[name], f.names[name] = content, path.Base(strings.ReplaceAll(sent[0].Filename, `\`, "/"))
	}
	return nil
}

// Prefixed sets what stands before the ids of the fields, for a page with
// several forms whose fields have the same names.
func (f *Form) Prefixed(prefix string) *Form {
	f.prefix = prefix
	return f
}

// Set fills a field in before the form is shown.
func (f *Form) Set(name string, values ...string) { f.values[name] = values }

// Value is what was typed, as it was typed, to be shown again.
func (f *Form) Value(name string) string {
	if f == nil {
		return ""
	}
	return f.values.Get(name)
}

// Values is every answer given under a name.
func (f *Form) Values(name string) []string {
	if f == nil {
		return nil
	}
	return f.values[name]
}

// Text reads one line or paragraph: trimmed, without control characters; longer
// than 4,000 characters is refused (too_long).
func (f *Form) Text(name string) string {
	text := strings.Map(func(letter rune) rune {
		if letter < ' ' && letter != '\n' && letter != '\t' || letter == 0x7f {
			return -1
		}
		return letter
	}, strings.TrimSpace(f.Value(name)))
	if len([]rune(text)) > mostText {
		f.Wrong(name, "too_long", fmt.Sprintf("Ce texte est trop long : %d caractères au plus", mostText))
		return ""
	}
	return text
}

// Required is Text, refused (required) with this sentence when empty: "Écrivez
// un prénom ou un surnom".
func (f *Form) Required(name, sentence string) string {
	text := f.Text(name)
	if text == "" && f.ErrorOf(name) == "" {
		f.Wrong(name, "required", sentence)
	}
	return text
}

// Choice reads one answer among those allowed; none (required) or another one
// (unknown_choice) is refused with this sentence.
func (f *Form) Choice(name, sentence string, allowed ...string) string {
	text := f.Value(name)
	switch {
	case text == "":
		f.Wrong(name, "required", sentence)
	case slices.Contains(allowed, text):
		return text
	default:
		f.Wrong(name, "unknown_choice", sentence)
	}
	return ""
}

// Checked tells whether a single box is ticked.
func (f *Form) Checked(name string) bool { return f.Value(name) != "" }

// Number reads a whole number between two bounds (bad_number).
func (f *Form) Number(name string, least, most int) int {
	text := strings.Map(func(letter rune) rune {
		if letter == ' ' || letter == '\u00a0' || letter == '\u202f' {
			return -1
		}
		return letter
	}, f.Value(name))
	number, err := strconv.Atoi(text)
	if err != nil || number < least || number > most {
		f.Wrong(name, "bad_number", fmt.Sprintf("Écrivez un nombre entre %s et %s", frenchNumber(least), frenchNumber(most)))
		return 0
	}
	return number
}

// Cents reads an amount in euros, "1 234,50" (bad_amount).
func (f *Form) Cents(name string) money.Cents {
	amount, err := money.Parse(f.Value(name))
	if err != nil {
		f.complain(name, err)
	}
	return amount
}

// Date reads a day, from a date field or typed as "8/12/2026" (bad_date).
func (f *Form) Date(name string) civil.Date {
	day, err := readDate(strings.TrimSpace(f.Value(name)))
	if err != nil {
		f.Wrong(name, "bad_date", "Écrivez une date, par exemple 8/12/2026")
	}
	return day
}

func readDate(text string) (civil.Date, error) {
	if parts := strings.Split(strings.NewReplacer(".", "/", " ", "/").Replace(text), "/"); len(parts) == 3 {
		text = fmt.Sprintf("%04s-%02s-%02s", parts[2], parts[1], parts[0])
	}
	return civil.ParseDate(text)
}

// Time reads a time of day, from a time field or typed as "14 h 30" (bad_time).
func (f *Form) Time(name string) civil.TimeOfDay {
	parts := clockTime.FindStringSubmatch(strings.TrimSpace(f.Value(name)))
	if parts == nil {
		f.Wrong(name, "bad_time", "Écrivez une heure, par exemple 14 h 30")
		return 0
	}
	hours, _ := strconv.Atoi(parts[1]) // digits, as the pattern says; no minutes are none
	past, _ := strconv.Atoi(parts[2])
	return civil.TimeOfDay(hours*60 + past)
}

var clockTime = regexp.MustCompile(`^([01]?\d|2[0-3])\s*[:hH]\s*([0-5]\d)?$`)

// ID reads the identifier of something chosen (required).
func (f *Form) ID(name, sentence string) db.ID {
	id, err := db.ParseID(f.Value(name))
	if err != nil {
		f.Wrong(name, "required", sentence)
	}
	return id
}

// Commune reads a commune by its name, its postal code, or both
// (unknown_commune, ambiguous_commune). The type-ahead writes the name.
func (f *Form) Commune(name, sentence string) geography.Commune {
	text := f.Required(name, sentence)
	if text == "" {
		return geography.Commune{}
	}
	found, err := geography.Find(text)
	if candidates := geography.Candidates(err); len(candidates) > 0 {
		var labels []string
		for _, candidate := range candidates[:min(4, len(candidates))] {
			labels = append(labels, candidate.Name+" ("+candidate.PostalCodes[0]+")")
		}
		f.Wrong(name, fault.Of(err).Code, "Plusieurs communes répondent à ce texte. Écrivez par exemple"+noBreak+": "+strings.Join(labels, ", "))
	} else if err != nil {
		f.complain(name, err)
	}
	return found
}

// File is the content of an uploaded file (required when there is none).
func (f *Form) File(name, sentence string) []byte {
	content := f.files[name]
	if len(content) == 0 {
		f.Wrong(name, "required", sentence)
	}
	return content
}

// FileName is the name of an uploaded file, without its folders.
func (f *Form) FileName(name string) string { return f.names[name] }

// complain notes a capability's refusal beside the field.
func (f *Form) complain(name string, err error) {
	refusal := fault.Of(err)
	f.Wrong(name, refusal.Code, refusal.Message)
}

// Wrong notes that a field is wrong: the code is stable and English, the
// sentence French, and says what to do.
func (f *Form) Wrong(name, code, sentence string) {
	f.wrong = append(f.wrong, fault.Field{Name: name, Code: code, Message: strings.TrimSuffix(sentence, ".")})
}

// Refused tells whether an error is one that the same page can tell, with what
// was typed: wrong fields, or a conflict. It takes them into the form. Any
// other error is for the adapter.
func (f *Form) Refused(err error) bool {
	if err == nil {
		return false
	}
	refusal := fault.Of(err)
	switch refusal.Kind {
	case fault.Invalid, fault.Conflict, fault.TooMany:
	default:
		return false
	}
	f.status = refusal.Kind.Status()
	for _, field := range refusal.Fields {
		f.Wrong(field.Name, field.Code, field.Message)
	}
	if len(refusal.Fields) == 0 {
		f.Wrong("", refusal.Code, refusal.Message)
	}
	return true
}

// FieldsOf lists the fields that a refusal complains of, for a page that names
// them otherwise; none for any other error.
func FieldsOf(err error) []fault.Field {
	if err == nil {
		return nil
	}
	return fault.Of(err).Fields
}

// Valid tells whether nothing is wrong so far.
func (f *Form) Valid() bool { return f == nil || len(f.wrong) == 0 }

// Status is what the page with this form answers: 200, or that of its refusal.
func (f *Form) Status() int {
	switch {
	case f.Valid():
		return http.StatusOK
	case f.status != 0:
		return f.status
	}
	return http.StatusUnprocessableEntity
}

// Errors is what the summary at the top tells, in the order it was found.
func (f *Form) Errors() []fault.Field {
	if f == nil {
		return nil
	}
	return f.wrong
}

// ErrorOf is what is wrong with one field, or nothing.
func (f *Form) ErrorOf(name string) string {
	for _, field := range f.Errors() {
		if field.Name == name {
			return field.Message
		}
	}
	return ""
}

// FieldID is the id of a field in the page.
func (f *Form) FieldID(name string) string {
	if f == nil || f.prefix == "" {
		return name
	}
	return f.prefix + "-" + name
}

// Key is what makes a second sending of this form the same act: for db.Once.
// Every form carries a fresh key, written by {{template "key"}}.
func (f *Form) Key(r *Request) db.Key {
	sum := sha256.New()
	_, _ = io.WriteString(sum, r.URL.Path) // a hash never fails
	for _, name := range slices.Sorted(maps.Keys(f.values)) {
		if name == keyField {
			continue
		}
		for _, value := range f.values[name] {
			_, _ = fmt.Fprintf(sum, "\n%d:%s%d:%s", len(name), name, len(value), value)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.files)) {
		_, _ = fmt.Fprintf(sum, "\n%d:%s%x", len(name), name, sha256.Sum256(f.files[name]))
	}
	return db.Key{
		Scope: r.Actor().Credential, Route: r.Route(), Text: f.Value(keyField),
		Input: [sha256.Size]byte(sum.Sum(nil)),
	}
}

func newKey() string { return rand.Text() }
