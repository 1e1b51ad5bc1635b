package printing

import (
	"io"
	"strings"
	"time"

	"passerelle/internal/civil"
)

// Poster is the sheet that a labelled place puts on its door (affiche): what
// people find there, when it is open, that it takes the pass, until when it
// holds the label, and a code that leads to its page.
type Poster struct {
	Name      string
	Address   []string // street, then postal code and commune
	Helps     []string // what people learn or do there, in plain words
	Ways      []string // how one comes and what it costs, one sentence a line
	Hours     []Opening
	From      civil.Date
	Until     civil.Date // the label's last day
	Page      string     // the address of its page, which the code holds
	Telephone string     // may be empty
	Sample    bool       // the invented programme
}

// Opening is the hours of one or several days: "Lundi au vendredi", "9 heures à 12 heures".
type Opening struct{ Days, Hours string }

// Title tells what the place is for.
func (p Poster) Title() string { return "Ici, on vous aide avec internet" }

// What is what people find there, as a list.
func (p Poster) What() Part { return Part{"Venez pour", p.Helps} }

// When tells the hours, one line for the days that have the same.
func (p Poster) When() Part {
	part := Part{Heading: "Les jours d’ouverture"}
	for _, opening := range p.Hours {
		part.Lines = append(part.Lines, opening.Days+nbsp+": "+opening.Hours)
	}
	return part
}

// Seal tells that the place holds the label, and when.
func (p Poster) Seal() Part {
	return Part{"Lieu labellisé", []string{"du " + inFull(p.From), "au " + inFull(p.Until)}}
}

// Taken tells that coupons are: every labelled place takes them.
func (p Poster) Taken() Part { return Part{"Pass accepté", []string{"1 chèque", "paie 1 atelier."}} }

// Scan tells what the code is for.
func (p Poster) Scan() Part {
	return Part{"Les prochains ateliers", []string{"Visez ce dessin avec votre téléphone."}}
}

// Question tells whom to call.
func (p Poster) Question() Part {
	return Part{"Une question\u202f?", []string{"Appelez ce numéro\u00a0:"}}
}

// Host is the part of its page's address that one can type.
func (p Poster) Host() string {
	_, rest, _ := strings.Cut(p.Page, "://")
	host, _, _ := strings.Cut(rest, "/")
	return host
}

// Drawing is the code as an SVG path.
func (p Poster) Drawing() Drawing { return drawing(p.Page) }

// Lines is everything that people read, for the test of its words.
func (p Poster) Lines() []string {
	lines := append([]string{p.Title()}, p.Ways...)
	for _, part := range []Part{p.What(), p.When(), p.Seal(), p.Taken(), p.Scan(), p.Question()} {
		lines = append(append(lines, part.Heading), part.Lines...)
	}
	return lines
}

const (
	posterSide  = 62.0 // the column of the label and of the pass
	posterCode  = 48.0
	posterFoot  = 226.0 // where the code's part begins at the latest
	mostHelps   = 6
	posterWidth = letterWidth - posterSide - 10
)

// WritePoster writes the PDF of a poster; at is the instant it is made. It is
// one sheet: a place with much to say is set smaller, never under 14 points.
func WritePoster(to io.Writer, at time.Time, poster Poster) error {
	if len(poster.Helps) > mostHelps {
		poster.Helps = poster.Helps[:mostHelps]
	}
	var s *sheet
	for _, size := range []float64{22, 20, 18, 16, 14} {
		s = newSheet("Affiche de "+poster.Name, at)
		if s.poster(poster, size) <= posterFoot {
			break
		}
	}
	return s.write(to)
}

