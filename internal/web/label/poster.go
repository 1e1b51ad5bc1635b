package label

import (
	"bytes"
	"net/http"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/label"
	"passerelle/internal/printing"
	"passerelle/internal/web"
)

type posterPage struct {
	web.Page
	Poster printing.Poster
	PDF    string
}

// posterOf reads the poster of the place of the address. Faults: those of
// readable, poster_unlabelled.
func posterOf(r *web.Request) (label.Site, printing.Poster, error) {
	id, err := r.PathID("id")
	if err != nil {
		return label.Site{}, printing.Poster{}, err
	}
	var site label.Site
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		site, err = readable(r, q, id)
		return err
	}); err != nil {
		return label.Site{}, printing.Poster{}, err
	}
	settings := r.App.Settings
	poster, err := printing.PosterOf(site, civil.DateOf(r.App.Clock.Now(), site.Zone()), settings.BaseURL+"/lieux/"+id.String(),
		printing.Issuer{Name: settings.Name, Telephone: settings.Telephone, Sample: settings.Sample})
	return site, poster, err
}

// showPoster answers GET /labels/lieux/{id}/affiche: the poster as a page.
func showPoster(w http.ResponseWriter, r *web.Request) error {
	site, poster, err := posterOf(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, "poster", &posterPage{
		Page: web.Page{
			Title: "Affiche de " + site.Name, Layout: web.Paper,
			Back: web.Link{Label: site.Name, Path: "/labels/lieux/" + site.ID.String()},
		},
		Poster: poster, PDF: "/labels/lieux/" + site.ID.String() + "/affiche/pdf",
	})
}

// printPoster answers GET /labels/lieux/{id}/affiche/pdf.
func printPoster(w http.ResponseWriter, r *web.Request) error {
	_, poster, err := posterOf(r)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := printing.WritePoster(&file, r.App.Clock.Now(), poster); err != nil {
		return err
	}
	return web.Download(w, "application/pdf", "affiche.pdf", file.Bytes())
}
