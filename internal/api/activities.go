package api

import (
	"context"
	"time"

	"passerelle/internal/activity"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/exchange"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/report"
)

// activityView is help as someone wrote it down.
type activityView struct {
	ID             id             `json:"id"`
	OrganisationID id             `json:"organisation_id"`
	PlaceID        *id            `json:"place_id" nullable:"true"`
	CodeINSEE      string         `json:"code_insee"`
	Kind           string         `json:"kind" enum:"individual,collective,event"`
	Day            civil.Date     `json:"day" format:"date"`
	Minutes        int            `json:"minutes"`
	People         int            `json:"people"`
	Channel        string         `json:"channel" enum:"on_site,other,home,remote"`
	Themes         []string       `json:"themes"`
	Title          string         `json:"title"`
	Formality      string         `json:"formality"`
	Equipment      []string       `json:"equipment"`
	Level          int            `json:"level" doc:"1, 2 ou 3 ; 0 quand il n’est pas dit."`
	Redirected     string         `json:"redirected"`
	Genders        map[string]int `json:"genders"`
	Ages           map[string]int `json:"ages"`
	Statuses       map[string]int `json:"statuses"`
	HolderID       *id            `json:"holder_id" nullable:"true"`
	RedemptionID   *id            `json:"redemption_id" nullable:"true" doc:"Le chèque pris pour cette aide, hors séance."`
	Note           string         `json:"note"`
	State          string         `json:"state" enum:"standing,withdrawn"`
	Revision       int            `json:"revision" doc:"À redonner pour corriger."`
	RecordedAt     time.Time      `json:"recorded_at"`
	ChangedAt      time.Time      `json:"changed_at"`
}

func viewActivity(a activity.Activity) activityView {
	counted := func(counts map[string]int) map[string]int {
		if counts == nil {
			return map[string]int{}
		}
		return counts
	}
	return activityView{
		ID: id{a.ID}, OrganisationID: id{a.Organisation}, PlaceID: reference(a.Place), CodeINSEE: a.Commune, Kind: a.Kind, Day: a.Day, Minutes: a.Minutes,
		People: a.People, Channel: a.Channel, Themes: list(a.Themes), Title: a.Title, Formality: a.Formality, Equipment: list(a.Equipment), Level: a.Level,
		Redirected: a.Redirected, Genders: counted(a.Publics.Genders), Ages: counted(a.Publics.Ages), Statuses: counted(a.Publics.Statuses),
		HolderID: reference(a.Holder), RedemptionID: reference(a.Redemption), Note: a.Note, State: a.State, Revision: a.Revision,
		RecordedAt: a.RecordedAt.UTC(), ChangedAt: a.ChangedAt.UTC(),
	}
}

// ActivityTold is what a body tells of help given.
type ActivityTold struct {
	Place      *id            `json:"place,omitempty"`
	CodeINSEE  string         `json:"code_insee,omitempty" doc:"La commune, sans lieu ; celle de votre organisation si elle est absente."`
	Kind       string         `json:"kind" enum:"individual,collective,event"`
	Day        civil.Date     `json:"day" format:"date"`
	Minutes    int            `json:"minutes"`
	People     int            `json:"people,omitempty" doc:"1 pour une aide individuelle."`
	Channel    string         `json:"channel,omitempty" enum:"on_site,other,home,remote"`
	Themes     []string       `json:"themes" doc:"Codes ou noms des treize thèmes du compte rendu d’activité."`
	Title      string         `json:"title,omitempty"`
	Formality  string         `json:"formality,omitempty"`
	Equipment  []string       `json:"equipment,omitempty"`
	Level      int            `json:"level,omitempty"`
	Redirected string         `json:"redirected,omitempty"`
	Genders    map[string]int `json:"genders,omitempty" doc:"Combien de women, de men ; le reste n’est pas dit."`
	Ages       map[string]int `json:"ages,omitempty"`
	Statuses   map[string]int `json:"statuses,omitempty"`
	Note       string         `json:"note,omitempty"`
	Distinct   bool           `json:"distinct,omitempty" doc:"Un groupe, autre que les séances tenues ce jour-là à ce lieu."`
}

