package place

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"passerelle/internal/db"
	"passerelle/internal/geography"
)

// Precision is how well a typed text was understood.
type Precision string

// The precisions, best first.
const (
	ByCoordinates Precision = "coordinates"
	ByNumber      Precision = "number"  // the very house, as the directory knows it
	ByStreet      Precision = "street"  // somewhere in the street
	ByCommune     Precision = "commune" // the commune's centre
)

// Spot is where a typed text is.
type Spot struct {
	Point     geography.Point   // both 0 when its commune has no known centre
	Commune   geography.Commune // the nearest one, for coordinates; zero far from all
	Street    string            // "rue de la Paix"; empty when only the commune is known
	Number    string            // of the house, as it was typed: "12", "3 bis"
	Precision Precision
}

// HasPoint tells whether distances can be measured from the spot.
func (s Spot) HasPoint() bool { return s.Point != geography.Point{} }

// Text names the spot so that Locate reads it back: "12 rue de la Paix, Guéret
// (23096)", "46.17000,1.87000".
func (s Spot) Text() string {
	if s.Precision == ByCoordinates {
		return s.Point.String()
	}
	town := s.Commune.Name + " (" + s.Commune.Code + ")"
	if s.Street == "" {
		return town
	}
	return s.AddressLine() + ", " + town
}

// AddressLine is the street with its number, as typed: "12 rue de la Paix".
func (s Spot) AddressLine() string { return strings.TrimSpace(s.Number + " " + s.Street) }

// Around asks for what is nearest to the spot; for what is in its commune, when
// it has no point.
func (f Filter) Around(s Spot) Filter {
	if s.HasPoint() {
		f.Near = &s.Point
	} else {
		f.Commune = s.Commune.Code
	}
	return f
}

// mostChoices is how many spots a text hesitates between at most.
const mostChoices = 10

// Locate finds where a typed text is: coordinates ("46.17,1.87"), a commune as
// geography.Find reads it, or an address ("12 rue de la Paix, Guéret", "av. Jean
// Jaurès 23000"). No outside geocoder is asked: a street is where the directory
// knows places in it, at the number nearest to the one typed, else in the middle
// of them; a street that it does not know is its commune.
//
// When the text has several meanings the spot is zero and choices lists them.
// Faults: unknown_commune.
func Locate(ctx context.Context, q db.Q, text string) (spot Spot, choices []Spot, err error) {
	if point, read := geography.ParsePoint(text); read {
		commune, _ := geography.NearestCommune(point)
		return Spot{Point: point, Commune: commune, Precision: ByCoordinates}, nil, nil
	}
	addresses := geography.Addresses(text)
	if len(addresses) == 0 {
		_, err := geography.Find(text)
		return Spot{}, nil, err
	}
	for _, address := range addresses {
		found, err := onStreet(ctx, q, address)
		switch {
		case err != nil:
			return Spot{}, nil, err
		case len(found) == 1:
			return found[0], nil, nil
		case len(found) > 1:
			return Spot{}, found[:min(mostChoices, len(found))], nil
		}
	}
	// No street is known: the likeliest communes.
	found := make([]Spot, 0, len(addresses[0].Communes))
	for _, commune := range addresses[0].Communes {
		found = append(found, inCommune(commune))
	}
	if len(found) == 1 {
		return found[0], nil, nil
	}
	return Spot{}, found[:min(mostChoices, len(found))], nil
}

func inCommune(commune geography.Commune) Spot {
	return Spot{Point: geography.Point{Latitude: commune.Latitude, Longitude: commune.Longitude}, Commune: commune, Precision: ByCommune}
}

// mostTried is how many communes of one name or postal code a street is looked for in.
const mostTried = 40

// onStreet looks for the address's street in each of its communes and lists the
// best matches, several when they are as good.
func onStreet(ctx context.Context, q db.Q, address geography.Address) ([]Spot, error) {
	typed := readStreet(address.Street)
	if typed.name == nil {
		return nil, nil
	}
	var found []Spot
	best := noMatch
	for _, commune := range address.Communes[:min(mostTried, len(address.Communes))] {
		known, err := streetsOf(ctx, q, commune.Code)
		if err != nil {
			return nil, err
		}
		matched, how := typed.among(known)
		if how > best {
			best, found = how, nil
		}
		if how == noMatch || how < best {
			continue
		}
		for _, houses := range matched {
			found = append(found, houses.spot(typed, commune))
		}
	}
	return found, nil
}

// addressed is where one place stands in its street.
type addressed struct {
	street street
	point  geography.Point
}

// streetsOf lists the streets that the directory knows in a commune, each with
// the places in it, in the order of their names.
func streetsOf(ctx context.Context, q db.Q, commune string) ([][]addressed, error) {
	known, err := db.All(ctx, q, func(row db.Scanner) (addressed, error) {
		var one addressed
		var line string
		err := row.Scan(&line, &one.point.Latitude, &one.point.Longitude)
		one.street = readStreet(geography.Fold(line))
		one.street.written = writtenStreet(line)
		return one, err
	}, `SELECT address, latitude, longitude FROM place WHERE commune = $1 AND address <> '' AND approximate = FALSE AND merged_into IS NULL ORDER BY address, id`, commune)
	if err != nil {
		return nil, err
	}
	known = slices.DeleteFunc(known, func(one addressed) bool { return one.street.name == nil })
	slices.SortStableFunc(known, func(a, b addressed) int { return cmp.Compare(a.street.key(), b.street.key()) })
	var streets [][]addressed
	for _, one := range known {
		if last := len(streets) - 1; last >= 0 && streets[last][0].street.key() == one.street.key() {
			streets[last] = append(streets[last], one)
		} else {
			streets = append(streets, []addressed{one})
		}
	}
	return streets, nil
}
