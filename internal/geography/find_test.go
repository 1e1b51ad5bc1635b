package geography_test

import (
	"strings"
	"testing"

	"passerelle/internal/fault"
	"passerelle/internal/geography"

	"pgregory.net/rapid"
)

func TestFindReadsACommuneAsPeopleWriteIt(t *testing.T) {
	for text, want := range map[string]string{
		"23096":                              "23096",
		"2a004":                              "2A004",
		"23000 Guéret":                       "23096",
		"Guéret (23)":                        "23096",
		"Guéret, 23000":                      "23096",
		"Guéret (Creuse)":                    "23096",
		"Guéret, Creuse":                     "23096",
		"gueret":                             "23096",
		"GUERET CEDEX":                       "23096",
		"23011 GUERET CEDEX 9":               "23096",
		"23320 St-Vaury":                     "23247",
		"23000 Saint-Vaury":                  "23247", // the main town's postal code
		"st vaury":                           "23247",
		"La Souterraine":                     "23176",
		"Souterraine":                        "23176",
		"SOUTERRAINE (LA)":                   "23176",
		"Souterraine (La) (23)":              "23176",
		"le mans":                            "72181",
		"Mans":                               "72181",
		"1000 Bourg-en-Bresse":               "01053", // a spreadsheet took the zero
		"Bourg-en-Bresse (1053)":             "01053",
		"Paris":                              "75056",
		"Paris 12e":                          "75056",
		"Paris 75012":                        "75056",
		"Paris 1er arrondissement":           "75056",
		"75112":                              "75056",
		"75116":                              "75056",
		"Lyon 3":                             "69123",
		"Saint-Denis, La Réunion":            "97411",
		"Saint Denis (974)":                  "97411",
		"L’Haÿ-les-Roses":                    "94038",
		"l hay les roses":                    "94038",
		"74400 Chamonix":                     "74056",
		"69520 GRIGNY":                       "69096", // its new name is Grigny-sur-Rhône; Grigny alone is in Essonne
		"26100 ROMANS-SUR-ISERE BP 240":      "26281",
		"38031 GRENOBLE CEDEX 1 CS 50053":    "38185",
		"Ajaccio 20000":                      "2A004",
		"Bors (Canton de Tude-et-Lavalette)": "16052",
		"98800 Nouméa":                       "98818",
	} {
		commune, err := geography.Find(text)
		if err != nil || commune.Code != want {
			t.Errorf("Find(%q) = %s %s, %v; want %s", text, commune.Code, commune.Name, err, want)
		}
	}
}

func TestFindNeverGuesses(t *testing.T) {
	for text, want := range map[string][]string{
		"Saint-Denis":            {"93066", "97411"},
		"le pin":                 {"44124", "79210"},
		"23100":                  {"23067", "23100"}, // La Courtine by post, Jarnages by INSEE
		"23000":                  {"23096"},
		"Beaulieu":               {"34027"},
		"Saint-Sauveur (99)":     nil,
		"":                       nil,
		"  ":                     nil,
		"23":                     nil,
		"99999":                  nil,
		"Gueretville":            nil,
		"75001 Chamonix":         nil,
		"Chamonix":               nil,
		"75001 Guéret":           nil,
		"Guéret (87)":            nil,
		"Creuse, Creuse, Creuse": nil,
		"(((":                    nil,
	} {
		commune, err := geography.Find(text)
		code := "unknown_commune"
		if want != nil {
			code = "ambiguous_commune"
		}
		if !fault.HasCode(err, code) || commune.Code != "" {
			t.Errorf("Find(%q) = %q, %v; want %s", text, commune.Code, err, code)
		}
		if fault.KindOf(err) != fault.Invalid {
			t.Errorf("Find(%q) is %v, want Invalid", text, fault.KindOf(err))
		}
		candidates := geography.Candidates(err)
		if want == nil && len(candidates) > 0 {
			t.Errorf("Find(%q) hesitates between %v", text, codes(candidates))
		}
		for _, one := range want {
			if !strings.Contains(codes(candidates), one) {
				t.Errorf("Find(%q) hesitates between %s, without %s", text, codes(candidates), one)
			}
		}
	}
}

func TestAnAmbiguousNameIsToldWithItsChoices(t *testing.T) {
	_, err := geography.Find("Saint-Denis")
	message := fault.Of(err).Message
	if !strings.Contains(message, "Saint-Denis (93)") || !strings.Contains(message, "«\u00a0Saint-Denis\u00a0»\u00a0:") {
		t.Error(message)
	}
	if geography.Candidates(nil) != nil || geography.Candidates(fault.ErrInvalid) != nil {
		t.Error("another error has candidates")
	}
}

func TestFindReadsBackEveryLabelAndCode(t *testing.T) {
	for _, departement := range geography.Departements() {
		for _, commune := range geography.CommunesOf(departement.Code) {
			texts := []string{commune.Label(), commune.Name + " " + commune.Code, strings.ToUpper(commune.Label())}
			for _, code := range commune.PostalCodes {
				texts = append(texts, code+" "+commune.Name+" "+departement.Code)
			}
			for _, text := range texts {
				found, err := geography.Find(text)
				if err != nil || found.Code != commune.Code {
					t.Errorf("Find(%q) = %s, %v; want %s", text, found.Code, err, commune.Code)
				}
			}
			if named := geography.CommunesNamed(commune.Name); !strings.Contains(codes(named), commune.Code) {
				t.Errorf("CommunesNamed(%q) = %s, without %s", commune.Name, codes(named), commune.Code)
			}
		}
	}
}

func TestFindAnswersAnyTextWithACommuneOrAFault(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[0-9]{0,5} ?(St |La |Paris|Guéret|cedex|le|[(),]| )*[0-9A-B]{0,5}`)).Draw(t, "text")
		commune, err := geography.Find(text)
		if (err == nil) == (commune.Code == "") {
			t.Fatalf("Find(%q) = %v, %v", text, commune, err)
		}
		if err != nil && fault.KindOf(err) != fault.Invalid {
			t.Fatalf("Find(%q): %v", text, err)
		}
		geography.Suggest(text, 8, "23")
	})
}

func FuzzFind(f *testing.F) {
	for _, seed := range []string{"23000 Guéret", "st", "(la)", "2A004", "Paris 12e", "cedex 9", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		commune, err := geography.Find(text)
		if (err == nil) == (commune.Code == "") {
			t.Errorf("Find(%q) = %v, %v", text, commune, err)
		}
		geography.Suggest(text, 8, "")
	})
}

func codes(communes []geography.Commune) string {
	var all []string
	for _, commune := range communes {
		all = append(all, commune.Code)
	}
	return strings.Join(all, ",")
}
