package public

import (
	"net/http"
	"strings"

	"passerelle/internal/civil"
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
		{Label: "Publics"},
		{Label: "Besoins particuliers"},
		{Label: "Langues"},
		{Label: "Matériel"},
		{Label: "Prix"},
		{Label: "Aidants Connect"},
		{Label: "Pass accepté"},
		{Label: "Label jusqu’au"},
		{Label: "Accessible"},
		{Label: "Latitude"},
		{Label: "Longitude"},
		{Label: "Distance en mètres"},
		{Label: "Source"},
		{Label: "Mis à jour"},
		{Label: "Dernier signe de vie"},
		{Label: "Fiche"},
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
				table.Rows = append(table.Rows, asked.exported(r, one))
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
	return web.File(w, r, "lieux", table)
}

func (a question) exported(r *web.Request, found place.Found) []web.Cell {
	p := found.Place
	distance := web.Text("")
	if a.filter.Near != nil {
		distance = web.Decimal(float64(found.Metres), 0)
	}
	said := func(words place.Vocabulary, codes []string) web.Cell {
		return web.Text(strings.Join(words.Labels(codes), " | "))
	}
	return []web.Cell{
		web.Head(p.Name), web.Text(p.Address), web.Text(p.PostalCode), web.Text(p.CommuneName), web.Text(p.Commune), web.Text(p.Telephone),
		web.Text(strings.Join(p.Websites, " | ")), web.Text(p.Hours), said(place.Services, p.Services),
		said(place.Publics, p.Publics), said(place.SpecialNeeds, p.SpecialNeeds), web.Text(strings.Join(p.Languages, " | ")),
		said(place.Equipments, p.Equipment), web.Text(priceText(p)), web.Text(yesOrNo(p.AidantsConnect())),
		web.Text(yesOrNo(p.TakesPass(a.today))), labelCell(p, a), web.Text(yesOrNo(p.Accessible())),
		web.Decimal(p.Latitude, 6), web.Decimal(p.Longitude, 6), distance, web.Text(p.Source), dayCell(p.UpdatedOn), dayCell(p.FreshOn),
		web.Text(absolute(r, "/lieux/"+p.ID.String())),
	}
}

// priceText is the prices as the place tells them, else the schema's words.
func priceText(p place.Place) string {
	if p.Prices != "" {
		return p.Prices
	}
	return strings.Join(place.Fees.Labels(p.Fees), " | ")
}

func dayCell(day civil.Date) web.Cell {
	if day.IsZero() {
		return web.Text("")
	}
	return web.Day(day)
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
