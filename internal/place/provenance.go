package place

import (
	"context"

	"passerelle/internal/db"
)

// Origin is where one field of a place comes from.
type Origin struct {
	Field  Field
	Record Record
}

// Provenance tells of each filled field of a place which record says it, in the
// order of Fields. Fault: unknown_place.
func Provenance(ctx context.Context, q db.Q, id db.ID) (Place, []Origin, error) {
	known, err := ByID(ctx, q, id)
	if err != nil {
		return Place{}, nil, err
	}
	records, err := Records(ctx, q, known.ID)
	if err != nil {
		return Place{}, nil, err
	}
	made, origins, err := fold(known, records)
	if err != nil {
		return Place{}, nil, err
	}
	told := []Origin{}
	for _, field := range Fields {
		record, there := origins[field.Code]
		if there && field.Label != "" && field.said(&made) != nil {
			told = append(told, Origin{Field: field, Record: record})
		}
	}
	return known, told, nil
}
