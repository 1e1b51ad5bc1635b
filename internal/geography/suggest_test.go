package geography_test

import (
	"slices"
	"strings"
	"testing"

	"passerelle/internal/geography"
)

func TestSuggestFirstWhatACounterAgentMeans(t *testing.T) {
	for _, c := range []struct {
		text, departement string
		want              []string // the first names, in order
	}{
		{"st vaury", "", []string{"Saint-Vaury"}},
		{"st v", "23", []string{"Saint-Vaury"}},
		{"gueret", "", []string{"Guéret"}},
		{"GUÉ", "23", []string{"Guéret"}},
		{"23000", "", []string{"Guéret"}},
		{"2300", "", []string{"Guéret"}},
		{"23096", "", []string{"Guéret"}},
		{"souterraine", "", []string{"La Souterraine"}},
		{"la sout", "", []string{"La Souterraine"}},
		{"bourg", "23", []string{"Bourganeuf", "Le Bourg-d'Hem", "Bourg", "Le Bourg", "Bourg", "Le Grand-Bourg"}},
		{"23 bourg", "", []string{"Bourganeuf", "Le Bourg-d'Hem", "Le Grand-Bourg"}},
		{"gra bourg", "23", []string{"Le Grand-Bourg"}},
		{"st jean maurienne", "", []string{"Saint-Jean-de-Maurienne"}},
		{"st", "67", []string{"Strasbourg"}},
		{"saint-denis", "", []string{"Saint-Denis", "Saint-Denis"}},
		{"paris", "23", []string{"Paris"}},
		{"lyon", "", []string{"Lyon"}},
		{"paris 12", "", []string{"Paris"}},
		{"mans", "", []string{"Le Mans"}},
		{"souterraine (la)", "", []string{"La Souterraine"}},
		{"2a004", "", []string{"Ajaccio"}},
		{"zzz", "", nil},
		{"", "", nil},
		{" - ", "", nil},
	} {
		var names []string
		for _, commune := range geography.Suggest(c.text, 8, c.departement) {
			names = append(names, commune.Name)
		}
		if len(names) < len(c.want) || !slices.Equal(names[:len(c.want)], c.want) || (c.want == nil && names != nil) {
			t.Errorf("Suggest(%q, %q) = %q, want first %q", c.text, c.departement, names, c.want)
		}
	}
}

func TestTheAgentsDepartementComesFirst(t *testing.T) {
	communes := geography.Suggest("saint", 8, "23")
	if len(communes) != 8 {
		t.Fatalf("%d communes, want 8", len(communes))
	}
	for _, commune := range communes {
		if commune.Departement != "23" {
			t.Errorf("%s is not in Creuse", commune.Label())
		}
	}
}

func TestSuggestGivesNoMoreThanItsLimit(t *testing.T) {
	for _, limit := range []int{-1, 0, 1, 8, 50_000} {
		communes := geography.Suggest("a", limit, "")
		if len(communes) > max(limit, 0) {
			t.Errorf("%d communes, limit %d", len(communes), limit)
		}
		seen := map[string]bool{}
		for _, commune := range communes {
			if seen[commune.Code] {
				t.Fatalf("%s twice", commune.Label())
			}
			seen[commune.Code] = true
		}
	}
}

func TestSuggestFindsEveryCommuneOfADepartementByItsName(t *testing.T) {
	for _, commune := range geography.CommunesOf("23") {
		for _, text := range []string{commune.Name, strings.ReplaceAll(commune.Name, "Saint", "St"), geography.Fold(commune.Name)} {
			if first := geography.Suggest(text, 1, "23"); len(first) != 1 || first[0].Code != commune.Code {
				t.Errorf("Suggest(%q) = %v, want %s", text, first, commune.Label())
			}
		}
	}
}

func BenchmarkSuggest(b *testing.B) {
	geography.Suggest("warm", 1, "")
	for _, text := range []string{"s", "st", "st vaury", "saint jean", "2300", "23 bourg", "zzz"} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				geography.Suggest(text, 8, "23")
			}
		})
	}
}
