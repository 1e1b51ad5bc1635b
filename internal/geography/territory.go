package geography

import (
	"slices"
	"strings"

	"passerelle/internal/fault"
)

// TerritoryKind is the level of a territory.
type TerritoryKind int

// The levels, largest first.
const (
	Country TerritoryKind = iota + 1
	RegionTerritory
	DepartementTerritory
	EPCITerritory
	CommuneTerritory
)

// Territory is a part of France that one code names. The codes of the levels
// never collide:
//
//	FR          the whole country
//	R75         a région: R and its INSEE code (R975 overseas)
//	23 2A 971   a département: two characters, three overseas
//	200069193   an EPCI: SIREN of nine digits
//	23096       a commune: INSEE code of five characters
//
// The zero Territory holds nothing.
type Territory struct {
	Kind TerritoryKind
	Code string
	Name string
}

// ErrUnknownTerritory refuses a code that names no territory.
var ErrUnknownTerritory = fault.Define(fault.Invalid, "unknown_territory", "Ce territoire n’est pas connu. Donnez un département (23), une région (R75), une intercommunalité (SIREN), une commune (code INSEE) ou FR.")

// ParseTerritory reads a territory's code, in any case, and names it. Faults:
// unknown_territory.
func ParseTerritory(code string) (Territory, error) {
	code = strings.ToUpper(strings.TrimSpace(code))
	switch {
	case code == "FR":
		return Territory{Country, code, "France"}, nil
	case strings.HasPrefix(code, "R"):
		if region, err := RegionByCode(code[1:]); err == nil {
			return Territory{RegionTerritory, code, region.Name}, nil
		}
	case len(code) == 2 || len(code) == 3:
		if departement, err := DepartementByCode(code); err == nil {
			return Territory{DepartementTerritory, code, departement.Name}, nil
		}
	case len(code) == 5:
		if commune, err := CommuneByCode(code); err == nil {
			return Territory{CommuneTerritory, commune.Code, commune.Name}, nil
		}
	case len(code) == 9:
		if epci, err := EPCIByCode(code); err == nil {
			return Territory{EPCITerritory, code, epci.Name}, nil
		}
	}
	return Territory{}, ErrUnknownTerritory.Sayf("Le territoire «\u00a0%s\u00a0» n’est pas connu. Donnez un département (23), une région (R75), une intercommunalité (SIREN), une commune (code INSEE) ou FR.", code)
}

// Contains tells whether a commune, by its INSEE code, is in the territory. A
// code that is not known is in none.
func (t Territory) Contains(communeCode string) bool {
	commune, err := CommuneByCode(communeCode)
	return err == nil && t.holds(commune)
}

func (t Territory) holds(commune Commune) bool {
	switch t.Kind {
	case Country:
		return true
	case RegionTerritory:
		return "R"+commune.Region == t.Code
	case DepartementTerritory:
		return commune.Departement == t.Code
	case EPCITerritory:
		return commune.EPCI == t.Code
	case CommuneTerritory:
		return commune.Code == t.Code
	}
	return false
}

// Communes lists the communes of the territory, by code.
func (t Territory) Communes() []Commune {
	var communes []Commune
	for _, commune := range atlas().communes {
		if t.holds(commune) {
			communes = append(communes, commune)
		}
	}
	return slices.Clip(communes)
}
