package desk

import (
	"net/http"

	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
	"passerelle/internal/orientation"
	"passerelle/internal/web"
)

// supply is where to get what the person lacks.
type supply struct {
	Title string
	Lines []supplier
}

type supplier struct{ Name, Where, Telephone, Way, Hours string }

// suppliesOf tells where to get what the person lacks, near home or near the
// desk.
func suppliesOf(r *web.Request, q db.Q, visit routed, near geography.Commune) ([]supply, error) {
	if known, err := geography.CommuneByCode(visit.Search.Commune); err == nil {
		near = known
	}
	if !near.HasCentre() {
		return nil, nil
	}
	found, err := orientation.Supplies(r.Context(), q, visit.Found.Brakes, geography.Point{Latitude: near.Latitude, Longitude: near.Longitude})
	if err != nil {
		return nil, err
	}
	var told []supply
	for _, one := range found {
		made := supply{Title: one.Title}
		for _, where := range one.Places {
			travel := geography.TravelOver(where.Metres)
			made.Lines = append(made.Lines, supplier{
				Name: where.Name, Where: where.AddressLine(), Telephone: holder.TelephoneText(where.Telephone),
				Way: travel.DistanceText(), Hours: where.Hours,
			})
		}
		told = append(told, made)
	}
	return told, nil
}

type supplyPage struct {
	web.Page
	Supplies []supply
}

// supplyPaper answers GET /guichet/passages/{id}/ou-trouver: the sheet that says
// where to get a device or a connection.
func supplyPaper(w http.ResponseWriter, r *web.Request) error {
	page := &supplyPage{Page: web.Page{Title: "Où trouver un ordinateur ou Internet", Layout: web.Paper}}
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		visit, err := routedOf(r, q)
		if err != nil {
			return err
		}
		page.Back = web.Link{Label: "Résultat du repérage", Path: visitPath(visit.ID, "/resultat")}
		near, _, err := home(r, q)
		if err != nil {
			return err
		}
		if page.Supplies, err = suppliesOf(r, q, visit, near); err == nil && len(page.Supplies) == 0 {
			return fault.ErrNotFound
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, "supply", page)
}
