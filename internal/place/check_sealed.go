package place

import (
	"context"
	"fmt"

	"passerelle/internal/audit"
	"passerelle/internal/db"
)

// What is said of places and reports, as acts of the sealed record.
const (
	actConfirm = "place.confirm"
	actCorrect = "place.correct"
	actUndo    = "place.undo_correction"
	actAnswer  = "place_report.answer"
)

// checkSealed compares confirmations, corrections by the places' own people and
// answers to reports with the sealed record.
func checkSealed(ctx context.Context, q db.Q) ([]string, error) {
	confirmations, err := recorded(ctx, q, func(row db.Scanner) (confirmation, error) {
		var c confirmation
		err := row.Scan(&c.ID, &c.Place, &c.On, &c.How, &c.Organisation, &c.At)
		return c, err
	}, `SELECT id, place, confirmed_on, how, organisation, at FROM place_confirmation`, func(c confirmation) db.ID { return c.ID })
	if err != nil {
		return nil, err
	}
	corrections, err := recorded(ctx, q, scanCorrected, selectCorrection, Corrected.subject)
	if err != nil {
		return nil, err
	}
	undone, err := recorded(ctx, q, scanCorrected, selectCorrection+` WHERE c.undone_at IS NOT NULL`, Corrected.subject)
	if err != nil {
		return nil, err
	}
	answers, err := recorded(ctx, q, scanReport, selectReport+` WHERE r.state <> 'open'`, func(r sealedReport) db.ID { return r.ID })
	if err != nil {
		return nil, err
	}
	findings := []string{}
	for _, family := range []struct {
		act, what string
		rows      map[db.ID]audit.Row
	}{
		{actConfirm, "confirmation d’un lieu", confirmations},
		{actCorrect, "correction d’un lieu", corrections},
		{actUndo, "annulation d’une correction", undone},
		{actAnswer, "réponse à un signalement", answers},
	} {
		leaves, err := audit.Of(ctx, q, family.act)
		if err != nil {
			return nil, err
		}
		for _, leaf := range leaves {
			row, stands := family.rows[leaf.Subject]
			delete(family.rows, leaf.Subject)
			if !stands {
				findings = append(findings, fmt.Sprintf("%s %s : inscrite au registre scellé, et disparue", family.what, leaf.Subject))
				continue
			}
			same, err := leaf.Matches(row)
			if err != nil {
				return nil, err
			}
			if !same {
				findings = append(findings, fmt.Sprintf("%s %s : changée depuis son inscription au registre scellé", family.what, leaf.Subject))
			}
		}
		for id := range family.rows {
			findings = append(findings, fmt.Sprintf("%s %s : absente du registre scellé", family.what, id))
		}
	}
	return findings, nil
}

// subject is the row that its leaves are about.
func (c Corrected) subject() db.ID { return c.ID }

// rower is a row that gives its canonical form; a confirmation is its own.
type rower interface{ row() audit.Row }

func (c confirmation) row() audit.Row { return c }

// recorded reads rows in their canonical form, by ID.
func recorded[T rower](ctx context.Context, q db.Q, scan func(db.Scanner) (T, error), query string, id func(T) db.ID) (map[db.ID]audit.Row, error) {
	rows, err := db.All(ctx, q, scan, query)
	byID := make(map[db.ID]audit.Row, len(rows))
	for _, one := range rows {
		byID[id(one)] = one.row()
	}
	return byID, err
}
