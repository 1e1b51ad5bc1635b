package place

import (
	"slices"
	"testing"

	"passerelle/internal/geography"
)

func TestAStreetIsReadFromTheLinesOfDirectories(t *testing.T) {
	for line, want := range map[string]string{
		"12 rue de la Paix":                    "12|rue paix|rue de la Paix",
		"12, Rue de la Paix - BP 30":           "12|rue paix|Rue de la Paix",
		"12bis R. de la Paix":                  "12 bis|rue paix|R. de la Paix",
		"3 ter av. du Gal Leclerc":             "3 ter|avenue general leclerc|av. du Gal Leclerc",
		"12-14 boulevard St Michel":            "12|boulevard saint michel|boulevard St Michel",
		"Mairie, 1 place de l'Église":          "1|place eglise|place de l'Église",
		"Espace 2000 5 allée des Tilleuls":     "5|allee tilleuls|allée des Tilleuls",
		"8 Grande Rue":                         "8|rue grande|Grande Rue",
		"Le Bourg":                             "| bourg|Le Bourg",
		"1 Le Bourg":                           "1| bourg|Le Bourg",
		"place du 8 mai 1945":                  "|place 8 mai 1945|place du 8 mai 1945",
		"5 rue J.-J. Rousseau Bâtiment C":      "5|rue j j rousseau|rue J.-J. Rousseau",
		"  ":                                   "| |",
		"12":                                   "12| |12",
		", ,":                                  "| |",
		"rue":                                  "| rue|rue",
		"Résidence Les Lilas, 4 rue Pasteur ":  "4|rue pasteur|rue Pasteur",
		"ZA du Monteil - 2 impasse des Forges": "2|impasse forges|impasse des Forges",
	} {
		read := readStreet(geography.Fold(line))
		if got := read.numberText() + "|" + read.key() + "|" + writtenStreet(line); got != want {
			t.Errorf("%q is %q, want %q", line, got, want)
		}
	}
}

func FuzzStreet(f *testing.F) {
	for _, seed := range []string{"12 rue de la Paix", "r r r", "12 bis", ", - ;", "grande rue", "1 2 3 av", "\xff rue"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		read := readStreet(geography.Fold(line))
		if slices.Contains(read.name, "") {
			t.Errorf("%q has the name %q", line, read.name)
		}
		writtenStreet(line)
	})
}
