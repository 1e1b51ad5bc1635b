package cli

import (
	"errors"
	"fmt"
	"time"

	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/report"
)

type checkCommand struct{}

// Run verifies every invariant, a line each, and fails when one does not hold.
func (c *checkCommand) Run(env *environment) error {
	return env.with(func(d *db.DB) error {
		return d.View(env, console, func(q db.Q) error {
			results, err := report.Check(env, q)
			if err != nil {
				return err
			}
			whole := true
			for _, result := range results {
				if len(result.Faulty) == 0 {
					fmt.Fprintf(env.stdout, "tenu    %s\n", result.Invariant)
					continue
				}
				whole = false
				for _, row := range result.Faulty {
					fmt.Fprintf(env.stdout, "ROMPU   %s : %s\n", result.Invariant, row)
				}
			}
			if err := tellWaiting(env, q); err != nil {
				return err
			}
			if !whole {
				return silent{errors.New("an invariant is broken")}
			}
			return nil
		})
	})
}

// tellWaiting tells since when the oldest act waits for its place in the sealed
// log: more than a few seconds mean that no server runs.
func tellWaiting(env *environment, q db.Q) error {
	count, since, err := audit.Waiting(env, q)
	if err == nil && count > 0 {
		fmt.Fprintf(env.stdout, "attend  registre scellé : %d actes attendent leur numéro, le plus ancien depuis %s\n", count, q.Now().Sub(since).Round(time.Second))
	}
	return err
}
