package orientation

import (
	"context"
	"slices"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
	"passerelle/internal/job"
	"passerelle/internal/place"
)

// The states of an appointment.
const (
	Noted     = "noted"
	Cancelled = "cancelled"
)

// Appointment is a meeting with someone who does it with or for the person: a
// place and a day, without a session.
type Appointment struct {
	ID           db.ID
	Organisation db.ID // the desk that made it
	Holder       db.ID
	Place        db.ID
	Day          civil.Date      // zero: to be agreed by telephone
	At           civil.TimeOfDay // minutes since midnight, at the place
	Remote       bool            // by telephone or by video
	State        string
}

// When is the day, with the hour where it is known; what to do when no day is
// agreed yet.
func (a Appointment) When() string {
	switch {
	case a.Day.IsZero():
		return "jour à choisir par téléphone"
	case a.At == 0:
		return a.Day.French()
	}
	return a.Day.French() + ", " + a.At.French()
}

// JobAppointment tells the person of their appointment; payload
// AppointmentNotice. It is left only for people who agreed to messages.
const JobAppointment = "orientation.appointment"

// What happened to an appointment.
const (
	WasNoted     = "noted"
	WasMoved     = "moved"
	WasCancelled = "cancelled"
)

// AppointmentNotice says what happened to an appointment.
type AppointmentNotice struct {
	Appointment db.ID  `json:"appointment"`
	What        string `json:"what"`
}

// ErrAppointmentOver refuses to change an appointment that was called off.
var ErrAppointmentOver = fault.Define(fault.Conflict, "appointment_over", "Ce rendez-vous est annulé. Accueillez la personne de nouveau pour en noter un autre.")

