package departure

import (
	"net/http"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/departure"
	"passerelle/internal/web"
)

type listPage struct {
	web.Page
	Lead        string
	List        web.Table
	Nothing     web.None
	MayAnnounce bool
	CSV         string
}

// list answers GET /departs: the sites that leave or whose label stops, and how
// many people are left at each.
func list(w http.ResponseWriter, r *web.Request) error {
	page := &listPage{
		Page: web.Page{Title: "Les lieux qui partent"}, MayAnnounce: account.May(r.Actor(), account.ActDepartureAnnounce),
		Lead: "Un lieu s’en va, ou son label s’arrête\u00a0: chaque personne inscrite est d’abord replacée ailleurs, ou prévenue.", CSV: "/departs?format=csv",
		Nothing: web.None{Title: "Aucun lieu ne part", Text: "Quand un lieu annonce son départ, ou perd son label, les personnes à replacer sont ici."},
	}
	switch r.Actor().Role {
	case account.RoleDesk:
		page.Title, page.Menu = "Les personnes à replacer", "/guichet"
		page.Back = web.Link{Label: "Accueil du guichet", Path: "/guichet"}
	case account.RoleSite:
		page.Menu = "/mon-lieu"
		page.Back = web.Link{Label: "Mon lieu", Path: "/mon-lieu"}
	}
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		found, err := departure.List(r.Context(), q)
		page.List = listTable(found, q)
		return err
	})
	if err != nil {
		return err
	}
	if r.WantsCSV() {
		return web.CSV(w, r, "departs", page.List)
	}
	return web.Render(w, r, http.StatusOK, "list", page)
}

func listTable(found []departure.Listed, q db.Q) web.Table {
	table := web.Table{
		Caption: "Lieux qui partent", Quiet: true,
		Columns: []web.Column{{Label: "Lieu"}, {Label: "Pourquoi"}, {Label: "Dernier jour"}, {Label: "À replacer", Number: true}, {Label: "État"}},
	}
	for _, one := range found {
		path := "/departs/" + one.Site.ID.String()
		state := stateOf(one, civil.DateOf(q.Now(), one.Site.Zone()))
		table.Rows = append(table.Rows, []web.Cell{
			web.Head(one.Site.Name).To(path).Noted(one.Site.CommuneName), web.Text(kindWords[one.Kind]), web.Day(one.LastOn),
			web.Whole(one.Left).To(path, "à replacer de "+one.Site.Name), web.InState(state.Kind, state.Word),
		})
	}
	return table
}

var kindWords = map[departure.Kind]string{
	departure.Shuts: "Ferme", departure.Leaves: "Quitte le programme", departure.Suspended: "Label suspendu", departure.Withdrawn: "Label retiré",
}

// stateOf is where a stop stands on a day.
func stateOf(one departure.Listed, today civil.Date) web.State {
	late := today.After(one.LastOn)
	switch {
	case one.Ended:
		return web.State{Kind: "ok", Word: "Terminé"}
	case one.Left == 0 && late:
		return web.State{Kind: "ok", Word: "Tous replacés"}
	case one.Left == 0:
		return web.State{Kind: "ok", Word: "Prêt"}
	case late:
		return web.State{Kind: "no", Word: "En retard"}
	}
	return web.State{Kind: "wait", Word: "En cours"}
}
