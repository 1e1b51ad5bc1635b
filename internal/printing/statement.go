package printing

import (
	"fmt"
	"io"
	"strings"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/money"
)

// Statement is what a site's monthly statement (relevé) says on paper.
type Statement struct {
	Reference string // "2026-10-0147"; empty while the month runs
	Month     civil.Month
	Site      string
	Address   []string // street, then postal code and commune
	Payer     string   // the issuer's name
	State     string   // "En paiement"
	Paid      bool     // the debit was seen
	Days      []Service
	Payers    []Share
	Count     int // coupons, negative lines taken off
	Amount    money.Cents
	Clock     []Moment // what has happened and what comes next, in order
	Account   string   // "FR76 ···· 0417"; empty when no details are held
	Label     string   // the transfer's text
	Leaf      string   // its closing's hash in the sealed record, in hexadecimal; empty while the month runs
	Sample    bool     // the invented programme
}

// Service is one line: a session's coupons on one day.
type Service struct {
	Day    civil.Date
	Title  string
	Path   string // of its page, for the HTML twin; may be empty
	Count  int
	Amount money.Cents
}

// Share is what one funder pays of it.
type Share struct {
	Funder string
	Amount money.Cents
}

// Moment is a date and what happens then. Next is the one that is awaited.
type Moment struct {
	On   civil.Date
	What string
	Next bool
}

// Title is the content in a sentence: "Octobre 2026 : 400 € vous sont dus".
func (s Statement) Title() string {
	month := s.Month.French()
	if month == "" {
		return "Relevé"
	}
	first := strings.ToUpper(month[:1])
	if strings.HasPrefix(month, "é") {
		first = "É"
		month = strings.TrimPrefix(month, "é")
	} else {
		month = month[1:]
	}
	return first + month + nbsp + ": " + s.Amount.Short() + s.verb()
}

func (s Statement) verb() string {
	one := s.Amount > -200 && s.Amount < 200
	switch {
	case s.Paid && one:
		return " vous a été payé"
	case s.Paid:
		return " vous ont été payés"
	case one:
		return " vous est dû"
	}
	return " vous sont dus"
}

// Part is a share in hundredths of the whole: "50 %", "33,3 %".
func (s Statement) Part(share Share) string {
	if s.Amount == 0 {
		return "–"
	}
	thousandths := (int64(share.Amount)*2000/int64(s.Amount) + 1) / 2
	if thousandths%10 == 0 {
		return fmt.Sprintf("%d"+nbsp+"%%", thousandths/10)
	}
	return fmt.Sprintf("%d,%d"+nbsp+"%%", thousandths/10, thousandths%10)
}

// WriteStatement writes the PDF of a statement; at is the instant it is made.
func WriteStatement(to io.Writer, at time.Time, statement Statement) error {
	s := newSheet("Relevé "+statement.Reference, at)
	page := &statementPage{sheet: s, Statement: statement}
	s.AliasNbPages("{pages}")
	page.begin()
	page.head()
	page.services()
	page.payers()
	page.clock()
	return s.write(to)
}

// statementPage is a statement under way: y is the foot of the next line.
type statementPage struct {
	*sheet
	Statement
	foot string // of the pages that are of no statement in particular
	y    float64
}

const (
	statementRight = pageWidth - letterLeft
	rowHeight      = 7.2
	lastRow        = 272.0
	tableSize      = 11.0
)

func (p *statementPage) begin() {
	p.AddPage()
	p.y = 24
	p.text(letterLeft, 287, 9, plain, p.running())
	// The alias is as wide as what replaces it is not: the foot is set from a
	// fixed left edge.
	p.text(statementRight-24, 287, 9, plain, fmt.Sprintf("Page %d sur {pages}", p.PageNo()))
}

func (p *statementPage) running() string {
	line := "Relevé " + p.Reference + ", " + p.Site
	if p.foot != "" {
		line = p.foot
	} else if p.Reference == "" {
		line = "Mois en cours, " + p.Site
	}
	if p.Sample {
		line += ". Programme d’exemple : tout est inventé."
	}
	return line
}

// room begins a new page when the next lines do not fit.
func (p *statementPage) room(height float64) bool {
	if p.y+height <= lastRow {
		return false
	}
	p.begin()
	return true
}

