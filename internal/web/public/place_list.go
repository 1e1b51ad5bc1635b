package public

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

// perPage is how many places a page of the list shows: what a map can number.
const perPage = 20

// listPage is the list of places, whole or for the frame of another site.
type listPage struct {
	web.Page
	choices
	Choices  []web.Link // what the text may mean
	Narrowed bool       // by one of the choices that are folded away
	Told     string
	Asked    []string
	Places   []placeLine
	Advice   *advice  // when no place answers, or none near
	End      web.None // when the list goes on no more
	Map      *web.Map
	Tiles    *web.Tiles
	Pager    web.Pager
	Register bool         // only labelled places
	Share    string       // the address of this list, to be given
	Whole    string       // the address of the same list on a page of its own
	Framed   bool         // the list stands in another site's page
	Kept     []web.Option // what that list was narrowed by, which its fields do not ask
	Day      string       // when this was, for paper
	OpenData []web.Link   // the files of every place
}

// listPlaces answers GET /lieux: places by distance from a spot, or by name.
func listPlaces(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	asked, err := readQuestion(r, form)
	if err != nil {
		return err
	}
	clear := form.Valid() && len(asked.choices) == 0
	if clear && (r.WantsCSV() || r.WantsXLSX()) {
		return exportPlaces(w, r, asked)
	}
	page := asked.page(r, form, "/lieux")
	if clear {
		if err := page.find(r, asked); err != nil {
			return err
		}
	}
	web.AllowTiles(w, page.Tiles)
	return web.Render(w, r, form.Status(), "lieux", page)
}

func (a question) page(r *web.Request, form *web.Form, path string) *listPage {
	page := &listPage{
		Page:    web.Page{Title: a.title(), Form: form, Menu: "/", Sheet: "places.css", Back: web.Link{Label: "Accueil", Path: "/"}},
		choices: allChoices(), Told: a.told(), Asked: a.asked(), Choices: a.choiceLinks(path), Narrowed: a.folded(),
		Register: !a.filter.Labelled.IsZero(), Share: absolute(r, a.path("/lieux")), Whole: a.path("/lieux"), Day: a.today.FrenchLong(),
		OpenData: openDataLinks(),
	}
	page.Summary = "Les lieux où l’on vous aide avec le numérique, près de chez vous."
	return page
}

// find fills in the places of this page of the list, and their map.
func (page *listPage) find(r *web.Request, asked question) error {
	filter := asked.filter
	filter.Limit = perPage
	if err := r.After(&filter.After); err != nil {
		return err
	}
	first := filter.After == ""
	var found []place.Found
	var next string
	var closings map[db.ID]place.Closing
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if found, next, err = place.Search(r.Context(), q, filter); err != nil {
			return err
		}
		if closings, err = place.Closings(r.Context(), q); err != nil {
			return err
		}
		if first && (len(found) == 0 || found[0].Metres > farAway) {
			page.Advice, err = asked.advise(r.Context(), q, r.App.Settings.Telephone, len(found) > 0)
		}
		return err
	})
	if err != nil {
		return err
	}
	if page.Pager, err = r.Pager(next != "", next); err != nil {
		return err
	}
	page.Pager = page.Pager.Exported(r).InWorkbook(r)
	for i, one := range found {
		line := asked.line(one, i+1, r.App.Clock.Now())
		line.tellEnd(closings[one.ID], civil.DateOf(r.App.Clock.Now(), one.Zone()))
		page.Places = append(page.Places, line)
	}
	if len(found) == 0 {
		page.End = web.None{Title: "La liste est finie.", Act: web.Link{Label: "Revenir au début", Path: asked.path("/lieux")}}
		return nil
	}
	page.Map = mapOf(asked, found)
	if page.Map != nil {
		page.Map.Closer, page.Map.Farther = closerPath(r, asked.closer+1), closerPath(r, asked.closer-1)
		page.Tiles = r.App.Settings.Tiles
	}
	return nil
}

// closerPath is this address with the map drawn closer or farther.
func closerPath(r *web.Request, closer int) string {
	query := r.URL.Query()
	query.Del("carte")
	if closer = max(-mostCloser, min(mostCloser, closer)); closer != 0 {
		query.Set("carte", strconv.Itoa(closer))
	}
	return (&url.URL{Path: r.URL.Path, RawQuery: query.Encode(), Fragment: "carte-des-lieux"}).String()
}

// absolute is the whole address of a page, for what leaves this site.
func absolute(r *web.Request, path string) string {
	base := r.App.Settings.BaseURL
	if base == "" {
		base = "http://" + r.Host
	}
	return strings.TrimSuffix(base, "/") + path
}
