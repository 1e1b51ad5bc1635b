package workshop

import (
	"context"
	"errors"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/job"
	"passerelle/internal/place"
)

// New is a session to plan. Topic alone gives title and service where they are
// empty; an unknown topic is a subject of the site's own, with its title and
// service.
type New struct {
	ID               db.ID
	Site             db.ID
	Title            string // empty: the topic's label
	Topic            string // code or label of Topics
	Level            string // code or French word of Levels
	Service          string // code or label of place.Services; empty: the topic's
	StartsAt, EndsAt time.Time
	Seats            int
	Room, Mediator   string
}

const (
	mostSeats = 500
	mostTitle = 120
	longest   = 12 * time.Hour
	mostAhead = 400 * 24 * time.Hour
)

// Plan opens a session at a site of the actor's organisation. Faults:
// unknown_place, site_leaves; by field: required, too_long (title), unknown_choice (level,
// service), bad_number (seats), bad_time (starts_at, ends_at); those of
// account.Require for session.plan.
func Plan(ctx context.Context, tx *db.Tx, in New) (Session, error) {
	site, err := place.ByID(ctx, tx, in.Site)
	if err != nil {
		return Session{}, err
	}
	if err := account.RequireAt(tx.Actor(), account.ActSessionPlan, site.Organisation, site.ID); err != nil {
		return Session{}, err
	}
	if site.Organisation.IsZero() {
		return Session{}, place.ErrUnknownPlace
	}
	planned, err := in.settle(tx.Now())
	if err != nil {
		return Session{}, err
	}
	if planned.ID.IsZero() {
		planned.ID = tx.NewID()
	}
	planned.Organisation, planned.Commune = site.Organisation, site.Commune
	planned.Latitude, planned.Longitude = site.Latitude, site.Longitude
	if err := planned.receives(ctx, tx); err != nil {
		return Session{}, err
	}
	if planned.Workshop, err = workshopFor(ctx, tx, planned); err != nil {
		return Session{}, err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO workshop_session (id, workshop, site, organisation, commune, latitude, longitude,
			starts_at, ends_at, seats, room, mediator, planned_at, planned_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		planned.ID, planned.Workshop, planned.Site, planned.Organisation, planned.Commune, planned.Latitude, planned.Longitude,
		planned.StartsAt, planned.EndsAt, planned.Seats, planned.Room, planned.Mediator, tx.Now(), tx.Actor().ID); err != nil {
		return Session{}, err
	}
	_, err = audit.Record(ctx, tx, "session.plan", planned.ID, sessionRow(planned))
	return planned, err
}

// settle reads the input into a session, or says everything that is wrong.
func (n New) settle(now time.Time) (Session, error) {
	var wrong fault.Collector
	topic, known := ParseTopic(n.Topic)
	title := strings.TrimSpace(n.Title)
	if title == "" {
		title = topic.Label
	}
	wrong.Check(title != "", "title", "required", "Écrivez le titre de l’atelier")
	wrong.Check(len([]rune(title)) <= mostTitle, "title", "too_long", "Écrivez un titre plus court\u00a0: 120 caractères au plus")
	code := topic.Code
	if !known {
		code = geography.Fold(n.Topic)
	}
	level, levelKnown := ParseLevel(n.Level)
	wrong.Check(levelKnown, "level", "unknown_choice", "Choisissez un niveau\u00a0: découvrir, maîtriser ou augmenter")
	service := topic.Service
	if n.Service != "" {
		word, serviceKnown := place.Services.Find(n.Service)
		wrong.Check(serviceKnown, "service", "unknown_choice", "Choisissez un service de la liste nationale")
		service = word.Code
	}
	wrong.Check(service != "", "service", "required", "Choisissez un service de la liste nationale")
	wrong.Check(n.Seats > 0 && n.Seats <= mostSeats, "seats", "bad_number", "Écrivez un nombre de places entre 1 et 500")
	wrong.Check(!n.StartsAt.IsZero() && n.StartsAt.Before(now.Add(mostAhead)), "starts_at", "bad_time", "Choisissez un jour dans l’année qui vient")
	wrong.Check(n.EndsAt.After(n.StartsAt) && n.EndsAt.Sub(n.StartsAt) <= longest, "ends_at", "bad_time", "La fin vient après le début, le même jour")
	return Session{
		ID: n.ID, Site: n.Site, Title: title, Topic: code, Level: level.Code, Service: service,
		StartsAt: n.StartsAt.UTC().Truncate(time.Microsecond), EndsAt: n.EndsAt.UTC().Truncate(time.Microsecond),
		Seats: n.Seats, Room: strings.TrimSpace(n.Room), Mediator: strings.TrimSpace(n.Mediator), State: Planned,
	}, wrong.Err()
}

// workshopFor finds the organisation's workshop on this subject, or makes it.
func workshopFor(ctx context.Context, tx *db.Tx, s Session) (db.ID, error) {
	if _, err := tx.Exec(ctx, `INSERT INTO workshop (id, organisation, title, topic, level, service) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (organisation, title, topic, level, service) DO NOTHING`,
		tx.NewID(), s.Organisation, s.Title, s.Topic, s.Level, s.Service); err != nil {
		return db.ID{}, err
	}
	var id db.ID
	err := tx.QueryRow(ctx, `SELECT id FROM workshop WHERE organisation = $1 AND title = $2 AND topic = $3 AND level = $4 AND service = $5`,
		s.Organisation, s.Title, s.Topic, s.Level, s.Service).Scan(&id)
	return id, err
}

// CallOff cancels a session that has not been held, and every standing booking
// with it; it answers those bookings, whose people must be told. Faults:
// unknown_session, session_past (it was held), required (reason), and those of
// account.Require for session.cancel. A second time it answers the same.
func CallOff(ctx context.Context, tx *db.Tx, session db.ID, reason string) ([]Booking, error) {
	known, err := SessionByID(ctx, tx, session)
	if err != nil {
		return nil, err
	}
	if err := account.RequireAt(tx.Actor(), account.ActSessionCancel, known.Organisation, known.Site); err != nil {
		return nil, err
	}
	reason = strings.TrimSpace(reason)
	var wrong fault.Collector
	wrong.Check(reason != "", "reason", "required", "Écrivez pourquoi la séance est annulée\u00a0: une phrase, à dire aux personnes")
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	stopped, err := tx.Exec(ctx, `UPDATE workshop_session SET state = 'cancelled', reason = $2,
			taken = (SELECT COUNT(*) FROM booking WHERE session = $1 AND NOT door AND state IN ('came', 'absent'))
		WHERE id = $1 AND state = 'planned'`, session, reason)
	if err != nil {
		return nil, err
	}
	if stopped == 0 && known.State == Held {
		return nil, ErrSessionPast
	}
	if stopped == 1 {
		known.State, known.Reason = SessionCalledOff, reason
		if _, err := tx.Exec(ctx, `DELETE FROM kept_seat WHERE session = $1`, session); err != nil {
			return nil, err
		}
		expected, err := db.All(ctx, tx, db.Value[db.ID], `SELECT id FROM booking WHERE session = $1 AND state IN ('booked', 'waiting', 'to_fill') ORDER BY id`, session)
		if err != nil {
			return nil, err
		}
		if _, err := tx.Exec(ctx, `UPDATE booking SET state = 'cancelled', offered_until = NULL, changed_at = $2 WHERE session = $1 AND state IN ('booked', 'waiting', 'to_fill')`,
			session, tx.Now()); err != nil {
			return nil, err
		}
		if _, err := audit.Record(ctx, tx, "session.cancel", session, sessionRow(known)); err != nil {
			return nil, err
		}
		if len(expected) > 0 {
			if err := job.Enqueue(ctx, tx, JobCalledOff, CalledOff{Session: session, Bookings: expected}); err != nil {
				return nil, err
			}
		}
	}
	return db.All(ctx, tx, scanBooking, selectBooking+` WHERE session = $1 AND state = 'cancelled' ORDER BY id`, session)
}

// sessionRow is the canonical row of a session's leaves.
func sessionRow(s Session) audit.Row {
	return struct {
		ID, Workshop, Site, Organisation db.ID
		StartsAt, EndsAt                 time.Time
		Seats                            int
		State                            string
	}{s.ID, s.Workshop, s.Site, s.Organisation, s.StartsAt, s.EndsAt, s.Seats, s.State}
}

func isDuplicate(err error) bool { return errors.Is(err, db.ErrDuplicate) }
