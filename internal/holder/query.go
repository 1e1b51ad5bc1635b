package holder

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

const selectHolder = `SELECT id, pseudonym, organisation, commune, name, details, consent, consent_at, consent_by, registered_at, registered_by FROM holder`

// row is a holder as stored: what is sealed stays so until its rows are closed.
type row struct {
	Holder
	name, details []byte
}

func scan(s db.Scanner) (row, error) {
	var r row
	err := s.Scan(&r.ID, &r.Pseudonym, &r.Organisation, &r.Commune, &r.name, &r.details,
		&r.Consent, &r.ConsentAt, &r.ConsentBy, &r.RegisteredAt, &r.RegisteredBy)
	return r, err
}

// open unseals the row; someone whose key was destroyed keeps only a pseudonym.
func (r row) open(ctx context.Context, q db.Q) (Holder, error) {
	name, err := db.Unseal(ctx, q, r.ID, r.name)
	if errors.Is(err, db.ErrErased) {
		return r.Holder, nil
	}
	if err != nil {
		return Holder{}, err
	}
	r.Name = name
	text, err := db.Unseal(ctx, q, r.ID, r.details)
	if err != nil || text == "" {
		return r.Holder, err
	}
	var rest details
	if err := json.Unmarshal([]byte(text), &rest); err != nil {
		return Holder{}, err
	}
	r.Email, r.Address = rest.Email, rest.Address
	r.Telephone, r.Recipient, r.Manner, r.Note = rest.Telephone, rest.Recipient, rest.Manner, rest.Note
	return r.Holder, nil
}

func load(ctx context.Context, q db.Q, id db.ID) (Holder, error) {
	stored, err := scan(q.QueryRow(ctx, selectHolder+` WHERE id = $1`, id))
	if err != nil {
		return Holder{}, err
	}
	return stored.open(ctx, q)
}

// ByID is a person of the actor's own organisation. Faults: not_found,
// other_organisation, and those of account.Require for holder.read.
func ByID(ctx context.Context, q db.Q, id db.ID) (Holder, error) {
	found, err := load(ctx, q, id)
	if err != nil {
		return Holder{}, err
	}
	if err := account.Require(q.Actor(), account.ActHolderRead, found.Organisation); err != nil {
		return Holder{}, err
	}
	return found, nil
}

// OrganisationOf is the organisation that registered a person. Fault: not_found.
func OrganisationOf(ctx context.Context, q db.Q, id db.ID) (db.ID, error) {
	var organisation db.ID
	err := q.QueryRow(ctx, `SELECT organisation FROM holder WHERE id = $1`, id).Scan(&organisation)
	return organisation, err
}

// Own is the holder of a booklet as their own pages know them: where they live
// and how to speak to them, without a name. Fault: forbidden for any other actor.
func Own(ctx context.Context, q db.Q) (Holder, error) {
	if q.Actor().Kind != db.Bearer {
		return Holder{}, fault.ErrForbidden
	}
	known, err := load(ctx, q, q.Actor().Holder)
	return Holder{ID: known.ID, Pseudonym: known.Pseudonym, Organisation: known.Organisation, Commune: known.Commune, Manner: known.Manner}, err
}

// Expected is a person as a list of expected people shows them.
type Expected struct {
	ID           db.ID
	Pseudonym    string
	Name         string // or the pseudonym where there is none
	Organisation db.ID  // who sent them
	Manner       Manner
}

// ExpectedByID names a person for the list of those expected at a session. It
// asks for no right of its own: its caller has established that the person is
// booked there and that the actor runs that session. Fault: not_found.
func ExpectedByID(ctx context.Context, q db.Q, id db.ID) (Expected, error) {
	known, err := load(ctx, q, id)
	if err != nil {
		return Expected{}, err
	}
	return Expected{ID: known.ID, Pseudonym: known.Pseudonym, Name: known.Called(), Organisation: known.Organisation, Manner: known.Manner}, nil
}

