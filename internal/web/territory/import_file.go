package territory

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/exchange"
	"passerelle/internal/fault"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

// How much of a file its page shows.
const (
	previewed    = 8   // records as they would be read
	sampled      = 300 // records whose values are looked at
	mostRefusals = 100 // lines of the report on its page; the file has them all
)

type filePage struct {
	web.Page
	Upload   place.Upload
	State    web.State
	Facts    []web.Line
	Wrong    string    // why the columns are not recognised
	Preview  web.Table // the first records as they would be read
	Report   web.Table
	Cut      bool // the report is longer than what is shown
	Figures  []web.Figure
	Reading  bool
	Imported bool
}

// showFile answers GET /imports/{id}: what the file holds, or what became of it.
func showFile(w http.ResponseWriter, r *web.Request) error {
	upload, file, err := uploaded(r)
	if err != nil {
		return err
	}
	page := &filePage{
		Page:   web.Page{Title: upload.Name, Menu: "/imports", Back: web.Link{Label: "Tous les fichiers", Path: "/imports"}},
		Upload: upload, Imported: upload.State == place.UploadImported,
		Reading: upload.State == place.UploadTrying || upload.State == place.UploadImporting,
	}
	page.State.Kind, page.State.Word = uploadState(upload)
	switch upload.State {
	case place.UploadTrying, place.UploadImporting:
		w.Header().Set("Refresh", "3") // the page follows the work
	case place.UploadTried, place.UploadImported, place.UploadFailed:
		if page.Report, _, err = reportOf(r, upload.ID); err != nil {
			return err
		}
	}
	if upload.State == place.UploadTried || upload.State == place.UploadImported {
		page.Figures = tallyFigures(upload)
	}
	found := ""
	if upload.State == place.UploadWaiting {
		options, err := exchange.OptionsOf(upload)
		if err != nil {
			return err
		}
		options.Found = func(mapping string) { found = mapping }
		page.Preview, page.Wrong, err = preview(r, file, options)
		if err != nil {
			return err
		}
	}
	page.Facts = fileFacts(upload, found)
	return web.Render(w, r, http.StatusOK, "import-file", page)
}

// uploaded reads the file of the address.
func uploaded(r *web.Request) (upload place.Upload, file []byte, err error) {
	id, err := r.PathID("id")
	if err != nil {
		return place.Upload{}, nil, place.ErrUnknownUpload
	}
	err = view(r, func(q db.Q) (err error) {
		if upload, err = place.UploadByID(r.Context(), q, id); err != nil {
			return err
		}
		file, err = place.UploadFile(r.Context(), q, id)
		return err
	})
	return upload, file, err
}

func fileFacts(upload place.Upload, found string) []web.Line {
	const kilobyte = 1000
	facts := []web.Line{
		{Label: "Apporté le", Value: civil.DateOf(upload.At, civil.Paris).FrenchLong()},
		{Label: "Taille", Value: strconv.Itoa((upload.Size+kilobyte-1)/kilobyte) + nbsp + "ko"},
	}
	if upload.Source != "" {
		facts = append(facts, web.Line{Label: "Source", Value: upload.Source})
	}
	columns := "reconnues par leur nom"
	switch {
	case upload.Mapping != "":
		columns = "choisies à l’écran"
	case found != exchange.SchemaMapping && found != "":
		columns = "lues par la correspondance " + found
	}
	return append(facts, web.Line{Label: "Colonnes", Value: columns})
}

// preview reads the first records; wrong says why none can be.
func preview(r *web.Request, file []byte, options exchange.Options) (table web.Table, wrong string, err error) {
	read, err := exchange.Preview(bytes.NewReader(file), options, civil.DateOf(r.App.Clock.Now(), civil.Paris), previewed)
	if fault.KindOf(err) == fault.Invalid || fault.KindOf(err) == fault.Unsupported || fault.KindOf(err) == fault.Malformed {
		return web.Table{}, web.French(fault.Of(err).Message), nil
	}
	table = web.Table{
		Caption: "Les premières lignes, comme elles seraient reprises",
		Columns: []web.Column{{Label: "Lieu"}, {Label: "Adresse"}, {Label: "Services"}, {Label: "Horaires"}, {Label: "À savoir"}},
	}
	for _, one := range read {
		table.Rows = append(table.Rows, previewRow(one))
	}
	return table, "", err
}

