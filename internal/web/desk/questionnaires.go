package desk

import (
	"bytes"
	"net/http"
	"strconv"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/fault"
	"passerelle/internal/orientation"
	"passerelle/internal/printing"
	"passerelle/internal/web"
)

// languageNames are what a language is called in itself, for who speaks it.
var languageNames = map[string]string{"": "Français", "en": "English"}

func languageName(code string) string {
	if name, known := languageNames[code]; known {
		return name
	}
	return code
}

// sheet is a questionnaire with what can be done of it away from the screen.
type sheet struct {
	Code, Title string
	Length      string // "6 questions, 2 minutes"
	Version     int
	Papers      []web.Link // one by language
	Languages   []web.Option
}

type sheetsPage struct {
	web.Page
	Sheets  []sheet
	Waiting []waitingPhone
}

// sheets answers GET /guichet/questionnaires: on paper, and on the person's own
// phone.
func sheets(w http.ResponseWriter, r *web.Request) error {
	page := &sheetsPage{Page: web.Page{Title: "Sur papier, ou sur un téléphone", Back: web.Link{Label: "Accueil du guichet", Path: "/guichet"}}}
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		for _, code := range diagnosis.Codes {
			asked, err := diagnosis.Current(r.Context(), q, code)
			if err != nil {
				return err
			}
			page.Sheets = append(page.Sheets, newSheet(asked))
		}
		waiting, err := diagnosis.Phones(r.Context(), q)
		page.Waiting = waitingPhones(waiting)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, "sheets", page)
}

func newSheet(asked diagnosis.Questionnaire) sheet {
	made := sheet{
		Code: asked.Code, Title: asked.Title, Version: asked.Version,
		Length: count(len(asked.Questions), "question", "questions") + ", environ " + count(asked.Minutes, "minute", "minutes"),
	}
	for _, language := range append([]string{""}, asked.Languages()...) {
		path := "/guichet/questionnaires/" + asked.Code + "/papier"
		if language != "" {
			path += "?langue=" + language
		}
		made.Papers = append(made.Papers, web.Link{Label: languageName(language), Path: path})
		made.Languages = append(made.Languages, web.Option{Value: language, Label: languageName(language)})
	}
	return made
}

// formOf reads the questionnaire of the address, as its paper.
func formOf(r *web.Request) (form printing.Form, err error) {
	version := 0
	if text := r.URL.Query().Get("version"); text != "" {
		if version, err = strconv.Atoi(text); err != nil {
			return printing.Form{}, diagnosis.ErrUnknownQuestionnaire
		}
	}
	err = r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		asked, err := diagnosis.ByVersion(r.Context(), q, r.PathValue("code"), version)
		if err == nil {
			form = printing.FormOf(asked, r.URL.Query().Get("langue"), issuer(r))
		}
		return err
	})
	return form, err
}

type formPaperPage struct {
	web.Page
	Filled printing.Form
	PDF    string
}

// formPaper answers GET /guichet/questionnaires/{code}/papier.
func formPaper(w http.ResponseWriter, r *web.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	page := &formPaperPage{
		Page:   web.Page{Title: form.Name, Layout: web.Paper, Back: web.Link{Label: "Sur papier, ou sur un téléphone", Path: "/guichet/questionnaires"}},
		Filled: form, PDF: "/guichet/questionnaires/" + form.Code + "/pdf",
	}
	if query := r.URL.RawQuery; query != "" {
		page.PDF += "?" + r.URL.Query().Encode()
	}
	return web.Render(w, r, http.StatusOK, "form-paper", page)
}

// formPDF answers GET /guichet/questionnaires/{code}/pdf.
func formPDF(w http.ResponseWriter, r *web.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := printing.WriteForm(&file, r.App.Clock.Now(), form); err != nil {
		return err
	}
	return sendPDF(w, "questionnaire-"+form.Code+"-"+strconv.Itoa(form.Version), file.Bytes())
}

type typingPage struct {
	web.Page
	Code, Called string
	Version      int
}

// askTyping answers GET /guichet/questionnaires/{code}/saisie: a form filled in
// by hand is typed in.
func askTyping(w http.ResponseWriter, r *web.Request) error { return showTyping(w, r, web.NewForm()) }

func showTyping(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &typingPage{Page: web.Page{Layout: web.Ask, Form: form, Back: web.Link{Label: "Sur papier, ou sur un téléphone", Path: "/guichet/questionnaires"}}}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		asked, err := diagnosis.Current(r.Context(), q, r.PathValue("code"))
		page.Code, page.Called, page.Version = asked.Code, asked.Title, asked.Version
		return err
	}); err != nil {
		return err
	}
	if form.Valid() && form.Value("version") == "" {
		form.Set("version", strconv.Itoa(page.Version))
	}
	page.Title = "Saisir un formulaire rempli\u00a0: " + page.Called
	return web.Render(w, r, form.Status(), "typing", page)
}

// typeIn answers POST /guichet/questionnaires/{code}/saisie: a visit begins with
// the form's version and day, and asks every question on one page.
func typeIn(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	const mostVersions = 9999
	begins := orientation.Beginning{Questionnaire: r.PathValue("code"), Manner: diagnosis.OnForm}
	begins.TakenOn = form.Date("jour")
	begins.Version = form.Number("version", 1, mostVersions)
	var visit orientation.Visit
	if form.Valid() {
		err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) (err error) {
			visit, err = db.Once(r.Context(), tx, form.Key(r),
				func(id db.ID) (orientation.Visit, error) { return orientation.ByID(r.Context(), tx, id) },
				func(id db.ID) (orientation.Visit, error) {
					begins.ID = id
					return orientation.Begin(r.Context(), tx, begins)
				})
			return err
		})
		switch {
		case fault.HasCode(err, diagnosis.ErrUnknownQuestionnaire.Code):
			form.Wrong("version", diagnosis.ErrUnknownQuestionnaire.Code, "Cette version n’existe pas. Recopiez le nombre écrit en bas de la feuille")
		case fault.KindOf(err) == fault.Invalid:
			for _, field := range fault.Of(err).Fields {
				form.Wrong("jour", field.Code, field.Message)
			}
		case err != nil:
			return err
		}
	}
	if !form.Valid() {
		return showTyping(w, r, form)
	}
	return web.SeeOther(w, r, visitPath(visit.ID, questionPath(1)+"?toutes=1"))
}

// provenance says how the answers of a visit come, where it is not at the
// counter: "Feuille remplie le 3 novembre 2026".
func provenance(visit orientation.Visit) string {
	day := visit.TakenOn
	if day.IsZero() {
		day = civil.DateOf(visit.StartedAt, civil.Paris)
	}
	switch visit.Manner {
	case diagnosis.OnForm:
		return "Feuille remplie le " + day.FrenchLong()
	case diagnosis.ByPhone:
		return "Répondu sur un téléphone le " + day.FrenchLong()
	}
	return ""
}
