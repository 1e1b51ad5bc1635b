package printing

import (
	_ "embed"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/text/unicode/norm"
)

//go:embed font/AndikaNewBasic-R.ttf
var regularFont []byte

//go:embed font/AndikaNewBasic-B.ttf
var boldFont []byte

const (
	nbsp   = "\u00a0"
	family = "andika"

	// Millimetres.
	pageWidth  = 210.0
	pageHeight = 297.0
	point      = 25.4 / 72
)

// sheet is a PDF under way. Lengths are millimetres, type sizes are points, and
// a position is that of the line's foot.
type sheet struct{ *fpdf.Fpdf }

// newSheet begins a document; at is the instant it is made, which it keeps, so
// that the same content at the same instant is the same file.
func newSheet(title string, at time.Time) *sheet {
	s := &sheet{fpdf.New("P", "mm", "A4", "")}
	s.SetAutoPageBreak(false, 0)
	s.SetMargins(0, 0, 0)
	s.SetCatalogSort(true)
	s.SetCreationDate(at)
	s.SetModificationDate(at)
	s.SetProducer("Passerelle", true)
	s.SetTitle(title, true)
	s.SetLang("fr-FR")
	s.SetDisplayMode("fullpage", "single")
	s.AddUTF8FontFromBytes(family, "", regularFont)
	s.AddUTF8FontFromBytes(family, "B", boldFont)
	s.SetLineCapStyle("butt")
	return s
}

func (s *sheet) write(to io.Writer) error {
	if err := s.Output(to); err != nil {
		return fmt.Errorf("printing: %w", err)
	}
	return nil
}

// weight is how heavy a line is set.
type weight string

const (
	plain weight = ""
	bold  weight = "B"
)

func (s *sheet) font(size float64, of weight) { s.SetFont(family, string(of), size) }

// text sets one line from the left.
func (s *sheet) text(x, y, size float64, of weight, line string) {
	s.font(size, of)
	s.Text(x, y, settable(line))
}

// right sets one line that ends at x.
func (s *sheet) right(x, y, size float64, of weight, line string) {
	s.font(size, of)
	line = settable(line)
	s.Text(x-s.GetStringWidth(line), y, line)
}

// paragraph sets a text in lines of at most width from the foot of its first
// line, and answers the foot of the line that would follow. Words are never cut.
func (s *sheet) paragraph(x, y, width, size float64, of weight, text string) float64 {
	for _, line := range s.lines(width, size, of, text) {
		s.Text(x, y, line)
		y += leading(size)
	}
	return y
}

// leading is the distance from one line to the next.
func leading(size float64) float64 { return size * 1.35 * point }

// lines parts a text at its ordinary spaces.
func (s *sheet) lines(width, size float64, of weight, text string) []string {
	s.font(size, of)
	var lines []string
	line := ""
	for word := range strings.FieldsFuncSeq(settable(text), func(r rune) bool { return r == ' ' || r == '\n' }) {
		longer := strings.TrimPrefix(line+" "+word, " ")
		if line != "" && s.GetStringWidth(longer) > width {
			lines, longer = append(lines, line), word
		}
		line = longer
	}
	return append(lines, line)
}

// fitted is the largest size, from most down to least, at which a line fits.
func (s *sheet) fitted(width, most, least float64, of weight, line string) float64 {
	for size := most; size > least; size-- {
		s.font(size, of)
		if s.GetStringWidth(settable(line)) <= width {
			return size
		}
	}
	return least
}

// rule draws a line across.
func (s *sheet) rule(x1, x2, y, width float64) {
	s.SetLineWidth(width)
	s.Line(x1, y, x2, y)
}

// dashed draws where to cut.
func (s *sheet) dashed(x1, x2, y float64) {
	s.SetDashPattern([]float64{2, 1.6}, 0)
	s.rule(x1, x2, y, 0.3)
	s.SetDashPattern(nil, 0)
}

// dashedDown draws where to cut, from top to foot.
func (s *sheet) dashedDown(x, y1, y2 float64) {
	s.SetDashPattern([]float64{2, 1.6}, 0)
	s.SetLineWidth(0.3)
	s.Line(x, y1, x, y2)
	s.SetDashPattern(nil, 0)
}

// lying begins a page on its long side.
func (s *sheet) lying() {
	s.AddPageFormat("P", fpdf.SizeType{Wd: pageHeight, Ht: pageWidth})
}

// code draws a code to scan, its quiet zone left blank inside the square of
// this side. All modules are one path: a reader never meets a seam.
func (s *sheet) code(x, y, side float64, text string) {
	drawn := encode(text)
	module := side / float64(drawn.Size+2*quietZone)
	_, height := s.GetPageSize()
	var path strings.Builder
	path.WriteString("0 g\n")
	for _, black := range runs(drawn) {
		left := x + float64(black.x+quietZone)*module
		foot := y + float64(black.y+quietZone+1)*module
		fmt.Fprintf(&path, "%.3f %.3f %.3f %.3f re\n", left/point, (height-foot)/point, float64(black.length)*module/point, module/point)
	}
	path.WriteString("f")
	s.RawWriteStr(path.String())
}

// drawn are the characters of the font that papers may need.
var drawn = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x20, 0x7e, 1},
		{0xa0, 0x103, 1},
		{0x106, 0x10e, 1},
		{0x110, 0x117, 1},
		{0x11a, 0x121, 1},
		{0x124, 0x125, 1},
		{0x128, 0x12d, 1},
		{0x130, 0x133, 1},
		{0x139, 0x13a, 1},
		{0x141, 0x144, 1},
		{0x147, 0x148, 1},
		{0x14a, 0x155, 1},
		{0x158, 0x164, 1},
		{0x168, 0x171, 1},
		{0x174, 0x17e, 1},
		{0x1ea0, 0x1ef9, 1},
		{0x2010, 0x2011, 1},
		{0x2013, 0x2015, 1},
		{0x2018, 0x201a, 1},
		{0x201c, 0x201e, 1},
		{0x2022, 0x2022, 1},
		{0x2026, 0x2026, 1},
		{0x2039, 0x203a, 1},
		{0x20ac, 0x20ac, 1},
		{0x2212, 0x2212, 1},
	},
	LatinOffset: 2,
}

var spaces = strings.NewReplacer("\u202f", nbsp, "\u2009", nbsp, "\t", " ")

// settable replaces what the font does not draw: a name keeps its letters
// without their marks, and anything else is shown as missing.
func settable(text string) string {
	text = norm.NFC.String(spaces.Replace(text))
	if strings.IndexFunc(text, missing) < 0 {
		return text
	}
	var set strings.Builder
	for _, r := range text {
		if !missing(r) {
			set.WriteRune(r)
			continue
		}
		base := strings.Map(func(part rune) rune {
			if missing(part) {
				return -1
			}
			return part
		}, norm.NFKD.String(string(r)))
		if base == "" && !unicode.Is(unicode.Mn, r) && r != '\n' {
			base = "?"
		}
		if r == '\n' {
			base = "\n"
		}
		set.WriteString(base)
	}
	return set.String()
}

func missing(r rune) bool { return !unicode.Is(drawn, r) }
