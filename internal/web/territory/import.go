package territory

import (
	"net/http"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

type importsPage struct {
	web.Page
	List  web.Table
	Pager web.Pager
	Empty web.None
	Twins int // pairs of places that wait for a decision
}

// listImports answers GET /imports: the files that the organisation brought,
// and the way to bring another.
func listImports(w http.ResponseWriter, r *web.Request) error {
	return showImports(w, r, web.NewForm())
}

func showImports(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &importsPage{
		Page:  web.Page{Title: "Importer des lieux", Form: form, Menu: "/imports", Back: web.Link{Label: "L’annuaire", Path: "/lieux"}},
		Empty: web.None{Title: "Aucun fichier pour l’instant", Text: "Un fichier reste ici 30 jours, avec son compte rendu."},
	}
	var after db.ID
	if err := r.After(&after); err != nil {
		return err
	}
	var uploads []place.Upload
	if err := view(r, func(q db.Q) (err error) {
		if uploads, err = place.Uploads(r.Context(), q, after, web.PageSize+1); err != nil {
			return err
		}
		page.Twins, err = twinsWaiting(r, q)
		return err
	}); err != nil {
		return err
	}
	uploads, more := web.Cut(uploads)
	var last db.ID
	if more {
		last = uploads[len(uploads)-1].ID
	}
	var err error
	if page.Pager, err = r.Pager(more, last); err != nil {
		return err
	}
	page.List = web.Table{
		Caption: "Vos fichiers, le dernier d’abord",
		Columns: []web.Column{{Label: "Fichier"}, {Label: "État"}, {Label: "Lignes", Number: true}, {Label: "Créés", Number: true}, {Label: "Mis à jour", Number: true}, {Label: "Refusées", Number: true}},
	}
	for _, upload := range uploads {
		kind, word := uploadState(upload)
		page.List.Rows = append(page.List.Rows, []web.Cell{
			web.Head(upload.Name).To("/imports/" + upload.ID.String()).Noted(civil.DateOf(upload.At, civil.Paris).FrenchLong()),
			web.InState(kind, word), web.Whole(upload.Tally.Read), web.Whole(upload.Tally.Created), web.Whole(upload.Tally.Updated), web.Whole(upload.Tally.Refused),
		})
	}
	return web.Render(w, r, form.Status(), "imports", page)
}

// uploadState is where a file stands, in a word or two.
func uploadState(upload place.Upload) (kind, word string) {
	switch upload.State {
	case place.UploadTrying:
		return "wait", "Essai en cours"
	case place.UploadTried:
		return "wait", "Essayé"
	case place.UploadImporting:
		return "wait", "Import en cours"
	case place.UploadImported:
		return "ok", "Importé"
	case place.UploadFailed:
		return "no", "Illisible"
	}
	return "", "À vérifier"
}

// bringFile answers POST /imports.
func bringFile(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	content := form.File("fichier", "Choisissez le fichier à importer")
	upload := place.Upload{Name: form.FileName("fichier"), Source: form.Text("source")}
	if !form.Valid() {
		return showImports(w, r, form)
	}
	var made db.ID
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) (err error) {
		made, err = db.Once(r.Context(), tx, form.Key(r), func(id db.ID) (db.ID, error) { return id, nil }, func(id db.ID) (db.ID, error) {
			upload.ID = id
			_, err := place.KeepUpload(r.Context(), tx, upload, content)
			return id, err
		})
		return err
	})
	if form.RefusedAs(err, map[string]string{"file": "fichier", "name": "fichier"}) {
		return showImports(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/imports/"+made.String())
}
