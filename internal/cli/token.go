package cli

import (
	"fmt"

	"passerelle/internal/account"
	"passerelle/internal/db"
)

type tokenCommand struct {
	Create tokenCreateCommand `cmd:"" help:"Crée un jeton et l’affiche, une seule fois."`
}

type tokenCreateCommand struct {
	Organisation string `required:"" help:"Identifiant de l’organisation." placeholder:"ID"`
	Role         string `required:"" help:"Rôle du jeton : desk, site, accountant…" placeholder:"RÔLE"`
	Level        string `default:"member" help:"Niveau : owner, member, scan_only, read_only."`
	Label        string `help:"À quoi sert ce jeton."`
}

// Run prints a new API token once.
func (c *tokenCreateCommand) Run(env *environment) error {
	organisation, err := db.ParseID(c.Organisation)
	if err != nil {
		return err
	}
	return env.with(func(d *db.DB) error {
		var text string
		err := d.Update(env, console, func(tx *db.Tx) (err error) {
			_, text, err = account.CreateToken(env, tx, account.NewToken{Organisation: organisation, Role: c.Role, Level: c.Level, Label: c.Label})
			return err
		})
		if err == nil {
			fmt.Fprintln(env.stdout, text)
		}
		return err
	})
}
