package printing

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/holder"
	"passerelle/internal/orientation"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

// Meeting is the page of an appointment without a workshop: with somebody of a
// place, or from afar; and the page of somebody who waits for a seat.
type Meeting struct {
	Name      string // first name or nickname; may be empty
	Workshop  string // the one that the person waits for; empty: an appointment
	Remote    bool   // by telephone or by video
	Day       civil.Date
	At        civil.TimeOfDay // zero: no hour told
	Site      string
	Address   []string
	Telephone string // of the place, or of the desk
	Contact   string
	Ways      []string
	Map       *Map
	Reference string
	Sample    bool
	Large     bool // the person asked for large print
}

// Waits tells whether the page is of somebody who waits for a seat.
func (m Meeting) Waits() bool { return m.Workshop != "" }

// Title greets and tells the content.
func (m Meeting) Title() string {
	what := "voici votre rendez-vous"
	if m.Waits() {
		what = "vous attendez une place"
	}
	if m.Name == "" {
		return "Bonjour, " + what
	}
	return "Bonjour " + m.Name + ", " + what
}

// When is the day in lines: "mardi", "8 décembre 2026", "à 14 heures"; what to
// do when no day is agreed yet.
func (m Meeting) When() []string {
	if m.Day.IsZero() {
		return []string{"Jour à choisir", "par téléphone"}
	}
	lines := []string{civil.FrenchWeekday(m.Day.Weekday()), unbroken(m.Day.FrenchLong())}
	if m.At > 0 {
		lines = append(lines, "à"+nbsp+m.At.FrenchLong())
	}
	return lines
}

// What is what the person needs to know.
func (m Meeting) What() []string {
	if m.Waits() {
		return []string{"L’atelier est complet.", "Vous êtes sur la liste d’attente.", "Une place se libère : nous vous appelons.", "Le nom de l’atelier :", m.Workshop}
	}
	lines := []string{"Quelqu’un fait la démarche avec vous.", "Vous restez à côté.", "C’est gratuit."}
	if m.Remote {
		lines = []string{"Quelqu’un vous aide par téléphone.", "Vous restez chez vous.", "C’est gratuit."}
	}
	if m.Day.IsZero() {
		return append([]string{"Appelez le lieu.", "Choisissez un jour ensemble."}, lines...)
	}
	return lines
}

// Where tells where to come, or who helps from afar.
func (m Meeting) Where() Part {
	if m.Remote {
		return Part{"Qui vous aide", []string{m.Site}}
	}
	return Part{"Où venir", append([]string{m.Site}, m.Address...)}
}

// Bring tells what to come with, or to have at hand, as a list.
func (m Meeting) Bring() Part {
	papers := []string{"cette page", "votre carte d’identité", "le papier à remplir", "votre téléphone"}
	switch {
	case m.Waits():
		return Part{"Quoi garder", []string{"cette page", "votre téléphone allumé"}}
	case m.Remote:
		return Part{"Quoi préparer", papers}
	}
	return Part{"Quoi apporter", papers}
}

// How tells how to come.
func (m Meeting) How() Part { return Part{"Comment venir", m.Ways} }

// Question tells whom to call.
func (m Meeting) Question() Part { return Letter{Contact: m.Contact}.Question() }

// MapKey tells what the two marks of the map are.
func (m Meeting) MapKey() []string {
	return []string{"Le rond : votre commune.", "Le carré : le lieu."}
}

// Lines is everything that the person reads, for the test of its words.
func (m Meeting) Lines() []string {
	lines := slices.Concat([]string{m.Title(), strings.Join(m.When(), " ")}, m.What(), m.MapKey())
	for _, part := range []Part{m.Where(), m.Bring(), m.How(), m.Question()} {
		lines = append(append(lines, part.Heading), part.Lines...)
	}
	return lines
}

// MeetingOf fills in the page of an appointment, for the desk that made it.
// Faults: those of orientation.AppointmentByID and holder.ByID.
func MeetingOf(ctx context.Context, q db.Q, appointment db.ID, issuer Issuer) (Meeting, error) {
	known, err := orientation.AppointmentByID(ctx, q, appointment)
	if err != nil {
		return Meeting{}, err
	}
	made := Meeting{Day: known.Day, At: known.At, Remote: known.Remote}
	return made, made.fill(ctx, q, known.Holder, known.Place, issuer)
}

