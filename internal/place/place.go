package place

import (
	"slices"
	"strings"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
)

// Place is one place of the directory. Its fields are the columns of the
// national schema of places v1.0.2 (their French name is told where it
// differs), after what Passerelle adds.
type Place struct {
	ID           db.ID
	Organisation db.ID  // who keeps it; zero when nobody claimed it
	Source       string // whose file: with SourceID, the place's identity
	SourceID     string // id
	Departement  string // "23", of the commune
	Approximate  bool   // the coordinates are those of the commune's centre
	Wheelchair   bool   // one can come in with a wheelchair
	PassAccepted bool   // says that it takes the pass: see TakesPass
	Languages    []string
	Invented     bool // of the sample programme, not of a public file
	// The label's period, both days in it; zero when it never held it. Written by
	// package label.
	LabelledFrom, LabelledUntil civil.Date
	Equipment                   []string   // what people can use there: codes of Equipments
	Prices                      string     // in words, beside Fees
	ConfirmedOn                 civil.Date // whoever keeps it said on that day that its hours hold
	MergedInto                  db.ID      // the place that stands for this one; zero for itself
	// What the nightly look found, written through SetFreshness.
	FreshOn   civil.Date // the last sign of life; zero when none is known
	FreshSign string     // what it was: a code of Signs
	Stale     bool       // it is too old to be believed: the place sinks in lists
	ClosedOn  civil.Date // it closed for good, or somebody says so who answers for it

	Pivot               string // SIRET, RNA or RIDET
	Name                string // nom
	CommuneName         string // commune
	PostalCode          string
	Commune             string // code_insee
	Address             string
	AddressComplement   string
	Latitude, Longitude float64 // degrees, WGS 84
	Typology            []string
	Telephone           string // "+33544000000"
	Emails, Websites    []string
	Hours               string // OpenStreetMap's opening_hours, or words that are not
	Summary             string // presentation_resume
	Description         string // presentation_detail
	Collector           string // source: who collected it
	Itinerance          []string
	Parent              string // structure_parente
	UpdatedOn           civil.Date
	Services            []string // codes of the vocabularies of this package, from here
	Publics             []string
	SpecialNeeds        []string
	Fees                []string
	Programmes          []string
	Trainings           []string // formations_labels
	OtherTrainings      string   // autres_formations_labels
	AccessWays          []string // modalites_acces
	Supports            []string // modalites_accompagnement
	AccessibilityURL    string   // fiche_acces_libre
	BookingURL          string   // prise_rdv
}

// The refusals of this package.
var (
	ErrUnknownPlace = fault.Define(fault.NotFound, "unknown_place", "Ce lieu n’est pas dans l’annuaire. Repartez de la liste des lieux.")
	ErrClaimed      = fault.Define(fault.Conflict, "place_claimed", "Ce lieu est déjà tenu par une organisation. Demandez-lui de le modifier.")
)

// AidantsConnect tells whether someone there can act for a person under a mandate.
func (p Place) AidantsConnect() bool {
	return slices.Contains(p.Programmes, ProgrammeAidantsConnect)
}

// Accessible tells whether a person who moves with difficulty is expected there.
func (p Place) Accessible() bool {
	return p.Wheelchair || slices.Contains(p.SpecialNeeds, SpecialNeedMotor)
}

// LabelledOn tells whether the place holds the label on a day.
func (p Place) LabelledOn(day civil.Date) bool {
	return !p.LabelledFrom.IsZero() && !day.Before(p.LabelledFrom) && !day.After(p.LabelledUntil)
}

// TakesPass tells whether the pass can be used there on a day. Coupons are
// refused where there is no label: what a place says of itself counts only as
// long as nobody ever decided on its label here.
func (p Place) TakesPass(day civil.Date) bool {
	return p.LabelledOn(day) || p.PassAccepted && p.LabelledFrom.IsZero()
}

// Zone is the place's own time zone.
func (p Place) Zone() *time.Location { return civil.ZoneOf(p.Commune) }

// OpeningHours are the hours when they can be read. Fault: bad_hours, for a
// place without hours or with hours in words.
func (p Place) OpeningHours() (civil.Hours, error) { return civil.ParseHours(p.Hours) }

// MetresFrom is the straight line to a point.
func (p Place) MetresFrom(point geography.Point) int {
	return geography.Distance(point.Latitude, point.Longitude, p.Latitude, p.Longitude)
}

// Point is where the place is.
func (p Place) Point() geography.Point {
	return geography.Point{Latitude: p.Latitude, Longitude: p.Longitude}
}

// AddressLine is the whole address on one line: "12 rue de l'Exemple, 23000 Guéret".
func (p Place) AddressLine() string {
	town := strings.TrimSpace(p.PostalCode + " " + p.CommuneName)
	if p.Address == "" {
		return town
	}
	return p.Address + ", " + town
}

// TelephoneText is the number as people dial it at home: "05 44 00 00 00", with
// non-breaking spaces; a number with another country's code keeps it.
func (p Place) TelephoneText() string {
	number := p.Telephone
	for _, code := range []string{"+33", "+590", "+594", "+596", "+262"} {
		if rest, own := strings.CutPrefix(number, code); own {
			number = "0" + rest
			break
		}
	}
	if len(number) != 10 || number[0] != '0' {
		return p.Telephone
	}
	var pairs []string
	for pair := range slices.Chunk([]byte(number), 2) {
		pairs = append(pairs, string(pair))
	}
	return strings.Join(pairs, "\u00a0")
}

// normalise writes the place as the database gives it back.
func (p *Place) normalise() {
	for _, list := range []*[]string{
		&p.Languages, &p.Typology, &p.Emails, &p.Websites, &p.Itinerance, &p.Services, &p.Publics, &p.SpecialNeeds,
		&p.Fees, &p.Programmes, &p.Trainings, &p.AccessWays, &p.Supports, &p.Equipment,
	} {
		*list = split(join(*list))
	}
}

// join writes a list as the database keeps it: "|a|b|", empty for none.
func join(words []string) string {
	var kept []string
	for _, word := range words {
		word = strings.TrimSpace(strings.ReplaceAll(word, "|", " "))
		if word != "" && !slices.Contains(kept, word) {
			kept = append(kept, word)
		}
	}
	if len(kept) == 0 {
		return ""
	}
	return "|" + strings.Join(kept, "|") + "|"
}

func split(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.Trim(text, "|"), "|")
}

// What an index keeps of a place's words: an entry of PostgreSQL's holds 2,704
// bytes at most, and a stranger's summary may be longer.
const (
	sortedBytes   = 400
	searchedBytes = 1800
)

// sortName is the order of lists.
func (p Place) sortName() string { return cutAt(p.folded(), sortedBytes) }

// cutAt is the beginning of a text, in whole letters.
func cutAt(text string, bytes int) string {
	return strings.ToValidUTF8(text[:min(bytes, len(text))], "")
}

// folded is what a search looks into, the name first.
func (p Place) folded() string {
	return cutAt(geography.Fold(p.Name+" "+p.CommuneName+" "+p.PostalCode+" "+p.Address+" "+p.Summary), searchedBytes)
}
