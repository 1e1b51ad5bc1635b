package place

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// Record is what one source says of a place, or what was said by hand. A place
// is the fold of its records.
type Record struct {
	Source, SourceID string     // unique together; Source is empty for what was said by hand
	Place            db.ID      // where it counts today
	Home             db.ID      // where it was first read: where it goes back when a merge is undone
	DatedOn          civil.Date // the source's own date; zero when it gives none
	ReadAt           time.Time  // the last time that it changed
	SaidBy           db.ID      // the organisation that said it by hand

	said string // its fields, as JSON
}

// ByHand tells whether people said it here, rather than a file.
func (r Record) ByHand() bool { return r.Source == "" }

const recordColumns = `source, source_id, place, home, dated_on, read_at, said_by, said`

func scanRecord(row db.Scanner) (Record, error) {
	var r Record
	err := row.Scan(&r.Source, &r.SourceID, &r.Place, &r.Home, &r.DatedOn, &r.ReadAt, &r.SaidBy, &r.said)
	return r, err
}

// say writes the fields of a place that are filled, and those that are named:
// an empty one then says that there is nothing.
func say(p Place, named map[string]bool) (string, error) {
	text := &bytes.Buffer{}
	encoder := json.NewEncoder(text)
	encoder.SetEscapeHTML(false)
	text.WriteByte('{')
	for _, field := range Fields {
		value := field.said(&p)
		if value == nil && !named[field.Code] {
			continue
		}
		if text.Len() > 1 {
			text.WriteByte(',')
		}
		text.WriteString(`"` + field.Code + `":`)
		if err := encoder.Encode(value); err != nil {
			return "", err
		}
		text.Truncate(text.Len() - 1) // the line's end
	}
	text.WriteByte('}')
	return text.String(), nil
}

// heard is what a record says, opened.
type heard struct {
	Record
	place  Place
	fields map[string]bool
}

func (r Record) hear() (heard, error) {
	opened := heard{Record: r, fields: map[string]bool{}}
	values := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(r.said), &values); err != nil {
		return opened, err
	}
	for _, field := range Fields {
		value, there := values[field.Code]
		if !there {
			continue
		}
		opened.fields[field.Code] = true
		if string(value) == "null" {
			continue // said to be empty
		}
		if err := field.read(&opened.place, value); err != nil {
			return opened, err
		}
	}
	opened.place.Source, opened.place.SourceID, opened.place.UpdatedOn = r.Source, r.SourceID, r.DatedOn
	return opened, nil
}

// As is the place as the record's source says it, alone.
func (r Record) As() (Place, error) {
	opened, err := r.hear()
	if err != nil {
		return Place{}, err
	}
	opened.place.ID = r.Place
	opened.place.follow()
	return opened.place, nil
}

// RecordOf reads what one source says under an id of its own. Fault: unknown_place.
func RecordOf(ctx context.Context, q db.Q, source, sourceID string) (Record, error) {
	r, err := scanRecord(q.QueryRow(ctx, `SELECT `+recordColumns+` FROM place_record WHERE source = $1 AND source_id = $2`, source, sourceID))
	if fault.KindOf(err) == fault.NotFound {
		return Record{}, ErrUnknownPlace
	}
	return r, err
}

// Records lists what is said of a place, in the order in which it is believed.
func Records(ctx context.Context, q db.Q, place db.ID) ([]Record, error) {
	all, err := db.All(ctx, q, scanRecord, `SELECT `+recordColumns+` FROM place_record WHERE place = $1`, place)
	sortRecords(place, all)
	return all, err
}

// keepRecord writes a record, new or changed.
func keepRecord(ctx context.Context, tx *db.Tx, r Record) error {
	_, err := tx.Exec(ctx, `INSERT INTO place_record (source, source_id, place, home, said, dated_on, read_at, said_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (source, source_id) DO UPDATE SET said = excluded.said, dated_on = excluded.dated_on, read_at = excluded.read_at,
			said_by = excluded.said_by, compared = FALSE`,
		r.Source, r.SourceID, r.Place, r.Home, r.said, r.DatedOn, tx.Now(), r.SaidBy)
	return err
}
