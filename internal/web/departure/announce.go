package departure

import (
	"net/http"
	"strconv"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/departure"
	"passerelle/internal/label"
	"passerelle/internal/place"
	"passerelle/internal/settlement"
	"passerelle/internal/web"
)

// What becomes of the place, as the form says it.
const (
	shuts = "ferme"
	stays = "reste"
)

type announcePage struct {
	web.Page
	Site   label.Site
	Search bool       // where the place is still to be chosen, among all
	Found  []web.Link // or among these
	None   web.None
	Check  []web.Line
	Typed  departure.Departure
	Fate   string
}

// ask answers GET /departs/annonce: which place, then how it leaves.
func ask(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	if form.Value("lieu") == "" {
		return choose(w, r, form)
	}
	fresh := web.NewForm()
	fresh.Set("lieu", form.Value("lieu"))
	return showAnnounce(w, r, fresh, nil)
}

// choose lists one's own places, or finds one for who follows them all.
func choose(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &announcePage{Page: web.Page{
		Title: "Quel lieu part\u202f?", Form: form, Menu: menuOf(r), Layout: web.Ask, Back: web.Link{Label: "Les lieux qui partent", Path: "/departs"},
	}}
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		var sites []label.Site
		switch {
		case r.Actor().Role == account.RoleSite:
			sites, err = label.SitesOf(r.Context(), q, q.Actor().Organisation)
		case form.Text("q") != "":
			sites, _, err = label.Search(r.Context(), q, place.Filter{Kept: true, Text: form.Text("q"), Limit: mostFound})
			page.None = web.None{Title: "Aucun lieu de ce nom", Text: "Cherchez par un mot de son nom, ou par sa commune."}
		}
		for _, site := range sites {
			page.Found = append(page.Found, web.Link{Label: site.Name + ", " + site.CommuneName, Path: "/departs/annonce?lieu=" + site.ID.String()})
		}
		return err
	})
	if err != nil {
		return err
	}
	page.Search = r.Actor().Role != account.RoleSite
	return web.Render(w, r, form.Status(), "choose", page)
}

// mostFound is how many places a search proposes.
const mostFound = 20

// announce answers POST /departs/annonce: what will be is checked first, then it
// is announced.
func announce(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	site, err := db.ParseID(form.Value("lieu"))
	if err != nil {
		return place.ErrUnknownPlace
	}
	if form.Checked("modifier") {
		return showAnnounce(w, r, form, nil)
	}
	typed := departure.Departure{
		Place: site, Shuts: form.Choice("devient", "Dites ce que devient le lieu", shuts, stays) == shuts, LastOn: form.Date("last_on"), Reason: form.Text("reason"),
	}
	err = r.Act(form, func(tx *db.Tx) error {
		_, err := db.Once(r.Context(), tx, form.Key(r),
			func(id db.ID) (departure.Departure, error) { return departure.ByID(r.Context(), tx, id) },
			func(id db.ID) (departure.Departure, error) {
				typed.ID = id
				return departure.Announce(r.Context(), tx, typed)
			})
		return err
	})
	if !form.Valid() || form.Refused(err) {
		return showAnnounce(w, r, form, nil)
	}
	if err != nil {
		return err
	}
	if form.Confirmed() {
		return web.SeeOther(w, r, "/departs/"+site.String()+"?annonce")
	}
	return showAnnounce(w, r, form, &typed)
}

func menuOf(r *web.Request) string {
	switch r.Actor().Role {
	case account.RoleSite:
		return "/mon-lieu"
	case account.RoleDesk:
		return "/guichet"
	}
	return "/departs"
}

func showAnnounce(w http.ResponseWriter, r *web.Request, form *web.Form, check *departure.Departure) error {
	site, err := db.ParseID(form.Value("lieu"))
	if err != nil {
		return place.ErrUnknownPlace
	}
	page := &announcePage{Page: web.Page{Form: form, Menu: menuOf(r), Layout: web.Ask, Back: web.Link{Label: "Les lieux qui partent", Path: "/departs"}}}
	if r.Actor().Role == account.RoleSite {
		page.Back = web.Link{Label: "Mon lieu", Path: "/mon-lieu?lieu=" + site.String()}
	}
	err = r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if page.Site, err = label.SiteByID(r.Context(), q, site); err != nil {
			return err
		}
		if err := account.RequireAt(q.Actor(), account.ActDepartureAnnounce, page.Site.Organisation, site); err != nil {
			return err
		}
		if check != nil {
			page.Typed = *check
			page.Check, err = checkLines(r, q, page.Site, *check)
		}
		return err
	})
	if err != nil {
		return err
	}
	page.Title, page.Fate = "Annoncer le départ du lieu", form.Value("devient")
	if check == nil {
		return web.Render(w, r, form.Status(), "announce", page)
	}
	page.Title = "Vérifiez avant d’annoncer"
	return web.Render(w, r, http.StatusOK, "announce-check", page)
}

// checkLines are what was typed and what follows from it.
func checkLines(r *web.Request, q db.Q, site label.Site, typed departure.Departure) ([]web.Line, error) {
	left, err := departure.Foresee(r.Context(), q, site.ID, typed.LastOn)
	if err != nil {
		return nil, err
	}
	fate := "Il reste ouvert, et n’accepte plus le pass"
	if typed.Shuts {
		fate = "Il ferme"
	}
	lines := []web.Line{
		{Label: "Lieu", Value: site.Name + ", " + site.CommuneName}, {Label: "Ce qu’il devient", Value: fate},
		{Label: "Dernier jour", Value: typed.LastOn.French()}, {Label: "Pourquoi", Value: typed.Reason},
		{Label: "À replacer", Value: peopleWords(left), Note: "Inscrites ou en attente après ce jour."},
	}
	if account.May(q.Actor(), account.ActStatementRead) {
		waits, err := settlement.Waits(r.Context(), q, site.ID)
		if err != nil {
			return nil, err
		}
		lines = append(lines, web.Line{Label: "À vous payer", Value: waits.Short(), Note: closesWords(typed.LastOn)})
	}
	return lines, nil
}

func peopleWords(count int) string {
	switch count {
	case 0:
		return "Personne"
	case 1:
		return "1 personne"
	}
	return strconv.Itoa(count) + " personnes"
}

// closesWords say when the last statement closes.
func closesWords(last civil.Date) string {
	return "Reste dû. Le dernier relevé se clôt seul le " + last.AddDays(settlement.LastEntries+1).FrenchLong() + "."
}
