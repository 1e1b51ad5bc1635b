package printing

import (
	"fmt"
	"io"
	"time"
)

// Sides is how a printer prints a booklet.
type Sides int

const (
	// BothSides is for a printer that turns the sheet along its short edge:
	// 3 sheets for 10 coupons. The sheets lie one in the other, and are folded
	// in two together.
	BothSides Sides = iota
	// OneSide is for a printer that prints one side only: 6 sheets for 10
	// coupons. Each sheet is folded alone, print outside, and they are bound
	// along their open edges. No sheet is ever put back into the printer: the
	// booklets of two people cannot be mixed.
	OneSide
)

// The faces. Lengths are millimetres.
const (
	faceWidth   = pageHeight / 2 // an A4 sheet lies on its long side
	faceHeight  = pageWidth
	faceMargin  = 11.0 // outer: more than the 5 mm that a cheap printer needs
	stubWidth   = 16.0 // the strip along the spine, which stays in the booklet
	firstCoupon = 3    // the face of the first coupon
	couponCode  = 44.0 // the code and its quiet zone: 1.3 mm a module
	couponBody  = 15.0 // points
)

// WriteBooklets writes the PDF of booklets, one after the other; at is the
// instant it is made.
func WriteBooklets(to io.Writer, at time.Time, sides Sides, booklets ...Booklet) error {
	title := "Carnets"
	if len(booklets) == 1 {
		title = "Carnet " + booklets[0].Groups()
	}
	s := newSheet(title, at)
	for _, booklet := range booklets {
		s.booklet(booklet, sides)
	}
	return s.write(to)
}

func (s *sheet) booklet(b Booklet, sides Sides) {
	for _, pair := range imposed(b.Faces(), sides) {
		s.lying()
		s.foldMarks()
		s.face(b, pair[0], 0)
		s.face(b, pair[1], faceWidth)
	}
}

// imposed are the faces, from 1, that stand left and right on each printed side,
// in the order of printing. A face may be beyond the last one said: it is blank.
func imposed(faces int, sides Sides) [][2]int {
	var printed [][2]int
	if sides == OneSide {
		for face := 1; face <= faces; face += 2 {
			printed = append(printed, [2]int{face, face + 1})
		}
		return printed
	}
	// The outer sheet holds the first two faces and the last two. Turned along
	// its short edge, what stands on the right has its back on the left.
	for outer := 1; outer <= faces/2; outer += 2 {
		printed = append(printed, [2]int{faces + 1 - outer, outer}, [2]int{outer + 1, faces - outer})
	}
	return printed
}

// foldMarks shows where to fold, at the top and at the foot of the sheet.
func (s *sheet) foldMarks() {
	s.SetLineWidth(0.2)
	s.Line(faceWidth, 5, faceWidth, 9)
	s.Line(faceWidth, faceHeight-9, faceWidth, faceHeight-5)
}

// face draws one face in the half of the sheet that begins at x.
func (s *sheet) face(b Booklet, number int, x float64) {
	page := fmt.Sprintf("Page %d sur %d", number, b.Faces())
	switch number {
	case 1:
		s.cover(b, x)
	case 2:
		s.inside(b, x)
		s.text(x+faceMargin, faceHeight-faceMargin, 14, plain, page)
	default:
		s.couponFace(b, number, x, page)
	}
}

func (s *sheet) cover(b Booklet, x float64) {
	const width = faceWidth - 2*faceMargin - 4
	x += faceMargin + 4
	y := s.paragraph(x, 26, width, 27, bold, b.Title())
	s.rule(x, x+30, y-7, 1.8)
	y += 4
	for _, line := range b.What() {
		y = s.paragraph(x, y, width, 17, plain, line)
	}
	y = s.paragraph(x, y+6, width, 20, bold, untilHeading)
	y = s.paragraph(x, y, width, 17, plain, b.Until())
	if b.ValidUntil.IsZero() {
		s.text(x, y+3, 17, plain, handedOver)
		s.rule(x+32, x+width, y+4, 0.3)
		y += 3 + leading(17)
	}
	question := b.Question()
	y = s.paragraph(x, y+6, width, 20, bold, question.Heading)
	y = s.paragraph(x, y, width, 17, plain, question.Lines[0])
	if b.Telephone != "" {
		s.text(x, y+4, 30, bold, telephone(b.Telephone))
	}
	s.rule(x, x+width, 181, 0.4)
	s.text(x, 189, 14, plain, numbered)
	s.text(x, faceHeight-faceMargin, 24, bold, b.Groups())
}

