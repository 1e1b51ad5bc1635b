package exchange_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/exchange"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/place"
)

// exporting runs an export that must succeed.
func exporting(t testing.TB, d *dbtest.DB, asked exchange.Export) (string, exchange.Exported) {
	t.Helper()
	var out bytes.Buffer
	var told exchange.Exported
	if err := d.View(t.Context(), db.Actor{}, func(q db.Q) (err error) {
		out.Reset()
		told, err = exchange.ExportPlaces(t.Context(), q, &out, asked)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out.String(), told
}

// lines reads a CSV file as records by column.
func lines(t testing.TB, file string) []map[string]string {
	t.Helper()
	records, err := csv.NewReader(strings.NewReader(file)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var read []map[string]string
	for _, record := range records[1:] {
		line := map[string]string{}
		for i, column := range records[0] {
			line[column] = record[i]
		}
		read = append(read, line)
	}
	return read
}

func saved(t testing.TB, d *dbtest.DB, places ...place.Place) []place.Place {
	t.Helper()
	var made []place.Place
	d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
		made = nil
		for _, p := range places {
			one, _, err := place.Save(ctx, tx, p)
			if err != nil {
				return err
			}
			made = append(made, one)
		}
		return nil
	})
	return made
}

// house is a place that keeps the national schema.
func house(id string) place.Place {
	return place.Place{
		Source: "essai", SourceID: id, Collector: "essai", Name: "Maison", Commune: "23096", PostalCode: "23000", Address: "1 rue Neuve",
		Latitude: 46.17, Longitude: 1.87, Pivot: "43493312300029", UpdatedOn: civil.On(2026, 1, 5), Telephone: "+33544000000",
		Services: []string{place.ServiceProcedures, place.ServiceAccess}, Supports: []string{"individual"}, AccessWays: []string{"come", "email"},
		Fees: []string{"free"}, Emails: []string{"contact@exemple.invalid"}, Websites: []string{"https://exemple.invalid/été"}, Hours: "Mo-Fr 09:00-12:00",
		Summary: "On apprend, en petit groupe.", Programmes: []string{place.ProgrammeFranceServices},
	}
}

func TestTheSchemasOwnExampleRoundTripsUnchanged(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		example := shared(t, "data", "schema", "lieux_exemple_valide_v1.0.2.csv")
		importing(t, d, example, exchange.Options{Strict: true})
		file, told := exporting(t, d, exchange.Export{Schema: exchange.SchemaLieux})
		if told.Written != 1 || len(told.LeftOut)+len(told.Emptied) != 0 {
			t.Errorf("told %v", told)
		}
		want, err := csv.NewReader(strings.NewReader(example)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		got, err := csv.NewReader(strings.NewReader(file)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			if !slices.Equal(got[i], want[i]) {
				t.Errorf("line %d:\n%q\nwant\n%q", i+1, got[i], want[i])
			}
		}
	})
}

// The vocabulary has no word for the pass: it is told among the other labels,
// and read there again. A file whose labels do not name it says nothing of it.
func TestThePassIsToldAmongTheOtherLabels(t *testing.T) {
	t.Parallel()
	for _, strict := range []bool{true, false} {
		d, other := dbtest.SQLite(t), dbtest.SQLite(t)
		takes, labelled := house("a"), house("b")
		takes.PassAccepted, labelled.PassAccepted, labelled.OtherTrainings = true, true, "Un label|Un autre"
		saved(t, d, takes, labelled, house("c"))
		file, _ := exporting(t, d, exchange.Export{Schema: exchange.SchemaLieux})
		for range 2 { // over an empty directory, then over itself
			importing(t, other, file, exchange.Options{Strict: strict})
			for id, want := range map[string]string{"a": "", "b": "Un label|Un autre"} {
				if read := bySource(t, other, "essai", id); !read.PassAccepted || read.OtherTrainings != want {
					t.Errorf("%s takes the pass, with %q: read as %v %q", id, want, read.PassAccepted, read.OtherTrainings)
				}
			}
			if bySource(t, other, "essai", "c").PassAccepted {
				t.Error("c does not take the pass")
			}
		}
		importing(t, other, strings.NewReplacer("Pass numérique", "", "2026-01-05", "2026-01-06").Replace(file), exchange.Options{Strict: strict})
		if !bySource(t, other, "essai", "a").PassAccepted {
			t.Error("labels that do not name the pass say nothing of it")
		}
	}
}

