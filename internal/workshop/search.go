package workshop

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/place"
)

// Filter says which planned sessions are wanted. Every field that is set
// narrows the answer.
type Filter struct {
	Near     *geography.Point // nearest first, then soonest; else soonest first
	Radius   int              // metres in a straight line from Near; 0: DefaultRadius
	Commune  string           // INSEE code
	From, To time.Time        // begins between; From is never before now
	Level    string           // code
	Topic    string           // code
	Service  string           // code
	Site     db.ID
	Seats    int  // at least so many free
	Labelled bool // only where the site holds the label on the session's day
	After    string
	Limit    int // 1 to 1000; 0: 20
}

// The bounds of a search.
const (
	DefaultRadius = 60_000 // metres: an hour by car
	defaultFound  = 20
	mostFound     = 1000
	mostRead      = 5000 // sessions looked at for one page
	defaultAhead  = 92 * 24 * time.Hour
)

// Found is a session that answers a search, with its place.
type Found struct {
	Session
	Place  place.Place
	Metres int // straight line from Filter.Near; 0 without it
}

// Search lists a page of planned sessions that have not begun, and answers the
// cursor of the next page, empty when there is none. Fault: malformed, for a
// cursor that no search answered.
func Search(ctx context.Context, q db.Q, filter Filter) (sessions []Found, next string, err error) {
	filter.settle(q.Now())
	after, err := parseCursor(filter.After)
	if err != nil {
		return nil, "", err
	}
	found, err := filter.read(ctx, q)
	if err != nil {
		return nil, "", err
	}
	found, err = withPlaces(ctx, q, filter, found)
	if err != nil {
		return nil, "", err
	}
	slices.SortFunc(found, func(a, b Found) int { return a.cursor().compare(b.cursor()) })
	start, _ := slices.BinarySearchFunc(found, after, func(f Found, c cursor) int {
		if f.cursor().compare(c) <= 0 {
			return -1
		}
		return 1
	})
	found = found[start:]
	if len(found) > filter.Limit {
		found = found[:filter.Limit]
		next = found[filter.Limit-1].cursor().String()
	}
	return found, next, nil
}

func (f *Filter) settle(now time.Time) {
	if f.Limit <= 0 {
		f.Limit = defaultFound
	}
	f.Limit = min(f.Limit, mostFound)
	if f.Radius <= 0 {
		f.Radius = DefaultRadius
	}
	if f.From.Before(now) {
		f.From = now
	}
	if f.To.IsZero() {
		f.To = f.From.Add(defaultAhead)
	}
}

// read takes the candidates of the box, then measures.
func (f Filter) read(ctx context.Context, q db.Q) ([]Found, error) {
	query := selectSession + ` WHERE s.state = 'planned' AND s.starts_at > $2 AND s.starts_at < $3`
	args := []any{q.Now(), f.From, f.To}
	add := func(condition string, values ...any) {
		marks := make([]any, len(values))
		for i := range values {
			marks[i] = len(args) + i + 1
		}
		query += " AND " + fmt.Sprintf(condition, marks...)
		args = append(args, values...)
	}
	if f.Near != nil {
		box := geography.BoundingBox(f.Near.Latitude, f.Near.Longitude, f.Radius)
		add(`s.latitude BETWEEN $%d AND $%d AND s.longitude BETWEEN $%d AND $%d`, box.South, box.North, box.West, box.East)
	}
	if f.Commune != "" {
		add(`s.commune = $%d`, f.Commune)
	}
	if f.Level != "" {
		add(`w.level = $%d`, f.Level)
	}
	if f.Topic != "" {
		add(`w.topic = $%d`, f.Topic)
	}
	if f.Service != "" {
		add(`w.service = $%d`, f.Service)
	}
	if !f.Site.IsZero() {
		add(`s.site = $%d`, f.Site)
	}
	add(`TRUE ORDER BY s.starts_at, s.id LIMIT $%d`, mostRead)
	candidates, err := db.All(ctx, q, scanSession, query, args...)
	if err != nil {
		return nil, err
	}
	var found []Found
	for _, session := range candidates {
		if session.Free() < f.Seats {
			continue
		}
		one := Found{Session: session}
		if f.Near != nil {
			if one.Metres = session.MetresFrom(*f.Near); one.Metres > f.Radius {
				continue
			}
		}
		found = append(found, one)
	}
	return found, nil
}

// withPlaces adds each session's place, and keeps labelled ones where asked. A
// place that leaves proposes nothing past its last day.
func withPlaces(ctx context.Context, q db.Q, filter Filter, found []Found) ([]Found, error) {
	var ids []db.ID
	for _, one := range found {
		if !slices.Contains(ids, one.Site) {
			ids = append(ids, one.Site)
		}
	}
	known := map[db.ID]place.Place{}
	const slice = 200 // arguments of one statement
	for some := range slices.Chunk(ids, slice) {
		places, err := place.ByIDs(ctx, q, some)
		if err != nil {
			return nil, err
		}
		for _, one := range places {
			known[one.ID] = one
		}
	}
	closings, err := place.Closings(ctx, q)
	if err != nil {
		return nil, err
	}
	kept := []Found{}
	for _, one := range found {
		one.Place = known[one.Site]
		if closings[one.Site].Receives(one.Day()) && (!filter.Labelled || one.Place.LabelledOn(one.Day())) {
			kept = append(kept, one)
		}
	}
	return kept, nil
}

// cursor is where a page ended.
type cursor struct {
	metres int
	start  time.Time
	id     db.ID
}

func (f Found) cursor() cursor { return cursor{f.Metres, f.StartsAt, f.ID} }

func (c cursor) compare(other cursor) int {
	return cmp.Or(cmp.Compare(c.metres, other.metres), c.start.Compare(other.start), cmp.Compare(string(c.id[:]), string(other.id[:])))
}

func (c cursor) String() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %d %s", c.metres, c.start.UnixMicro(), c.id))
}

func parseCursor(text string) (cursor, error) {
	if text == "" {
		return cursor{metres: -1}, nil
	}
	plain, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return cursor{}, fault.ErrMalformed
	}
	var read cursor
	var micro int64
	var id string
	if _, err := fmt.Sscanf(string(plain), "%d %d %s", &read.metres, &micro, &id); err != nil {
		return cursor{}, fault.ErrMalformed
	}
	if read.id, err = db.ParseID(id); err != nil {
		return cursor{}, fault.ErrMalformed
	}
	read.start = time.UnixMicro(micro).UTC()
	return read, nil
}
