package public

import (
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/geography"
	"passerelle/internal/label"
	"passerelle/internal/web"
)

// everywhere is the whole country.
var everywhere geography.Territory

// delays keeps the figures of certifiers' work, by territory, as long as tally
// keeps its own: they are counted from every application's history.
type delays struct {
	mutex sync.Mutex
	kept  map[string]keptFigures
}

type keptFigures struct {
	at    time.Time
	years []label.Figures // the latest first; the current one is always there
}

// mostDelays is of how many territories figures are kept.
const mostDelays = 200

func (d *delays) of(r *web.Request, territory geography.Territory) ([]label.Figures, error) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	now := r.App.Clock.Now()
	if found, kept := d.kept[territory.Code]; kept {
		if age := now.Sub(found.at); age >= 0 && age < countedFor {
			return found.years, nil
		}
	}
	fresh := keptFigures{at: now}
	// For any visitor, not for the one who happens to ask: no one's rights.
	if err := r.App.DB.View(r.Context(), db.Actor{}, func(q db.Q) (err error) {
		fresh.years, err = label.FiguresBy(r.Context(), q, territory)
		return err
	}); err != nil {
		return nil, err
	}
	if d.kept == nil || len(d.kept) >= mostDelays {
		d.kept = map[string]keptFigures{}
	}
	d.kept[territory.Code] = fresh
	return fresh.years, nil
}

type figuresPage struct {
	web.Page
	Territories []web.Option
	Where       string // "en France", or the territory's name
	Now         label.Figures
	Longest     string
	Decisions   web.Table
	Appeals     web.Table
	Delays      web.Table
	Export      string
}

// showFigures answers GET /label/chiffres: what was decided, and in how long.
func (d *delays) showFigures(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	territory := askedTerritory(form)
	page := &figuresPage{
		Page: web.Page{
			Title: "Les décisions sur le label en chiffres", Form: form, Back: backToLabel,
			Summary: "Demandes accordées et refusées, appels, et le temps que met une réponse.",
		},
		Territories: territoryOptions(territory), Where: "Toute la France", Export: "/label/chiffres?format=csv",
	}
	if !form.Valid() {
		territory = everywhere
	}
	if territory.Code != "" {
		page.Where, page.Export = territory.Name, "/label/chiffres?format=csv&territoire="+territory.Code
	}
	years, err := d.of(r, territory)
	if err != nil {
		return err
	}
	if r.WantsCSV() {
		return web.CSV(w, r, "chiffres-du-label", figuresTable("Les chiffres", slices.Concat(decisionFigures, appealFigures, delayFigures, waitingFigures), years))
	}
	page.Now, page.Longest = years[0], daysText(years[0].LongestWaitDays)
	page.Decisions = figuresTable("Les décisions", decisionFigures, years)
	page.Appeals = figuresTable("Les appels", appealFigures, years)
	page.Delays = figuresTable("Les délais", delayFigures, years)
	return web.Render(w, r, form.Status(), "label-figures", page)
}

// figureOf is one column of the figures; known is nil when it always has a value.
type figureOf struct {
	label string
	of    func(label.Figures) int
	known func(label.Figures) bool
}

// decided tells whether a year has a delay to measure.
func decided(f label.Figures) bool { return f.Granted+f.Refused > 0 }

var (
	decisionFigures = []figureOf{
		{"Demandes envoyées", func(f label.Figures) int { return f.Sent }, nil},
		{"dont renouvellements", func(f label.Figures) int { return f.Renewals }, nil},
		{"Accordées", func(f label.Figures) int { return f.Granted }, nil},
		{"Refusées", func(f label.Figures) int { return f.Refused }, nil},
		{"Lieux labellisés", func(f label.Figures) int { return f.PlacesGranted }, nil},
		{"Lieux refusés", func(f label.Figures) int { return f.PlacesRefused }, nil},
		{"Retirées ou abandonnées", func(f label.Figures) int { return f.Withdrawn }, nil},
	}
	appealFigures = []figureOf{
		{"Appels déposés", func(f label.Figures) int { return f.Appeals }, nil},
		{"Décision changée", func(f label.Figures) int { return f.AppealsGranted }, nil},
		{"Décision confirmée", func(f label.Figures) int { return f.AppealsRefused }, nil},
	}
	delayFigures = []figureOf{
		{"Délai médian, en jours", func(f label.Figures) int { return f.MedianDays }, decided},
		{"Le plus long, en jours", func(f label.Figures) int { return f.LongestDays }, decided},
		{"Réponses en retard", func(f label.Figures) int { return f.LateDecisions }, nil},
	}
	waitingFigures = []figureOf{
		{"Demandes qui attendent", func(f label.Figures) int { return f.WaitingNow }, nil},
		{"dont en retard", func(f label.Figures) int { return f.LateNow }, nil},
		{"La plus ancienne attente, en jours", func(f label.Figures) int { return f.LongestWaitDays }, nil},
	}
)

func figuresTable(caption string, columns []figureOf, years []label.Figures) web.Table {
	made := web.Table{Caption: caption, Quiet: true, Columns: []web.Column{{Label: "Année"}}}
	for _, column := range columns {
		made.Columns = append(made.Columns, web.Column{Label: column.label, Number: true})
	}
	for _, year := range years {
		row := []web.Cell{web.Head(strconv.Itoa(year.Year))}
		for _, column := range columns {
			cell := web.Text("–")
			if column.known == nil || column.known(year) {
				cell = web.Whole(column.of(year))
			}
			row = append(row, cell)
		}
		made.Rows = append(made.Rows, row)
	}
	return made
}