// What the national schema asks for and a place has not keeps it out; a value
// that it forbids is left empty; every place is in the whole file.
func TestOnlyWhatKeepsTheNationalSchemaIsWrittenInIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		changed := func(id string, change func(p *place.Place)) place.Place {
			p := house(id)
			change(&p)
			return p
		}
		saved(t, d,
			house("a"),
			changed("b", func(p *place.Place) { p.Pivot = "" }),
			changed("c", func(p *place.Place) { p.UpdatedOn = civil.Date{} }),
			changed("d", func(p *place.Place) { p.Address = "" }),
			changed("e", func(p *place.Place) { p.Telephone = "3939"; p.Summary = strings.Repeat("a", 281) }),
			changed("f", func(p *place.Place) { p.Latitude, p.Longitude = 0, 0 }),
			changed("g", func(p *place.Place) { p.PassAccepted, p.OtherTrainings = true, "Autre label" }),
			changed("h", func(p *place.Place) { p.Latitude = 146 }),
			changed("i", func(p *place.Place) { p.PostalCode = "2300" }),
		)
		file, told := exporting(t, d, exchange.Export{Schema: exchange.SchemaLieux})
		read := lines(t, file)
		var ids []string
		for _, line := range read {
			ids = append(ids, line["id"])
		}
		if want := []string{"a", "e", "f", "g", "h"}; !slices.Equal(ids, want) || told.Written != 5 {
			t.Errorf("written %v, want %v; %v", ids, want, told)
		}
		if want := "lieux écrits\u00a0: 5\u00a0; laissés hors du schéma\u00a0: 4 (adresse 1, code_postal 1, date_maj 1, pivot 1)\u00a0; valeurs laissées hors du schéma\u00a0: 3 (latitude 1, presentation_resume 1, telephone 1)"; told.String() != want {
			t.Errorf("told %q", told)
		}
		if read[1]["telephone"] != "" || read[1]["presentation_resume"] != "" {
			t.Errorf("values that break the schema are written: %v", read[1])
		}
		if read[2]["latitude"] != "" || read[2]["longitude"] != "" || read[4]["longitude"] != "" {
			t.Errorf("the commune's centre is not the place's position: %v %v", read[2], read[4])
		}
		if got := read[3]["autres_formations_labels"]; got != "Autre label|Pass numérique" {
			t.Errorf("the pass is told as %q", got)
		}

		whole, told := exporting(t, d, exchange.Export{})
		read = lines(t, whole)
		if len(read) != 9 || told.Written != 9 || len(told.LeftOut) != 0 {
			t.Fatalf("%d places of 9: %v", len(read), told)
		}
		for _, line := range read {
			for _, column := range []string{"nom", "commune", "code_postal", "latitude", "longitude"} {
				if line[column] == "" {
					t.Errorf("%s has no %s", line["id"], column)
				}
			}
		}
		if read[6]["pass_numerique"] != "oui" || read[0]["pass_numerique"] != "non" || read[6]["autres_formations_labels"] != "Autre label" || read[5]["position_approchee"] != "oui" {
			t.Errorf("columns of our own: %v", read[6])
		}
	})
}

