package printing

import (
	"io"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/money"
	"passerelle/internal/report"
)

// Certificate tells on paper what the ring-fenced cash covered at an instant.
type Certificate struct {
	Payer   string // the issuer's name
	At      time.Time
	Covered bool
	Lines   []CertificateLine
	Sample  bool // the invented programme
}

// CertificateLine is a sum; Whole ones are totals.
type CertificateLine struct {
	Label  string
	Amount money.Cents
	Whole  bool
}

// CertificateOf says what was found, in the order of who may claim it.
func CertificateOf(found report.Solvency, issuer Issuer) Certificate {
	claims := found.Due() + found.Available + found.Waiting
	return Certificate{
		Payer: issuer.Name, At: found.At, Covered: found.Covered, Sample: issuer.Sample,
		Lines: []CertificateLine{
			{"Chèques dans les mains des personnes", found.Live, false},
			{"Dû aux lieux, pas encore envoyé", found.Redeemed, false},
			{"Envoyé à la banque, pas encore débité", found.Sent, false},
			{"Disponible, toujours aux financeurs", found.Available, false},
			{"Arrivé sur le compte, à affecter", found.Waiting, false},
			{"Tout ce qui peut être réclamé", claims, true},
			{"Argent sur le compte dédié", found.Cash, true},
			{"Différence", found.Cash - claims, true},
		},
	}
}

// Title is the content in a sentence.
func (c Certificate) Title() string {
	if c.Covered {
		return "L’argent du compte couvre tout"
	}
	return "L’argent du compte ne couvre pas tout"
}

// When is the instant in words, in Paris.
func (c Certificate) When() string {
	return "Le " + civil.DateOf(c.At, civil.Paris).FrenchLong() + ", à " + civil.FrenchHour(c.At.In(civil.Paris)) + "."
}

// How tells where the figures come from.
func (c Certificate) How() string {
	text := "Ces sommes sont calculées sur le journal en partie double, écriture par écriture, jusqu’à cet instant. Chaque écriture vient d’un acte inscrit au registre scellé, que chacun peut vérifier."
	if c.Sample {
		text += " Programme d’exemple : tout est inventé."
	}
	return text
}

// WriteCertificate writes the PDF; at is the instant it is made.
func WriteCertificate(to io.Writer, at time.Time, c Certificate) error {
	s := newSheet("Attestation de couverture", at)
	s.AddPage()
	y := 24.0
	s.text(letterLeft, y, 11, plain, c.Payer)
	s.right(statementRight, y, 11, bold, "Attestation")
	y = s.paragraph(letterLeft, y+15, letterWidth, 22, bold, c.Title())
	y = s.paragraph(letterLeft, y+4, letterWidth, 13, plain, c.When()) + 6
	for _, line := range c.Lines {
		of := plain
		if line.Whole {
			of = bold
		}
		s.text(letterLeft, y, 12, of, line.Label)
		s.right(statementRight, y, 12, of, line.Amount.String())
		s.rule(letterLeft, statementRight, y+2.5, 0.1)
		y += 9
	}
	s.paragraph(letterLeft, y+6, letterWidth, 11, plain, c.How())
	return s.write(to)
}
