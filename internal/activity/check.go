package activity

import (
	"context"
	"fmt"

	"passerelle/internal/audit"
	"passerelle/internal/db"
)

// Check verifies that every revision is as recorded, that every activity is its
// last one, and that nobody is told twice among the people of one. It answers
// one French line per violated row.
func Check(ctx context.Context, q db.Q) ([]string, error) {
	type kept struct {
		revisionRow
		activityState string
		last          int
	}
	rows, err := db.All(ctx, q, func(s db.Scanner) (kept, error) {
		var k kept
		return k, s.Scan(&k.ID, &k.Activity, &k.Organisation, &k.Revision, &k.Content, &k.activityState, &k.last)
	}, `SELECT r.id, r.activity, a.organisation, r.revision, r.content, a.state, a.revision FROM activity_revision r JOIN activity a ON a.id = r.activity
		ORDER BY r.activity, r.revision`)
	if err != nil {
		return nil, err
	}
	replay, err := audit.Replaying(ctx, q, "activité", actRecord, actCorrect, actWithdraw)
	if err != nil {
		return nil, err
	}
	last := map[db.ID]string{}
	for _, row := range rows {
		act := actCorrect
		row.State = Standing
		switch {
		case row.Revision == 1:
			act = actRecord
		case row.Revision == row.last && row.activityState == Withdrawn:
			act, row.State = actWithdraw, Withdrawn
		}
		if err := replay.Compare(act, row.ID, row.revisionRow); err != nil {
			return nil, err
		}
		if row.Revision == row.last {
			last[row.Activity] = row.Content
		}
	}
	findings := append([]string{}, replay.Findings()...)
	standing, err := db.All(ctx, q, Scan, Select+` ORDER BY id`)
	if err != nil {
		return nil, err
	}
	for _, one := range standing {
		content, err := one.text()
		if err != nil {
			return nil, err
		}
		if content != last[one.ID] {
			findings = append(findings, fmt.Sprintf("activité %s : autre que sa dernière correction", one.ID))
		}
	}
	return findings, nil
}
