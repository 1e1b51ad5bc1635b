package cli

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/geography"
	"passerelle/internal/place"
)

type benchSearchCommand struct {
	measuring
	Places int `default:"100000" help:"Lieux inventés, répartis comme la population."`
}

// rateSearch is how many searches a second a measure may ask for.
const rateSearch = 12000

// Run measures on a database of its own, which it throws away.
func (c *benchSearchCommand) Run(env *environment) error {
	if c.Places < 1 {
		return fmt.Errorf("%w : donnez au moins un lieu", errUsage)
	}
	if err := c.ready(); err != nil {
		return err
	}
	return onThrowaway(env, func(d *db.DB) error {
		fmt.Fprintf(env.stdout, "moteur %s, %d lieux, %d clients puis un seul, %g s au plus par mesure\n", d.Engine(), c.Places, c.Clients, c.Seconds)
		if err := inventDirectory(env, d, c.Places); err != nil {
			return err
		}
		tuesday := civil.On(2026, time.November, 24)
		for _, asked := range []struct {
			name   string
			filter place.Filter
		}{
			{"près d’une commune", place.Filter{}},
			{"avec une aide et un matériel", place.Filter{Service: place.ServiceSafety, Equipment: "printer"}},
			{"ouverts un mardi après-midi", place.Filter{OpenOn: tuesday, OpenHalf: place.Afternoon}},
		} {
			if err := c.near(env, d, asked.name, asked.filter); err != nil {
				return err
			}
		}
		return c.byName(env, d)
	})
}

// near measures searches near communes drawn one as well as another, beside the
// bare statement that reads the same rows.
func (c *benchSearchCommand) near(env *environment, d *db.DB, name string, filter place.Filter) error {
	questions, err := askNear(env, d, filter)
	if err != nil {
		return err
	}
	for _, clients := range []int{c.Clients, 1} {
		m := c.measuring
		m.Clients = clients
		drawn := drawn(questions, int(rateSearch*c.Seconds))
		suffix := fmt.Sprintf(", %d à la fois", clients)
		if clients == 1 {
			suffix = ", un seul"
		}
		floor, err := measure(env, m, "plancher : "+name+suffix, 0, drawn, func(ctx context.Context, asked question) error { return asked.bare(ctx, d) })
		if err != nil {
			return err
		}
		if _, err := measure(env, m, name+suffix, floor.rate(), drawn, func(ctx context.Context, asked question) error { return asked.search(ctx, d) }); err != nil {
			return err
		}
	}
	return nil
}

// byName measures lists without a point: they have no floor of their own.
func (c *benchSearchCommand) byName(env *environment, d *db.DB) error {
	territory, err := geography.ParseTerritory("23")
	if err != nil {
		return err
	}
	for _, asked := range []struct {
		name   string
		filter place.Filter
	}{
		{"par nom, tout l’annuaire", place.Filter{}},
		{"par nom, un département", place.Filter{Territory: territory}},
		{"par nom, un mot courant", place.Filter{Text: "mediatheque"}},
		{"par nom, un mot qui n’y est pas", place.Filter{Text: "introuvable"}},
	} {
		questions := []question{{filter: asked.filter}}
		if _, err := measure(env, c.measuring, asked.name, 0, drawn(questions, int(rateSearch*c.Seconds)), func(ctx context.Context, asked question) error { return asked.search(ctx, d) }); err != nil {
			return err
		}
	}
	return nil
}

// question is one search, and what the bare statement needs to answer it.
type question struct {
	filter place.Filter
	ids    []db.ID // of the page
	chord  int64   // of the circle that holds it
	ranges []geography.CellRange
}

// askedCommunes is how many different questions a measure asks.
const askedCommunes = 2000

