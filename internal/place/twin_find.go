package place

import (
	"bytes"
	"context"
	"strings"

	"passerelle/internal/db"
	"passerelle/internal/geography"
	"passerelle/internal/job"
)

// JobTwins looks for pairs of places that may be one.
const JobTwins = "place.twins"

// LookForTwins asks for a look at the places that changed, once the transaction
// is done. One look takes all that waits, so asking twice costs nothing.
func LookForTwins(ctx context.Context, tx *db.Tx) error {
	return job.Enqueue(ctx, tx, JobTwins, nil)
}

// MostCompared is how many places one transaction compares with their neighbours.
const MostCompared = 300

// FindTwins compares places that changed since they last were with those of
// their commune, those within 300 metres and those of their SIRET; it writes the
// pairs that may be one, and forgets those that nobody decided on and that are
// no longer alike. It answers how many places it looked at: 0 when none waits.
func FindTwins(ctx context.Context, tx *db.Tx) (int, error) {
	waiting, err := db.All(ctx, tx, db.Value[db.ID], `SELECT DISTINCT place FROM place_record WHERE NOT compared ORDER BY place LIMIT $1`, MostCompared)
	if err != nil {
		return 0, err
	}
	seen := neighbours{communes: map[string]crowd{}}
	for _, id := range waiting {
		if err := seen.compare(ctx, tx, id); err != nil {
			return 0, err
		}
		if _, err := tx.Exec(ctx, `UPDATE place_record SET compared = TRUE WHERE place = $1 AND NOT compared`, id); err != nil {
			return 0, err
		}
	}
	return len(waiting), nil
}

// neighbours keeps the communes that one transaction has read.
type neighbours struct{ communes map[string]crowd }

const selectTraits = `SELECT id, name, commune, commune_name, address, latitude, longitude, approximate, pivot, telephone, emails, websites FROM place`

func scanTraits(row db.Scanner) (traits, error) {
	var p Place
	err := row.Scan(&p.ID, &p.Name, &p.Commune, &p.CommuneName, &p.Address, &p.Latitude, &p.Longitude, &p.Approximate, &p.Pivot, &p.Telephone, (*words)(&p.Emails), (*words)(&p.Websites))
	return traitsOf(p), err
}

func (n neighbours) compare(ctx context.Context, tx *db.Tx, id db.ID) error {
	found, err := db.All(ctx, tx, scanTraits, selectTraits+` WHERE id = $1 AND merged_into IS NULL`, id)
	if err != nil || len(found) == 0 {
		return err
	}
	mine := found[0]
	others, err := n.around(ctx, tx, mine)
	if err != nil {
		return err
	}
	alike := map[db.ID]bool{}
	for _, other := range others {
		if other.id == mine.id || alike[other.id] {
			continue
		}
		likeness := mine.compare(other)
		if likeness.Score < Alike {
			continue
		}
		if apart, err := keptApart(ctx, tx, mine, other); err != nil || apart {
			if err != nil {
				return err
			}
			continue
		}
		alike[other.id] = true
		if err := propose(ctx, tx, mine, other, likeness); err != nil {
			return err
		}
	}
	return withdraw(ctx, tx, mine, alike)
}