func (t ActivityTold) content() activity.Content {
	told := activity.Content{
		Place: t.Place.optional(), Commune: t.CodeINSEE, Kind: t.Kind, Day: t.Day, Minutes: t.Minutes, People: t.People, Channel: t.Channel, Title: t.Title,
		Formality: t.Formality, Equipment: t.Equipment, Level: t.Level, Redirected: t.Redirected, Distinct: t.Distinct,
		Publics: activity.Publics{Genders: t.Genders, Ages: t.Ages, Statuses: t.Statuses},
	}
	for _, theme := range t.Themes {
		code, known := activity.Themes.Parse(theme)
		if !known {
			code = theme // refused with its own name
		}
		told.Themes = append(told.Themes, code)
	}
	return told
}

type recordActivityInput struct {
	Body struct {
		ActivityTold
		Holder     *id `json:"holder,omitempty"`
		Redemption *id `json:"redemption,omitempty" doc:"Le chèque pris pour cette aide, hors séance."`
	}
}

func recordActivity(ctx context.Context, tx *db.Tx, row db.ID, in *recordActivityInput) (activityView, error) {
	told := in.Body.content()
	told.Holder, told.Redemption = in.Body.Holder.optional(), in.Body.Redemption.optional()
	made, err := activity.Record(ctx, tx, activity.New{ID: row, Content: told, Note: in.Body.Note})
	return viewActivity(made), err
}

func recordActivityAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *recordActivityInput) (activityView, error) {
	made, err := activity.ByID(ctx, tx, row)
	return viewActivity(made), err
}

type activityInput struct {
	ID string `path:"id"`
}

func readActivity(ctx context.Context, q db.Q, in *activityInput) (activityView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return activityView{}, err
	}
	found, err := activity.ByID(ctx, q, wanted)
	return viewActivity(found), err
}

type correctActivityInput struct {
	ID   string `path:"id"`
	Body struct {
		ActivityTold
		Revision int    `json:"revision"`
		Reason   string `json:"reason"`
	}
}

func correctActivity(ctx context.Context, tx *db.Tx, _ db.ID, in *correctActivityInput) (activityView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return activityView{}, err
	}
	made, err := activity.Correct(ctx, tx, activity.Correction{
		Activity: wanted, Revision: in.Body.Revision, Content: in.Body.content(), Note: in.Body.Note, Reason: in.Body.Reason,
	})
	return viewActivity(made), err
}

type withdrawActivityInput struct {
	ID   string `path:"id"`
	Body struct {
		Reason string `json:"reason"`
	}
}

func withdrawActivity(ctx context.Context, tx *db.Tx, _ db.ID, in *withdrawActivityInput) (activityView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return activityView{}, err
	}
	made, err := activity.Withdraw(ctx, tx, wanted, in.Body.Reason)
	return viewActivity(made), err
}

// helpView is help given, once, whichever way the program knows of it.
type helpView struct {
	Way            string     `json:"way" enum:"activity,session,coupon" doc:"Une aide notée, une séance tenue, un chèque pris sans séance."`
	ID             id         `json:"id"`
	OrganisationID id         `json:"organisation_id"`
	PlaceID        *id        `json:"place_id" nullable:"true"`
	CodeINSEE      string     `json:"code_insee"`
	Day            civil.Date `json:"day" format:"date"`
	Kind           string     `json:"kind" enum:"individual,collective,event"`
	Title          string     `json:"title"`
	People         int        `json:"people"`
	WithCoupon     int        `json:"with_coupon"`
	Minutes        int        `json:"minutes" doc:"0 pour un chèque pris sans séance : personne n’a dit combien de temps."`
	Themes         []string   `json:"themes"`
}

