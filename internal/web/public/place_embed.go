package public

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"time"

	"passerelle/internal/geography"
	"passerelle/internal/web"
)

// listPlacesFramed answers GET /lieux/cadre: the same list without band nor
// foot, for a frame in any other site. Places open in a tab of their own.
func listPlacesFramed(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	asked, err := readQuestion(r, form)
	if err != nil {
		return err
	}
	page := asked.page(r, form, "/lieux/cadre")
	page.Layout, page.Back, page.Framed = web.Inset, web.Link{}, true
	kept, _ := url.ParseQuery(strings.TrimPrefix(asked.path("?"), "??")) // our own writing
	for name := range kept {
		if name != "ou" && name != "service" && name != "jour" {
			page.Kept = append(page.Kept, web.Option{Label: name, Value: kept.Get(name)})
		}
	}
	if form.Valid() && len(asked.choices) == 0 {
		if err := page.find(r, asked); err != nil {
			return err
		}
		page.Pager.Export, page.Pager.Workbook, page.Map = "", "", nil
	}
	web.AllowFrames(w)
	return web.Render(w, r, form.Status(), "cadre", page)
}

// embedPage helps whoever keeps another site to show a list of places there.
type embedPage struct {
	web.Page
	choices
	Departements []web.Option
	Choices      []web.Link
	Ready        bool
	Shown        string // the address of the list in a frame
	Link         string // the three codes to copy
	Inline       string
	Element      string
	Name         string
	Attributes   []web.Option // of the element
	List         string       // the address of the list on a page of its own
}

// embedPlaces answers GET /lieux/integrer.
func embedPlaces(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	asked, err := readQuestion(r, form)
	if err != nil {
		return err
	}
	page := &embedPage{
		Page: web.Page{
			Title: "Mettre une liste de lieux sur votre site", Form: form, Menu: "/", Sheet: "places.css", Back: web.Link{Label: "Les lieux", Path: "/lieux"},
			Summary: "Une liste de lieux d’aide, à jour toute seule, dans la page d’une mairie ou d’une association.",
		},
		choices: allChoices(), Choices: asked.choiceLinks("/lieux/integrer"),
	}
	page.Departements = []web.Option{{Value: "", Label: "Toute la France"}}
	for _, departement := range geography.Departements() {
		page.Departements = append(page.Departements, web.Option{Value: departement.Code, Label: departement.Name + " (" + departement.Code + ")"})
	}
	if page.Ready = form.Valid() && len(asked.choices) == 0; page.Ready {
		page.Name = asked.title()
		page.write(r, asked)
	}
	web.AllowFrameOf(w)
	return web.Render(w, r, form.Status(), "integrer", page)
}

// write makes the three codes.
func (page *embedPage) write(r *web.Request, asked question) {
	page.Shown, page.List = asked.path("/lieux/cadre"), asked.path("/lieux")
	link := fmt.Sprintf(`<a href="%s">%s</a>`, html.EscapeString(absolute(r, asked.path("/lieux"))), html.EscapeString(page.Name))
	page.Link = link
	page.Inline = fmt.Sprintf("<iframe src=\"%s\" title=\"%s\"\n  width=\"100%%\" height=\"700\" loading=\"lazy\"></iframe>",
		html.EscapeString(absolute(r, page.Shown)), html.EscapeString(page.Name))
	var attributes strings.Builder
	add := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&attributes, " %s=\"%s\"", name, html.EscapeString(value))
			page.Attributes = append(page.Attributes, web.Option{Label: name, Value: value})
		}
	}
	if asked.located {
		add("commune", cmp.Or(communeAlone(asked), asked.spot.Text()))
	}
	add("territoire", asked.territory.Code)
	add("service", asked.filter.Service)
	add("public", asked.filter.Public)
	add("besoin", asked.filter.SpecialNeed)
	add("materiel", asked.filter.Equipment)
	add("comment", cmp.Or(asked.filter.AccessWay, asked.filter.Support))
	add("langue", asked.filter.Language)
	for _, one := range []struct {
		name   string
		ticked bool
	}{
		{"acces", asked.filter.Accessible},
		{"gratuit", asked.filter.Fee == feeFree},
		{"pass", !asked.filter.Pass.IsZero()},
		{"mandat", asked.filter.AidantsConnect},
		{"label", !asked.filter.Labelled.IsZero()},
	} {
		if one.ticked {
			attributes.WriteString(" " + one.name)
			page.Attributes = append(page.Attributes, web.Option{Label: one.name})
		}
	}
	page.Element = fmt.Sprintf("<script async src=\"%s\"></script>\n<passerelle-lieux%s>\n  %s\n</passerelle-lieux>", html.EscapeString(absolute(r, "/lieux.js")), attributes.String(), link)
}

// communeAlone is the commune's code when it is all that was asked.
func communeAlone(asked question) string {
	if asked.spot.Street == "" && asked.spot.Text() == asked.spot.Commune.Name+" ("+asked.spot.Commune.Code+")" {
		return asked.spot.Commune.Code
	}
	return ""
}

// elementFor is how long other sites keep the script before asking again.
const elementFor = time.Hour

// sendPlacesElement answers GET /lieux.js: the element <passerelle-lieux>, at an
// address that stays, for the pages of other sites.
func sendPlacesElement(w http.ResponseWriter, r *web.Request) error {
	text, err := web.StaticText("lieux.js")
	if err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	header := w.Header()
	header.Set("Content-Type", "text/javascript; charset=utf-8")
	header.Set("Cache-Control", fmt.Sprintf("public, max-age=%d", int(elementFor.Seconds())))
	header.Set("Etag", `W/"`+hex.EncodeToString(sum[:8])+`"`)
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Cross-Origin-Resource-Policy", "cross-origin")
	http.ServeContent(w, r.Request, "", time.Time{}, strings.NewReader(string(text)))
	return nil
}