// inside is how to use the booklet, and what only its holder needs.
func (s *sheet) inside(b Booklet, x float64) {
	const width = faceWidth - 2*faceMargin - 4
	x += faceMargin
	y := s.paragraph(x, 24, width, 20, bold, howHeading)
	for i, line := range b.How() {
		s.text(x, y+1, 20, bold, fmt.Sprint(i+1))
		y = s.paragraph(x+10, y+1, width-10, 16, plain, line)
	}
	y += 3
	for i, line := range b.For() {
		if i == 0 {
			y = s.paragraph(x, y, width, 16, plain, line)
			continue
		}
		s.text(x+1, y, 14, plain, "•")
		y = s.paragraph(x+7, y, width-7, 14, plain, line)
	}
	if b.InnerCode != "" {
		const box = 50.0
		s.SetLineWidth(0.7)
		s.RoundedRect(x, y, width, box, 4, "1234", "D")
		s.text(x+7, y+10, 18, bold, codeHeading)
		s.text(x+7, y+27, 38, bold, b.InnerGroups())
		foot := y + 37
		for _, line := range b.Secret() {
			foot = s.paragraph(x+7, foot, width-14, 14, plain, line)
		}
		y += box
	}
	y += 10
	for _, line := range b.Given() {
		y = s.paragraph(x, y, width, 14, plain, line)
	}
}

// couponFace draws the face of a coupon. The coupon takes its upper half on the
// right-hand faces, its lower half on the left-hand ones: cut along the middle,
// each piece bears one coupon and one code, and on its back what its holder
// writes of the workshop. A strip along the spine stays in the booklet.
func (s *sheet) couponFace(b Booklet, number int, x float64, page string) {
	const middle = faceHeight / 2
	right := number%2 == 1 // the spine is on its left
	spine, cut, end, left := x, x+stubWidth, x+faceWidth-5, x+stubWidth+5
	if !right {
		spine, cut, end, left = x+faceWidth, x+faceWidth-stubWidth, x+5, x+faceMargin
	}
	top, other := 0.0, middle
	behind := number + 1
	if !right {
		top, other, behind = middle, 0, number-1
	}
	s.dashed(min(cut, end), max(cut, end), middle)
	s.dashedDown(cut, 5, faceHeight-5)
	if rank := number - firstCoupon; rank < len(b.Coupons) {
		s.coupon(b, b.Coupons[rank], left, top)
		s.stub(b.Stub(b.Coupons[rank]), spine, top, right)
	} else {
		s.notes(Part{Heading: notesHeading, Lines: make([]string, 4)}, left, top)
	}
	if rank := behind - firstCoupon; rank >= 0 && rank < len(b.Coupons) {
		s.notes(b.Back(b.Coupons[rank]), left, other)
	} else {
		s.notes(Part{Heading: notesHeading, Lines: make([]string, 4)}, left, other)
	}
	s.text(left, other+middle-faceMargin, 14, plain, page)
}

// couponWidth is what a coupon may fill beside the strip and the margins.
const couponWidth = faceWidth - stubWidth - 5 - faceMargin

// coupon draws one coupon in the half of a face that begins at (x, top).
func (s *sheet) coupon(b Booklet, c Coupon, x, top float64) {
	top += 5
	s.text(x, top+12, 18, bold, b.Heading(c))
	s.right(x+couponWidth, top+13, 32, bold, c.Amount.Short())
	s.rule(x, x+couponWidth, top+17, 0.4)
	if c.Used {
		s.text(x, top+36, 20, bold, couponUsed)
		s.number(c, x, top+76, plain)
		return
	}
	// The quiet zone is blank paper: the code stands out to the edge of the type.
	const blank = couponCode * quietZone / 33
	s.code(x-blank, top+18, couponCode, c.Text())
	beside, y := x+couponCode-blank+2, top+29
	width := x + couponWidth - beside
	y = s.paragraph(beside, y, width, couponBody, bold, couponPays)
	s.paragraph(beside, y+1, width, couponBody, plain, b.Until())
	s.number(c, x, top+74, bold)
	s.rule(x, x+couponWidth, top+79, 0.2)
	s.text(x, top+87, 14, plain, "Carnet "+b.Groups())
	if b.Telephone != "" {
		s.right(x+couponWidth, top+87, 14, bold, telephone(b.Telephone))
	}
}

// number sets the 16 digits in groups of four across the coupon.
func (s *sheet) number(c Coupon, x, y float64, of weight) {
	const size = 29
	parts := groups(c.Number)
	s.font(size, of)
	widest := s.GetStringWidth("0000")
	for i, group := range parts {
		s.text(x+float64(i)*(couponWidth-widest)/float64(max(1, len(parts)-1)), y, size, of, group)
	}
}

// notes draws what is written by hand, a line each.
func (s *sheet) notes(part Part, x, top float64) {
	s.text(x, top+18, 16, bold, part.Heading)
	y := top + 34
	for _, line := range part.Lines {
		s.text(x, y, 16, plain, line)
		from := x
		if line != "" {
			from += 22
		}
		s.rule(from, x+couponWidth, y+1.5, 0.2)
		y += 16
	}
}

// stub writes along the spine what stays in the booklet.
func (s *sheet) stub(line string, spine, top float64, right bool) {
	const middle = faceHeight / 2
	x, y, angle := spine+stubWidth/2+2, top+middle-faceMargin, 90.0
	if !right {
		x, y, angle = spine-stubWidth/2-2, top+faceMargin, -90
	}
	s.TransformBegin()
	s.TransformRotate(angle, x, y)
	s.text(x, y, 14, plain, line)
	s.font(14, plain)
	written := s.GetStringWidth(settable(line)) + 3
	s.rule(x+written, x+middle-2*faceMargin, y+1, 0.2)
	s.TransformEnd()
}
