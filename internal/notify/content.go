package notify

import (
	"embed"
	"fmt"
	"strings"
	"text/template"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/money"
)

// Content is what a message tells: one of the structs of this file, whose text
// stands in templates, under its kind.
type Content interface{ kind() string }

// Invitation offers a role in an organisation.
type Invitation struct {
	OrganisationName string
	RoleName         string
	Link             string // whole address, with the secret
	EndsAt           time.Time
	Known            bool // the person signs in already: no password to choose
}

// PasswordReset lets someone choose a new password.
type PasswordReset struct {
	Name string
	Link string // whole address, with the secret; for one hour
}

// PasswordChanged tells that it was done.
type PasswordChanged struct {
	Name string
	At   time.Time
}

// SecondFactorReset tells someone that their second factor was taken away.
type SecondFactorReset struct{ Name string }

// LabelNotice tells that something happened to an application for the label,
// and never what was written there.
type LabelNotice struct {
	Kind   string     // a label.NoticeKind
	Places string     // their names
	Due    civil.Date // of a promise, where the kind speaks of one
	Until  civil.Date // the label's last day, likewise
	Link   string     // whole address
}

// PaymentRefused tells a site that a transfer did not reach it, and whether its
// bank account is to be looked at.
type PaymentRefused struct {
	Place, Reference string
	Amount           money.Cents
	Reason           string // the bank's, in plain words
	MendAccount      bool
	Link             string // whole address
}

func (PaymentRefused) kind() string { return "payment-refused" }

func (LabelNotice) kind() string { return "label-notice" }

func (Invitation) kind() string        { return "invitation" }
func (PasswordReset) kind() string     { return "password-reset" }
func (PasswordChanged) kind() string   { return "password-changed" }
func (SecondFactorReset) kind() string { return "second-factor-reset" }

//go:embed templates/*.txt
var templateFiles embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"day":     func(at time.Time) string { return civil.DateOf(at, at.Location()).French() },
	"hour":    func(at time.Time) string { return civil.FrenchHourLong(at) },
	"oneLine": func(text string) string { return strings.Join(strings.Fields(text), " ") },
}).ParseFS(templateFiles, "templates/*.txt"))

// render makes the subject and the text of a message. Instants are told in the
// zone that they carry. The first line of a template is the subject.
func render(content Content) (subject, text string, err error) {
	var whole strings.Builder
	if err := templates.ExecuteTemplate(&whole, content.kind()+".txt", content); err != nil {
		return "", "", fmt.Errorf("notify: %w", err)
	}
	subject, text, _ = strings.Cut(whole.String(), "\n")
	return strings.TrimSpace(subject), strings.TrimSpace(text) + "\n", nil
}
