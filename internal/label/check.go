package label

import (
	"context"
	"fmt"

	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/place"
)

// Check verifies the labels: each is what its last decision says, the directory
// shows the same period, a site that gave bank details has current ones, every
// application is where its history and its judgements say, and every decision,
// step and entry is as the sealed record has it. It answers one French line per
// violated row.
func Check(ctx context.Context, q db.Q) ([]string, error) {
	findings := []string{}
	for _, rule := range []struct{ says, query string }{
		{"label : celui du lieu %s n’est pas ce que dit sa dernière décision", `SELECT label.place FROM label
			JOIN label_decision AS decision ON decision.id = label.decision
			WHERE decision.place <> label.place OR decision.label_until <> label.valid_until
				OR (decision.verb IN ('grant', 'resume', 'prolong')) <> (label.state = 'granted')
				OR (decision.verb = 'suspend') <> (label.state = 'suspended')
				OR (label.resumes IS NOT NULL) <> (label.state = 'suspended')`},
		{"label : le lieu %s a une décision plus récente que son label", `SELECT DISTINCT label.place FROM label
			JOIN label_decision AS last ON last.id = label.decision
			JOIN label_decision AS later ON later.place = label.place
			WHERE (later.decided_on, later.at) > (last.decided_on, last.at)`},
		{"coordonnées bancaires : celles de %s (lieu ou organisation) n’ont pas de version en cours", `SELECT DISTINCT entered.payee FROM bank_details AS entered
			WHERE NOT EXISTS (SELECT 1 FROM bank_details_current AS latest JOIN bank_details AS own ON own.id = latest.details
				WHERE latest.payee = entered.payee AND own.payee = latest.payee)`},
		{"coordonnées bancaires : celles en cours de %s (lieu ou organisation) ne sont pas les dernières entrées", `SELECT latest.payee FROM bank_details_current AS latest
			JOIN bank_details AS own ON own.id = latest.details
			WHERE own.payee <> latest.payee OR EXISTS (SELECT 1 FROM bank_details AS later WHERE later.payee = latest.payee AND later.at > own.at)`},
	} {
		faulty, err := db.All(ctx, q, db.Value[db.ID], rule.query)
		if err != nil {
			return nil, err
		}
		for _, id := range faulty {
			findings = append(findings, fmt.Sprintf(rule.says, id))
		}
	}
	for _, check := range []func(context.Context, db.Q) ([]string, error){checkShown, checkDecisions, checkEntries, checkApplications} {
		more, err := check(ctx, q)
		if err != nil {
			return nil, err
		}
		findings = append(findings, more...)
	}
	return findings, nil
}

// checkShown compares the labels with the periods that searches see.
func checkShown(ctx context.Context, q db.Q) ([]string, error) {
	periods, err := place.LabelPeriods(ctx, q)
	if err != nil {
		return nil, err
	}
	type held struct {
		place  db.ID
		period place.Period
	}
	labels, err := db.All(ctx, q, func(row db.Scanner) (held, error) {
		var one held
		err := row.Scan(&one.place, &one.period.From, &one.period.Until)
		return one, err
	}, `SELECT place, valid_from, valid_until FROM label`)
	if err != nil {
		return nil, err
	}
	const says = "label : l’annuaire montre pour le lieu %s une autre période que son label"
	var findings []string
	for _, label := range labels {
		if periods[label.place] != label.period {
			findings = append(findings, fmt.Sprintf(says, label.place))
		}
		delete(periods, label.place)
	}
	for id := range periods {
		findings = append(findings, fmt.Sprintf(says, id))
	}
	return findings, nil
}

// checkDecisions compares the decisions with the sealed record.
func checkDecisions(ctx context.Context, q db.Q) ([]string, error) {
	decisions, err := db.All(ctx, q, scanDecision, selectDecision)
	if err != nil {
		return nil, err
	}
	sealed, err := audit.Replaying(ctx, q, "décision de label", actOf(verbGrant), actOf(verbWithdraw), actOf(verbSuspend), actOf(verbResume), actOf(verbProlong), actOf(verbLeave))
	if err != nil {
		return nil, err
	}
	for _, decision := range decisions {
		if err := sealed.Compare(actOf(decision.Verb), decision.ID, decision.row()); err != nil {
			return nil, err
		}
	}
	return sealed.Findings(), nil
}
