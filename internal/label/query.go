package label

import (
	"context"
	"fmt"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/place"
)

// SiteByID reads a place with its label. Fault: unknown_place.
func SiteByID(ctx context.Context, q db.Q, placeID db.ID) (Site, error) {
	known, err := place.ByID(ctx, q, placeID)
	if err != nil {
		return Site{}, err
	}
	return withLabel(ctx, q, known)
}

// SitesOf lists the places that an organisation keeps, with their labels, by
// name: to someone attached to one of them, that one alone.
func SitesOf(ctx context.Context, q db.Q, organisation db.ID) ([]Site, error) {
	places, err := place.Of(ctx, q, organisation)
	if err != nil {
		return nil, err
	}
	sites := make([]Site, 0, len(places))
	for _, known := range places {
		if actor := q.Actor(); actor.Organisation == organisation && !account.AtPlace(actor, account.ActPlaceKeep, known.ID) {
			continue
		}
		site, err := withLabel(ctx, q, known)
		if err != nil {
			return nil, err
		}
		sites = append(sites, site)
	}
	return sites, nil
}

// Search lists a page of places with their labels, as place.Search does.
func Search(ctx context.Context, q db.Q, filter place.Filter) (sites []Site, next string, err error) {
	found, next, err := place.Search(ctx, q, filter)
	if err != nil || len(found) == 0 {
		return []Site{}, next, err
	}
	marks := make([]string, len(found))
	ids := make([]any, len(found))
	for i, known := range found {
		marks[i], ids[i] = fmt.Sprintf("$%d", i+1), known.ID
	}
	type held struct {
		place db.ID
		label Label
	}
	labels, err := db.All(ctx, q, func(row db.Scanner) (held, error) {
		var one held
		err := row.Scan(&one.place, (*string)(&one.label.State), &one.label.From, &one.label.Until, &one.label.Resumes, &one.label.Decision)
		return one, err
	}, `SELECT place, state, valid_from, valid_until, resumes, decision FROM label WHERE place IN (`+strings.Join(marks, ", ")+`)`, ids...)
	if err != nil {
		return nil, "", err
	}
	byPlace := map[db.ID]Label{}
	for _, one := range labels {
		byPlace[one.place] = one.label
	}
	for _, known := range found {
		site := Site{Place: known.Place, Label: Label{State: None}}
		if label, ever := byPlace[known.ID]; ever {
			site.Label = label
		}
		sites = append(sites, site)
	}
	return sites, next, nil
}

func withLabel(ctx context.Context, q db.Q, known place.Place) (Site, error) {
	site := Site{Place: known, Label: Label{State: None}}
	err := q.QueryRow(ctx, `SELECT state, valid_from, valid_until, resumes, decision FROM label WHERE place = $1`, known.ID).
		Scan((*string)(&site.Label.State), &site.Label.From, &site.Label.Until, &site.Label.Resumes, &site.Label.Decision)
	if fault.KindOf(err) == fault.NotFound {
		return site, nil
	}
	return site, err
}

// Standings counts the places by where they stand on a day: labelled, expired
// (past the last day), withdrawn; the suspended are in none.
func Standings(ctx context.Context, q db.Q, day civil.Date) (labelled, expired, withdrawn int, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FILTER (WHERE valid_from <= $1 AND valid_until >= $1),
			COUNT(*) FILTER (WHERE state = 'granted' AND valid_until < $1),
			COUNT(*) FILTER (WHERE state = 'withdrawn' AND valid_until < $1)
		FROM label`, day).Scan(&labelled, &expired, &withdrawn)
	return labelled, expired, withdrawn, err
}

const selectDecision = `SELECT id, place, decided_on, reason, verb, label_until, actor, at FROM label_decision`

func scanDecision(row db.Scanner) (Decision, error) {
	var d Decision
	err := row.Scan(&d.ID, &d.Site, &d.On, &d.Reason, &d.Verb, &d.Until, &d.Actor, &d.At)
	return d, err
}

// Decisions lists the decisions on a place, latest first.
func Decisions(ctx context.Context, q db.Q, placeID db.ID) ([]Decision, error) {
	return db.All(ctx, q, scanDecision, selectDecision+` WHERE place = $1 ORDER BY at DESC, id DESC`, placeID)
}

// DecisionByID reads one decision. Fault: not_found.
func DecisionByID(ctx context.Context, q db.Q, id db.ID) (Decision, error) {
	return decisionByID(ctx, q, id)
}

func decisionByID(ctx context.Context, q db.Q, id db.ID) (Decision, error) {
	return scanDecision(q.QueryRow(ctx, selectDecision+` WHERE id = $1`, id))
}
