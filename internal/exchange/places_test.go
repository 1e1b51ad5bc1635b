package exchange_test

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/exchange"
	"passerelle/internal/fault"
	"passerelle/internal/place"
)

var console = db.Actor{Kind: db.Console}

// importing runs an import that must succeed and gives its counts and remarks.
func importing(t *testing.T, d *dbtest.DB, file string, options exchange.Options) (exchange.Counts, []exchange.Remark) {
	t.Helper()
	var report bytes.Buffer
	options.Report = &report
	counts, err := exchange.ImportPlaces(t.Context(), d.DB, console, strings.NewReader(file), options)
	if err != nil {
		t.Fatal(err)
	}
	if counts.Read != counts.Created+counts.Updated+counts.Unchanged+counts.Refused+counts.Ignored {
		t.Errorf("a line is lost: %v", counts)
	}
	return counts, remarksOf(t, report.Bytes())
}

func remarksOf(t *testing.T, report []byte) []exchange.Remark {
	t.Helper()
	var remarks []exchange.Remark
	for line := range bytes.Lines(report) {
		var remark exchange.Remark
		if err := json.Unmarshal(line, &remark); err != nil {
			t.Fatalf("report line %q: %v", line, err)
		}
		if remark.Message == "" || remark.Rule == "" || remark.Severity == "" {
			t.Errorf("a remark says too little: %+v", remark)
		}
		remarks = append(remarks, remark)
	}
	return remarks
}

func bySource(t *testing.T, d *dbtest.DB, source, id string) place.Place {
	t.Helper()
	var found place.Place
	if err := d.View(t.Context(), console, func(q db.Q) (err error) {
		found, err = place.BySource(t.Context(), q, source, id)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return found
}

func shared(t *testing.T, path ...string) string {
	t.Helper()
	folder := os.Getenv("PASSERELLE_SHARED")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "shared")
	}
	file, err := os.ReadFile(filepath.Join(append([]string{folder}, path...)...))
	if err != nil {
		t.Skipf("the public files are not here: %v", err)
	}
	return string(file)
}

const schemaHeader = "id,pivot,nom,commune,code_postal,code_insee,adresse,latitude,longitude,telephone,date_maj,services\n"

func TestPlacesOfTheNationalSchema(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		file := shared(t, "data", "schema", "lieux_exemple_valide_v1.0.2.csv")
		counts, remarks := importing(t, d, file, exchange.Options{Strict: true})
		if want := (exchange.Counts{Read: 1, Created: 1}); counts != want || len(remarks) != 0 {
			// The example's coordinates are in Provence, its commune in Champagne.
			t.Errorf("the schema's own example: %v %v", counts, remarks)
		}
		made := bySource(t, d, "Hubik", "structure-1")
		if !slices.Equal(made.Services, []string{place.ServiceEverydayTools, place.ServiceEmployment, place.ServiceLeisure}) ||
			!slices.Equal(made.Emails, []string{"contact@laquincaillerie.tl", "responsable@laquincaillerie.tl"}) ||
			made.Commune != "51454" || !made.AidantsConnect() || made.UpdatedOn.String() != "2024-04-02" {
			t.Errorf("read as %+v", made)
		}
	})
}

func TestTheRealFiles(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		several := shared(t, "data", "lieux", "schema_national_v1_multi_sources_open_deps.csv")
		permanences := shared(t, "data", "lieux", "cnfs_permanences_2022_open_deps.csv")
		for _, step := range []struct {
			name   string
			file   string
			dryRun bool
			want   exchange.Counts
		}{
			{"a dry run", several, true, exchange.Counts{Read: 2991, Created: 2991}},
			{"several sources", several, false, exchange.Counts{Read: 2991, Created: 2991}},
			{"again", several, false, exchange.Counts{Read: 2991, Unchanged: 2991}},
			{"permanences, of which the first file has half", permanences, false, exchange.Counts{Read: 3819, Created: 1908, Updated: 1911}},
			{"again", permanences, false, exchange.Counts{Read: 3819, Unchanged: 3819}},
			// Five lines have the INSEE code of another commune than their postal code
			// and name, which the permanences, without that column, are found by.
			{"the first file again", several, false, exchange.Counts{Read: 2991, Updated: 5, Unchanged: 2986}},
		} {
			counts, remarks := importing(t, d, step.file, exchange.Options{DryRun: step.dryRun})
			if counts != step.want {
				t.Errorf("%s: %v, want %v; %v", step.name, counts, step.want, refusedOf(remarks))
			}
		}
	})
}

