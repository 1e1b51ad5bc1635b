package label

import (
	"context"
	"slices"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/place"
)

// RegisterFilter narrows the public register.
type RegisterFilter struct {
	Territory geography.Territory // zero for all
	Text      string              // words of the name or the address
	Ended     bool                // the labels that hold no more, instead of today's: suspended, withdrawn, expired
	After     string              // the next of the page before
	Limit     int                 // 50 when zero
}

// Registered is one line of the public register: a place that holds the label
// today, or held it.
type Registered struct {
	Site
	Since, Until   civil.Date
	SuspendedUntil civil.Date // the last day of a suspension; zero when it is not suspended
	Certifier      string     // the certifying organisation's name; empty when the program's operator qualified it
	Criteria       string     // the version; empty for a label given without application
	Score          int        // of the decision; 0 without application
	Application    db.ID      // zero without one
}

// Register lists the labelled places of today, or those that were, by name.
// Public: dates, never reasons.
func Register(ctx context.Context, q db.Q, filter RegisterFilter) (lines []Registered, next string, err error) {
	asked := place.Filter{Territory: filter.Territory, Text: filter.Text, After: filter.After, Limit: filter.Limit}
	if filter.Ended {
		asked.EndingBy = today(q).AddDays(-1)
	} else {
		asked.Labelled = today(q)
	}
	sites, next, err := Search(ctx, q, asked)
	if err != nil {
		return nil, "", err
	}
	names := map[db.ID]string{}
	lines = make([]Registered, 0, len(sites))
	for _, site := range sites {
		line := Registered{Site: site, Since: site.Label.From, Until: site.Label.Until}
		var by db.ID
		if err := q.QueryRow(ctx, `SELECT organisation FROM label_decision WHERE place = $1 AND verb = 'grant' ORDER BY at DESC, id DESC LIMIT 1`, site.ID).Scan(&by); err != nil && fault.KindOf(err) != fault.NotFound {
			return nil, "", err
		}
		if _, known := names[by]; !known && !by.IsZero() {
			body, err := account.OrganisationByID(ctx, q, by)
			if err != nil && fault.KindOf(err) != fault.NotFound {
				return nil, "", err
			}
			names[by] = body.Name
		}
		line.Certifier = names[by]
		outcomes, err := db.All(ctx, q, scanOutcome, selectOutcome+` WHERE place = $1 AND outcome = 'granted' ORDER BY at DESC, id DESC LIMIT 1`, site.ID)
		if err != nil {
			return nil, "", err
		}
		if len(outcomes) == 1 {
			line.Score, line.Application = outcomes[0].Score, outcomes[0].Application
			var until civil.Date
			if err := q.QueryRow(ctx, `SELECT criteria, suspended_until FROM label_application WHERE id = $1`, line.Application).Scan(&line.Criteria, &until); err != nil {
				return nil, "", err
			}
			if site.Label.State == Suspended {
				line.SuspendedUntil = until
			}
		}
		lines = append(lines, line)
	}
	return lines, next, nil
}

// Figures are what certifiers did in one civil year (Paris), and what waits.
// Public. An application counts in the year of the event, once, when at least
// one of its places is in the territory; places count one by one.
type Figures struct {
	Year            int
	Sent            int // applications sent
	Renewals        int // of them
	Granted         int // first decisions that gave the label to at least one place
	Refused         int // first decisions that gave it to none
	PlacesGranted   int // places that got it, on appeal included
	PlacesRefused   int // places refused by a first decision
	Withdrawn       int // labels withdrawn from an application's places, and applications given up
	Appeals         int // made
	AppealsGranted  int // decided, with at least one place more
	AppealsRefused  int
	MedianDays      int // to a first decision, pauses left out; 0 without one
	LongestDays     int
	LateDecisions   int // first decisions after their promise
	WaitingNow      int // sent and not decided on the day of the question, whatever the year they were sent: in the current year's line only
	LateNow         int // of them, past their promise
	LongestWaitDays int // of them
}

