package site

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/label"
	"passerelle/internal/place"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

type planPage struct {
	web.Page
	Sites, Topics, Levels, Services []web.Option
	Copied                          string // of which session this is the next
	Rhythms                         []web.Option
	Dates                           []web.Option // of a series: those at which something stands in the way
	Foreseen                        web.Table    // every date of the series
}

// newSession answers GET /seances/nouvelle; ?comme= fills in a session of one's
// own, a week later.
func newSession(w http.ResponseWriter, r *web.Request) error {
	form := web.NewForm()
	copied := ""
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		if text := r.URL.Query().Get("comme"); text != "" {
			session, err := sessionToCopy(r, q, text)
			copied = session.Title + ", " + session.ShortWhenText()
			fillFrom(form, session, session.Day().AddDays(7))
			return err
		}
		if err := fillUsual(r, q, form); err != nil {
			return err
		}
		return fillFromSheet(r, q, form, r.URL.Query().Get("atelier"))
	})
	if err != nil {
		return err
	}
	return showPlan(w, r, form, copied)
}

func sessionToCopy(r *web.Request, q db.Q, text string) (workshop.Session, error) {
	id, err := db.ParseID(text)
	if err != nil {
		return workshop.Session{}, workshop.ErrUnknownSession
	}
	session, err := workshop.SessionByID(r.Context(), q, id)
	if err == nil && (session.Organisation != q.Actor().Organisation || !account.AtPlace(q.Actor(), account.ActSessionPlan, session.Site)) {
		return workshop.Session{}, workshop.ErrUnknownSession
	}
	return session, err
}

func fillFrom(form *web.Form, session workshop.Session, day civil.Date) {
	zone := session.Zone()
	form.Set("lieu", session.Site.String())
	form.Set("topic", session.Topic)
	form.Set("title", session.Title)
	form.Set("level", session.Level)
	form.Set("service", session.Service)
	form.Set("day", day.String())
	form.Set("starts_at", session.StartsAt.In(zone).Format("15:04"))
	form.Set("ends_at", session.EndsAt.In(zone).Format("15:04"))
	form.Set("seats", strconv.Itoa(session.Seats))
	form.Set("room", session.Room)
	form.Set("mediator", session.Mediator)
}

// fillUsual proposes what the last planned session says of the place: hours,
// seats, room and mediator are mostly the same.
func fillUsual(r *web.Request, q db.Q, form *web.Form) error {
	form.Set("mediator", r.Session.PersonName)
	const remembered = 120 // days
	sessions, err := workshop.OfOrganisation(r.Context(), q, q.Actor().Organisation, q.Now().AddDate(0, 0, -remembered), q.Now().AddDate(0, 0, ahead))
	if err != nil || len(sessions) == 0 {
		return err
	}
	last := sessions[len(sessions)-1]
	fillFrom(form, last, last.Day())
	form.Set("day")
	form.Set("title")
	form.Set("topic")
	form.Set("service")
	form.Set("level")
	form.Set("mediator", r.Session.PersonName)
	return nil
}

// fillFromSheet proposes one of the organisation's workshops, with the length of
// the last ones.
func fillFromSheet(r *web.Request, q db.Q, form *web.Form, text string) error {
	if text == "" {
		return nil
	}
	id, err := db.ParseID(text)
	if err != nil {
		return workshop.ErrUnknownSheet
	}
	sheet, err := workshop.SheetByID(r.Context(), q, id)
	if err != nil {
		return err
	}
	length, err := workshop.UsualLength(r.Context(), q, sheet)
	if err != nil {
		return err
	}
	form.Set("topic", sheet.Topic)
	form.Set("title", sheet.Title)
	form.Set("level", sheet.Level)
	form.Set("service", sheet.Service)
	if starts, err := time.Parse("15:04", form.Value("starts_at")); err == nil {
		form.Set("ends_at", starts.Add(length).Format("15:04"))
	}
	return nil
}

// planSession answers POST /seances/nouvelle.
func planSession(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	var site label.Site
	err = r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		site, _, err = chosen(r, q, form.Value("lieu"))
		return err
	})
	if err != nil {
		return err
	}
	asked := read(form, site)
	if !form.Valid() {
		return showPlan(w, r, form, "")
	}
	if form.Value("rythme") != "" {
		return planSeries(w, r, form, asked)
	}
	var planned workshop.Session
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		plan := func(id db.ID) (workshop.Session, error) {
			asked.ID = id
			return workshop.Plan(r.Context(), tx, asked)
		}
		again := func(id db.ID) (workshop.Session, error) { return workshop.SessionByID(r.Context(), tx, id) }
		var err error
		planned, err = db.Once(r.Context(), tx, form.Key(r), again, plan)
		return err
	})
	if form.Refused(err) {
		return showPlan(w, r, form, "")
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/seances/"+planned.ID.String())
}

