package exchange_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"passerelle/internal/dbtest"
	"passerelle/internal/exchange"
	"passerelle/internal/fault"
	"passerelle/internal/place"
)

func rulesOf(remarks []exchange.Remark) []string {
	var rules []string
	for _, remark := range remarks {
		rules = append(rules, remark.Rule)
	}
	return rules
}

// TestAMappingIsFoundByItself: and a mapping that is given wins.
func TestAMappingIsFoundByItself(t *testing.T) {
	t.Parallel()
	const file = "id_fs,lib_fs,adresse,insee_com,code_postal,lib_com,latitude,longitude,mail,telephone,h_lundi,h_mardi,itinerance\n" +
		"7,France services,1 rue,23096,23000,Guéret,46.17,1.87,a@exemple.fr,05 44 00 00 00,9h-12h,,Non\n"
	d := dbtest.SQLite(t)
	counts, remarks := importing(t, d, file, exchange.Options{})
	if counts.Created != 1 || remarks[0].Rule != "mapping" || remarks[0].Value != "france-services" {
		t.Fatalf("%v %+v", counts, remarks)
	}
	made := bySource(t, d, "france-services", "7")
	if made.Hours != "Mo 09:00-12:00" || !slices.Equal(made.Programmes, []string{place.ProgrammeFranceServices}) || !slices.Equal(made.Itinerance, []string{"fixed"}) {
		t.Errorf("%+v", made)
	}
	given := readMapping(t, `{"id": {"colonne": "id_fs"}, "nom": {"colonne": "lib_com"}, "adresse": {"colonne": "adresse"}, "code_insee": {"colonne": "insee_com"}, "code_postal": {"colonne": "code_postal"}}`)
	if counts, remarks = importing(t, d, file, exchange.Options{Mapping: given, Source: "y"}); counts.Created != 1 || slices.Contains(rulesOf(remarks), "mapping") {
		t.Errorf("a mapping that is given: %v %+v", counts, remarks)
	}
	if made := bySource(t, d, "y", "7"); made.Name != "Guéret" {
		t.Errorf("read as %q", made.Name)
	}
}

// TestTheSchemaIsReadWithoutAMapping: a file with the columns of the schema is
// nobody else's, however few they are.
func TestTheSchemaIsReadWithoutAMapping(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	for n, header := range []string{
		"id,nom,adresse,code_postal,commune,latitude,longitude,telephone,courriel,site_web,date_maj,source",
		"ID;Nom;Adresse;Code postal;Ville;Lat;Lon;Tél;Mail;Site_web;Date_MAJ;Source",
	} {
		separator := header[2:3]
		file := header + "\n" + strings.Join([]string{fmt.Sprint(n), "Maison", "1 rue", "23000", "Guéret", "46.17", "1.87", "", "", "", "2024-01-01", "s"}, separator) + "\n"
		counts, remarks := importing(t, d, file, exchange.Options{})
		if counts.Created != 1 || slices.Contains(rulesOf(remarks), "mapping") {
			t.Errorf("%s: %v %+v", header, counts, remarks)
		}
	}
}