func TestTheColumnsAreThoseOfTheSchemaInItsOrder(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	const columns = "id,pivot,nom,commune,code_postal,code_insee,adresse,complement_adresse,latitude,longitude,typologie,telephone,courriels,site_web,horaires,presentation_resume,presentation_detail,source,itinerance,structure_parente,date_maj,services,publics_specifiquement_adresses,prise_en_charge_specifique,frais_a_charge,dispositif_programmes_nationaux,formations_labels,autres_formations_labels,modalites_acces,modalites_accompagnement,fiche_acces_libre,prise_rdv"
	if file, _ := exporting(t, d, exchange.Export{Schema: exchange.SchemaLieux}); file != columns+"\n" {
		t.Errorf("an empty directory is\n%s", file)
	}
	if file, _ := exporting(t, d, exchange.Export{}); file != columns+",pass_numerique,label_jusqu_au,accessible_fauteuil,langues,position_approchee,lieu_invente\n" {
		t.Errorf("an empty directory is\n%s", file)
	}
}

func TestPlacesOfTheSameIDInTwoSourcesAreBothWritten(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	first, second, third := house("1"), house("1"), house("1")
	second.Source, second.Collector = "zone", "zone"
	third.Source, third.Collector = "autre", ""
	saved(t, d, second, first, third)
	read := lines(t, func() string { file, _ := exporting(t, d, exchange.Export{Schema: exchange.SchemaLieux}); return file }())
	var named []string
	for _, line := range read {
		named = append(named, line["source"]+" "+line["id"])
	}
	if want := []string{"autre 1", "essai essai/1", "zone zone/1"}; !slices.Equal(named, want) {
		t.Errorf("written as %q, want %q", named, want)
	}
}

func TestATerritoryHasItsOwnFile(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		elsewhere := house("b")
		elsewhere.Commune, elsewhere.PostalCode = "87085", "87000"
		saved(t, d, house("a"), elsewhere)
		for code, want := range map[string]int{"23": 1, "R75": 2, "87085": 1, "200034825": 1, "FR": 2, "75": 0} {
			territory, err := geography.ParseTerritory(code)
			if err != nil {
				t.Fatal(err)
			}
			if _, told := exporting(t, d, exchange.Export{Territory: territory}); told.Written != want {
				t.Errorf("%s: %v, want %d", code, told, want)
			}
		}
	})
}

func TestTheSitesAreThePlacesThatHoldTheLabel(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	saved(t, d, house("a"), house("b"), house("c"))
	labelled, lapsed := bySource(t, d, "essai", "b"), bySource(t, d, "essai", "c")
	d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
		if err := place.SetLabelled(ctx, tx, lapsed.ID, civil.On(2020, 1, 1), civil.On(2021, 1, 1)); err != nil {
			return err
		}
		return place.SetLabelled(ctx, tx, labelled.ID, civil.On(2026, 1, 1), civil.On(2028, 1, 1))
	})
	file, told := exporting(t, d, exchange.Export{Labelled: true, Schema: exchange.SchemaLieux})
	if told.Written != 1 || !strings.Contains(file, "\nb,") || !strings.Contains(file, "Pass numérique") {
		t.Errorf("%v\n%s", told, file)
	}
}

func TestWhatNoExportIsIsRefused(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	for asked, code := range map[exchange.Export]string{
		{Schema: "autre"}: "unknown_export", {Format: "pdf"}: "unknown_export",
		{Schema: exchange.SchemaDataInclusion, Format: exchange.FormatCSV}: "only_json",
	} {
		var out bytes.Buffer
		err := d.View(t.Context(), console, func(q db.Q) error {
			_, err := exchange.ExportPlaces(t.Context(), q, &out, asked)
			return err
		})
		if !fault.HasCode(err, code) || out.Len() != 0 {
			t.Errorf("%+v: %v", asked, err)
		}
	}
}

