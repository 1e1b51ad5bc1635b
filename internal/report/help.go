package report

import (
	"cmp"
	"context"
	"slices"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/activity"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/geography"
)

// The ways in which the program knows of a help.
const (
	ByActivity = "activity" // someone wrote it down
	BySession  = "session"  // a workshop's session, from its presences
	ByCoupon   = "coupon"   // a coupon taken outside a session, which no activity tells more of
)

// Help is help that was given, once, whichever way the program knows of it.
type Help struct {
	Way          string
	ID           db.ID // of the activity, the session or the redemption
	Organisation db.ID
	Place        db.ID // zero: at none of the directory's
	Commune      string
	Day          civil.Date
	Kind         string // of activity.Kinds
	Title        string
	People       int
	WithCoupon   int // of them, those for whom a coupon was taken
	Minutes      int // how long it lasted; 0 when nobody told, as for a coupon alone
	Themes       []string
}

// HelpFilter narrows the help given. The zero values of the others do not.
type HelpFilter struct {
	Period       civil.Period // both days included; needed
	Organisation db.ID
	Place        db.ID
	Territory    geography.Territory
	Way          string
	Theme        string
	Coupon       string // "with" or "without": help in which someone used one, or did not
	Kind         string
}

func (f HelpFilter) keeps(h Help) bool {
	return f.Period.Contains(h.Day) && (f.Way == "" || f.Way == h.Way) && (f.Kind == "" || f.Kind == h.Kind) &&
		(f.Theme == "" || slices.Contains(h.Themes, f.Theme)) &&
		(f.Coupon == "" || f.Coupon == "with" && h.WithCoupon > 0 || f.Coupon == "without" && h.People > h.WithCoupon) &&
		(f.Territory.Kind == 0 || f.Territory.Contains(h.Commune))
}

