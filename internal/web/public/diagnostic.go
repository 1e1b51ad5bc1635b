package public

import (
	"net/http"
	"strconv"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/web"
)

// diagnosticRoutes are the page that tells how people are asked and sent.
func diagnosticRoutes() []web.Route {
	return []web.Route{{Method: "GET", Path: "/diagnostic", Act: account.ActPublic, Handle: showDiagnostic}}
}

type askedOf struct {
	Title   string
	Length  string
	Version int
	Texts   []string
	Rules   []ruleOf
}

type ruleOf struct{ Route, Reason string }

type diagnosticPage struct {
	web.Page
	Asked   []askedOf
	Domains []diagnosis.Domain
	Brakes  []diagnosis.Brake
	Pix     web.Table
	Bands   web.Table
}

// showDiagnostic answers GET /diagnostic: the questions, the scores, the routes
// and the mapping of Pix, for anyone.
func showDiagnostic(w http.ResponseWriter, r *web.Request) error {
	page := &diagnosticPage{
		Page: web.Page{
			Title: "Comment on demande, comment on oriente", Back: web.Link{Label: "Aide", Path: "/aide"},
			Summary: "Les questions posées au guichet, les niveaux, les voies et leurs raisons, et la lecture des résultats Pix.",
		},
		Domains: diagnosis.Domains, Brakes: diagnosis.Brakes,
	}
	if err := r.App.DB.View(r.Context(), db.Actor{}, func(q db.Q) error {
		for _, code := range diagnosis.Codes {
			asked, err := diagnosis.Current(r.Context(), q, code)
			if err != nil {
				return err
			}
			page.Asked = append(page.Asked, newAskedOf(asked))
		}
		return nil
	}); err != nil {
		return err
	}
	page.Pix, page.Bands = pixTables()
	return web.Render(w, r, http.StatusOK, "diagnostic", page)
}

func newAskedOf(asked diagnosis.Questionnaire) askedOf {
	made := askedOf{Title: asked.Title, Version: asked.Version, Length: strconv.Itoa(len(asked.Questions)) + "\u00a0questions, environ " + strconv.Itoa(asked.Minutes) + "\u00a0minutes"}
	for _, question := range asked.Questions {
		made.Texts = append(made.Texts, question.Text)
	}
	for _, rule := range asked.Rules {
		made.Rules = append(made.Rules, ruleOf{diagnosis.RouteTitle(rule.Route), rule.Reason})
	}
	return made
}

// pixTables are Pix's sixteen competences in our domains, and its levels in our
// scores, each with its reason.
func pixTables() (competences, bands web.Table) {
	frame := diagnosis.PixFrame()
	names := map[string]string{"": "Ne compte pas"}
	for _, domain := range diagnosis.Domains {
		names[domain.Code] = domain.Name
	}
	competences = web.Table{Caption: "Les 16 compétences de Pix, dans nos domaines", Columns: []web.Column{{Label: "Compétence de Pix"}, {Label: "Notre domaine"}, {Label: "Pourquoi"}}}
	for _, one := range frame.Competences() {
		competences.Rows = append(competences.Rows, []web.Cell{web.Head(one.Code + " " + one.Name), web.Text(names[one.Domain]), web.Text(one.Reason)})
	}
	bands = web.Table{Caption: "Les niveaux de Pix, dans les nôtres", Columns: []web.Column{{Label: "Niveau de Pix"}, {Label: "Notre niveau"}, {Label: "Pourquoi"}}}
	for i, band := range frame.Bands {
		last := diagnosis.MostPixLevel
		if i+1 < len(frame.Bands) {
			last = frame.Bands[i+1].From - 1
		}
		from := strconv.Itoa(band.From)
		if last > band.From {
			from += " à " + strconv.Itoa(last)
		}
		score := band.Score
		bands.Rows = append(bands.Rows, []web.Cell{web.Head(from), web.Text(diagnosis.ScoreText(&score)), web.Text(strings.TrimSpace(band.Reason))})
	}
	return competences, bands
}
