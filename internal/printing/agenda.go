package printing

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/holder"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

// Agenda is the poster of a place's workshops of one month (affiche du mois),
// in simple words, with a code that leads to its page.
type Agenda struct {
	Name      string
	Address   []string
	Month     civil.Month
	Workshops []AgendaLine
	Page      string // the address of the place's page, which the code holds
	Telephone string // may be empty
	Sample    bool
}

// AgendaLine is one workshop: its day and hour in full, and its title.
type AgendaLine struct{ Day, Hour, Title string }

// mostAgenda bounds the workshops of a poster.
const mostAgenda = 100

// AgendaOf fills in the poster of the workshops of a month that are still to
// come at a place; page is the address of its page.
func AgendaOf(ctx context.Context, q db.Q, site place.Place, month civil.Month, page string, issuer Issuer) (Agenda, error) {
	agenda := Agenda{Name: site.Name, Address: addressOf(site), Month: month, Page: page, Telephone: holder.TelephoneText(site.Telephone), Sample: issuer.Sample}
	if site.Telephone == "" {
		agenda.Telephone = issuer.Telephone
	}
	zone := site.Zone()
	found, _, err := workshop.Search(ctx, q, workshop.Filter{
		Site: site.ID, From: month.First().At(0, zone), To: month.Next().First().At(0, zone), Limit: mostAgenda,
	})
	for _, one := range found {
		starts := one.StartsAt.In(zone)
		agenda.Workshops = append(agenda.Workshops, AgendaLine{upperFirst(inFull(one.Day())), "à" + nbsp + civil.FrenchHourLong(starts), one.Title})
	}
	return agenda, err
}

// Title tells the content.
func (a Agenda) Title() string {
	month := unbroken(a.Month.French())
	if strings.ContainsAny(month[:1], "ao") {
		return "Les ateliers d’" + month
	}
	return "Les ateliers de " + month
}

// Nothing is said when no workshop is to come.
func (a Agenda) Nothing() []string {
	return []string{"Les ateliers se préparent.", "Demandez les dates ici."}
}

// Scan tells what the code is for.
func (a Agenda) Scan() Part {
	return Part{"Pour venir", []string{"Visez ce dessin avec votre téléphone."}}
}

// Question tells whom to call.
func (a Agenda) Question() string { return "Appelez ce numéro" + nbsp + ":" }

// Drawing is the code as an SVG path.
func (a Agenda) Drawing() Drawing { return drawing(a.Page) }

// Lines is everything that people read, for the test of its words.
func (a Agenda) Lines() []string {
	scan := a.Scan()
	lines := append([]string{a.Title(), scan.Heading, a.Question()}, append(scan.Lines, a.Nothing()...)...)
	for _, one := range a.Workshops {
		lines = append(lines, one.Day+" "+one.Hour, one.Title)
	}
	return lines
}

// WriteAgenda writes the PDF of the poster; at is the instant it is made. A full
// month goes on over numbered pages, each with the code.
func WriteAgenda(to io.Writer, at time.Time, agenda Agenda) error {
	const lastLine = 222.0
	s := newSheet(agenda.Title()+", "+agenda.Name, at)
	s.AliasNbPages("{pages}")
	y := s.agendaPage(agenda)
	for _, one := range agenda.Workshops {
		height := leading(18) + float64(len(s.lines(letterWidth, 16, plain, one.Title)))*leading(16) + 5
		if y+height > lastLine {
			y = s.agendaPage(agenda)
		}
		day := one.Day + " " + one.Hour
		s.text(letterLeft, y, s.fitted(letterWidth, 18, 14, bold, day), bold, day)
		y = s.paragraph(letterLeft, y+leading(18), letterWidth, 16, plain, one.Title) + 5
	}
	if len(agenda.Workshops) == 0 {
		for _, line := range agenda.Nothing() {
			y = s.paragraph(letterLeft, y, letterWidth, 18, plain, line)
		}
	}
	return s.write(to)
}

// agendaPage begins a page, and answers the foot of its first line.
func (s *sheet) agendaPage(a Agenda) float64 {
	const top, code = 231.0, 46.0
	s.AddPage()
	s.text(letterLeft, 34, s.fitted(letterWidth, 36, 22, bold, a.Title()), bold, a.Title())
	s.rule(letterLeft, letterLeft+34, 40, 2.4)
	y := s.paragraph(letterLeft, 54, letterWidth, s.fitted(letterWidth, 22, 16, bold, a.Name), bold, a.Name)
	for _, line := range a.Address {
		y = s.paragraph(letterLeft, y, letterWidth, 14, plain, line)
	}
	s.rule(letterLeft, letterLeft+letterWidth, top-3, 0.4)
	s.code(letterLeft-4, top, code, a.Page)
	x := letterLeft + code + 6
	foot := s.part(x, top+9, letterLeft+letterWidth-x, a.Scan(), 14, "", false)
	if a.Telephone != "" {
		s.text(x, foot+2, 14, plain, a.Question())
		s.text(x, foot+12, 24, bold, telephone(a.Telephone))
	}
	s.text(letterLeft, 288, 14, plain, fmt.Sprintf("Page %d sur {pages}", s.PageNo()))
	if a.Sample {
		s.right(letterLeft+letterWidth, 288, 14, plain, "Programme d’exemple\u00a0: tout est inventé.")
	}
	return y + 10
}