// FiguresBy answers the figures of a territory (zero: the whole country), the
// latest year first; the current year is always there.
func FiguresBy(ctx context.Context, q db.Q, territory geography.Territory) ([]Figures, error) {
	tally, err := newTally(ctx, q, territory)
	if err != nil {
		return nil, err
	}
	steps, err := db.All(ctx, q, scanStep, selectStep+` ORDER BY application, number`)
	if err != nil {
		return nil, err
	}
	histories := map[db.ID][]Step{}
	for _, step := range steps {
		histories[step.Application] = append(histories[step.Application], step)
	}
	outcomes, err := db.All(ctx, q, scanOutcome, selectOutcome)
	if err != nil {
		return nil, err
	}
	more := map[db.ID]bool{} // appeals that gave a place the label
	for _, outcome := range outcomes {
		if tally.places[outcome.Application] == nil || !tally.places[outcome.Application][outcome.Place] {
			continue
		}
		year := tally.of(civil.DateOf(outcome.At, civil.Paris))
		switch {
		case outcome.Outcome == Granted:
			year.PlacesGranted++
			more[outcome.Application] = more[outcome.Application] || outcome.Round > 1
		case outcome.Round == 1:
			year.PlacesRefused++
		}
	}
	for _, application := range tally.applications {
		tally.play(application, histories[application.ID], more[application.ID], today(q))
	}
	return tally.result(), nil
}

// tally adds figures up by year.
type tally struct {
	applications []Application
	places       map[db.ID]map[db.ID]bool // in the territory, by application
	years        map[int]*Figures
	days         map[int][]int
}

func newTally(ctx context.Context, q db.Q, territory geography.Territory) (*tally, error) {
	t := &tally{places: map[db.ID]map[db.ID]bool{}, years: map[int]*Figures{}, days: map[int][]int{}}
	t.of(today(q))
	type covered struct {
		application, place db.ID
		commune            string
	}
	all, err := db.All(ctx, q, func(row db.Scanner) (covered, error) {
		var c covered
		err := row.Scan(&c.application, &c.place, &c.commune)
		return c, err
	}, `SELECT application, place, commune FROM label_application_place`)
	if err != nil {
		return nil, err
	}
	for _, one := range all {
		if territory.Kind != 0 && !territory.Contains(one.commune) {
			continue
		}
		if t.places[one.application] == nil {
			t.places[one.application] = map[db.ID]bool{}
		}
		t.places[one.application][one.place] = true
	}
	applications, err := db.All(ctx, q, scanApplication, selectApplication+` WHERE sent_at IS NOT NULL`)
	for _, application := range applications {
		if t.places[application.ID] != nil {
			t.applications = append(t.applications, application)
		}
	}
	return t, err
}

func (t *tally) of(day civil.Date) *Figures {
	if t.years[day.Year()] == nil {
		t.years[day.Year()] = &Figures{Year: day.Year()}
	}
	return t.years[day.Year()]
}

// play counts one application's history.
func (t *tally) play(application Application, history []Step, more bool, now civil.Date) {
	var clock counter
	first := true // until the first decision
	for _, step := range history {
		on := civil.DateOf(step.At, civil.Paris)
		clock.follow(step)
		year := t.of(on)
		switch step.Act {
		case ActSend:
			year.Sent++
			if application.Renewal {
				year.Renewals++
			}
		case ActAppeal:
			year.Appeals++
		case ActWithdraw, ActGiveUp, ActLapse:
			year.Withdrawn++
		case ActGrant, ActRefuse:
			switch {
			case first:
				first = false
				if step.Act == ActGrant {
					year.Granted++
				} else {
					year.Refused++
				}
				read := clock.on(on)
				t.days[year.Year] = append(t.days[year.Year], read.Days)
				if read.Late {
					year.LateDecisions++
				}
			case more:
				year.AppealsGranted++
			default:
				year.AppealsRefused++
			}
		}
	}
	if application.State.Undecided() {
		read, year := application.Clock(now), t.of(now)
		year.WaitingNow++
		year.LongestWaitDays = max(year.LongestWaitDays, read.Days)
		if read.Late {
			year.LateNow++
		}
	}
}

func (t *tally) result() []Figures {
	var result []Figures
	for year, figures := range t.years {
		if days := t.days[year]; len(days) > 0 {
			slices.Sort(days)
			figures.MedianDays, figures.LongestDays = days[len(days)/2], days[len(days)-1]
			if len(days)%2 == 0 {
				figures.MedianDays = (days[len(days)/2-1] + days[len(days)/2]) / 2
			}
		}
		result = append(result, *figures)
	}
	slices.SortFunc(result, func(a, b Figures) int { return b.Year - a.Year })
	return result
}
