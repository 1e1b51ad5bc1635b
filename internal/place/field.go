package place

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/geography"
)

// Field is one thing that a source says of a place: a column of the national
// schema, or a few that only make sense together. A place takes each field from
// one source, whole.
type Field struct {
	Code  string // "telephone", as the API names it
	Label string // in French; empty for what is not told

	said func(p *Place) any // its value as JSON; nil when it is empty
	read func(p *Place, value []byte) error
	take func(to, from *Place)
	text func(p *Place) string // as a person reads it, empty for nothing
}

// The fields of which the fold has to know more.
const (
	fieldAddress  = "address"
	fieldPosition = "position"
	fieldInvented = "invented"
)

// Fields are the fields of a place, in the order in which they are told. The
// text in the database is in their order, and never read by a field's rank.
var Fields = []Field{
	textField("name", "Nom", func(p *Place) *string { return &p.Name }),
	{
		fieldAddress, "Adresse",
		func(p *Place) any {
			if p.Commune == "" {
				return nil
			}
			return p.spot()
		},
		func(p *Place, value []byte) error {
			var read spotSaid
			err := json.Unmarshal(value, &read)
			p.settleAt(read)
			return err
		},
		func(to, from *Place) { to.settleAt(from.spot()) },
		func(p *Place) string {
			return strings.Join(slices.DeleteFunc([]string{p.AddressComplement, p.AddressLine()}, func(s string) bool { return s == "" }), ", ")
		},
	},
	{
		fieldPosition, "Position",
		(*Place).pointSaid,
		func(p *Place, value []byte) error {
			var read []float64
			err := json.Unmarshal(value, &read)
			if len(read) >= 2 {
				p.Latitude, p.Longitude, p.Approximate = read[0], read[1], len(read) > 2
			}
			return err
		},
		func(to, from *Place) {
			to.Latitude, to.Longitude, to.Approximate = from.Latitude, from.Longitude, from.Approximate
		},
		func(p *Place) string {
			if p.Approximate {
				return "le centre de la commune"
			}
			return degreesText(p.Latitude) + " ; " + degreesText(p.Longitude)
		},
	},
	textField("pivot", "SIRET", func(p *Place) *string { return &p.Pivot }),
	wordsField("typology", "Typologie", nil, func(p *Place) *[]string { return &p.Typology }),
	{
		"telephone", "Téléphone",
		func(p *Place) any { return filled(p.Telephone) },
		func(p *Place, value []byte) error { return json.Unmarshal(value, &p.Telephone) },
		func(to, from *Place) { to.Telephone = from.Telephone },
		func(p *Place) string { return p.TelephoneText() },
	},
	wordsField("emails", "Courriels", nil, func(p *Place) *[]string { return &p.Emails }),
	wordsField("websites", "Sites", nil, func(p *Place) *[]string { return &p.Websites }),
	{
		"hours", "Horaires",
		func(p *Place) any { return filled(p.Hours) },
		func(p *Place, value []byte) error { return json.Unmarshal(value, &p.Hours) },
		func(to, from *Place) { to.Hours = from.Hours },
		hoursText,
	},
	textField("summary", "Présentation", func(p *Place) *string { return &p.Summary }),
	textField("description", "Présentation détaillée", func(p *Place) *string { return &p.Description }),
	textField("collector", "Collecté par", func(p *Place) *string { return &p.Collector }),
	textField("parent", "Structure parente", func(p *Place) *string { return &p.Parent }),
	wordsField("itinerance", "Itinérance", Itinerances, func(p *Place) *[]string { return &p.Itinerance }),
	wordsField("services", "Services", Services, func(p *Place) *[]string { return &p.Services }),
	wordsField("publics", "Publics", Publics, func(p *Place) *[]string { return &p.Publics }),
	wordsField("special_needs", "Prises en charge", SpecialNeeds, func(p *Place) *[]string { return &p.SpecialNeeds }),
	wordsField("fees", "Frais", Fees, func(p *Place) *[]string { return &p.Fees }),
	textField("prices", "Tarifs", func(p *Place) *string { return &p.Prices }),
	wordsField("programmes", "Dispositifs nationaux", Programmes, func(p *Place) *[]string { return &p.Programmes }),
	wordsField("trainings", "Formations et labels", Trainings, func(p *Place) *[]string { return &p.Trainings }),
	textField("other_trainings", "Autres formations et labels", func(p *Place) *string { return &p.OtherTrainings }),
	wordsField("access_ways", "Modalités d’accès", AccessWays, func(p *Place) *[]string { return &p.AccessWays }),
	wordsField("supports", "Modalités d’accompagnement", Supports, func(p *Place) *[]string { return &p.Supports }),
	wordsField("equipment", "Équipement", Equipments, func(p *Place) *[]string { return &p.Equipment }),
	wordsField("languages", "Langues", nil, func(p *Place) *[]string { return &p.Languages }),
	textField("accessibility_url", "Fiche d’accessibilité", func(p *Place) *string { return &p.AccessibilityURL }),
	textField("booking_url", "Prise de rendez-vous", func(p *Place) *string { return &p.BookingURL }),
	yesField("wheelchair", "Accessible en fauteuil", func(p *Place) *bool { return &p.Wheelchair }),
	yesField("pass_accepted", "Accepte le pass", func(p *Place) *bool { return &p.PassAccepted }),
	yesField(fieldInvented, "", func(p *Place) *bool { return &p.Invented }),
}

