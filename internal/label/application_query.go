package label

import (
	"context"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/place"
)

const selectApplication = `SELECT id, organisation, criteria, renewal, siret, state, round, step, certifier, first_certifier,
	clock_started, clock_paused, clock_paused_days, clock_stopped, suspended_until, made_at, changed_at, sent_at, decided_at, ended_at, erased_at
	FROM label_application`

func scanApplication(row db.Scanner) (Application, error) {
	var a Application
	var erased time.Time
	err := row.Scan(&a.ID, &a.Organisation, &a.Criteria, &a.Renewal, &a.siret, (*string)(&a.State), &a.Round, &a.step, &a.Certifier, &a.FirstCertifier,
		&a.counter.started, &a.counter.paused, &a.counter.pausedDays, &a.counter.stopped, &a.SuspendedUntil,
		&a.MadeAt, &a.ChangedAt, &a.SentAt, &a.DecidedAt, &a.endedAt, &erased)
	a.erased = !erased.IsZero()
	return a, err
}

// applicationByID reads an application with its places, for whoever asks.
func applicationByID(ctx context.Context, q db.Q, id db.ID) (Application, error) {
	found, err := scanApplication(q.QueryRow(ctx, selectApplication+` WHERE id = $1`, id))
	if fault.KindOf(err) == fault.NotFound {
		return Application{}, ErrUnknownApplication
	}
	if err != nil {
		return Application{}, err
	}
	all, err := completed(ctx, q, []Application{found})
	if err != nil {
		return Application{}, err
	}
	return all[0], nil
}

// completed adds the places, their outcomes and the organisations' names.
func completed(ctx context.Context, q db.Q, applications []Application) ([]Application, error) {
	names := map[db.ID]string{}
	for i := range applications {
		a := &applications[i]
		if _, known := names[a.Organisation]; !known {
			body, err := account.OrganisationByID(ctx, q, a.Organisation)
			if err != nil && fault.KindOf(err) != fault.NotFound {
				return nil, err
			}
			names[a.Organisation] = body.Name
		}
		a.OrganisationName = names[a.Organisation]
		covered, err := db.All(ctx, q, func(row db.Scanner) (Covered, error) {
			var c Covered
			err := row.Scan(&c.ID, &c.Commune)
			return c, err
		}, `SELECT place, commune FROM label_application_place WHERE application = $1`, a.ID)
		if err != nil {
			return nil, err
		}
		ids := make([]db.ID, len(covered))
		for j, one := range covered {
			ids[j] = one.ID
		}
		places, err := place.ByIDs(ctx, q, ids)
		if err != nil {
			return nil, err
		}
		outcomes, err := outcomesOf(ctx, q, a.ID)
		if err != nil {
			return nil, err
		}
		a.Places = a.Places[:0]
		for _, known := range places {
			one := Covered{ID: known.ID, Name: known.Name, Commune: known.Commune, CommuneName: known.CommuneName}
			for _, outcome := range outcomes { // by round: the last one stands
				if outcome.Place == known.ID {
					one.Outcome, one.Score = outcome.Outcome, outcome.Score
				}
			}
			a.Places = append(a.Places, one)
		}
		sortCovered(a.Places)
	}
	return applications, nil
}

func sortCovered(places []Covered) {
	for i := 1; i < len(places); i++ {
		for j := i; j > 0 && strings.Compare(places[j].Name, places[j-1].Name) < 0; j-- {
			places[j], places[j-1] = places[j-1], places[j]
		}
	}
}

// ApplicationByID reads what is not confidential of an application: for the
// organisation that made it, and for those who certify or oversee. Faults:
// forbidden, other_organisation, unknown_application.
func ApplicationByID(ctx context.Context, q db.Q, id db.ID) (Application, error) {
	return applied(ctx, q, id, account.ActApplicationRead)
}

// ApplicationsOf lists the applications of an organisation, latest first.
func ApplicationsOf(ctx context.Context, q db.Q, organisation db.ID) ([]Application, error) {
	if err := account.Require(q.Actor(), account.ActApplicationRead, organisation); err != nil {
		return nil, err
	}
	found, err := db.All(ctx, q, scanApplication, selectApplication+` WHERE organisation = $1 ORDER BY id DESC`, organisation)
	if err != nil {
		return nil, err
	}
	return completed(ctx, q, found)
}

