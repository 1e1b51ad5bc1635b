package calendar

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

// Feed is a secret address. Without a place nor a mediator it holds every
// session of the organisation.
type Feed struct {
	ID           db.ID
	Organisation db.ID
	Place        db.ID
	Mediator     string // as sessions name who gives them
	Secret       string // the last part of the address
	MadeAt       time.Time
	MadeBy       db.ID
	EndedAt      time.Time
}

// ErrUnknownFeed says that an address leads nowhere, or no more.
var ErrUnknownFeed = fault.Define(fault.NotFound, "unknown_calendar", "Ce calendrier n’existe pas, ou son adresse a été coupée. Demandez-en une nouvelle au lieu.")

const mostMediator = 200

// Make opens an address. ID may be zero. Faults: unknown_place, too_long
// (mediator), and those of account.Require for calendar.keep.
func Make(ctx context.Context, tx *db.Tx, in Feed) (Feed, error) {
	actor := tx.Actor()
	if err := account.RequireAt(actor, account.ActCalendarKeep, actor.Organisation, in.Place); err != nil {
		return Feed{}, err
	}
	if !in.Place.IsZero() {
		at, err := place.ByID(ctx, tx, in.Place)
		if err != nil {
			return Feed{}, err
		}
		if at.Organisation != actor.Organisation {
			return Feed{}, place.ErrUnknownPlace
		}
	}
	made := Feed{
		ID: in.ID, Organisation: actor.Organisation, Place: in.Place, Mediator: strings.TrimSpace(in.Mediator), Secret: rand.Text(),
		MadeAt: tx.Now(), MadeBy: actor.ID,
	}
	var wrong fault.Collector
	wrong.Check(len([]rune(made.Mediator)) <= mostMediator, "mediator", "too_long", "Choisissez un nom de la liste")
	if err := wrong.Err(); err != nil {
		return Feed{}, err
	}
	if made.ID.IsZero() {
		made.ID = tx.NewID()
	}
	sealed, err := db.Seal(ctx, tx, made.ID, made.Secret)
	if err != nil {
		return Feed{}, err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO calendar_feed (id, organisation, place, mediator, secret, secret_match, made_at, made_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		made.ID, made.Organisation, made.Place, made.Mediator, sealed, match(tx, made.Secret), tx.Now(), actor.ID); err != nil {
		return Feed{}, err
	}
	_, err = audit.Record(ctx, tx, "calendar.make", made.ID, made.row())
	return made, err
}

// match is how an address is found without being kept in the clear.
func match(q db.Q, secret string) []byte { return db.Match(q, db.ID{}, "calendar\x00"+secret) }

// row is what the leaf of an act on an address stands for: never the address.
func (f Feed) row() audit.Row {
	return struct{ ID, Organisation, Place db.ID }{f.ID, f.Organisation, f.Place}
}

// End cuts an address at once; again, nothing changes. Faults: unknown_calendar,
// and those of account.Require for calendar.keep.
func End(ctx context.Context, tx *db.Tx, id db.ID) error {
	known, err := scan(tx.QueryRow(ctx, selectFeed+` WHERE id = $1`, id))
	if fault.KindOf(err) == fault.NotFound {
		return ErrUnknownFeed
	}
	if err != nil {
		return err
	}
	if err := account.RequireAt(tx.Actor(), account.ActCalendarKeep, known.Organisation, known.Place); err != nil {
		return err
	}
	ended, err := tx.Exec(ctx, `UPDATE calendar_feed SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL`, id, tx.Now())
	if err != nil || ended == 0 {
		return err
	}
	_, err = audit.Record(ctx, tx, "calendar.end", id, known.row())
	return err
}

const selectFeed = `SELECT id, organisation, place, mediator, secret, made_at, made_by, ended_at FROM calendar_feed`

// row is an address as stored: sealed until its rows are closed.
type row struct {
	Feed
	secret []byte
}

func scan(s db.Scanner) (row, error) {
	var r row
	err := s.Scan(&r.ID, &r.Organisation, &r.Place, &r.Mediator, &r.secret, &r.MadeAt, &r.MadeBy, &r.EndedAt)
	return r, err
}

// Feeds lists the addresses of the actor's organisation that work, the newest
// first. Faults of account.Require for calendar.keep.
func Feeds(ctx context.Context, q db.Q) ([]Feed, error) {
	actor := q.Actor()
	if err := account.Require(actor, account.ActCalendarKeep, actor.Organisation); err != nil {
		return nil, err
	}
	rows, err := db.All(ctx, q, scan, selectFeed+` WHERE organisation = $1 AND ended_at IS NULL AND ($2 OR place = $3) ORDER BY id DESC`,
		actor.Organisation, actor.Place.IsZero(), actor.Place)
	if err != nil {
		return nil, err
	}
	feeds := make([]Feed, len(rows))
	for i, stored := range rows {
		if stored.Secret, err = db.Unseal(ctx, q, stored.ID, stored.secret); err != nil {
			return nil, err
		}
		feeds[i] = stored.Feed
	}
	return feeds, nil
}

// What a calendar holds: sessions over since, and planned until.
const (
	behind = 60 * 24 * time.Hour
	ahead  = 400 * 24 * time.Hour
)

// Read answers what an address holds, to whoever has it. Fault: unknown_calendar.
func Read(ctx context.Context, q db.Q, secret string) (Feed, []workshop.Session, error) {
	found, err := scan(q.QueryRow(ctx, selectFeed+` WHERE secret_match = $1 AND ended_at IS NULL`, match(q, secret)))
	if fault.KindOf(err) == fault.NotFound {
		return Feed{}, nil, ErrUnknownFeed
	}
	if err != nil {
		return Feed{}, nil, err
	}
	from, to := q.Now().Add(-behind), q.Now().Add(ahead)
	var sessions []workshop.Session
	if found.Place.IsZero() {
		sessions, err = workshop.OfOrganisation(ctx, q, found.Organisation, from, to)
	} else {
		sessions, err = workshop.OfSite(ctx, q, found.Place, from, to)
	}
	sessions = slices.DeleteFunc(sessions, func(s workshop.Session) bool {
		return s.Organisation != found.Organisation || found.Mediator != "" && s.Mediator != found.Mediator
	})
	return found.Feed, sessions, err
}
