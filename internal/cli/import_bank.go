package cli

import (
	"fmt"
	"io"
	"os"

	"passerelle/internal/db"
	"passerelle/internal/exchange"
	"passerelle/internal/settlement"
)

type importBankCommand struct {
	File string `arg:"" help:"Le fichier de la banque (pain.002, camt.053, camt.054, ou les mouvements en CSV), ou - pour l’entrée standard."`
}

// Run does what the bank answers: a line of text for each of its lines, then
// what became of them: created is cash that came in, updated moved a payment,
// unchanged moved nothing, refused is to be looked at, ignored is not of this
// platform.
func (c *importBankCommand) Run(env *environment) error {
	text, err := c.read()
	if err != nil {
		return fmt.Errorf("fichier illisible : %w", err)
	}
	return env.with(func(d *db.DB) error {
		var taken settlement.BankMessage
		err := d.Update(env, console, func(tx *db.Tx) (err error) {
			taken, err = settlement.TakeAnswer(env, tx, settlement.Answer{Text: text})
			return err
		})
		if err != nil {
			return err
		}
		var counts exchange.Counts
		for _, line := range taken.Lines {
			fmt.Fprintf(env.stdout, "%d\t%s\t%s\t%s\n", line.Position, line.Outcome, line.Amount.Decimal(), line.Party)
			counts.Read++
			switch line.Outcome {
			case settlement.Refused, settlement.Debited, settlement.SentBack, settlement.Refunded:
				counts.Updated++
			case settlement.Received, settlement.Waiting:
				counts.Created++
			case settlement.Differs:
				counts.Refused++
			case settlement.Unknown:
				counts.Ignored++
			default:
				counts.Unchanged++
			}
		}
		fmt.Fprintln(env.stdout, counts)
		return nil
	})
}

func (c *importBankCommand) read() ([]byte, error) {
	if c.File == "-" {
		return io.ReadAll(os.Stdin)
	}
	return os.ReadFile(c.File)
}