// ApplicationsFor lists the applications that cover a place, latest first: for
// its organisation, and for those who certify or oversee.
func ApplicationsFor(ctx context.Context, q db.Q, placeID db.ID) ([]Application, error) {
	if err := account.Require(q.Actor(), account.ActApplicationRead, db.ID{}); err != nil {
		return nil, err
	}
	own := db.ID{}
	if !account.Everywhere(q.Actor(), account.ActApplicationRead) {
		own = q.Actor().Organisation
	}
	found, err := db.All(ctx, q, scanApplication, selectApplication+` WHERE id IN (SELECT application FROM label_application_place WHERE place = $1)
		AND ($2 OR organisation = $3) ORDER BY id DESC`, placeID, own.IsZero(), own[:])
	if err != nil {
		return nil, err
	}
	return completed(ctx, q, found)
}

// QueueFilter narrows the list that certifiers work from.
type QueueFilter struct {
	States   []State // any of them; all but drafts when empty
	Waiting  bool    // nobody took it yet
	Assigned db.ID   // taken by this person: see Reviewer
	Decided  db.ID   // this person decided it first
	Late     bool    // its promise is over
	After    db.ID   // the last one of the page before
	Limit    int     // 50 when zero
}

// Queue lists applications by their titles, the oldest sent first: who applies,
// for which places, since when, and the clock. next is the After of the next
// page, zero on the last. Faults: forbidden.
func Queue(ctx context.Context, q db.Q, filter QueueFilter) (applications []Application, next db.ID, err error) {
	if err := account.Require(q.Actor(), account.ActApplicationRead, db.ID{}); err != nil {
		return nil, db.ID{}, err
	}
	if filter.Limit <= 0 {
		filter.Limit = 50
	}
	own := db.ID{}
	if !account.Everywhere(q.Actor(), account.ActApplicationRead) {
		own = q.Actor().Organisation
	}
	var after time.Time
	if !filter.After.IsZero() {
		if err := q.QueryRow(ctx, `SELECT sent_at FROM label_application WHERE id = $1 AND sent_at IS NOT NULL`, filter.After).Scan(&after); err != nil {
			return nil, db.ID{}, err
		}
	}
	states := ""
	for _, state := range filter.States {
		states += "|" + string(state) + "|"
	}
	today := civil.DateOf(q.Now(), civil.Paris)
	started := today
	if filter.Late { // no promise of two months is over before
		started = today.AddMonths(-Promised)
	}
	read := func(from time.Time, fromID db.ID) ([]Application, error) {
		return db.All(ctx, q, scanApplication, selectApplication+` WHERE sent_at IS NOT NULL
			AND ($1 = '' OR $1 LIKE '%|' || state || '|%')
			AND ($2 = FALSE OR (certifier IS NULL AND state IN ('sent', 'appealed')))
			AND ($3 OR certifier = $4) AND ($5 OR first_certifier = $6)
			AND ($7 OR organisation = $8) AND clock_started <= $9
			AND ($10 OR (sent_at, id) > ($11, $12))
			ORDER BY sent_at, id LIMIT $13`,
			states, filter.Waiting, filter.Assigned.IsZero(), filter.Assigned[:], filter.Decided.IsZero(), filter.Decided[:],
			own.IsZero(), own[:], started, from.IsZero(), from, fromID[:], filter.Limit+1)
	}
	var kept []Application
	from, fromID := after, filter.After
	for len(kept) <= filter.Limit {
		found, err := read(from, fromID)
		if err != nil {
			return nil, db.ID{}, err
		}
		for _, one := range found {
			if !filter.Late || one.Clock(today).Late {
				kept = append(kept, one)
			}
		}
		if len(found) <= filter.Limit {
			break
		}
		from, fromID = found[len(found)-1].SentAt, found[len(found)-1].ID
	}
	if len(kept) > filter.Limit {
		kept = kept[:filter.Limit]
		next = kept[filter.Limit-1].ID
	}
	applications, err = completed(ctx, q, kept)
	return applications, next, err
}

// Reviewer is the person whom an actor's reviews belong to: the one who made
// the token, where a token acts.
func Reviewer(ctx context.Context, q db.Q) (db.ID, error) {
	return account.PersonBehind(ctx, q, q.Actor().ID)
}

