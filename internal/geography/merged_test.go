package geography

import "testing"

func TestACommuneThatHasMergedLeadsToItsSuccessor(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ code, name, into string }{
		{"01091", "Châtillon-en-Michaille", "01033"}, // Valserhône, 2019
		{"74268", "Seynod", "74010"},                 // Annecy, 2017
		{"49018", "", ""},                            // Baugé-en-Anjou stands
		{"23096", "", ""},
		{"99999", "", ""},
		{"", "", ""},
	} {
		former, err := FormerByCode(test.code)
		if (err == nil) != (test.into != "") || err == nil && (former.Into.Code != test.into || former.Name != test.name || !former.Moved()) {
			t.Errorf("%s: %+v %v", test.code, former, err)
		}
	}
}

func TestANameOfBeforeLeadsToTheCommuneOfToday(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"SEYNOD": "74010", "Chatillon en Michaille": "01033", "Châlons-sur-Marne": "51108", "Bellegarde-sur-Valserine": "01033", "Guéret": "", "": "",
	} {
		var into []string
		for _, former := range FormersNamed(name) {
			into = append(into, former.Into.Code)
		}
		if want == "" && len(into) > 0 || want != "" && (len(into) != 1 || into[0] != want) {
			t.Errorf("%q led to %v, want %s", name, into, want)
		}
	}
}

// TestEveryFormerCommuneLeadsToOneOfToday: nothing leads nowhere, and no code
// of today is said to be gone.
func TestEveryFormerCommuneLeadsToOneOfToday(t *testing.T) {
	t.Parallel()
	moved := 0
	for _, former := range formers().all {
		if former.Into.Code == "" || former.Name == "" {
			t.Errorf("%+v", former)
		}
		if _, current := atlas().position(former.Code); current == former.Moved() {
			t.Errorf("%s is both of today and gone: %+v", former.Code, former)
		}
		if former.Moved() {
			moved++
		}
	}
	if moved < 4000 {
		t.Errorf("only %d communes have merged", moved)
	}
}

func TestFindReadsTheNamesOfBefore(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Seynod": "74010", "74600 Seynod": "74010", "Châtillon-en-Michaille (01)": "01033",
	} {
		if found, err := Find(text); err != nil || found.Code != want {
			t.Errorf("%q: %v %v", text, found.Name, err)
		}
	}
}