// spotSaid is an address as a source says it: its parts never come from two.
type spotSaid struct {
	Commune    string `json:"commune"`
	Name       string `json:"name"`
	PostalCode string `json:"postal_code"`
	Street     string `json:"street,omitempty"`
	Complement string `json:"complement,omitempty"`
}

func (p *Place) spot() spotSaid {
	return spotSaid{p.Commune, p.CommuneName, p.PostalCode, p.Address, p.AddressComplement}
}

func (p *Place) settleAt(spot spotSaid) {
	p.Commune, p.CommuneName, p.PostalCode, p.Address, p.AddressComplement = spot.Commune, spot.Name, spot.PostalCode, spot.Street, spot.Complement
}

// pointSaid is the point, with a third number when it is approximate; nothing
// where it is only the commune's centre, which no source has to say.
func (p *Place) pointSaid() any {
	if p.Latitude == 0 && p.Longitude == 0 {
		return nil
	}
	if !p.Approximate {
		return []float64{p.Latitude, p.Longitude}
	}
	commune, err := geography.CommuneByCode(p.Commune)
	if err == nil && p.Point() == (geography.Point{Latitude: commune.Latitude, Longitude: commune.Longitude}) {
		return nil
	}
	return []float64{p.Latitude, p.Longitude, 1}
}

func filled(value string) any {
	if value == "" {
		return nil
	}
	return value
}

func textField(code, label string, at func(p *Place) *string) Field {
	return Field{
		code, label,
		func(p *Place) any { return filled(*at(p)) },
		func(p *Place, value []byte) error { return json.Unmarshal(value, at(p)) },
		func(to, from *Place) { *at(to) = *at(from) },
		func(p *Place) string { return *at(p) },
	}
}

func wordsField(code, label string, terms Vocabulary, at func(p *Place) *[]string) Field {
	return Field{
		code, label,
		func(p *Place) any {
			if len(*at(p)) == 0 {
				return nil
			}
			return *at(p)
		},
		func(p *Place, value []byte) error { return json.Unmarshal(value, at(p)) },
		func(to, from *Place) { *at(to) = *at(from) },
		func(p *Place) string { return strings.Join(terms.Labels(*at(p)), ", ") },
	}
}

func yesField(code, label string, at func(p *Place) *bool) Field {
	return Field{
		code, label,
		func(p *Place) any {
			if !*at(p) {
				return nil
			}
			return true
		},
		func(p *Place, value []byte) error { return json.Unmarshal(value, at(p)) },
		func(to, from *Place) { *at(to) = *at(from) },
		func(p *Place) string {
			if *at(p) {
				return "oui"
			}
			return "non"
		},
	}
}

// Text is the field's value as a person reads it; empty for nothing.
func (f Field) Text(p Place) string { return f.text(&p) }

// Same tells whether two places have the same value.
func (f Field) Same(a, b Place) bool {
	one, err1 := json.Marshal(f.said(&a))
	other, err2 := json.Marshal(f.said(&b))
	return err1 == nil && err2 == nil && string(one) == string(other)
}

func hoursText(p *Place) string {
	hours, err := p.OpeningHours()
	if err != nil {
		return p.Hours
	}
	var days []string
	for _, day := range daysOfWeek {
		if spans := hours.On(day); len(spans) > 0 {
			days = append(days, civil.FrenchWeekday(day)+" "+civil.FrenchSpans(spans))
		}
	}
	if len(days) == 0 {
		return p.Hours
	}
	return strings.Join(days, " ; ")
}

var daysOfWeek = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}

// degreesText is "46,1712", about ten metres.
func degreesText(value float64) string {
	return strings.Replace(strconv.FormatFloat(value, 'f', 4, 64), ".", ",", 1)
}
