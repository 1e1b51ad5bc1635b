package exchange_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"passerelle/internal/civil"
	"passerelle/internal/exchange"
)

func TestAMatchingIsReadBackAsItWasWritten(t *testing.T) {
	columns := exchange.Columns()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[A-Za-z0-9_ éè]{1,12}`)
		matching := exchange.Matching{Columns: map[string]exchange.Match{}}
		for _, column := range columns {
			match := exchange.Match{}
			switch kind := rapid.IntRange(0, 3).Draw(t, column.Name); {
			case kind == 0:
				continue
			case column.Name == "horaires" && kind == 1:
				match.Days[rapid.IntRange(0, 6).Draw(t, "day")] = name.Draw(t, "column")
			case len(column.Vocabulary) > 0 && kind == 1:
				match.From = []string{name.Draw(t, "column")}
				match.Words = map[string]string{name.Draw(t, "word"): column.Vocabulary[0].Label}
			case kind == 2 && column.Name != "horaires":
				match.Value = name.Draw(t, "value")
			default:
				match.From = rapid.SliceOfN(name, 1, 2).Draw(t, "columns")
			}
			matching.Columns[column.Name] = match
		}
		text, err := matching.Mapping()
		if err != nil {
			t.Fatal(err)
		}
		read, err := exchange.ReadMatching(text)
		if err != nil {
			t.Fatal(err)
		}
		if difference := cmp.Diff(matching.Columns, read.Columns); difference != "" || len(read.Other) > 0 {
			t.Errorf("read back otherwise: %s %v", difference, read.Other)
		}
	})
}

func TestWhatTheScreenCannotShowIsKept(t *testing.T) {
	const mapping = `{"nom": {"colonne": "n"}, "adresse": {"joindre": {"colonnes": ["a", "b"], "séparateur": " "}},
		"services": [{"colonnes": ["s"], "termes": ["x"], "sauf": ["y"], "cible": "Aide aux démarches administratives"}],
		"passerelle": {"encodage": "iso-8859-15"}}`
	matching, err := exchange.ReadMatching(mapping)
	if err != nil {
		t.Fatal(err)
	}
	if len(matching.Columns) != 1 || len(matching.Other) != 3 {
		t.Fatalf("shown %v, kept %v", matching.Columns, matching.Other)
	}
	text, err := matching.Mapping()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := exchange.ReadMapping(strings.NewReader(text)); err != nil {
		t.Errorf("what is written is no mapping: %v\n%s", err, text)
	}
	for _, kept := range []string{"joindre", "sauf", "iso-8859-15"} {
		if !strings.Contains(text, kept) {
			t.Errorf("%s is lost: %s", kept, text)
		}
	}
	if _, err := exchange.ReadMatching("no"); err == nil {
		t.Error("what is no mapping is read")
	}
}

func TestNamesProposeAMatching(t *testing.T) {
	matching, err := exchange.ProposeMatching(exchange.Sheet{Columns: []string{"Nom", "CODE POSTAL", "téléphone", "autre"}})
	if err != nil {
		t.Fatal(err)
	}
	for column, want := range map[string]string{"nom": "Nom", "code_postal": "CODE POSTAL", "telephone": "téléphone"} {
		if got := matching.Columns[column].From; len(got) != 1 || got[0] != want {
			t.Errorf("%s is matched with %v, want %s", column, got, want)
		}
	}
	if _, matched := matching.Columns["adresse"]; matched {
		t.Error("adresse is matched with nothing")
	}
}

func TestTheMappingFoundByItselfIsProposedFirst(t *testing.T) {
	file := "ID_FS,lib_fs,adresse,insee_com,code_postal,lib_com,latitude,longitude,mail,telephone,h_lundi,itinerance\n" +
		"1,France services de Guéret,1 rue Neuve,23096,23000,Guéret,46.17,1.87,gueret@exemple.fr,0555000000,09:00-12:00,Non\n"
	sheet, err := exchange.ReadSheet(strings.NewReader(file), exchange.Options{}, 10)
	if err != nil || sheet.Found() != "france-services" {
		t.Fatalf("found %q: %v", sheet.Found(), err)
	}
	matching, err := exchange.ProposeMatching(sheet)
	if err != nil {
		t.Fatal(err)
	}
	for column, want := range map[string][]string{"id": {"ID_FS"}, "nom": {"lib_fs"}, "courriels": {"mail"}, "complement_adresse": nil} {
		if got := matching.Columns[column].From; !slices.Equal(got, want) {
			t.Errorf("%s is matched with %v, want %v", column, got, want)
		}
	}
	if days := matching.Columns["horaires"].Days; days != [7]string{"h_lundi"} {
		t.Errorf("the days are %q", days)
	}
	if _, kept := matching.Other["services"]; !kept {
		t.Error("what the screen cannot show is not kept")
	}
	// What is proposed reads the file as the mapping that was found does.
	text, err := matching.Mapping()
	if err != nil {
		t.Fatal(err)
	}
	for _, options := range []exchange.Options{{}, {Mapping: readMapping(t, text)}} {
		read, err := exchange.Preview(strings.NewReader(file), options, civil.Date{}, 1)
		if err != nil || len(read) != 1 || read[0].Place.Hours != "Mo 09:00-12:00" || len(read[0].Place.Services) != 1 || read[0].Place.SourceID != "1" {
			t.Errorf("%+v %v", read, err)
		}
	}
}

func TestWordsAreProposedTerms(t *testing.T) {
	for word, want := range map[string]string{
		"aide aux demarches administratives": "Aide aux démarches administratives",
		"Prendre en main un ordinateur":      "Maîtrise des outils numériques du quotidien",
		"macramé":                            "",
	} {
		if got := exchange.TermFor("services", word); got != want {
			t.Errorf("%q proposes %q, want %q", word, got, want)
		}
	}
	if got := exchange.WordsIn("a; b|c,\n d"); !cmp.Equal(got, []string{"a", "b", "c", "d"}) {
		t.Errorf("%q", got)
	}
}
