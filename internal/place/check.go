package place

import (
	"context"
	"fmt"
	"reflect"

	"passerelle/internal/audit"
	"passerelle/internal/db"
)

// Check verifies the directory: each place is the fold of its records, a place
// that another one stands for leads to a standing one through one decision, no
// record is without its place, and every decision,
// confirmation, correction and answer is as the sealed record has it. It answers one French line per violated row.
func Check(ctx context.Context, q db.Q) ([]string, error) {
	findings := []string{}
	for _, rule := range []struct{ says, query string }{
		{"lieu %s : réuni à un lieu qui ne tient pas debout lui-même", `SELECT p.id FROM place p LEFT JOIN place s ON s.id = p.merged_into
			WHERE p.merged_into IS NOT NULL AND (s.id IS NULL OR s.merged_into IS NOT NULL)`},
		{"lieu %s : réuni à un autre, et pourtant tenu ou labellisé", `SELECT id FROM place
			WHERE merged_into IS NOT NULL AND (organisation IS NOT NULL OR labelled_from IS NOT NULL OR labelled_until IS NOT NULL)`},
		{"lieu %s : réuni à un autre sans décision, ou décidé sans l’être", `SELECT p.id FROM place p
			LEFT JOIN place_twin t ON t.absorbed = p.id WHERE (p.merged_into IS NULL) <> (t.id IS NULL)`},
		{"lieu %s : aucune source ne le dit", `SELECT p.id FROM place p
			WHERE NOT EXISTS (SELECT 1 FROM place_record r WHERE r.home = p.id AND r.place = COALESCE(p.merged_into, p.id))`},
		{"lieu %s : une source parle de lui, et il n’est pas dans l’annuaire", `SELECT DISTINCT r.place FROM place_record r
			LEFT JOIN place p ON p.id = r.place WHERE p.id IS NULL OR p.merged_into IS NOT NULL`},
		{"lieu %s : une source revient à lui, qui n’est pas là où elle compte", `SELECT DISTINCT r.home FROM place_record r
			LEFT JOIN place h ON h.id = r.home WHERE h.id IS NULL OR COALESCE(h.merged_into, h.id) <> r.place`},
		{"doublon %s : son état n’est pas ce que dit sa dernière décision", `SELECT t.id FROM place_twin t
			LEFT JOIN place_twin_decision d ON d.id = t.decision
			WHERE (t.state = 'merged') <> (d.verb IS NOT NULL AND d.verb = 'merge') OR t.state = 'apart' AND d.verb <> 'keep_apart'
				OR t.state = 'merged' AND t.absorbed <> d.absorbed OR d.twin <> t.id`},
		{"doublon %s : une décision plus récente que son état", `SELECT DISTINCT t.id FROM place_twin t
			JOIN place_twin_decision last ON last.id = t.decision JOIN place_twin_decision later ON later.twin = t.id
			WHERE later.at > last.at`},
	} {
		faulty, err := db.All(ctx, q, db.Value[db.ID], rule.query)
		if err != nil {
			return nil, err
		}
		for _, id := range faulty {
			findings = append(findings, fmt.Sprintf(rule.says, id))
		}
	}
	for _, check := range []func(context.Context, db.Q) ([]string, error){checkFolds, checkTwinDecisions, checkSealed} {
		more, err := check(ctx, q)
		if err != nil {
			return nil, err
		}
		findings = append(findings, more...)
	}
	return findings, nil
}

// checkFolds compares standing places with what their records make, some at a
// time.
func checkFolds(ctx context.Context, q db.Q) ([]string, error) {
	const atOnce = 500
	var findings []string
	for after := (db.ID{}); ; {
		places, err := db.All(ctx, q, scan, `SELECT `+columns+` FROM place WHERE id > $1 ORDER BY id LIMIT $2`, after[:], atOnce)
		if err != nil || len(places) == 0 {
			return findings, err
		}
		last := places[len(places)-1].ID
		records, err := db.All(ctx, q, scanRecord, `SELECT `+recordColumns+` FROM place_record WHERE place > $1 AND place <= $2`, after[:], last)
		if err != nil {
			return nil, err
		}
		byPlace := map[db.ID][]Record{}
		for _, record := range records {
			byPlace[record.Place] = append(byPlace[record.Place], record)
		}
		for _, shown := range places {
			if !shown.MergedInto.IsZero() || len(byPlace[shown.ID]) == 0 {
				continue
			}
			made, _, err := fold(shown, byPlace[shown.ID])
			if err != nil || !reflect.DeepEqual(made, shown) {
				findings = append(findings, fmt.Sprintf("lieu %s : l’annuaire ne montre pas ce que disent ses sources", shown.ID))
			}
		}
		after = last
	}
}

// checkTwinDecisions compares the decisions with the sealed record.
func checkTwinDecisions(ctx context.Context, q db.Q) ([]string, error) {
	decisions, err := db.All(ctx, q, scanDecision, `SELECT `+decisionColumns+` FROM place_twin_decision ORDER BY id`)
	if err != nil {
		return nil, err
	}
	sealed := map[db.ID]audit.Leaf{}
	for _, act := range actsOfVerbs {
		leaves, err := audit.Of(ctx, q, act)
		if err != nil {
			return nil, err
		}
		for _, leaf := range leaves {
			sealed[leaf.Subject] = leaf
		}
	}
	var findings []string
	for _, made := range decisions {
		leaf, known := sealed[made.ID]
		delete(sealed, made.ID)
		if !known {
			findings = append(findings, fmt.Sprintf("décision de doublon %s : absente du registre scellé", made.ID))
			continue
		}
		same, err := leaf.Matches(made.row())
		if err != nil {
			return nil, err
		}
		if !same || leaf.Act != actsOfVerbs[made.Verb] {
			findings = append(findings, fmt.Sprintf("décision de doublon %s : changée depuis son inscription au registre scellé", made.ID))
		}
	}
	for id := range sealed {
		findings = append(findings, fmt.Sprintf("décision de doublon %s : inscrite au registre scellé, et disparue", id))
	}
	return findings, nil
}
