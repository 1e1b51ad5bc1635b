package place

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
)

// Filter says which places are wanted; its zero value wants them all. Every
// field that is set narrows the answer.
type Filter struct {
	Near           *geography.Point // nearest first; else by name
	Radius         int              // metres in a straight line from Near; 0: no bound
	Commune        string           // code INSEE
	Territory      geography.Territory
	Organisation   db.ID  // that keeps it
	Service        string // codes of the vocabularies
	Public         string
	SpecialNeed    string
	AccessWay      string
	Accessible     bool       // a person who moves with difficulty is expected
	AidantsConnect bool       // someone acts there under a mandate
	Pass           civil.Date // the pass can be used on that day
	Labelled       civil.Date // holds the label on that day
	Unlabelled     civil.Date // does not hold it on that day
	EndingBy       civil.Date // held the label at some time, until that day or before
	Kept           bool       // an organisation keeps it
	OpenOn         civil.Date // opens at some time of that day, by its hours
	OpenAt         time.Time  // is open at that instant, by its hours
	Text           string     // every word of it, in the name, the address or the summary
	After          string     // the cursor that the page before answered
	Limit          int        // 1 to MostFound; 0: DefaultFound
}

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

// Search lists a page of places, nearest first (then by ID) or by name, and
// answers the cursor of the next page, empty when there is none. Faults:
// malformed, for a cursor that no search answered.
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
		next = page[filter.Limit-1].cursor(filter.Near != nil)
	}
	places, err = load(ctx, q, page)
	return places, next, err
}

// candidate is what a search needs to choose and order.
type candidate struct {
	id                  db.ID
	latitude, longitude float64
	commune, hours      string
	search              string
	metres              int
}

func scanCandidate(row db.Scanner) (candidate, error) {
	var c candidate
	err := row.Scan(&c.id, &c.latitude, &c.longitude, &c.commune, &c.hours, &c.search)
	return c, err
}

const selectCandidate = `SELECT id, latitude, longitude, commune, hours, search FROM place`

// firstCircle is the radius in metres of the first look around a point; each
// next look is four times as wide, until a page is full.
const (
	firstCircle = 20_000
	wholeEarth  = 25_000_000
)

func nearest(ctx context.Context, q db.Q, filter Filter, after cursor) ([]candidate, error) {
	bound := filter.Radius
	if bound <= 0 {
		bound = wholeEarth
	}
	for radius := max(firstCircle, 2*after.metres); ; radius *= 4 {
		radius = min(radius, bound)
		around, err := circle(ctx, q, filter, after, radius)
		if err != nil {
			return nil, err
		}
		if len(around) > filter.Limit || radius == bound {
			return around, nil
		}
	}
}

// circle lists the candidates within a radius, after the cursor, in order.
func circle(ctx context.Context, q db.Q, filter Filter, after cursor, radius int) ([]candidate, error) {
	where := filter.where()
	box := geography.BoundingBox(filter.Near.Latitude, filter.Near.Longitude, radius)
	where.add("latitude BETWEEN ? AND ?", box.South, box.North)
	where.add("longitude BETWEEN ? AND ?", box.West, box.East)
	all, err := db.All(ctx, q, scanCandidate, selectCandidate+where.text(), where.args...)
	if err != nil {
		return nil, err
	}
	kept := all[:0]
	for _, c := range all {
		c.metres = geography.Distance(filter.Near.Latitude, filter.Near.Longitude, c.latitude, c.longitude)
		if c.metres <= radius && after.before(c) && filter.opens(c) {
			kept = append(kept, c)
		}
	}
	slices.SortFunc(kept, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.metres, b.metres), slices.Compare(a.id[:], b.id[:]))
	})
	return kept, nil
}

// byName reads pages of candidates until one page passes the filters that the
// database cannot apply.
func byName(ctx context.Context, q db.Q, filter Filter, after cursor) ([]candidate, error) {
	kept := []candidate{}
	for {
		where := filter.where()
		if after.given {
			where.add("(search, id) > (?, ?)", after.search, after.id)
		}
		where.args = append(where.args, filter.Limit+1)
		page, err := db.All(ctx, q, scanCandidate,
			fmt.Sprintf("%s%s ORDER BY search, id LIMIT $%d", selectCandidate, where.text(), len(where.args)), where.args...)
		if err != nil {
			return nil, err
		}
		for _, c := range page {
			if filter.opens(c) {
				kept = append(kept, c)
			}
		}
		if len(page) <= filter.Limit || len(kept) > filter.Limit {
			return kept, nil
		}
		last := page[len(page)-1]
		after = cursor{given: true, search: last.search, id: last.id}
	}
}

