package label

import (
	"net/http"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/label"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

type listPage struct {
	web.Page
	Standings []web.Option
	Table     web.Table
	None      web.None
	Pager     web.Pager
}

// soon is how many months before its end a label asks for a decision.
const soon = 3

// The standings that the list can be narrowed to.
const (
	labelled   = "labellises"
	endingSoon = "bientot"
	without    = "sans"
	ended      = "termines"
)

// listSites answers GET /labels/lieux: the places that an organisation keeps, by
// name, with where each stands.
func listSites(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	today := civil.DateOf(r.App.Clock.Now(), civil.Paris)
	filter := place.Filter{Kept: true, Text: form.Text("texte"), Limit: web.PageSize}
	if r.Actor().Role == account.RoleSite {
		filter.Organisation = r.Actor().Organisation
	}
	narrow(&filter, form.Value("etat"), today)
	if err := r.After(&filter.After); err != nil {
		return err
	}
	page := &listPage{
		Page: web.Page{Title: "Les lieux et leur label", Form: form},
		Standings: []web.Option{
			{Value: "", Label: "Tous les lieux"},
			{Value: labelled, Label: "Labellisés"},
			{Value: endingSoon, Label: "Qui finissent dans les 3 mois"},
			{Value: without, Label: "Sans label aujourd’hui"},
			{Value: ended, Label: "Label terminé ou retiré"},
		},
		None: web.None{Title: "Aucun lieu ne répond à cette recherche.", Text: "Seuls les lieux tenus par une organisation du programme peuvent avoir le label.", Act: web.Link{Label: "Voir tous les lieux", Path: "/labels/lieux"}},
	}
	if r.WantsCSV() {
		return export(w, r, filter, today)
	}
	var sites []label.Site
	var next string
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		sites, next, err = label.Search(r.Context(), q, filter)
		return err
	}); err != nil {
		return err
	}
	page.Table = table(sites, today)
	if page.Pager, err = r.Pager(next != "", next); err != nil {
		return err
	}
	page.Pager = page.Pager.Exported(r)
	return web.Render(w, r, form.Status(), "places", page)
}

func narrow(filter *place.Filter, standing string, today civil.Date) {
	switch standing {
	case labelled:
		filter.Labelled = today
	case endingSoon:
		filter.Labelled, filter.EndingBy = today, today.AddMonths(soon)
	case without:
		filter.Unlabelled = today
	case ended:
		filter.EndingBy = today.AddDays(-1)
	}
}

func table(sites []label.Site, today civil.Date) web.Table {
	made := web.Table{
		Caption: "Les lieux et leur label", Quiet: true,
		Columns: []web.Column{{Label: "Lieu"}, {Label: "Commune"}, {Label: "Label"}, {Label: "Jusqu’au"}},
	}
	for _, site := range sites {
		state := stateOf(site, today)
		made.Rows = append(made.Rows, []web.Cell{
			web.Head(site.Name).To("/labels/lieux/" + site.ID.String()), web.Text(site.CommuneName + " (" + site.Departement + ")"),
			web.InState(state.Kind, state.Word), web.Day(site.Label.Until),
		})
	}
	return made
}

// stateOf is where a site stands, in a colour and in words.
func stateOf(site label.Site, today civil.Date) web.State {
	standing := site.Standing(today)
	state := web.State{Kind: "no", Word: standing}
	switch {
	case site.Label.State == label.None:
		state.Kind = ""
	case site.LabelledOn(today) && site.Label.Until.Before(today.AddMonths(soon)):
		state.Kind = "wait"
	case site.LabelledOn(today):
		state.Kind = "ok"
	case today.Before(site.Label.From):
		state.Kind = "wait"
	}
	return state
}

// export answers the whole list, with its filters, as a file.
func export(w http.ResponseWriter, r *web.Request, filter place.Filter, today civil.Date) error {
	filter.Limit = place.MostFound
	var all []label.Site
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		for {
			sites, next, err := label.Search(r.Context(), q, filter)
			all = append(all, sites...)
			if err != nil || next == "" {
				return err
			}
			filter.After = next
		}
	}); err != nil {
		return err
	}
	return web.CSV(w, r, "labels", table(all, today))
}
