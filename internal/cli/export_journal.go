package cli

import (
	"fmt"
	"os"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/exchange"
)

type exportJournalCommand struct{}

// Run writes every entry of the journal.
func (c *exportJournalCommand) Run(env *environment) error {
	return env.with(func(d *db.DB) error {
		return d.View(env, console, func(q db.Q) error {
			written, err := exchange.ExportJournal(env, q, env.stdout)
			if err == nil {
				fmt.Fprintf(env.stderr, "%d écritures\n", written)
			}
			return err
		})
	})
}

type exportFECCommand struct {
	Year  int    `help:"L’exercice, une année civile ; par défaut, celle en cours." placeholder:"ANNÉE"`
	SIREN string `help:"Le SIREN de l’émetteur, dans le nom du fichier." placeholder:"SIREN"`
	Chart string `type:"existingfile" help:"Le plan de comptes de l’émetteur, en JSON ; par défaut, celui que donne export chart." placeholder:"FICHIER"`
}

// Run writes the file of accounting entries of a year; the name that it must
// have is told on standard error.
func (c *exportFECCommand) Run(env *environment) error {
	var text []byte
	if c.Chart != "" {
		var err error
		if text, err = os.ReadFile(c.Chart); err != nil {
			return fmt.Errorf("plan de comptes illisible : %w", err)
		}
	}
	chart, err := exchange.ReadChart(text)
	if err != nil {
		return err
	}
	return env.with(func(d *db.DB) error {
		return d.View(env, console, func(q db.Q) error {
			file := exchange.FEC{Year: c.Year, SIREN: c.SIREN, Chart: chart}
			if file.Year == 0 {
				file.Year = civil.DateOf(q.Now(), civil.Paris).Year()
			}
			written, err := exchange.ExportFEC(env, q, env.stdout, file)
			if err == nil {
				fmt.Fprintf(env.stderr, "%s : %d écritures\n", file.Name(), written)
			}
			return err
		})
	})
}

type exportChartCommand struct{}

// Run writes the chart of accounts that an issuer starts from.
func (c *exportChartCommand) Run(env *environment) error {
	_, err := env.stdout.Write(exchange.DefaultChart())
	return err
}
