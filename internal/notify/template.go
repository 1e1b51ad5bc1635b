package notify

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/plainwords"
)

func number(n int) string { return strconv.Itoa(n) }

// Template is the words of a kind of message: of a text message, and of an
// e-mail or a letter. A word in braces is a fact; what stands in square brackets
// is left out of a text message that would not fit in one, the last first.
type Template struct {
	Kind     Kind
	Version  int // 0: the program's own words
	Original bool
	Short    string
	Subject  string
	Long     string
	MadeAt   time.Time
	MadeBy   db.ID
}

const selectTemplate = `SELECT kind, version, original, short, subject, long, made_at, made_by FROM message_template`

func scanTemplate(row db.Scanner) (Template, error) {
	var t Template
	err := row.Scan((*string)(&t.Kind), &t.Version, &t.Original, &t.Short, &t.Subject, &t.Long, &t.MadeAt, &t.MadeBy)
	return t.orOwn(), err
}

// orOwn gives a version that goes back to the program's own words these words.
func (t Template) orOwn() Template {
	if own, known := original[t.Kind]; known && t.Original {
		t.Short, t.Subject, t.Long = own.Short, own.Subject, own.Long
	}
	return t
}

// OwnWords are the program's own words of a kind.
func OwnWords(kind Kind) Template {
	return Template{Kind: kind, Original: true}.orOwn()
}

// TemplateOf is the words that serve now for a kind. Fault: unknown_kind.
func TemplateOf(ctx context.Context, q db.Q, kind Kind) (Template, error) {
	if _, err := kind.Info(); err != nil {
		return Template{}, err
	}
	found, err := scanTemplate(q.QueryRow(ctx, selectTemplate+` WHERE kind = $1 ORDER BY version DESC LIMIT 1`, string(kind)))
	if errors.Is(err, fault.ErrNotFound) {
		return OwnWords(kind), nil
	}
	return found, err
}

// TemplateVersions lists the versions of a kind's words, the last first, for the
// programme's team. Faults of account.Require for message_template.read.
func TemplateVersions(ctx context.Context, q db.Q, kind Kind) ([]Template, error) {
	if err := account.Require(q.Actor(), account.ActMessageTemplateRead, db.ID{}); err != nil {
		return nil, err
	}
	return db.All(ctx, q, scanTemplate, selectTemplate+` WHERE kind = $1 ORDER BY version DESC`, string(kind))
}

// longest texts of a template, in characters.
const (
	mostShort   = 320
	mostSubject = 80
	mostLong    = 2000
)

var braced = regexp.MustCompile(`\{([^{}\n]*)\}`)

// Check refuses words that would leave out a fact which the kind must tell, name
// one that does not exist, or break a rule of easy reading with sample facts.
// Faults by field (short, subject, long): required, too_long, unknown_fact,
// missing_fact, not_easy.
func (t Template) Check() error {
	info, err := t.Kind.Info()
	if err != nil {
		return err
	}
	var wrong fault.Collector
	sample := info.SampleFacts()
	for _, part := range []struct {
		name, text string
		most       int
		needs      []string
	}{{"short", t.Short, mostShort, info.Needs}, {"subject", t.Subject, mostSubject, nil}, {"long", t.Long, mostLong, info.Needs}} {
		text := strings.TrimSpace(part.text)
		if text == "" {
			wrong.Add(part.name, "required", "Écrivez ce texte")
			continue
		}
		if len([]rune(text)) > part.most {
			wrong.Add(part.name, "too_long", "Écrivez un texte plus court\u00a0: "+number(part.most)+"\u00a0caractères au plus")
			continue
		}
		if complaint := unknownFacts(text); complaint != "" {
			wrong.Add(part.name, "unknown_fact", complaint)
			continue
		}
		if missing := lacking(withoutOptional(text), part.needs); len(missing) > 0 {
			wrong.Add(part.name, "missing_fact", "Ajoutez ce que ce message doit dire, hors des crochets\u00a0: "+strings.Join(missing, ", "))
			continue
		}
		told, err := fill(unbracketed.Replace(text), sample)
		if err != nil {
			wrong.Add(part.name, "unknown_fact", "Retirez ce que ce message ne peut pas dire: "+fault.Of(err).Message)
			continue
		}
		if breaches := plainwords.Check(told, sample.names()...); len(breaches) > 0 {
			wrong.Add(part.name, "not_easy", breaches[0].French())
		}
	}
	return wrong.Err()
}