func (p *statementPage) head() {
	p.text(letterLeft, p.y, 11, plain, p.Payer)
	if p.Reference != "" {
		p.right(statementRight, p.y, 11, bold, "Relevé "+p.Reference)
	}
	p.y += 15
	p.y = p.paragraph(letterLeft, p.y, letterWidth, 22, bold, p.Title())
	p.SetLineWidth(1.2)
	p.Line(letterLeft, p.y-5, letterLeft+24, p.y-5)
	p.y += 4
	p.text(letterLeft, p.y, 12, bold, p.Site)
	p.right(statementRight, p.y, 12, bold, p.State)
	p.y += 6
	for _, line := range p.Address {
		p.text(letterLeft, p.y, 11, plain, line)
		p.y += 5.5
	}
	p.y += 7
}

func (p *statementPage) services() {
	p.text(letterLeft, p.y, 13, bold, "Les services du mois")
	p.y += 8
	p.row("Jour", "Séance", "Chèques", "Montant", bold)
	for _, service := range p.Days {
		if p.room(rowHeight) {
			p.row("Jour", "Séance", "Chèques", "Montant", bold)
		}
		p.row(service.Day.FrenchShort(), service.Title, count(service.Count), service.Amount.String(), plain)
	}
	p.room(rowHeight)
	p.row("Total", "", count(p.Count), p.Amount.String(), bold)
	p.y += 8
}

// row sets one line of four cells over a hairline.
func (p *statementPage) row(first, second, third, fourth string, of weight) {
	p.text(letterLeft, p.y, tableSize, of, first)
	title := p.lines(92, tableSize, of, second)
	p.text(letterLeft+28, p.y, tableSize, of, title[0])
	p.right(statementRight-32, p.y, tableSize, of, third)
	p.right(statementRight, p.y, tableSize, of, fourth)
	for _, more := range title[1:] {
		p.y += 5
		p.text(letterLeft+28, p.y, tableSize, of, more)
	}
	p.rule(letterLeft, statementRight, p.y+2.2, hairline(of))
	p.y += rowHeight
}

func hairline(of weight) float64 {
	if of == bold {
		return 0.4
	}
	return 0.12
}

func count(number int) string { return strings.ReplaceAll(fmt.Sprint(number), "-", "−") }

func (p *statementPage) payers() {
	if len(p.Payers) == 0 {
		return
	}
	p.room(16 + rowHeight*float64(len(p.Payers)+2))
	p.text(letterLeft, p.y, 13, bold, "Qui paie")
	p.y += 8
	p.payer("Financeur", "Part", "Montant", bold)
	for _, share := range p.Payers {
		p.payer(share.Funder, p.Part(share), share.Amount.String(), plain)
	}
	p.payer("Total", "", p.Amount.String(), bold)
	p.y += 8
}

func (p *statementPage) payer(name, part, amount string, of weight) {
	p.text(letterLeft, p.y, tableSize, of, p.lines(120, tableSize, of, name)[0])
	p.right(statementRight-32, p.y, tableSize, of, part)
	p.right(statementRight, p.y, tableSize, of, amount)
	p.rule(letterLeft, statementRight, p.y+2.2, hairline(of))
	p.y += rowHeight
}

func (p *statementPage) clock() {
	p.room(30 + 6*float64(len(p.Clock)))
	if len(p.Clock) > 0 {
		p.text(letterLeft, p.y, 13, bold, "Quand")
		p.y += 8
		for _, moment := range p.Clock {
			of := plain
			if moment.Next {
				of = bold
			}
			p.text(letterLeft, p.y, tableSize, of, moment.On.FrenchLong()+nbsp+": "+moment.What)
			p.y += 6
		}
		p.y += 6
	}
	if p.Account != "" {
		p.text(letterLeft, p.y, 13, bold, "Sur votre compte")
		p.y += 7
		p.text(letterLeft, p.y, tableSize, plain, p.Account)
		p.y += 6
	}
	if p.Label != "" {
		p.text(letterLeft, p.y, tableSize, plain, "Libellé du virement"+nbsp+": "+p.Label)
		p.y += 6
	}
	p.proof()
}

// proof says how the closing is found in the sealed record.
func (p *statementPage) proof() {
	if p.Leaf == "" {
		return
	}
	p.y += 4
	p.room(14)
	p.text(letterLeft, p.y, 9, plain, "Inscrit au registre scellé, où chacun peut le vérifier, sous l’empreinte"+nbsp+":")
	p.y += 4.5
	p.text(letterLeft, p.y, 9, plain, p.Leaf)
	p.y += 6
}
