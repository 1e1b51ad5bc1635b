package departure

import (
	"context"
	"fmt"

	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

// Check verifies the departures and the re-homings: each is as the sealed record
// has it, an ended departure leaves nobody expected, and who was re-homed is
// expected where they were moved and no more where they were. It answers one
// French line per violated row.
func Check(ctx context.Context, q db.Q) ([]string, error) {
	findings := []string{}
	for _, check := range []func(context.Context, db.Q) ([]string, error){checkDepartures, checkRehomings} {
		more, err := check(ctx, q)
		if err != nil {
			return nil, err
		}
		findings = append(findings, more...)
	}
	return findings, nil
}

func checkDepartures(ctx context.Context, q db.Q) ([]string, error) {
	departures, err := db.All(ctx, q, scanDeparture, selectDeparture+` ORDER BY id`)
	if err != nil {
		return nil, err
	}
	closings, err := place.Closings(ctx, q)
	if err != nil {
		return nil, err
	}
	announced, err := leaves(ctx, q, actAnnounce)
	if err != nil {
		return nil, err
	}
	ended, err := leaves(ctx, q, actEnd)
	if err != nil {
		return nil, err
	}
	var findings []string
	for _, d := range departures {
		if findings, err = announced.compare(findings, "départ", d.ID, d.row()); err != nil {
			return nil, err
		}
		if d.Ended {
			if findings, err = ended.compare(findings, "fin de départ", d.ID, endRow{d.ID, d.Place, d.EndedAt}); err != nil {
				return nil, err
			}
		}
		if !d.Ended || closings[d.Place].LastOn != d.LastOn {
			continue
		}
		site, err := place.ByID(ctx, q, d.Place)
		if err != nil {
			return nil, err
		}
		left, err := expected(ctx, q, d.stop(site))
		if err != nil {
			return nil, err
		}
		if len(left) > 0 {
			findings = append(findings, fmt.Sprintf("départ %s : terminé, et %d inscriptions y attendent encore", d.ID, len(left)))
		}
	}
	return ended.rest(announced.rest(findings, "départ"), "fin de départ"), nil
}

func checkRehomings(ctx context.Context, q db.Q) ([]string, error) {
	rows, err := db.All(ctx, q, scanRehoming, selectRehoming+` ORDER BY booking`)
	if err != nil {
		return nil, err
	}
	sealed, err := leaves(ctx, q, actMove, actGiveUp)
	if err != nil {
		return nil, err
	}
	var findings []string
	for _, row := range rows {
		if findings, err = sealed.compare(findings, "personne replacée", row.Booking, row); err != nil {
			return nil, err
		}
		left, _, err := workshop.BookingByID(ctx, q, row.Booking)
		if err != nil {
			return nil, err
		}
		if left.Stands() {
			findings = append(findings, fmt.Sprintf("inscription %s : replacée, et toujours attendue au lieu qui part", row.Booking))
		}
		if row.MovedTo.IsZero() {
			continue
		}
		made, _, err := workshop.BookingByID(ctx, q, row.MovedTo)
		if err != nil {
			return nil, err
		}
		if made.Holder != left.Holder {
			findings = append(findings, fmt.Sprintf("inscription %s : replacée par celle d’une autre personne", row.Booking))
		}
	}
	return sealed.rest(findings, "personne replacée"), nil
}

// record is a part of the sealed record, from which the rows found are taken out.
type record map[db.ID]audit.Leaf

func leaves(ctx context.Context, q db.Q, acts ...string) (record, error) {
	sealed := record{}
	for _, act := range acts {
		found, err := audit.Of(ctx, q, act)
		if err != nil {
			return nil, err
		}
		for _, leaf := range found {
			sealed[leaf.Subject] = leaf
		}
	}
	return sealed, nil
}

func (r record) compare(findings []string, what string, id db.ID, row audit.Row) ([]string, error) {
	leaf, known := r[id]
	delete(r, id)
	if !known {
		return append(findings, fmt.Sprintf("%s %s : sans acte au registre scellé", what, id)), nil
	}
	same, err := leaf.Matches(row)
	if err == nil && !same {
		findings = append(findings, fmt.Sprintf("%s %s : changé depuis son inscription au registre scellé", what, id))
	}
	return findings, err
}

func (r record) rest(findings []string, what string) []string {
	for id := range r {
		findings = append(findings, fmt.Sprintf("%s %s : inscrit au registre scellé, et disparu", what, id))
	}
	return findings
}
