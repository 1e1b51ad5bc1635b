package desk

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
	"passerelle/internal/orientation"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

// perPage is how many sessions a page of free seats shows.
const perPage = 8

// wish is what a page of free seats is asked: the filters of its address, over
// what the visit says.
type wish struct {
	orientation.Asked
	From int // the rank after which the page begins
}

// seat is one session to choose.
type seat struct {
	orientation.Choice
	Number int
	When   string
	Where  string
	Why    []web.Reason
	Strong string
	Side   []string
	Act    string // what its button says
	Waits  bool   // none is free: choosing it is waiting
}

// seatList is a page of free seats: the data of {{template "seats"}}.
type seatList struct {
	Form    *web.Form
	Commune string
	Days    []web.Option
	Levels  []web.Option
	Topics  []web.Option
	Travels []web.Option
	Seats   []seat
	Total   int
	Full    int  // sessions left out because none is free
	Lacking bool // none answers everything that is asked
	Others  []otherWay
	Map     *web.Map
	More    string // address of the following ones
	Post    string // where a choice is sent; empty only shows
	Far     string // where an appointment from afar is noted; empty only shows
}

// readWish reads the filters of the address. A commune that cannot be read is
// told beside its field.
func readWish(form *web.Form, kept wish) wish {
	if form.Value("autour") != "" {
		if commune := readCommune(form, "autour", "Écrivez une commune", kept.Commune); commune.Code != "" && commune.Code != kept.Commune.Code {
			kept.Commune, kept.Point = commune, geography.Point{}
		}
	} else if kept.Commune.Code != "" {
		form.Set("autour", kept.Commune.Label())
	}
	if asked := form.Values("jours"); len(asked) > 0 && asked[0] != "" {
		kept.Need.Days = readDays(asked)
		if asked[0] == "tous" {
			kept.Need.Days = nil
		}
	}
	if level := form.Value("niveau"); level == "tous" {
		kept.Need.Level = ""
	} else if known, ok := workshop.ParseLevel(level); ok {
		kept.Need.Level = known.Code
	}
	if topic := form.Values("sujet"); len(topic) > 0 {
		kept.Need.Topics = readTopics(topic)
	}
	if travel := form.Values("aller"); len(travel) > 0 {
		kept.Need.Travel = travel[0]
	}
	readHours(form, &kept.Need)
	if language := form.Values("langue"); len(language) > 0 {
		kept.Need.Language = readLanguage(language[0])
	}
	kept.Full = form.Checked("completes")
	kept.From, _ = strconv.Atoi(form.Value("suite"))
	kept.From = max(0, kept.From)
	return kept
}

// newSeatList searches and ranks; q.Now() is the instant.
func newSeatList(r *web.Request, q db.Q, form *web.Form, asked wish) (seatList, error) {
	list := seatList{
		Form: form, Commune: asked.Commune.Name, Travels: travelOptions(asked.Need.Travel),
		Days: dayChoices(asked.Need.Days), Levels: levelChoices(asked.Need.Level), Topics: topicChoices(asked.Need.Topics),
	}
	found, err := orientation.Propose(r.Context(), q, asked.Asked)
	if err != nil {
		return list, err
	}
	choices := found.Choices
	list.Full, list.Lacking = found.Full, !found.Answered()
	for _, other := range found.Others {
		list.Others = append(list.Others, newOtherWay(other, q.Now()))
	}
	list.Total = len(choices)
	from := min(asked.From, len(choices))
	to := min(from+perPage, len(choices))
	if r.WantsCSV() { // a file holds them all
		from, to = 0, len(choices)
	}
	for i, choice := range choices[from:to] {
		list.Seats = append(list.Seats, newSeat(choice, from+i+1, q.Now()))
	}
	if to < len(choices) {
		list.More = more(r, to)
	}
	list.Map = seatMap(asked.Commune, list.Seats)
	return list, nil
}

