package public

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/place"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

// sessionsAhead is how far the page of a place looks, and how many sessions it shows.
const (
	sessionsAhead = 60 * 24 * time.Hour
	mostSessions  = 6
	mostClosings  = 6
)

type placePage struct {
	web.Page
	Place    place.Place
	Opening  string
	End      string // that the place shuts, or takes the pass no longer
	States   []web.State
	Label    string // until when it holds the label, or since when it does not
	Helps    []string
	How      []string // sentences: how one comes, who helps
	Facts    []fact
	For      []string
	Sessions web.Table
	Week     []dayHours
	Closed   []string // the closings ahead: "du 24 décembre 2026 au 2 janvier 2027"
	Holidays []string // the public holidays ahead, and whether it opens
	Way      string   // how far it is from where the person looked
	Words    string   // hours that are not a table
	Checked  string
	Map      *web.Map
	Tiles    *web.Tiles
	Plan     string // address of the spot on a map of the whole world
	Share    string // the address of this page, to be given
	Day      string // when this was, for paper
	Fresh    string // how far the facts can be believed
	Owner    bool   // those who work there may ask for a link
}

// dayHours is one line of the week; days of the same hours stand together.
type dayHours struct {
	Hours  []string
	Today  bool
	Closed bool

	first, last string
	length      int
}

// Day is "Lundi", "Samedi, dimanche", "Lundi à vendredi".
func (d dayHours) Day() string {
	switch d.length {
	case 1:
		return sentence(d.first)
	case 2:
		return sentence(d.first) + ", " + d.last
	}
	return sentence(d.first) + " à " + d.last
}

// showPlace answers GET /lieux/{id}.
func showPlace(w http.ResponseWriter, r *web.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	now := r.App.Clock.Now()
	page := &placePage{}
	var sessions []workshop.Session
	var closing place.Closing
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if page.Place, err = place.ByID(r.Context(), q, id); err != nil {
			return err
		}
		if closing, err = place.ClosingOf(r.Context(), q, id); err != nil {
			return err
		}
		sessions, err = workshop.OfSite(r.Context(), q, id, now, now.Add(sessionsAhead))
		return err
	}); err != nil {
		return err
	}
	if page.Place.ID != id {
		return leadTo(w, r, "/lieux/"+page.Place.ID.String())
	}
	sessions = slices.DeleteFunc(sessions, func(s workshop.Session) bool { return !closing.Receives(s.Day()) })
	page.tell(now)
	page.tellEnd(closing, civil.DateOf(now, page.Place.Zone()))
	if err := page.comeFrom(r); err != nil {
		return err
	}
	page.Share, page.Day = absolute(r, "/lieux/"+id.String()), civil.DateOf(now, civil.Paris).FrenchLong()
	page.Tiles = r.App.Settings.Tiles
	web.AllowTiles(w, page.Tiles)
	page.Sessions = sessionsTable(sessions)
	return web.Render(w, r, http.StatusOK, "lieu", page)
}

// comeFrom tells the way from where the person looked, which the list names
// under "de", and leads back there. What cannot be understood is left out: the
// page is about the place.
func (page *placePage) comeFrom(r *web.Request) error {
	from := r.URL.Query().Get("de")
	if from == "" {
		return nil
	}
	spot, choices, err := r.Locate(from)
	switch {
	case err != nil && fault.Of(err).Kind == fault.Internal:
		return err
	case err != nil || len(choices) > 0 || !spot.HasPoint():
		return nil
	}
	distance, travel := distanceTo(page.Place.MetresFrom(spot.Point))
	name := "du centre " + of(spot.Commune.Name)
	switch {
	case spot.Precision == place.ByCoordinates:
		name = "du point choisi"
	case spot.Precision != place.ByCommune:
		name = ofStreet(spot)
	}
	page.Way = web.French(sentence(strings.Join(append([]string{distance + " " + name}, travel...), ", ")) + " : des ordres de grandeur.")
	page.Back = web.Link{Label: "Les lieux " + near(spot), Path: "/lieux?ou=" + url.QueryEscape(from)}
	return nil
}

func (page *placePage) tell(now time.Time) {
	p := page.Place
	today := civil.DateOf(now, p.Zone())
	page.Page = web.Page{
		Title: p.Name + ", " + p.CommuneName, Menu: "/", Summary: p.Summary, Sheet: "places.css",
		Back: web.Link{Label: "Les lieux près " + of(p.CommuneName), Path: "/lieux?ou=" + url.QueryEscape(p.CommuneName+" ("+p.Commune+")")},
	}
	page.Opening = openingLine(p, now)
	page.States = states(p, today)
	switch {
	case p.LabelledOn(today):
		page.Label = "Label jusqu’au " + p.LabelledUntil.FrenchLong() + "."
	case !p.LabelledFrom.IsZero() && today.After(p.LabelledUntil):
		page.Label = "Ce lieu n’a plus le label depuis le " + p.LabelledUntil.AddDays(1).FrenchLong() + "\u00a0: les chèques n’y servent pas."
	}
	for _, code := range p.Services {
		page.Helps = append(page.Helps, place.Services.Plain(code))
	}
	page.How = how(p)
	page.Facts = facts(p, today)
	for _, code := range p.Publics {
		page.For = append(page.For, place.Publics.Plain(code))
	}
	for _, code := range p.SpecialNeeds {
		page.For = append(page.For, place.SpecialNeeds.Plain(code))
	}
	if hours, err := p.OpeningHours(); err == nil {
		page.Week, page.Closed, page.Holidays = week(hours, today), closings(hours, today), holidays(hours, p, today)
	} else {
		page.Words = p.Hours
	}
	page.Checked, page.Fresh, page.Owner = checked(p), web.French(p.FreshnessText(today)), p.Organisation.IsZero() && p.ClosedOn.IsZero()
	page.Map = mapAround(p)
	page.Plan = "https://www.openstreetmap.org/?mlat=" + coordinate(p.Latitude) + "&mlon=" + coordinate(p.Longitude) + "#map=17/" + coordinate(p.Latitude) + "/" + coordinate(p.Longitude)
}

