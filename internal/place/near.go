package place

import (
	"context"
	"fmt"
	"math"
	"strings"

	"passerelle/internal/db"
	"passerelle/internal/geography"
)

// A search near a point looks in a circle, and in wider ones until a page is
// full. How wide to begin is guessed from how many people live around, as if
// there were one place for so many of them: as dense as a directory gets.
const (
	inhabitantsPerPlace = 800
	widestCircle        = 500_000 // metres; beyond, the whole directory is looked at
	wholeEarth          = 25_000_000
)

// look is one circle around a point.
type look struct {
	ranges []geography.CellRange // none: everywhere
	reach  int64                 // the chord of its radius
	all    bool                  // nothing farther is wanted
}

func (f Filter) look(radius int) look {
	bound := wholeEarth
	if f.Radius > 0 {
		bound = f.Radius
	}
	if radius > widestCircle || f.narrow() {
		radius = bound
	}
	made := look{all: radius >= bound}
	radius = min(radius, bound)
	if radius <= widestCircle && !f.narrow() {
		var covered int
		made.ranges, covered = geography.Covering(*f.Near, radius)
		if !made.all {
			radius = min(covered, bound)
		}
	}
	// Half a metre more, as distances are told rounded.
	made.reach = geography.ChordOver(float64(radius) + 0.5)
	return made
}

func nearest(ctx context.Context, q db.Q, filter Filter, after cursor) ([]candidate, error) {
	kept := []candidate{}
	radius := filter.firstRadius(after)
	batch := filter.batch()
	for {
		look := filter.look(radius)
		read, err := filter.around(ctx, q, look, after, batch)
		if err != nil {
			return nil, err
		}
		suits, err := filter.sift(ctx, q, read)
		if err != nil {
			return nil, err
		}
		for i, c := range read {
			if c.farness > look.reach && !look.all {
				break // something beyond the circle may stand before it
			}
			after = c.cursor()
			if suits[i] {
				kept = append(kept, c)
			}
			if len(kept) > filter.Limit {
				return kept, nil
			}
		}
		switch {
		case len(read) == batch && after.id == read[batch-1].id:
			batch = min(2*batch, mostBatch) // more in the same circle
		case look.all:
			return kept, nil
		default:
			radius = wider(geography.MetresOver(look.reach), len(kept), filter.Limit+1)
		}
	}
}

// firstRadius is a guess in metres.
func (f Filter) firstRadius(after cursor) int {
	wanted := f.Limit + 1
	guess := geography.RadiusOf(wanted*inhabitantsPerPlace*f.severity(), *f.Near)
	if !after.given {
		return guess
	}
	// The next page is a ring around the last one.
	return max(guess, geography.MetresOver(after.farness)*5/4)
}

// wider is the next radius, from how many of the wanted places the last one held.
func wider(radius, found, wanted int) int {
	factor := 4.0
	if found > 0 {
		factor = min(4, max(1.5, 1.2*math.Sqrt(float64(wanted)/float64(found))))
	}
	return int(float64(radius) * factor)
}

// around lists in order, at most so many, the candidates of a look that come
// after the cursor.
func (f Filter) around(ctx context.Context, q db.Q, look look, after cursor, most int) ([]candidate, error) {
	where := &conditions{}
	at := f.Near.Vector()
	x, y, z := where.arg(at.X), where.arg(at.Y), where.arg(at.Z)
	bands, from := "", "place"
	if look.ranges != nil {
		bands, from = look.bands(where), "band CROSS JOIN place"
		where.add("cell BETWEEN low AND high")
	}
	f.where(where)
	outer := &conditions{args: where.args}
	if after.given {
		outer.add("(farness, id) > (?, ?)", after.farness, after.id)
	}
	return db.All(ctx, q, func(row db.Scanner) (c candidate, err error) {
		err = row.Scan(&c.id, &c.chord, &c.farness, &c.offers)
		return c, err
	}, fmt.Sprintf(`%sSELECT id, chord, farness, offers FROM (
		SELECT id, chord, CASE WHEN stale THEN %d * chord ELSE chord END AS farness, offers FROM (
			SELECT id, stale, offers, (x - %s) * (x - %s) + (y - %s) * (y - %s) + (z - %s) * (z - %s) AS chord FROM %s%s) AS measured
		WHERE chord <= %s) AS counted%s
		ORDER BY farness, id LIMIT %s`,
		bands, staleFactor, x, x, y, y, z, z, from, where.text(), outer.arg(look.reach), outer.text(), outer.arg(most)), outer.args...)
}

// bands writes the look's ranges as a table of a fixed size, so that every
// search is the same statement.
func (l look) bands(where *conditions) string {
	rows := make([]string, geography.MostRanges)
	for i := range rows {
		run := geography.CellRange{First: 0, Last: -1} // holds nothing
		if i < len(l.ranges) {
			run = l.ranges[i]
		}
		rows[i] = "(CAST(" + where.arg(run.First) + " AS BIGINT), CAST(" + where.arg(run.Last) + " AS BIGINT))"
	}
	return "WITH band(low, high) AS (VALUES " + strings.Join(rows, ", ") + ") "
}
