package site

import (
	"bytes"
	"net/http"
	"slices"
	"strings"

	"passerelle/internal/calendar"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/exchange"
	"passerelle/internal/label"
	"passerelle/internal/place"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

// feedLine is a secret address that works.
type feedLine struct {
	ID            db.ID
	What, Address string
	Since         string
}

type calendarsPage struct {
	web.Page
	Feeds            []feedLine
	Sites, Mediators []web.Option
}

// listCalendars answers GET /calendriers.
func listCalendars(w http.ResponseWriter, r *web.Request) error {
	return showCalendars(w, r, web.NewForm())
}

func showCalendars(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &calendarsPage{Page: web.Page{
		Title: "Mes séances dans mon calendrier", Form: form, Menu: "/seances", Back: web.Link{Label: "Toutes mes séances", Path: "/seances"},
	}}
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		sites, err := sitesOf(r, q)
		if err != nil {
			return err
		}
		page.Sites = siteOptions(sites)
		if q.Actor().Place.IsZero() {
			page.Sites = append([]web.Option{{Label: "Tous mes lieux"}}, page.Sites...)
		}
		names, err := mediators(r, q)
		if err != nil {
			return err
		}
		page.Mediators = []web.Option{{Label: "Tout le monde"}}
		for _, name := range names {
			page.Mediators = append(page.Mediators, web.Option{Value: name, Label: name})
		}
		feeds, err := calendar.Feeds(r.Context(), q)
		for _, feed := range feeds {
			page.Feeds = append(page.Feeds, feedLine{
				ID: feed.ID, What: feedName(feed, sites), Address: r.App.Settings.BaseURL + "/calendriers/" + feed.Secret,
				Since: civil.DateOf(feed.MadeAt, first(sites).Zone()).FrenchLong(),
			})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "calendars", page)
}

// mediators are those who gave a session lately, or will.
func mediators(r *web.Request, q db.Q) ([]string, error) {
	const remembered = 120 // days
	sessions, err := workshop.OfOrganisation(r.Context(), q, q.Actor().Organisation, q.Now().AddDate(0, 0, -remembered), q.Now().AddDate(0, 0, ahead))
	var names []string
	for _, session := range sessions {
		if session.Mediator != "" {
			names = append(names, session.Mediator)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), err
}

// feedName says what an address holds.
func feedName(feed calendar.Feed, sites []label.Site) string {
	what := "Toutes les séances"
	if feed.Mediator != "" {
		what = "Les séances de " + feed.Mediator
	}
	at := slices.IndexFunc(sites, func(site label.Site) bool { return site.ID == feed.Place })
	if at >= 0 {
		what += ", " + sites[at].Name
	}
	return what
}

// makeCalendar answers POST /calendriers.
func makeCalendar(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	asked := calendar.Feed{Mediator: form.Value("mediator")}
	if text := form.Value("lieu"); text != "" {
		if asked.Place, err = db.ParseID(text); err != nil {
			return place.ErrUnknownPlace
		}
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		_, err := db.Once(r.Context(), tx, form.Key(r),
			func(id db.ID) (calendar.Feed, error) { return calendar.Feed{ID: id}, nil },
			func(id db.ID) (calendar.Feed, error) {
				asked.ID = id
				return calendar.Make(r.Context(), tx, asked)
			})
		return err
	})
	if form.Refused(err) {
		return showCalendars(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/calendriers")
}

// endCalendar answers POST /calendriers/{id}/fin: the address leads nowhere any more.
func endCalendar(w http.ResponseWriter, r *web.Request) error {
	if _, err := r.ReadForm(); err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return calendar.ErrUnknownFeed
	}
	if err := r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error { return calendar.End(r.Context(), tx, id) }); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/calendriers")
}

// readCalendar answers GET /calendriers/{secret}, for calendar programs, which
// do not sign in: the address itself is the key.
func readCalendar(w http.ResponseWriter, r *web.Request) error {
	var file bytes.Buffer
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		feed, sessions, err := calendar.Read(r.Context(), q, strings.TrimSuffix(r.PathValue("secret"), ".ics"))
		if err != nil {
			return err
		}
		var ids []db.ID
		for _, session := range sessions {
			ids = append(ids, session.Site)
		}
		known, err := place.ByIDs(r.Context(), q, ids)
		if err != nil {
			return err
		}
		places := map[db.ID]place.Place{}
		for _, one := range known {
			places[one.ID] = one
		}
		name := r.App.Settings.Name
		if feed.Mediator != "" {
			name += ", " + feed.Mediator
		} else if at, one := places[feed.Place]; one {
			name += ", " + at.Name
		}
		return exchange.WriteCalendar(&file, name, sessions, places, q.Now())
	})
	if err != nil {
		return err
	}
	return web.Download(w, "text/calendar; charset=utf-8", "seances.ics", file.Bytes())
}