// poster draws the sheet in a type of this size, and answers where its upper
// part ends.
func (s *sheet) poster(p Poster, bodySize float64) float64 {
	s.AddPage()
	title := s.fitted(letterWidth, 40, 24, bold, p.Title())
	s.text(letterLeft, 36, title, bold, p.Title())
	s.rule(letterLeft, letterLeft+34, 43, 2.4)
	y := s.paragraph(letterLeft, 58, letterWidth, s.fitted(letterWidth, 26, 20, bold, p.Name), bold, p.Name)
	for _, line := range p.Address {
		y = s.paragraph(letterLeft, y, letterWidth, 16, plain, line)
	}
	y += 8

	if len(p.Helps)+len(p.Ways) == 0 {
		s.boxed(letterLeft, y-7, p.Seal())
		y = s.boxed(letterLeft+posterSide+8, y-7, p.Taken()) + 14
	} else {
		y = s.reasons(y, bodySize, p)
	}
	if len(p.Hours) > 0 {
		y = s.opening(y, bodySize, p)
	}
	s.scan(p)
	return y
}

// reasons sets what to come for, with the label and the pass at its side.
func (s *sheet) reasons(y, bodySize float64, p Poster) float64 {
	right := letterLeft + letterWidth - posterSide
	side := s.boxed(right, y-7, p.Seal())
	side = s.boxed(right, side+5, p.Taken())
	if len(p.Helps) > 0 {
		y = s.part(letterLeft, y, posterWidth, p.What(), bodySize, "•", false) + 2
	}
	for _, line := range p.Ways {
		y = s.paragraph(letterLeft, y, posterWidth, bodySize, plain, line)
	}
	return max(y, side+8) + 4
}

// boxed draws a part in its frame, and answers the frame's foot.
func (s *sheet) boxed(x, y float64, part Part) float64 {
	const inner = 5.0
	foot := s.paragraph(x+inner, y+9, posterSide-2*inner, s.fitted(posterSide-2*inner, 20, 14, bold, part.Heading), bold, part.Heading)
	for _, line := range part.Lines {
		foot = s.paragraph(x+inner, foot, posterSide-2*inner, 14, plain, line)
	}
	height := foot - leading(14) + 5 - y
	s.SetLineWidth(0.9)
	s.RoundedRect(x, y, posterSide, height, 4, "1234", "D")
	return y + height
}

// opening sets the days and their hours; more than four lines go in two columns.
func (s *sheet) opening(y, bodySize float64, p Poster) float64 {
	y = s.paragraph(letterLeft, y, letterWidth, headSize, bold, p.When().Heading) + 0.5
	const most = 4
	rows, width := len(p.Hours), letterWidth
	if rows > most {
		rows, width = (rows+1)/2, half
	}
	days := 0.0
	for _, opening := range p.Hours {
		s.font(bodySize, bold)
		days = max(days, s.GetStringWidth(opening.Days)+5)
	}
	foot, lowest := y, y
	for i, opening := range p.Hours {
		x := letterLeft + float64(i/rows)*(half+10)
		line := y
		if i%rows > 0 {
			line = foot
		}
		s.text(x, line, bodySize, bold, opening.Days)
		foot = s.paragraph(x+days, line, width-days, bodySize, plain, opening.Hours)
		lowest = max(lowest, foot)
	}
	return lowest
}

// scan draws the code at the foot of the sheet, and whom to call beside it.
func (s *sheet) scan(p Poster) {
	const top = 231.0
	s.rule(letterLeft, letterLeft+letterWidth, top-3, 0.4)
	s.code(letterLeft-4, top, posterCode, p.Page)
	x := letterLeft + posterCode + 6
	width := letterLeft + letterWidth - x
	y := s.part(x, top+9, width, p.Scan(), 14, "", false)
	s.paragraph(x, y, width, 14, plain, p.Host())
	if p.Telephone != "" {
		asked := p.Question()
		s.text(x, top+34, 14, plain, asked.Heading+" "+asked.Lines[0])
		s.text(x, top+44, 24, bold, telephone(p.Telephone))
	}
	if p.Sample {
		s.right(letterLeft+letterWidth, 288, 14, plain, "Programme d’exemple\u00a0: tout est inventé.")
	}
}
