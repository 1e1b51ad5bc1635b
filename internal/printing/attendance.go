package printing

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

// Attendance is the sheet that goes round at a session (feuille de présence):
// who is expected, under the name that each agreed to, with room to sign, and
// lines for those who come without a seat.
type Attendance struct {
	Session  string // its title
	When     string
	Where    string
	Mediator string // may be empty
	People   []Expected
	Sample   bool
}

// Expected is one line of an attendance sheet.
type Expected struct{ Name, From string }

// spareLines are for those who come without having booked.
const spareLines = 4

// AttendanceOf fills in the sheet of a session, for the site that gives it:
// neither those who gave up nor how to speak to anyone, for the sheet goes
// round. Faults: those of workshop.Bookings.
func AttendanceOf(ctx context.Context, q db.Q, session db.ID, issuer Issuer) (Attendance, error) {
	known, err := workshop.SessionByID(ctx, q, session)
	if err != nil {
		return Attendance{}, err
	}
	site, err := place.ByID(ctx, q, known.Site)
	if err != nil {
		return Attendance{}, err
	}
	sheet := Attendance{
		Session: known.Title, When: upperFirst(known.WhenText()), Where: strings.TrimPrefix(known.Room+". "+site.Name+", "+site.AddressLine(), ". "),
		Mediator: known.Mediator, Sample: issuer.Sample,
	}
	booked, err := workshop.Bookings(ctx, q, session)
	if err != nil {
		return Attendance{}, err
	}
	names := map[db.ID]string{}
	for _, line := range booked {
		if line.State == workshop.Waiting || line.Presence == workshop.Excused || line.Presence == workshop.Cancelled {
			continue
		}
		from, said := names[line.Person.Organisation]
		if !said {
			organisation, err := account.OrganisationByID(ctx, q, line.Person.Organisation)
			if err != nil && fault.KindOf(err) != fault.NotFound {
				return Attendance{}, err
			}
			from, names[line.Person.Organisation] = organisation.Name, organisation.Name
		}
		if line.Door {
			from = "Venu sans inscription"
		}
		sheet.People = append(sheet.People, Expected{line.Person.Name, from})
	}
	return sheet, nil
}

// Title tells what the sheet is.
func (a Attendance) Title() string { return "Feuille de présence" }

// Head is what session it is, a line each.
func (a Attendance) Head() []string {
	lines := []string{a.When, a.Where}
	if a.Mediator != "" {
		lines = append(lines, "Avec "+a.Mediator)
	}
	return lines
}

// Columns are what each person has on their line.
func (a Attendance) Columns() []string { return []string{"Personne", "Venu", "Signature"} }

// Spare are the lines to fill in by hand, from 1.
func (a Attendance) Spare() []int {
	lines := make([]int, spareLines)
	for i := range lines {
		lines[i] = i + 1
	}
	return lines
}

// Signed is the last line.
func (a Attendance) Signed() string { return "Signature du médiateur" + nbsp + ":" }

const (
	attendanceRow  = 15.0
	attendanceCame = 112.0 // where the box to tick stands
	attendanceSign = 128.0
)

// WriteAttendance writes the PDF of an attendance sheet; at is the instant it is
// made. A long list goes on over numbered pages.
func WriteAttendance(to io.Writer, at time.Time, sheet Attendance) error {
	s := newSheet(sheet.Title()+", "+sheet.Session, at)
	s.AliasNbPages("{pages}")
	right := letterLeft + letterWidth
	y := s.attendancePage(sheet)
	people := append(append([]Expected{}, sheet.People...), make([]Expected, spareLines)...)
	for _, someone := range people {
		if y+attendanceRow > 265 {
			y = s.attendancePage(sheet)
		}
		s.text(letterLeft, y+6, s.fitted(attendanceCame-letterLeft-4, 14, 11, bold, someone.Name), bold, someone.Name)
		s.text(letterLeft, y+11.5, s.fitted(attendanceCame-letterLeft-4, 10, 8, plain, someone.From), plain, someone.From)
		s.SetLineWidth(0.4)
		s.Rect(attendanceCame, y+4, 6, 6, "D")
		s.Rect(attendanceSign, y+1, right-attendanceSign, attendanceRow-2, "D")
		s.rule(letterLeft, right, y+attendanceRow, 0.15)
		y += attendanceRow
	}
	s.text(letterLeft, y+10, 12, plain, sheet.Signed())
	return s.write(to)
}

// attendancePage begins a page, and answers the top of its first line.
func (s *sheet) attendancePage(sheet Attendance) float64 {
	s.AddPage()
	y := s.paragraph(letterLeft, 22, letterWidth, 20, bold, sheet.Title())
	y = s.paragraph(letterLeft, y, letterWidth, 14, bold, sheet.Session)
	for _, line := range sheet.Head() {
		y = s.paragraph(letterLeft, y, letterWidth, 12, plain, line)
	}
	y += 3
	for i, at := range []float64{letterLeft, attendanceCame - 2, attendanceSign} {
		s.text(at, y, 11, bold, sheet.Columns()[i])
	}
	s.rule(letterLeft, letterLeft+letterWidth, y+2.5, 0.4)
	foot := fmt.Sprintf("Page %d sur {pages}", s.PageNo())
	s.text(letterLeft, 286, 10, plain, foot)
	if sheet.Sample {
		s.right(letterLeft+letterWidth, 286, 10, plain, "Programme d’exemple\u00a0: tout est inventé.")
	}
	return y + 3
}
