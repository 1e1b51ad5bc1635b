package site

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/label"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

// errNoSite is told to an organisation that keeps no place yet.
var errNoSite = fault.Define(fault.NotFound, "no_site", "Votre organisation ne tient encore aucun lieu de l’annuaire. Demandez à l’équipe du programme de rattacher le vôtre.")

// sitesOf lists the places of the actor's organisation. Fault: no_site.
func sitesOf(r *web.Request, q db.Q) ([]label.Site, error) {
	sites, err := label.SitesOf(r.Context(), q, q.Actor().Organisation)
	if err == nil && len(sites) == 0 {
		return nil, errNoSite
	}
	return sites, err
}

// chosen is the one of the organisation's places that a form or an address
// names, the first when it names none. A place of another organisation is not
// found. Faults: no_site, not_found.
func chosen(r *web.Request, q db.Q, text string) (label.Site, []label.Site, error) {
	sites, err := sitesOf(r, q)
	if err != nil || text == "" {
		return first(sites), sites, err
	}
	at := slices.IndexFunc(sites, func(site label.Site) bool { return site.ID.String() == text })
	if at < 0 {
		return label.Site{}, nil, fault.ErrNotFound
	}
	return sites[at], sites, nil
}

func first(sites []label.Site) label.Site {
	if len(sites) == 0 {
		return label.Site{}
	}
	return sites[0]
}

// siteOptions are the places to choose from.
func siteOptions(sites []label.Site) []web.Option {
	made := make([]web.Option, 0, len(sites))
	for _, site := range sites {
		made = append(made, web.Option{Value: site.ID.String(), Label: site.Name + ", " + site.CommuneName})
	}
	return made
}

type placePage struct {
	web.Page
	Site        label.Site
	Chooser     chooser
	Label       web.State
	Held        string   // the label's dates in words
	Ask         web.Link // to the organisation's applications
	Poster      string   // while it holds the label
	Subjects    []told
	Differences []differenceLine
	Updated     string
	Account     []web.Line
	Waiting     web.Notice // when the account is missing
	MayEnter    bool
	MayKeep     bool
	Stop        web.Notice // when the place leaves, or its label stops
	MayLead     bool       // people: an owner
	MayLeave    bool       // and its departure is not announced
	Said        string
	Public      web.Link
	Fresh       fresh
}

// told is one subject of the profile, as the directory tells it.
type told struct {
	Title string
	Lines []web.Line
	Edit  web.Link
}

// showPlace answers GET /mon-lieu: what the directory says, the label, the account.
func showPlace(w http.ResponseWriter, r *web.Request) error {
	page := &placePage{
		MayEnter: account.May(r.Actor(), account.ActBankDetailsEnter), MayKeep: account.May(r.Actor(), account.ActPlaceKeep),
		MayLead: account.May(r.Actor(), account.ActMemberRead),
	}
	switch {
	case r.URL.Query().Has("enregistre"):
		page.Said = "Compte enregistré. Les prochains paiements iront dessus."
	case r.URL.Query().Has("fiche"):
		page.Said = "Enregistré. L’annuaire le dit déjà."
	case r.URL.Query().Has("confirme"):
		page.Said = "C’est noté : la fiche est juste aujourd’hui."
	}
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		site, sites, err := chosen(r, q, r.URL.Query().Get("lieu"))
		if err != nil {
			return err
		}
		page.Site, page.Chooser = site, choosing("/mon-lieu", sites, site)
		if page.Waiting, err = waitingAccount(r, q, []label.Site{site}); err != nil {
			return err
		}
		if page.Stop, page.MayLeave, err = leaving(r, q, site); err != nil {
			return err
		}
		if page.MayKeep {
			if page.Differences, err = differencesOf(r, q, site); err != nil {
				return err
			}
		}
		if page.Fresh, err = freshnessOf(r, q, site); err != nil {
			return err
		}
		page.Account, err = accountLines(r, q, site)
		return err
	})
	if err != nil {
		return err
	}
	page.Title = page.Site.Name
	day := civil.DateOf(r.App.Clock.Now(), page.Site.Zone())
	page.Label, page.Held = labelWords(page.Site, day)
	if account.May(r.Actor(), account.ActApplicationRead) {
		page.Ask = web.Link{Label: "Suivre les demandes de label", Path: "/demande-label"}
		if page.Site.Label.State == label.None && account.May(r.Actor(), account.ActLabelApply) {
			page.Ask.Label = "Demander le label"
		}
	}
	if page.Site.LabelledOn(day) {
		page.Poster = "/labels/lieux/" + page.Site.ID.String() + "/affiche"
	}
	for _, one := range subjects {
		shown := told{Title: one.title, Lines: one.told(page.Site.Place)}
		if page.MayKeep {
			shown.Edit = web.Link{Label: "Modifier", Path: "/mon-lieu/fiche/" + one.path + "?lieu=" + page.Site.ID.String(), About: strings.ToLower(one.title[:1]) + one.title[1:]}
		}
		page.Subjects = append(page.Subjects, shown)
	}
	page.Updated = page.Site.UpdatedOn.FrenchLong()
	page.Public = web.Link{Label: "Voir la page publique du lieu", Path: "/lieux/" + page.Site.ID.String()}
	return web.Render(w, r, http.StatusOK, "place", page)
}

