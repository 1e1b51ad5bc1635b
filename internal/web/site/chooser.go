package site

import (
	"net/http"

	"passerelle/internal/db"
	"passerelle/internal/label"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

// chooser is the choice of a place at the top of a page, for an organisation
// that keeps several: the data of {{template "chooser"}}.
type chooser struct {
	Action string
	Form   *web.Form
	Places []web.Option // none when there is one place, and nothing to choose
}

// choosing is the choice on a page that shows one place.
func choosing(path string, sites []label.Site, shown label.Site) chooser {
	made := chooser{Action: path, Form: web.NewForm()}
	if len(sites) > 1 {
		made.Places = siteOptions(sites)
		made.Form.Set("lieu", shown.ID.String())
	}
	return made
}

// choosingAny is the choice on a page that lists what is of every place.
func choosingAny(path string, sites []label.Site, lieu string) chooser {
	made := chooser{Action: path, Form: web.NewForm()}
	if len(sites) > 1 {
		made.Places = append([]web.Option{{Label: "Tous mes lieux"}}, siteOptions(sites)...)
		made.Form.Set("lieu", lieu)
	}
	return made
}

// narrowed are the places that a list is of: the one that the address names, or
// all. Faults: no_site, not_found.
func narrowed(r *web.Request, q db.Q) (listed, all []label.Site, err error) {
	lieu := r.URL.Query().Get("lieu")
	site, all, err := chosen(r, q, lieu)
	if err != nil || lieu == "" {
		return all, all, err
	}
	return []label.Site{site}, all, nil
}

type differenceLine struct {
	Code, Label, Kept, Said, From string
}

// differencesOf tells what newer files say otherwise than whoever keeps the place.
func differencesOf(r *web.Request, q db.Q, site label.Site) ([]differenceLine, error) {
	found, err := place.Differences(r.Context(), q, site.ID)
	if err != nil {
		return nil, err
	}
	var told []differenceLine
	for _, one := range found {
		line := differenceLine{Code: one.Field.Code, Label: one.Field.Label, Kept: one.Field.Text(one.Kept), Said: one.Field.Text(one.Said)}
		line.From = "«\u00a0" + one.Record.Source + "\u00a0»"
		if !one.Record.DatedOn.IsZero() {
			line.From += ", le " + one.Record.DatedOn.FrenchLong()
		}
		told = append(told, line)
	}
	return told, nil
}

// answerDifference answers POST /mon-lieu/differences: the file's value is taken,
// or the keeper's said again.
func answerDifference(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	var site label.Site
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) (err error) {
		if site, _, err = chosen(r, tx, form.Value("lieu")); err != nil {
			return err
		}
		_, err = place.Answer(r.Context(), tx, site.ID, form.Value("champ"), form.Value("reponse") == "prendre")
		return err
	})
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/mon-lieu?fiche&lieu="+site.ID.String())
}
