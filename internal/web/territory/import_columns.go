package territory

import (
	"bytes"
	"net/http"
	"slices"
	"strings"

	"passerelle/internal/db"
	"passerelle/internal/exchange"
	"passerelle/internal/fault"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

// columnWords are what the columns of the national schema are for people, in
// the order in which they are asked.
var columnWords = []struct{ name, label string }{
	{"nom", "Nom du lieu"},
	{"adresse", "Adresse"},
	{"complement_adresse", "Complément d’adresse"},
	{"code_postal", "Code postal"},
	{"commune", "Commune"},
	{"code_insee", "Code INSEE de la commune"},
	{"latitude", "Latitude"},
	{"longitude", "Longitude"},
	{"telephone", "Téléphone"},
	{"courriels", "Adresse électronique"},
	{"site_web", "Site internet"},
	{"horaires", "Horaires, tous les jours ensemble"},
	{"services", "Services"},
	{"publics_specifiquement_adresses", "Publics"},
	{"prise_en_charge_specifique", "Prise en charge particulière"},
	{"frais_a_charge", "Tarif"},
	{"modalites_acces", "Comment on vient"},
	{"modalites_accompagnement", "Comment on est aidé"},
	{"itinerance", "Itinérance"},
	{"dispositif_programmes_nationaux", "Programmes nationaux"},
	{"formations_labels", "Formations et labels"},
	{"autres_formations_labels", "Autres formations et labels"},
	{"presentation_resume", "Présentation courte"},
	{"presentation_detail", "Présentation longue"},
	{"structure_parente", "Structure parente"},
	{"typologie", "Type de lieu"},
	{"fiche_acces_libre", "Fiche Acceslibre"},
	{"prise_rdv", "Page de prise de rendez-vous"},
	{"id", "Identifiant dans votre fichier"},
	{"pivot", "SIRET ou RNA"},
	{"source", "Producteur du fichier"},
	{"date_maj", "Date de mise à jour"},
}

// usual is how many of them are asked at once; the others wait under a fold.
const usual = 13

// narrowed keeps of a preview what stands beside the choice of columns.
func narrowed(table web.Table) web.Table {
	table.Columns = []web.Column{{Label: "Lieu"}, {Label: "À savoir"}}
	for n, row := range table.Rows {
		told := row[1].Text
		if services := row[2].Text; services != "" {
			told += ". " + services
		}
		if hours := row[3].Text; hours != "" {
			told += ". " + hours
		}
		table.Rows[n] = []web.Cell{row[0].Noted(told), row[4]}
	}
	return table
}

// columnLabel is a column of the schema as people call it.
func columnLabel(name string) string {
	for _, column := range columnWords {
		if column.name == name {
			return column.label
		}
	}
	return name
}

// weekFields are the fields of the columns that hold one day's hours.
var weekFields = []web.Option{
	{Value: "jour-1", Label: "Horaires du lundi"}, {Value: "jour-2", Label: "du mardi"}, {Value: "jour-3", Label: "du mercredi"}, {Value: "jour-4", Label: "du jeudi"},
	{Value: "jour-5", Label: "du vendredi"}, {Value: "jour-6", Label: "du samedi"}, {Value: "jour-7", Label: "du dimanche"},
}

type matchLine struct {
	Form                 *web.Form
	Name, Label, Example string
	Options              []web.Option
	Words                web.Link // to the words of a matched column of words
}

type columnsPage struct {
	web.Page
	Upload  place.Upload
	Lines   []matchLine // what most files tell
	More    []matchLine
	Days    []matchLine
	Kept    []string // columns matched in a way that the screen cannot show
	Preview web.Table
	Wrong   string
}

// askColumns answers GET /imports/{id}/colonnes.
func askColumns(w http.ResponseWriter, r *web.Request) error {
	upload, sheet, file, err := sheetOf(r)
	if err != nil {
		return err
	}
	matching, err := matchingOf(upload, sheet)
	if err != nil {
		return err
	}
	return showColumns(w, r, web.NewForm(), upload, sheet, file, matching)
}

// sheetOf reads the columns of the file of the address.
func sheetOf(r *web.Request) (upload place.Upload, sheet exchange.Sheet, file []byte, err error) {
	upload, file, err = uploaded(r)
	if err != nil {
		return upload, sheet, nil, err
	}
	options, err := exchange.OptionsOf(upload)
	if err != nil {
		return upload, sheet, nil, err
	}
	sheet, err = exchange.ReadSheet(bytes.NewReader(file), options, sampled)
	return upload, sheet, file, err
}

// matchingOf is what was chosen before, or what the program proposes.
func matchingOf(upload place.Upload, sheet exchange.Sheet) (exchange.Matching, error) {
	if upload.Mapping == "" {
		return exchange.ProposeMatching(sheet)
	}
	return exchange.ReadMatching(upload.Mapping)
}

func showColumns(w http.ResponseWriter, r *web.Request, form *web.Form, upload place.Upload, sheet exchange.Sheet, file []byte, matching exchange.Matching) error {
	path := "/imports/" + upload.ID.String()
	page := &columnsPage{
		Page:   web.Page{Title: "Quelle colonne dit quoi\u202f?", Form: form, Menu: "/imports", Back: web.Link{Label: upload.Name, Path: path}},
		Upload: upload,
	}
	vocabularies := map[string]exchange.Column{}
	for _, column := range exchange.Columns() {
		vocabularies[column.Name] = column
	}
	for at, column := range columnWords {
		match, matched := matching.Columns[column.name]
		if _, kept := matching.Other[column.name]; kept {
			page.Kept = append(page.Kept, column.label)
			continue
		}
		line := matchLine{Form: form, Name: column.name, Label: column.label, Options: columnOptions(sheet, match.From)}
		if len(match.From) > 0 {
			line.Example = shortened(sheet.Example(match.From[0]))
		}
		if matched && len(match.From) > 0 && len(vocabularies[column.name].Vocabulary) > 0 {
			line.Words = web.Link{Label: "Choisir les mots", Path: path + "/mots/" + column.name, About: column.label}
		}
		if at < usual || len(match.From) > 0 {
			page.Lines = append(page.Lines, line)
		} else {
			page.More = append(page.More, line)
		}
	}
	days := matching.Columns["horaires"].Days
	for i, day := range weekFields {
		var from []string
		if days[i] != "" {
			from = []string{days[i]}
		}
		page.Days = append(page.Days, matchLine{Form: form, Name: day.Value, Label: day.Label, Options: columnOptions(sheet, from)})
	}
	mapping, err := matching.Mapping()
	if err != nil {
		return err
	}
	tried := upload
	tried.Mapping = mapping
	options, err := exchange.OptionsOf(tried)
	if err == nil {
		page.Preview, page.Wrong, err = preview(r, file, options)
		page.Preview = narrowed(page.Preview)
	}
	if fault.HasCode(err, exchange.ErrBadMapping.Code) {
		page.Wrong, err = fault.Of(err).Message, nil
	}
	if err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "import-columns", page)
}

