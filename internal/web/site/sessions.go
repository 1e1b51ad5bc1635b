package site

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/label"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

// ahead is how far the list of coming sessions looks.
const ahead = 60 // days

type sessionsPage struct {
	web.Page
	Today       string
	Past        bool // the page of sessions that are over
	ToFill, Now web.List
	Listed      web.Table // those to come, or those that are over
	Nothing     web.None
	Waiting     web.Notice
	Pager       web.Pager
	MayPlan     bool
	Chooser     chooser
	listed      []label.Site // of these places
}

// of keeps the sessions of the places that the page is of.
func (p *sessionsPage) of(sessions []workshop.Session) []workshop.Session {
	return slices.DeleteFunc(sessions, func(session workshop.Session) bool {
		return !slices.ContainsFunc(p.listed, func(site label.Site) bool { return site.ID == session.Site })
	})
}

// listSessions answers GET /seances: those to fill in, today's, the coming
// ones; with ?quand=passees those that are over, month by month.
func listSessions(w http.ResponseWriter, r *web.Request) error {
	page := &sessionsPage{
		Page: web.Page{Title: "Mes séances"}, MayPlan: account.May(r.Actor(), account.ActSessionPlan),
		Past: r.URL.Query().Get("quand") == "passees",
	}
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		listed, sites, err := narrowed(r, q)
		if err != nil {
			return err
		}
		page.listed = listed
		if page.Past {
			page.Title = "Séances passées"
			return page.over(r, q, sites)
		}
		page.Chooser = choosingAny("/seances", sites, r.URL.Query().Get("lieu"))
		if page.Waiting, err = waitingAccount(r, q, listed); err != nil {
			return err
		}
		return page.near(r, q, sites)
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, "sessions", page)
}

// near fills in the lists around today.
func (p *sessionsPage) near(r *web.Request, q db.Q, sites []label.Site) error {
	zone := first(sites).Zone()
	today := civil.DateOf(q.Now(), zone)
	p.Today = shortDay(today)
	sessions, err := workshop.OfOrganisation(r.Context(), q, q.Actor().Organisation, today.In(zone), today.AddDays(ahead).In(zone))
	if err != nil {
		return err
	}
	p.Now.Name, p.ToFill.Name = "Séances d’aujourd’hui", "Séances à remplir"
	p.Listed = sessionTable("Séances à venir", sites)
	coming := 0
	for _, session := range p.of(sessions) {
		if session.Day() == today {
			item := sessionItem(session, sites, "Ouvrir")
			item.When = session.HoursText()
			p.Now.Items = append(p.Now.Items, item)
			continue
		}
		// One that is called off stays: its list of whom to tell is behind it.
		row := sessionRow(session, sites)
		if session.TooFew(q.Now()) {
			row[3] = web.InState("wait", "Trop peu\u00a0: "+itoa(session.Taken)+" sur "+itoa(session.Minimum)+" au moins")
		}
		p.Listed.Rows = append(p.Listed.Rows, row)
		if session.State != workshop.SessionCalledOff {
			coming++
		}
	}
	p.Nothing = web.None{Title: "Pas de séance aujourd’hui", Text: "La prochaine est dans la liste «\u00a0À venir\u00a0»."}
	if coming == 0 {
		p.Nothing.Text = "Aucune séance n’est prévue dans les " + itoa(ahead) + " jours qui viennent. Les guichets ne peuvent envoyer personne ici."
		if p.MayPlan {
			p.Nothing.Act = web.Link{Label: "Prévoir une séance", Path: "/seances/nouvelle"}
		}
	}
	if !account.May(q.Actor(), account.ActAttendanceTick) {
		return nil
	}
	left, err := workshop.LeftToFill(r.Context(), q, q.Actor().Organisation)
	for _, session := range p.of(left) {
		if session.Day() != today {
			p.ToFill.Items = append(p.ToFill.Items, sessionItem(session, sites, "Remplir"))
		}
	}
	return err
}

