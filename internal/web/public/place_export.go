package public

import (
	"fmt"
	"net/http"
	"strings"

	"passerelle/internal/db"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

// mostExported is how many places a file of the list holds; the whole
// directory is open data, by another road.
const mostExported = 2000

// exportPlaces answers the same list as a file.
func exportPlaces(w http.ResponseWriter, r *web.Request, asked question) error {
	table := web.Table{Columns: []web.Column{
		{Label: "Nom"},
		{Label: "Adresse"},
		{Label: "Code postal"},
		{Label: "Commune"},
		{Label: "Code INSEE"},
		{Label: "Téléphone"},
		{Label: "Site web"},
		{Label: "Horaires"},
		{Label: "Services"},
		{Label: "Pass accepté"},
		{Label: "Label jusqu’au"},
		{Label: "Accessible"},
		{Label: "Latitude"},
		{Label: "Longitude"},
		{Label: "Distance en mètres"},
		{Label: "Source"},
		{Label: "Mis à jour"},
	}}
	filter := asked.filter
	filter.Limit = place.MostFound
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		for len(table.Rows) < mostExported {
			found, next, err := place.Search(r.Context(), q, filter)
			if err != nil {
				return err
			}
			for _, one := range found {
				table.Rows = append(table.Rows, asked.exported(one))
			}
			if next == "" {
				return nil
			}
			filter.After = next
		}
		return nil
	})
	if err != nil {
		return err
	}
	return web.CSV(w, r, "lieux", table)
}

func (a question) exported(found place.Found) []web.Cell {
	p := found.Place
	distance := ""
	if a.filter.Near != nil {
		distance = fmt.Sprint(found.Metres)
	}
	return []web.Cell{
		web.Head(p.Name), web.Text(p.Address), web.Text(p.PostalCode), web.Text(p.CommuneName), web.Text(p.Commune), web.Text(p.Telephone),
		web.Text(strings.Join(p.Websites, " | ")), web.Text(p.Hours), web.Text(strings.Join(place.Services.Labels(p.Services), " | ")),
		web.Text(yesOrNo(p.TakesPass(a.today))), labelCell(p, a), web.Text(yesOrNo(p.Accessible())),
		web.Text(degrees(p.Latitude)), web.Text(degrees(p.Longitude)), web.Text(distance), web.Text(p.Source), web.Day(p.UpdatedOn),
	}
}

func labelCell(p place.Place, a question) web.Cell {
	if !p.LabelledOn(a.today) {
		return web.Text("")
	}
	return web.Day(p.LabelledUntil)
}

func yesOrNo(is bool) string {
	if is {
		return "oui"
	}
	return "non"
}

func degrees(value float64) string { return strings.Replace(fmt.Sprintf("%.6f", value), ".", ",", 1) }
