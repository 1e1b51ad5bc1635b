package public

import (
	"fmt"
	"net/http"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/label"
	"passerelle/internal/web"
)

type labelPage struct {
	web.Page
	Figures  []web.Figure
	Criteria label.Criteria
	Required int // criteria without which no place gets the label
	Ask      web.Link
	Late     string
}

// showLabel answers GET /label: what the label is, how to ask for it, and the
// clock.
func (d *delays) showLabel(w http.ResponseWriter, r *web.Request) error {
	counted, err := d.of(r, everywhere)
	if err != nil {
		return err
	}
	today := civil.DateOf(r.App.Clock.Now(), civil.Paris)
	page := &labelPage{
		Page: web.Page{
			Title: "Un label aux critères publics", Back: web.Link{Label: "Accueil", Path: "/"},
			Summary: "Le label des lieux de médiation numérique : à quoi il sert, comment le demander, en combien de temps vient la réponse.",
		},
		Criteria: label.CriteriaOn(today),
	}
	for _, item := range page.Criteria.Items {
		if item.Required {
			page.Required++
		}
	}
	var labelled int
	// For any visitor, not for the one who happens to ask: no one's rights.
	if err := r.App.DB.View(r.Context(), db.Actor{}, func(q db.Q) (err error) {
		labelled, _, _, err = label.Standings(r.Context(), q, today)
		return err
	}); err != nil {
		return err
	}
	page.Figures = labelFigures(counted, labelled)
	switch {
	case !r.SignedIn():
		page.Ask = web.Link{Label: "Se connecter pour demander le label", Path: "/connexion?retour=/demande-label"}
	case r.Actor().Role == account.RoleSite && account.May(r.Actor(), account.ActApplicationRead):
		page.Ask = web.Link{Label: "Demander le label", Path: "/demande-label"}
	}
	return web.Render(w, r, http.StatusOK, "label", page)
}

// labelFigures is the clock as anyone sees it, the current year's line first in
// counted; each number leads to what it counts.
func labelFigures(counted []label.Figures, labelled int) []web.Figure {
	now := counted[0]
	shown := []web.Figure{{Number: web.Whole(labelled).Text, Label: ofMany(labelled, "lieu labellisé aujourd’hui", "lieux labellisés aujourd’hui"), Path: registerOfToday.Path}}
	for _, year := range counted {
		if decided(year) {
			shown = append(shown, web.Figure{
				Number: daysText(year.MedianDays), Label: fmt.Sprintf("ou moins pour une réponse sur deux, en %d", year.Year), Path: "/label/chiffres#delais",
			})
			break
		}
	}
	if now.WaitingNow > 0 {
		waiting := fmt.Sprintf("%s une réponse, dont %d en retard", ofMany(now.WaitingNow, "demande attend", "demandes attendent"), now.LateNow)
		if now.LateNow == 0 {
			waiting = ofMany(now.WaitingNow, "demande attend", "demandes attendent") + " une réponse, aucune en retard"
		}
		shown = append(shown,
			web.Figure{Number: daysText(now.LongestWaitDays), Label: "d’attente pour la plus ancienne demande", Path: "/label/chiffres#attente"},
			web.Figure{Number: web.Whole(now.WaitingNow).Text, Label: waiting, Path: "/label/chiffres#attente"})
	}
	return shown
}

func daysText(count int) string {
	return web.Whole(count).Text + "\u00a0" + ofMany(count, "jour", "jours")
}
