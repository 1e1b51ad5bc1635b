package diagnosis

import (
	"context"
	"fmt"

	"passerelle/internal/audit"
	"passerelle/internal/db"
)

// Check verifies that every published version is whole and as the sealed record
// has it, and that every diagnosis was routed as its own version says. It
// answers one French line per faulty row.
func Check(ctx context.Context, q db.Q) ([]string, error) {
	findings, err := checkVersions(ctx, q)
	if err != nil {
		return nil, err
	}
	all, err := db.All(ctx, q, scan, selectDiagnosis+` ORDER BY d.id`)
	if err != nil {
		return nil, err
	}
	versions := readings{}
	for _, one := range all {
		asked, err := versions.of(ctx, q, one.Questionnaire, one.Version)
		if err != nil {
			findings = append(findings, fmt.Sprintf("diagnostics\u00a0: %s répond à une version qui n’existe pas", one.ID))
			continue
		}
		answers, readable, err := unsealAnswers(ctx, q, one.ID, one.sealed)
		if err != nil {
			return nil, err
		}
		if found := asked.Read(answers); readable && (found.Route.Code != one.route || found.Urgent != one.urgent) {
			findings = append(findings, fmt.Sprintf("diagnostics\u00a0: la voie gardée pour %s n’est pas celle que donnent ses réponses", one.ID))
		}
	}
	return findings, nil
}

func checkVersions(ctx context.Context, q db.Q) ([]string, error) {
	type published struct {
		id      db.ID
		code    string
		number  int
		content string
	}
	all, err := db.All(ctx, q, func(row db.Scanner) (p published, err error) {
		return p, row.Scan(&p.id, &p.code, &p.number, &p.content)
	}, `SELECT id, code, version, content FROM questionnaire_version ORDER BY id`)
	if err != nil {
		return nil, err
	}
	leaves, err := audit.Of(ctx, q, "questionnaire.publish")
	if err != nil {
		return nil, err
	}
	sealed := map[db.ID]audit.Leaf{}
	for _, leaf := range leaves {
		sealed[leaf.Subject] = leaf
	}
	findings := []string{}
	for _, one := range all {
		if _, err := Parse([]byte(one.content)); err != nil {
			findings = append(findings, fmt.Sprintf("questionnaires\u00a0: la version %s n’est pas entière", one.id))
		}
		leaf, known := sealed[one.id]
		if !known {
			findings = append(findings, fmt.Sprintf("questionnaires\u00a0: la version %s n’a pas d’acte scellé", one.id))
			continue
		}
		same, err := leaf.Matches(publishedRow(one.id, one.code, one.number, one.content))
		if err != nil {
			return nil, err
		}
		if !same {
			findings = append(findings, fmt.Sprintf("questionnaires\u00a0: la version %s n’est plus celle qui a été publiée", one.id))
		}
	}
	return findings, nil
}
