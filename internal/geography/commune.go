package geography

import (
	"slices"
	"strconv"
	"strings"

	"passerelle/internal/fault"
)

// Commune is one current commune.
type Commune struct {
	Code        string // code INSEE, five characters: "23096", "2A004"
	Name        string // official name with its article: "La Souterraine"
	Departement string // code: "23", "2A", "971"
	Region      string // code INSEE of the région: "75" is Nouvelle-Aquitaine
	EPCI        string // SIREN of nine digits; empty where there is none
	Population  int    // municipal population; 0 where none is published
	PostalCodes []string
	// Latitude and Longitude of the centre, in WGS 84 degrees; both 0 when it
	// is not known (see HasCentre).
	Latitude, Longitude float64
}

// EPCI is a body that groups communes: communauté de communes, communauté
// d’agglomération, communauté urbaine, métropole.
type EPCI struct{ Code, Name string }

// Departement is a département, or an overseas collectivity that takes its place.
type Departement struct{ Code, Name, Region string }

// Region is a région, or an overseas collectivity that takes its place.
type Region struct{ Code, Name string }

// The refusals of this package.
var (
	ErrUnknownCommune     = fault.Define(fault.Invalid, "unknown_commune", "Cette commune n’est pas connue. Vérifiez son nom, ou écrivez le code postal et le nom.")
	ErrAmbiguousCommune   = fault.Define(fault.Invalid, "ambiguous_commune", "Plusieurs communes répondent à ce texte. Choisissez-en une, ou ajoutez le code postal.")
	ErrUnknownDepartement = fault.Define(fault.Invalid, "unknown_departement", "Ce département n’est pas connu. Donnez son code, par exemple 23, 2A ou 971.")
	ErrUnknownRegion      = fault.Define(fault.Invalid, "unknown_region", "Cette région n’est pas connue. Donnez son code INSEE, par exemple 75 pour la Nouvelle-Aquitaine.")
	ErrUnknownEPCI        = fault.Define(fault.Invalid, "unknown_epci", "Cette intercommunalité n’est pas connue. Donnez son numéro SIREN de 9\u00a0chiffres.")
)

// HasCentre tells whether the commune's coordinates are known.
func (c Commune) HasCentre() bool { return c.Latitude != 0 || c.Longitude != 0 }

// Label names the commune apart from every other: "Guéret (23)". Find reads it back.
func (c Commune) Label() string { return c.Name + " (" + c.Departement + ")" }

// CommuneByCode finds a commune by its INSEE code. The code of a municipal
// arrondissement of Paris, Lyon or Marseille answers the whole commune. Faults:
// unknown_commune.
func CommuneByCode(code string) (Commune, error) {
	known := atlas()
	position, found := known.position(code)
	if !found {
		position, found = known.position(wholeCommune(code))
	}
	if !found {
		return Commune{}, ErrUnknownCommune.Sayf("La commune de code INSEE «\u00a0%s\u00a0» n’est pas connue. Vérifiez le code : il a 5\u00a0caractères, et n’est pas le code postal.", code)
	}
	return known.communes[position], nil
}

// wholeCommune turns the INSEE code of an arrondissement into that of its
// commune (code officiel géographique: 75101–75120, 69381–69389, 13201–13216).
func wholeCommune(code string) string {
	number, err := strconv.Atoi(code)
	switch {
	case err != nil || len(code) != 5:
		return ""
	case 75101 <= number && number <= 75120:
		return paris
	case 69381 <= number && number <= 69389:
		return lyon
	case 13201 <= number && number <= 13216:
		return marseille
	}
	return ""
}

const (
	paris     = "75056"
	lyon      = "69123"
	marseille = "13055"
)

// arrondissements is how many municipal arrondissements a commune has.
func arrondissements(code string) int {
	switch code {
	case paris:
		return 20
	case lyon:
		return 9
	case marseille:
		return 16
	}
	return 0
}

// CommunesByPostalCode lists the communes served by a postal code of five
// digits, largest first; none when the code serves no commune (a CEDEX code
// serves one office, not a commune).
func CommunesByPostalCode(code string) []Commune {
	known := atlas()
	return known.largestFirst(known.byPostalCode[code])
}

// CommunesNamed lists the communes that have this name once folded (see Fold),
// largest first. A leading article may be missing or in excess; communes that
// have the very article asked for are preferred.
func CommunesNamed(name string) []Commune {
	folded := Fold(name)
	return atlas().preferred(folded, atlas().named(folded))
}

// CommunesOf lists the communes of a département by code, in the order of
// their codes; none when the département is not known.
func CommunesOf(departement string) []Commune {
	known := atlas()
	first, _ := known.position(departement)
	last := first
	for last < len(known.communes) && known.communes[last].Departement == departement {
		last++
	}
	return slices.Clone(known.communes[first:last])
}

// Departements lists all départements, by code.
func Departements() []Departement { return slices.Clone(atlas().departements) }

// Regions lists all régions, by code.
func Regions() []Region { return slices.Clone(atlas().regions) }

// EPCIs lists all EPCI, by code.
func EPCIs() []EPCI { return slices.Clone(atlas().epcis) }

// DepartementByCode finds a département ("23", "2A", "971"). Faults: unknown_departement.
func DepartementByCode(code string) (Departement, error) {
	for _, departement := range atlas().departements {
		if departement.Code == code {
			return departement, nil
		}
	}
	return Departement{}, ErrUnknownDepartement
}

// RegionByCode finds a région by its INSEE code, without the R that a
// Territory's code has. Faults: unknown_region.
func RegionByCode(code string) (Region, error) {
	for _, region := range atlas().regions {
		if region.Code == code {
			return region, nil
		}
	}
	return Region{}, ErrUnknownRegion
}

// EPCIByCode finds an EPCI by its SIREN. Faults: unknown_epci.
func EPCIByCode(code string) (EPCI, error) {
	epcis := atlas().epcis
	position, found := slices.BinarySearchFunc(epcis, code, func(epci EPCI, code string) int {
		return strings.Compare(epci.Code, code)
	})
	if !found {
		return EPCI{}, ErrUnknownEPCI
	}
	return epcis[position], nil
}
