package place

import (
	"strconv"
	"strings"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/geography"
)

// Half is a half of a day.
type Half string

// The halves: a place is open in one when it opens before noon, or closes after
// one o'clock.
const (
	Morning   Half = "morning"
	Afternoon Half = "afternoon"
)

const (
	noon      civil.TimeOfDay = 12 * 60
	oneOClock civil.TimeOfDay = 13 * 60
)

// Filter says which places are wanted; its zero value wants them all. Every
// field that is set narrows the answer.
type Filter struct {
	Near           *geography.Point // nearest first; else by name
	Radius         int              // metres in a straight line from Near; 0: no bound
	Commune        string           // code INSEE
	Territory      geography.Territory
	Organisation   db.ID  // that keeps it
	Service        string // codes of the vocabularies
	Public         string
	SpecialNeed    string
	AccessWay      string
	Support        string
	Fee            string
	Equipment      string
	Language       string     // as it is said in French, whatever its accents and capitals
	Accessible     bool       // a person who moves with difficulty is expected
	AidantsConnect bool       // someone acts there under a mandate
	Pass           civil.Date // the pass can be used on that day
	Labelled       civil.Date // holds the label on that day
	Unlabelled     civil.Date // does not hold it on that day
	EndingBy       civil.Date // held the label at some time, until that day or before
	Kept           bool       // an organisation keeps it
	OpenOn         civil.Date // opens at some time of that day, by its hours
	OpenHalf       Half       // and in that half of it
	OpenAt         time.Time  // is open at that instant, by its hours
	Text           string     // every word of it, in the name, the address or the summary
	After          string     // the cursor that the page before answered
	Limit          int        // 1 to MostFound; 0: DefaultFound
}

func (h Half) touches(span civil.Span) bool {
	switch h {
	case Morning:
		return span.From < noon
	case Afternoon:
		return span.To > oneOClock
	}
	return true
}

// narrow tells whether the filter keeps to few places that an index lists.
func (f Filter) narrow() bool {
	return f.Commune != "" || !f.Organisation.IsZero() || f.Territory.Kind >= geography.DepartementTerritory
}

// severity is about how many times fewer places the filter leaves.
func (f Filter) severity() int {
	times := 1
	for _, asked := range []bool{
		f.Service != "", f.Public != "", f.SpecialNeed != "", f.AccessWay != "", f.Support != "", f.Fee != "", f.Equipment != "", f.Language != "",
		f.Accessible, f.AidantsConnect, !f.Pass.IsZero(), !f.Labelled.IsZero(), f.Kept, !f.OpenOn.IsZero(), !f.OpenAt.IsZero(), f.Text != "",
	} {
		if asked {
			times *= 2
		}
	}
	return min(times, 64)
}

// conditions are the parts of a WHERE, with "?" for each argument in its order.
type conditions struct {
	parts []string
	args  []any
}

func (c *conditions) add(part string, args ...any) {
	for _, arg := range args {
		part = strings.Replace(part, "?", c.arg(arg), 1)
	}
	c.parts = append(c.parts, part)
}

// arg adds an argument and answers how the statement names it.
func (c *conditions) arg(value any) string {
	c.args = append(c.args, value)
	return "$" + strconv.Itoa(len(c.args))
}

func (c *conditions) text() string {
	if len(c.parts) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.parts, " AND ")
}

// where adds what the database can tell.
func (f Filter) where(where *conditions) {
	where.add("merged_into IS NULL AND closed_on IS NULL")
	if f.Commune != "" {
		where.add("commune = ?", f.Commune)
	}
	where.inTerritory(f.Territory, "")
	if !f.Organisation.IsZero() {
		where.add("organisation = ?", f.Organisation)
	}
	wanted, known := f.offers()
	if !known {
		where.add("1 = 0")
	}
	if wanted != 0 {
		bits := where.arg(wanted)
		where.add("(offers & " + bits + ") = " + bits)
	}
	if f.Language != "" {
		where.add("languages <> ''")
	}
	if openings := f.openings(); openings != 0 {
		where.add("(offers & ?) <> 0", openings)
	}
	if !f.Pass.IsZero() {
		where.add("((offers & ?) <> 0 AND labelled_from IS NULL OR labelled_from <= ? AND labelled_until >= ?)", offer(offerPass), f.Pass, f.Pass)
	}
	if !f.Labelled.IsZero() {
		where.add("labelled_from <= ? AND labelled_until >= ?", f.Labelled, f.Labelled)
	}
	if !f.Unlabelled.IsZero() {
		where.add("(labelled_until IS NULL OR labelled_from > ? OR labelled_until < ?)", f.Unlabelled, f.Unlabelled)
	}
	if !f.EndingBy.IsZero() {
		where.add("labelled_until <= ?", f.EndingBy)
	}
	if f.Kept {
		where.add("organisation IS NOT NULL")
	}
	for word := range strings.FieldsSeq(geography.Fold(f.Text)) {
		where.add("search LIKE ?", "%"+word+"%")
	}
}

// inTerritory adds that a place, whose columns bear a prefix, is in a territory;
// the zero Territory adds nothing.
func (c *conditions) inTerritory(territory geography.Territory, prefix string) {
	switch territory.Kind {
	case geography.DepartementTerritory:
		c.add(prefix+"departement = ?", territory.Code)
	case geography.CommuneTerritory:
		c.add(prefix+"commune = ?", territory.Code)
	case geography.RegionTerritory:
		var codes []any
		for _, departement := range geography.Departements() {
			if "R"+departement.Region == territory.Code {
				codes = append(codes, departement.Code)
			}
		}
		c.among(prefix+"departement", codes)
	case geography.EPCITerritory:
		var codes []any
		for _, commune := range territory.Communes() {
			codes = append(codes, commune.Code)
		}
		c.among(prefix+"commune", codes)
	}
}

func (c *conditions) among(column string, values []any) {
	if len(values) == 0 {
		c.add("1 = 0")
		return
	}
	c.add(column+" IN ("+strings.TrimSuffix(strings.Repeat("?, ", len(values)), ", ")+")", values...)
}
