package activity

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// Select is the statement whose rows Scan reads.
const Select = `SELECT id, organisation, place, commune, author, kind, on_day, minutes, people, channel, themes, title, formality,
	equipment, level, redirected, publics, holder, redemption, note, state, revision, recorded_at, changed_at FROM activity`

// row is an activity as stored: its note stays sealed until its rows are closed.
type row struct {
	Activity
	note []byte
}

func scan(s db.Scanner) (row, error) {
	var r row
	var themes, equipment, publics string
	err := s.Scan(&r.ID, &r.Organisation, &r.Place, &r.Commune, &r.Author, &r.Kind, &r.Day, &r.Minutes, &r.People, &r.Channel, &themes, &r.Title,
		&r.Formality, &equipment, &r.Level, &r.Redirected, &publics, &r.Holder, &r.Redemption, &r.note, &r.State, &r.Revision, &r.RecordedAt, &r.ChangedAt)
	if err != nil {
		return row{}, err
	}
	r.Themes, r.Equipment = strings.Fields(themes), strings.Fields(equipment)
	return r, json.Unmarshal([]byte(publics), &r.Publics)
}

// Scan reads one row of Select, without its note, for questions over everything.
func Scan(s db.Scanner) (Activity, error) {
	found, err := scan(s)
	return found.Activity, err
}

func load(ctx context.Context, q db.Q, id db.ID) (Activity, error) {
	stored, err := scan(q.QueryRow(ctx, Select+` WHERE id = $1`, id))
	if fault.KindOf(err) == fault.NotFound {
		return Activity{}, ErrUnknownActivity
	}
	if err != nil {
		return Activity{}, err
	}
	stored.Note, err = db.Unseal(ctx, q, stored.sealedWith(), stored.note)
	if errors.Is(err, db.ErrErased) {
		return stored.Activity, nil
	}
	return stored.Activity, err
}

// ByID is an activity of the actor's organisation; an auditor reads any, without
// its note. Faults: unknown_activity, other_organisation, other_place, and those
// of account.Require for activity.read.
func ByID(ctx context.Context, q db.Q, id db.ID) (Activity, error) {
	found, err := load(ctx, q, id)
	if err != nil {
		return Activity{}, err
	}
	if err := account.RequireAt(q.Actor(), account.ActActivityRead, found.Organisation, found.Place); err != nil {
		return Activity{}, err
	}
	if q.Actor().Organisation != found.Organisation {
		found.Note = ""
	}
	return found, nil
}

// Revision is what an activity said from an instant on, and who wrote it.
type Revision struct {
	Number int
	Content
	Reason string
	At     time.Time
	By     db.ID
}

// Revisions lists what an activity said, the first first. Faults: those of ByID.
func Revisions(ctx context.Context, q db.Q, id db.ID) ([]Revision, error) {
	if _, err := ByID(ctx, q, id); err != nil {
		return nil, err
	}
	return db.All(ctx, q, func(s db.Scanner) (Revision, error) {
		var r Revision
		var content string
		if err := s.Scan(&r.Number, &content, &r.Reason, &r.At, &r.By); err != nil {
			return Revision{}, err
		}
		return r, json.Unmarshal([]byte(content), &r.Content)
	}, `SELECT revision, content, reason, at, by_person FROM activity_revision WHERE activity = $1 ORDER BY revision`, id)
}

// OfHolder lists what was done for a person without a session, the latest first,
// for the organisation that registered them. Faults of account.Require for
// activity.read.
func OfHolder(ctx context.Context, q db.Q, who db.ID) ([]Activity, error) {
	if err := account.Require(q.Actor(), account.ActActivityRead, db.ID{}); err != nil {
		return nil, err
	}
	return db.All(ctx, q, Scan, Select+` WHERE holder = $1 AND organisation = $2 AND state = 'standing' ORDER BY on_day DESC, id DESC`,
		who, q.Actor().Organisation)
}

// Last is the last activity that the actor wrote down, whose place, duration and
// channel are mostly those of the next; false when there is none.
func Last(ctx context.Context, q db.Q) (Activity, bool, error) {
	found, err := db.All(ctx, q, Scan, Select+` WHERE organisation = $1 AND author = $2 AND state = 'standing' ORDER BY id DESC LIMIT 1`,
		q.Actor().Organisation, q.Actor().ID)
	if err != nil || len(found) == 0 {
		return Activity{}, false, err
	}
	return found[0], true, nil
}