// Helps lists the help given, the latest first: activities written down,
// sessions to which someone came, and coupons taken outside a session that no
// activity names. Who reads only their own organisation's reads that; a
// territory's team what was given in its territory. Faults of account.Require
// for figure.read, no_territory.
func Helps(ctx context.Context, q db.Q, filter HelpFilter) ([]Help, error) {
	filter, err := filter.reached(ctx, q)
	if err != nil {
		return nil, err
	}
	var all []Help
	for _, gather := range []func(context.Context, db.Q, HelpFilter) ([]Help, error){activities, sessionsHeld, couponsAlone} {
		some, err := gather(ctx, q, filter)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	all = slices.DeleteFunc(all, func(h Help) bool { return !filter.keeps(h) })
	slices.SortFunc(all, func(a, b Help) int { return cmp.Or(b.Day.Compare(a.Day), slices.Compare(b.ID[:], a.ID[:])) })
	return all, nil
}

// reached narrows the filter to what the actor may read.
func (f HelpFilter) reached(ctx context.Context, q db.Q) (HelpFilter, error) {
	actor := q.Actor()
	if err := account.Require(actor, account.ActFigureRead, f.Organisation); err != nil {
		return f, err
	}
	if !account.Everywhere(actor, account.ActFigureRead) {
		f.Organisation = actor.Organisation
		if !actor.Place.IsZero() {
			f.Place = actor.Place
		}
	}
	if actor.Role == account.RoleTerritory {
		own, err := account.TerritoryOf(ctx, q)
		if err != nil {
			return f, err
		}
		f.Territory = own
	}
	return f, nil
}

// ofOne is the condition on an organisation and a place, whose arguments are the
// first four of a statement's.
func (f HelpFilter) ofOne(arguments ...any) []any {
	return append([]any{f.Organisation.IsZero(), f.Organisation, f.Place.IsZero(), f.Place}, arguments...)
}

func activities(ctx context.Context, q db.Q, filter HelpFilter) ([]Help, error) {
	found, err := db.All(ctx, q, activity.Scan, activity.Select+` WHERE ($1 OR organisation = $2) AND ($3 OR place = $4)
		AND on_day >= $5 AND on_day <= $6 AND state = 'standing'`, filter.ofOne(filter.Period.From, filter.Period.To)...)
	if err != nil {
		return nil, err
	}
	used, err := standing(ctx, q, filter)
	if err != nil {
		return nil, err
	}
	helps := make([]Help, len(found))
	for i, one := range found {
		helps[i] = Help{
			Way: ByActivity, ID: one.ID, Organisation: one.Organisation, Place: one.Place, Commune: one.Commune, Day: one.Day, Kind: one.Kind,
			Title: one.Title, People: one.People, Minutes: one.Minutes, Themes: one.Themes,
		}
		if used[one.Redemption] {
			helps[i].WithCoupon = 1
		}
	}
	return helps, nil
}

// standing are the redemptions named by an activity that were not given back.
func standing(ctx context.Context, q db.Q, filter HelpFilter) (map[db.ID]bool, error) {
	ids, err := db.All(ctx, q, db.Value[db.ID], `SELECT a.redemption FROM activity a WHERE ($1 OR a.organisation = $2) AND ($3 OR a.place = $4)
		AND a.on_day >= $5 AND a.on_day <= $6 AND a.redemption IS NOT NULL
		AND NOT EXISTS (SELECT 1 FROM reversal v WHERE v.redemption_id = a.redemption)`, filter.ofOne(filter.Period.From, filter.Period.To)...)
	used := make(map[db.ID]bool, len(ids))
	for _, id := range ids {
		used[id] = true
	}
	return used, err
}

// instants are those between which a period lies in every zone.
func instants(period civil.Period) (from, to time.Time) {
	const widest = 14 * time.Hour
	return period.From.In(time.UTC).Add(-widest), period.To.AddDays(1).In(time.UTC).Add(widest)
}

func sessionsHeld(ctx context.Context, q db.Q, filter HelpFilter) ([]Help, error) {
	from, to := instants(filter.Period)
	return db.All(ctx, q, func(row db.Scanner) (Help, error) {
		h := Help{Way: BySession, Kind: activity.Collective}
		var starts, ends time.Time
		var topic, service string
		err := row.Scan(&h.ID, &h.Organisation, &h.Place, &h.Commune, &h.Title, &topic, &service, &starts, &ends, &h.People, &h.WithCoupon)
		h.Day, h.Minutes = civil.DateOf(starts, civil.ZoneOf(h.Commune)), int(ends.Sub(starts).Minutes())
		h.Themes, h.WithCoupon = []string{activity.ThemeOf(topic, service)}, min(h.WithCoupon, h.People)
		return h, err
	}, `SELECT s.id, s.organisation, s.site, s.commune, w.title, w.topic, w.service, s.starts_at, s.ends_at, c.people,
			(SELECT COUNT(DISTINCT k.booklet_id) FROM redemption r JOIN coupon k ON k.id = r.coupon_id
				WHERE r.session_id = s.id AND NOT EXISTS (SELECT 1 FROM reversal v WHERE v.redemption_id = r.id))
		FROM workshop_session s JOIN workshop w ON w.id = s.workshop
			JOIN (SELECT session, COUNT(*) AS people FROM booking WHERE state = 'came' GROUP BY session) c ON c.session = s.id
		WHERE ($1 OR s.organisation = $2) AND ($3 OR s.site = $4) AND s.starts_at >= $5 AND s.starts_at < $6 AND s.state <> 'cancelled'`,
		filter.ofOne(from, to)...)
}

func couponsAlone(ctx context.Context, q db.Q, filter HelpFilter) ([]Help, error) {
	from, to := instants(filter.Period)
	return db.All(ctx, q, func(row db.Scanner) (Help, error) {
		h := Help{Way: ByCoupon, Kind: activity.Individual, People: 1, WithCoupon: 1}
		var at time.Time
		err := row.Scan(&h.ID, &h.Organisation, &h.Place, &h.Commune, &at)
		h.Day = civil.DateOf(at, civil.ZoneOf(h.Commune))
		return h, err
	}, `SELECT r.id, r.organisation_id, r.site_id, p.commune, r.at FROM redemption r JOIN place p ON p.id = r.site_id
		WHERE ($1 OR r.organisation_id = $2) AND ($3 OR r.site_id = $4) AND r.at >= $5 AND r.at < $6 AND r.session_id IS NULL
			AND NOT EXISTS (SELECT 1 FROM reversal v WHERE v.redemption_id = r.id)
			AND NOT EXISTS (SELECT 1 FROM activity a WHERE a.redemption = r.id AND a.state = 'standing')`,
		filter.ofOne(from, to)...)
}

// HelpFigures sums help given. A person helped twice is counted twice: these are
// people helped each time, as the national report counts them.
type HelpFigures struct {
	Helps      int
	People     int
	WithCoupon int
	Minutes    int            // of help, however many were helped
	ByWay      map[string]int // people
	ByTheme    map[string]int // people; a help of two themes is in both
}

// Without is how many were helped without a coupon.
func (f HelpFigures) Without() int { return f.People - f.WithCoupon }

// Sum adds helps up.
func Sum(helps []Help) HelpFigures {
	sum := HelpFigures{Helps: len(helps), ByWay: map[string]int{}, ByTheme: map[string]int{}}
	for _, h := range helps {
		sum.People += h.People
		sum.WithCoupon += h.WithCoupon
		sum.Minutes += h.Minutes
		sum.ByWay[h.Way] += h.People
		for _, theme := range h.Themes {
			sum.ByTheme[theme] += h.People
		}
	}
	return sum
}
