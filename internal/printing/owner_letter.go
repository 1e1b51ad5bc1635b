package printing

import (
	"io"
	"strings"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/place"
)

// OwnerLetter is the letter to a place whose people are to confirm or correct
// what the directory says of it: one sheet, for a window envelope, with a code
// to type or to scan.
type OwnerLetter struct {
	Place     string
	To        []string // name, street, postal code and commune
	Says      []Fact   // what the directory publishes
	Code      string   // sixteen characters
	Address   string   // where the code is typed: "https://…/corriger"
	Link      string   // the same with the code, to scan
	EndsOn    civil.Date
	On        civil.Date // the day of the letter
	From      string     // who writes
	Telephone string     // whom to call; may be empty
	Sample    bool
}

// Fact is one thing that the directory says; Lines may be empty.
type Fact struct {
	Label string
	Lines []string
}

// OwnerLetterTo fills in the letter of a link made for one. The link's address
// begins with base.
func OwnerLetterTo(linked place.Linked, base string, on civil.Date, from string, issuer Issuer) OwnerLetter {
	p := linked.Place
	letter := OwnerLetter{
		Place: p.Name, To: append([]string{p.Name}, addressOf(p)...), Code: linked.Secret, Address: base + "/corriger", Link: base + "/corriger/" + linked.Secret,
		EndsOn: civil.DateOf(linked.EndsAt, p.Zone()), On: on, From: from, Telephone: issuer.Telephone, Sample: issuer.Sample,
	}
	for _, fact := range []Fact{
		{"Horaires", p.HoursText()},
		{"Téléphone", one(p.TelephoneText())},
		{"Adresse e-mail", p.Emails},
		{"Ce que l’on y apprend", one(strings.Join(place.Services.Labels(p.Services), "\u00a0; "))},
	} {
		if len(fact.Lines) == 0 {
			fact.Lines = []string{"rien"}
		}
		letter.Says = append(letter.Says, fact)
	}
	return letter
}

func one(line string) []string {
	if line == "" {
		return nil
	}
	return []string{line}
}

// Title tells the content.
func (l OwnerLetter) Title() string { return "Votre fiche dans l’annuaire est-elle juste\u202f?" }

// CodeText is the code as it is read and typed, by fours.
func (l OwnerLetter) CodeText() string {
	var groups []string
	for i := 0; i < len(l.Code); i += 4 {
		groups = append(groups, l.Code[i:min(i+4, len(l.Code))])
	}
	return strings.Join(groups, " ")
}

// Why says why one writes.
func (l OwnerLetter) Why() []string {
	return []string{
		"L’annuaire des lieux d’aide au numérique présente votre lieu. Des personnes viennent chez vous avec ces renseignements.",
		"Rien ne nous dit qu’ils sont encore justes. Confirmez-les ou corrigez-les en quelques minutes, sans compte.",
	}
}

// How says what to do, in order.
func (l OwnerLetter) How() []string {
	return []string{
		"Ouvrez l’adresse " + strings.TrimPrefix(strings.TrimPrefix(l.Address, "https://"), "http://") + ", ou lisez le dessin avec un téléphone.",
		"Tapez le code.",
		"Choisissez «\u00a0Oui, tout est juste\u00a0», ou corrigez ce qui est faux.",
	}
}

// End says how long the code serves, and what happens without an answer.
func (l OwnerLetter) End() []string {
	return []string{
		"Ce code sert jusqu’au " + unbroken(l.EndsOn.FrenchLong()) + ". Donnez-le seulement à vos collègues.",
		"Sans réponse, l’annuaire demandera aux personnes d’appeler avant de venir.",
	}
}

const ownerSize = 11.0

// WriteOwnerLetter writes the PDF of a letter to a place; at is the instant it
// is made.
func WriteOwnerLetter(to io.Writer, at time.Time, l OwnerLetter) error {
	s := newSheet(l.Title()+" "+l.Place, at)
	s.AddPage()
	// The address stands where the window of a French envelope is.
	const window = 105.0
	s.paragraph(letterLeft, 24, 75, ownerSize, bold, l.From)
	y := 50.0
	for _, line := range l.To {
		y = s.paragraph(window, y, pageWidth-window-15, ownerSize+1, plain, line)
	}
	s.text(window, 84, ownerSize, plain, "Le "+unbroken(l.On.FrenchLong()))
	y = s.paragraph(letterLeft, 98, letterWidth, 16, bold, l.Title()) + 2
	for _, line := range l.Why() {
		y = s.paragraph(letterLeft, y, letterWidth, ownerSize, plain, line) + 1.5
	}
	y = s.paragraph(letterLeft, y+4, letterWidth, 13, bold, "Ce que l’annuaire dit")
	for _, fact := range l.Says {
		s.text(letterLeft, y, ownerSize, bold, fact.Label)
		for _, line := range fact.Lines {
			if y > 205 { // a long list of hours leaves the code its place
				break
			}
			y = s.paragraph(letterLeft+48, y, letterWidth-48, ownerSize, plain, line)
		}
		y++
	}
	y = s.paragraph(letterLeft, y+4, letterWidth, 13, bold, "Ce que vous pouvez faire")
	const side = 36.0
	s.code(pageWidth-letterLeft-side, y-6, side, l.Link)
	left := letterWidth - side - 6
	for i, line := range l.How() {
		y = s.paragraph(letterLeft, y, left, ownerSize, plain, string(rune('1'+i))+". "+line) + 0.5
	}
	s.text(letterLeft, y+4, 18, bold, unbroken(l.CodeText()))
	y += 14
	for _, line := range l.End() {
		y = s.paragraph(letterLeft, y, letterWidth, ownerSize, plain, line) + 1
	}
	if l.Telephone != "" {
		s.paragraph(letterLeft, y+2, letterWidth, ownerSize, plain, "Une question\u202f? Appelez le "+telephone(l.Telephone)+".")
	}
	if l.Sample {
		s.right(letterLeft+letterWidth, 288, 10, plain, "Programme d’exemple\u00a0: tout est inventé.")
	}
	return s.write(to)
}
