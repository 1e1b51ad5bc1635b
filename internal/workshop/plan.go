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
	Title            string    // empty: the topic's label
	Topic            string    // code or label of Topics
	Level            string    // code or French word of Levels
	Service          string    // code or label of place.Services; empty: the topic's
	StartsAt, EndsAt time.Time // a zero end: as long as the last ones of this workshop
	Seats            int
	Room             string
	Mediator         string  // the name told to people; empty: those of Mediators
	Mediators        []db.ID // people of the organisation who give it
	Equipment        string  // what the room must have
	Minimum          int     // people under which the site is to look at it; 0: none
	MinimumDays      int     // how many days before
	Elsewhere        Elsewhere
}

// Elsewhere is a stop of an itinerant session; zero for one held at its site.
type Elsewhere struct {
	Stop
	Commune             string  // INSEE code
	Latitude, Longitude float64 // both zero: the commune's centre
}

const (
	mostSeats  = 500
	mostTitle  = 120
	mostText   = 200
	mostBefore = 30 // days
	mostGivers = 10
	longest    = 12 * time.Hour
	mostAhead  = 400 * 24 * time.Hour
)

// Plan opens a session at a site of the actor's organisation. Faults:
// unknown_place, site_leaves; by field: required, too_long (title, room,
// mediator, equipment, stop), unknown_choice (level, service, mediators),
// unknown_commune (commune), bad_number (seats, minimum, minimum_days), bad_time
// (starts_at, ends_at); those of account.Require for session.plan.
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
	return in.plan(ctx, tx, site, db.ID{})
}

// plan opens a session at a site where the actor may; series is zero for one
// planned alone.
func (n New) plan(ctx context.Context, tx *db.Tx, site place.Place, series db.ID) (Session, error) {
	names, err := givers(ctx, tx, site.Organisation, n.Mediators)
	if err != nil {
		return Session{}, err
	}
	if strings.TrimSpace(n.Mediator) == "" {
		n.Mediator = enumerate(names)
	}
	planned, err := n.settle(tx.Now())
	if err != nil {
		return Session{}, err
	}
	if planned.ID.IsZero() {
		planned.ID = tx.NewID()
	}
	planned.Organisation, planned.Series = site.Organisation, series
	if !planned.Itinerant() {
		planned.Commune, planned.Latitude, planned.Longitude = site.Commune, site.Latitude, site.Longitude
	}
	if err := planned.receives(ctx, tx); err != nil {
		return Session{}, err
	}
	if planned.Workshop, err = workshopFor(ctx, tx, planned); err != nil {
		return Session{}, err
	}
	if planned.EndsAt.IsZero() {
		length, err := usualLength(ctx, tx, planned.Workshop)
		if err != nil {
			return Session{}, err
		}
		planned.EndsAt = planned.StartsAt.Add(length)
	}
	if err := planned.insert(ctx, tx); err != nil {
		return Session{}, err
	}
	if err := setGivers(ctx, tx, planned.ID, n.Mediators); err != nil {
		return Session{}, err
	}
	_, err = audit.Record(ctx, tx, "session.plan", planned.ID, sessionRow(planned))
	return planned, err
}

func (s Session) insert(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `INSERT INTO workshop_session (id, workshop, site, organisation, commune, latitude, longitude,
			starts_at, ends_at, seats, room, mediator, planned_at, planned_by, series, minimum, minimum_days, equipment, stop_name, stop_address)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
		s.ID, s.Workshop, s.Site, s.Organisation, s.Commune, s.Latitude, s.Longitude,
		s.StartsAt, s.EndsAt, s.Seats, s.Room, s.Mediator, tx.Now(), tx.Actor().ID, s.Series, s.Minimum, s.MinimumDays, s.Equipment, s.Stop.Name, s.Stop.Address)
	return err
}

// subject settles what a session or a sheet is about.
func (n New) subject(wrong *fault.Collector) Session {
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
	return Session{Title: title, Topic: code, Level: level.Code, Service: service}
}

// settle reads the input into a session, or says everything that is wrong.
func (n New) settle(now time.Time) (Session, error) {
	var wrong fault.Collector
	made := n.subject(&wrong)
	made.ID, made.Site, made.State = n.ID, n.Site, Planned
	made.StartsAt = n.StartsAt.UTC().Truncate(time.Microsecond)
	if !n.EndsAt.IsZero() {
		made.EndsAt = n.EndsAt.UTC().Truncate(time.Microsecond)
	}
	made.Seats, made.Minimum, made.MinimumDays = n.Seats, n.Minimum, n.MinimumDays
	made.Room, made.Mediator, made.Equipment = strings.TrimSpace(n.Room), strings.TrimSpace(n.Mediator), strings.TrimSpace(n.Equipment)
	made.checkMeans(&wrong)
	wrong.Check(!n.StartsAt.IsZero() && n.StartsAt.Before(now.Add(mostAhead)), "starts_at", "bad_time", "Choisissez un jour dans l’année qui vient")
	wrong.Check(n.EndsAt.IsZero() || n.EndsAt.After(n.StartsAt) && n.EndsAt.Sub(n.StartsAt) <= longest, "ends_at", "bad_time", "La fin vient après le début, le même jour")
	n.Elsewhere.settle(&made, &wrong)
	return made, wrong.Err()
}

// checkMeans holds the seats, the room and what it must have to their bounds.
func (s Session) checkMeans(wrong *fault.Collector) {
	wrong.Check(s.Seats > 0 && s.Seats <= mostSeats, "seats", "bad_number", "Écrivez un nombre de places entre 1 et 500")
	wrong.Check(s.Minimum >= 0 && s.Minimum <= s.Seats, "minimum", "bad_number", "Écrivez un minimum entre 0 et le nombre de places")
	wrong.Check(s.MinimumDays >= 0 && s.MinimumDays <= mostBefore, "minimum_days", "bad_number", "Écrivez un nombre de jours entre 0 et 30")
	for field, text := range map[string]string{"room": s.Room, "mediator": s.Mediator, "equipment": s.Equipment} {
		wrong.Check(len([]rune(text)) <= mostText, field, "too_long", "Écrivez moins de 200 caractères")
	}
}

// settle gives a session its stop, when it is held elsewhere than at its site.
func (e Elsewhere) settle(s *Session, wrong *fault.Collector) {
	name, address := strings.TrimSpace(e.Name), strings.TrimSpace(e.Address)
	if name == "" && address == "" && e.Commune == "" {
		return
	}
	wrong.Check(name != "", "stop", "required", "Écrivez le nom du lieu de l’étape, par exemple salle des fêtes")
	wrong.Check(len([]rune(name)) <= mostTitle && len([]rune(address)) <= mostText, "stop", "too_long", "Écrivez un nom et une adresse plus courts")
	commune, err := geography.CommuneByCode(e.Commune)
	wrong.Check(err == nil, "commune", "unknown_commune", "Choisissez la commune où la séance a lieu")
	s.Stop, s.Commune = Stop{name, address}, commune.Code
	s.Latitude, s.Longitude = e.Latitude, e.Longitude
	if s.Latitude == 0 && s.Longitude == 0 {
		s.Latitude, s.Longitude = commune.Latitude, commune.Longitude
	}
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

func isErased(err error) bool { return errors.Is(err, db.ErrErased) }
