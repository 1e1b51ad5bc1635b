package orientation

import (
	"context"
	"slices"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

// Seek keeps where, when and how the person can come. A filter that changes
// frees no chosen seat. Faults: unknown_visit, visit_over; by field:
// unknown_commune (commune), unknown_choice (travel, level, topic, days).
func Seek(ctx context.Context, tx *db.Tx, id db.ID, search Search) (Visit, error) {
	visit, err := open(ctx, tx, id)
	if err != nil {
		return Visit{}, err
	}
	var wrong fault.Collector
	if _, err := geography.CommuneByCode(search.Commune); err != nil {
		wrong.Add("commune", "unknown_commune", fault.Of(err).Message)
	}
	_, levelKnown := workshop.ParseLevel(search.Level)
	wrong.Check(search.Level == "" || levelKnown, "level", "unknown_choice", "Choisissez un niveau de la liste")
	_, topicKnown := workshop.ParseTopic(search.Topic)
	wrong.Check(search.Topic == "" || topicKnown, "topic", "unknown_choice", "Choisissez un sujet de la liste")
	wrong.Check(slices.Contains([]string{"", OnFoot, ByBicycle, ByCar}, search.Travel), "travel", "unknown_choice", "Choisissez un moyen de la liste")
	for _, day := range search.Days {
		wrong.Check(day >= time.Sunday && day <= time.Saturday, "days", "unknown_choice", "Choisissez des jours de la semaine")
	}
	if err := wrong.Err(); err != nil {
		return Visit{}, err
	}
	visit.Search = search
	return visit.store(ctx, tx)
}

// ChooseSession keeps a seat of a session for ten minutes, in place of the one
// kept before. Faults: unknown_visit, visit_over, and those of workshop.Keep.
func ChooseSession(ctx context.Context, tx *db.Tx, id, session db.ID) (Visit, error) {
	visit, err := open(ctx, tx, id)
	if err != nil {
		return Visit{}, err
	}
	until, err := workshop.Keep(ctx, tx, visit.ID, session)
	if err != nil {
		return Visit{}, err
	}
	visit.Session, visit.KeptUntil = session, until
	visit.Draft.Place, visit.Draft.Day, visit.Draft.At = db.ID{}, civil.Date{}, 0
	return visit.store(ctx, tx)
}

// ChoosePlace notes an appointment at a place of the directory, in place of a
// chosen seat. A zero day is to be agreed by telephone. Faults: unknown_visit,
// visit_over, unknown_place; by field: bad_date (day).
func ChoosePlace(ctx context.Context, tx *db.Tx, id, where db.ID, day civil.Date, at civil.TimeOfDay) (Visit, error) {
	visit, err := open(ctx, tx, id)
	if err != nil {
		return Visit{}, err
	}
	known, err := place.ByID(ctx, tx, where)
	if err != nil {
		return Visit{}, err
	}
	var wrong fault.Collector
	wrong.Check(day.IsZero() || !day.Before(civil.DateOf(tx.Now(), known.Zone())), "day", "bad_date", "Choisissez un jour à venir, ou laissez vide")
	if err := wrong.Err(); err != nil {
		return Visit{}, err
	}
	if err := workshop.LetGo(ctx, tx, visit.ID); err != nil {
		return Visit{}, err
	}
	visit.Session, visit.KeptUntil = db.ID{}, time.Time{}
	visit.Draft.Place, visit.Draft.Day, visit.Draft.At = where, day, at
	return visit.store(ctx, tx)
}
