package printing

import (
	"context"
	"fmt"
	"io"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/money"
	"passerelle/internal/settlement"
)

// Together is a month of an organisation's places on paper: a first page with a
// sub-total per place and the total, then the statement of each.
type Together struct {
	Organisation string
	Month        civil.Month
	Payer        string
	Places       []Statement
	Payers       []Share
	Count        int
	Amount       money.Cents
	Sample       bool
}

// TogetherOf fills in the paper of a body's month. Faults: those of StatementOf.
func TogetherOf(ctx context.Context, q db.Q, made settlement.Together, issuer Issuer) (Together, error) {
	paper := Together{
		Organisation: made.Organisation.Name, Month: made.Month, Payer: issuer.Name, Count: made.Coupons, Amount: made.Amount, Sample: issuer.Sample,
	}
	for _, part := range made.Places {
		statement, err := StatementOf(ctx, q, part.ID, issuer)
		if err != nil {
			return Together{}, err
		}
		paper.Places = append(paper.Places, statement)
	}
	for _, share := range made.Shares {
		paper.Payers = append(paper.Payers, Share{Funder: share.Name, Amount: share.Amount})
	}
	return paper, nil
}

// WriteTogether writes the PDF of a body's month; at is the instant it is made.
func WriteTogether(to io.Writer, at time.Time, paper Together) error {
	title := "Relevés de " + paper.Month.French()
	s := newSheet(title, at)
	s.AliasNbPages("{pages}")
	// The whole is a statement of no place in particular.
	whole := Statement{Site: paper.Organisation, Month: paper.Month, Payer: paper.Payer, Payers: paper.Payers, Count: paper.Count, Amount: paper.Amount, Sample: paper.Sample}
	page := &statementPage{sheet: s, Statement: whole, foot: title + ", " + paper.Organisation}
	page.begin()
	page.head()
	page.places(paper.Places)
	page.payers()
	for _, statement := range paper.Places {
		part := &statementPage{sheet: s, Statement: statement}
		part.begin()
		part.head()
		part.services()
		part.payers()
		part.clock()
	}
	return s.write(to)
}

func (p *statementPage) places(parts []Statement) {
	p.text(letterLeft, p.y, 13, bold, fmt.Sprintf("Par lieu (%d)", len(parts)))
	p.y += 8
	p.place("Lieu", "Relevé", "Chèques", "Montant", bold)
	for _, part := range parts {
		if p.room(rowHeight) {
			p.place("Lieu", "Relevé", "Chèques", "Montant", bold)
		}
		p.place(part.Site, part.Reference, count(part.Count), part.Amount.String(), plain)
	}
	p.room(rowHeight)
	p.place("Total", "", count(p.Count), p.Amount.String(), bold)
	p.y += 8
}

// place sets one line: a place, its reference, its sub-total.
func (p *statementPage) place(name, reference, coupons, amount string, of weight) {
	p.text(letterLeft, p.y, tableSize, of, p.lines(82, tableSize, of, name)[0])
	p.text(letterLeft+86, p.y, tableSize, of, reference)
	p.right(statementRight-32, p.y, tableSize, of, coupons)
	p.right(statementRight, p.y, tableSize, of, amount)
	p.rule(letterLeft, statementRight, p.y+2.2, hairline(of))
	p.y += rowHeight
}
