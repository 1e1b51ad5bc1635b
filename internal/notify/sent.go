package notify

import (
	"context"
	"errors"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/holder"
	"passerelle/internal/workshop"
)

// Record is what was told to a person, as it was told.
type Record struct {
	ID        db.ID
	Holder    db.ID
	Kind      Kind
	About     db.ID
	Channel   Channel
	State     WordState
	Reason    Reason
	Recipient string // telephone, e-mail or postal address; empty once erased
	Subject   string
	Text      string
	Segments  int
	Again     bool // repeats another
	SendAt    time.Time
	MadeAt    time.Time
	EndedAt   time.Time
	Batch     db.ID // of a letter that was printed
}

const selectSent = `SELECT id, holder, kind, about, channel, state, reason, recipient, content, segments, again_of, send_at, made_at, ended_at, batch FROM person_message`

// sentRow is Record as stored: what is sealed stays so until its rows are closed.
type sentRow struct {
	Record
	recipient, content []byte
}

func scanSent(row db.Scanner) (sentRow, error) {
	var s sentRow
	var again db.ID
	err := row.Scan(&s.ID, &s.Holder, (*string)(&s.Kind), &s.About, (*string)(&s.Channel), (*string)(&s.State), (*string)(&s.Reason), &s.recipient, &s.content,
		&s.Segments, &again, &s.SendAt, &s.MadeAt, &s.EndedAt, &s.Batch)
	s.Again = !again.IsZero()
	return s, err
}

func (s sentRow) open(ctx context.Context, q db.Q) (Record, error) {
	recipient, err := db.Unseal(ctx, q, s.Holder, s.recipient)
	if errors.Is(err, db.ErrErased) {
		return s.Record, nil
	}
	if err != nil {
		return Record{}, err
	}
	written, err := openText(ctx, q, s.Holder, s.content)
	s.Recipient, s.Subject, s.Text = recipient, written.Subject, written.Long
	if s.Channel == SMS {
		s.Text = written.Short
	}
	return s.Record, err
}

// SentTo lists everything that was told to a person, or could not be, the last
// first, for the organisation that registered them. Faults: not_found,
// other_organisation, and those of account.Require for message.read.
func SentTo(ctx context.Context, q db.Q, who db.ID) ([]Record, error) {
	organisation, err := holder.OrganisationOf(ctx, q, who)
	if err != nil {
		return nil, err
	}
	if err := account.Require(q.Actor(), account.ActMessageRead, organisation); err != nil {
		return nil, err
	}
	rows, err := db.All(ctx, q, scanSent, selectSent+` WHERE holder = $1 ORDER BY made_at DESC, id DESC`, who)
	if err != nil {
		return nil, err
	}
	all := make([]Record, len(rows))
	for i, row := range rows {
		if all[i], err = row.open(ctx, q); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// ToldAt says, by booking, how those expected at a session that was called off
// were told. It holds neither contact nor text. Faults: unknown_session, and
// those of account.Require for attendance.read.
func ToldAt(ctx context.Context, q db.Q, session db.ID) (map[db.ID]Told, error) {
	known, err := workshop.SessionByID(ctx, q, session)
	if err != nil {
		return nil, err
	}
	if err := account.RequireAt(q.Actor(), account.ActAttendanceRead, known.Organisation, known.Site); err != nil {
		return nil, err
	}
	told := map[db.ID]Told{}
	_, err = db.All(ctx, q, func(row db.Scanner) (Told, error) {
		var t Told
		var booking db.ID
		err := row.Scan(&t.ID, &booking, (*string)(&t.Channel), (*string)(&t.State), (*string)(&t.Reason))
		told[booking] = t
		return t, err
	}, `SELECT id, about, channel, state, reason FROM person_message WHERE session = $1 AND kind = $2 ORDER BY made_at, id`, session, string(SessionCancelled))
	return told, err
}

// Again sends to a person what they were told before, at today's contact.
// Faults: not_found, other_organisation (the message); and those of
// account.Require for message.send.
func Again(ctx context.Context, tx *db.Tx, id db.ID) (Told, error) {
	before, err := scanSent(tx.QueryRow(ctx, selectSent+` WHERE id = $1`, id))
	if err != nil {
		return Told{}, err
	}
	person, err := holder.ByID(ctx, tx, before.Holder)
	if err != nil {
		return Told{}, err
	}
	if err := account.Require(tx.Actor(), account.ActMessageSend, person.Organisation); err != nil {
		return Told{}, err
	}
	written, err := openText(ctx, tx, before.Holder, before.content)
	if err != nil {
		return Told{}, err
	}
	rules, err := RulesOf(ctx, tx)
	if err != nil {
		return Told{}, err
	}
	var session db.ID
	var tooLate time.Time
	if err := tx.QueryRow(ctx, `SELECT session, too_late FROM person_message WHERE id = $1`, id).Scan(&session, &tooLate); err != nil {
		return Told{}, err
	}
	return keep(ctx, tx, rules, person, Word{Kind: before.Kind, About: before.About, Session: session, TooLate: tooLate}, written, id)
}
