package cli

import (
	"fmt"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/place"
)

type attachCommand struct {
	Place        string `required:"" help:"Identifiant du lieu : la fin de l’adresse de sa page." placeholder:"ID"`
	Organisation string `required:"" help:"Identifiant de l’organisation : la fin de l’adresse de sa page." placeholder:"ID"`
}

// Run makes an organisation the keeper of a place of the directory: only a kept
// place can be labelled and paid. Later imports leave the keeper as it is.
func (c *attachCommand) Run(env *environment) error {
	where, err := db.ParseID(c.Place)
	if err != nil {
		return err
	}
	keeper, err := db.ParseID(c.Organisation)
	if err != nil {
		return err
	}
	return env.with(func(d *db.DB) error {
		return d.Update(env, console, func(tx *db.Tx) error {
			organisation, err := account.OrganisationByID(env, tx, keeper)
			if err != nil {
				return err
			}
			kept, err := place.ByID(env, tx, where)
			if err != nil {
				return err
			}
			if err := place.Claim(env, tx, kept.ID, organisation.ID); err != nil {
				return err
			}
			fmt.Fprintf(env.stdout, "%s, %s : tenu par %s\n", kept.Name, kept.CommuneName, organisation.Name)
			return nil
		})
	})
}
