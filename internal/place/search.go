package place

import (
	"context"
	"encoding/base64"
	"strconv"

	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
)

// How many places one page of a search holds.
const (
	DefaultFound = 20
	MostFound    = 100
)

// Found is a place that answers a search.
type Found struct {
	Place
	Metres int // straight line from Filter.Near; 0 without it
}

// staleFactor is how much farther than it is a stale place counts: a nearest
// list shows it where a place twice as far would stand. Chords are squares.
const staleFactor = 2 * 2

// Search lists a page of places, nearest first (then by ID) or by name, and
// answers the cursor of the next page, empty when there is none. A stale place
// sinks: near a point it counts as twice as far as it is. A place that another
// one stands for is never listed. Faults: malformed, for a cursor that no search
// answered.
func Search(ctx context.Context, q db.Q, filter Filter) (places []Found, next string, err error) {
	if filter.Limit <= 0 {
		filter.Limit = DefaultFound
	}
	filter.Limit = min(filter.Limit, MostFound)
	after, err := parseCursor(filter.After, filter.Near != nil)
	if err != nil {
		return nil, "", err
	}
	var page []candidate
	if filter.Near != nil {
		page, err = nearest(ctx, q, filter, after)
	} else {
		page, err = byName(ctx, q, filter, after)
	}
	if err != nil {
		return nil, "", err
	}
	if len(page) > filter.Limit {
		page = page[:filter.Limit]
		next = page[filter.Limit-1].cursor().text(filter.Near != nil)
	}
	places, err = load(ctx, q, page)
	return places, next, err
}

// candidate is what a search needs to choose and order.
type candidate struct {
	id             db.ID
	chord, farness int64 // from Filter.Near; see geography.Vector
	sortName       string
	offers         int64
}

func load(ctx context.Context, q db.Q, page []candidate) ([]Found, error) {
	ids := make([]db.ID, len(page))
	for i, c := range page {
		ids[i] = c.id
	}
	read, err := ByIDs(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	// The same snapshot: every id is there, in its order.
	places := make([]Found, len(read))
	for i, p := range read {
		places[i] = Found{Place: p, Metres: geography.MetresOver(page[i].chord)}
	}
	return places, nil
}

// How many candidates are read at a time when the filter looks inside them:
// few first, more each time, never so many that memory tells.
const (
	firstBatch = 2 // pages
	mostBatch  = 1600
)

// byName reads batches of candidates until one page suits the filter.
func byName(ctx context.Context, q db.Q, filter Filter, after cursor) ([]candidate, error) {
	kept := []candidate{}
	for batch := filter.batch(); ; batch = min(2*batch, mostBatch) {
		where := &conditions{}
		filter.where(where)
		if after.given {
			where.add("(sort_name, id) > (?, ?)", after.sortName, after.id)
		}
		read, err := db.All(ctx, q, func(row db.Scanner) (c candidate, err error) {
			err = row.Scan(&c.id, &c.sortName, &c.offers)
			return c, err
		}, `SELECT id, sort_name, offers FROM place`+where.text()+` ORDER BY sort_name, id LIMIT `+where.arg(batch), where.args...)
		if err != nil {
			return nil, err
		}
		suits, err := filter.sift(ctx, q, read)
		if err != nil {
			return nil, err
		}
		for i, c := range read {
			after = c.cursor()
			if suits[i] {
				kept = append(kept, c)
			}
			if len(kept) > filter.Limit {
				return kept, nil
			}
		}
		if len(read) < batch {
			return kept, nil
		}
	}
}

// batch is how many candidates to read first: a page, and one to know whether
// another follows.
func (f Filter) batch() int {
	if f.looksInside() {
		return firstBatch * (f.Limit + 1)
	}
	return f.Limit + 1
}

// cursor is where a page ended.
type cursor struct {
	given    bool
	farness  int64
	sortName string
	id       db.ID
}

func (c candidate) cursor() cursor {
	return cursor{given: true, farness: c.farness, sortName: c.sortName, id: c.id}
}

func (c cursor) text(near bool) string {
	key := c.sortName
	if near {
		key = strconv.FormatInt(c.farness, 10)
	}
	return c.id.String() + base64.RawURLEncoding.EncodeToString([]byte(key))
}

// idText is the length of an ID's text, which begins a cursor.
const idText = 36

func parseCursor(text string, near bool) (cursor, error) {
	if text == "" {
		return cursor{}, nil
	}
	refused := fault.ErrMalformed.Sayf("Cette suite de liste n’existe pas. Repartez du début de la liste.")
	if len(text) < idText {
		return cursor{}, refused
	}
	id, err := db.ParseID(text[:idText])
	if err != nil {
		return cursor{}, refused
	}
	key, err := base64.RawURLEncoding.DecodeString(text[idText:])
	if err != nil {
		return cursor{}, refused
	}
	if !near {
		return cursor{given: true, id: id, sortName: string(key)}, nil
	}
	farness, err := strconv.ParseInt(string(key), 10, 64)
	if err != nil || farness < 0 || farness > staleFactor*geography.ChordOver(wholeEarth) {
		return cursor{}, refused
	}
	return cursor{given: true, id: id, farness: farness}, nil
}
