package site

import (
	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/departure"
	"passerelle/internal/fault"
	"passerelle/internal/label"
	"passerelle/internal/web"
)

// leaving tells that a site leaves or that its label stopped, and how many people
// are still to be found another seat; else whether the actor may announce that
// it leaves.
func leaving(r *web.Request, q db.Q, site label.Site) (told web.Notice, mayLeave bool, err error) {
	may := account.RequireAt(q.Actor(), account.ActDepartureAnnounce, site.Organisation, site.ID) == nil
	stop, err := departure.Of(r.Context(), q, site.ID)
	if fault.HasCode(err, departure.ErrUnknownStop.Code) {
		return web.Notice{}, may, nil
	}
	if err != nil {
		return web.Notice{}, false, err
	}
	left, err := departure.SessionsLeft(r.Context(), q, site.ID)
	if err != nil {
		return web.Notice{}, false, err
	}
	people := 0
	for _, one := range left {
		people += one.Seated + one.Waiting
	}
	told = web.Notice{Kind: "wait", Title: stopWords(stop, civil.DateOf(q.Now(), site.Zone()))}
	told.Act = web.Link{Label: "Voir ce qui se passe ensuite", Path: "/departs/" + site.ID.String()}
	if people > 0 {
		told.Text = []string{upperFirst(count(people, "personne inscrite après ce jour attend", "personnes inscrites après ce jour attendent")) + " une autre place."}
		told.Act.Label = "Les replacer"
	}
	return told, may && stop.Departure.IsZero(), nil
}

func stopWords(stop departure.Stop, today civil.Date) string {
	last := stop.LastOn.FrenchLong()
	switch {
	case stop.Kind == departure.Suspended:
		return "Le label est suspendu jusqu’au " + stop.Until.FrenchLong()
	case stop.Kind == departure.Withdrawn:
		return "Le label vaut jusqu’au " + last
	case today.After(stop.LastOn):
		return "Ce lieu a quitté le programme le " + last
	case stop.Kind == departure.Shuts:
		return "Ce lieu ferme : dernier jour le " + last
	}
	return "Ce lieu quitte le programme : dernier jour le " + last
}
