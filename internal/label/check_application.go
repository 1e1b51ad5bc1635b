package label

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// checkApplications verifies that each application stands where its history
// says, along the transitions, with the clock that follows; that an undecided
// one holds its places and no other does; that each outcome follows from its
// judgements under its own version of the criteria; and that nobody judged their
// own organisation, an appeal of their own decision, or a place that they pay.
func checkApplications(ctx context.Context, q db.Q) ([]string, error) {
	applications, err := db.All(ctx, q, scanApplication, selectApplication)
	if err != nil {
		return nil, err
	}
	steps, err := db.All(ctx, q, scanStep, selectStep+` ORDER BY application, number`)
	if err != nil {
		return nil, err
	}
	outcomes, err := db.All(ctx, q, scanOutcome, selectOutcome+` ORDER BY application, round, place`)
	if err != nil {
		return nil, err
	}
	var findings []string
	histories, known := map[db.ID][]Step{}, map[db.ID]Application{}
	for _, application := range applications {
		known[application.ID] = application
	}
	for _, step := range steps {
		histories[step.Application] = append(histories[step.Application], step)
	}
	for _, application := range applications {
		findings = append(findings, application.check(histories[application.ID])...)
	}
	for _, work := range []func() ([]string, error){
		func() ([]string, error) { return checkOpen(ctx, q) },
		func() ([]string, error) { return checkOutcomes(ctx, q, known, outcomes) },
		func() ([]string, error) { return checkJudges(ctx, q, known, outcomes) },
		func() ([]string, error) { return checkHistory(ctx, q, steps, outcomes) },
	} {
		more, err := work()
		if err != nil {
			return nil, err
		}
		findings = append(findings, more...)
	}
	return findings, nil
}

// check replays an application's history.
func (a Application) check(history []Step) []string {
	var state State
	var clock counter
	for i, step := range history {
		to, err := state.next(step.Act)
		if err != nil || step.From != state || step.To != to || step.Number != i+1 {
			return []string{fmt.Sprintf("demande de label %s : son étape %d ne suit pas la précédente", a.ID, step.Number)}
		}
		state = to
		clock.follow(step)
	}
	var findings []string
	if state != a.State || len(history) != a.step {
		findings = append(findings, fmt.Sprintf("demande de label %s : son état n’est pas celui de sa dernière étape", a.ID))
	}
	if clock != a.counter {
		findings = append(findings, fmt.Sprintf("demande de label %s : son délai n’est pas celui de ses étapes", a.ID))
	}
	return findings
}

func checkOpen(ctx context.Context, q db.Q) ([]string, error) {
	faulty, err := db.All(ctx, q, db.Value[db.ID], `SELECT covered.application FROM label_application_place AS covered
			JOIN label_application AS held ON held.id = covered.application
			WHERE (held.state IN ('draft', 'sent', 'in_review', 'more_asked')
				OR held.state = 'appealed' AND EXISTS (SELECT 1 FROM label_outcome AS first
					WHERE first.application = held.id AND first.place = covered.place AND first.round = 1 AND first.outcome = 'refused'))
				<> EXISTS (SELECT 1 FROM label_application_open AS opened WHERE opened.place = covered.place AND opened.application = covered.application)
		UNION SELECT opened.application FROM label_application_open AS opened WHERE NOT EXISTS (
			SELECT 1 FROM label_application_place AS covered WHERE covered.place = opened.place AND covered.application = opened.application)`)
	findings := []string{}
	for _, id := range faulty {
		findings = append(findings, fmt.Sprintf("demande de label %s : ses lieux ne sont pas réservés comme son état le veut", id))
	}
	return findings, err
}

