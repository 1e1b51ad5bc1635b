package cli

import (
	"fmt"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/geography"
)

type inviteCommand struct {
	Organisation string `required:"" help:"Nom de l’organisation ; elle est créée si aucune ne porte ce nom." placeholder:"NOM"`
	Role         string `required:"" help:"Rôle proposé : admin, national, territory, funder, desk, site, certifier, accountant, auditor." placeholder:"RÔLE"`
	Email        string `required:"" help:"Adresse e-mail de la personne, avec laquelle elle se connectera." placeholder:"E-MAIL"`
	Name         string `help:"Prénom et nom de la personne."`
	Level        string `default:"owner" help:"Niveau : owner, member, scan_only, read_only."`
	BaseURL      string `default:"http://127.0.0.1:8080" help:"Adresse publique de l’instance, celle de serve." env:"PASSERELLE_BASE_URL" placeholder:"URL"`
}

// Run prints the address at which someone accepts a role: how a new instance
// gets its first administrator. Nothing is sent, so mail need not work yet; the
// address works once, for 7 days.
func (c *inviteCommand) Run(env *environment) error {
	return env.with(func(d *db.DB) error {
		var made account.Invitation
		var secret string
		err := d.Update(env, console, func(tx *db.Tx) error {
			organisation, err := c.organisation(env, tx)
			if err != nil {
				return err
			}
			made, secret, err = account.Invite(env, tx, account.Invitation{
				Organisation: organisation.ID, Role: c.Role, Level: c.Level, Name: c.Name, Email: c.Email,
			})
			return err
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(env.stdout, "%s/invitation/%s\n", strings.TrimSuffix(c.BaseURL, "/"), secret)
		fmt.Fprintf(env.stderr, "%s : rôle « %s » pour %s. Ouvrez cette adresse dans un navigateur : elle sert une fois, pendant 7 jours.\n",
			made.OrganisationName, account.RoleName(made.Role), made.Email)
		return nil
	})
}

// organisation is the one of that name, whatever its accents and capitals, or
// a new one. Two of one name are refused: the console cannot tell them apart.
func (c *inviteCommand) organisation(env *environment, tx *db.Tx) (account.Organisation, error) {
	const many = 1000
	like, err := account.Organisations(env, tx, account.OrganisationFilter{Text: c.Organisation, Limit: many})
	if err != nil {
		return account.Organisation{}, err
	}
	var named []account.Organisation
	for _, one := range like {
		if geography.Fold(one.Name) == geography.Fold(c.Organisation) {
			named = append(named, one)
		}
	}
	switch len(named) {
	case 0:
		return account.CreateOrganisation(env, tx, account.Organisation{Name: c.Organisation, Roles: []string{c.Role}})
	case 1:
		return named[0], nil
	}
	return account.Organisation{}, fmt.Errorf("%d organisations s’appellent « %s » : invitez depuis la page de la bonne organisation", len(named), c.Organisation)
}