// note keeps a new appointment, and leaves the job that tells of it.
func (a Appointment) note(ctx context.Context, tx *db.Tx) error {
	if _, err := tx.Exec(ctx, `INSERT INTO appointment (id, organisation, holder, place, on_day, at_minute, made_at, made_by, remote) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		a.ID, a.Organisation, a.Holder, a.Place, a.Day, int(a.At), tx.Now(), tx.Actor().ID, a.Remote); err != nil {
		return err
	}
	return a.tell(ctx, tx, "appointment.make", WasNoted)
}

// tell records an act, and leaves the job that tells the person, where a day is
// known and they agreed to messages.
func (a Appointment) tell(ctx context.Context, tx *db.Tx, act, what string) error {
	if _, err := audit.Record(ctx, tx, act, a.ID, struct {
		ID, Organisation, Holder, Place db.ID
		Day                             civil.Date
	}{a.ID, a.Organisation, a.Holder, a.Place, a.Day}); err != nil {
		return err
	}
	agreed, err := holder.Agreed(ctx, tx, a.Holder)
	if err != nil || !agreed || a.Day.IsZero() {
		return err
	}
	return job.Enqueue(ctx, tx, JobAppointment, AppointmentNotice{Appointment: a.ID, What: what})
}

// MoveAppointment gives an appointment of the actor's desk another day. Faults:
// not_found, appointment_over; by field: bad_date (day); those of
// account.Require for visit.keep.
func MoveAppointment(ctx context.Context, tx *db.Tx, id db.ID, day civil.Date, at civil.TimeOfDay) (Appointment, error) {
	known, err := appointmentToChange(ctx, tx, id)
	if err != nil {
		return Appointment{}, err
	}
	where, err := place.ByID(ctx, tx, known.Place)
	if err != nil {
		return Appointment{}, err
	}
	var wrong fault.Collector
	wrong.Check(!day.IsZero() && !day.Before(civil.DateOf(tx.Now(), where.Zone())), "day", "bad_date", "Choisissez un jour à venir")
	if err := wrong.Err(); err != nil {
		return Appointment{}, err
	}
	if known.Day == day && known.At == at {
		return known, nil
	}
	known.Day, known.At = day, at
	moved, err := tx.Exec(ctx, `UPDATE appointment SET on_day = $2, at_minute = $3, changed_at = $4 WHERE id = $1 AND state = 'noted'`, id, day, int(at), tx.Now())
	if err != nil {
		return Appointment{}, err
	}
	if moved == 0 {
		return Appointment{}, ErrAppointmentOver
	}
	return known, known.tell(ctx, tx, "appointment.move", WasMoved)
}

// CancelAppointment calls an appointment of the actor's desk off; called off
// again it stays so. Faults: not_found; those of account.Require for visit.keep.
func CancelAppointment(ctx context.Context, tx *db.Tx, id db.ID) (Appointment, error) {
	known, err := appointmentToChange(ctx, tx, id)
	if fault.HasCode(err, ErrAppointmentOver.Code) {
		return AppointmentByID(ctx, tx, id)
	}
	if err != nil {
		return Appointment{}, err
	}
	ended, err := tx.Exec(ctx, `UPDATE appointment SET state = 'cancelled', changed_at = $2 WHERE id = $1 AND state = 'noted'`, id, tx.Now())
	if err != nil || ended == 0 {
		return known, err
	}
	known.State = Cancelled
	return known, known.tell(ctx, tx, "appointment.cancel", WasCancelled)
}

func appointmentToChange(ctx context.Context, tx *db.Tx, id db.ID) (Appointment, error) {
	known, err := AppointmentByID(ctx, tx, id)
	if err != nil {
		return Appointment{}, err
	}
	if err := account.Require(tx.Actor(), account.ActVisitKeep, known.Organisation); err != nil {
		return Appointment{}, err
	}
	if known.State == Cancelled {
		return known, ErrAppointmentOver
	}
	return known, nil
}

const selectAppointment = `SELECT id, organisation, holder, place, on_day, COALESCE(at_minute, 0), remote, state FROM appointment`

func scanAppointment(s db.Scanner) (Appointment, error) {
	var a Appointment
	err := s.Scan(&a.ID, &a.Organisation, &a.Holder, &a.Place, &a.Day, (*int)(&a.At), &a.Remote, &a.State)
	return a, err
}

// AppointmentByID is an appointment made by the actor's desk. Faults: not_found,
// and those of account.Require for holder.read.
func AppointmentByID(ctx context.Context, q db.Q, id db.ID) (Appointment, error) {
	found, err := scanAppointment(q.QueryRow(ctx, selectAppointment+` WHERE id = $1`, id))
	if err != nil {
		return Appointment{}, err
	}
	return found, account.Require(q.Actor(), account.ActHolderRead, found.Organisation)
}

// AppointmentsOf lists a person's appointments, the last made first, for the
// organisation that registered them. Faults: not_found, and those of
// account.Require for holder.read.
func AppointmentsOf(ctx context.Context, q db.Q, who db.ID) ([]Appointment, error) {
	organisation, err := holder.OrganisationOf(ctx, q, who)
	if err != nil {
		return nil, err
	}
	if err := account.Require(q.Actor(), account.ActHolderRead, organisation); err != nil {
		return nil, err
	}
	return db.All(ctx, q, scanAppointment, selectAppointment+` WHERE holder = $1 ORDER BY id DESC`, who)
}

// mostAppointments is how many of one day are listed.
const mostAppointments = 200

// AppointmentsOn lists the appointments of a day: those that the actor's desk
// made, or those that come to the places that the actor's organisation keeps,
// the first first; with the zero day, those whose day is to be agreed. Faults:
// those of account.Require for appointment.read.
func AppointmentsOn(ctx context.Context, q db.Q, day civil.Date) ([]Appointment, error) {
	actor := q.Actor()
	if err := account.Require(actor, account.ActAppointmentRead, actor.Organisation); err != nil {
		return nil, err
	}
	when, args := ` on_day = $2`, []any{actor.Organisation, day}
	if day.IsZero() {
		when, args = ` on_day IS NULL`, args[:1]
	}
	order := ` ORDER BY COALESCE(at_minute, 0), id`
	if actor.Role == account.RoleDesk {
		found, err := db.All(ctx, q, scanAppointment, selectAppointment+` WHERE organisation = $1 AND`+when+order, args...)
		return found[:min(mostAppointments, len(found))], err
	}
	kept, _, err := place.Search(ctx, q, place.Filter{Organisation: actor.Organisation, Limit: place.MostFound})
	if err != nil {
		return nil, err
	}
	found := []Appointment{}
	for _, where := range kept {
		if account.RequireAt(actor, account.ActAppointmentRead, actor.Organisation, where.ID) != nil {
			continue // attached to another place
		}
		args[0] = where.ID
		here, err := db.All(ctx, q, scanAppointment, selectAppointment+` WHERE place = $1 AND state = 'noted' AND`+when+order, args...)
		if err != nil {
			return nil, err
		}
		found = append(found, here...)
	}
	slices.SortStableFunc(found, func(a, b Appointment) int { return int(a.At) - int(b.At) })
	return found[:min(mostAppointments, len(found))], nil
}

// AppointmentToTell is an appointment as it stands, for whoever tells the person.
// It asks for no right of its own. Fault: not_found.
func AppointmentToTell(ctx context.Context, q db.Q, id db.ID) (found Appointment, starts time.Time, err error) {
	if found, err = scanAppointment(q.QueryRow(ctx, selectAppointment+` WHERE id = $1`, id)); err != nil {
		return Appointment{}, time.Time{}, err
	}
	where, err := place.ByID(ctx, q, found.Place)
	if err != nil {
		return Appointment{}, time.Time{}, err
	}
	if !found.Day.IsZero() && found.At > 0 {
		starts = found.Day.At(found.At, where.Zone())
	}
	return found, starts, nil
}