// more is this address, from another rank on.
func more(r *web.Request, from int) string {
	query := r.URL.Query()
	query.Set("suite", strconv.Itoa(from))
	return r.URL.Path + "?" + query.Encode()
}

func newSeat(choice orientation.Choice, number int, now time.Time) seat {
	made := seat{Choice: choice, Number: number, When: shortWhen(choice.Session, now), Where: choice.Place.Name + ", " + choice.Place.CommuneName}
	for _, reason := range choice.Reasons {
		made.Why = append(made.Why, web.Reason{Text: reason.Text, Less: reason.Less})
	}
	made.Strong, made.Act = count(choice.Free(), "place", "places"), "Choisir"
	if choice.Free() == 0 {
		made.Strong, made.Act, made.Waits = "Complet", "Liste d’attente", true
	}
	made.Side = []string{choice.Travel.DistanceText(), choice.Travel.ByCarText()}
	return made
}

// shortWhen leaves out the year while it is the present one.
func shortWhen(session workshop.Session, now time.Time) string {
	if session.Day().Year() == civil.DateOf(now, session.Zone()).Year() {
		return session.ShortWhenText()
	}
	return session.WhenText()
}

// seatMap draws the département around the person, with the numbers of the list.
func seatMap(near geography.Commune, seats []seat) *web.Map {
	outline := geography.Outline(near.Departement)
	if len(outline) == 0 || len(seats) == 0 {
		return nil
	}
	south, west, north, east := near.Latitude, near.Longitude, near.Latitude, near.Longitude
	grow := func(latitude, longitude float64) {
		south, north = min(south, latitude), max(north, latitude)
		west, east = min(west, longitude), max(east, longitude)
	}
	var rings [][][2]float64
	for _, line := range outline {
		var ring [][2]float64
		for _, point := range line {
			grow(point.Latitude, point.Longitude)
			ring = append(ring, [2]float64{point.Longitude, point.Latitude})
		}
		rings = append(rings, ring)
	}
	for _, one := range seats {
		grow(one.Latitude, one.Longitude)
	}
	const margin = 0.03 // degrees
	drawn := web.NewMap("carte-places", "Carte\u00a0: les lieux de la liste autour de "+near.Name, south-margin, west-margin, north+margin, east+margin)
	drawn.AddArea("land", "", 0, 0, rings...)
	drawn.AddRing(near.Latitude, near.Longitude, 10)
	drawn.AddRing(near.Latitude, near.Longitude, 20)
	drawn.AddHere(near.Latitude, near.Longitude, near.Name)
	seen := map[db.ID]bool{}
	for _, one := range seats {
		if seen[one.Site] {
			continue
		}
		seen[one.Site] = true
		name := one.Place.CommuneName
		if name == near.Name {
			name = ""
		}
		drawn.AddPoint(one.Latitude, one.Longitude, one.Number, name)
	}
	drawn.Caption = "Losange\u00a0: la commune choisie. Les numéros sont ceux de la liste, le premier pour chaque lieu. Cercles\u00a0: 10 et 20 km à vol d’oiseau."
	return drawn
}

func dayChoices(chosen []time.Weekday) []web.Option {
	options := []web.Option{{Value: "tous", Label: "Tous les jours", Chosen: len(chosen) == 0}}
	if len(chosen) > 1 {
		var names []string
		for _, day := range chosen {
			names = append(names, civil.FrenchWeekday(day))
		}
		options = append(options, web.Option{Value: "", Label: strings.Join(names, ", "), Chosen: true})
	}
	for _, day := range week {
		options = append(options, web.Option{
			Value: strconv.Itoa(int(day)), Label: civil.FrenchWeekday(day), Chosen: len(chosen) == 1 && chosen[0] == day,
		})
	}
	return options
}

func levelChoices(chosen string) []web.Option {
	options := []web.Option{{Value: "tous", Label: "Tous", Chosen: chosen == ""}}
	for _, level := range workshop.Levels {
		options = append(options, web.Option{Value: level.Code, Label: level.Label, Chosen: chosen == level.Code})
	}
	return options
}