// labelWords tells where the site stands with the label on a day.
func labelWords(site label.Site, day civil.Date) (web.State, string) {
	until := "jusqu’au " + site.Label.Until.FrenchLong()
	switch {
	case site.LabelledOn(day) && site.Label.State == label.Withdrawn:
		return web.State{Kind: "wait", Word: "Label bientôt fini"}, "Les chèques sont acceptés " + until + "."
	case site.LabelledOn(day):
		return web.State{Kind: "ok", Word: "Labellisé"}, "Depuis le " + site.Label.From.FrenchLong() + ", " + until + "."
	case site.Label.State == label.Granted && day.Before(site.Label.From):
		return web.State{Kind: "wait", Word: "Label à venir"}, "À partir du " + site.Label.From.FrenchLong() + ", " + until + "."
	case site.Label.State == label.Suspended:
		return web.State{Kind: "no", Word: "Label suspendu"}, "Depuis le " + site.Label.Until.AddDays(1).FrenchLong() + ". Les chèques ne sont pas acceptés. Ceux déjà reçus vous restent dus."
	case site.Label.State == label.Withdrawn:
		return web.State{Kind: "no", Word: "Label retiré"}, "Il a valu " + until + ". Les chèques ne sont plus acceptés."
	case site.Label.State == label.Granted:
		return web.State{Kind: "no", Word: "Label échu"}, "Il a valu " + until + ". Demandez son renouvellement\u00a0: les chèques ne sont plus acceptés."
	}
	return web.State{Kind: "", Word: "Sans label"}, "Il faut le label pour accepter des chèques."
}

func filledIn(lines ...web.Line) []web.Line {
	return slices.DeleteFunc(lines, func(line web.Line) bool { return line.Value == "" })
}

func labels(words place.Vocabulary, codes []string) string {
	told := make([]string, 0, len(codes))
	for _, code := range codes {
		told = append(told, words.Label(code))
	}
	return strings.Join(told, ", ")
}

func yes(is bool) string {
	if is {
		return "Oui"
	}
	return ""
}

// hoursInWords groups the days in a row that have the same hours: "du lundi au
// vendredi 9 h à 12 h".
func hoursInWords(p place.Place) string {
	hours, err := p.OpeningHours()
	if err != nil {
		return p.Hours
	}
	const week = 7
	day := func(i int) time.Weekday { return time.Weekday((i + 1) % week) } // from Monday
	var told []string
	for from := 0; from < week; {
		spans, to := hours.On(day(from)), from+1
		for to < week && slices.Equal(hours.On(day(to)), spans) {
			to++
		}
		days := civil.FrenchWeekday(day(from))
		if to-from > 1 {
			days = "du " + days + " au " + civil.FrenchWeekday(day(to-1))
		}
		if len(spans) > 0 {
			told = append(told, days+" "+civil.FrenchSpans(spans))
		}
		from = to
	}
	return upperFirst(strings.Join(told, ", "))
}