func askNear(env *environment, d *db.DB, filter place.Filter) ([]question, error) {
	draw := rand.New(rand.NewPCG(2, 0))
	communes := geography.Territory{Kind: geography.Country}.Communes()
	questions := make([]question, 0, askedCommunes)
	for len(questions) < askedCommunes {
		commune := communes[draw.IntN(len(communes))]
		if !commune.HasCentre() {
			continue
		}
		asked := question{filter: filter}
		asked.filter.Near = &geography.Point{Latitude: commune.Latitude, Longitude: commune.Longitude}
		if err := d.View(env, console, func(q db.Q) error {
			found, _, err := place.Search(env, q, asked.filter)
			farthest := 0
			for _, one := range found {
				asked.ids = append(asked.ids, one.ID)
				farthest = max(farthest, one.Metres)
			}
			asked.chord = geography.ChordOver(float64(farthest) + 1)
			asked.ranges, _ = geography.Covering(*asked.filter.Near, farthest+1)
			return err
		}); err != nil {
			return nil, err
		}
		questions = append(questions, asked)
	}
	return questions, nil
}

func drawn(questions []question, count int) []question {
	draw := rand.New(rand.NewPCG(3, 0))
	all := make([]question, count)
	for i := range all {
		all[i] = questions[draw.IntN(len(questions))]
	}
	return all
}

func (a question) search(ctx context.Context, d *db.DB) error {
	return d.View(ctx, db.Actor{}, func(q db.Q) error {
		_, _, err := place.Search(ctx, q, a.filter)
		return err
	})
}

// bareColumns are those of a whole place.
const bareColumns = `p.id, organisation, source, source_id, pivot, name, commune, commune_name, postal_code, departement,
	address, address_complement, latitude, longitude, approximate, typology, telephone, emails, websites, hours,
	summary, description, collector, parent, itinerance, services, publics, special_needs, fees, programmes,
	trainings, other_trainings, access_ways, support, languages, accessibility_url, booking_url, wheelchair, pass_accepted, invented,
	updated_on, labelled_from, labelled_until, equipment, prices, confirmed_on, merged_into, fresh_on, fresh_sign, stale`

// bare is the least that a search can be: one statement, by the same index,
// told beforehand the circle that holds exactly the page, its columns scanned
// into nothing of ours. What only Go can filter it does not filter.
func (a question) bare(ctx context.Context, d *db.DB) error {
	at := a.filter.Near.Vector()
	args := []any{at.X, at.Y, at.Z}
	var bands []string
	for i := range geography.MostRanges {
		run := geography.CellRange{First: 0, Last: -1}
		if i < len(a.ranges) {
			run = a.ranges[i]
		}
		bands = append(bands, fmt.Sprintf("(CAST($%d AS BIGINT), CAST($%d AS BIGINT))", len(args)+1, len(args)+2))
		args = append(args, run.First, run.Last)
	}
	where := ""
	for _, asked := range []struct{ column, word string }{{"services", a.filter.Service}, {"equipment", a.filter.Equipment}} {
		if asked.word != "" {
			args = append(args, "%|"+asked.word+"|%")
			where += fmt.Sprintf(" AND %s LIKE $%d", asked.column, len(args))
		}
	}
	args = append(args, a.chord, place.DefaultFound)
	statement := fmt.Sprintf(`WITH band(low, high) AS (VALUES %s)
		SELECT %s FROM (SELECT id AS near, chord FROM (
			SELECT id, (x - $1) * (x - $1) + (y - $2) * (y - $2) + (z - $3) * (z - $3) AS chord
			FROM band CROSS JOIN place WHERE cell BETWEEN low AND high AND merged_into IS NULL%s) AS measured
		WHERE chord <= $%d ORDER BY chord, id LIMIT $%d) AS page JOIN place AS p ON p.id = near ORDER BY chord, near`,
		strings.Join(bands, ", "), bareColumns, where, len(args)-1, len(args))
	return d.Glance(ctx, db.Actor{}, func(q db.Q) error {
		rows, err := q.Query(ctx, statement, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		columns := make([]any, strings.Count(bareColumns, ",")+1)
		into := make([]any, len(columns))
		for i := range columns {
			into[i] = &columns[i]
		}
		for rows.Next() {
			if err := rows.Rows.Scan(into...); err != nil {
				return err
			}
		}
		return rows.Err()
	})
}
