package exchange_test

import (
	"slices"
	"strings"
	"testing"

	"passerelle/internal/dbtest"
	"passerelle/internal/exchange"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
)

func readMapping(t *testing.T, text string) *exchange.Mapping {
	t.Helper()
	mapping, err := exchange.ReadMapping(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return mapping
}

// TestTheNationalCartographysMappings reads each public mapping on its own
// file, neither changed.
func TestTheNationalCartographysMappings(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		for _, test := range []struct {
			mapping, file string
			want          exchange.Counts
		}{
			{"angers", "angers_49.json", exchange.Counts{Read: 63, Created: 63}},
			{"etapes-numerique", "etapes_numeriques_laposte.json", exchange.Counts{Read: 95, Created: 95}},
			// 5 places of Haute-Vienne have no name; of 3 others nothing tells which commune
			// they are in: "Saint-Paul" is many.
			{"haute-vienne", "haute_vienne_87.json", exchange.Counts{Read: 561, Created: 553, Refused: 8}},
			{"hub-lo", "hub_lo_centre_val_de_loire.json", exchange.Counts{Read: 426, Created: 426}},
			{"la-creuse", "la_creuse_23.json", exchange.Counts{Read: 91, Created: 90, Refused: 1}},
			{"maine-et-loire", "maine_et_loire_49.json", exchange.Counts{Read: 243, Created: 239, Refused: 4}},
			{"mulhouse", "mulhouse_68.json", exchange.Counts{Read: 55, Created: 55}},
			{"numi", "numi_data_inclusion_schema.json", exchange.Counts{Read: 757, Created: 757}},
			{"france-services", "france_services_20221201.csv", exchange.Counts{Read: 2683, Created: 2657, Refused: 26}},
			{"conseiller-numerique", "cnfs_permanences_2022_open_deps.json", exchange.Counts{Read: 3819, Created: 3819}},
		} {
			options := exchange.Options{Source: test.mapping, Mapping: readMapping(t, shared(t, "data", "mappings", test.mapping+".config.json"))}
			file := shared(t, "data", "lieux", test.file)
			counts, remarks := importing(t, d, file, options)
			if counts != test.want {
				t.Errorf("%s: %v, want %v; %v", test.file, counts, test.want, refusedOf(remarks))
			}
			if counts.Read < 1000 {
				again, _ := importing(t, d, file, options)
				if want := (exchange.Counts{Read: counts.Read, Unchanged: counts.Created, Refused: counts.Refused}); again != want {
					t.Errorf("%s again: %v, want %v", test.file, again, want)
				}
			}
		}
		allonnes := bySource(t, d, "maine-et-loire", "LMN008")
		if metres := geography.Distance(allonnes.Latitude, allonnes.Longitude, 47.2938, 0.0240); metres > 1000 || allonnes.Approximate {
			t.Errorf("Lambert-93 leads %d m away, to %v, %v", metres, allonnes.Latitude, allonnes.Longitude)
		}
		if got := allonnes.Address; got != "20 rue Armand Quenard" {
			t.Errorf("columns joined as %q", got)
		}
		if hours := bySource(t, d, "france-services", "1").Hours; !strings.HasPrefix(hours, "Mo 09:00-12:00,13:30-17:00; Tu 09:00-12:00") {
			t.Errorf("one column for each day is read as %q", hours)
		}
	})
}

// TestMappingsOfAnotherFileAreRefused: these two mappings are for a later form
// of these files.
func TestMappingsOfAnotherFileAreRefused(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	for mapping, file := range map[string]string{
		"aidants-connect": "aidants_connect_structures_2021.json", "hinaura": "hinaura_brut_YesWiki.json", "angers": "hubs.json",
	} {
		options := exchange.Options{Mapping: readMapping(t, shared(t, "data", "mappings", mapping+".config.json"))}
		counts, err := exchange.ImportPlaces(t.Context(), d.DB, console, strings.NewReader(shared(t, "data", "lieux", file)), options)
		if !fault.HasCode(err, exchange.ErrNoPlaces.Code) || counts != (exchange.Counts{}) {
			t.Errorf("%s with %s: %v %v", file, mapping, counts, err)
		}
	}
}