// File is an application whole.
type File struct {
	Application
	SIRET          string
	Representative Representative // empty for an auditor
	Answers        []Answer
	Attachments    []Attachment
	Messages       []Message
	Visits         []Visit
	History        []Step      // oldest first
	Judgements     []Judgement // of the current round; the applicant reads them once it is decided
	Earlier        []Judgement // of the first round, once appealed
	Erased         bool        // its term is over: what was sealed is gone
}

// Answer finds what the applicant said; empty when nothing yet.
func (f File) Answer(placeID db.ID, criterion string) Answer {
	for _, answer := range f.Answers {
		if answer.Place == placeID && answer.Criterion == criterion {
			return answer
		}
	}
	return Answer{Place: placeID, Criterion: criterion}
}

// Rules are the criteria under which the application was made.
func (f File) Rules() Criteria {
	criteria, err := CriteriaByVersion(f.Criteria)
	if err != nil {
		panic("label: " + f.Criteria + " is gone from the published criteria")
	}
	return criteria
}

// Score adds up the current round's judgements on one place.
func (f File) Score(placeID db.ID) Score { return f.Rules().Score(byCode(f.Judgements, placeID)) }

// FirstScore adds up the first round's, once the application is appealed.
func (f File) FirstScore(placeID db.ID) Score { return f.Rules().Score(byCode(f.Earlier, placeID)) }

func byCode(judgements []Judgement, placeID db.ID) map[string]Judgement {
	verdicts := map[string]Judgement{}
	for _, judged := range judgements {
		if judged.Place == placeID {
			verdicts[judged.Criterion] = judged
		}
	}
	return verdicts
}

// FileByID reads an application whole: for the organisation that made it, for
// the certifiers who took it, and, without what may name a person, for those
// who oversee. Faults: forbidden, other_organisation, unknown_application,
// not_assigned.
func FileByID(ctx context.Context, q db.Q, id db.ID) (File, error) {
	application, view, err := opened(ctx, q, id)
	if err != nil {
		return File{}, err
	}
	return fileOf(ctx, q, application, view)
}

// side is how much of an application its reader sees.
type side int

const (
	outside   side = iota // oversees: nothing that may name a person
	applicant             // made it
	certifier             // judges it, or did
)

// opened reads an application and tells on which side its reader stands.
func opened(ctx context.Context, q db.Q, id db.ID) (Application, side, error) {
	application, err := applied(ctx, q, id, account.ActApplicationRead)
	if err != nil {
		return Application{}, outside, err
	}
	actor := q.Actor()
	switch {
	case actor.Role == account.RoleSite:
		return application, applicant, nil
	case actor.Kind == db.Console || actor.Kind == db.Job:
		return application, certifier, nil
	case actor.Role != account.RoleCertifier:
		return application, outside, nil
	}
	who, err := Reviewer(ctx, q)
	if err != nil {
		return Application{}, outside, err
	}
	if who != application.Certifier && who != application.FirstCertifier {
		return Application{}, outside, ErrNotAssigned
	}
	// Who joined the applicant since then no longer reads it as a certifier.
	return application, certifier, disinterested(ctx, q, who, application.Organisation)
}

func fileOf(ctx context.Context, q db.Q, application Application, view side) (File, error) {
	file := File{Application: application, SIRET: application.siret, Erased: application.erased}
	var err error
	if file.History, err = historyOf(ctx, q, application, view); err != nil {
		return File{}, err
	}
	if view == certifier || view == applicant && !application.State.Undecided() || view == outside {
		if file.Judgements, err = judgementsOf(ctx, q, application.ID, application.Round); err != nil {
			return File{}, err
		}
	}
	if application.Round > 1 {
		if file.Earlier, err = judgementsOf(ctx, q, application.ID, 1); err != nil {
			return File{}, err
		}
	}
	if view == outside || application.erased {
		return file, nil
	}
	for _, load := range []func() error{
		func() (err error) { file.Representative, err = representativeOf(ctx, q, application.ID); return err },
		func() (err error) { file.Answers, err = answersOf(ctx, q, application.ID); return err },
		func() (err error) { file.Attachments, err = attachmentsOf(ctx, q, application.ID); return err },
		func() (err error) { file.Messages, err = messagesOf(ctx, q, application.ID); return err },
		func() (err error) { file.Visits, err = visitsOf(ctx, q, application.ID); return err },
	} {
		if err := load(); err != nil {
			return File{}, err
		}
	}
	return file, nil
}