func checkOutcomes(ctx context.Context, q db.Q, known map[db.ID]Application, outcomes []Outcome) ([]string, error) {
	var findings []string
	for _, outcome := range outcomes {
		criteria, err := CriteriaByVersion(known[outcome.Application].Criteria)
		if err != nil {
			return nil, err
		}
		judgements, err := judgementsOf(ctx, q, outcome.Application, outcome.Round)
		if err != nil {
			return nil, err
		}
		digest, err := digestOf(criteria, judgements, outcome.Place)
		if err != nil {
			return nil, err
		}
		score := criteria.Score(byCode(judgements, outcome.Place))
		if !bytes.Equal(digest, outcome.Judgements) || score.Percent != outcome.Score || score.Grantable != (outcome.Outcome == Granted) {
			findings = append(findings, fmt.Sprintf("demande de label %s : ce qui est décidé pour le lieu %s ne suit pas de ses avis", outcome.Application, outcome.Place))
		}
		if outcome.Outcome != Granted {
			continue
		}
		decision, err := decisionByID(ctx, q, outcome.Decision)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return nil, err
		}
		if decision.Site != outcome.Place || decision.Verb != verbGrant {
			findings = append(findings, fmt.Sprintf("demande de label %s : sa décision pour le lieu %s est celle d’autre chose", outcome.Application, outcome.Place))
		}
	}
	return findings, nil
}

func checkJudges(ctx context.Context, q db.Q, known map[db.ID]Application, outcomes []Outcome) ([]string, error) {
	var findings []string
	first := map[db.ID]db.ID{}
	for _, outcome := range outcomes {
		if outcome.Actor.IsZero() { // the console
			continue
		}
		if outcome.Round == 1 {
			first[outcome.Application] = outcome.Actor
		} else if first[outcome.Application] == outcome.Actor {
			findings = append(findings, fmt.Sprintf("demande de label %s : l’appel a été jugé par qui avait décidé", outcome.Application))
		}
		interested, err := account.Belongs(ctx, q, outcome.Actor, known[outcome.Application].Organisation, outcome.At)
		if err != nil {
			return nil, err
		}
		if interested {
			findings = append(findings, fmt.Sprintf("demande de label %s : jugée par un membre de l’organisation qui la demande", outcome.Application))
		}
		duty, err := account.DutyOf(ctx, q, outcome.Actor, outcome.Place)
		if err != nil {
			return nil, err
		}
		if duty != account.DutyCertify {
			findings = append(findings, fmt.Sprintf("demande de label %s : qui l’a jugée n’est pas tenu de ne jamais payer le lieu %s", outcome.Application, outcome.Place))
		}
	}
	return findings, nil
}

// checkHistory compares steps and outcomes with the sealed record.
func checkHistory(ctx context.Context, q db.Q, steps []Step, outcomes []Outcome) ([]string, error) {
	leaves := map[string]bool{}
	for _, line := range transitions {
		leaves[leafOf(line.Act)] = true
	}
	var acts []string
	for leaf := range leaves {
		acts = append(acts, leaf)
	}
	sealed, err := audit.Replaying(ctx, q, "étape de demande de label", acts...)
	if err != nil {
		return nil, err
	}
	for _, step := range steps {
		if err := sealed.Compare(step.leaf(), step.ID, step.row()); err != nil {
			return nil, err
		}
	}
	altered, err := checkReasons(ctx, q)
	if err != nil {
		return nil, err
	}
	decided, err := audit.Replaying(ctx, q, "décision de demande de label", actOutcome)
	if err != nil {
		return nil, err
	}
	for _, outcome := range outcomes {
		if err := decided.Compare(actOutcome, outcome.ID, outcome); err != nil {
			return nil, err
		}
	}
	return slices.Concat(sealed.Findings(), altered, decided.Findings()), nil
}

// checkReasons compares the reasons that can still be read with their marks,
// for which the leaves stand.
func checkReasons(ctx context.Context, q db.Q) ([]string, error) {
	type reasoned struct {
		id, application db.ID
		reason, mark    []byte
	}
	all, err := db.All(ctx, q, func(row db.Scanner) (reasoned, error) {
		var one reasoned
		err := row.Scan(&one.id, &one.application, &one.reason, &one.mark)
		return one, err
	}, `SELECT id, application, reason, mark FROM label_step WHERE reason IS NOT NULL OR mark IS NOT NULL`)
	if err != nil {
		return nil, err
	}
	var findings []string
	for _, one := range all {
		text, err := db.Unseal(ctx, q, one.application, one.reason)
		if errors.Is(err, db.ErrErased) {
			continue
		}
		if err != nil || !bytes.Equal(db.Match(q, one.application, text), one.mark) {
			findings = append(findings, fmt.Sprintf("étape de demande de label %s : sa raison a changé", one.id))
		}
	}
	return findings, nil
}