func refusedOf(remarks []exchange.Remark) []exchange.Remark {
	return slices.DeleteFunc(slices.Clone(remarks), func(r exchange.Remark) bool { return r.Severity == exchange.Repaired })
}

func TestStrictlyRefusesWhatTheSchemaRefuses(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	valid := "a,43493312300029,Maison,Guéret,23000,23096,1 rue,46.17,1.87,+33544000000,2024-04-02,Compréhension du monde numérique\n"
	for _, test := range []struct{ from, to, field, rule string }{
		{"a,4349", ",4349", "id", "required"},
		{"43493312300029", "434 933 123 00029", "pivot", "pattern"},
		{"Maison", "", "nom", "required"},
		{",23000,", ",2300,", "code_postal", "pattern"},
		{"23096", "2309", "code_insee", "pattern"},
		{"23096", "23999", "code_insee", "unknown_commune"},
		{"46.17", "\"46,17\"", "latitude", "type"},
		{"46.17", "146.17", "latitude", "range"},
		{"+33544000000", "0544000000", "telephone", "pattern"},
		{"2024-04-02", "02/04/2024", "date_maj", "type"},
		{"2024-04-02", "2024-02-30", "date_maj", "type"},
		{"Compréhension", "Comprehension", "services", "pattern"},
		{"Compréhension", "Autre|Compréhension", "services", "pattern"},
	} {
		counts, remarks := importing(t, d, schemaHeader+strings.Replace(valid, test.from, test.to, 1), exchange.Options{Strict: true})
		if counts.Refused != 1 || len(remarks) != 1 || remarks[0].Field != test.field || remarks[0].Rule != test.rule || remarks[0].Line != 2 || remarks[0].Severity != exchange.Refused {
			t.Errorf("%s instead of %s: %v %+v", test.to, test.from, counts, remarks)
		}
	}
	counts, remarks := importing(t, d, schemaHeader+valid+valid, exchange.Options{Strict: true})
	if counts != (exchange.Counts{Read: 2, Created: 1, Refused: 1}) || len(remarks) != 1 || remarks[0].Rule != "unique" || remarks[0].Line != 3 {
		t.Errorf("an id twice: %v %+v", counts, remarks)
	}
}

