package orientation

import (
	"context"
	"slices"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
)

// Figures is what one desk did in a time, besides sending people to sessions.
type Figures struct {
	Desk account.Organisation
	diagnosis.Figures
	OnPaper, Together int // what could not wait, done on the day
}

// Overrides is how many proposals the desk did not follow.
func (f Figures) Overrides() (sum int) {
	for _, one := range f.Chosen {
		sum += one.Count
	}
	return sum
}

// FiguresBetween counts, from an instant to another (not in it), the urgent acts
// and the routes chosen: of the actor's own desk, of the desks of its territory,
// or of all desks. Faults: no_territory; those of account.Require for
// route.figures.
func FiguresBetween(ctx context.Context, q db.Q, from, to time.Time) ([]Figures, error) {
	desks, err := countedDesks(ctx, q)
	if err != nil {
		return nil, err
	}
	routes, err := diagnosis.FiguresOf(ctx, q, from, to)
	if err != nil {
		return nil, err
	}
	type done struct {
		desk  db.ID
		way   string
		count int
	}
	urgent, err := db.All(ctx, q, func(s db.Scanner) (d done, err error) { return d, s.Scan(&d.desk, &d.way, &d.count) },
		`SELECT organisation, way, COUNT(*) FROM urgent_act WHERE at >= $1 AND at < $2 GROUP BY organisation, way`, from, to)
	if err != nil {
		return nil, err
	}
	all := []Figures{}
	for _, desk := range desks {
		one := Figures{Desk: desk, Figures: routes[desk.ID]}
		for _, act := range urgent {
			switch {
			case act.desk != desk.ID:
			case act.way == UrgentOnPaper:
				one.OnPaper = act.count
			default:
				one.Together = act.count
			}
		}
		all = append(all, one)
	}
	return all, nil
}

// countedDesks are those whose figures the actor may read, by name.
func countedDesks(ctx context.Context, q db.Q) ([]account.Organisation, error) {
	actor := q.Actor()
	if err := account.Require(actor, account.ActRouteFigures, actor.Organisation); err != nil {
		return nil, err
	}
	if actor.Role == account.RoleDesk {
		own, err := account.OrganisationByID(ctx, q, actor.Organisation)
		return []account.Organisation{own}, err
	}
	desks, err := account.OrganisationsWith(ctx, q, account.RoleDesk)
	if err == nil && actor.Role == account.RoleTerritory {
		territory, lacking := account.TerritoryOf(ctx, q)
		desks = slices.DeleteFunc(desks, func(o account.Organisation) bool { return !territory.Contains(o.Commune) })
		err = lacking
	}
	slices.SortFunc(desks, func(a, b account.Organisation) int { return strings.Compare(a.Name, b.Name) })
	return desks, err
}

// Urgent is something that could not wait, done on the day.
type Urgent struct {
	At     time.Time
	Way    string
	Holder db.ID // zero while the visit is open, or given up
}

const mostUrgent = 200

// UrgentActs lists those of the actor's desk between two instants, the last
// first. Faults: those of account.Require for diagnosis.read.
func UrgentActs(ctx context.Context, q db.Q, from, to time.Time) ([]Urgent, error) {
	organisation := q.Actor().Organisation
	if err := account.Require(q.Actor(), account.ActDiagnosisRead, organisation); err != nil {
		return nil, err
	}
	return db.All(ctx, q, func(s db.Scanner) (u Urgent, err error) { return u, s.Scan(&u.At, &u.Way, &u.Holder) },
		`SELECT u.at, u.way, v.holder FROM urgent_act u JOIN visit v ON v.id = u.visit
		WHERE u.organisation = $1 AND u.at >= $2 AND u.at < $3 ORDER BY u.at DESC, u.visit LIMIT $4`, organisation, from, to, mostUrgent)
}
