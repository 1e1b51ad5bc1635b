package holder

import (
	"net/mail"
	"slices"
	"strings"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
)

// Holder is a person helped, as their own organisation sees them.
type Holder struct {
	ID           db.ID
	Pseudonym    string // "Lomi 4728"
	Organisation db.ID  // the desk's, or the site's for someone at the door
	Commune      string // INSEE code, empty when not told
	Name         string // name or nickname, may be empty
	Telephone    string // E.164, may be empty
	Email        string // may be empty
	Address      string // where letters go, a line each: street, then postal code and town; may be empty
	Recipient    Recipient
	Manner       Manner
	Note         string
	Consent      bool // to reminders
	ConsentAt    time.Time
	ConsentBy    db.ID // the agent who heard it
	RegisteredAt time.Time
	RegisteredBy db.ID
}

// Recipient is who takes the reminders when it is not the person: the daughter
// whose telephone it is. The zero Recipient is the person.
type Recipient struct {
	Relation string `json:"relation,omitempty"` // one of Relations, or empty: the person
	Name     string `json:"name,omitempty"`
}

// IsSelf tells whether the reminders go to the person.
func (r Recipient) IsSelf() bool { return r.Relation == "" }

// Relation is what a recipient may be to the person.
type Relation struct{ Code, Name, Whose string }

// Relations lists what a recipient may be, as forms show them; Whose completes
// "Celui de …".
var Relations = []Relation{
	{"daughter", "sa fille", "sa fille"},
	{"son", "son fils", "son fils"},
	{"partner", "la personne avec qui elle vit", "la personne avec qui elle vit"},
	{"relative", "quelqu’un de sa famille", "quelqu’un de sa famille"},
	{"neighbour", "un voisin ou une voisine", "un voisin ou une voisine"},
	{"carer", "une personne qui l’aide", "une personne qui l’aide"},
}

// Whose completes "Celui de …" for a recipient; empty for the person.
func (r Recipient) Whose() string {
	for _, relation := range Relations {
		if relation.Code == r.Relation {
			return relation.Whose
		}
	}
	return ""
}

// Manner is how to speak to this person; every later paper and message obeys.
type Manner struct {
	LargePrint bool   `json:"large_print,omitempty"`
	ReadAloud  bool   `json:"read_aloud,omitempty"`
	NoLetters  bool   `json:"no_letters,omitempty"`
	Language   string `json:"language,omitempty"` // one of Languages, empty: French
}

// Language is a language in which a person would rather be spoken to.
type Language struct{ Code, Name string }

// Languages are those most often asked for at counters; codes of ISO 639-1, but
// for the French sign language (ISO 639-3).
var Languages = []Language{
	{"ar", "arabe"},
	{"en", "anglais"},
	{"es", "espagnol"},
	{"fsl", "langue des signes"},
	{"it", "italien"},
	{"pl", "polonais"},
	{"ps", "pachto"},
	{"pt", "portugais"},
	{"ro", "roumain"},
	{"ru", "russe"},
	{"tr", "turc"},
	{"uk", "ukrainien"},
	{"gcf", "créole de Guadeloupe ou de Martinique"},
	{"rcf", "créole de La Réunion"},
	{"swb", "shimaoré"},
}

// Words lists what to mind, in French: "Gros caractères", "Relire à voix haute".
func (m Manner) Words() []string {
	var words []string
	if m.LargePrint {
		words = append(words, "Gros caractères")
	}
	if m.ReadAloud {
		words = append(words, "Relire à voix haute")
	}
	if m.NoLetters {
		words = append(words, "Pas de courrier")
	}
	for _, language := range Languages {
		if language.Code == m.Language {
			words = append(words, "Langue\u00a0: "+language.Name)
		}
	}
	return words
}

// Called is how an agent speaks of the person: the name, or the pseudonym.
func (h Holder) Called() string {
	if h.Name != "" {
		return h.Name
	}
	return h.Pseudonym
}

// The longest texts kept, in characters.
const (
	mostName    = 80
	mostNote    = 500
	mostAddress = 200
	mostLines   = 4
)

// check refuses what cannot be kept, and gives the telephone its one form.
func (d *details) check(name, commune string, consent bool) error {
	var wrong fault.Collector
	wrong.Check(len([]rune(name)) <= mostName, "name", "too_long", "Écrivez un nom plus court\u00a0: 80 caractères au plus")
	if hasDigits(name) {
		wrong.Add("name", "bad_name", "Écrivez un prénom ou un surnom, sans numéro")
	}
	if commune != "" {
		if _, err := geography.CommuneByCode(commune); err != nil {
			wrong.Add("commune", "unknown_commune", fault.Of(err).Message)
		}
	}
	if d.Telephone != "" {
		telephone, err := ParseTelephone(d.Telephone)
		if err != nil {
			wrong.Add("telephone", fault.Of(err).Code, fault.Of(err).Message)
		}
		d.Telephone = telephone
	}
	if d.Email != "" {
		if _, err := mail.ParseAddress(d.Email); err != nil || strings.ContainsAny(d.Email, "<> ,") {
			wrong.Add("email", "bad_email", "Écrivez une adresse e-mail complète, comme prenom@exemple.fr")
		}
	}
	d.Address = trimLines(d.Address)
	wrong.Check(len([]rune(d.Address)) <= mostAddress && strings.Count(d.Address, "\n") < mostLines, "address", "too_long",
		"Écrivez l’adresse en 4\u00a0lignes courtes au plus")
	wrong.Check(!consent || d.Telephone != "" || d.Email != "" || d.Address != "", "telephone", "required",
		"Écrivez le téléphone qui recevra les rappels, ou décochez l’accord")
	wrong.Check(d.Recipient.IsSelf() || d.Recipient.Whose() != "", "recipient", "unknown_choice", "Dites à qui est ce téléphone\u00a0: choisissez une réponse de la liste")
	wrong.Check(len([]rune(d.Recipient.Name)) <= mostName, "recipient_name", "too_long", "Écrivez un nom plus court\u00a0: 80 caractères au plus")
	wrong.Check(d.Manner.Language == "" || slices.ContainsFunc(Languages, func(l Language) bool { return l.Code == d.Manner.Language }),
		"language", "unknown_choice", "Choisissez une langue de la liste")
	wrong.Check(len([]rune(d.Note)) <= mostNote, "note", "too_long", "Écrivez une note plus courte\u00a0: 500 caractères au plus")
	if err := CheckNote(d.Note); err != nil {
		wrong.Add("note", fault.Of(err).Code, fault.Of(err).Message)
	}
	return wrong.Err()
}

// trimLines drops the empty lines of an address, and the spaces around each.
func trimLines(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

func hasDigits(name string) bool {
	const few = 3 // "Jean 2" is a nickname, "06 12" is not
	count := 0
	for _, letter := range name {
		if letter >= '0' && letter <= '9' {
			count++
		}
	}
	return count > few
}

// civilities stand before a name and recognise nobody.
var civilities = []string{"m", "mr", "mme", "mlle", "monsieur", "madame", "mademoiselle"}

// FirstName is the folded first name of what was typed: "Mme Monique Dupont"
// is "monique". Empty when there is none.
func FirstName(name string) string {
	for word := range strings.FieldsSeq(geography.Fold(name)) {
		if !slices.Contains(civilities, word) {
			return word
		}
	}
	return ""
}
