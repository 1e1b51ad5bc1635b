package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"passerelle/internal/db"
	"passerelle/internal/exchange"
)

type importPixCommand struct {
	File         string `arg:"" help:"Le fichier CSV exporté de Pix Orga, ou - pour l’entrée standard."`
	Organisation string `required:"" help:"Identifiant du guichet qui suit ces personnes." placeholder:"ID"`
	DryRun       bool   `help:"Dit ce qui serait fait, sans rien écrire."`
	Report       string `help:"Écrit ici le compte rendu : une ligne JSON par refus." placeholder:"FICHIER"`
}

// Run records Pix results for the people of one desk; its last line tells what
// became of every row.
func (c *importPixCommand) Run(env *environment) (err error) {
	organisation, err := db.ParseID(c.Organisation)
	if err != nil {
		return err
	}
	in := os.Stdin
	if c.File != "-" {
		if in, err = os.Open(c.File); err != nil {
			return fmt.Errorf("fichier illisible : %w", err)
		}
		defer in.Close()
	}
	report := bufio.NewWriter(env.stderr)
	if c.Report != "" {
		file, err := os.Create(c.Report)
		if err != nil {
			return fmt.Errorf("compte rendu : %w", err)
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		report = bufio.NewWriter(file)
	}
	defer func() { err = errors.Join(err, report.Flush()) }()
	return env.with(func(d *db.DB) error {
		actor := console
		actor.Organisation = organisation
		counts, remarks, err := exchange.BringPix(env, d, actor, in, c.DryRun)
		if err != nil {
			return err
		}
		written := json.NewEncoder(report)
		for _, remark := range remarks {
			if err := written.Encode(remark); err != nil {
				return err
			}
		}
		fmt.Fprintln(env.stdout, counts)
		return nil
	})
}
