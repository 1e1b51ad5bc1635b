package place

import (
	"context"
	"slices"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
)

// Correct changes a place by hand: what change alters is believed before any
// file, whatever its date, and an emptied field is empty. Fields that it leaves
// as they are stay their source's. It answers the place as it then is.
//
// Its keeper, or the programme's team, may do it; where nobody keeps it, only
// the team. Faults: forbidden, unknown_place, invalid, outside_territory (as Save).
func Correct(ctx context.Context, tx *db.Tx, id db.ID, change func(p *Place)) (Place, Change, error) {
	known, err := ByID(ctx, tx, id)
	if err != nil {
		return Place{}, Unchanged, err
	}
	if err := account.RequireAt(tx.Actor(), actOn(known), known.Organisation, known.ID); err != nil {
		return Place{}, Unchanged, err
	}
	if err := account.RequireWithin(ctx, tx, known.Commune); err != nil {
		return Place{}, Unchanged, err
	}
	return correct(ctx, tx, known, change)
}

// correct is Correct, once it is known that the actor may.
func correct(ctx context.Context, tx *db.Tx, known Place, change func(p *Place)) (Place, Change, error) {
	wanted := known
	change(&wanted)
	if wanted.Commune != known.Commune && wanted.Point() == known.Point() {
		wanted.Latitude, wanted.Longitude = 0, 0 // the new commune's centre
	}
	if err := wanted.settle(); err != nil {
		return Place{}, Unchanged, err
	}
	changed := map[string]bool{}
	for _, field := range Fields {
		if !field.Same(known, wanted) {
			changed[field.Code] = true
		}
	}
	if len(changed) == 0 {
		return known, Unchanged, nil
	}
	record, err := handRecord(ctx, tx, known, wanted, changed)
	if err != nil {
		return Place{}, Unchanged, err
	}
	made, err := refold(ctx, tx, known, record)
	if err != nil {
		return Place{}, Unchanged, err
	}
	return made, Updated, LookForTwins(ctx, tx)
}

// handRecord is today's record of what was said by hand, with what changes now.
// There is one per day, so that each field keeps the day on which it was said.
func handRecord(ctx context.Context, q db.Q, known, wanted Place, changed map[string]bool) (Record, error) {
	today := civil.DateOf(q.Now(), known.Zone())
	record := Record{
		SourceID: known.ID.String() + " " + today.String(), Place: known.ID, Home: known.ID, DatedOn: today, SaidBy: q.Actor().Organisation,
	}
	records, err := Records(ctx, q, known.ID)
	if err != nil {
		return Record{}, err
	}
	said, named := Place{Approximate: true}, map[string]bool{}
	at := slices.IndexFunc(records, func(r Record) bool { return r.ByHand() && r.SourceID == record.SourceID })
	if at >= 0 {
		opened, err := records[at].hear()
		if err != nil {
			return Record{}, err
		}
		said, named = opened.place, opened.fields
	}
	for _, field := range Fields {
		if changed[field.Code] {
			field.take(&said, &wanted)
			named[field.Code] = true
		}
	}
	said.Invented = known.Invented
	// A place that moves takes its point along.
	if changed[fieldAddress] {
		said.Latitude, said.Longitude, said.Approximate = wanted.Latitude, wanted.Longitude, wanted.Approximate
		named[fieldPosition] = true
	}
	record.said, err = say(said, named)
	return record, err
}

// Difference is what a newer source says otherwise than what was said by hand.
type Difference struct {
	Field      Field
	Kept, Said Place // the field's values are read with Field.Text
	Record     Record
}

// Differences lists what files newer than the word of whoever keeps a place say
// otherwise: it is theirs to take or to leave.
func Differences(ctx context.Context, q db.Q, id db.ID) ([]Difference, error) {
	known, err := ByID(ctx, q, id)
	if err != nil {
		return nil, err
	}
	records, err := Records(ctx, q, known.ID)
	if err != nil {
		return nil, err
	}
	_, origins, err := fold(known, records)
	if err != nil {
		return nil, err
	}
	found := []Difference{}
	for _, field := range Fields {
		origin, there := origins[field.Code]
		if !there || !origin.ByHand() || field.Label == "" {
			continue
		}
		for _, record := range records { // the newest file that speaks of it
			if record.ByHand() || record.DatedOn.Compare(origin.DatedOn) < 0 {
				continue
			}
			opened, err := record.hear()
			if err != nil {
				return nil, err
			}
			if !opened.fields[field.Code] {
				continue
			}
			if !field.Same(known, opened.place) {
				found = append(found, Difference{Field: field, Kept: known, Said: opened.place, Record: record})
			}
			break
		}
	}
	return found, nil
}
