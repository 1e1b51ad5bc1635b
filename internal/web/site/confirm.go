package site

import (
	"net/http"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/label"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

// mostReports is how many waiting reports are counted, and told as "or more".
const mostReports = 100

// fresh is what the page of a place says of how far its facts are believed.
type fresh struct {
	Told       string
	MayConfirm bool
	MayRead    bool
	Reports    int // errors reported that wait for an answer
}

func freshnessOf(r *web.Request, q db.Q, site label.Site) (fresh, error) {
	made := fresh{
		Told:       web.French(site.FreshnessText(civil.DateOf(r.App.Clock.Now(), site.Zone()))),
		MayConfirm: account.May(r.Actor(), account.ActPlaceConfirm),
		MayRead:    account.May(r.Actor(), account.ActPlaceReportRead),
	}
	if !made.MayRead {
		return made, nil
	}
	waiting, err := place.Reports(r.Context(), q, place.ReportFilter{Place: site.ID, State: place.ReportOpen, Limit: mostReports})
	made.Reports = len(waiting)
	return made, err
}

// confirmFacts answers POST /mon-lieu/confirmation: the facts of a place hold.
func confirmFacts(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	var site label.Site
	if err := r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) (err error) {
		if site, _, err = chosen(r, tx, form.Value("lieu")); err != nil {
			return err
		}
		return place.Confirm(r.Context(), tx, site.ID)
	}); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/mon-lieu?confirme&lieu="+site.ID.String())
}
