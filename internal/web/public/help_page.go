package public

import (
	"net/http"
	"slices"

	"passerelle/internal/account"
	"passerelle/internal/fault"
	"passerelle/internal/web"
)

// guide is the help of one kind of work: what each page does, in a few steps,
// and what to do when one refuses. Its texts are in French, typeset by french.
type guide struct {
	Word     string // of its address: "guichet"
	Title    string
	Lead     string
	Roles    []string // who does this work; none: everyone
	Tasks    []task
	Refusals []refusal
}

// task is something one comes to do. Path is the page where it begins, linked
// for those who may open it; it may be empty.
type task struct {
	Title, Path string
	Steps       []string
}

// refusal is a fault that one meets: what the page says is the fault's own
// sentence, Why is what lies behind.
type refusal struct{ Code, Why string }

// Says is what the page says.
func (r refusal) Says() string { return web.French(fault.Sentence(r.Code)) }

// guides is every guide, in the order of the page of help.
var guides = french([]guide{deskGuide, siteGuide, territoryGuide, moneyGuide, labelGuide, questionnaireGuide, adminGuide, directoryGuide})

// french sets the spaces of the texts written in Go.
func french(written []guide) []guide {
	for i := range written {
		g := &written[i]
		g.Lead = web.French(g.Lead)
		for _, one := range g.Tasks {
			for n := range one.Steps {
				one.Steps[n] = web.French(one.Steps[n])
			}
		}
		for n := range g.Refusals {
			g.Refusals[n].Why = web.French(g.Refusals[n].Why)
		}
	}
	return written
}

type helpPage struct {
	web.Page
	Guides   []guide // the reader's own first
	Own      int     // how many of them are the reader's own
	Everyone []guide // that need no role
}

// showHelp answers GET /aide.
func showHelp(w http.ResponseWriter, r *web.Request) error {
	page := &helpPage{Page: web.Page{Title: "Aide", Summary: "Comment se servir de chaque page, rôle par rôle."}}
	var others []guide
	for _, one := range guides {
		switch {
		case len(one.Roles) == 0:
			page.Everyone = append(page.Everyone, one)
		case slices.Contains(one.Roles, r.Actor().Role):
			page.Guides = append(page.Guides, one)
		default:
			others = append(others, one)
		}
	}
	page.Own = len(page.Guides)
	page.Guides = append(page.Guides, others...)
	return web.Render(w, r, http.StatusOK, "help", page)
}

type guidePage struct {
	web.Page
	Guide guide
	Own   bool            // the reader does this work
	opens map[string]bool // the pages that the reader may open
}

// Opens tells whether a task's page can be opened by the reader.
func (p guidePage) Opens(t task) bool { return p.opens[t.Path] }

// opened lists the pages, without a variable part, that the reader's role and
// level may open.
func opened(r *web.Request) map[string]bool {
	paths := map[string]bool{}
	for _, route := range r.App.Routes() {
		if route.Method == http.MethodGet && account.May(r.Actor(), route.Act) {
			paths[route.Path] = true
		}
	}
	return paths
}

var backToHelp = web.Link{Label: "Aide", Path: "/aide"}

// showGuide answers GET /aide/{sujet}.
func showGuide(w http.ResponseWriter, r *web.Request) error {
	i := slices.IndexFunc(guides, func(g guide) bool { return g.Word == r.PathValue("sujet") })
	if i < 0 {
		return fault.ErrNotFound
	}
	page := &guidePage{
		Page:  web.Page{Title: guides[i].Title, Back: backToHelp, Summary: guides[i].Lead},
		Guide: guides[i], Own: len(guides[i].Roles) == 0 || slices.Contains(guides[i].Roles, r.Actor().Role),
	}
	if page.Own {
		page.opens = opened(r)
	}
	return web.Render(w, r, http.StatusOK, "help-guide", page)
}

type wordsPage struct{ web.Page }

// showWords answers GET /aide/mots.
func showWords(w http.ResponseWriter, r *web.Request) error {
	return web.Render(w, r, http.StatusOK, "help-words", &wordsPage{web.Page{
		Title: "Les mots du programme", Back: backToHelp, Summary: "Carnet, chèque, atelier, séance : ce que veut dire chaque mot.",
	}})
}