func topicChoices(chosen []string) []web.Option {
	options := []web.Option{{Value: "", Label: "Tous", Chosen: len(chosen) == 0}}
	if len(chosen) > 1 {
		var names []string
		for _, topic := range workshop.Topics {
			if slices.Contains(chosen, topic.Code) {
				names = append(names, topic.Label)
			}
		}
		options = append(options, web.Option{Value: strings.Join(chosen, ","), Label: strings.Join(names, ", "), Chosen: true})
	}
	for _, topic := range workshop.Topics {
		options = append(options, web.Option{Value: topic.Code, Label: topic.Label, Chosen: len(chosen) == 1 && chosen[0] == topic.Code})
	}
	return options
}

func readTopics(values []string) (topics []string) {
	for _, value := range values {
		for code := range strings.SplitSeq(value, ",") {
			if known, ok := workshop.ParseTopic(code); ok && code != "" {
				topics = append(topics, known.Code)
			}
		}
	}
	return topics
}

// readHours reads between which hours one can come; both may be left empty.
func readHours(form *web.Form, need *orientation.Need) {
	for name, into := range map[string]*civil.TimeOfDay{"des": &need.From, "avant": &need.To} {
		if strings.TrimSpace(form.Value(name)) != "" {
			*into = form.Time(name)
		} else if len(form.Values(name)) > 0 {
			*into = 0
		} else if *into > 0 {
			form.Set(name, into.String())
		}
	}
}

func languageChoices(chosen string) []web.Option {
	options := []web.Option{{Value: "", Label: "Français", Chosen: chosen == ""}}
	for _, language := range holder.Languages {
		options = append(options, web.Option{Value: language.Code, Label: language.Name, Chosen: language.Code == chosen})
	}
	return options
}

// readLanguage is the code of a language of the list, else empty: French.
func readLanguage(code string) string {
	if slices.ContainsFunc(holder.Languages, func(l holder.Language) bool { return l.Code == code }) {
		return code
	}
	return ""
}

// count is "1 place", "3 places", in plain text.
func count(number int, one, many string) string {
	word := many
	if number < 2 {
		word = one
	}
	return strconv.Itoa(number) + "\u00a0" + word
}

type seatsPage struct {
	web.Page
	Base  string
	List  seatList
	Empty web.None
}

// seats answers GET /guichet/passages/{id}/places.
func seats(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	return showSeats(w, r, form, nil)
}

// showSeats shows the free seats; refused is a choice that could not be kept.
func showSeats(w http.ResponseWriter, r *web.Request, form, refused *web.Form) error {
	page := &seatsPage{Page: web.Page{Back: web.Link{Label: "Résultat du repérage"}, Form: form}}
	var visit routed
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if visit, err = routedOf(r, q); err != nil {
			return err
		}
		if visit.Search.Commune == "" {
			return orientation.ErrUnfinished
		}
		page.List, err = newSeatList(r, q, form, readWish(form, visitWish(visit)))
		return err
	})
	if moved, err := elsewhere(w, r, visit.Visit, err); moved {
		return err
	}
	if visit.Route() == "far_away" {
		return web.SeeOther(w, r, visitPath(visit.ID, "/aide"))
	}
	page.Base = visitPath(visit.ID, "")
	page.Back.Path = page.Base + "/resultat"
	page.List.Post, page.List.Far = page.Base+"/places", page.Base+"/a-distance"
	page.Title = seatsTitle(page.List)
	page.Empty = web.None{
		Title: "Aucune séance libre ne répond", Text: "Changez un filtre. Ou prenez rendez-vous dans un lieu qui aide.",
		Act: web.Link{Label: "Chercher un lieu qui aide", Path: page.Base + "/aide"},
	}
	status := form.Status()
	if refused != nil {
		page.Form, status = refused, refused.Status()
	}
	return web.Render(w, r, status, "seats", page)
}

