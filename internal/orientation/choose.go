package orientation

import (
	"context"
	"slices"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

// Seek keeps where, when and how the person can come. A filter that changes
// frees no chosen seat. Faults: unknown_visit, visit_over; by field:
// unknown_commune (commune), unknown_choice (travel, level, topics, language),
// bad_time (to).
func Seek(ctx context.Context, tx *db.Tx, id db.ID, search Search) (Visit, error) {
	visit, err := open(ctx, tx, id)
	if err != nil {
		return Visit{}, err
	}
	var wrong fault.Collector
	search.check(&wrong)
	if err := wrong.Err(); err != nil {
		return Visit{}, err
	}
	visit.Search = search
	return visit.store(ctx, tx)
}

// check says by field all that cannot be looked for.
func (search Search) check(wrong *fault.Collector) {
	if _, err := geography.CommuneByCode(search.Commune); err != nil {
		wrong.Add("commune", "unknown_commune", fault.Of(err).Message)
	}
	_, levelKnown := workshop.ParseLevel(search.Level)
	wrong.Check(search.Level == "" || levelKnown, "level", "unknown_choice", "Choisissez un niveau de la liste")
	for _, topic := range search.Topics {
		_, known := workshop.ParseTopic(topic)
		wrong.Check(known, "topics", "unknown_choice", "Choisissez un sujet de la liste")
	}
	wrong.Check(search.To == 0 || search.From < search.To, "to", "bad_time", "Écrivez une heure de fin après l’heure de début")
	wrong.Check(search.Language == "" || slices.ContainsFunc(holder.Languages, func(l holder.Language) bool { return l.Code == search.Language }),
		"language", "unknown_choice", "Choisissez une langue de la liste")
	wrong.Check(slices.Contains([]string{"", OnFoot, ByBicycle, ByCar}, search.Travel), "travel", "unknown_choice", "Choisissez un moyen de la liste")
	for _, day := range search.Days {
		wrong.Check(day >= time.Sunday && day <= time.Saturday, "days", "unknown_choice", "Choisissez des jours de la semaine")
	}
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
	visit.Session, visit.KeptUntil, visit.Waits = session, until, false
	return visit.withoutMeeting().store(ctx, tx)
}

// ChooseWaiting notes that the person waits for a seat at a full session, in
// place of what was chosen before: they take their rank when the visit ends, or
// a seat if one is free by then. Faults: unknown_visit, visit_over,
// unknown_session, and those of workshop.Bookable.
func ChooseWaiting(ctx context.Context, tx *db.Tx, id, session db.ID) (Visit, error) {
	visit, err := open(ctx, tx, id)
	if err != nil {
		return Visit{}, err
	}
	if err := workshop.Bookable(ctx, tx, session); err != nil {
		return Visit{}, err
	}
	if err := workshop.LetGo(ctx, tx, visit.ID); err != nil {
		return Visit{}, err
	}
	visit.Session, visit.KeptUntil, visit.Waits = session, time.Time{}, true
	return visit.withoutMeeting().store(ctx, tx)
}

func (v Visit) withoutMeeting() Visit {
	v.Draft.Place, v.Draft.Day, v.Draft.At, v.Draft.Remote = db.ID{}, civil.Date{}, 0, false
	return v
}

// Meeting is an appointment to note: with somebody of a place, or from afar. A
// zero day is to be agreed by telephone.
type Meeting struct {
	Place  db.ID
	Day    civil.Date
	At     civil.TimeOfDay
	Remote bool
}

// ChoosePlace notes an appointment with a place of the directory, in place of a
// chosen seat. Faults: unknown_visit,
// visit_over, unknown_place; by field: bad_date (day).
func ChoosePlace(ctx context.Context, tx *db.Tx, id db.ID, in Meeting) (Visit, error) {
	visit, err := open(ctx, tx, id)
	if err != nil {
		return Visit{}, err
	}
	known, err := place.ByID(ctx, tx, in.Place)
	if err != nil {
		return Visit{}, err
	}
	var wrong fault.Collector
	wrong.Check(in.Day.IsZero() || !in.Day.Before(civil.DateOf(tx.Now(), known.Zone())), "day", "bad_date", "Choisissez un jour à venir, ou laissez vide")
	if err := wrong.Err(); err != nil {
		return Visit{}, err
	}
	if err := workshop.LetGo(ctx, tx, visit.ID); err != nil {
		return Visit{}, err
	}
	visit.Session, visit.KeptUntil, visit.Waits = db.ID{}, time.Time{}, false
	visit.Draft.Place, visit.Draft.Day, visit.Draft.At, visit.Draft.Remote = in.Place, in.Day, in.At, in.Remote
	return visit.store(ctx, tx)
}
