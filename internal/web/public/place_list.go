package public

import (
	"net/http"
	"net/url"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/geography"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

// perPage is how many places a page of the list shows: what a map can number.
const perPage = 20

type listPage struct {
	web.Page
	Commune  geography.Commune // empty when no one was asked for
	Choices  []web.Link        // communes that the text may mean
	Services []web.Option
	Openings []web.Option
	Narrowed bool // by one of the choices that are folded away
	Told     string
	Places   web.List
	None     web.None
	Map      *web.Map
	Pager    web.Pager
	Register bool // only labelled places: the public register
	OpenData []web.Link
}

// listPlaces answers GET /lieux: places by distance from a commune, or by name.
func listPlaces(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	asked := readQuestion(r, form)
	if form.Valid() && len(asked.choices) == 0 && r.WantsCSV() {
		return exportPlaces(w, r, asked)
	}
	page := asked.page(r, form)
	if !form.Valid() || len(asked.choices) > 0 {
		return web.Render(w, r, form.Status(), "lieux", page)
	}
	filter := asked.filter
	filter.Limit = perPage
	if err := r.After(&filter.After); err != nil {
		return err
	}
	first := filter.After == ""
	var found []place.Found
	var next string
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		found, next, err = place.Search(r.Context(), q, filter)
		return err
	}); err != nil {
		return err
	}
	if page.Pager, err = r.Pager(next != "", next); err != nil {
		return err
	}
	page.Pager = page.Pager.Exported(r)
	page.Places = web.List{Name: page.Title}
	for number, one := range found {
		page.Places.Items = append(page.Places.Items, item(one, number+1, asked, r.App.Clock.Now()))
	}
	if len(found) == 0 {
		page.None = asked.none(r, first)
	} else {
		page.Map = mapOf(asked.commune, found)
	}
	return web.Render(w, r, http.StatusOK, "lieux", page)
}

// question is what a person asks of the directory.
type question struct {
	commune geography.Commune
	filter  place.Filter
	day     string // "", "maintenant", "aujourdhui", or a weekday
	choices []geography.Commune
	today   civil.Date
}

// days are the weekdays as the address names them.
var days = []string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}

func readQuestion(r *web.Request, form *web.Form) question {
	now := r.App.Clock.Now()
	asked := question{today: civil.DateOf(now, civil.Paris)}
	if text := form.Text("commune"); text != "" {
		commune, err := geography.Find(text)
		asked.commune, asked.choices = commune, geography.Candidates(err)
		switch {
		case len(asked.choices) > 0:
		case err != nil:
			form.Wrong("commune", "unknown_commune", "Cette commune n’est pas connue. Vérifiez son nom, ou écrivez son code postal")
		case commune.HasCentre():
			asked.filter.Near = &geography.Point{Latitude: commune.Latitude, Longitude: commune.Longitude}
		default:
			asked.filter.Commune = commune.Code
		}
	}
	if code := form.Value("service"); place.Services.Has(code) {
		asked.filter.Service = code
	}
	asked.filter.Text = form.Text("texte")
	asked.filter.Accessible = form.Checked("acces")
	if form.Checked("pass") {
		asked.filter.Pass = asked.today
	}
	if form.Checked("label") {
		asked.filter.Labelled = asked.today
	}
	asked.filter.AidantsConnect = form.Checked("mandat")
	asked.readDay(form.Value("jour"), now)
	return asked
}

func (a *question) readDay(day string, now time.Time) {
	switch day {
	case "maintenant":
		a.filter.OpenAt = now
	case "aujourdhui":
		a.filter.OpenOn = a.today
	default:
		for offset := range days {
			if next := a.today.AddDays(offset); days[next.Weekday()] == day {
				a.filter.OpenOn = next
			}
		}
		if a.filter.OpenOn.IsZero() {
			return
		}
	}
	a.day = day
}

func (a question) page(r *web.Request, form *web.Form) *listPage {
	page := &listPage{
		Page:    web.Page{Title: a.title(), Form: form, Menu: "/", Back: web.Link{Label: "Accueil", Path: "/"}},
		Commune: a.commune, Services: serviceOptions(), Openings: openingOptions(),
		Register: !a.filter.Labelled.IsZero(), OpenData: openDataLinks(),
		Narrowed: a.filter.Text != "" || a.filter.Accessible || a.filter.AidantsConnect || !a.filter.Pass.IsZero() || !a.filter.Labelled.IsZero(),
	}
	page.Summary = "Les lieux où l’on vous aide avec le numérique, près de chez vous."
	for _, commune := range a.choices {
		query := r.URL.Query()
		query.Set("commune", commune.Name+" ("+commune.Code+")")
		page.Choices = append(page.Choices, web.Link{Label: commune.Name + ", " + departementName(commune.Departement), Path: "/lieux?" + query.Encode()})
	}
	switch {
	case len(a.choices) > 0:
		page.Told = web.French("« " + form.Value("commune") + " » peut être :")
	case a.commune.Code != "":
		page.Told = "Du plus proche au plus loin. Les distances sont des ordres de grandeur, depuis le centre de la commune."
	default:
		page.Told = "Par ordre alphabétique. Écrivez une commune pour voir les plus proches."
	}
	return page
}

func (a question) title() string {
	if len(a.choices) > 0 {
		return web.French("De quelle commune s’agit-il ?")
	}
	name := "Les lieux où l’on vous aide"
	if !a.filter.Labelled.IsZero() {
		name = "Les lieux labellisés"
	}
	if a.commune.Code == "" {
		return name
	}
	return "Les lieux" + labelledWord(a) + " près " + of(a.commune.Name)
}

func labelledWord(a question) string {
	if a.filter.Labelled.IsZero() {
		return ""
	}
	return " labellisés"
}

func (a question) none(r *web.Request, first bool) web.None {
	if !first {
		return web.None{Title: "La liste est finie.", Act: web.Link{Label: "Revenir au début", Path: r.URL.Path}}
	}
	none := web.None{Title: "Aucun lieu ne répond à tout cela.", Text: "Demandez moins de choses à la fois, ou un autre jour."}
	path := "/lieux"
	if a.commune.Code != "" {
		path += "?commune=" + url.QueryEscape(a.commune.Label())
	}
	none.Act = web.Link{Label: "Voir tous les lieux", Path: path}
	return none
}

func serviceOptions() []web.Option {
	options := []web.Option{{Value: "", Label: "Toute aide"}}
	for _, word := range place.Services {
		options = append(options, web.Option{Value: word.Code, Label: sentence(word.Plain)})
	}
	return options
}

func openingOptions() []web.Option {
	options := []web.Option{{Value: "", Label: "N’importe quand"}, {Value: "maintenant", Label: "Ouvert maintenant"}, {Value: "aujourdhui", Label: "Ouvert aujourd’hui"}}
	for offset := 1; offset <= 7; offset++ {
		day := days[offset%7]
		options = append(options, web.Option{Value: day, Label: "Ouvert le " + day})
	}
	return options
}

func departementName(code string) string {
	departement, err := geography.DepartementByCode(code)
	if err != nil {
		return code
	}
	return departement.Name
}
