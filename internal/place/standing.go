package place

import (
	"context"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
)

// Standing is the little that an act at a place asks of it: who keeps it, where
// it is, when it held the label. It is read where a whole Place would be most of
// the act's cost.
type Standing struct {
	ID, Organisation            db.ID  // Organisation is zero when nobody claimed it
	Commune, CommuneName        string // INSEE code, name
	LabelledFrom, LabelledUntil civil.Date
}

// LabelledOn tells whether the place holds the label on a day.
func (s Standing) LabelledOn(day civil.Date) bool {
	return Place{LabelledFrom: s.LabelledFrom, LabelledUntil: s.LabelledUntil}.LabelledOn(day)
}

// Zone is the place's own time zone.
func (s Standing) Zone() *time.Location { return civil.ZoneOf(s.Commune) }

// StandingOf reads where a place stands. Fault: unknown_place.
func StandingOf(ctx context.Context, q db.Q, id db.ID) (Standing, error) {
	s := Standing{ID: id}
	err := q.QueryRow(ctx, `SELECT organisation, commune, commune_name, labelled_from, labelled_until FROM place WHERE id = $1`, id).
		Scan(&s.Organisation, &s.Commune, &s.CommuneName, &s.LabelledFrom, &s.LabelledUntil)
	if _, err := found(Place{}, err); err != nil {
		return Standing{}, err
	}
	return s, nil
}
