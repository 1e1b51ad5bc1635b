package printing

import (
	"fmt"
	"io"
	"strings"
	"time"

	"passerelle/internal/civil"
)

// Letter is the appointment page (page de rendez-vous): one sheet, in simple
// words, with the day and one coupon in its top third.
type Letter struct {
	Name      string    // first name or nickname; may be empty
	Starts    time.Time // in the site's own zone, as Ends
	Ends      time.Time
	Workshop  string   // its title
	Site      string   // its name
	Address   []string // street, then postal code and commune
	Host      string   // who welcomes; may be empty
	Free      bool     // the workshop takes no coupon
	Coupon    string   // the 16 digits of the coupon to give; empty leaves the code out
	Bring     []string // beside this page
	Ways      []string // how to come, one sentence a line
	Map       *Map     // nil when person and site are in the same commune
	Telephone string   // whom to call
	Contact   string   // their first name or the counter; may be empty
	Reference string   // "G 4728": finds the page again by telephone
	Sample    bool     // the invented programme
	Large     bool     // the person asked for large print
}

// Part is one subject of the page: its heading and its lines, one idea each.
type Part struct {
	Heading string
	Lines   []string
}

// Title greets and tells the content.
func (l Letter) Title() string {
	if l.Name == "" {
		return "Bonjour, voici votre atelier"
	}
	return "Bonjour " + l.Name + ", voici votre atelier"
}

// Day is the day and the hour in three lines: "mardi", "8 décembre 2026", "à
// 14 heures".
func (l Letter) Day() []string {
	day := civil.DateOf(l.Starts, l.Starts.Location())
	return []string{civil.FrenchWeekday(day.Weekday()), unbroken(day.FrenchLong()), "à" + nbsp + civil.FrenchHourLong(l.Starts)}
}

// Kept is what the person needs to know of the workshop.
func (l Letter) Kept() []string {
	return []string{"Votre place est gardée.", "L’atelier dure " + lasting(l.Ends.Sub(l.Starts)) + ".", "Le nom de l’atelier\u00a0:", l.Workshop}
}

// Where tells where to come.
func (l Letter) Where() Part {
	lines := append([]string{l.Site}, l.Address...)
	if l.Host != "" {
		lines = append(lines, l.Host+" vous accueille.")
	}
	return Part{"Où venir", lines}
}

// What tells what to bring, as a list.
func (l Letter) What() Part { return Part{"Quoi apporter", append([]string{"cette page"}, l.Bring...)} }

// Price tells what the workshop costs.
func (l Letter) Price() []string {
	switch {
	case l.Free:
		return []string{"L’atelier est gratuit."}
	case l.Coupon == "":
		return []string{"L’atelier coûte 1 chèque.", "Apportez votre carnet."}
	}
	return []string{"L’atelier coûte 1 chèque.", "Le chèque est sur cette page."}
}

// How tells how to come.
func (l Letter) How() Part { return Part{"Comment venir", l.Ways} }

// Question tells whom to call.
func (l Letter) Question() Part {
	if l.Contact == "" {
		return Part{"Une question\u202f?", []string{"Appelez ce numéro\u00a0:"}}
	}
	return Part{"Une question\u202f?", []string{"Appelez " + l.Contact + "\u00a0:"}}
}

// CouponDrawing is the coupon's code as an SVG path.
func (l Letter) CouponDrawing() Drawing { return drawing(CouponText(l.Coupon)) }

// CouponGroups is the coupon's number in four groups of four.
func (l Letter) CouponGroups() string { return Grouped(l.Coupon) }

// Lines is everything that the person reads, for the test of its words.
func (l Letter) Lines() []string {
	lines := []string{l.Title(), strings.Join(l.Day(), " ")}
	lines = append(lines, l.Kept()...)
	lines = append(lines, l.Price()...)
	for _, part := range []Part{l.Where(), l.What(), l.How(), l.Question()} {
		lines = append(append(lines, part.Heading), part.Lines...)
	}
	if l.Map != nil {
		lines = append(lines, mapKey...)
	}
	return append(lines, couponCaption...)
}

// MapKey tells what the two marks of the map are.
func (l Letter) MapKey() []string { return mapKey }

var mapKey = []string{"Le rond\u00a0: votre commune.", "Le carré\u00a0: l’atelier."}

var couponCaption = []string{"Ce dessin", "est 1 chèque."}

// lasting is a duration in whole words: "2 heures", "1 heure 30", "45 minutes".
func lasting(duration time.Duration) string {
	hours, minutes := int(duration.Hours()), int(duration.Minutes())%60
	words := fmt.Sprintf("%d"+nbsp+"heures", hours)
	switch {
	case hours == 0:
		return fmt.Sprintf("%d"+nbsp+"minutes", minutes)
	case hours == 1:
		words = "1" + nbsp + "heure"
	}
	if minutes > 0 {
		words += fmt.Sprintf(nbsp+"%d", minutes)
	}
	return words
}

