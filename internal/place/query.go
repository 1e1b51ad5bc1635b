package place

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

const columns = `id, organisation, source, source_id, pivot, name, commune, commune_name, postal_code, departement,
	address, address_complement, latitude, longitude, approximate, typology, telephone, emails, websites, hours,
	summary, description, collector, parent, itinerance, services, publics, special_needs, fees, programmes,
	trainings, other_trainings, access_ways, support, languages, accessibility_url, booking_url, wheelchair, pass_accepted, invented,
	updated_on, labelled_from, labelled_until, equipment, prices, confirmed_on, merged_into, fresh_on, fresh_sign, stale, closed_on`

func scan(row db.Scanner) (Place, error) {
	var p Place
	err := row.Scan(&p.ID, &p.Organisation, &p.Source, &p.SourceID, &p.Pivot, &p.Name, &p.Commune, &p.CommuneName, &p.PostalCode, &p.Departement,
		&p.Address, &p.AddressComplement, &p.Latitude, &p.Longitude, &p.Approximate, (*words)(&p.Typology), &p.Telephone, (*words)(&p.Emails), (*words)(&p.Websites), &p.Hours,
		&p.Summary, &p.Description, &p.Collector, &p.Parent, (*words)(&p.Itinerance), (*words)(&p.Services), (*words)(&p.Publics), (*words)(&p.SpecialNeeds), (*words)(&p.Fees), (*words)(&p.Programmes),
		(*words)(&p.Trainings), &p.OtherTrainings, (*words)(&p.AccessWays), (*words)(&p.Supports), (*words)(&p.Languages), &p.AccessibilityURL, &p.BookingURL, &p.Wheelchair, &p.PassAccepted, &p.Invented,
		&p.UpdatedOn, &p.LabelledFrom, &p.LabelledUntil, (*words)(&p.Equipment), &p.Prices, &p.ConfirmedOn, &p.MergedInto, &p.FreshOn, &p.FreshSign, &p.Stale, &p.ClosedOn)
	return p, err
}

// words reads a list column.
type words []string

// Scan reads "|a|b|".
func (w *words) Scan(value any) error {
	switch text := value.(type) {
	case string:
		*w = split(text)
		return nil
	case []byte:
		*w = split(string(text))
		return nil
	}
	return fmt.Errorf("place: a list is kept as %T", value)
}

// ByID reads one place, or the one that stands for it: its ID then is another.
// Fault: unknown_place.
func ByID(ctx context.Context, q db.Q, id db.ID) (Place, error) {
	p, err := rowByID(ctx, q, id)
	if err != nil || p.MergedInto.IsZero() {
		return p, err
	}
	return rowByID(ctx, q, p.MergedInto)
}

func rowByID(ctx context.Context, q db.Q, id db.ID) (Place, error) {
	return found(scan(q.QueryRow(ctx, `SELECT `+columns+` FROM place WHERE id = $1`, id)))
}

// BySource reads the place of which a source speaks under an id of its own.
// Fault: unknown_place.
func BySource(ctx context.Context, q db.Q, source, sourceID string) (Place, error) {
	return found(scan(q.QueryRow(ctx, `SELECT `+columns+` FROM place
		WHERE id = (SELECT place FROM place_record WHERE source = $1 AND source_id = $2)`, source, sourceID)))
}

func found(p Place, err error) (Place, error) {
	if fault.KindOf(err) == fault.NotFound {
		return Place{}, ErrUnknownPlace
	}
	return p, err
}

// Of lists the places that an organisation keeps, by name.
func Of(ctx context.Context, q db.Q, organisation db.ID) ([]Place, error) {
	return db.All(ctx, q, scan, `SELECT `+columns+` FROM place WHERE organisation = $1 ORDER BY sort_name, id`, organisation)
}

// ByName orders places as lists of names do.
func ByName(a, b Place) int {
	return cmp.Or(cmp.Compare(a.folded(), b.folded()), slices.Compare(a.ID[:], b.ID[:]))
}

// ByIDs reads places in the order of their ids; an id that is not known is left out.
func ByIDs(ctx context.Context, q db.Q, ids []db.ID) ([]Place, error) {
	if len(ids) == 0 {
		return []Place{}, nil
	}
	var marks strings.Builder
	args := make([]any, len(ids))
	for i, id := range ids {
		if i > 0 {
			marks.WriteString(", ")
		}
		fmt.Fprintf(&marks, "$%d", i+1)
		args[i] = id
	}
	read, err := db.All(ctx, q, scan, `SELECT `+columns+` FROM place WHERE id IN (`+marks.String()+`)`, args...)
	if err != nil {
		return nil, err
	}
	byID := make(map[db.ID]Place, len(read))
	for _, p := range read {
		byID[p.ID] = p
	}
	ordered := make([]Place, 0, len(read))
	for _, id := range ids {
		if p, known := byID[id]; known {
			ordered = append(ordered, p)
		}
	}
	return ordered, nil
}

// Period is the time in which a place holds the label, both days in it.
type Period struct{ From, Until civil.Date }

// LabelPeriods are the labels' periods as searches see them, by place.
func LabelPeriods(ctx context.Context, q db.Q) (map[db.ID]Period, error) {
	type labelled struct {
		id     db.ID
		period Period
	}
	all, err := db.All(ctx, q, func(row db.Scanner) (labelled, error) {
		var one labelled
		err := row.Scan(&one.id, &one.period.From, &one.period.Until)
		return one, err
	}, `SELECT id, labelled_from, labelled_until FROM place WHERE labelled_until IS NOT NULL`)
	periods := make(map[db.ID]Period, len(all))
	for _, one := range all {
		periods[one.id] = one.period
	}
	return periods, err
}

// Count is how many places the directory holds.
func Count(ctx context.Context, q db.Q) (int, error) {
	return db.Value[int](q.QueryRow(ctx, `SELECT COUNT(*) FROM place WHERE merged_into IS NULL`))
}