func coordinate(value float64) string { return strconv.FormatFloat(value, 'f', 6, 64) }

func states(p place.Place, today civil.Date) []web.State {
	var told []web.State
	if p.LabelledOn(today) {
		told = append(told, web.State{Kind: "ok", Word: "Lieu labellisé"})
	}
	if p.TakesPass(today) {
		told = append(told, web.State{Kind: "ok", Word: "Pass accepté"})
	}
	if p.Accessible() {
		told = append(told, web.State{Kind: "ok", Word: "Accessible en fauteuil"})
	}
	if p.AidantsConnect() {
		told = append(told, web.State{Word: "Aidants Connect"})
	}
	return told
}

// how says in sentences how one comes, and who helps.
func how(p place.Place) []string {
	var told []string
	for _, code := range p.AccessWays {
		told = append(told, place.AccessWays.Plain(code))
	}
	for _, code := range p.Itinerance {
		if code == "itinerant" {
			told = append(told, place.Itinerances.Plain(code))
		}
	}
	if len(p.Supports) > 0 {
		var ways []string
		for _, code := range p.Supports {
			ways = append(ways, place.Supports.Plain(code))
		}
		told = append(told, "On vous aide "+strings.Join(ways, ", ou ")+".")
	}
	for i := range told {
		told[i] = web.French(told[i])
	}
	return told
}

// week is from Monday to Sunday, days of the same hours on one line; the line
// of today stands alone, unless today is zero.
func week(hours civil.Hours, today civil.Date) []dayHours {
	var lines []dayHours
	last := ""
	for offset := 1; offset <= 7; offset++ {
		day := time.Weekday(offset % 7)
		spans := hours.On(day)
		isToday := !today.IsZero() && today.Weekday() == day
		if isToday && hours.ClosedOn(today) {
			spans = nil
		}
		told := civil.FrenchSpans(spans)
		name := civil.FrenchWeekday(day)
		if n := len(lines); told == last && !isToday && !lines[n-1].Today {
			lines[n-1].last = name
			lines[n-1].length++
			continue
		}
		line := dayHours{first: name, length: 1, Today: isToday, Closed: len(spans) == 0}
		for _, span := range spans {
			line.Hours = append(line.Hours, civil.FrenchSpans([]civil.Span{span}))
		}
		if len(spans) == 0 {
			line.Hours = []string{told}
		}
		lines, last = append(lines, line), told
	}
	return lines
}

// closings are the days to come when the place is closed whatever the week says.
func closings(hours civil.Hours, today civil.Date) []string {
	var told []string
	for _, closing := range hours.Closings() {
		if !closing.To.Before(today) && len(told) < mostClosings {
			told = append(told, closing.French())
		}
	}
	return told
}

// checked says where these facts come from, and when.
func checked(p place.Place) string {
	told := "Renseignements publiés"
	if !p.UpdatedOn.IsZero() {
		told += " le " + p.UpdatedOn.FrenchLong()
	}
	if p.Organisation.IsZero() && p.Source != "" {
		told += " par " + p.Source
	}
	return web.French(told + ".")
}

func sessionsTable(sessions []workshop.Session) web.Table {
	table := web.Table{
		Caption: "Les prochaines séances", Quiet: true,
		Columns: []web.Column{{Label: "Quand"}, {Label: "Atelier"}, {Label: "Places", Number: true}},
	}
	for _, session := range sessions {
		if session.State != workshop.Planned || len(table.Rows) == mostSessions {
			continue
		}
		seats := web.Whole(session.Free())
		if session.Free() == 0 {
			seats = web.Text("complet")
		}
		table.Rows = append(table.Rows, []web.Cell{web.Text(session.ShortWhenText()), web.Head(session.Title), seats})
	}
	return table
}

// mapAround shows where the place is among the towns around.
func mapAround(p place.Place) *web.Map {
	frame := widened(geography.BoundingBox(p.Latitude, p.Longitude, 9_000))
	drawn := web.NewMap("carte", "Où est le lieu", frame.South, frame.West, frame.North, frame.East)
	addOutlines(drawn, frame)
	addCommunes(drawn, p.Departement)
	drawn.AddRing(p.Latitude, p.Longitude, 5)
	drawn.AddHere(p.Latitude, p.Longitude, "")
	addTowns(drawn, frame, "")
	drawn.Caption = "Le cercle est à 5 km du lieu, en ligne droite."
	if p.Approximate {
		drawn.Caption = "L’endroit exact n’est pas connu : c’est le centre de la commune."
	}
	drawn.Caption = web.French(drawn.Caption)
	return drawn
}