// around lists those that a place may be, some perhaps twice.
func (n neighbours) around(ctx context.Context, q db.Q, mine traits) ([]traits, error) {
	town, read := n.communes[mine.commune]
	if !read {
		all, err := db.All(ctx, q, scanTraits, selectTraits+` WHERE commune = $1 AND merged_into IS NULL`, mine.commune)
		if err != nil {
			return nil, err
		}
		town = gather(all)
		n.communes[mine.commune] = town
	}
	others := town.like(mine)
	if mine.located {
		where := &conditions{}
		var ranges []string
		cells, _ := geography.Covering(mine.at, metresNear)
		for _, cells := range cells {
			ranges = append(ranges, "cell BETWEEN "+where.arg(cells.First)+" AND "+where.arg(cells.Last))
		}
		where.add("(" + strings.Join(ranges, " OR ") + ")")
		where.add("commune <> ? AND merged_into IS NULL AND NOT approximate", mine.commune)
		near, err := db.All(ctx, q, scanTraits, selectTraits+where.text(), where.args...)
		if err != nil {
			return nil, err
		}
		others = append(others, near...)
	}
	if mine.pivot != "" {
		same, err := db.All(ctx, q, scanTraits, selectTraits+` WHERE pivot = $1 AND pivot <> '' AND commune <> $2 AND merged_into IS NULL LIMIT $3`,
			mine.pivot, mine.commune, mostOfSIRET+1)
		if err != nil {
			return nil, err
		}
		if len(same) <= mostOfSIRET {
			others = append(others, same...)
		}
	}
	return others, nil
}

// keptApart tells whether somebody kept apart two places for which these stand
// today, other than this very pair.
func keptApart(ctx context.Context, q db.Q, a, b traits) (bool, error) {
	pairs, err := db.Value[int](q.QueryRow(ctx, `SELECT COUNT(*) FROM place_twin t JOIN place p ON p.id = t.one JOIN place o ON o.id = t.other
		WHERE t.state = 'apart' AND (p.merged_into IS NOT NULL OR o.merged_into IS NOT NULL)
			AND (COALESCE(p.merged_into, p.id) = $1 AND COALESCE(o.merged_into, o.id) = $2
				OR COALESCE(p.merged_into, p.id) = $2 AND COALESCE(o.merged_into, o.id) = $1)`, db.ID(a.id), db.ID(b.id)))
	return pairs > 0, err
}

// propose writes a pair. What somebody decided stays, unless what was compared
// has changed since.
func propose(ctx context.Context, tx *db.Tx, a, b traits, likeness Likeness) error {
	if bytes.Compare(a.id[:], b.id[:]) > 0 {
		a, b = b, a
	}
	_, err := tx.Exec(ctx, `INSERT INTO place_twin (id, one, other, score, reasons, basis, state, proposed_at)
		VALUES ($1, $2, $3, $4, $5, $6, 'proposed', $7)
		ON CONFLICT (one, other) DO UPDATE SET score = excluded.score, reasons = excluded.reasons, basis = excluded.basis, state = 'proposed'
			WHERE place_twin.state = 'proposed' OR place_twin.state = 'apart' AND place_twin.basis <> excluded.basis`,
		tx.NewID(), db.ID(a.id), db.ID(b.id), likeness.Score, writeReasons(likeness.Reasons), a.basis(b), tx.Now())
	return err
}

// withdraw forgets the proposals of a place that it is no longer alike enough
// for. One that somebody once decided on stays, below the score of lists.
func withdraw(ctx context.Context, tx *db.Tx, mine traits, alike map[db.ID]bool) error {
	type pair struct{ id, other db.ID }
	proposed, err := db.All(ctx, tx, func(row db.Scanner) (pair, error) {
		var p pair
		err := row.Scan(&p.id, &p.other)
		return p, err
	}, `SELECT t.id, CASE WHEN t.one = $1 THEN t.other ELSE t.one END FROM place_twin t
		JOIN place a ON a.id = t.one JOIN place b ON b.id = t.other
		WHERE (t.one = $1 OR t.other = $1) AND t.state = 'proposed' AND a.merged_into IS NULL AND b.merged_into IS NULL`, db.ID(mine.id))
	if err != nil {
		return err
	}
	for _, one := range proposed {
		if alike[one.other] {
			continue
		}
		for _, forget := range []string{
			`DELETE FROM place_twin WHERE id = $1 AND state = 'proposed' AND decision IS NULL`,
			`UPDATE place_twin SET score = 0 WHERE id = $1 AND state = 'proposed' AND decision IS NOT NULL`,
		} {
			if _, err := tx.Exec(ctx, forget, one.id); err != nil {
				return err
			}
		}
	}
	return nil
}
