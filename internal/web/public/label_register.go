package public

import (
	"net/http"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/label"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

// ended asks the register for the labels that hold no more.
const ended = "termines"

type registerPage struct {
	web.Page
	Territories []web.Option
	Standings   []web.Option
	Table       web.Table
	None        web.None
	Pager       web.Pager
	Ended       bool
}

// showRegister answers GET /label/registre: the places that hold the label, or
// that held it, with their dates.
func showRegister(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	filter := label.RegisterFilter{Text: form.Text("texte"), Ended: form.Value("etat") == ended, Limit: web.PageSize}
	filter.Territory = askedTerritory(form)
	page := &registerPage{
		Page: web.Page{
			Title: "Le registre des lieux labellisés", Form: form, Back: backToLabel,
			Summary: "Chaque lieu labellisé, depuis quand, jusqu’à quand, par qui et selon quels critères.",
		},
		Territories: territoryOptions(filter.Territory), Ended: filter.Ended,
		Standings: []web.Option{{Value: "", Label: "Labellisés aujourd’hui"}, {Value: ended, Label: "Suspendus, retirés ou échus"}},
		None: web.None{
			Title: "Aucun lieu ne répond à cette recherche.", Text: "Élargissez le territoire, ou regardez les labels suspendus, retirés ou échus.",
			Act: web.Link{Label: "Voir tout le registre", Path: registerOfToday.Path},
		},
	}
	if filter.Ended {
		page.Title = "Les labels suspendus, retirés ou échus"
	}
	if !form.Valid() {
		return web.Render(w, r, form.Status(), "label-register", page)
	}
	if err := r.After(&filter.After); err != nil {
		return err
	}
	today := civil.DateOf(r.App.Clock.Now(), civil.Paris)
	var lines []label.Registered
	var next string
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if r.WantsCSV() {
			lines, err = wholeRegister(r, q, filter)
			return err
		}
		lines, next, err = label.Register(r.Context(), q, filter)
		return err
	}); err != nil {
		return err
	}
	if r.WantsCSV() {
		return web.CSV(w, r, "registre-du-label", registerTable(lines, today, true))
	}
	page.Table = registerTable(lines, today, false)
	if page.Pager, err = r.Pager(next != "", next); err != nil {
		return err
	}
	page.Pager = page.Pager.Exported(r)
	return web.Render(w, r, http.StatusOK, "label-register", page)
}

// wholeRegister reads every page.
func wholeRegister(r *web.Request, q db.Q, filter label.RegisterFilter) (all []label.Registered, err error) {
	filter.Limit, filter.After = place.MostFound, ""
	for {
		lines, next, err := label.Register(r.Context(), q, filter)
		all = append(all, lines...)
		if err != nil || next == "" {
			return all, err
		}
		filter.After = next
	}
}

// registerTable is the register; whole adds what only its file has.
func registerTable(lines []label.Registered, today civil.Date, whole bool) web.Table {
	made := web.Table{
		Caption: "Le registre", Quiet: true,
		Columns: []web.Column{{Label: "Lieu"}, {Label: "Commune"}, {Label: "Label"}, {Label: "Depuis le"}, {Label: "Jusqu’au"}, {Label: "Critères"}, {Label: "Score", Number: true}},
	}
	if whole {
		made.Columns = append(made.Columns, web.Column{Label: "Suspendu jusqu’au"}, web.Column{Label: "Code INSEE"}, web.Column{Label: "Décidé par"}, web.Column{Label: "Identifiant"})
	}
	for _, line := range lines {
		criteria, score := web.Text("–").Noted("sans demande"), web.Text("–")
		if line.Criteria != "" {
			criteria, score = web.Text(line.Criteria).To("/label/criteres/"+line.Criteria), web.Whole(line.Score)
		}
		row := []web.Cell{
			web.Head(line.Name).To("/lieux/" + line.ID.String()), web.Text(line.CommuneName + " (" + line.Departement + ")"),
			registerState(line, today), web.Day(line.Since), web.Day(line.Until), criteria, score,
		}
		if whole {
			row = append(row, web.Day(line.SuspendedUntil), web.Text(line.Commune), web.Text(line.Certifier), web.Text(line.ID.String()))
		}
		made.Rows = append(made.Rows, row)
	}
	return made
}

func registerState(line label.Registered, today civil.Date) web.Cell {
	kind := "no"
	if line.LabelledOn(today) {
		kind = "ok"
	}
	cell := web.InState(kind, line.Standing(today))
	if !line.SuspendedUntil.IsZero() {
		return cell.Noted("jusqu’au " + line.SuspendedUntil.FrenchLong())
	}
	return cell
}

// askedTerritory is the territory that a form names; zero for the whole country.
func askedTerritory(form *web.Form) geography.Territory {
	code := form.Text("territoire")
	if code == "" {
		return geography.Territory{}
	}
	territory, err := geography.ParseTerritory(code)
	if err != nil {
		form.Wrong("territoire", fault.Of(err).Code, "Choisissez un territoire de la liste")
	}
	if territory.Kind == geography.Country {
		return geography.Territory{}
	}
	return territory
}

// territoryOptions are the régions and the départements; another territory is
// there when it is asked for by its code.
func territoryOptions(asked geography.Territory) []web.Option {
	options := []web.Option{{Value: "", Label: "Toute la France"}}
	if asked.Kind == geography.EPCITerritory || asked.Kind == geography.CommuneTerritory {
		options = append(options, web.Option{Value: asked.Code, Label: asked.Name})
	}
	for _, region := range geography.Regions() {
		options = append(options, web.Option{Value: "R" + region.Code, Label: "Région\u00a0: " + region.Name})
	}
	for _, departement := range geography.Departements() {
		options = append(options, web.Option{Value: departement.Code, Label: departement.Code + "\u00a0" + departement.Name})
	}
	return options
}