func unknownFacts(text string) string {
	for _, found := range braced.FindAllStringSubmatch(text, -1) {
		if factNamed(found[1]) == nil {
			return "Corrigez {" + found[1] + "}\u00a0: ce mot entre accolades n’existe pas"
		}
	}
	if strings.ContainsAny(braced.ReplaceAllString(text, ""), "{}") {
		return "Fermez chaque accolade ouverte\u00a0: {jour}"
	}
	if strings.Count(text, "[") != strings.Count(text, "]") {
		return "Fermez chaque crochet ouvert"
	}
	return ""
}

func factNamed(name string) *fact {
	for i := range facts {
		if facts[i].Name == name {
			return &facts[i]
		}
	}
	return nil
}

func lacking(text string, needs []string) []string {
	var missing []string
	for _, name := range needs {
		if !strings.Contains(text, "{"+name+"}") {
			missing = append(missing, "{"+name+"}")
		}
	}
	return missing
}

var (
	unbracketed = strings.NewReplacer("[", "", "]", "")
	optional    = regexp.MustCompile(`\[[^\[\]]*\]`)
)

func withoutOptional(text string) string { return optional.ReplaceAllString(text, "") }

// fill puts the facts where a text names them. Fault: missing_fact.
func fill(text string, given Facts) (string, error) {
	var missing error
	filled := braced.ReplaceAllStringFunc(text, func(name string) string {
		named := factNamed(strings.Trim(name, "{}"))
		if named == nil {
			missing = ErrMissingFact
			return ""
		}
		told := named.told(given)
		if told == "" {
			missing = ErrMissingFact.Sayf("Il manque à ce message %s. Complétez la séance ou le lieu.", named.Meaning)
		}
		return told
	})
	return filled, missing
}

// write says the facts with the template's words; a text for someone else begins
// with whom it is for.
func (t Template) write(given Facts, whom string) (text, error) {
	var written text
	var err error
	if written.Subject, err = fill(oneLine(t.Subject), given); err != nil {
		return text{}, err
	}
	if written.Long, err = fill(strings.TrimSpace(unbracketed.Replace(t.Long)), given); err != nil {
		return text{}, err
	}
	if written.Short, err = t.short(given, whom); err != nil {
		return text{}, err
	}
	if whom != "" {
		written.Long = whom + ".\n\n" + written.Long
	}
	return written, nil
}

// short writes the text message: whole when it fits in one, else without what
// may be left out, from the last. What still does not fit is sent in several.
func (t Template) short(given Facts, whom string) (string, error) {
	words := strings.TrimSpace(t.Short)
	if whom != "" {
		words = whom + "\n" + words
	}
	for {
		told, err := fill(unbracketed.Replace(words), given)
		if err != nil {
			return "", err
		}
		told = Fold(told)
		last := optional.FindAllStringIndex(words, -1)
		if LengthOf(told).Segments == 1 || len(last) == 0 {
			return told, nil
		}
		cut := last[len(last)-1]
		words = words[:cut[0]] + words[cut[1]:]
	}
}

// Preview is a template as it would be sent with sample facts.
type Preview struct {
	Short   string
	Length  Length
	Subject string
	Long    string
}

// Preview writes the template with sample facts. Fault: missing_fact.
func (t Template) Preview() (Preview, error) {
	info, err := t.Kind.Info()
	if err != nil {
		return Preview{}, err
	}
	written, err := t.write(info.SampleFacts(), "")
	return Preview{Short: written.Short, Length: LengthOf(written.Short), Subject: written.Subject, Long: written.Long}, err
}

// SetTemplate keeps new words for a kind, as its next version; Original goes
// back to the program's own. Faults: those of Check; unknown_kind; conflict (a
// version was made meanwhile), and those of account.Require for
// message_template.edit.
func SetTemplate(ctx context.Context, tx *db.Tx, id db.ID, t Template) (Template, error) {
	if err := account.Require(tx.Actor(), account.ActMessageTemplateEdit, db.ID{}); err != nil {
		return Template{}, err
	}
	if t.Original {
		t = OwnWords(t.Kind)
	}
	t.Short, t.Subject, t.Long = unixLines(t.Short), unixLines(t.Subject), unixLines(t.Long)
	if err := t.Check(); err != nil {
		return Template{}, err
	}
	known, err := TemplateOf(ctx, tx, t.Kind)
	if err != nil {
		return Template{}, err
	}
	t.Version, t.MadeAt, t.MadeBy = known.Version+1, tx.Now(), tx.Actor().ID
	_, err = tx.Exec(ctx, `INSERT INTO message_template (id, kind, version, original, short, subject, long, made_at, made_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, id, string(t.Kind), t.Version, t.Original, t.Short, t.Subject, t.Long, t.MadeAt, t.MadeBy)
	if errors.Is(err, db.ErrDuplicate) {
		return Template{}, fault.ErrConflict
	}
	return t, err
}

func unixLines(text string) string {
	return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
}
