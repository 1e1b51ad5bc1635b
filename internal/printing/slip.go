package printing

import (
	"fmt"
	"io"
	"time"

	"passerelle/internal/civil"
)

// Slip is the sheet before the booklets of one file (bordereau): what the
// printer and the desk count.
type Slip struct {
	Order       string // its reference
	Desk        string
	Day         civil.Date
	Rank, Files int // which file of how many
	Count       int // booklets
	Sheets      int // A4, this one not counted
	First, Last string
	Sample      bool
}

// Title tells the content.
func (s Slip) Title() string {
	return fmt.Sprintf("Fichier %d sur %d\u00a0: %d carnets", s.Rank, s.Files, s.Count)
}

// Facts are the lines of the slip.
func (s Slip) Facts() []Fact {
	return []Fact{
		{"Commande", one(s.Order)},
		{"Pour le stock de", one(s.Desk)},
		{"Premier carnet", one(Grouped(s.First))},
		{"Dernier carnet", one(Grouped(s.Last))},
		{"Carnets", one(fmt.Sprint(s.Count))},
		{"Feuilles A4, sans celle-ci", one(fmt.Sprint(s.Sheets))},
		{"Demandé le", one(unbroken(s.Day.FrenchLong()))},
	}
}

// Blanks are what is written by hand.
func (s Slip) Blanks() []string {
	return []string{"Imprimé et compté par", "Reçu et compté par"}
}

// WritePrintFile writes the PDF of one file of a batch: its slip, then its
// booklets; at is the instant it is made.
func WritePrintFile(to io.Writer, at time.Time, sides Sides, slip Slip, booklets ...Booklet) error {
	s := newSheet("Carnets, commande "+slip.Order+", fichier "+fmt.Sprint(slip.Rank), at)
	s.slip(slip)
	if sides == BothSides {
		s.lying() // the back of the slip: a booklet begins on a sheet of its own
	}
	for _, booklet := range booklets {
		s.booklet(booklet, sides)
	}
	return s.write(to)
}

func (s *sheet) slip(slip Slip) {
	const left, right, column = 20.0, pageHeight - 20.0, 110.0
	s.lying()
	s.text(left, 32, 26, bold, slip.Title())
	s.rule(left, left+34, 38, 1.8)
	y := 54.0
	for _, fact := range slip.Facts() {
		s.text(left, y, 14, plain, fact.Label)
		for _, line := range fact.Lines {
			s.text(column, y, 16, bold, line)
		}
		s.rule(left, right, y+3, 0.12)
		y += 11
	}
	y += 12
	for _, blank := range slip.Blanks() {
		s.text(left, y, 14, plain, blank+", le, signature"+nbsp+":")
		s.rule(column, right, y+1, 0.3)
		y += 18
	}
	if slip.Sample {
		s.text(left, 196, 14, plain, "Programme d’exemple\u00a0: ces carnets sont inventés.")
	}
}