func TestRepairsAreTold(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	const header = "id;pivot;nom;commune;code_postal;code_insee;adresse;latitude;longitude;telephone;date_maj;services;courriel;site_web\n"
	valid := []string{"a", "43493312300029", "Maison", "Guéret", "23000", "23096", "1 rue", "46.17", "1.87", "+33544000000", "2024-04-02", "Compréhension du monde numérique", "a@exemple.fr", "https://exemple.fr"}
	for number, test := range []struct {
		column      int
		value, rule string
		read        func(p place.Place) string
		want        string
	}{
		{1, "434 933 123 00029", "spaces", func(p place.Place) string { return p.Pivot }, "43493312300029"},
		{1, "00000000000000", "pattern", func(p place.Place) string { return p.Pivot }, ""},
		{1, "33958100000000", "pattern", func(p place.Place) string { return p.Pivot }, ""},
		{3, "GUERET", "name", func(p place.Place) string { return p.CommuneName }, "Guéret"},
		{4, "23 000", "pattern", func(p place.Place) string { return p.PostalCode }, "23000"},
		{5, "", "commune", func(p place.Place) string { return p.Commune }, "23096"},
		{5, "23999", "commune", func(p place.Place) string { return p.Commune }, "23096"},
		{7, "46,17", "decimal_comma", func(p place.Place) string { return decimal(p.Latitude) }, "46.1700"},
		{7, "0", "commune_centre", func(p place.Place) string { return decimal(p.Latitude) }, "46.1642"},
		{7, "", "commune_centre", func(p place.Place) string { return decimal(p.Latitude) }, "46.1642"},
		{9, "05 44 00 00 00", "pattern", func(p place.Place) string { return p.Telephone }, "+33544000000"},
		{9, "0590 12 34 56", "pattern", func(p place.Place) string { return p.Telephone }, "+590590123456"},
		{9, "05 44 00 00 00 / 06 00 00 00 00", "several", func(p place.Place) string { return p.Telephone }, "+33544000000"},
		{9, "3939", "pattern", func(p place.Place) string { return p.Telephone }, ""},
		{10, "02/04/2024", "type", func(p place.Place) string { return p.UpdatedOn.String() }, "2024-04-02"},
		{10, "2024/4/2 14:16:50.898", "type", func(p place.Place) string { return p.UpdatedOn.String() }, "2024-04-02"},
		{10, "1969-12-31", "range", func(p place.Place) string { return p.UpdatedOn.String() }, ""},
		{11, "Approfondir ma culture numérique", "older_words", func(p place.Place) string { return strings.Join(p.Services, " ") }, "understanding"},
		{11, "Compréhension du monde numérique|Cuisine", "vocabulary", func(p place.Place) string { return strings.Join(p.Services, " ") }, "understanding"},
		{12, "xxxx@exemple.fr", "masked", func(p place.Place) string { return strings.Join(p.Emails, " ") }, ""},
		{13, "exemple.fr", "format", func(p place.Place) string { return strings.Join(p.Websites, " ") }, "https://exemple.fr"},
		{13, "javascript://exemple.fr/%0aalert(1)", "format", func(p place.Place) string { return strings.Join(p.Websites, " ") }, ""},
		{2, "Maison <b>commune</b>", "html", func(p place.Place) string { return p.Name }, "Maison commune"},
	} {
		cells := slices.Clone(valid)
		cells[0] = "id-" + string(rune('a'+number))
		cells[test.column] = test.value
		counts, remarks := importing(t, d, header+strings.Join(cells, ";")+"\n", exchange.Options{})
		// The first remark is the older name of the column "courriels".
		if counts.Created != 1 || len(remarks) != 2 || remarks[1].Rule != test.rule || remarks[1].Severity != exchange.Repaired {
			t.Errorf("%q: %v %+v", test.value, counts, remarks)
			continue
		}
		if got := test.read(bySource(t, d, "import", cells[0])); got != test.want {
			t.Errorf("%q is read as %q, want %q", test.value, got, test.want)
		}
	}
}

func TestALostZeroComesBack(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	file := "nom,commune,code_postal,code_insee,adresse,date_maj\nMaison,Bourg-en-Bresse,1000,1053,1 rue,2024-01-01\n"
	counts, remarks := importing(t, d, file, exchange.Options{Source: "ain"})
	if counts.Created != 1 || len(remarks) != 4 {
		t.Fatalf("%v %+v", counts, remarks)
	}
	var rules []string
	for _, remark := range remarks {
		rules = append(rules, remark.Field+" "+remark.Rule)
	}
	if want := []string{"code_postal leading_zero", "code_insee leading_zero", "latitude commune_centre", "id required"}; !slices.Equal(rules, want) {
		t.Errorf("told %v, want %v", rules, want)
	}
	if again, _ := importing(t, d, file, exchange.Options{Source: "ain"}); again.Unchanged != 1 {
		t.Errorf("an id made from the line must be the same again: %v", again)
	}
}

