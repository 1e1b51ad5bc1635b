package public

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/exchange"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/web"
)

// openLicence is that of what is published: the State's own, which its lists of
// places already have.
const openLicence = "Licence Ouverte 2.0"

type openDataPage struct {
	web.Page
	Files web.Table
	Of    string // the territory's name, "toute la France"
}

// describedFile is one address, as it is told.
type describedFile struct {
	label, holds, path string
	export             exchange.Export
}

var describedFiles = []describedFile{
	{"Tous les lieux, CSV", "Les colonnes du schéma national et les nôtres\u00a0: pass accepté, label, accessibilité, langues.", "/open-data/places.csv", exchange.Export{Format: exchange.FormatCSV}},
	{"Tous les lieux, XLSX", "Les mêmes, pour un tableur.", "/open-data/places.xlsx", exchange.Export{Format: exchange.FormatXLSX}},
	{"Tous les lieux, GeoJSON", "Les mêmes, pour une carte.", "/open-data/places.geojson", exchange.Export{Format: exchange.FormatGeoJSON}},
	{"Schéma national v1.0.2, CSV", "Les lieux qui le respectent, dans ses colonnes.", "/open-data/places.csv?schema=lieux", exchange.Export{Schema: exchange.SchemaLieux, Format: exchange.FormatCSV}},
	{"data·inclusion v1, JSON", "Structures et services, dans ses schémas.", "/open-data/places.json", exchange.Export{Schema: exchange.SchemaDataInclusion, Format: exchange.FormatJSON}},
}

// showOpenData answers GET /donnees-ouvertes: each file with its licence, its
// date, its size and its address, for France or for a territory.
func (o *openData) showOpenData(w http.ResponseWriter, r *web.Request) error {
	form := web.NewForm()
	page := &openDataPage{
		Page: web.Page{Title: "Données ouvertes", Summary: "L’annuaire des lieux en fichiers, à reprendre librement.", Form: form},
		Of:   "toute la France",
	}
	code := r.URL.Query().Get("territoire")
	form.Set("territoire", code)
	var territory geography.Territory
	if code != "" {
		found, err := geography.ParseTerritory(code)
		if err != nil {
			form.Wrong("territoire", geography.ErrUnknownTerritory.Code, fault.Of(err).Message)
		} else if found.Kind != geography.Country {
			territory, page.Of = found, found.Name
		}
	}
	page.Files = web.Table{
		Caption: "Les fichiers",
		Columns: []web.Column{{Label: "Fichier"}, {Label: "Licence"}, {Label: "Écrit"}, {Label: "Taille"}, {Label: "Adresse"}},
	}
	for _, file := range describedFiles {
		path := file.path
		file.export.Territory = territory
		if territory.Code != "" {
			address, err := url.Parse(file.path)
			if err != nil {
				return err
			}
			query := address.Query()
			query.Set("territory", territory.Code)
			address.RawQuery = query.Encode()
			path = address.String()
		}
		written, size := "quand on le demande", "selon le moment"
		if known, there := o.known(r, file.export); there {
			at := known.at.In(civil.Paris)
			written, size = "le "+civil.DateOf(known.at, civil.Paris).FrenchLong()+" à "+at.Format("15\u00a0h\u00a004"), sizeInFrench(known.size)
		}
		page.Files.Rows = append(page.Files.Rows, []web.Cell{
			web.Head(file.label).To(path).Noted(file.holds), web.Text(openLicence), web.Text(written), web.Text(size), web.Text(absolute(r, path)),
		})
	}
	return web.Render(w, r, form.Status(), "open-data", page)
}

// writtenFacts is what there is to say of a file that was written.
type writtenFacts struct {
	at   time.Time
	size int64 // bytes
}

// sizeInFrench is "12 ko" or "3,4 Mo".
func sizeInFrench(size int64) string {
	const kilo, mega = 1000, 1_000_000
	if size < mega {
		return fmt.Sprintf("%d\u00a0ko", (size+kilo-1)/kilo)
	}
	return strings.Replace(fmt.Sprintf("%.1f\u00a0Mo", float64(size)/mega), ".", ",", 1)
}

// known is a file that was written lately and is given again as it is.
func (o *openData) known(r *web.Request, asked exchange.Export) (found writtenFacts, there bool) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	for _, one := range o.kept {
		if age := r.App.Clock.Now().Sub(one.at); one.export == asked && age >= 0 && age < openDataFor {
			return writtenFacts{one.at, one.size}, true
		}
	}
	return writtenFacts{}, false
}
