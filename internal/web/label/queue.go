package label

import (
	"cmp"
	"net/http"
	"slices"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/label"
	"passerelle/internal/web"
)

type queuePage struct {
	web.Page
	Figures []web.Figure
	Views   []web.Option
	Table   web.Table
	None    web.None
	Pager   web.Pager
	Places  web.Link
}

// The ways to look at the queue.
const (
	viewOpen    = ""
	viewLate    = "retard"
	viewWaiting = "a-prendre"
	viewMine    = "a-moi"
	viewAsked   = "attente"
	viewDecided = "decidees"
	viewAll     = "toutes"
)

var openStates = []label.State{label.Sent, label.InReview, label.MoreAsked, label.Appealed}

// filterOf narrows the queue to a view; reviewer is who reads it.
func filterOf(view string, reviewer db.ID) label.QueueFilter {
	filter := label.QueueFilter{States: openStates, Limit: web.PageSize}
	switch view {
	case viewLate:
		filter.Late = true
	case viewWaiting:
		filter.Waiting = true
	case viewMine:
		filter.Assigned = reviewer
	case viewAsked:
		filter.States = []label.State{label.MoreAsked}
	case viewDecided:
		filter.States = []label.State{label.Granted, label.Refused, label.Suspended, label.Withdrawn, label.Expired}
	case viewAll:
		filter.States = nil
	}
	return filter
}

// listQueue answers GET /labels: the applications, those whose promise ends
// first at the top.
func listQueue(w http.ResponseWriter, r *web.Request) error {
	if r.Actor().Role == account.RoleSite {
		return web.SeeOther(w, r, "/demande-label")
	}
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	page := &queuePage{
		Page:   web.Page{Title: "Les demandes de label", Form: form},
		Places: web.Link{Label: "Voir tous les lieux et leur label", Path: "/labels/lieux"},
		None: web.None{
			Title: "Aucune demande ici.", Text: "Les demandes arrivent quand un lieu envoie la sienne.",
			Act: web.Link{Label: "Voir toutes les demandes", Path: "/labels?file=" + viewAll},
		},
	}
	certifies := account.May(r.Actor(), account.ActLabelReview)
	var found []label.Application
	var next db.ID
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		reviewer, err := label.Reviewer(r.Context(), q)
		if err != nil {
			return err
		}
		filter := filterOf(form.Value("file"), reviewer)
		if err := r.After(&filter.After); err != nil {
			return err
		}
		if r.WantsCSV() {
			found, err = wholeQueue(r, q, filter)
			return err
		}
		if page.Figures, err = figuresOf(r, q, reviewer, certifies); err != nil {
			return err
		}
		found, next, err = label.Queue(r.Context(), q, filter)
		return err
	}); err != nil {
		return err
	}
	today := civil.DateOf(r.App.Clock.Now(), civil.Paris)
	if r.WantsCSV() {
		return web.CSV(w, r, "demandes-de-label", queueTable(found, today))
	}
	pressingFirst(found, today)
	page.Views = []web.Option{
		{Value: viewOpen, Label: "En cours"}, {Value: viewLate, Label: "En retard"}, {Value: viewWaiting, Label: "À prendre"},
		{Value: viewAsked, Label: "Attendent le lieu"}, {Value: viewDecided, Label: "Décidées"}, {Value: viewAll, Label: "Toutes"},
	}
	if certifies {
		page.Views = slices.Insert(page.Views, 3, web.Option{Value: viewMine, Label: "À moi"})
	}
	page.Table = queueTable(found, today)
	if page.Pager, err = r.Pager(!next.IsZero(), next); err != nil {
		return err
	}
	page.Pager = page.Pager.Exported(r)
	return web.Render(w, r, form.Status(), "queue", page)
}

// wholeQueue reads every page of a view.
func wholeQueue(r *web.Request, q db.Q, filter label.QueueFilter) (all []label.Application, err error) {
	const many = 500
	filter.Limit, filter.After = many, db.ID{}
	for {
		found, next, err := label.Queue(r.Context(), q, filter)
		all = append(all, found...)
		if err != nil || next.IsZero() {
			return all, err
		}
		filter.After = next
	}
}

// figuresOf counts what is under way; each number opens the list it counts.
func figuresOf(r *web.Request, q db.Q, reviewer db.ID, certifies bool) ([]web.Figure, error) {
	open, err := wholeQueue(r, q, filterOf(viewOpen, reviewer))
	if err != nil {
		return nil, err
	}
	today := civil.DateOf(r.App.Clock.Now(), civil.Paris)
	var late, waiting, mine, asked int
	for _, one := range open {
		if one.Clock(today).Late {
			late++
		}
		if one.Certifier.IsZero() && (one.State == label.Sent || one.State == label.Appealed) {
			waiting++
		}
		if one.Certifier == reviewer {
			mine++
		}
		if one.State == label.MoreAsked {
			asked++
		}
	}
	figure := func(count int, words, view string) web.Figure {
		return web.Figure{Number: web.Whole(count).Text, Label: words, Path: "/labels?file=" + view}
	}
	figures := []web.Figure{figure(late, "en retard", viewLate), figure(waiting, "à prendre", viewWaiting)}
	if certifies {
		figures = append(figures, figure(mine, "à vous", viewMine))
	}
	return append(figures, figure(asked, "attendent la réponse du lieu", viewAsked)), nil
}

// pressingFirst puts the promises that end first at the top, and those that
// wait for the applicant or are decided at the end.
func pressingFirst(applications []label.Application, today civil.Date) {
	rank := func(a label.Application) int {
		clock := a.Clock(today)
		switch {
		case !clock.Stopped.IsZero():
			return 2
		case !clock.Paused.IsZero():
			return 1
		}
		return 0
	}
	slices.SortStableFunc(applications, func(a, b label.Application) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), a.Clock(today).Due.Compare(b.Clock(today).Due))
	})
}

func queueTable(applications []label.Application, today civil.Date) web.Table {
	made := web.Table{
		Caption: "Les demandes de label", Quiet: true,
		Columns: []web.Column{{Label: "Demande"}, {Label: "Lieux"}, {Label: "Envoyée le"}, {Label: "État"}, {Label: "Délai"}},
	}
	for _, one := range applications {
		note := ""
		switch {
		case one.Round > 1:
			note = "appel"
		case one.Renewal:
			note = "renouvellement"
		}
		made.Rows = append(made.Rows, []web.Cell{
			web.Head(one.OrganisationName).To("/labels/demandes/" + one.ID.String()).Noted(note), placesCell(one),
			web.Day(dayOf(one.SentAt)), stateCell(one), clockWords(one, today),
		})
	}
	return made
}

func stateCell(a label.Application) web.Cell {
	state := stateOfApplication(a)
	cell := web.InState(state.Kind, state.Word)
	if a.Certifier.IsZero() && (a.State == label.Sent || a.State == label.Appealed) {
		return cell.Noted("à prendre")
	}
	return cell
}

// placesCell names the places, or counts them when they are many.
func placesCell(a label.Application) web.Cell {
	const few = 3
	if len(a.Places) <= few {
		return web.Text(a.PlaceNames())
	}
	return web.Text(web.Whole(len(a.Places)).Text + "\u00a0lieux").Noted(a.Places[0].Name + ", " + a.Places[1].Name + "…")
}
