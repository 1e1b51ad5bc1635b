package cli

import (
	"fmt"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/settlement"
)

type settleCommand struct {
	Month string `required:"" help:"Mois à clore." placeholder:"AAAA-MM"`
}

// Run closes every site's month, a line each; it can run twice.
func (c *settleCommand) Run(env *environment) error {
	month, err := civil.ParseMonth(c.Month)
	if err != nil {
		return err
	}
	return env.with(func(d *db.DB) error {
		var statements []settlement.Statement
		if month.Compare(civil.MonthOf(d.Clock().Now(), civil.Paris)) >= 0 {
			return settlement.ErrMonthRunning
		}
		err := d.Update(env, console, func(tx *db.Tx) (err error) {
			statements, err = settlement.Close(env, tx, month)
			return err
		})
		if err != nil {
			return err
		}
		for _, one := range statements {
			fmt.Fprintf(env.stdout, "%s\t%s\t%s\t%s\n", one.Reference, one.ID, one.Amount.Decimal(), one.State)
		}
		fmt.Fprintf(env.stderr, "%s : %d relevé(s) clos\n", month.French(), len(statements))
		return nil
	})
}
