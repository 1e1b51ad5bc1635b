package label

import (
	"context"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// Stop is a label that was suspended, withdrawn or given back: coupons are not
// taken past LastOn.
type Stop struct {
	Place  db.ID
	State  State      // Suspended or Withdrawn
	LastOn civil.Date // the last day with the label
	Until  civil.Date // the last day of a suspension; zero when it is for good
	Reason string     // of the decision
}

const selectStop = `SELECT label.place, label.state, label.valid_until,
		CASE WHEN label.state = 'suspended' THEN (SELECT held.suspended_until FROM label_outcome AS mine JOIN label_application AS held ON held.id = mine.application
			WHERE mine.place = label.place AND mine.outcome = 'granted' ORDER BY mine.at DESC, mine.id DESC LIMIT 1) END,
		decision.reason
	FROM label JOIN label_decision AS decision ON decision.id = label.decision`

func scanStop(row db.Scanner) (Stop, error) {
	var s Stop
	err := row.Scan(&s.Place, (*string)(&s.State), &s.LastOn, &s.Until, &s.Reason)
	return s, err
}

// StopOf is the stop of a place's label; zero when it holds, has run its time,
// or never was. It asks for no right of its own.
func StopOf(ctx context.Context, q db.Q, placeID db.ID) (Stop, error) {
	stop, err := scanStop(q.QueryRow(ctx, selectStop+` WHERE label.place = $1 AND label.state IN ('suspended', 'withdrawn')`, placeID))
	if fault.KindOf(err) == fault.NotFound {
		return Stop{}, nil
	}
	return stop, err
}

// Stops lists every label that is stopped, by place. It asks for no right of its
// own.
func Stops(ctx context.Context, q db.Q) ([]Stop, error) {
	return db.All(ctx, q, scanStop, selectStop+` WHERE label.state IN ('suspended', 'withdrawn') ORDER BY label.place`)
}
