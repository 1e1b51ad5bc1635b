package geography_test

import (
	"errors"
	"testing"

	"passerelle/internal/geography"
)

func TestATerritoryIsReadFromItsCode(t *testing.T) {
	for code, want := range map[string]geography.Territory{
		"FR":        {Kind: geography.Country, Code: "FR", Name: "France"},
		"R75":       {Kind: geography.RegionTerritory, Code: "R75", Name: "Nouvelle-Aquitaine"},
		"r84":       {Kind: geography.RegionTerritory, Code: "R84", Name: "Auvergne-Rhône-Alpes"},
		"R975":      {Kind: geography.RegionTerritory, Code: "R975", Name: "Saint-Pierre-et-Miquelon"},
		"23":        {Kind: geography.DepartementTerritory, Code: "23", Name: "Creuse"},
		" 2a ":      {Kind: geography.DepartementTerritory, Code: "2A", Name: "Corse-du-Sud"},
		"971":       {Kind: geography.DepartementTerritory, Code: "971", Name: "Guadeloupe"},
		"200034825": {Kind: geography.EPCITerritory, Code: "200034825", Name: "CA du Grand Guéret"},
		"23096":     {Kind: geography.CommuneTerritory, Code: "23096", Name: "Guéret"},
		"75112":     {Kind: geography.CommuneTerritory, Code: "75056", Name: "Paris"},
	} {
		if got, err := geography.ParseTerritory(code); err != nil || got != want {
			t.Errorf("ParseTerritory(%q) = %+v, %v", code, got, err)
		}
	}
	for _, code := range []string{"", "R", "R99", "R23", "20", "99", "2309", "23999", "123456789", "FRANCE", "Creuse"} {
		if got, err := geography.ParseTerritory(code); !errors.Is(err, geography.ErrUnknownTerritory) || got != (geography.Territory{}) {
			t.Errorf("ParseTerritory(%q) = %+v, %v", code, got, err)
		}
	}
}

func TestATerritoryHoldsItsCommunesAndNoOther(t *testing.T) {
	for code, inside := range map[string]map[string]bool{
		"FR":        {"23096": true, "97411": true, "75112": true, "99999": false, "": false},
		"R75":       {"23096": true, "33063": true, "75056": false},
		"23":        {"23096": true, "23247": true, "87085": false, "23": false, "23999": false},
		"75":        {"75056": true, "75112": true},
		"200034825": {"23096": true, "23176": false},
		"23096":     {"23096": true, "23247": false},
	} {
		territory, err := geography.ParseTerritory(code)
		if err != nil {
			t.Fatal(err)
		}
		for commune, want := range inside {
			if got := territory.Contains(commune); got != want {
				t.Errorf("%s contains %q: %v", code, commune, got)
			}
		}
		for _, commune := range territory.Communes() {
			if !territory.Contains(commune.Code) {
				t.Errorf("%s lists %s and does not contain it", code, commune.Label())
			}
		}
	}
	if (geography.Territory{}).Contains("23096") || len(geography.Territory{}.Communes()) != 0 {
		t.Error("no territory holds a commune")
	}
}

func TestNoCodeNamesTwoTerritories(t *testing.T) {
	seen := map[string]bool{}
	note := func(code string) {
		if territory, err := geography.ParseTerritory(code); seen[code] || err != nil || territory.Code != code {
			t.Errorf("%s: %+v, %v", code, territory, err)
		}
		seen[code] = true
	}
	for _, region := range geography.Regions() {
		note("R" + region.Code)
	}
	for _, departement := range geography.Departements() {
		note(departement.Code)
		for _, commune := range geography.CommunesOf(departement.Code) {
			note(commune.Code)
		}
	}
	for _, epci := range geography.EPCIs() {
		note(epci.Code)
	}
}
