package orientation

import (
	"context"
	"errors"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

// Misdirections lists why a session does not suit someone, in the order of the
// page. Each speaks of the session and of the need, never of who sent them.
var Misdirections = []struct{ Code, Label string }{
	{"too_hard", "L’atelier va plus vite que la personne"}, {"too_easy", "La personne sait déjà ce que l’atelier apprend"},
	{"other_subject", "Elle a besoin d’un autre sujet"}, {"one_off", "Elle a besoin d’une aide ponctuelle"},
	{"by_someone", "Elle a besoin que l’on fasse avec elle, ou pour elle"}, {"other_language", "Il lui faut une autre langue, ou quelqu’un qui lit"},
	{"room", "La salle ou le matériel ne lui conviennent pas"}, {"too_far", "Le lieu est trop loin"},
}

// MisdirectionLabel is a reason in words.
func MisdirectionLabel(code string) string {
	for _, reason := range Misdirections {
		if reason.Code == code {
			return reason.Label
		}
	}
	return code
}

// Misdirection is someone sent back to the counter that booked them ("mauvaise
// orientation"): why, and where they would be better off.
type Misdirection struct {
	Booking    db.ID
	Holder     db.ID
	Desk       db.ID // the organisation that booked them
	Place      db.ID // that sends them back
	Why        string
	Better     db.ID // the place proposed; zero for none
	ToldAt     time.Time
	ToldBy     db.ID
	AnsweredAt time.Time // zero while the counter has not said that it saw to it
	AnsweredBy db.ID
}

// The refusals of a misdirection.
var (
	ErrOwnBooking          = fault.Define(fault.Conflict, "own_booking", "Cette personne n’a été envoyée par aucun guichet. Proposez-lui vous-même une autre séance.")
	ErrAlreadySentBack     = fault.Define(fault.Conflict, "already_sent_back", "Cette personne est déjà renvoyée vers son guichet. Appelez-le si quelque chose a changé.")
	ErrUnknownMisdirection = fault.Define(fault.NotFound, "unknown_misdirection", "Ce renvoi n’existe pas, ou n’est pas à votre guichet. Repartez de l’accueil du guichet.")
)

// SendBack tells the counter that booked someone that the session does not suit
// them. Who has not come gives the seat back; who came stays counted as having
// come. Fault codes: unknown_booking, own_booking, already_sent_back,
// unknown_place (better), invalid (why), and those of account.Require for
// misdirection.tell.
func SendBack(ctx context.Context, tx *db.Tx, in Misdirection) (Misdirection, error) {
	booking, session, err := workshop.BookingByID(ctx, tx, in.Booking)
	if err != nil {
		return Misdirection{}, err
	}
	if err := account.RequireAt(tx.Actor(), account.ActMisdirectionTell, session.Organisation, session.Site); err != nil {
		return Misdirection{}, err
	}
	if booking.Organisation == session.Organisation {
		return Misdirection{}, ErrOwnBooking
	}
	var wrong fault.Collector
	wrong.Check(MisdirectionLabel(in.Why) != in.Why, "why", "unknown_choice", "Choisissez ce qui ne convient pas")
	if err := wrong.Err(); err != nil {
		return Misdirection{}, err
	}
	if !in.Better.IsZero() {
		if _, err := place.ByID(ctx, tx, in.Better); err != nil {
			return Misdirection{}, err
		}
	}
	made := Misdirection{
		Booking: booking.ID, Holder: booking.Holder, Desk: booking.Organisation, Place: session.Site, Why: in.Why, Better: in.Better,
		ToldAt: tx.Now(), ToldBy: tx.Actor().ID,
	}
	if _, err := tx.Exec(ctx, `INSERT INTO misdirection (booking, holder, desk, place, why, better, told_at, told_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		made.Booking, made.Holder, made.Desk, made.Place, made.Why, made.Better, made.ToldAt, made.ToldBy); errors.Is(err, db.ErrDuplicate) {
		return Misdirection{}, ErrAlreadySentBack
	} else if err != nil {
		return Misdirection{}, err
	}
	switch state := booking.Presence(session, tx.Now()); state {
	case workshop.Booked, workshop.Waiting:
		_, err = workshop.Cancel(ctx, tx, booking.ID)
	case workshop.ToFill:
		_, err = workshop.Attend(ctx, tx, session.ID, booking.Holder, workshop.Cancelled)
	}
	if err != nil {
		return Misdirection{}, err
	}
	_, err = audit.Record(ctx, tx, "misdirection.tell", made.Booking, made.row())
	return made, err
}

// row is what a leaf stands for.
func (m Misdirection) row() audit.Row {
	return struct {
		Booking, Holder, Desk, Place db.ID
		Why                          string
		Better                       db.ID
	}{m.Booking, m.Holder, m.Desk, m.Place, m.Why, m.Better}
}

// AnswerMisdirection says that the counter saw to someone sent back; again,
// nothing changes. Fault codes: unknown_misdirection, and those of
// account.Require for misdirection.answer.
func AnswerMisdirection(ctx context.Context, tx *db.Tx, booking db.ID) (Misdirection, error) {
	known, err := MisdirectionOf(ctx, tx, booking)
	if err != nil {
		return Misdirection{}, err
	}
	if err := account.Require(tx.Actor(), account.ActMisdirectionAnswer, known.Desk); err != nil {
		return Misdirection{}, err
	}
	done, err := tx.Exec(ctx, `UPDATE misdirection SET answered_at = $2, answered_by = $3 WHERE booking = $1 AND answered_at IS NULL`, booking, tx.Now(), tx.Actor().ID)
	if err != nil || done == 0 {
		return known, err
	}
	known.AnsweredAt, known.AnsweredBy = tx.Now(), tx.Actor().ID
	_, err = audit.Record(ctx, tx, "misdirection.answer", booking, known.row())
	return known, err
}

const selectMisdirection = `SELECT booking, holder, desk, place, why, better, told_at, told_by, answered_at, answered_by FROM misdirection`

func scanMisdirection(row db.Scanner) (Misdirection, error) {
	var m Misdirection
	err := row.Scan(&m.Booking, &m.Holder, &m.Desk, &m.Place, &m.Why, &m.Better, &m.ToldAt, &m.ToldBy, &m.AnsweredAt, &m.AnsweredBy)
	return m, err
}

// MisdirectionOf reads one by its booking, for the counter and for the site.
// Fault code: unknown_misdirection.
func MisdirectionOf(ctx context.Context, q db.Q, booking db.ID) (Misdirection, error) {
	known, err := scanMisdirection(q.QueryRow(ctx, selectMisdirection+` WHERE booking = $1`, booking))
	if fault.KindOf(err) == fault.NotFound {
		return Misdirection{}, ErrUnknownMisdirection
	}
	if err != nil {
		return Misdirection{}, err
	}
	if account.Require(q.Actor(), account.ActMisdirectionRead, known.Desk) == nil {
		return known, nil
	}
	if _, _, err := workshop.BookingByID(ctx, q, booking); err != nil {
		return Misdirection{}, ErrUnknownMisdirection
	}
	return known, nil
}

// SentBack is someone sent back, as their counter reads it.
type SentBack struct {
	Misdirection
	Name       string
	From       string // the place that sends them back
	Telephone  string // its telephone, as it is written
	BetterName string
}

// SentBackTo lists those sent back to the actor's counter, the last first; only
// those not seen to when waiting. Fault codes of account.Require for
// misdirection.read.
func SentBackTo(ctx context.Context, q db.Q, waiting bool) ([]SentBack, error) {
	actor := q.Actor()
	if err := account.Require(actor, account.ActMisdirectionRead, actor.Organisation); err != nil {
		return nil, err
	}
	const most = 500
	found, err := db.All(ctx, q, scanMisdirection, selectMisdirection+` WHERE desk = $1 AND (NOT $2 OR answered_at IS NULL) ORDER BY told_at DESC, booking LIMIT $3`,
		actor.Organisation, waiting, most)
	if err != nil {
		return nil, err
	}
	back := make([]SentBack, len(found))
	for i, one := range found {
		back[i].Misdirection = one
		if back[i].Name, err = holder.Name(ctx, q, one.Holder); err != nil {
			return nil, err
		}
		from, err := place.ByID(ctx, q, one.Place)
		if err != nil {
			return nil, err
		}
		back[i].From, back[i].Telephone = from.Name+", "+from.CommuneName, from.Telephone
		if one.Better.IsZero() {
			continue
		}
		better, err := place.ByID(ctx, q, one.Better)
		if err != nil {
			return nil, err
		}
		back[i].BetterName = better.Name + ", " + better.CommuneName
	}
	return back, nil
}

// BetterPlaces lists where else someone could go: labelled sites near a session's
// that have a free seat soon, the nearest first.
func BetterPlaces(ctx context.Context, q db.Q, session workshop.Session) ([]place.Place, error) {
	const radius, looked, most = 45_000, 200, 8
	near := geography.Point{Latitude: session.Latitude, Longitude: session.Longitude}
	found, _, err := workshop.Search(ctx, q, workshop.Filter{Near: &near, Radius: radius, Seats: 1, Labelled: true, Limit: looked})
	var places []place.Place
	seen := map[db.ID]bool{session.Site: true}
	for _, one := range found {
		if !seen[one.Place.ID] && len(places) < most {
			seen[one.Place.ID] = true
			places = append(places, one.Place)
		}
	}
	return places, err
}