func TestFormsOfTables(t *testing.T) {
	t.Parallel()
	const line = "a,Maison à vendre,Guéret,23000,1 rue,46.17,1.87,2024-04-02"
	const header = "id,nom,commune,code_postal,adresse,latitude,longitude,date_maj"
	const object = `{"id": "a", "nom": "Maison à vendre", "commune": "Guéret", "code_postal": 23000, "adresse": "1 rue", "latitude": 46.17, "longitude": "1.87", "date_maj": "2024-04-02", "horaires": null, "aidants": [{"x": 1}]}`
	windows := strings.NewReplacer("à", "\xe0", "é", "\xe9")
	for name, file := range map[string]string{
		"commas":             header + "\n" + line + "\n",
		"no last line end":   header + "\n" + line,
		"carriage returns":   header + "\r" + line + "\r",
		"both":               header + "\r\n" + line + "\r\n",
		"byte order mark":    "\ufeff" + header + "\n" + line,
		"semicolons":         strings.ReplaceAll(header+"\n"+line, ",", ";"),
		"tabs":               strings.ReplaceAll(header+"\n"+line, ",", "\t"),
		"Windows-1252":       windows.Replace(header + "\n" + line),
		"quotes":             header + "\n" + strings.ReplaceAll(line, "Maison à vendre", "\"Maison à vendre\""),
		"a notice above":     "Mis à jour en 2024\n" + header + "\n" + line,
		"capitals, accents":  strings.ToUpper(header) + "\n" + line,
		"an unnamed column":  "," + header + "\n1," + line,
		"blank lines":        header + "\n\n" + line + "\n\n",
		"an unknown column":  header + ",couleur\n" + line + ",bleu",
		"UTF-16 with a mark": utf16(header + "\n" + line),
		"JSON":               `[` + object + `]`,
		"JSON with a mark":   "\ufeff[" + object + "]",
		"JSON in UTF-16":     utf16(`[` + object + `]`),
		"JSON, Windows-1252": windows.Replace(`[` + object + `]`),
		"JSON under data":    `{"meta": {"columns": [{"n": 1}], "notes": ["]", 1]}, "data": [` + object + `], "end": true}`,
		"JSON with fields":   `{"records": [{"recordid": "r", "fields": ` + object + `}]}`,
		"GeoJSON": `{"type": "FeatureCollection", "crs": {"type": "name"}, "features": [{"type": "Feature",
			"geometry": {"type": "Point", "coordinates": [1.87, 46.17]}, "properties": ` + strings.NewReplacer(`"latitude": 46.17,`, "", `"longitude": "1.87",`, "").Replace(object) + `}]}`,
	} {
		d := dbtest.SQLite(t)
		counts, remarks := importing(t, d, file, exchange.Options{})
		if counts != (exchange.Counts{Read: 1, Created: 1}) {
			t.Errorf("%s: %v %+v", name, counts, remarks)
			continue
		}
		if made := bySource(t, d, "import", "a"); made.Name != "Maison à vendre" || made.Commune != "23096" || made.Approximate {
			t.Errorf("%s: %q in %q", name, made.Name, made.Commune)
		}
	}
}

func TestWhatIsNoTableIsRefusedAndNothingIsWritten(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	for name, test := range map[string]struct{ file, code string }{
		"nothing":        {"", "not_csv"},
		"spaces":         {" \n \n", "not_csv"},
		"a mark only":    {"\ufeff", "not_csv"},
		"a workbook":     {"PK\x03\x04\x14\x00\x06\x00", "not_csv"},
		"an old one":     {"\xd0\xcf\x11\xe0\xa1\xb1", "not_csv"},
		"no list":        {`{"id":"a"}`, "not_places"},
		"another list":   {`[{"id":"a","nom":"b"}]`, "not_places"},
		"no objects":     {`[1,2]`, "not_places"},
		"half an object": {`[{"id":`, "not_places"},
		"a page":         {"<!doctype html>", "not_csv"},
		"a PDF":          {"%PDF-1.7", "not_csv"},
		"noise":          {"a\x00b\x01c", "not_csv"},
		"prose":          {"bonjour\ntout le monde\n", "not_csv"},
		"another table":  {"a,b,c\n1,2,3\n", "not_places"},
		"headless lines": {strings.Repeat("x,y\n", 30), "not_places"},
	} {
		counts, err := exchange.ImportPlaces(t.Context(), d.DB, console, strings.NewReader(test.file), exchange.Options{})
		if !fault.HasCode(err, test.code) || counts != (exchange.Counts{}) {
			t.Errorf("%s: %v %v", name, counts, err)
		}
	}
	if places := all(t, d); len(places) != 0 {
		t.Errorf("%d places were written", len(places))
	}
}

