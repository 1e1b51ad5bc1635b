package api

import (
	"context"
	"slices"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

type sessionView struct {
	ID             id        `json:"id"`
	SiteID         id        `json:"site_id"`
	SiteName       string    `json:"site_name"`
	OrganisationID id        `json:"organisation_id"`
	Commune        string    `json:"commune"`
	CodeINSEE      string    `json:"code_insee"`
	Latitude       float64   `json:"latitude"`
	Longitude      float64   `json:"longitude"`
	DistanceMetres *int      `json:"distance_m,omitempty" doc:"En ligne droite, quand near est donné."`
	Title          string    `json:"title"`
	Topic          string    `json:"topic"`
	Level          string    `json:"level" enum:"discover,master,empower"`
	Service        string    `json:"service"`
	StartsAt       time.Time `json:"starts_at"`
	EndsAt         time.Time `json:"ends_at"`
	Seats          int       `json:"seats"`
	SeatsFree      int       `json:"seats_free"`
	Room           string    `json:"room"`
	Mediator       string    `json:"mediator"`
	State          string    `json:"state" enum:"planned,held,cancelled"`
	SeriesID       *id       `json:"series_id" nullable:"true" doc:"La série dont elle fait partie."`
	Equipment      string    `json:"equipment"`
	Minimum        int       `json:"minimum"`
	MinimumDays    int       `json:"minimum_days"`
	Learn          string    `json:"learn" doc:"Complète « Vous apprenez à »."`
	Stop           []string  `json:"stop" doc:"L’adresse d’une séance itinérante ; vide au lieu."`
}

func viewSession(s workshop.Session, at place.Place) sessionView {
	return sessionView{
		ID: id{s.ID}, SiteID: id{s.Site}, SiteName: at.Name, OrganisationID: id{s.Organisation},
		Commune: at.CommuneName, CodeINSEE: s.Commune, Latitude: s.Latitude, Longitude: s.Longitude,
		Title: s.Title, Topic: s.Topic, Level: s.Level, Service: s.Service, StartsAt: s.StartsAt.UTC(), EndsAt: s.EndsAt.UTC(),
		Seats: s.Seats, SeatsFree: s.Free(), Room: s.Room, Mediator: s.Mediator, State: s.State,
		SeriesID: reference(s.Series), Equipment: s.Equipment, Minimum: s.Minimum, MinimumDays: s.MinimumDays, Learn: s.Learn(), Stop: list(s.StopLines()),
	}
}

type listSessionsInput struct {
	Paging
	Near     string  `query:"near" doc:"LATITUDE,LONGITUDE en degrés : du plus proche au plus loin."`
	RadiusKm float64 `query:"radius_km" minimum:"0" maximum:"20000" doc:"Au plus cette distance de near, en kilomètres."`
	Commune  string  `query:"commune" doc:"Code INSEE de la commune."`
	Site     string  `query:"site" doc:"L’identifiant d’un lieu."`
	Level    string  `query:"level" doc:"discover, master ou empower, ou leur nom français."`
	Topic    string  `query:"topic" doc:"Code ou nom d’un sujet."`
	Service  string  `query:"service" doc:"Code ou nom d’une famille de services."`
	From     string  `query:"from" doc:"Jour ou instant : à partir de ; avec site, un jour passé donne aussi les séances finies."`
	To       string  `query:"to" doc:"Jour, compris, ou instant : jusqu’à."`
	Seats    int     `query:"seats" minimum:"0" doc:"Nombre de places libres, au moins."`
}

func (in *listSessionsInput) filter() (workshop.Filter, error) {
	var wrong fault.Collector
	filter := workshop.Filter{After: in.After, Limit: in.limit(), Seats: in.Seats, Commune: in.Commune}
	if in.Near != "" {
		filter.Near = parsePoint(in.Near, &wrong)
		filter.Radius = int(in.RadiusKm * 1000)
	}
	if in.Commune != "" {
		_, err := geography.CommuneByCode(in.Commune)
		wrong.Check(err == nil, "commune", "unknown_commune", "Donnez le code INSEE d’une commune, par exemple 23096.")
	}
	if in.Site != "" {
		site, err := db.ParseID(in.Site)
		wrong.Check(err == nil, "site", "not_id", "Donnez l’identifiant d’un lieu, comme les listes de l’API le donnent.")
		filter.Site = site
	}
	if in.Level != "" {
		level, known := workshop.ParseLevel(in.Level)
		wrong.Check(known, "level", "unknown_choice", "Choisissez parmi : discover, master, empower.")
		filter.Level = level.Code
	}
	if in.Topic != "" {
		filter.Topic = geography.Fold(in.Topic) // a site may have subjects of its own
		if topic, known := workshop.ParseTopic(in.Topic); known {
			filter.Topic = topic.Code
		}
	}
	filter.Service = wordOf(place.Services, in.Service, "service", &wrong)
	filter.From = parseMoment(in.From, "from", 0, &wrong)
	filter.To = parseMoment(in.To, "to", 1, &wrong)
	return filter, wrong.Err()
}

// parseMoment reads an instant, or the start of the day that lies daysAfter a
// civil day, so that "to" holds its whole day.
func parseMoment(text, field string, daysAfter int, wrong *fault.Collector) time.Time {
	if text == "" {
		return time.Time{}
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at.UTC()
	}
	on, err := civil.ParseDate(text)
	if err != nil {
		wrong.Add(field, "not_day", "Donnez un jour, par exemple 2026-10-13, ou un instant, par exemple 2026-10-13T08:00:00Z.")
		return time.Time{}
	}
	return on.AddDays(daysAfter).In(civil.Paris)
}

func listSessions(ctx context.Context, q db.Q, in *listSessionsInput) (page[sessionView], error) {
	filter, err := in.filter()
	if err != nil {
		return page[sessionView]{}, err
	}
	if !filter.Site.IsZero() && !filter.From.IsZero() && filter.From.Before(q.Now()) {
		return listPastSessions(ctx, q, filter)
	}
	found, next, err := workshop.Search(ctx, q, filter)
	if err != nil {
		return page[sessionView]{}, err
	}
	return page[sessionView]{Next: next, Items: each(found, func(f workshop.Found) sessionView {
		view := viewSession(f.Session, f.Place)
		if filter.Near != nil {
			view.DistanceMetres = &f.Metres
		}
		return view
	})}, nil
}

// listPastSessions lists those of one site since a day that is over, first to
// last, whatever their state: the search only proposes what can be booked.
func listPastSessions(ctx context.Context, q db.Q, filter workshop.Filter) (page[sessionView], error) {
	if filter.To.IsZero() {
		filter.To = q.Now()
	}
	after, err := optionalID(filter.After)
	if err != nil {
		return page[sessionView]{}, err
	}
	sessions, err := workshop.OfSite(ctx, q, filter.Site, filter.From, filter.To)
	if err != nil {
		return page[sessionView]{}, err
	}
	start := slices.IndexFunc(sessions, func(s workshop.Session) bool { return s.ID == after }) + 1
	at, err := place.ByID(ctx, q, filter.Site)
	if err != nil {
		return page[sessionView]{}, err
	}
	kept := slices.DeleteFunc(sessions[start:], func(s workshop.Session) bool {
		return s.Free() < filter.Seats || filter.Level != "" && s.Level != filter.Level || filter.Topic != "" && s.Topic != filter.Topic ||
			filter.Service != "" && s.Service != filter.Service
	})
	kept, next := cut(kept, filter.Limit, func(s workshop.Session) string { return s.ID.String() })
	return page[sessionView]{Next: next, Items: each(kept, func(s workshop.Session) sessionView { return viewSession(s, at) })}, nil
}

type sessionInput struct {
	ID string `path:"id"`
}

func readSession(ctx context.Context, q db.Q, in *sessionInput) (sessionView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return sessionView{}, err
	}
	session, err := workshop.SessionByID(ctx, q, wanted)
	if err != nil {
		return sessionView{}, err
	}
	at, err := place.ByID(ctx, q, session.Site)
	return viewSession(session, at), err
}

