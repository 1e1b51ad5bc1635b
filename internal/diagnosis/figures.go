package diagnosis

import (
	"context"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
)

// Figures counts what one organisation asked and chose in a time.
type Figures struct {
	Diagnoses int
	Chosen    []Move // another route than the proposed one, the last choice of each
}

// FiguresOf counts by organisation the diagnoses recorded, and the routes chosen
// instead, between two instants; to is not in it. It names nobody: whose
// organisations may be read is its caller's to say.
func FiguresOf(ctx context.Context, q db.Q, from, to time.Time) (map[db.ID]Figures, error) {
	found := map[db.ID]Figures{}
	type counted struct {
		organisation db.ID
		move         Move
	}
	asked, err := db.All(ctx, q, func(s db.Scanner) (c counted, err error) {
		return c, s.Scan(&c.organisation, &c.move.Count)
	}, `SELECT organisation, COUNT(*) FROM diagnosis WHERE recorded_at >= $1 AND recorded_at < $2 GROUP BY organisation`, from, to)
	if err != nil {
		return nil, err
	}
	for _, one := range asked {
		found[one.organisation] = Figures{Diagnoses: one.move.Count}
	}
	chosen, err := db.All(ctx, q, func(s db.Scanner) (c counted, err error) {
		return c, s.Scan(&c.organisation, &c.move.From, &c.move.To, &c.move.Count)
	}, `SELECT d.organisation, d.route, c.route, COUNT(*) `+lastChoices+` GROUP BY d.organisation, d.route, c.route ORDER BY d.route, c.route`, from, to)
	if err != nil {
		return nil, err
	}
	for _, one := range chosen {
		figures := found[one.organisation]
		figures.Chosen = append(figures.Chosen, one.move)
		found[one.organisation] = figures
	}
	return found, nil
}

// lastChoices are the choices that stand, other than what was proposed, made
// between $1 and $2.
const lastChoices = `FROM route_choice c JOIN diagnosis d ON d.id = c.diagnosis
	WHERE c.at >= $1 AND c.at < $2 AND c.route <> d.route
	AND NOT EXISTS (SELECT 1 FROM route_choice l WHERE l.diagnosis = c.diagnosis AND (l.at, l.id) > (c.at, c.id))`

// mostOverridden is how many choices a list shows.
const mostOverridden = 200

// Overridden lists the diagnoses of the actor's organisation for which another
// route was chosen between two instants, the last first, each with its reason.
// Faults: those of account.Require for diagnosis.read.
func Overridden(ctx context.Context, q db.Q, from, to time.Time) ([]Diagnosis, error) {
	organisation := q.Actor().Organisation
	if err := account.Require(q.Actor(), account.ActDiagnosisRead, organisation); err != nil {
		return nil, err
	}
	ids, err := db.All(ctx, q, db.Value[db.ID], `SELECT d.id `+lastChoices+` AND d.organisation = $3 ORDER BY c.at DESC, c.id DESC LIMIT $4`, from, to, organisation, mostOverridden)
	if err != nil {
		return nil, err
	}
	found := make([]Diagnosis, len(ids))
	for i, id := range ids {
		if found[i], err = ByID(ctx, q, id); err != nil {
			return nil, err
		}
	}
	return found, nil
}