const (
	letterLeft  = 18.0
	letterWidth = pageWidth - 2*letterLeft
	half        = (letterWidth - 10) / 2
	headSize    = 18.0
	lowest      = 276.0 // nothing but the page's number stands below
)

// WriteLetter writes the PDF of an appointment page; at is the instant it is
// made. It is always one sheet, in 16 points, or 22 for whom asked for large
// print: what does not fit leaves out the map first, then sets the type smaller,
// in 14 points at least.
func WriteLetter(to io.Writer, at time.Time, letter Letter) error {
	title := "Votre atelier, " + strings.Join(letter.Day(), " ")
	unmapped := letter
	unmapped.Map = nil
	var s *sheet
	for _, size := range bodySizes(letter.Large) {
		for _, one := range []Letter{letter, unmapped} {
			s = newSheet(title, at)
			if s.letter(one, size) <= lowest {
				return s.write(to)
			}
		}
	}
	return s.write(to)
}

// letter draws the page in a type of this size, and answers where it ends.
func (s *sheet) letter(l Letter, bodySize float64) float64 {
	s.AddPage()
	size := s.fitted(letterWidth, 24, headSize, bold, l.Title())
	y := s.paragraph(letterLeft, 27, letterWidth, size, bold, l.Title()) - leading(size) + 6
	foot := s.ticket(l, y, bodySize)
	right := letterLeft + half + 10

	left := s.part(letterLeft, foot, half, l.Where(), bodySize, "", true)
	bring := s.part(right, foot, half, l.What(), bodySize, "•", false)
	for _, line := range l.Price() {
		bring = s.paragraph(right, bring, half, bodySize, plain, line)
	}
	y = max(left, bring) + 5
	if len(l.Ways) > 0 || l.Map != nil {
		width := letterWidth
		if l.Map != nil {
			width = half
			s.drawMap(*l.Map, right, y-5, half)
		}
		ways := s.part(letterLeft, y, width, l.How(), bodySize, "", false)
		if l.Map != nil {
			key := y + half*l.Map.Height/l.Map.Width + 1
			for _, line := range mapKey {
				s.text(right, key, 14, plain, line)
				key += leading(14)
			}
			ways = max(ways, key)
		}
		y = ways + 5
	}
	question := s.part(letterLeft, y, half, l.Question(), bodySize, "", false)
	s.text(letterLeft, question+2, 22, bold, telephone(l.Telephone))
	number := s.paragraph(right, y, half, headSize, bold, "Numéro de la page")
	s.text(right, number+2, 22, bold, unbroken(l.Reference))
	s.text(letterLeft, 286, 14, plain, "Page 1 sur 1")
	if l.Sample {
		s.right(letterLeft+letterWidth, 286, 14, plain, "Programme d’exemple\u00a0: tout est inventé.")
	}
	return max(question, number) + 2
}

// ticket draws the day in its box and the coupon beside it, and answers where
// the next part begins.
func (s *sheet) ticket(l Letter, y, bodySize float64) float64 {
	const code = 44.0
	boxed := letterWidth
	if l.Coupon != "" {
		boxed -= code + 8
	}
	s.SetLineWidth(0.9)
	s.RoundedRect(letterLeft, y, boxed, 44, 4, "1234", "D")
	foot := y + 13
	for _, line := range l.Day() {
		size := s.fitted(boxed-14, 28, bodySize, bold, line)
		s.text(letterLeft+7, foot, size, bold, line)
		foot += 13
	}
	foot = y + 53
	kept := l.Kept()
	for i, line := range kept {
		of := plain
		if i == len(kept)-1 {
			of = bold
		}
		foot = s.paragraph(letterLeft, foot, boxed, bodySize, of, line)
	}
	if l.Coupon == "" {
		return foot + 5
	}
	x := letterLeft + boxed + 8
	s.code(x, y, code, CouponText(l.Coupon))
	caption := y + code + 5
	for _, line := range couponCaption {
		s.text(x+4, caption, bodySize, plain, line)
		caption += leading(bodySize)
	}
	number := groups(l.Coupon)
	s.text(x+4, caption+1, 14, bold, strings.Join(number[:2], nbsp))
	s.text(x+4, caption+7, 14, bold, strings.Join(number[2:], nbsp))
	return max(foot, caption+7+leading(bodySize)) + 5
}

// part sets a heading and its lines, each behind the mark when there is one;
// strong sets the first line in bold.
func (s *sheet) part(x, y, width float64, part Part, bodySize float64, mark string, strong bool) float64 {
	y = s.paragraph(x, y, width, headSize, bold, part.Heading) + 0.5
	for i, line := range part.Lines {
		indent := 0.0
		if mark != "" {
			s.text(x+1, y, bodySize, plain, mark)
			indent = 6
		}
		of := plain
		if strong && i == 0 {
			of = bold
		}
		y = s.paragraph(x+indent, y, width-indent, bodySize, of, line)
	}
	return y
}