func previewRow(one exchange.Read) []web.Cell {
	told := web.InState("ok", "Reprise")
	if one.Refused {
		told = web.InState("no", "Refusée")
	} else if one.Place.Name == "" {
		told = web.InState("", "Laissée")
	}
	for _, remark := range one.Remarks {
		if remark.Severity == exchange.Refused || told.Note == "" && remark.Severity == exchange.Repaired {
			told = told.Noted(web.French(remark.Message))
		}
	}
	name := one.Place.Name
	if name == "" {
		name = "ligne " + strconv.Itoa(one.Line)
	}
	return []web.Cell{
		web.Head(name).Noted(one.Place.TelephoneText()), web.Text(one.Place.AddressLine()),
		web.Text(joined(place.Services.Labels(one.Place.Services))), web.Text(web.French(one.Place.Hours)), told,
	}
}

func joined(words []string) string {
	text := ""
	for i, word := range words {
		if i > 0 {
			text += ", "
		}
		text += word
	}
	return text
}

func tallyFigures(upload place.Upload) []web.Figure {
	report := "/imports/" + upload.ID.String() + "/rapport"
	return []web.Figure{
		{Number: strconv.Itoa(upload.Tally.Created), Label: "lieux créés", Path: report},
		{Number: strconv.Itoa(upload.Tally.Updated), Label: "lieux mis à jour", Path: report},
		{Number: strconv.Itoa(upload.Tally.Unchanged), Label: "déjà à jour", Path: report},
		{Number: strconv.Itoa(upload.Tally.Refused + upload.Tally.Ignored), Label: "lignes refusées ou laissées", Path: report},
	}
}

// reportOf is the report as a table: what was refused first, then what was put right.
func reportOf(r *web.Request, id db.ID) (table web.Table, cut bool, err error) {
	var lines []byte
	if err := view(r, func(q db.Q) (err error) {
		lines, err = place.UploadReport(r.Context(), q, id)
		return err
	}); err != nil {
		return web.Table{}, false, err
	}
	table = web.Table{
		Caption: "Ce qu’il faut savoir, ligne par ligne",
		Columns: []web.Column{{Label: "Ligne", Number: true}, {Label: "Colonne"}, {Label: "Valeur"}, {Label: "Ce qui a été fait"}, {Label: "Pourquoi"}},
	}
	var refused, others [][]web.Cell
	scanner := bufio.NewScanner(bytes.NewReader(lines))
	scanner.Buffer(nil, len(lines)+1)
	for scanner.Scan() {
		var remark exchange.Remark
		if err := json.Unmarshal(scanner.Bytes(), &remark); err != nil {
			return web.Table{}, false, err
		}
		row := []web.Cell{web.Whole(remark.Line), web.Text(columnLabel(remark.Field)), web.Text(web.French(remark.Value)), severity(remark.Severity), web.Text(web.French(remark.Message))}
		if remark.Severity == exchange.Refused {
			refused = append(refused, row)
		} else {
			others = append(others, row)
		}
	}
	table.Rows = append(refused, others...)
	if len(table.Rows) > mostRefusals && !r.WantsCSV() {
		table.Rows, cut = table.Rows[:mostRefusals], true
	}
	return table, cut, scanner.Err()
}

func severity(of exchange.Severity) web.Cell {
	switch of {
	case exchange.Refused:
		return web.InState("no", "Refusée")
	case exchange.Repaired:
		return web.InState("ok", "Réparée")
	}
	return web.InState("", "Laissée")
}

// showReport answers GET /imports/{id}/rapport: the whole report, as a file too.
func showReport(w http.ResponseWriter, r *web.Request) error {
	upload, _, err := uploaded(r)
	if err != nil {
		return err
	}
	page := &filePage{
		Page:   web.Page{Title: "Compte rendu de " + upload.Name, Menu: "/imports", Back: web.Link{Label: upload.Name, Path: "/imports/" + upload.ID.String()}},
		Upload: upload,
	}
	if page.Report, page.Cut, err = reportOf(r, upload.ID); err != nil {
		return err
	}
	if r.WantsCSV() {
		return web.CSV(w, r, "compte-rendu", page.Report)
	}
	return web.Render(w, r, http.StatusOK, "import-report", page)
}

// followFile answers POST /imports/{id}: tries the file, or imports it once it
// was tried.
func followFile(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return place.ErrUnknownUpload
	}
	act := place.TryUpload
	if form.Value("acte") == "importer" {
		act = place.ImportUpload
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		_, err := db.Once(r.Context(), tx, form.Key(r), func(id db.ID) (db.ID, error) { return id, nil },
			func(fresh db.ID) (db.ID, error) { return fresh, act(r.Context(), tx, id) })
		return err
	})
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/imports/"+id.String())
}