// WaitingOf fills in the page of somebody on a waiting list, for the desk that
// registered them. Faults: those of workshop.BookingByID and holder.ByID.
func WaitingOf(ctx context.Context, q db.Q, booking db.ID, issuer Issuer) (Meeting, error) {
	known, session, err := workshop.BookingByID(ctx, q, booking)
	if err != nil {
		return Meeting{}, err
	}
	made := Meeting{Day: session.Day(), At: civil.TimeOfDayOf(session.StartsAt.In(session.Zone())), Workshop: session.Title}
	return made, made.fill(ctx, q, known.Holder, session.Site, issuer)
}

// fill adds what is known of the person and of the place.
func (m *Meeting) fill(ctx context.Context, q db.Q, who, where db.ID, issuer Issuer) error {
	person, err := holder.ByID(ctx, q, who)
	if err != nil {
		return err
	}
	site, err := place.ByID(ctx, q, where)
	if err != nil {
		return err
	}
	m.Name, m.Reference, m.Large, m.Sample = person.Name, person.Pseudonym, person.Manner.LargePrint, issuer.Sample
	m.Site, m.Address, m.Telephone = site.Name, addressOf(site), site.Telephone
	if !m.Remote {
		m.Ways, m.Map = waysTo(person.Commune, site)
	}
	// Who waits asks the desk, which tells them; so does who cannot call the place.
	if m.Telephone == "" || m.Waits() {
		if m.Contact, m.Telephone, err = deskTelephone(ctx, q, person.Organisation, issuer); err != nil {
			return err
		}
	}
	m.Telephone = holder.TelephoneText(m.Telephone)
	return nil
}

// WriteMeeting writes the PDF of the page; at is the instant it is made. It is
// one sheet, as an appointment page is.
func WriteMeeting(to io.Writer, at time.Time, meeting Meeting) error {
	unmapped := meeting
	unmapped.Map = nil
	var s *sheet
	for _, size := range bodySizes(meeting.Large) {
		for _, one := range []Meeting{meeting, unmapped} {
			s = newSheet(meeting.Title(), at)
			if s.meeting(one, size) <= lowest {
				return s.write(to)
			}
		}
	}
	return s.write(to)
}

// bodySizes are the sizes of type to try, in points: 14 is the least that easy
// reading allows.
func bodySizes(large bool) []float64 {
	if large {
		return []float64{22, 20, 18, 16, 14}
	}
	return []float64{16, 14}
}

// meeting draws the page in a type of this size, and answers where it ends.
func (s *sheet) meeting(m Meeting, bodySize float64) float64 {
	s.AddPage()
	size := s.fitted(letterWidth, 24, headSize, bold, m.Title())
	y := s.paragraph(letterLeft, 27, letterWidth, size, bold, m.Title()) + 2
	for _, line := range m.When() {
		s.text(letterLeft, y+4, s.fitted(letterWidth, 28, bodySize, bold, line), bold, line)
		y += 12
	}
	y += 4
	for _, line := range m.What() {
		y = s.paragraph(letterLeft, y, letterWidth, bodySize, plain, line)
	}
	right := letterLeft + half + 10
	y += 5
	left := s.part(letterLeft, y, half, m.Where(), bodySize, "", true)
	y = max(left, s.part(right, y, half, m.Bring(), bodySize, "•", false)) + 5
	if len(m.Ways) > 0 || m.Map != nil {
		width := letterWidth
		if m.Map != nil {
			width = half
			s.drawMap(*m.Map, right, y-5, half)
		}
		ways := s.part(letterLeft, y, width, m.How(), bodySize, "", false)
		if m.Map != nil {
			key := y + half*m.Map.Height/m.Map.Width + 1
			for _, line := range m.MapKey() {
				s.text(right, key, 14, plain, line)
				key += leading(14)
			}
			ways = max(ways, key)
		}
		y = ways + 5
	}
	question := s.part(letterLeft, y, half, m.Question(), bodySize, "", false)
	s.text(letterLeft, question+2, 22, bold, telephone(m.Telephone))
	number := s.paragraph(right, y, half, headSize, bold, "Numéro de la page")
	s.text(right, number+2, 22, bold, unbroken(m.Reference))
	s.text(letterLeft, 286, 14, plain, "Page 1 sur 1")
	if m.Sample {
		s.right(letterLeft+letterWidth, 286, 14, plain, "Programme d’exemple : tout est inventé.")
	}
	return max(question, number) + 2
}