// SessionBody is a session to plan, alone or as the first of a series.
type SessionBody struct {
	Site        id        `json:"site"`
	Title       string    `json:"title,omitempty" doc:"Le nom du sujet si absent."`
	Topic       string    `json:"topic"`
	Level       string    `json:"level"`
	Service     string    `json:"service,omitempty" doc:"La famille du sujet si absente."`
	StartsAt    time.Time `json:"starts_at"`
	EndsAt      time.Time `json:"ends_at,omitzero" doc:"Absent : la durée des dernières séances de cet atelier."`
	Seats       int       `json:"seats"`
	Room        string    `json:"room,omitempty" maxLength:"200"`
	Mediator    string    `json:"mediator,omitempty" maxLength:"200" doc:"Le nom dit aux personnes ; sinon celui des mediators."`
	Mediators   []id      `json:"mediators,omitempty" maxItems:"10" doc:"Des personnes de votre équipe."`
	Equipment   string    `json:"equipment,omitempty" maxLength:"200"`
	Minimum     int       `json:"minimum,omitempty" doc:"Moins de personnes que cela est signalé, minimum_days jours avant."`
	MinimumDays int       `json:"minimum_days,omitempty"`
	Stop        *stopBody `json:"stop,omitempty" doc:"Où la séance a lieu, si ce n’est pas au lieu."`
}

type stopBody struct {
	Name      string  `json:"name"`
	Address   string  `json:"address,omitempty"`
	Commune   string  `json:"commune" doc:"Code INSEE."`
	Latitude  float64 `json:"latitude,omitempty" doc:"Le centre de la commune si absent."`
	Longitude float64 `json:"longitude,omitempty"`
}

func (b SessionBody) session(row db.ID) workshop.New {
	made := workshop.New{
		ID: row, Site: b.Site.ID, Title: b.Title, Topic: b.Topic, Level: b.Level, Service: b.Service,
		StartsAt: b.StartsAt, EndsAt: b.EndsAt, Seats: b.Seats, Room: b.Room, Mediator: b.Mediator, Mediators: plain(b.Mediators),
		Equipment: b.Equipment, Minimum: b.Minimum, MinimumDays: b.MinimumDays,
	}
	if b.Stop != nil {
		made.Elsewhere = workshop.Elsewhere{
			Stop: workshop.Stop{Name: b.Stop.Name, Address: b.Stop.Address}, Commune: b.Stop.Commune, Latitude: b.Stop.Latitude, Longitude: b.Stop.Longitude,
		}
	}
	return made
}

type planInput struct{ Body SessionBody }

func planSession(ctx context.Context, tx *db.Tx, row db.ID, in *planInput) (sessionView, error) {
	planned, err := workshop.Plan(ctx, tx, in.Body.session(row))
	if err != nil {
		return sessionView{}, err
	}
	at, err := place.ByID(ctx, tx, planned.Site)
	return viewSession(planned, at), err
}

func planSessionAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *planInput) (sessionView, error) {
	return readSession(ctx, tx, &sessionInput{ID: row.String()})
}
