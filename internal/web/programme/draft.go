package programme

import (
	"encoding/json"
	"net/http"
	"strconv"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/fault"
	"passerelle/internal/web"
)

type draftPage struct {
	web.Page
	Base       string
	Questions  []askedQuestion
	Rules      []ruleLine
	Changes    []diagnosis.Change
	Unfinished []string
	Hard       []string
	Begun      string
	From       int
}

// draftOf reads the draft of the address, with the version that serves.
func draftOf(r *web.Request, q db.Q) (draft diagnosis.Draft, serving diagnosis.Questionnaire, err error) {
	if draft, err = diagnosis.DraftOf(r.Context(), q, r.PathValue("code")); err != nil {
		return draft, serving, err
	}
	serving, err = diagnosis.Current(r.Context(), q, draft.Code)
	return draft, serving, err
}

func loadDraft(r *web.Request) (draft diagnosis.Draft, serving diagnosis.Questionnaire, err error) {
	err = r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		draft, serving, err = draftOf(r, q)
		return err
	})
	return draft, serving, err
}

// beginDraft answers POST /questionnaires/{code}/brouillon.
func beginDraft(w http.ResponseWriter, r *web.Request) error {
	if _, err := r.ReadForm(); err != nil {
		return err
	}
	var made diagnosis.Draft
	if err := r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) (err error) {
		made, err = diagnosis.BeginDraft(r.Context(), tx, r.PathValue("code"))
		return err
	}); err != nil {
		return err
	}
	return web.SeeOther(w, r, draftPath(made.Code, ""))
}

// showDraft answers GET /questionnaires/{code}/brouillon.
func showDraft(w http.ResponseWriter, r *web.Request) error { return renderDraft(w, r, web.NewForm()) }

func renderDraft(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	draft, serving, err := loadDraft(r)
	if fault.HasCode(err, diagnosis.ErrNoDraft.Code) {
		return web.SeeOther(w, r, "/questionnaires")
	}
	if err != nil {
		return err
	}
	page := &draftPage{
		Page: web.Page{Title: "Brouillon\u00a0: " + draft.Title, Form: form, Back: web.Link{Label: "Les questionnaires", Path: "/questionnaires"}},
		Base: draftPath(draft.Code, ""), Questions: questionLines(draft.Questionnaire), Rules: ruleLines(draft.Questionnaire),
		Changes: diagnosis.Changes(serving, draft.Questionnaire), Unfinished: draft.Unfinished(), Hard: draft.HardWords(),
		Begun: civil.DateOf(draft.BegunAt, civil.Paris).FrenchLong(), From: draft.Base,
	}
	for i := range page.Questions {
		page.Questions[i].Path = page.Base + "/questions/" + page.Questions[i].ID
	}
	for i := range page.Rules {
		page.Rules[i].Path = page.Base + "/regles/" + strconv.Itoa(i+1)
	}
	return web.Render(w, r, form.Status(), "draft", page)
}

// save keeps a draft and goes back to it, or shows again what was refused.
func save(w http.ResponseWriter, r *web.Request, form *web.Form, draft diagnosis.Draft, again func() error) error {
	err := r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		_, err := diagnosis.SaveDraft(r.Context(), tx, draft)
		return err
	})
	if form.Refused(err) {
		return again()
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, draftPath(draft.Code, ""))
}

// downloadDraft answers GET /questionnaires/{code}/brouillon/fichier.
func downloadDraft(w http.ResponseWriter, r *web.Request) error {
	draft, _, err := loadDraft(r)
	if err != nil {
		return err
	}
	file, err := json.MarshalIndent(draft.Questionnaire, "", "  ")
	if err != nil {
		return err
	}
	header := w.Header()
	header.Set("Content-Type", "application/json; charset=utf-8")
	header.Set("Content-Disposition", `attachment; filename="questionnaire-`+draft.Code+`.json"`)
	header.Set("Cache-Control", "no-store")
	_, _ = w.Write(file) // a browser that leaves is no fault
	return nil
}

// uploadDraft answers POST /questionnaires/{code}/brouillon/fichier: the whole
// draft, from its file.
func uploadDraft(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	draft, _, err := loadDraft(r)
	if err != nil {
		return err
	}
	if file := form.File("fichier", "Choisissez le fichier du questionnaire"); form.Valid() {
		if draft, err = diagnosis.ReadDraft(draft, file); err != nil {
			form.Wrong("fichier", fault.Of(err).Code, fault.Of(err).Message)
		}
	}
	if !form.Valid() {
		return renderDraft(w, r, form)
	}
	return save(w, r, form, draft, func() error { return renderDraft(w, r, form) })
}

// discard answers POST /questionnaires/{code}/brouillon/abandon.
func discard(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	if !form.Checked("sur") {
		form.Wrong("sur", "required", "Cochez la case pour abandonner le brouillon")
		return renderDraft(w, r, form)
	}
	if err := r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		return diagnosis.DiscardDraft(r.Context(), tx, r.PathValue("code"))
	}); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/questionnaires")
}