func TestEveryMappingOfTheProgramIsReadAndNamed(t *testing.T) {
	t.Parallel()
	names := exchange.MappingNames()
	if len(names) < 10 {
		t.Errorf("only %v", names)
	}
	for _, name := range names {
		if mapping, err := exchange.ShippedMapping(name); err != nil || mapping.Name != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := exchange.ShippedMapping("nulle-part"); !fault.HasCode(err, exchange.ErrUnknownMapping.Code) {
		t.Errorf("a mapping that is not there: %v", err)
	}
}

// TestTheServicesOfAStructureAreAdded: data·inclusion has a list of structures,
// and beside it one of the services that they give.
func TestTheServicesOfAStructureAreAdded(t *testing.T) {
	t.Parallel()
	const file = `{"structures": [{"source": "x", "id": "x--1", "nom": "Maison", "date_maj": "2026-01-02", "siret": "43493312300029", "commune": "Guéret",
		"code_postal": "23000", "code_insee": "23096", "adresse": "1 rue", "latitude": 46.17, "longitude": 1.87, "reseaux_porteurs": ["france-service"]}],
		"meta": {"a": [1, {"b": "]"}]},
		"services": [{"source": "x", "structure_id": "x--1", "id": "x--1--a", "nom": "Atelier", "thematiques": ["numerique--acceder-a-une-connexion-internet"], "frais": "gratuit"},
		{"source": "x", "structure_id": "x--1", "id": "x--1--b", "nom": "Aide", "thematiques": ["numerique--acceder-a-des-services-en-ligne"], "type": "accompagnement"},
		{"source": "x", "structure_id": "x--2", "id": "x--2--b", "nom": "Aide", "thematiques": ["numerique--acceder-a-des-services-en-ligne"]}]}`
	d := dbtest.SQLite(t)
	counts, remarks := importing(t, d, file, exchange.Options{})
	if want := (exchange.Counts{Read: 4, Created: 1, Updated: 2, Refused: 1}); counts != want {
		t.Fatalf("%v, want %v: %+v", counts, want, remarks)
	}
	if last := remarks[len(remarks)-1]; last.Rule != "unknown_structure" || last.Line != 4 || last.Value != "2" {
		t.Errorf("a service of nobody: %+v", last)
	}
	made := bySource(t, d, "x", "1")
	if !slices.Equal(made.Services, []string{"access", "procedures"}) || !slices.Equal(made.Fees, []string{"free"}) || !slices.Equal(made.Supports, []string{"individual"}) ||
		!slices.Equal(made.Programmes, []string{place.ProgrammeFranceServices}) || made.Pivot != "43493312300029" || made.Name != "Maison" || made.Address != "1 rue" {
		t.Errorf("%+v", made)
	}
	if again, _ := importing(t, d, file, exchange.Options{}); again != (exchange.Counts{Read: 4, Unchanged: 3, Refused: 1}) {
		t.Errorf("again: %v", again)
	}
}

// TestALineForEachServiceIsOnePlace: what the lines of one place say adds up,
// and the same file again changes nothing.
func TestALineForEachServiceIsOnePlace(t *testing.T) {
	t.Parallel()
	mapping := readMapping(t, `{"nom": {"colonne": "n"}, "adresse": {"colonne": "a"}, "code_insee": {"colonne": "c"}, "code_postal": {"colonne": "p"}, "telephone": {"colonne": "t"},
		"services": [{"colonnes": ["s"], "termes": ["wifi"], "cible": "Accès internet et matériel informatique"}, {"colonnes": ["s"], "termes": ["aide"], "cible": "Aide aux démarches administratives"}],
		"passerelle": {"une_ligne_par": "service"}}`)
	const file = "n,a,c,p,t,s\nMaison,1 rue,23096,23000,,wifi\nAutre,2 rue,23096,23000,,wifi\nMaison,1 RUE,23096,23000,0544000000,aide\n"
	d := dbtest.SQLite(t)
	for _, want := range []exchange.Counts{{Read: 3, Created: 2, Updated: 1}, {Read: 3, Unchanged: 3}} {
		counts, remarks := importing(t, d, file, exchange.Options{Mapping: mapping, Source: "x"})
		if counts != want || !slices.Contains(rulesOf(remarks), "same_place") {
			t.Errorf("%v, want %v: %+v", counts, want, remarks)
		}
	}
	for _, found := range all(t, d) {
		if found.Place.Name == "Maison" && (len(found.Place.Services) != 2 || found.Place.Telephone != "+33544000000") {
			t.Errorf("%+v", found.Place)
		}
	}
}

func TestWhereAPlaceIs(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	const header = "id,nom,commune,code_postal,code_insee,adresse,latitude,longitude,date_maj\n"
	for n, test := range []struct {
		name, line   string
		commune      string // empty: refused
		address      string
		rules        []string
		approximated bool
	}{
		{"a code of before", "Maison,Seynod,74600,74268,1 rue,45.88,6.09,2024-01-01", "74010", "1 rue", []string{"merged_commune"}, false},
		{"a name of before", "Maison,Châtillon-en-Michaille,01200,,1 rue,46.14,5.80,2024-01-01", "01033", "1 rue", []string{"merged_commune"}, false},
		{"an arrondissement", "Maison,Paris,75012,75112,1 rue,48.84,2.39,2024-01-01", "75056", "1 rue", []string{"arrondissement"}, false},
		{"a CEDEX in the address", `Maison,,44036,,"1 bis place Saint Similien - 44036 Nantes Cedex 1",47.22,-1.56,2024-01-01`, "44109", "1 bis place Saint Similien", []string{"in_address", "commune"}, false},
		{"no address", "Maison,Guéret,23000,23096,,46.17,1.87,2024-01-01", "23096", "", []string{"required"}, false},
		{"named by the place", "Maison de Ligny-en-Barrois,,55500,,1 rue,,,2024-01-01", "55291", "1 rue", []string{"in_name", "commune_centre"}, true},
		{"most people of the postal code", "Maison,,42300,,1 rue,,,2024-01-01", "42187", "1 rue", []string{"postal_code_commune", "commune_centre"}, true},
		{"no commune has most of them", "Maison,,02420,,1 rue,,,2024-01-01", "", "", []string{"required"}, false},
		{"an address of elsewhere", "Maison,,42000,,11 place René Coty 42000 Blois,,,2024-01-01", "", "", []string{"contradiction"}, false},
		{"neither address nor commune", "Maison,,42300,,,,,2024-01-01", "", "", []string{"postal_code_commune", "commune_centre", "required"}, false},
		{"metres of Lambert-93", `Maison,Guéret,23000,23096,1 rue,"6563876,2","612958,5",2024-01-01`, "23096", "1 rue", []string{"decimal_comma", "decimal_comma", "lambert_93"}, false},
		{"swapped", "Maison,Guéret,23000,23096,1 rue,1.87,46.17,2024-01-01", "23096", "1 rue", []string{"swapped"}, false},
		{"the middle of the ocean", "Maison,Guéret,23000,23096,1 rue,0,0,2024-01-01", "23096", "1 rue", []string{"commune_centre"}, true},
	} {
		id := fmt.Sprintf("l%d", n)
		counts, remarks := importing(t, d, header+id+","+test.line+"\n", exchange.Options{})
		if rules := rulesOf(remarks); !slices.Equal(rules, test.rules) || (counts.Refused == 1) != (test.commune == "") {
			t.Errorf("%s: %v %+v", test.name, counts, remarks)
			continue
		}
		if test.commune == "" {
			continue
		}
		if made := bySource(t, d, "import", id); made.Commune != test.commune || made.Address != test.address || made.Approximate != test.approximated {
			t.Errorf("%s: %s %q %v", test.name, made.Commune, made.Address, made.Approximate)
		}
	}
}

func TestTheRangesOfTheDirectoryOfPublicServices(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	mapping := readMapping(t, `{"id": {"colonne": "i"}, "nom": {"colonne": "n"}, "adresse": {"colonne": "a"}, "code_insee": {"colonne": "c"}, "horaires": {"plages": "O.PlageJ"}}`)
	for n, test := range []struct{ ranges, want string }{
		{`{"début": "lundi", "fin": "vendredi", "PlageH": [{"début": "08:00:00", "fin": "12:30:00"}, {"début": "13:30:00", "fin": "16:30:00"}]}`, "Mo-Fr 08:00-12:30,13:30-16:30"},
		{`[{"début": "lundi", "fin": "jeudi", "PlageH": {"début": "09:00:00", "fin": "12:00:00"}}, {"début": "mardi", "fin": "mardi", "PlageH": {"début": "14:00:00", "fin": "17:00:00"}}]`, "Mo 09:00-12:00; Tu 09:00-12:00,14:00-17:00; We-Th 09:00-12:00"},
		{`{"début": "vendredi", "fin": "jeudi", "PlageH": {"début": "09:00:00", "fin": "12:00:00"}}`, "vendredi à jeudi : 09:00-12:00"},
		{`{"début": "lundi"}`, "lundi : "},
	} {
		file := fmt.Sprintf(`[{"i": "%d", "n": "Maison", "a": "1 rue", "c": "23096", "O": {"PlageJ": %s}}]`, n, test.ranges)
		if counts, remarks := importing(t, d, file, exchange.Options{Mapping: mapping, Source: "x"}); counts.Created != 1 {
			t.Errorf("%s: %v %+v", test.ranges, counts, remarks)
			continue
		}
		if got := bySource(t, d, "x", fmt.Sprint(n)).Hours; strings.TrimSpace(got) != strings.TrimSpace(test.want) {
			t.Errorf("%s is read as %q", test.ranges, got)
		}
	}
}