func TestGeoJSONAndJSONHoldEveryPlace(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	near := house("b")
	near.Latitude, near.Longitude, near.PassAccepted, near.Name = 0, 0, true, "«\u00a0L’\"Atelier\"\u00a0»\n<b>"
	saved(t, d, house("a"), near)
	var collection struct {
		Type     string
		Features []struct {
			Type     string
			Geometry *struct {
				Type        string
				Coordinates []float64
			}
			Properties map[string]any
		}
	}
	file, _ := exporting(t, d, exchange.Export{Format: exchange.FormatGeoJSON})
	if err := json.Unmarshal([]byte(file), &collection); err != nil {
		t.Fatal(err)
	}
	if collection.Type != "FeatureCollection" || len(collection.Features) != 2 {
		t.Fatalf("a collection of %d: %s", len(collection.Features), file)
	}
	house, near2 := collection.Features[0], collection.Features[1]
	if house.Type != "Feature" || house.Geometry.Type != "Point" || !slices.Equal(house.Geometry.Coordinates, []float64{1.87, 46.17}) || house.Properties["latitude"] != nil {
		t.Errorf("a feature is %+v", house)
	}
	if near2.Properties["nom"] != near.Name || near2.Properties["position_approchee"] != true || near2.Properties["pass_numerique"] != true || near2.Properties["pivot"] != "43493312300029" {
		t.Errorf("properties are %+v", near2.Properties)
	}
	if file, _ = exporting(t, d, exchange.Export{Format: exchange.FormatGeoJSON, Schema: exchange.SchemaLieux}); !strings.Contains(file, `"geometry":null`) {
		t.Errorf("the commune's centre is not the place's position: %s", file)
	}
	var places []map[string]any
	file, _ = exporting(t, d, exchange.Export{Format: exchange.FormatJSON})
	if err := json.Unmarshal([]byte(file), &places); err != nil {
		t.Fatal(err)
	}
	if len(places) != 2 || places[0]["latitude"] != 46.17 || places[0]["complement_adresse"] != nil || places[0]["pass_numerique"] != false || len(places[0]) != 38 {
		t.Errorf("objects are %v", places)
	}
	if file, _ = exporting(t, dbtest.SQLite(t), exchange.Export{Format: exchange.FormatJSON}); file != "[\n]\n" {
		t.Errorf("no place is %q", file)
	}
}

func TestAWorkbookHoldsEveryPlaceAndNoFormula(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	tricky := house("b")
	tricky.Name = "=1+1"
	saved(t, d, house("a"), tricky)
	file, _ := exporting(t, d, exchange.Export{Format: exchange.FormatXLSX})
	if again, _ := exporting(t, d, exchange.Export{Format: exchange.FormatXLSX}); again != file {
		t.Error("the same places are other bytes")
	}
	book, err := excelize.OpenReader(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("Lieux")
	if err != nil || len(rows) != 3 || rows[0][2] != "nom" || rows[2][2] != "=1+1" || rows[1][8] != "46.17" || rows[1][4] != "23000" {
		t.Errorf("%v %q", err, rows)
	}
	if formula, err := book.GetCellFormula("Lieux", "C3"); err != nil || formula != "" {
		t.Errorf("a text runs as %q: %v", formula, err)
	}
	// A spreadsheet that opens the CSV file runs it no more.
	if whole, _ := exporting(t, d, exchange.Export{}); lines(t, whole)[1]["nom"] != "'=1+1" {
		t.Error("a name runs as a formula")
	}
}

func inclusionSchema(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(shared(t, "data", "schema", filepath.Base(name))))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(name, document); err != nil {
		t.Fatal(err)
	}
	return compiler.MustCompile(name)
}

// validInclusion gives the structures and services of a file that keeps both
// schemas of data·inclusion v1.
func validInclusion(t *testing.T, file string) (structures, services []any) {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	whole := value.(map[string]any)
	structures, services = whole["structures"].([]any), whole["services"].([]any)
	for name, list := range map[string][]any{"schemas_v1_structure.json": structures, "schemas_v1_service.json": services} {
		schema := inclusionSchema(t, name)
		for _, one := range list {
			if err := schema.Validate(one); err != nil {
				t.Errorf("%v: %v", one, err)
			}
			for field := range one.(map[string]any) {
				if schema.Properties[field] == nil {
					t.Errorf("%s has no field %s", name, field)
				}
			}
		}
	}
	return structures, services
}

