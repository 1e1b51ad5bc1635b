package notify

import (
	"context"
	"errors"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/holder"
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