// over lists one month of sessions that are over, the latest first; the key of
// its pages is the month.
func (p *sessionsPage) over(r *web.Request, q db.Q, sites []label.Site) error {
	zone := first(sites).Zone()
	today := civil.DateOf(q.Now(), zone)
	text := today.Month().String()
	if err := r.After(&text); err != nil {
		return err
	}
	month, err := civil.ParseMonth(text)
	if err != nil {
		return err
	}
	to := month.Next().First()
	if to.After(today) {
		to = today
	}
	sessions, err := workshop.OfOrganisation(r.Context(), q, q.Actor().Organisation, month.First().In(zone), to.In(zone))
	if err != nil {
		return err
	}
	sessions = p.of(sessions)
	slices.Reverse(sessions)
	p.Listed = sessionTable("Séances de "+month.French(), sites)
	for _, session := range sessions {
		p.Listed.Rows = append(p.Listed.Rows, sessionRow(session, sites))
	}
	p.Nothing = web.None{Title: "Pas de séance passée en " + month.French()}
	p.Title = "Séances passées, " + month.French()
	const oldest = 2018 // before any programme
	p.Pager, err = r.Pager(month.Year() > oldest, month.Previous().String())
	return err
}

// sessionTable lists many sessions: what, when, how full.
func sessionTable(caption string, sites []label.Site) web.Table {
	table := web.Table{Caption: caption, Quiet: true, Columns: []web.Column{{Label: "Jour"}, {Label: "Séance"}, {Label: "Où"}, {Label: "Places prises"}}}
	if len(sites) == 1 {
		table.Columns[2].Label = "Salle"
	}
	return table
}

func sessionRow(session workshop.Session, sites []label.Site) []web.Cell {
	places := web.Text(itoa(session.Taken) + " sur " + itoa(session.Seats))
	if session.State == workshop.SessionCalledOff {
		places = web.InState("no", "Annulée")
	}
	return []web.Cell{
		web.Text(upperFirst(shortDay(session.Day()))).Noted(session.HoursText()),
		web.Head(session.Title).To("/seances/"+session.ID.String(), session.ShortWhenText()),
		web.Text(where(session, sites)), places,
	}
}

// sessionItem is one session in a list; its place is told when there are several.
func sessionItem(session workshop.Session, sites []label.Site, verb string) web.Item {
	path := "/seances/" + session.ID.String()
	made := web.Item{
		Title: session.Title, Path: path, When: session.ShortWhenText(), Where: where(session, sites),
		Strong: itoa(session.Taken) + "\u00a0/\u00a0" + itoa(session.Seats), Side: "places prises",
		Act: web.Link{Label: verb, Path: path, About: session.Title + ", " + session.ShortWhenText()},
	}
	if session.State == workshop.SessionCalledOff {
		made.Strong, made.Side = "Annulée", ""
	}
	return made
}

func where(session workshop.Session, sites []label.Site) string {
	told := session.StopLines()
	if session.Room != "" {
		told = append(told, session.Room)
	}
	if len(sites) > 1 {
		for _, site := range sites {
			if site.ID == session.Site {
				told = append(told, site.Name+", "+site.CommuneName)
			}
		}
	}
	return strings.Join(told, ". ")
}

// shortDay is "mardi 24 novembre".
func shortDay(day civil.Date) string {
	return strings.TrimSuffix(day.French(), " "+itoa(day.Year()))
}

// ownSession is a session of the actor's organisation, with its site; another
// one's is not found. Fault: unknown_session.
func ownSession(r *web.Request, q db.Q) (workshop.Session, label.Site, error) {
	id, err := r.PathID("id")
	if err != nil {
		return workshop.Session{}, label.Site{}, workshop.ErrUnknownSession
	}
	session, err := workshop.SessionByID(r.Context(), q, id)
	if err != nil {
		return workshop.Session{}, label.Site{}, err
	}
	if session.Organisation != q.Actor().Organisation || !account.AtPlace(q.Actor(), account.ActCouponRedeem, session.Site) {
		return workshop.Session{}, label.Site{}, workshop.ErrUnknownSession
	}
	site, err := label.SiteByID(r.Context(), q, session.Site)
	return session, site, err
}

// relativeDay is "aujourd’hui", "demain", "hier" or the day in full.
func relativeDay(day civil.Date, now time.Time, zone *time.Location) string {
	switch civil.DateOf(now, zone).DaysUntil(day) {
	case 0:
		return "aujourd’hui"
	case 1:
		return "demain"
	case -1:
		return "hier"
	}
	return "le " + shortDay(day)
}