func TestDataInclusionKeepsItsSchemas(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		all := func(vocabulary place.Vocabulary) (codes []string) {
			for _, word := range vocabulary {
				codes = append(codes, word.Code)
			}
			return codes
		}
		odd := house("b")
		odd.Name, odd.Description, odd.Hours, odd.Pivot, odd.PostalCode = strings.Repeat("Très long. ", 20), "Oui", "sur rendez-vous", "W123", "2300"
		odd.Emails, odd.Websites, odd.BookingURL, odd.AccessibilityURL = []string{"élan@exemple"}, []string{"ftp://exemple.invalid", "https://exemple.invalid/a b"}, "https://exemple.invalid/rdv", "n’importe quoi"
		odd.Services, odd.Publics, odd.SpecialNeeds, odd.Fees = all(place.Services), all(place.Publics), all(place.SpecialNeeds), all(place.Fees)
		odd.Programmes, odd.AccessWays, odd.Supports, odd.Latitude, odd.Longitude = all(place.Programmes), all(place.AccessWays), all(place.Supports), 0, 0
		silent := house("c")
		silent.Services = nil
		undated := house("d")
		undated.UpdatedOn = civil.Date{}
		unnamed := house("e")
		unnamed.Name = "A."
		saved(t, d, house("a"), odd, silent, undated, unnamed)
		file, told := exporting(t, d, exchange.Export{Schema: exchange.SchemaDataInclusion, Format: exchange.FormatJSON})
		structures, services := validInclusion(t, file)
		if len(structures) != 3 || len(services) != 2 || told.Written != 3 || told.LeftOut["nom"] != 1 || told.LeftOut["date_maj"] != 1 {
			t.Fatalf("%d structures, %d services; %v", len(structures), len(services), told)
		}
		first, help := structures[0].(map[string]any), services[0].(map[string]any)
		if first["id"] != "essai--a" || first["siret"] != "43493312300029" || first["site_web"] != "https://exemple.invalid/%C3%A9t%C3%A9" || help["structure_id"] != "essai--a" ||
			help["type"] != "accompagnement" || help["frais"] != "gratuit" || fmt.Sprint(help["publics"]) != "[tous-publics]" || fmt.Sprint(help["modes_mobilisation"]) != "[se-presenter envoyer-un-courriel]" {
			t.Errorf("%v\n%v", first, help)
		}
	})
}

// roundTrip imports a file of the national schema into an empty directory and
// writes it again.
func roundTrip(t testing.TB, file string, d *dbtest.DB) (string, exchange.Counts) {
	t.Helper()
	counts, err := exchange.ImportPlaces(t.Context(), d.DB, console, strings.NewReader(file), exchange.Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	again, _ := exporting(t, d, exchange.Export{Schema: exchange.SchemaLieux})
	return again, counts
}

func TestTheRealDirectoryRoundTrips(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		importing(t, d, shared(t, "data", "lieux", "schema_national_v1_multi_sources_open_deps.csv"), exchange.Options{})
		file, told := exporting(t, d, exchange.Export{Schema: exchange.SchemaLieux})
		if again, _ := exporting(t, d, exchange.Export{Schema: exchange.SchemaLieux}); again != file {
			t.Error("the same places are other bytes")
		}
		again, counts := roundTrip(t, file, dbtest.SQLite(t))
		if counts.Refused != 0 || counts.Created != told.Written || told.Written < 1000 {
			t.Errorf("%v of %v", counts, told)
		}
		if again != file {
			t.Error("read and written again, the file is another")
		}
		inclusion, _ := exporting(t, d, exchange.Export{Schema: exchange.SchemaDataInclusion})
		if structures, _ := validInclusion(t, inclusion); len(structures) < 2900 {
			t.Errorf("%d structures", len(structures))
		}
	})
}

