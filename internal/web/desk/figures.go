package desk

import (
	"net/http"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/holder"
	"passerelle/internal/orientation"
	"passerelle/internal/web"
)

type figuresPage struct {
	web.Page
	Own     bool // of one desk: each line can be read
	Desks   web.Table
	Chosen  web.Table
	Reasons web.Table
	Urgent  web.Table
	Empty   web.None
}

var urgentWays = map[string]string{orientation.UrgentOnPaper: "Sur papier", orientation.UrgentTogether: "Ensemble"}

// routeFigures answers GET /voies: what could not wait and was done, and the
// routes chosen instead of the proposal; of one desk with its lines, of several
// by desk.
func routeFigures(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	const usual = 90 // days
	today := civil.DateOf(r.App.Clock.Now(), civil.Paris)
	first, last := today.AddDays(-usual), today
	if form.Value("du") != "" {
		first = form.Date("du")
	}
	if form.Value("au") != "" {
		last = form.Date("au")
	}
	if form.Valid() {
		form.Set("du", first.String())
		form.Set("au", last.String())
	} else {
		first, last = today.AddDays(-usual), today
	}
	page := &figuresPage{
		Page: web.Page{Title: "Voies choisies et urgences", Form: form}, Own: r.Actor().Role == account.RoleDesk,
		Empty: web.None{Title: "Aucun guichet", Text: "Les guichets de votre territoire s’affichent ici dès qu’ils sont inscrits."},
	}
	if page.Own {
		page.Back = web.Link{Label: "Accueil du guichet", Path: "/guichet"}
	}
	from, to := first.In(civil.Paris), last.AddDays(1).In(civil.Paris)
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		figures, err := orientation.FiguresBetween(r.Context(), q, from, to)
		if err != nil {
			return err
		}
		page.tell(figures)
		if !page.Own {
			return nil
		}
		chosen, err := diagnosis.Overridden(r.Context(), q, from, to)
		if err != nil {
			return err
		}
		urgent, err := orientation.UrgentActs(r.Context(), q, from, to)
		if err != nil {
			return err
		}
		return page.lines(r, q, chosen, urgent)
	}); err != nil {
		return err
	}
	if r.WantsCSV() {
		return web.CSV(w, r, "voies-et-urgences", page.Desks)
	}
	return web.Render(w, r, form.Status(), "figures", page)
}

func (p *figuresPage) tell(figures []orientation.Figures) {
	p.Desks = web.Table{Caption: "Par guichet", Columns: []web.Column{
		{Label: "Guichet"},
		{Label: "Repérages", Number: true},
		{Label: "Autres voies choisies", Number: true},
		{Label: "Urgences faites sur papier", Number: true},
		{Label: "Urgences faites ensemble", Number: true},
	}}
	p.Chosen = web.Table{Caption: "De la voie proposée à la voie choisie", Columns: []web.Column{{Label: "Proposée"}, {Label: "Choisie"}, {Label: "Fois", Number: true}}}
	moves := map[[2]string]int{}
	for _, one := range figures {
		chosen, paper, together := web.Whole(one.Overrides()), web.Whole(one.OnPaper), web.Whole(one.Together)
		if p.Own {
			chosen, paper, together = chosen.To("#voies"), paper.To("#urgences"), together.To("#urgences")
		}
		p.Desks.Rows = append(p.Desks.Rows, []web.Cell{web.Head(one.Desk.Name), web.Whole(one.Diagnoses), chosen, paper, together})
		for _, move := range one.Chosen {
			moves[[2]string{move.From, move.To}] += move.Count
		}
	}
	for _, from := range diagnosis.Routes {
		for _, to := range diagnosis.Routes {
			if times := moves[[2]string{from.Code, to.Code}]; times > 0 {
				p.Chosen.Rows = append(p.Chosen.Rows, []web.Cell{web.Head(from.Title), web.Text(to.Title), web.Whole(times)})
			}
		}
	}
}

// lines are the desk's own: what each number counts.
func (p *figuresPage) lines(r *web.Request, q db.Q, chosen []diagnosis.Diagnosis, urgent []orientation.Urgent) error {
	p.Reasons = web.Table{Caption: "Chaque choix, avec sa raison", Columns: []web.Column{{Label: "Personne"}, {Label: "Jour"}, {Label: "Proposée"}, {Label: "Choisie"}, {Label: "Raison"}}}
	for _, one := range chosen {
		who, err := personCell(r, q, one.Holder)
		if err != nil {
			return err
		}
		reason := one.Override.Reason
		if reason == "" {
			reason = "effacée à son terme"
		}
		p.Reasons.Rows = append(p.Reasons.Rows, []web.Cell{
			who, web.Day(civil.DateOf(one.Override.At, civil.Paris)), web.Text(diagnosis.RouteTitle(one.Route.Code)), web.Text(diagnosis.RouteTitle(one.Override.Route)), web.Text(reason),
		})
	}
	p.Urgent = web.Table{Caption: "Ce qui ne pouvait pas attendre", Columns: []web.Column{{Label: "Personne"}, {Label: "Jour"}, {Label: "Façon"}}}
	for _, one := range urgent {
		who, err := personCell(r, q, one.Holder)
		if err != nil {
			return err
		}
		p.Urgent.Rows = append(p.Urgent.Rows, []web.Cell{who, web.Day(civil.DateOf(one.At, civil.Paris)), web.Text(urgentWays[one.Way])})
	}
	return nil
}

// personCell names a person of the desk, with their page; nobody for a visit
// that did not end.
func personCell(r *web.Request, q db.Q, who db.ID) (web.Cell, error) {
	if who.IsZero() {
		return web.Head("Passage sans suite"), nil
	}
	known, err := holder.ByID(r.Context(), q, who)
	if err != nil {
		return web.Cell{}, err
	}
	return web.Head(known.Called()).To(personPath(who, "")), nil
}