// Name is ExpectedByID's name alone, with the same duty on its caller.
func Name(ctx context.Context, q db.Q, id db.ID) (string, error) {
	expected, err := ExpectedByID(ctx, q, id)
	return expected.Name, err
}

// Acquaintance is someone who may be the person in front of the agent: enough
// to ask, nothing to learn.
type Acquaintance struct {
	ID           db.ID
	Pseudonym    string
	Ending       string // the two last digits of the telephone
	RegisteredAt time.Time
}

// Known proposes the people of the actor's organisation with the same first
// name, once folded, and the same telephone: "déjà connue ici". In doubt a
// double is kept, so it proposes and decides nothing. A missing or unreadable
// telephone recognises nobody.
func Known(ctx context.Context, q db.Q, name, telephone string) ([]Acquaintance, error) {
	organisation := q.Actor().Organisation
	if err := account.Require(q.Actor(), account.ActHolderRead, organisation); err != nil {
		return nil, err
	}
	number, err := ParseTelephone(telephone)
	byName := nameMatch(q, organisation, name)
	if err != nil || byName == nil {
		return []Acquaintance{}, nil
	}
	return db.All(ctx, q, func(s db.Scanner) (Acquaintance, error) {
		met := Acquaintance{Ending: ending(number)}
		return met, s.Scan(&met.ID, &met.Pseudonym, &met.RegisteredAt)
	}, `SELECT id, pseudonym, registered_at FROM holder WHERE name_match = $1 AND telephone_match = $2 AND organisation = $3 ORDER BY id DESC LIMIT 5`,
		byName, telephoneMatch(q, organisation, number), organisation)
}

// Filter narrows a list of people.
type Filter struct {
	Organisation db.ID  // zero: the actor's
	Text         string // a first name, a telephone or a pseudonym, whole
	After        db.ID  // the last one of the page before
	Limit        int    // 0: 50
}

const usualLimit = 50

// List gives the people of an organisation, the last registered first, and
// whether there are more. Faults of account.Require for holder.read.
func List(ctx context.Context, q db.Q, filter Filter) (people []Holder, more bool, err error) {
	if filter.Organisation.IsZero() {
		filter.Organisation = q.Actor().Organisation
	}
	if err := account.Require(q.Actor(), account.ActHolderRead, filter.Organisation); err != nil {
		return nil, false, err
	}
	if filter.Limit <= 0 {
		filter.Limit = usualLimit
	}
	condition, match := ` AND $4 = ''`, any("")
	if text := strings.TrimSpace(filter.Text); text != "" {
		condition, match = textCondition(q, filter.Organisation, text)
	}
	after := filter.After
	if after.IsZero() {
		after = lastID
	}
	rows, err := db.All(ctx, q, scan, selectHolder+` WHERE organisation = $1 AND id < $2`+condition+` ORDER BY id DESC LIMIT $3`,
		filter.Organisation, after, filter.Limit+1, match)
	if err != nil {
		return nil, false, err
	}
	if more = len(rows) > filter.Limit; more {
		rows = rows[:filter.Limit]
	}
	people = make([]Holder, len(rows))
	for i, stored := range rows {
		if people[i], err = stored.open(ctx, q); err != nil {
			return nil, false, err
		}
	}
	return people, more, nil
}

// lastID comes after every identifier.
var lastID = db.ID{
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
}

// textCondition finds by whichever of the three the text can be.
func textCondition(q db.Q, organisation db.ID, text string) (condition string, match any) {
	if pseudonym := readPseudonym(text); pseudonym != "" {
		return ` AND pseudonym = $4`, pseudonym
	}
	if number, err := ParseTelephone(text); err == nil {
		return ` AND telephone_match = $4`, telephoneMatch(q, organisation, number)
	}
	return ` AND name_match = $4`, nameMatch(q, organisation, text)
}