func TestTheSampleDirectoryIsReadStrictlyFromItsFile(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		packed, err := os.Open(filepath.Join("..", "sample", "data", "places.csv.gz"))
		if err != nil {
			t.Fatal(err)
		}
		defer packed.Close()
		unpacked, err := gzip.NewReader(packed)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := exchange.ImportPlaces(t.Context(), d.DB, console, unpacked, exchange.Options{}); err != nil {
			t.Fatal(err)
		}
		file, told := exporting(t, d, exchange.Export{Schema: exchange.SchemaLieux})
		again, counts := roundTrip(t, file, dbtest.SQLite(t))
		if counts.Refused != 0 || counts.Created != told.Written || told.Written < 150 {
			t.Errorf("%v of %v", counts, told)
		}
		if again != file {
			t.Error("read and written again, the file is another")
		}
	})
}

// Whatever a directory holds, its file of the national schema is read strictly
// without a refusal, and written again the same.
func TestAnyDirectoryRoundTrips(t *testing.T) {
	t.Parallel()
	text := rapid.OneOf(rapid.StringMatching(`[a-zé|,;"' \n\r\t=+-]{0,12}`), rapid.String(), rapid.SampledFrom([]string{"", "Pass numérique", "a|pass numerique|b", "\x00", "\\."}))
	someOf := func(t *rapid.T, vocabulary place.Vocabulary) (codes []string) {
		for _, word := range vocabulary {
			if rapid.Bool().Draw(t, word.Code) {
				codes = append(codes, word.Code)
			}
		}
		return codes
	}
	d, other := dbtest.SQLite(t), dbtest.SQLite(t)
	rapid.Check(t, func(r *rapid.T) {
		for _, each := range []*dbtest.DB{d, other} {
			each.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
				for _, table := range []string{"place_record", "place"} {
					if _, err := tx.Exec(ctx, `DELETE FROM `+table); err != nil {
						return err
					}
				}
				return nil
			})
		}
		var places []place.Place
		seen := map[string]bool{}
		for range rapid.IntRange(0, 4).Draw(r, "places") {
			p := house(strings.ReplaceAll(text.Draw(r, "id"), "\x00", ""))
			p.Source = rapid.SampledFrom([]string{"a", "b", "é"}).Draw(r, "source")
			p.Collector = rapid.OneOf(rapid.Just(p.Source), text).Draw(r, "collector")
			if key := p.Source + "\x00" + p.SourceID; p.SourceID != "" && seen[key] {
				continue
			} else {
				seen[key] = true
			}
			p.Name = text.Draw(r, "name") + "x"
			p.Address, p.Telephone, p.Summary = text.Draw(r, "address"), rapid.SampledFrom([]string{"", "+33544000000", "3939"}).Draw(r, "telephone"), text.Draw(r, "summary")
			p.Description, p.OtherTrainings, p.PassAccepted = text.Draw(r, "description"), text.Draw(r, "others"), rapid.Bool().Draw(r, "pass")
			p.CommuneName, p.Emails, p.Typology = text.Draw(r, "commune"), rapid.SliceOfN(text, 0, 3).Draw(r, "emails"), rapid.SliceOfN(text, 0, 3).Draw(r, "typology")
			p.Latitude, p.Longitude = rapid.Float64Range(-91, 91).Draw(r, "latitude"), rapid.Float64Range(-181, 181).Draw(r, "longitude")
			p.Services, p.Fees, p.Trainings, p.AccessWays = someOf(r, place.Services), someOf(r, place.Fees), someOf(r, place.Trainings), someOf(r, place.AccessWays)
			places = append(places, p)
		}
		saved(t, d, places...)
		file, told := exporting(t, d, exchange.Export{Schema: exchange.SchemaLieux})
		again, counts := roundTrip(t, file, other)
		if counts.Refused+counts.Ignored != 0 || counts.Created != told.Written {
			r.Fatalf("%v of %v in\n%s", counts, told, file)
		}
		if again != file {
			r.Fatalf("written again as\n%q, was\n%q", again, file)
		}
	})
}
