package cli

import (
	"bufio"
	"fmt"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/exchange"
	"passerelle/internal/report"
)

type exportActivityCommand struct {
	Month        string `help:"Le mois, par exemple 2026-10 ; sans lui, le dernier qui est fini." placeholder:"MOIS"`
	Organisation string `help:"Seulement les aides d’une organisation, par son identifiant." placeholder:"ID"`
	Format       string `enum:",csv,xlsx" default:"" help:"csv (par défaut) ou xlsx." placeholder:"FORMAT"`
}

// Run writes a month's help.
func (c *exportActivityCommand) Run(env *environment) error {
	filter := report.HelpFilter{}
	if c.Organisation != "" {
		organisation, err := db.ParseID(c.Organisation)
		if err != nil {
			return err
		}
		filter.Organisation = organisation
	}
	return env.with(func(d *db.DB) error {
		return d.View(env, console, func(q db.Q) error {
			month := civil.MonthOf(q.Now(), civil.Paris).Previous()
			if c.Month != "" {
				asked, err := civil.ParseMonth(c.Month)
				if err != nil {
					return err
				}
				month = asked
			}
			filter.Period = month.Period()
			lines, err := report.HelpLines(env, q, filter)
			if err != nil {
				return err
			}
			out := bufio.NewWriter(env.stdout)
			if err := exchange.ExportActivities(out, c.Format, lines); err != nil {
				return err
			}
			if err := out.Flush(); err != nil {
				return fmt.Errorf("sortie standard : %w", err)
			}
			fmt.Fprintf(env.stderr, "personnes aidées écrites : %d\n", len(lines))
			return nil
		})
	})
}
