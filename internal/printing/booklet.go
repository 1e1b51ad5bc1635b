package printing

import (
	"fmt"
	"io"
	"strings"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/money"
)

// Booklet is what the paper of one booklet (carnet) says. A booklet of 5
// coupons takes 2 sheets, of 10 takes 3: the cover, then 5 coupons a sheet.
type Booklet struct {
	Number         string // 12 digits
	InnerCode      string // 8 digits, for the person's own pages; empty leaves it out
	Coupons        []Coupon
	ValidUntil     civil.Date // zero before the handover
	ValidityMonths int        // counted from the handover
	Place          string     // where coupons may be used, "la Creuse"; empty for everywhere
	Subjects       []string   // service families to which the order keeps them; empty for all
	Desk           string     // who hands it over
	Telephone      string     // whom to call
	Payers         []string   // who pays, as on the agreement
	Sample         bool       // the invented programme
}

// Coupon is one coupon (chèque) of the booklet.
type Coupon struct {
	Number string // 16 digits
	Rank   int    // 1 to the number of coupons
	Amount money.Cents
	Used   bool // no code is printed again for a coupon that can no longer be used
}

// Text is what its code says.
func (c Coupon) Text() string { return CouponText(c.Number) }

// Code is its code as an SVG path with a viewBox of 0 0 Size Size.
func (c Coupon) Code() Drawing { return drawing(c.Text()) }

// Drawing is a code to scan, for a page.
type Drawing struct {
	Path string
	Size int
}

func drawing(text string) Drawing {
	path, size := QR(text)
	return Drawing{path, size}
}

// Groups is its number in four groups of four.
func (c Coupon) Groups() string { return Grouped(c.Number) }

// Heading is "Chèque 3 sur 10".
func (b Booklet) Heading(c Coupon) string {
	return fmt.Sprintf("Chèque %d sur %d", c.Rank, len(b.Coupons))
}

// Title is the cover's.
func (b Booklet) Title() string {
	if len(b.Coupons) == 1 {
		return "Votre carnet\u00a0: 1 chèque pour apprendre"
	}
	return fmt.Sprintf("Votre carnet\u00a0: %d chèques pour apprendre", len(b.Coupons))
}

// What tells what the booklet is, one idea a line.
func (b Booklet) What() []string {
	lines := []string{"Ce carnet est à vous.", "Chaque chèque paie 1 atelier.", "À l’atelier, vous apprenez à utiliser internet.", "Ces chèques sont gratuits."}
	if b.Place != "" {
		lines = append(lines, "Ces chèques servent dans ce territoire\u00a0: "+b.Place+".")
	}
	return lines
}

// How tells how to use it, in order.
func (b Booklet) How() []string {
	return []string{"Choisissez 1 atelier avec le guichet.", "Venez à l’atelier avec ce carnet.", "Donnez 1 chèque en arrivant."}
}

// Until tells how long the coupons are valid: a day once the booklet is handed
// over, before that a number of months.
func (b Booklet) Until() string {
	if b.ValidUntil.IsZero() {
		return fmt.Sprintf("Valable %d mois après la remise.", b.ValidityMonths)
	}
	return "Valable jusqu’au " + inFull(b.ValidUntil) + "."
}

// Groups is its number in three groups of four.
func (b Booklet) Groups() string { return Grouped(b.Number) }

// InnerGroups is the inner code in two groups of four.
func (b Booklet) InnerGroups() string { return Grouped(b.InnerCode) }

// PayersLine is the co-funders in one line.
func (b Booklet) PayersLine() string { return strings.Join(b.Payers, ", ") }

// SubjectsLine is the families of subjects in one line.
func (b Booklet) SubjectsLine() string { return strings.Join(b.Subjects, ", ") }

// inFull is a day with its name, "mardi 13 octobre 2026", parted only after the name.
func inFull(day civil.Date) string {
	return civil.FrenchWeekday(day.Weekday()) + " " + unbroken(day.FrenchLong())
}

func unbroken(text string) string { return strings.ReplaceAll(text, " ", nbsp) }

// telephone keeps a number on one line.
func telephone(number string) string { return unbroken(number) }

const (
	couponsPerSheet = 5
	couponHeight    = 46.0
	couponTop       = 57.0
	codeSide        = 39.6 // 30 mm of code and its quiet zone: 1.2 mm a module
	side            = 12.0 // margin left and right
)

// WriteBooklets writes the PDF of booklets, one after the other; at is the
// instant it is made.
func WriteBooklets(to io.Writer, at time.Time, booklets ...Booklet) error {
	title := "Carnets"
	if len(booklets) == 1 {
		title = "Carnet " + booklets[0].Groups()
	}
	s := newSheet(title, at)
	for _, booklet := range booklets {
		s.cover(booklet)
		for first := 0; first < len(booklet.Coupons); first += couponsPerSheet {
			s.AddPage()
			if first == 0 {
				s.inside(booklet)
			} else {
				s.text(side, 24, 16, bold, "Votre carnet, suite")
				s.text(side, 33, 13, plain, "Carnet "+booklet.Groups())
			}
			for row, coupon := range booklet.Coupons[first:min(first+couponsPerSheet, len(booklet.Coupons))] {
				s.coupon(booklet, coupon, couponTop+float64(row)*couponHeight, row%2 == 1)
			}
		}
	}
	return s.write(to)
}

