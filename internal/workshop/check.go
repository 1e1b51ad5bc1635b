package workshop

import (
	"context"
	"fmt"

	"passerelle/internal/db"
)

// Check verifies that every session's taken seats are exactly its bookings that
// hold one and its kept seats. It answers one French line per session that is
// wrong.
func Check(ctx context.Context, q db.Q) ([]string, error) {
	type wrong struct {
		session         db.ID
		taken, expected int
	}
	found, err := db.All(ctx, q, func(row db.Scanner) (wrong, error) {
		var w wrong
		return w, row.Scan(&w.session, &w.taken, &w.expected)
	}, `SELECT id, taken, expected FROM (
			SELECT s.id, s.taken,
				(SELECT COUNT(*) FROM booking b WHERE b.session = s.id AND NOT b.door AND (b.state IN ('booked', 'to_fill', 'came', 'absent') OR b.offered_until IS NOT NULL))
				+ (SELECT COUNT(*) FROM kept_seat k WHERE k.session = s.id) AS expected
			FROM workshop_session s) counted
		WHERE taken <> expected ORDER BY id`)
	if err != nil {
		return nil, err
	}
	findings := []string{}
	for _, w := range found {
		findings = append(findings, fmt.Sprintf("séances\u00a0: la séance %s compte %d places prises, ses inscriptions en donnent %d", w.session, w.taken, w.expected))
	}
	return findings, nil
}
