package cli

import (
	"fmt"
	"os"

	"passerelle/internal/db"
	"passerelle/internal/settlement"
)

type payCommand struct {
	Statement []string `required:"" help:"Relevés à payer, par identifiant ou référence." placeholder:"RELEVÉ"`
	Output    string   `short:"o" required:"" help:"Fichier de virements à écrire (pain.001)." placeholder:"FICHIER.xml"`
}

// Run writes the payment file of statements; the same statements give the same
// file.
func (c *payCommand) Run(env *environment) error {
	return env.with(func(d *db.DB) error {
		var file settlement.PaymentFile
		err := d.Update(env, console, func(tx *db.Tx) error {
			var statements []db.ID
			for _, named := range c.Statement {
				found, err := settlement.StatementNamed(env, tx, named)
				if err != nil {
					return fmt.Errorf("relevé %s : %s", named, message(err))
				}
				statements = append(statements, found.ID)
			}
			var err error
			file, err = settlement.Pay(env, tx, settlement.PayFile{ID: tx.NewID(), Statements: statements})
			return err
		})
		if err != nil {
			return err
		}
		if err := os.WriteFile(c.Output, file.XML, 0o600); err != nil {
			return fmt.Errorf("fichier de virements : %w", err)
		}
		fmt.Fprintf(env.stdout, "%s\t%d\t%s\n", file.MessageID, file.Payments, file.Amount.Decimal())
		return nil
	})
}