// read takes the answers; the hours are the site's own.
func read(form *web.Form, site label.Site) workshop.New {
	day := form.Date("day")
	asked := workshop.New{
		Site: site.ID, Topic: form.Text("topic"), Title: form.Text("title"), Service: form.Text("service"),
		Level: form.Choice("level", "Choisissez un niveau", levelCodes()...),
		Seats: form.Number("seats", 1, 500), Room: form.Text("room"), Mediator: form.Text("mediator"),
		StartsAt: at(day, form.Time("starts_at"), site.Zone()), Equipment: form.Text("equipment"),
	}
	if form.Value("ends_at") != "" {
		asked.EndsAt = at(day, form.Time("ends_at"), site.Zone())
	}
	if form.Value("minimum") != "" {
		asked.Minimum, asked.MinimumDays = form.Number("minimum", 0, 500), defaultBefore
	}
	if name := form.Text("stop"); name != "" {
		asked.Elsewhere = workshop.Elsewhere{Stop: workshop.Stop{Name: name, Address: form.Text("adresse")}, Commune: form.Commune("commune", "Choisissez la commune où la séance a lieu").Code}
	}
	if asked.Topic == "" && asked.Title == "" {
		form.Wrong("topic", "required", "Choisissez un sujet, ou écrivez un titre")
	}
	return asked
}

func at(day civil.Date, hour civil.TimeOfDay, zone *time.Location) time.Time {
	if day.IsZero() {
		return time.Time{} // told by its own field
	}
	return day.At(hour, zone)
}

func showPlan(w http.ResponseWriter, r *web.Request, form *web.Form, copied string) error {
	return showPlanWith(w, r, form, copied, nil)
}

// showPlanWith shows the form, with the dates of the series that it describes.
func showPlanWith(w http.ResponseWriter, r *web.Request, form *web.Form, copied string, dates []workshop.Occurrence) error {
	page := &planPage{
		Page: web.Page{
			Title: "Prévoir une séance", Layout: web.Ask, Form: form, Menu: "/seances",
			Back: web.Link{Label: "Toutes mes séances", Path: "/seances"},
		},
		Topics: topicOptions(), Levels: levelOptions(), Services: serviceOptions(), Copied: copied, Rhythms: rhythmOptions(),
	}
	page.foresee(dates)
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		sites, err := sitesOf(r, q)
		page.Sites = siteOptions(sites)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "plan", page)
}

// defaultBefore is how many days before a session its site looks at a minimum.
const defaultBefore = 3

// planSeries plans several sessions: the dates are shown first, with what stands
// in the way of each, then planned.
func planSeries(w http.ResponseWriter, r *web.Request, form *web.Form, first workshop.New) error {
	wanted := workshop.NewSeries{
		First:      first,
		Recurrence: workshop.Recurrence{Rhythm: form.Value("rythme"), Times: form.Number("times", 2, 60)},
		Moved:      map[civil.Date]civil.Date{},
	}
	if !form.Valid() {
		return showPlan(w, r, form, "")
	}
	var dates []workshop.Occurrence
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		dates, err = workshop.Occurrences(r.Context(), q, wanted)
		return err
	})
	if form.Refused(err) {
		return showPlan(w, r, form, "")
	}
	if err != nil {
		return err
	}
	if !form.Checked("vu") {
		form.Set("vu", "oui")
		return showPlanWith(w, r, form, "", dates)
	}
	for _, date := range dates {
		if !date.To.IsZero() && slices.Contains(form.Values("deplacer"), date.Day.String()) {
			wanted.Moved[date.Day] = date.To
		}
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		plan := func(id db.ID) (workshop.Series, error) {
			wanted.ID = id
			return workshop.PlanSeries(r.Context(), tx, wanted)
		}
		again := func(id db.ID) (workshop.Series, error) { return workshop.SeriesByID(r.Context(), tx, id) }
		_, err := db.Once(r.Context(), tx, form.Key(r), again, plan)
		return err
	})
	if form.Refused(err) {
		return showPlanWith(w, r, form, "", dates)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/seances")
}

// foresee tells the dates of a series before they are planned.
func (p *planPage) foresee(dates []workshop.Occurrence) {
	p.Foreseen = web.Table{Caption: "Les dates de la série", Quiet: true, Columns: []web.Column{{Label: "Jour"}, {Label: "Ce qui empêche"}}}
	for _, date := range dates {
		p.Foreseen.Rows = append(p.Foreseen.Rows, []web.Cell{web.Head(date.Day.French()), web.Text(date.Why)})
		if !date.To.IsZero() {
			p.Dates = append(p.Dates, web.Option{Value: date.Day.String(), Label: "Le " + date.Day.FrenchLong() + ", à déplacer au " + date.To.French()})
		}
	}
}

func rhythmOptions() []web.Option {
	made := []web.Option{{Value: "", Label: "Une seule fois"}}
	for _, rhythm := range workshop.Rhythms {
		made = append(made, web.Option{Value: rhythm.Code, Label: rhythm.Label})
	}
	return made
}

func topicOptions() []web.Option {
	made := []web.Option{{Value: "", Label: "Choisir"}}
	for _, topic := range workshop.Topics {
		made = append(made, web.Option{Value: topic.Code, Label: topic.Label})
	}
	return append(made, web.Option{Value: "autre", Label: "Autre sujet"})
}

func levelOptions() []web.Option {
	made := []web.Option{{Value: "", Label: "Choisir"}}
	for _, level := range workshop.Levels {
		made = append(made, web.Option{Value: level.Code, Label: level.Label + ", " + level.Plain})
	}
	return made
}

func levelCodes() []string {
	var codes []string
	for _, level := range workshop.Levels {
		codes = append(codes, level.Code)
	}
	return codes
}

func serviceOptions() []web.Option {
	made := []web.Option{{Value: "", Label: "Celle du sujet"}}
	for _, service := range place.Services {
		made = append(made, web.Option{Value: service.Code, Label: service.Label})
	}
	return made
}
