package printing

import (
	"fmt"
	"slices"
	"strings"

	"passerelle/internal/civil"
	"passerelle/internal/money"
)

// Booklet is what the paper of one booklet (carnet) says: a small book of A5
// faces, made of A4 sheets folded in two. Its first face is the cover, its second
// tells how to use it and holds the person's code, then comes one coupon a face.
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
	return []string{"Choisissez 1 atelier avec le guichet.", "Venez à l’atelier avec ce carnet.", "Coupez 1 chèque sur les pointillés.", "Donnez ce chèque en arrivant."}
}

// Secret tells what the inner code is.
func (b Booklet) Secret() []string {
	return []string{"Ce code est à vous.", "Gardez ce code pour vous."}
}

// Question tells whom to ask, by telephone or at the desk.
func (b Booklet) Question() Part {
	asked := Part{"Une question, un carnet perdu\u202f?", []string{"Appelez ce numéro\u00a0:"}}
	if b.Telephone == "" {
		asked.Lines = []string{"Allez au guichet\u00a0: " + b.Desk + "."}
	}
	return asked
}

// Given tells who gave the booklet and who pays; and that it is invented, in the
// sample programme.
func (b Booklet) Given() []string {
	var lines []string
	if b.Desk != "" {
		lines = append(lines, "Guichet\u00a0: "+b.Desk+".")
	}
	if len(b.Payers) > 0 {
		lines = append(lines, "Payé avec\u00a0: "+b.PayersLine()+".")
	}
	if b.Sample {
		lines = append(lines, "Programme d’exemple\u00a0: ce carnet est inventé.")
	}
	return lines
}

// For tells to which subjects the coupons are kept; nothing when they serve for all.
func (b Booklet) For() []string {
	if len(b.Subjects) == 0 {
		return nil
	}
	return append([]string{"Ces chèques servent pour\u00a0:"}, b.Subjects...)
}

// Back tells what to write on the back of a coupon.
func (b Booklet) Back(c Coupon) Part {
	return Part{fmt.Sprintf("Votre atelier avec le chèque %d", c.Rank), []string{"Jour\u00a0:", "Heure\u00a0:", "Lieu\u00a0:"}}
}

// Faces is how many A5 faces the booklet has: four a sheet.
func (b Booklet) Faces() int { return (len(b.Coupons) + firstCoupon + 2) / 4 * 4 }

// Sheets is how many A4 sheets it takes, both sides printed.
func (b Booklet) Sheets() int { return b.Faces() / 4 }

// Lines is everything that the person reads, for the test of its words.
func (b Booklet) Lines() []string {
	lines := slices.Concat([]string{b.Title(), b.Until(), handedOver, numbered}, b.What(), b.How(), b.Secret(), b.Given(), b.For(), []string{howHeading, untilHeading, codeHeading, notesHeading})
	parts := []Part{b.Question()}
	for _, coupon := range b.Coupons {
		parts = append(parts, b.Back(coupon))
		lines = append(lines, b.Heading(coupon), b.Stub(coupon), couponPays, couponUsed, "Carnet "+b.Groups())
	}
	for _, part := range parts {
		lines = append(append(lines, part.Heading), part.Lines...)
	}
	return lines
}

// Stub is what the strip that stays in the booklet says of a coupon.
func (b Booklet) Stub(c Coupon) string { return fmt.Sprintf("Chèque %d, donné le\u00a0:", c.Rank) }

const (
	howHeading   = "Pour vous en servir"
	untilHeading = "Jusqu’à quand"
	codeHeading  = "Votre code"
	notesHeading = "Vos notes"
	handedOver   = "Remis le\u00a0:"
	numbered     = "Numéro du carnet"
	couponPays   = "Pour 1 atelier."
	couponUsed   = "Chèque déjà utilisé."
)

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

// inFull is a day with its name, "mardi 13 octobre 2026", parted only after the name.
func inFull(day civil.Date) string {
	return civil.FrenchWeekday(day.Weekday()) + " " + unbroken(day.FrenchLong())
}

func unbroken(text string) string { return strings.ReplaceAll(text, " ", nbsp) }

// telephone keeps a number on one line.
func telephone(number string) string { return unbroken(number) }
