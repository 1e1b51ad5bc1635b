package place

import (
	"context"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// Standing of freshness: the lists that a territory's team works with. A place
// may be in several.
const (
	WatchFresh     = "fresh"      // gave a sign of life
	WatchToConfirm = "to_confirm" // of the fresh ones: hours not confirmed for Rhythm.ConfirmEvery months
	WatchStale     = "stale"
	WatchBounced   = "bounced"  // mail refused for good, and nothing since
	WatchReported  = "reported" // a report waits
	WatchClosed    = "closed"   // said to have closed: no more in the public lists
)

// WatchLists is every list, with its words.
var WatchLists = Vocabulary{
	{WatchStale, "Sans nouvelle", "sans nouvelle"},
	{WatchReported, "Signalés", "signalés"},
	{WatchBounced, "Courriel refusé", "dont le courriel est refusé"},
	{WatchToConfirm, "Horaires à confirmer", "dont les horaires sont à confirmer"},
	{WatchFresh, "Avec des nouvelles", "avec des nouvelles"},
	{WatchClosed, "Fermés", "fermés"},
}

// watchConditions are those of each list, on the columns of place; "?" is the
// day until which a confirmation is old.
var watchConditions = map[string]string{
	WatchFresh:     `closed_on IS NULL AND NOT stale`,
	WatchToConfirm: `closed_on IS NULL AND NOT stale AND (confirmed_on IS NULL OR confirmed_on <= ?)`,
	WatchStale:     `closed_on IS NULL AND stale`,
	WatchBounced:   `closed_on IS NULL AND EXISTS (SELECT 1 FROM place_watch w WHERE w.place = place.id AND w.bounced_on IS NOT NULL AND (place.fresh_on IS NULL OR place.fresh_on < w.bounced_on))`,
	WatchReported:  `EXISTS (SELECT 1 FROM place_report r WHERE r.place = place.id AND r.state = 'open')`,
	WatchClosed:    `closed_on IS NOT NULL`,
}

// watchColumns counts the lists in the order of WatchLists; day is how the
// statement names the day until which a confirmation is old.
func watchColumns(day string) string {
	text := ""
	for _, list := range WatchLists {
		text += `, COUNT(*) FILTER (WHERE ` + strings.Replace(watchConditions[list.Code], "?", day, 1) + `)`
	}
	return text
}

// Watched is how many places stand in each list of WatchLists, by code.
type Watched map[string]int

func scanWatched(row db.Scanner, first ...any) (Watched, error) {
	counts := make([]int, len(WatchLists))
	for i := range counts {
		first = append(first, &counts[i])
	}
	watched := Watched{}
	err := row.Scan(first...)
	for i, list := range WatchLists {
		watched[list.Code] = counts[i]
	}
	return watched, err
}

// watchWhere begins the conditions of a look at freshness.
func watchWhere(ctx context.Context, q db.Q) (*conditions, error) {
	held, err := scopeOf(ctx, q, account.ActFreshnessRead)
	if err != nil {
		return nil, err
	}
	where := &conditions{}
	where.add("merged_into IS NULL")
	held.where(where)
	return where, nil
}

// confirmedBy is the day until which a confirmation is old.
func confirmedBy(q db.Q) civil.Date { return today(q).AddMonths(-Rhythm.ConfirmEvery) }

// WatchCounts counts the places that the actor answers for. Faults: those of
// account.Require.
func WatchCounts(ctx context.Context, q db.Q) (Watched, error) {
	where, err := watchWhere(ctx, q)
	if err != nil {
		return nil, err
	}
	query := `SELECT COUNT(*)` + watchColumns(where.arg(confirmedBy(q))) + ` FROM place` + where.text()
	return scanWatched(q.QueryRow(ctx, query, where.args...), new(int))
}

// WatchedCommune is a commune with how many of its places stand in each list.
type WatchedCommune struct {
	Commune, Name string
	All           int
	Watched       Watched
}

// WatchCommunes counts by commune, by name, after the one named. Faults: those
// of account.Require.
func WatchCommunes(ctx context.Context, q db.Q, afterName, after string, limit int) ([]WatchedCommune, error) {
	where, err := watchWhere(ctx, q)
	if err != nil {
		return nil, err
	}
	having := " HAVING (MIN(commune_name), commune) > (" + where.arg(afterName) + ", " + where.arg(after) + ")"
	query := `SELECT commune, MIN(commune_name), COUNT(*)` + watchColumns(where.arg(confirmedBy(q))) + ` FROM place` + where.text() +
		` GROUP BY commune` + having + ` ORDER BY MIN(commune_name), commune LIMIT ` + where.arg(limit)
	return db.All(ctx, q, func(row db.Scanner) (WatchedCommune, error) {
		var one WatchedCommune
		var err error
		one.Watched, err = scanWatched(row, &one.Commune, &one.Name, &one.All)
		return one, err
	}, query, where.args...)
}

// WatchFilter narrows a list of places by their freshness.
type WatchFilter struct {
	List    string     // a code of WatchLists; all when empty
	Commune string     // code INSEE; all when empty
	Since   civil.Date // the last sign and the ID of the last one of the page before
	After   db.ID
	Limit   int
}

// WatchedPlace is a place with what the nightly look and people told of it.
type WatchedPlace struct {
	Place
	BouncedOn, StaleSince civil.Date
	AskedAt               time.Time // of its hours, the last time
	Open                  int       // reports that wait
}

// WatchPlaces lists places, the longest without a sign of life first. Faults:
// those of account.Require.
func WatchPlaces(ctx context.Context, q db.Q, filter WatchFilter) ([]WatchedPlace, error) {
	where, err := watchWhere(ctx, q)
	if err != nil {
		return nil, err
	}
	if condition := watchConditions[filter.List]; strings.Contains(condition, "?") {
		where.add(condition, confirmedBy(q))
	} else if condition != "" {
		where.add(condition)
	}
	if filter.Commune != "" {
		where.add("commune = ?", filter.Commune)
	}
	if !filter.After.IsZero() {
		where.add("(COALESCE(fresh_on, ''), id) > (?, ?)", since(filter.Since), filter.After)
	}
	return watched(ctx, q, where.text()+` ORDER BY COALESCE(fresh_on, ''), id LIMIT `+where.arg(filter.Limit), where.args...)
}

// since is how the order of WatchPlaces writes a day; none comes first.
func since(day civil.Date) string {
	if day.IsZero() {
		return ""
	}
	return day.String()
}

// WatchedByID reads one place that the actor answers for. Faults: those of
// account.Require, unknown_place.
func WatchedByID(ctx context.Context, q db.Q, id db.ID) (WatchedPlace, error) {
	about, err := answerable(ctx, q, account.ActFreshnessRead, id)
	if err != nil {
		return WatchedPlace{}, err
	}
	found, err := watched(ctx, q, ` WHERE id = $1`, about.ID)
	if err == nil && len(found) == 0 {
		err = ErrUnknownPlace
	}
	if err != nil {
		return WatchedPlace{}, err
	}
	return found[0], nil
}

func watched(ctx context.Context, q db.Q, rest string, args ...any) ([]WatchedPlace, error) {
	found, err := db.All(ctx, q, func(row db.Scanner) (one WatchedPlace, err error) {
		err = row.Scan(&one.ID, &one.Open)
		return one, err
	}, `SELECT id, (SELECT COUNT(*) FROM place_report r WHERE r.place = place.id AND r.state = 'open') FROM place`+rest, args...)
	if err != nil {
		return nil, err
	}
	ids := make([]db.ID, len(found))
	for i, one := range found {
		ids[i] = one.ID
	}
	places, err := ByIDs(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	for i := range found { // the same snapshot: every id is there, in its order
		found[i].Place = places[i]
		err := q.QueryRow(ctx, `SELECT bounced_on, stale_since, asked_at FROM place_watch WHERE place = $1`, found[i].ID).
			Scan(&found[i].BouncedOn, &found[i].StaleSince, &found[i].AskedAt)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return nil, err
		}
	}
	return found, nil
}

// Confirmed is one time when somebody said that a place's facts hold.
type Confirmed struct {
	On  civil.Date
	How string // a code of ConfirmedBy
}

// ConfirmedBy is who confirms.
var ConfirmedBy = Vocabulary{
	{howKeeper, "Par le lieu", "par le lieu, connecté"},
	{howTeam, "Par une équipe", "par une équipe, après un appel"},
	{howLink, "Par son lien", "par une personne du lieu, avec son lien"},
}

// ConfirmationsOf lists the last confirmations of a place, the newest first, at
// most so many. Faults: those of account.Require, unknown_place.
func ConfirmationsOf(ctx context.Context, q db.Q, id db.ID, limit int) ([]Confirmed, error) {
	if _, err := answerable(ctx, q, account.ActFreshnessRead, id); err != nil {
		return nil, err
	}
	return db.All(ctx, q, func(row db.Scanner) (one Confirmed, err error) {
		err = row.Scan(&one.On, &one.How)
		return one, err
	}, `SELECT confirmed_on, how FROM place_confirmation WHERE place = $1 ORDER BY confirmed_on DESC LIMIT $2`, id, limit)
}