func TestWhatAMappingCanSay(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	mapping := readMapping(t, `{
		"id": {"colonne": "N°"}, "nom": {"colonne": ["Nom usuel", "Nom"]}, "commune": {"valeur": "Guéret"},
		"code_postal": {"colonne": "CP"}, "adresse": {"joindre": {"colonnes": ["num", "voie"], "séparateur": " ", "ou": {"valeur": "Le bourg"}}},
		"latitude": {"dissocier": {"colonne": ["point"], "séparateur": ";", "partie": 0}}, "longitude": {"dissocier": {"colonne": "point", "séparateur": ";", "partie": 1}},
		"date_maj": {"colonne": ""},
		"frais_a_charge": [{"colonnes": ["tarif"], "termes": ["gratuit"], "sauf": ["adhérents"], "cible": "Gratuit"}, {"colonnes": ["tarif"], "termes": ["€"], "cible": "Payant"}],
		"services": [{"cible": "Aide aux démarches administratives"}, {"colonnes": ["wifi"], "cible": "Accès internet et matériel informatique"}],
		"autres_formations_labels": [{"colonnes": ["label"]}],
		"prive": {"colonne": "caché"},
		"horaires": {"semaine": "ouvert"},
		"passerelle": {"encodage": "iso-8859-15", "en_tete": 3}
	}`)
	file := "Nos lieux;à jour\nnom;commune;cp;adresse\nN°;NOM;nom usuel;cp;num;voie;point;tarif;wifi;label;caché;ouvert\n" +
		"1;Maison;;23000;2;rue;46,17;Gratuit pour les adhérents, sinon 2 \u20ac;oui;Ordi;;Du lundi au vendredi de 9h à 12h, samedi 10h-11h30\n" +
		"2;Maison;Le Café;23000;;;;GRATUIT;;;;sur rendez-vous\n" +
		"3;Maison;;23000;1;rue;;inconnu;;;oui;\n"
	file = strings.ReplaceAll(file, "46,17;", "\"46.17;1.87\";")
	encoded := strings.NewReplacer("°", "\xb0", "é", "\xe9", "à", "\xe0", "\u20ac", "\xa4").Replace(file)
	counts, remarks := importing(t, d, encoded, exchange.Options{Source: "x", Mapping: mapping})
	if want := (exchange.Counts{Read: 3, Created: 2, Ignored: 1}); counts != want {
		t.Fatalf("%v, want %v: %+v", counts, want, remarks)
	}
	one, two := bySource(t, d, "x", "1"), bySource(t, d, "x", "2")
	if one.Name != "Maison" || one.Address != "2 rue" || one.Latitude != 46.17 || !slices.Equal(one.Fees, []string{"paid"}) ||
		!slices.Equal(one.Services, []string{"procedures", "access"}) || one.OtherTrainings != "Ordi" || one.Hours != "Mo-Fr 09:00-12:00; Sa 10:00-11:30" {
		t.Errorf("%+v", one)
	}
	if two.Name != "Le Café" || two.Address != "Le bourg" || !two.Approximate || !slices.Equal(two.Fees, []string{"free"}) ||
		!slices.Equal(two.Services, []string{"procedures"}) || two.Hours != "sur rendez-vous" {
		t.Errorf("%+v", two)
	}
	var rules []string
	for _, remark := range remarks {
		rules = append(rules, remark.Rule)
	}
	for _, rule := range []string{"header", "hours", "private"} {
		if !slices.Contains(rules, rule) {
			t.Errorf("%s is not told: %v", rule, rules)
		}
	}
}

func TestTheEncodingIsToldOnceAndNoticesToo(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	file := "Mis \xe0 jour\n\nid,nom,commune,code_postal,code_insee,adresse,latitude,longitude,date_maj\n" +
		"a,Caf\xe9,Guéret,23000,23096,1 rue,46.17,1.87,2024-01-01\nb,Caf\xe9,Guéret,23000,23096,1 rue,46.17,1.87,2024-01-01\n"
	file = strings.ReplaceAll(file, "é", "\xe9")
	counts, remarks := importing(t, d, file, exchange.Options{})
	var rules []string
	for _, remark := range remarks {
		rules = append(rules, remark.Rule)
	}
	if counts.Created != 2 || !slices.Equal(rules, []string{"header", "encoding"}) {
		t.Errorf("%v %v", counts, rules)
	}
}

func TestMappingsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "[]", "{", `{"id": {"colonne": "a"}}`, `{"nom": 3}`, `{"nom": {"colonne": {}}}`, `{"nom": {"colonne": "a"}, "services": [3]}`,
		`{"nom": {"colonne": "a"}, "horaires": []}`, `{"nom": {"colonne": "a"}, "passerelle": {"encodage": "klingon"}}`,
		`{"nom": {"colonne": "a"}, "passerelle": {"projection": "lambert-2"}}`,
		`{"nom": {"dissocier": {"colonne": "a", "séparateur": ",", "partie": -1}}}`,
		`{"nom": {"colonne": "` + strings.Repeat("a", 2<<20) + `"}}`,
	} {
		if _, err := exchange.ReadMapping(strings.NewReader(text)); !fault.HasCode(err, exchange.ErrBadMapping.Code) {
			t.Errorf("%.60q: %v", text, err)
		}
	}
}