// helpPage is help given, with what it adds up to.
type helpPage struct {
	People     int            `json:"people" doc:"Une personne aidée deux fois compte deux fois."`
	WithCoupon int            `json:"with_coupon"`
	Minutes    int            `json:"minutes"`
	ByTheme    map[string]int `json:"by_theme"`
	Items      []helpView     `json:"items"`
}

type listHelpsInput struct {
	From      string `query:"from" required:"true" doc:"Jour."`
	To        string `query:"to" required:"true" doc:"Jour, compris ; au plus un an après from."`
	Territory string `query:"territory" doc:"Code d’un territoire : 23, R75, 200034825, 23096."`
	Way       string `query:"way" enum:"activity,session,coupon"`
	Theme     string `query:"theme"`
	Coupon    string `query:"coupon" enum:"with,without"`
}

func (in *listHelpsInput) filter() (report.HelpFilter, error) {
	var wrong fault.Collector
	filter := report.HelpFilter{Way: in.Way, Coupon: in.Coupon}
	filter.Period, filter.Territory = parsePeriod(in.From, in.To, in.Territory, &wrong)
	if in.Theme != "" {
		theme, known := activity.Themes.Parse(in.Theme)
		wrong.Check(known, "theme", "unknown_choice", "Choisissez l’un des thèmes du compte rendu d’activité.")
		filter.Theme = theme
	}
	return filter, wrong.Err()
}

// parsePeriod reads two days and a territory.
func parsePeriod(from, to, territory string, wrong *fault.Collector) (civil.Period, geography.Territory) {
	const longest = 366 // days
	first, err := civil.ParseDate(from)
	wrong.Check(err == nil, "from", "not_day", "Donnez un jour, par exemple 2026-10-01.")
	last, err := civil.ParseDate(to)
	wrong.Check(err == nil && !last.Before(first) && first.DaysUntil(last) <= longest, "to", "not_day", "Donnez un jour, au plus un an après from.")
	var within geography.Territory
	if territory != "" {
		within, err = geography.ParseTerritory(territory)
		wrong.Check(err == nil, "territory", "unknown_territory", "Donnez le code d’un territoire, par exemple 23.")
	}
	return civil.Period{From: first, To: last}, within
}

func listHelps(ctx context.Context, q db.Q, in *listHelpsInput) (helpPage, error) {
	filter, err := in.filter()
	if err != nil {
		return helpPage{}, err
	}
	helps, err := report.Helps(ctx, q, filter)
	if err != nil {
		return helpPage{}, err
	}
	sum := report.Sum(helps)
	return helpPage{People: sum.People, WithCoupon: sum.WithCoupon, Minutes: sum.Minutes, ByTheme: sum.ByTheme, Items: each(helps, func(h report.Help) helpView {
		return helpView{
			Way: h.Way, ID: id{h.ID}, OrganisationID: id{h.Organisation}, PlaceID: reference(h.Place), CodeINSEE: h.Commune, Day: h.Day, Kind: h.Kind,
			Title: h.Title, People: h.People, WithCoupon: h.WithCoupon, Minutes: h.Minutes, Themes: list(h.Themes),
		}
	})}, nil
}

type exportActivitiesInput struct {
	Month string `query:"month" required:"true" doc:"Mois, par exemple 2026-10."`
}

// activityFile is a month's help in the columns of La Coop's activity export.
type activityFile struct {
	Columns []string   `json:"columns"`
	Lines   [][]string `json:"lines" doc:"Une ligne par personne aidée, une fois ; sans son nom."`
}

func exportActivities(ctx context.Context, q db.Q, in *exportActivitiesInput) (activityFile, error) {
	month, err := civil.ParseMonth(in.Month)
	if err != nil {
		var wrong fault.Collector
		wrong.Add("month", "bad_month", "Donnez un mois, par exemple 2026-10.")
		return activityFile{}, wrong.Err()
	}
	lines, err := report.HelpLines(ctx, q, report.HelpFilter{Period: month.Period()})
	if err != nil {
		return activityFile{}, err
	}
	return activityFile{Columns: exchange.ActivityColumns(), Lines: each(lines, exchange.ActivityTexts)}, nil
}
