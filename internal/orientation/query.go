package orientation

import (
	"context"
	"encoding/json"
	"errors"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/place"
)

const selectVisit = `SELECT id, organisation, person, state, questionnaire, version, manner, taken_on, answers, diagnosis, search, session, kept_until, waits, draft, urgent_done,
	holder, booking, booklet, appointment, started_at, changed_at, ended_at FROM visit`

type row struct {
	Visit
	search         string
	answers, draft []byte
}

func scan(s db.Scanner) (row, error) {
	var r row
	err := s.Scan(&r.ID, &r.Organisation, &r.Agent, &r.State, &r.Questionnaire, &r.Version, &r.Manner, &r.TakenOn, &r.answers, &r.Diagnosis, &r.search, &r.Session, &r.KeptUntil, &r.Waits, &r.draft, &r.UrgentDone,
		&r.Holder, &r.Booking, &r.Booklet, &r.Appointment, &r.StartedAt, &r.ChangedAt, &r.EndedAt)
	return r, err
}

func (r row) open(ctx context.Context, q db.Q) (Visit, error) {
	r.Answers = map[string]string{}
	given, err := db.Unseal(ctx, q, r.ID, r.answers)
	if err == nil && given != "" {
		err = json.Unmarshal([]byte(given), &r.Answers)
	}
	if err != nil && !errors.Is(err, db.ErrErased) {
		return Visit{}, err
	}
	if err := json.Unmarshal([]byte(r.search), &r.Search); err != nil {
		return Visit{}, err
	}
	text, err := db.Unseal(ctx, q, r.ID, r.draft)
	if errors.Is(err, db.ErrErased) || err == nil && text == "" {
		return r.Visit, nil
	}
	if err != nil {
		return Visit{}, err
	}
	err = json.Unmarshal([]byte(text), &r.Draft)
	r.Search.Address = r.Draft.Address
	return r.Visit, err
}

// ByID is a visit of the actor's own desk. Faults: unknown_visit,
// other_organisation, and those of account.Require for visit.keep.
func ByID(ctx context.Context, q db.Q, id db.ID) (Visit, error) {
	stored, err := scan(q.QueryRow(ctx, selectVisit+` WHERE id = $1`, id))
	if fault.KindOf(err) == fault.NotFound {
		return Visit{}, ErrUnknownVisit
	}
	if err != nil {
		return Visit{}, err
	}
	if err := account.Require(q.Actor(), account.ActVisitKeep, stored.Organisation); err != nil {
		return Visit{}, err
	}
	return stored.open(ctx, q)
}

// OpenVisits lists the visits of the actor's desk that can be taken up again,
// the last begun first. Faults: those of account.Require for visit.keep.
func OpenVisits(ctx context.Context, q db.Q) ([]Visit, error) {
	organisation := q.Actor().Organisation
	if err := account.Require(q.Actor(), account.ActVisitKeep, organisation); err != nil {
		return nil, err
	}
	return visits(ctx, q, ` WHERE organisation = $1 AND state = 'open' ORDER BY id DESC LIMIT 50`, organisation)
}

func visits(ctx context.Context, q db.Q, condition string, args ...any) ([]Visit, error) {
	rows, err := db.All(ctx, q, scan, selectVisit+condition, args...)
	if err != nil {
		return nil, err
	}
	all := make([]Visit, len(rows))
	for i, stored := range rows {
		if all[i], err = stored.open(ctx, q); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// RemoteHelp lists the nearest places that help from afar, by telephone or by
// video, as the directory says.
func RemoteHelp(ctx context.Context, q db.Q, near geography.Point, limit int) ([]place.Found, error) {
	found, _, err := place.Search(ctx, q, place.Filter{Near: &near, Support: place.SupportRemote, Limit: limit})
	return found, err
}

// NearestHelp lists the nearest places where someone acts for a person under a
// mandate (Aidants Connect), as the directory says.
func NearestHelp(ctx context.Context, q db.Q, near geography.Point, limit int) ([]place.Found, error) {
	found, _, err := place.Search(ctx, q, place.Filter{Near: &near, AidantsConnect: true, Limit: limit})
	return found, err
}
