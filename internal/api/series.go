package api

import (
	"context"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

type occurrenceView struct {
	Day string      `json:"day"`
	Why string      `json:"why" doc:"Ce qui empêche cette date ; vide si rien."`
	To  *civil.Date `json:"to" nullable:"true" doc:"Le prochain jour possible, pour déplacer."`
}

type seriesView struct {
	ID        id            `json:"id"`
	SiteID    id            `json:"site_id"`
	Rhythm    string        `json:"rhythm" enum:"weekly,fortnightly,monthly"`
	FirstDay  string        `json:"first_day"`
	LastDay   string        `json:"last_day"`
	EndedFrom *civil.Date   `json:"ended_from" nullable:"true" doc:"Plus de séance à partir de ce jour."`
	Sessions  []sessionView `json:"sessions"`
}

func viewSeries(ctx context.Context, q db.Q, s workshop.Series) (seriesView, error) {
	at, err := place.ByID(ctx, q, s.Site)
	if err != nil {
		return seriesView{}, err
	}
	return seriesView{
		ID: id{s.ID}, SiteID: id{s.Site}, Rhythm: s.Rhythm, FirstDay: s.First.String(), LastDay: s.Last.String(), EndedFrom: day(s.EndedFrom),
		Sessions: each(s.PlannedSessions, func(session workshop.Session) sessionView { return viewSession(session, at) }),
	}, nil
}

type seriesBody struct {
	SessionBody
	Rhythm string      `json:"rhythm" enum:"weekly,fortnightly,monthly" doc:"monthly : le même rang du même jour, par exemple le deuxième mardi."`
	Until  civil.Date  `json:"until,omitzero" doc:"Dernier jour possible."`
	Times  int         `json:"times,omitempty" doc:"Ou combien de dates, la première comprise."`
	Moved  []movedBody `json:"moved,omitempty" doc:"Les dates empêchées à déplacer ; les autres sont laissées."`
}

type movedBody struct {
	Day civil.Date `json:"day"`
	To  civil.Date `json:"to"`
}

func (b seriesBody) series(row db.ID) workshop.NewSeries {
	made := workshop.NewSeries{ID: row, First: b.session(db.ID{}), Recurrence: workshop.Recurrence{Rhythm: b.Rhythm, Until: b.Until, Times: b.Times}, Moved: map[civil.Date]civil.Date{}}
	for _, one := range b.Moved {
		made.Moved[one.Day] = one.To
	}
	return made
}

type seriesInput struct{ Body seriesBody }

// foreseeSeries answers the dates, and writes nothing.
func foreseeSeries(ctx context.Context, tx *db.Tx, _ db.ID, in *seriesInput) (page[occurrenceView], error) {
	found, err := workshop.Occurrences(ctx, tx, in.Body.series(db.ID{}))
	return page[occurrenceView]{Items: each(found, func(o workshop.Occurrence) occurrenceView { return occurrenceView{o.Day.String(), o.Why, day(o.To)} })}, err
}

func planSeries(ctx context.Context, tx *db.Tx, row db.ID, in *seriesInput) (seriesView, error) {
	if _, err := workshop.PlanSeries(ctx, tx, in.Body.series(row)); err != nil {
		return seriesView{}, err
	}
	return planSeriesAgain(ctx, tx, row, in)
}

func planSeriesAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *seriesInput) (seriesView, error) {
	return readSeries(ctx, tx, &sessionInput{ID: row.String()})
}

func readSeries(ctx context.Context, q db.Q, in *sessionInput) (seriesView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return seriesView{}, err
	}
	found, err := workshop.SeriesByID(ctx, q, wanted)
	if err != nil {
		return seriesView{}, err
	}
	return viewSeries(ctx, q, found)
}

// MeansBody is what a session has.
type MeansBody struct {
	Seats       int    `json:"seats"`
	Room        string `json:"room,omitempty"`
	Mediator    string `json:"mediator,omitempty"`
	Mediators   []id   `json:"mediators,omitempty" doc:"Des personnes de votre équipe."`
	Equipment   string `json:"equipment,omitempty"`
	Minimum     int    `json:"minimum,omitempty"`
	MinimumDays int    `json:"minimum_days,omitempty"`
}

func (b MeansBody) means() workshop.Means {
	return workshop.Means{Seats: b.Seats, Room: b.Room, Mediator: b.Mediator, Mediators: plain(b.Mediators), Equipment: b.Equipment, Minimum: b.Minimum, MinimumDays: b.MinimumDays}
}

func plain(ids []id) []db.ID { return each(ids, func(one id) db.ID { return one.ID }) }

type changeSessionInput struct {
	ID   string `path:"id"`
	Body struct {
		StartsAt time.Time `json:"starts_at"`
		EndsAt   time.Time `json:"ends_at"`
		MeansBody
	}
}

func changeSession(ctx context.Context, tx *db.Tx, _ db.ID, in *changeSessionInput) (sessionView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return sessionView{}, err
	}
	means := in.Body.means()
	means.StartsAt, means.EndsAt = in.Body.StartsAt, in.Body.EndsAt
	if _, err := workshop.ChangeSession(ctx, tx, wanted, means); err != nil {
		return sessionView{}, err
	}
	return readSession(ctx, tx, &sessionInput{ID: in.ID})
}

type changeSeriesInput struct {
	ID   string `path:"id"`
	Body struct {
		From   civil.Date `json:"from" doc:"À partir de ce jour, compris."`
		Starts string     `json:"starts" doc:"L’heure du début, par exemple 14:00."`
		Ends   string     `json:"ends"`
		MeansBody
	}
}

func changeSeries(ctx context.Context, tx *db.Tx, _ db.ID, in *changeSeriesInput) (seriesView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return seriesView{}, err
	}
	var wrong fault.Collector
	means := workshop.SeriesMeans{Means: in.Body.means()}
	for field, read := range map[string]struct {
		text string
		hour *civil.TimeOfDay
	}{"starts": {in.Body.Starts, &means.Starts}, "ends": {in.Body.Ends, &means.Ends}} {
		at, err := time.Parse("15:04", read.text)
		wrong.Check(err == nil, field, "bad_time", "Donnez une heure, par exemple 14:00.")
		*read.hour = civil.TimeOfDay(at.Hour()*60 + at.Minute())
	}
	if err := wrong.Err(); err != nil {
		return seriesView{}, err
	}
	if _, err := workshop.ChangeSeries(ctx, tx, wanted, in.Body.From, means); err != nil {
		return seriesView{}, err
	}
	return readSeries(ctx, tx, &sessionInput{ID: in.ID})
}

type endSeriesInput struct {
	ID   string `path:"id"`
	Body struct {
		From   civil.Date `json:"from"`
		Reason string     `json:"reason" doc:"Une phrase, à dire aux personnes."`
	}
}

func endSeries(ctx context.Context, tx *db.Tx, _ db.ID, in *endSeriesInput) (seriesView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return seriesView{}, err
	}
	if _, err := workshop.EndSeries(ctx, tx, wanted, in.Body.From, in.Body.Reason); err != nil {
		return seriesView{}, err
	}
	return readSeries(ctx, tx, &sessionInput{ID: in.ID})
}

func endSeriesAgain(ctx context.Context, tx *db.Tx, _ db.ID, in *endSeriesInput) (seriesView, error) {
	return readSeries(ctx, tx, &sessionInput{ID: in.ID})
}
