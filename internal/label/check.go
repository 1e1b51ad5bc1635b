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
	sealed, err := sealedAs(ctx, q, "décision de label", actOf(verbGrant), actOf(verbWithdraw), actOf(verbSuspend), actOf(verbResume), actOf(verbProlong))
	if err != nil {
		return nil, err
	}
	for _, decision := range decisions {
		if err := sealed.compare(decision.ID, actOf(decision.Verb), decision.row()); err != nil {
			return nil, err
		}
	}
	return sealed.rest(), nil
}

// checkEntries compares the entries of bank details with the sealed record.
func checkEntries(ctx context.Context, q db.Q) ([]string, error) {
	entries, err := db.All(ctx, q, func(row db.Scanner) (detailsRow, error) {
		var entry detailsRow
		err := row.Scan(&entry.ID, &entry.Payee, &entry.Mark, &entry.Actor, &entry.At)
		return entry, err
	}, `SELECT id, payee, mark, actor, at FROM bank_details`)
	if err != nil {
		return nil, err
	}
	sealed, err := sealedAs(ctx, q, "coordonnées bancaires", actEnter)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		if err := sealed.compare(entry.ID, actEnter, entry); err != nil {
			return nil, err
		}
	}
	return sealed.rest(), nil
}

// record is a part of the sealed record, from which the rows found are taken out.
type record struct {
	what     string
	leaves   map[db.ID]audit.Leaf
	findings []string
}

func sealedAs(ctx context.Context, q db.Q, what string, acts ...string) (*record, error) {
	sealed := &record{what: what, leaves: map[db.ID]audit.Leaf{}}
	for _, act := range acts {
		leaves, err := audit.Of(ctx, q, act)
		if err != nil {
			return nil, err
		}
		for _, leaf := range leaves {
			sealed.leaves[leaf.Subject] = leaf
		}
	}
	return sealed, nil
}

func (r *record) compare(id db.ID, act string, row audit.Row) error {
	leaf, known := r.leaves[id]
	delete(r.leaves, id)
	if !known {
		r.findings = append(r.findings, fmt.Sprintf("%s %s : absente du registre scellé", r.what, id))
		return nil
	}
	same, err := leaf.Matches(row)
	if err == nil && (!same || leaf.Act != act) {
		r.findings = append(r.findings, fmt.Sprintf("%s %s : changée depuis son inscription au registre scellé", r.what, id))
	}
	return err
}

func (r *record) rest() []string {
	for id := range r.leaves {
		r.findings = append(r.findings, fmt.Sprintf("%s %s : inscrite au registre scellé, et disparue", r.what, id))
	}
	return r.findings
}
