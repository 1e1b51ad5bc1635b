package cli

import (
	"errors"
	"fmt"

	"passerelle/internal/civil"
)

type migrateCommand struct{}

// Run brings the schema up to date.
func (c *migrateCommand) Run(env *environment) error {
	opened, err := env.open(env, defaultDatabase, civil.System{})
	if err != nil {
		return err
	}
	steps, err := opened.Migrate(env)
	if err == nil {
		fmt.Fprintf(env.stdout, "%d étape(s) faite(s) : le schéma est à jour\n", steps)
	}
	return errors.Join(err, opened.Close())
}
