package geography_test

import (
	"errors"
	"testing"

	"passerelle/internal/fault"
	"passerelle/internal/geography"
)

func TestACommuneIsKnownWhole(t *testing.T) {
	gueret, err := geography.CommuneByCode("23096")
	if err != nil {
		t.Fatal(err)
	}
	if gueret.Name != "Guéret" || gueret.Departement != "23" || gueret.Region != "75" || gueret.EPCI != "200034825" ||
		gueret.Population != 12955 || len(gueret.PostalCodes) != 1 || gueret.PostalCodes[0] != "23000" || !gueret.HasCentre() {
		t.Errorf("%+v", gueret)
	}
	miquelon, err := geography.CommuneByCode("97501")
	if err != nil || miquelon.HasCentre() || miquelon.Departement != "975" || miquelon.EPCI != "" {
		t.Errorf("%+v, %v", miquelon, err)
	}
}

func TestEveryCommuneIsInADepartementOfItsRegion(t *testing.T) {
	communes, population := 0, 0
	for _, departement := range geography.Departements() {
		if _, err := geography.RegionByCode(departement.Region); err != nil {
			t.Errorf("%s: %v", departement.Name, err)
		}
		for _, commune := range geography.CommunesOf(departement.Code) {
			communes, population = communes+1, population+commune.Population
			if commune.Departement != departement.Code || commune.Region != departement.Region {
				t.Errorf("%+v is not of %+v", commune, departement)
			}
		}
	}
	if communes != 34_969 || population < 67_000_000 || population > 70_000_000 {
		t.Errorf("%d communes, %d people", communes, population)
	}
	if len(geography.Departements()) != 109 || len(geography.Regions()) != 26 || len(geography.EPCIs()) != 1255 {
		t.Error(len(geography.Departements()), len(geography.Regions()), len(geography.EPCIs()))
	}
}

func TestAnUnknownCodeIsRefused(t *testing.T) {
	for _, code := range []string{"", "2", "23", "23999", "99999", "230966", "23096 ", "75100", "75121", "69380", "69390", "13217", "é"} {
		if commune, err := geography.CommuneByCode(code); !errors.Is(err, geography.ErrUnknownCommune) {
			t.Errorf("CommuneByCode(%q) = %v, %v", code, commune, err)
		}
	}
	if _, err := geography.DepartementByCode("20"); !fault.HasCode(err, "unknown_departement") {
		t.Error(err)
	}
	if _, err := geography.RegionByCode("R75"); !fault.HasCode(err, "unknown_region") {
		t.Error(err)
	}
	if _, err := geography.EPCIByCode("000000000"); !fault.HasCode(err, "unknown_epci") {
		t.Error(err)
	}
	if len(geography.CommunesOf("20"))+len(geography.CommunesOf(""))+len(geography.CommunesOf("2")) != 0 {
		t.Error("a département that does not exist has communes")
	}
}

func TestAnArrondissementIsInItsCommune(t *testing.T) {
	for code, want := range map[string]string{"75101": "Paris", "75120": "Paris", "69381": "Lyon", "69389": "Lyon", "13201": "Marseille", "13216": "Marseille"} {
		if commune, err := geography.CommuneByCode(code); err != nil || commune.Name != want {
			t.Errorf("CommuneByCode(%s) = %s, %v", code, commune.Name, err)
		}
	}
}

func TestAPostalCodeServesItsCommunesLargestFirst(t *testing.T) {
	communes := geography.CommunesByPostalCode("23000")
	if len(communes) < 2 || communes[0].Code != "23096" {
		t.Errorf("23000 serves %s", codes(communes))
	}
	for i := 1; i < len(communes); i++ {
		if communes[i].Population > communes[i-1].Population {
			t.Errorf("%s comes after %s", communes[i].Label(), communes[i-1].Label())
		}
	}
	if none := geography.CommunesByPostalCode("23011"); len(none) != 0 {
		t.Errorf("a CEDEX code serves %s", codes(none))
	}
}

func TestANameMeansTheSameHoweverItIsWritten(t *testing.T) {
	for name, want := range map[string]string{
		"ST VAURY":          "23247",
		"saint-vaury":       "23247",
		"Souterraine":       "23176",
		"la souterraine":    "23176",
		"Haÿ les Roses":     "94038",
		"Oeuilly":           "51410,02565",
		"La Gueret":         "23096",
		"Ste-Feyre":         "23193",
		"nulle part":        "",
		"":                  "",
		"Gu\u00e9ret\u00a0": "23096",
	} {
		if got := codes(geography.CommunesNamed(name)); got != want {
			t.Errorf("CommunesNamed(%q) = %s, want %s", name, got, want)
		}
	}
}