func columnOptions(sheet exchange.Sheet, chosen []string) []web.Option {
	options := []web.Option{{Value: "", Label: "Aucune"}}
	for _, name := range sheet.Columns {
		if strings.TrimSpace(name) != "" {
			options = append(options, web.Option{Value: name, Label: name, Chosen: len(chosen) > 0 && chosen[0] == name})
		}
	}
	return options
}

func shortened(text string) string {
	const most = 60
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most]) + "…"
	}
	return text
}

// matchColumns answers POST /imports/{id}/colonnes: shows what the choice
// would give, or keeps it.
func matchColumns(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	upload, sheet, file, err := sheetOf(r)
	if err != nil {
		return err
	}
	matching, err := matchingOf(upload, sheet)
	if err != nil {
		return err
	}
	readColumns(form, sheet, &matching)
	if !form.Checked("voir") {
		for _, column := range exchange.Columns() {
			_, kept := matching.Other[column.Name]
			if column.Name == "nom" && len(matching.Columns["nom"].From) == 0 && !kept {
				form.Wrong("nom", "required", "Choisissez la colonne qui donne le nom du lieu")
			}
		}
	}
	if form.Checked("voir") || !form.Valid() {
		return showColumns(w, r, form, upload, sheet, file, matching)
	}
	if err := keepMatching(r, upload.ID, matching); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/imports/"+upload.ID.String())
}

// readColumns takes the answers into the matching; words already chosen stay
// with a column that stays.
func readColumns(form *web.Form, sheet exchange.Sheet, matching *exchange.Matching) {
	for _, column := range columnWords {
		before := matching.Columns[column.name]
		chosen := form.Value(column.name)
		if _, kept := matching.Other[column.name]; kept || !slices.Contains(sheet.Columns, chosen) && chosen != "" {
			continue
		}
		match := exchange.Match{}
		if chosen != "" {
			match.From = []string{chosen}
			if slices.Equal(before.From, match.From) {
				match.Words = before.Words
			} else if len(before.From) > 1 && before.From[0] == chosen {
				match.From = before.From
			}
		}
		if column.name == "horaires" {
			for i, day := range weekFields {
				if name := form.Value(day.Value); slices.Contains(sheet.Columns, name) {
					match.Days[i] = name
				}
			}
		}
		matching.Columns[column.name] = match
	}
}

func keepMatching(r *web.Request, id db.ID, matching exchange.Matching) error {
	mapping, err := matching.Mapping()
	if err != nil {
		return err
	}
	return r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error { return place.MatchUpload(r.Context(), tx, id, mapping) })
}

// downloadMapping answers GET /imports/{id}/correspondance: the choice as a
// file, for the command line or another territory.
func downloadMapping(w http.ResponseWriter, r *web.Request) error {
	upload, sheet, _, err := sheetOf(r)
	if err != nil {
		return err
	}
	matching, err := matchingOf(upload, sheet)
	if err != nil {
		return err
	}
	mapping, err := matching.Mapping()
	if err != nil {
		return err
	}
	return web.Download(w, "application/json", "correspondance.json", []byte(mapping))
}