func all(t *testing.T, d *dbtest.DB) []place.Found {
	t.Helper()
	var found []place.Found
	if err := d.View(t.Context(), console, func(q db.Q) (err error) {
		found, _, err = place.Search(context.Background(), q, place.Filter{Limit: place.MostFound})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return found
}

func TestALineWithWrongQuotesLosesNoOther(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	const header = "id,nom,commune,code_postal,adresse,date_maj\n"
	file := header +
		"a,\"Maison \"du\" bourg\",Guéret,23000,1 rue,2024-01-01\n" +
		"b,\"Maison\nsur deux lignes\",Guéret,23000,1 rue,2024-01-01\n" +
		"c,\"Jamais fermé,Guéret,23000,1 rue,2024-01-01\n" +
		"d,Maison,Guéret,23000,1 rue,2024-01-01\n" +
		",,,,,\n" +
		"e,Trop,Guéret,23000,1 rue,2024-01-01,en trop\n" +
		"f,Ailleurs,Nullepart,99999,1 rue,2024-01-01\n" +
		"d,Deux fois,Guéret,23000,1 rue,2024-01-01\n"
	counts, remarks := importing(t, d, file, exchange.Options{})
	if want := (exchange.Counts{Read: 8, Created: 2, Refused: 4, Ignored: 2}); counts != want {
		t.Errorf("%v, want %v", counts, want)
	}
	lines := map[int]string{}
	for _, remark := range refusedOf(remarks) {
		lines[remark.Line] = remark.Rule
	}
	if want := map[int]string{2: "quotes", 5: "quotes", 7: "empty", 8: "too_many_fields", 9: "unknown_commune", 10: "double"}; !maps.Equal(lines, want) {
		t.Errorf("told %v, want %v", lines, want)
	}
}

func TestNewerLinesReplaceOlderOnesAreIgnored(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	const header = "id,nom,commune,code_postal,code_insee,adresse,latitude,longitude,telephone,horaires,date_maj\n"
	line := func(telephone, hours, day string) string {
		return header + "a,Maison,Guéret,23000,23096,1 rue,46.17,1.87," + telephone + "," + hours + "," + day + "\n"
	}
	for _, step := range []struct {
		name, file       string
		want             exchange.Counts
		telephone, hours string
	}{
		{"first", line("+33544000000", "", "2024-01-01"), exchange.Counts{Read: 1, Created: 1}, "+33544000000", ""},
		{"the same day completes", line("", "Mo 09:00-12:00", "2024-01-01"), exchange.Counts{Read: 1, Updated: 1}, "+33544000000", "Mo 09:00-12:00"},
		{"older", line("+33544000001", "", "2023-01-01"), exchange.Counts{Read: 1, Ignored: 1}, "+33544000000", "Mo 09:00-12:00"},
		{"newer replaces", line("", "Tu 09:00-12:00", "2024-02-01"), exchange.Counts{Read: 1, Updated: 1}, "", "Tu 09:00-12:00"},
		{"without the columns", "id,nom,commune,code_postal,adresse,date_maj\na,Maison,Guéret,23000,1 rue,2024-03-01\n", exchange.Counts{Read: 1, Updated: 1}, "", "Tu 09:00-12:00"},
	} {
		counts, _ := importing(t, d, step.file, exchange.Options{})
		known := bySource(t, d, "import", "a")
		if counts != step.want || known.Telephone != step.telephone || known.Hours != step.hours {
			t.Errorf("%s: %v %q %q", step.name, counts, known.Telephone, known.Hours)
		}
	}
}

func TestOnlyTheProgrammesTeamImports(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	for role, want := range map[string]bool{"national": true, "admin": true, "site": false, "desk": false, "certifier": false, "auditor": false} {
		actor := db.Actor{Kind: db.Person, ID: db.NewID(dbtest.Start), Organisation: db.NewID(dbtest.Start), Role: role, Level: "owner"}
		_, err := exchange.ImportPlaces(t.Context(), d.DB, actor, strings.NewReader(schemaHeader), exchange.Options{})
		if (err == nil) != want {
			t.Errorf("%s: %v", role, err)
		}
	}
}

func decimal(number float64) string { return strconv.FormatFloat(number, 'f', 4, 64) }

func utf16(text string) string {
	encoded, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	if err != nil {
		panic(err)
	}
	return encoded
}
