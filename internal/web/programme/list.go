package programme

import (
	"net/http"
	"strconv"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/fault"
	"passerelle/internal/web"
)

type questionnaire struct {
	Code, Title string
	Serving     int // its version
	Draft       string
	Versions    web.Table
}

type listPage struct {
	web.Page
	Questionnaires []questionnaire
	Published      bool
}

// draftPath is an address of a questionnaire's draft.
func draftPath(code, rest string) string { return "/questionnaires/" + code + "/brouillon" + rest }

// list answers GET /questionnaires.
func list(w http.ResponseWriter, r *web.Request) error {
	page := &listPage{Page: web.Page{Title: "Les questionnaires"}, Published: r.URL.Query().Has("publie")}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		for _, code := range diagnosis.Codes {
			made, err := newQuestionnaire(r, q, code)
			if err != nil {
				return err
			}
			page.Questionnaires = append(page.Questionnaires, made)
		}
		return nil
	}); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, "list", page)
}

func newQuestionnaire(r *web.Request, q db.Q, code string) (questionnaire, error) {
	current, err := diagnosis.Current(r.Context(), q, code)
	if err != nil {
		return questionnaire{}, err
	}
	made := questionnaire{Code: code, Title: current.Title, Serving: current.Version}
	draft, err := diagnosis.DraftOf(r.Context(), q, code)
	if err == nil {
		made.Draft = "Un brouillon, changé le " + civil.DateOf(draft.ChangedAt, civil.Paris).FrenchLong()
	} else if !fault.HasCode(err, diagnosis.ErrNoDraft.Code) {
		return questionnaire{}, err
	}
	versions, err := diagnosis.Versions(r.Context(), q, code)
	if err != nil {
		return questionnaire{}, err
	}
	made.Versions = web.Table{Caption: "Versions, " + current.Title, Quiet: true, Columns: []web.Column{{Label: "Version"}, {Label: "Depuis"}, {Label: "Ce qui change"}, {Label: "État"}}}
	for _, one := range versions {
		number := one.Questionnaire.Version
		since, reason, state := web.Text("Livrée avec le programme"), "", web.InState("", "A servi")
		if !one.ID.IsZero() {
			since, reason = web.Day(civil.DateOf(one.PublishedAt, civil.Paris)), one.Reason
		}
		if number == current.Version {
			state = web.InState("ok", "Sert aujourd’hui")
		}
		made.Versions.Rows = append(made.Versions.Rows, []web.Cell{
			web.Head(strconv.Itoa(number)).To("/questionnaires/"+code+"/versions/"+strconv.Itoa(number), current.Title), since, web.Text(reason), state,
		})
	}
	return made, nil
}

type versionPage struct {
	web.Page
	Asked     diagnosis.Questionnaire
	Questions []askedQuestion
	Rules     []ruleLine
}

// version answers GET /questionnaires/{code}/versions/{version}: what a version
// asks, scores and decides.
func version(w http.ResponseWriter, r *web.Request) error {
	number, err := strconv.Atoi(r.PathValue("version"))
	if err != nil || number < 1 {
		return diagnosis.ErrUnknownQuestionnaire
	}
	page := &versionPage{Page: web.Page{Back: web.Link{Label: "Les questionnaires", Path: "/questionnaires"}}}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		page.Asked, err = diagnosis.ByVersion(r.Context(), q, r.PathValue("code"), number)
		return err
	}); err != nil {
		return err
	}
	page.Title = page.Asked.Title + ", version " + strconv.Itoa(number)
	page.Questions, page.Rules = questionLines(page.Asked), ruleLines(page.Asked)
	return web.Render(w, r, http.StatusOK, "version", page)
}
