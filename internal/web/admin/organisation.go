package admin

import (
	"net/http"
	"slices"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/geography"
	"passerelle/internal/web"
)

type organisationPage struct {
	web.Page
	Organisation account.Organisation
	Scope        scope
	Facts        []web.Line
	Invited      bool
	MayInvite    bool
	MayToken     bool
	Members      web.Table
	Invitations  web.Table
	Tokens       web.Table
	SeesMembers  bool
}

// showOrganisation answers GET /mon-organisation and
// /administration/organisations/{organisation}: what it is, its people, the
// invitations that wait, its tokens.
func showOrganisation(w http.ResponseWriter, r *web.Request) error {
	place, err := scopeOf(r)
	if err != nil {
		return err
	}
	if err := account.Require(r.Actor(), account.ActOrganisationRead, place.ID); err != nil {
		return err
	}
	page := &organisationPage{
		Scope: place, Invited: r.URL.Query().Has("invite"),
		MayInvite: place.may(r, account.ActMemberInvite), MayToken: place.may(r, account.ActTokenCreate), SeesMembers: place.may(r, account.ActMemberRead),
	}
	err = r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error { return page.load(r, q) })
	if err != nil {
		return err
	}
	page.Title = page.Organisation.Name
	if place.Own {
		page.Back = web.Link{Label: "Mon compte", Path: "/compte"}
	} else {
		page.Back = web.Link{Label: "Organisations", Path: "/administration/organisations"}
	}
	return web.Render(w, r, http.StatusOK, "organisation", page)
}

func (p *organisationPage) load(r *web.Request, q db.Q) (err error) {
	if p.Organisation, err = account.OrganisationByID(r.Context(), q, p.Scope.ID); err != nil {
		return err
	}
	p.Facts = facts(p.Organisation)
	if p.SeesMembers {
		members, err := account.Members(r.Context(), q, p.Scope.ID)
		if err != nil {
			return err
		}
		p.Members = p.memberTable(r, members)
		waiting, err := account.Invitations(r.Context(), q, p.Scope.ID)
		if err != nil {
			return err
		}
		p.Invitations = p.invitationTable(waiting)
	}
	if p.Scope.may(r, account.ActTokenRead) {
		tokens, err := account.Tokens(r.Context(), q, p.Scope.ID)
		if err != nil {
			return err
		}
		p.Tokens = p.tokenTable(tokens)
	}
	return nil
}

// facts says what is known of an organisation.
func facts(o account.Organisation) []web.Line {
	lines := []web.Line{{Label: "Dans le programme", Value: roleNames(o.Roles)}}
	add := func(label, value string) {
		if value != "" {
			lines = append(lines, web.Line{Label: label, Value: value})
		}
	}
	if commune, err := geography.CommuneByCode(o.Commune); err == nil {
		add("Commune", commune.Label())
	}
	if territory, err := geography.ParseTerritory(o.Territory); err == nil {
		add("Territoire", territory.Name)
	}
	add("SIRET", grouped(o.SIRET))
	add("Téléphone", o.Telephone)
	add("Adresse e-mail", o.Email)
	return lines
}

// grouped writes a SIRET as it is read: three threes and a five.
func grouped(siret string) string {
	if len(siret) != 14 {
		return siret
	}
	return strings.Join([]string{siret[:3], siret[3:6], siret[6:9], siret[9:]}, "\u00a0")
}

// roleNames lists roles in the usual order: "Collectivité, financeur".
func roleNames(roles []string) string {
	var names []string
	for _, role := range account.Roles {
		switch {
		case !slices.Contains(roles, role):
		case len(names) == 0:
			names = append(names, account.RoleName(role))
		default:
			names = append(names, strings.ToLower(account.RoleName(role)))
		}
	}
	return strings.Join(names, ", ")
}

// access is a role and a level in words: "Guichet, responsable".
func access(role, level string) string {
	return account.RoleName(role) + ", " + strings.ToLower(account.LevelName(level))
}

func (p *organisationPage) memberTable(r *web.Request, members []account.Member) web.Table {
	table := web.Table{
		Caption: "Personnes", Quiet: true,
		Columns: []web.Column{{Label: "Personne"}, {Label: "Accès"}, {Label: "Depuis"}, {Label: "Code à la connexion"}, {Label: "Retirer"}},
	}
	resets := account.May(r.Actor(), account.ActSecondFactorReset) && !p.Scope.Own
	for _, member := range members {
		path := p.Scope.Base + "/membres/" + member.ID.String()
		factor := web.Text("Non")
		if member.SecondFactor {
			factor = web.InState("ok", "Demandé")
			if resets {
				factor = web.Text("Demandé, l’enlever").To(path+"/code", "à "+member.Name)
			}
		}
		table.Rows = append(table.Rows, []web.Cell{
			web.Head(member.Name).Noted(member.Email), web.Text(access(member.Role, member.Level)),
			web.Day(civil.DateOf(member.MadeAt, civil.Paris)), factor, web.Text("Retirer").To(path+"/retrait", member.Name),
		})
	}
	return table
}

func (p *organisationPage) invitationTable(waiting []account.Invitation) web.Table {
	table := web.Table{
		Caption: "Invitations en attente", Quiet: true,
		Columns: []web.Column{{Label: "Adresse e-mail"}, {Label: "Accès"}, {Label: "Jusqu’au"}, {Label: "Retirer"}},
	}
	for _, invitation := range waiting {
		table.Rows = append(table.Rows, []web.Cell{
			web.Head(invitation.Email).Noted(invitation.Name), web.Text(access(invitation.Role, invitation.Level)),
			web.Day(civil.DateOf(invitation.EndsAt, civil.Paris)),
			web.Text("Retirer").To(p.Scope.Base+"/invitations/"+invitation.ID.String()+"/retrait", "l’invitation de "+invitation.Email),
		})
	}
	return table
}

func (p *organisationPage) tokenTable(tokens []account.Token) web.Table {
	table := web.Table{
		Caption: "Jetons", Quiet: true,
		Columns: []web.Column{{Label: "Jeton"}, {Label: "Accès"}, {Label: "Créé le"}, {Label: "Arrêter"}},
	}
	for _, token := range tokens {
		end := web.Text("Arrêter").To(p.Scope.Base+"/jetons/"+token.ID.String()+"/fin", "le jeton "+tokenName(token))
		if !token.EndedAt.IsZero() {
			end = web.InState("no", "Arrêté")
		}
		table.Rows = append(table.Rows, []web.Cell{
			web.Head(tokenName(token)).Noted("finit par " + token.Ending), web.Text(access(token.Role, token.Level)),
			web.Day(civil.DateOf(token.MadeAt, civil.Paris)), end,
		})
	}
	return table
}

func tokenName(token account.Token) string {
	if token.Label == "" {
		return "Jeton " + token.Ending
	}
	return token.Label
}
