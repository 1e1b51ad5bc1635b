package label

import (
	"fmt"
	"net/http"
	"slices"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/label"
	"passerelle/internal/web"
)

type applicationsPage struct {
	web.Page
	Table   web.Table
	Sites   web.Table // the organisation's places, and where each stands
	None    web.None
	Renew   []web.Link // places whose label ends soon
	Applies bool
	Empty   bool // the organisation keeps no place
}

// listApplications answers GET /demande-label: what the organisation asked for.
func listApplications(w http.ResponseWriter, r *web.Request) error {
	if r.Actor().Role != account.RoleSite {
		return web.SeeOther(w, r, "/labels")
	}
	today := civil.DateOf(r.App.Clock.Now(), civil.Paris)
	page := &applicationsPage{
		Page:    web.Page{Title: "Le label de vos lieux", Summary: ""},
		Applies: account.May(r.Actor(), account.ActLabelApply),
	}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		applications, err := label.ApplicationsOf(r.Context(), q, r.Actor().Organisation)
		if err != nil {
			return err
		}
		page.Table = applicationsTable(applications, today)
		sites, err := label.SitesOf(r.Context(), q, r.Actor().Organisation)
		page.Empty, page.Sites = len(sites) == 0, ownSites(sites, today)
		for _, site := range sites {
			if renewable(site, applications, today) {
				page.Renew = append(page.Renew, web.Link{
					Label: fmt.Sprintf("Renouveler le label de %s, qui finit le %s", site.Name, site.Label.Until.FrenchLong()),
					Path:  "/demande-label/nouvelle?lieu=" + site.ID.String(),
				})
			}
		}
		return err
	}); err != nil {
		return err
	}
	page.None = web.None{
		Title: "Vous n’avez encore rien demandé.", Text: "Le label permet d’accepter les chèques du pass et d’être payé.",
		Act: web.Link{Label: "Lire ce qu’est le label", Path: "/label"},
	}
	return web.Render(w, r, http.StatusOK, "apply-list", page)
}

// ownSites tells where each place of the organisation stands with the label.
func ownSites(sites []label.Site, today civil.Date) web.Table {
	made := web.Table{
		Caption: "Vos lieux", Quiet: true,
		Columns: []web.Column{{Label: "Lieu"}, {Label: "Label"}, {Label: "Jusqu’au"}, {Label: "Décisions"}, {Label: "Affiche"}},
	}
	for _, site := range sites {
		state := stateOf(site, today)
		poster := web.Text("")
		if site.LabelledOn(today) {
			poster = web.Text("Imprimer").To("/labels/lieux/"+site.ID.String()+"/affiche", "l’affiche de "+site.Name)
		}
		made.Rows = append(made.Rows, []web.Cell{
			web.Head(site.Name).Noted(site.CommuneName), web.InState(state.Kind, state.Word), web.Day(site.Label.Until),
			web.Text("Lire").To("/labels/lieux/"+site.ID.String(), "les décisions sur "+site.Name), poster,
		})
	}
	return made
}

// renewable tells whether a site's label ends within the months in which it can
// be renewed, and nothing is under way.
func renewable(site label.Site, applications []label.Application, today civil.Date) bool {
	if !site.LabelledOn(today) || site.Label.State != label.Granted || site.Label.Until.AddMonths(-label.RenewalMonths).After(today) {
		return false
	}
	return !slices.ContainsFunc(applications, func(a label.Application) bool {
		return a.State.Undecided() && covers(a, site.ID)
	})
}

func covers(a label.Application, placeID db.ID) bool {
	return slices.ContainsFunc(a.Places, func(covered label.Covered) bool { return covered.ID == placeID })
}

func applicationsTable(applications []label.Application, today civil.Date) web.Table {
	made := web.Table{
		Caption: "Vos demandes", Quiet: true,
		Columns: []web.Column{{Label: "Lieux"}, {Label: "État"}, {Label: "Commencée le"}, {Label: "Envoyée le"}, {Label: "Réponse"}},
	}
	for _, one := range applications {
		note := ""
		if one.Renewal {
			note = "renouvellement"
		}
		state := stateOfApplication(one)
		made.Rows = append(made.Rows, []web.Cell{
			web.Head(one.PlaceNames()).To("/demande-label/" + one.ID.String()).Noted(note), web.InState(state.Kind, state.Word),
			web.Day(dayOf(one.MadeAt)), web.Day(dayOf(one.SentAt)), clockWords(one, today),
		})
	}
	return made
}

type beginPage struct {
	web.Page
	Places  []web.Option
	Refused []web.Line // places that cannot be chosen now, and why
}

// askBegin answers GET /demande-label/nouvelle: for which places.
func askBegin(w http.ResponseWriter, r *web.Request) error {
	form := web.NewForm()
	if chosen := r.URL.Query().Get("lieu"); chosen != "" {
		form.Set("lieu", chosen)
	}
	return showBegin(w, r, form)
}

func showBegin(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	today := civil.DateOf(r.App.Clock.Now(), civil.Paris)
	page := &beginPage{Page: web.Page{
		Title: "Pour quels lieux demandez-vous le label\u202f?", Layout: web.Ask, Form: form,
		Back: web.Link{Label: "Le label de vos lieux", Path: "/demande-label"},
	}}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		sites, err := label.SitesOf(r.Context(), q, r.Actor().Organisation)
		if err != nil {
			return err
		}
		applications, err := label.ApplicationsOf(r.Context(), q, r.Actor().Organisation)
		for _, site := range sites {
			if why := unavailable(site, applications, today); why != "" {
				page.Refused = append(page.Refused, web.Line{Label: site.Name, Value: why})
				continue
			}
			page.Places = append(page.Places, web.Option{Value: site.ID.String(), Label: site.Name + ", " + site.CommuneName, Hint: site.AddressLine()})
		}
		return err
	}); err != nil {
		return err
	}
	if len(page.Places) == 1 {
		page.Places[0].Chosen = true
	}
	return web.Render(w, r, form.Status(), "apply-begin", page)
}

// unavailable tells why a place cannot be chosen now; empty when it can.
func unavailable(site label.Site, applications []label.Application, today civil.Date) string {
	for _, one := range applications {
		if one.State.Undecided() && covers(one, site.ID) {
			return "Une demande est déjà ouverte."
		}
	}
	switch from := site.Label.Until.AddMonths(-label.RenewalMonths); {
	case site.Label.State == label.Suspended:
		return "Son label est suspendu."
	case site.LabelledOn(today) && from.After(today):
		return "Il a le label jusqu’au " + site.Label.Until.FrenchLong() + ". Vous pourrez le renouveler à partir du " + from.FrenchLong() + "."
	}
	return ""
}

// begin answers POST /demande-label/nouvelle.
func begin(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	var places []db.ID
	for _, text := range form.Values("lieu") {
		id, err := db.ParseID(text)
		if err != nil {
			return err
		}
		places = append(places, id)
	}
	if len(places) == 0 {
		form.Wrong("lieu", "required", "Choisissez au moins un lieu")
		return showBegin(w, r, form)
	}
	var made label.Application
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) (err error) {
		made, err = db.Once(r.Context(), tx, form.Key(r),
			func(done db.ID) (label.Application, error) { return label.ApplicationByID(r.Context(), tx, done) },
			func(fresh db.ID) (label.Application, error) { return label.Begin(r.Context(), tx, fresh, places) })
		return err
	})
	if form.RefusedAs(err, map[string]string{"places": "lieu"}) {
		return showBegin(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/demande-label/"+made.ID.String())
}