func seatsTitle(list seatList) string {
	if list.Total == 0 {
		return "Pas de place libre près de " + list.Commune
	}
	if list.Total == 1 {
		return "1 séance avec une place libre près de " + list.Commune
	}
	return strconv.Itoa(list.Total) + " séances avec une place libre près de " + list.Commune
}

// visitWish is what the visit says of the person.
func visitWish(visit routed) wish {
	commune, _ := geography.CommuneByCode(visit.Search.Commune)
	level := visit.Search.Level
	if level == "" {
		level = visit.Found.Level()
	}
	return wish{Asked: orientation.Asked{Commune: commune, Point: visit.Search.Address.Point, Need: orientation.Need{
		Level: level, Brakes: visit.Found.Brakes, Days: visit.Search.Days, Travel: visit.Search.Travel,
		From: visit.Search.From, To: visit.Search.To, Topics: visit.Search.Topics, Language: visit.Search.Language,
	}}}
}

// chooseSeat answers POST /guichet/passages/{id}/places: the seat is kept ten
// minutes, or the person is to wait for one.
func chooseSeat(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	session, err := db.ParseID(form.Value("seance"))
	if err != nil {
		return workshop.ErrUnknownSession
	}
	visit, err := change(r, func(tx *db.Tx, id db.ID) (orientation.Visit, error) {
		if form.Checked("attente") {
			return orientation.ChooseWaiting(r.Context(), tx, id, session)
		}
		return orientation.ChooseSession(r.Context(), tx, id, session)
	})
	if fault.KindOf(err) == fault.Conflict && !fault.HasCode(err, orientation.ErrVisitOver.Code) {
		form.Refused(err)
		return showSeats(w, r, web.NewForm(), form)
	}
	if err != nil {
		return err
	}
	// Who the person is comes next, or the check when it is known already: a
	// seat that went is replaced in one act.
	return web.SeeOther(w, r, visitPath(visit.ID, ""))
}

type freePage struct {
	web.Page
	List  seatList
	Empty web.None
}

// freeSeats answers GET /guichet/places: what is free around, for no one yet.
func freeSeats(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	page := &freePage{Page: web.Page{Form: form}, Empty: web.None{Title: "Aucune séance ne répond", Text: "Changez un filtre, ou cherchez autour d’une autre commune."}}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		near, _, err := home(r, q)
		if err != nil {
			return err
		}
		page.List, err = newSeatList(r, q, form, readWish(form, wish{Asked: orientation.Asked{Commune: near}}))
		return err
	}); err != nil {
		return err
	}
	if r.WantsCSV() {
		return web.CSV(w, r, "places-libres", seatTable(page.List.Seats))
	}
	page.Title = seatsTitle(page.List)
	if page.List.Commune == "" {
		page.Title = "Places libres"
		page.Empty = web.None{Title: "Écrivez une commune", Text: "Les séances des alentours s’affichent, la plus proche d’abord."}
	}
	return web.Render(w, r, form.Status(), "free", page)
}

func seatTable(seats []seat) web.Table {
	table := web.Table{Columns: []web.Column{
		{Label: "Atelier"},
		{Label: "Jour"},
		{Label: "Heures"},
		{Label: "Lieu"},
		{Label: "Commune"},
		{Label: "Niveau"},
		{Label: "Places libres", Number: true},
		{Label: "Mètres par la route", Number: true},
	}}
	for _, one := range seats {
		table.Rows = append(table.Rows, []web.Cell{
			web.Head(one.Title), web.Day(one.Day()), web.Text(one.HoursText()), web.Text(one.Place.Name), web.Text(one.Place.CommuneName),
			web.Text(workshop.LevelName(one.Level)), web.Whole(one.Free()), web.Whole(one.Travel.Metres),
		})
	}
	return table
}