func load(ctx context.Context, q db.Q, page []candidate) ([]Found, error) {
	ids := make([]db.ID, len(page))
	metres := make(map[db.ID]int, len(page))
	for i, c := range page {
		ids[i] = c.id
		metres[c.id] = c.metres
	}
	read, err := ByIDs(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	places := make([]Found, len(read))
	for i, p := range read {
		places[i] = Found{Place: p, Metres: metres[p.ID]}
	}
	return places, nil
}

// opens applies the filters on opening hours, which no SQL can.
func (f Filter) opens(c candidate) bool {
	if f.OpenOn.IsZero() && f.OpenAt.IsZero() {
		return true
	}
	hours, err := civil.ParseHours(c.hours)
	if err != nil {
		return false
	}
	return (f.OpenOn.IsZero() || len(hours.OnDate(f.OpenOn, c.commune)) > 0) &&
		(f.OpenAt.IsZero() || hours.OpenAt(f.OpenAt.In(civil.ZoneOf(c.commune)), c.commune))
}

// conditions are the parts of a WHERE, with "?" for each argument in its order.
type conditions struct {
	parts []string
	args  []any
}

func (c *conditions) add(part string, args ...any) {
	for _, arg := range args {
		c.args = append(c.args, arg)
		part = strings.Replace(part, "?", "$"+strconv.Itoa(len(c.args)), 1)
	}
	c.parts = append(c.parts, part)
}

// contains adds that a list column holds a word.
func (c *conditions) contains(column, word string) {
	if word != "" {
		c.add(column+" LIKE ?", "%|"+word+"|%")
	}
}

func (c *conditions) text() string {
	if len(c.parts) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.parts, " AND ")
}

func (f Filter) where() *conditions {
	where := &conditions{}
	if f.Commune != "" {
		where.add("commune = ?", f.Commune)
	}
	f.inTerritory(where)
	if !f.Organisation.IsZero() {
		where.add("organisation = ?", f.Organisation)
	}
	where.contains("services", f.Service)
	where.contains("publics", f.Public)
	where.contains("special_needs", f.SpecialNeed)
	where.contains("access_ways", f.AccessWay)
	if f.Accessible {
		where.add("(wheelchair OR special_needs LIKE ?)", "%|"+SpecialNeedMotor+"|%")
	}
	if f.AidantsConnect {
		where.contains("programmes", ProgrammeAidantsConnect)
	}
	if !f.Pass.IsZero() {
		where.add("(pass_accepted OR labelled_from <= ? AND labelled_until >= ?)", f.Pass, f.Pass)
	}
	if !f.Labelled.IsZero() {
		where.add("labelled_from <= ? AND labelled_until >= ?", f.Labelled, f.Labelled)
	}
	if !f.Unlabelled.IsZero() {
		where.add("(labelled_until IS NULL OR labelled_from > ? OR labelled_until < ?)", f.Unlabelled, f.Unlabelled)
	}
	if !f.EndingBy.IsZero() {
		where.add("labelled_until <= ?", f.EndingBy)
	}
	if f.Kept {
		where.add("organisation IS NOT NULL")
	}
	for word := range strings.FieldsSeq(geography.Fold(f.Text)) {
		where.add("search LIKE ?", "%"+word+"%")
	}
	return where
}

func (f Filter) inTerritory(where *conditions) {
	switch f.Territory.Kind {
	case geography.DepartementTerritory:
		where.add("departement = ?", f.Territory.Code)
	case geography.CommuneTerritory:
		where.add("commune = ?", f.Territory.Code)
	case geography.RegionTerritory:
		var codes []any
		for _, departement := range geography.Departements() {
			if "R"+departement.Region == f.Territory.Code {
				codes = append(codes, departement.Code)
			}
		}
		where.among("departement", codes)
	case geography.EPCITerritory:
		var codes []any
		for _, commune := range f.Territory.Communes() {
			codes = append(codes, commune.Code)
		}
		where.among("commune", codes)
	}
}

func (c *conditions) among(column string, values []any) {
	if len(values) == 0 {
		c.add("1 = 0")
		return
	}
	c.add(column+" IN ("+strings.TrimSuffix(strings.Repeat("?, ", len(values)), ", ")+")", values...)
}

// cursor is where a page ended.
type cursor struct {
	given  bool
	metres int
	search string
	id     db.ID
}

// before tells whether a candidate comes after the cursor.
func (c cursor) before(next candidate) bool {
	return !c.given || cmp.Or(cmp.Compare(c.metres, next.metres), slices.Compare(c.id[:], next.id[:])) < 0
}

func (c candidate) cursor(near bool) string {
	key := c.search
	if near {
		key = strconv.Itoa(c.metres)
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
		return cursor{given: true, id: id, search: string(key)}, nil
	}
	metres, err := strconv.Atoi(string(key))
	if err != nil || metres < 0 || metres > wholeEarth {
		return cursor{}, refused
	}
	return cursor{given: true, id: id, metres: metres}, nil
}