func (s *sheet) cover(b Booklet) {
	const x, width = 20.0, pageWidth - 40
	s.AddPage()
	y := s.paragraph(x, 42, width, 30, bold, b.Title())
	s.SetLineWidth(1.6)
	s.Line(x, y-6, x+34, y-6)
	y += 7
	for _, line := range b.What() {
		y = s.paragraph(x, y, width, 17, plain, line)
	}
	y += 7
	y = s.paragraph(x, y, width, 20, bold, "Pour vous en servir")
	for i, line := range b.How() {
		s.text(x, y+2, 20, bold, fmt.Sprint(i+1))
		y = s.paragraph(x+10, y+2, width-10, 17, plain, line)
	}
	y += 7
	y = s.paragraph(x, y, width, 20, bold, "Jusqu’à quand")
	y = s.paragraph(x, y, width, 17, plain, b.Until())
	if b.ValidUntil.IsZero() {
		y = s.paragraph(x, y+3, width, 17, plain, "Remis le\u00a0:")
		s.rule(x+32, x+110, y-leading(17)+1, 0.3)
	}
	y += 7
	y = s.paragraph(x, y, width, 20, bold, "Une question\u202f? Carnet perdu\u202f?")
	if b.Telephone != "" {
		y = s.paragraph(x, y, width, 17, plain, "Appelez ce numéro\u00a0:")
		s.paragraph(x, y+4, width, 30, bold, telephone(b.Telephone))
	} else {
		s.paragraph(x, y, width, 17, plain, "Allez au guichet\u00a0: "+b.Desk+".")
	}
	s.rule(x, x+width, 246, 0.3)
	s.text(x, 256, 14, plain, "Numéro du carnet")
	s.text(x, 267, 26, bold, b.Groups())
	s.right(x+width, 267, 17, bold, "Gardez ce carnet.")
	foot := 276.0
	if b.Desk != "" {
		foot = s.paragraph(x, foot, width, 10, plain, "Remis par "+b.Desk+".")
	}
	if len(b.Payers) > 0 {
		foot = s.paragraph(x, foot, width, 10, plain, "Payé par "+b.PayersLine()+".")
	}
	if b.Sample {
		s.paragraph(x, foot, width, 10, plain, "Programme d’exemple\u00a0: ce carnet est inventé.")
	}
}

// inside is the top of the first sheet of coupons: what only the person needs.
func (s *sheet) inside(b Booklet) {
	s.text(side, 20, 16, bold, "Pour vous seul")
	s.text(side, 28, 13, plain, "Carnet "+b.Groups())
	if b.InnerCode == "" {
		return
	}
	y := s.paragraph(side, 36, 98, 13, plain, "Ce code est à vous. Ne le donnez à personne.")
	s.paragraph(side, y, 98, 13, plain, "Gardez ce code pour vous.")
	s.SetLineWidth(0.5)
	s.RoundedRect(pageWidth-side-80, 13, 80, 32, 3, "1234", "D")
	s.text(pageWidth-side-74, 22, 13, plain, "Votre code")
	s.text(pageWidth-side-74, 38, 34, bold, b.InnerGroups())
}

// coupon draws one coupon. Codes stand left and right in turn, so that a
// reader held before one does not see its neighbour.
func (s *sheet) coupon(b Booklet, c Coupon, top float64, codeRight bool) {
	s.dashed(0, pageWidth, top)
	codeX, x := side, side+codeSide+5
	if codeRight {
		codeX, x = pageWidth-side-codeSide, side
	}
	end := x + pageWidth - 2*side - codeSide - 5
	s.text(x, top+10, 15, bold, b.Heading(c))
	s.right(end, top+11.5, 28, bold, c.Amount.Short())
	if c.Used {
		s.text(x, top+24, 20, plain, c.Groups())
		s.text(x, top+32, 15, bold, "Chèque déjà utilisé.")
		return
	}
	s.code(codeX, top+(couponHeight-codeSide)/2, codeSide, c.Text())
	const step = 32.0
	for i, group := range groups(c.Number) {
		s.text(x+float64(i)*step, top+25, 29, bold, group)
	}
	pays := "Pour 1 atelier. "
	s.text(x, top+34, 12, plain, pays+b.Until())
	last := "Carnet " + b.Groups() + "."
	if b.Telephone != "" {
		last += " Une question\u202f? " + telephone(b.Telephone)
	}
	s.text(x, top+40, 11, plain, last)
}
