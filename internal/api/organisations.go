package api

import (
	"context"

	"passerelle/internal/account"
	"passerelle/internal/db"
)

type organisationView struct {
	ID        id       `json:"id"`
	Name      string   `json:"name"`
	SIRET     string   `json:"siret"`
	Commune   string   `json:"commune" doc:"Code INSEE, ou vide."`
	Territory string   `json:"territory"`
	Telephone string   `json:"telephone"`
	Email     string   `json:"email"`
	Roles     []string `json:"roles"`
}

func viewOrganisation(o account.Organisation) organisationView {
	return organisationView{
		ID: id{o.ID}, Name: o.Name, SIRET: o.SIRET, Commune: o.Commune, Territory: o.Territory,
		Telephone: o.Telephone, Email: o.Email, Roles: list(o.Roles),
	}
}

type listOrganisationsInput struct {
	Paging
	Text string `query:"q" maxLength:"200" doc:"Une partie du nom."`
	Role string `query:"role" doc:"Un rôle : desk, site, territory, funder…"`
}

// listOrganisations lists the caller's own, and every one to those who oversee.
func listOrganisations(ctx context.Context, q db.Q, in *listOrganisationsInput) (page[organisationView], error) {
	after, err := in.afterID()
	if err != nil {
		return page[organisationView]{}, err
	}
	organisations, err := account.Organisations(ctx, q, account.OrganisationFilter{
		Text: in.Text, Role: in.Role, After: after, Limit: in.limit() + 1,
	})
	organisations, next := cut(organisations, in.limit(), func(o account.Organisation) string { return o.ID.String() })
	return page[organisationView]{Items: each(organisations, viewOrganisation), Next: next}, err
}

type organisationInput struct {
	ID string `path:"id"`
}

func readOrganisation(ctx context.Context, q db.Q, in *organisationInput) (organisationView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return organisationView{}, err
	}
	if err := account.Require(q.Actor(), account.ActOrganisationRead, wanted); err != nil {
		return organisationView{}, err
	}
	known, err := account.OrganisationByID(ctx, q, wanted)
	return viewOrganisation(known), err
}

type deskView struct {
	ID      id     `json:"id"`
	Name    string `json:"name"`
	Commune string `json:"commune" doc:"Code INSEE, ou vide."`
}

// listDesks lists the counters to which an order may go: their name and town
// are public, and an order names one.
func listDesks(ctx context.Context, q db.Q, _ *struct{}) (page[deskView], error) {
	desks, err := account.OrganisationsWith(ctx, q, account.RoleDesk)
	return page[deskView]{Items: each(desks, func(o account.Organisation) deskView {
		return deskView{ID: id{o.ID}, Name: o.Name, Commune: o.Commune}
	})}, err
}
