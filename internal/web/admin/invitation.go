package admin

import (
	"context"
	"net/http"
	"slices"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/notify"
	"passerelle/internal/web"
)

type accessPage struct {
	web.Page
	Organisation account.Organisation
	Scope        scope
	Roles        []web.Option
	Levels       []web.Option
}

// accessOf prepares a form that gives an access: the organisation, the roles
// that the reader may give there, the levels.
func accessOf(r *web.Request, form *web.Form, title string) (*accessPage, error) {
	place, err := scopeOf(r)
	if err != nil {
		return nil, err
	}
	page := &accessPage{Scope: place}
	var roles []string
	err = r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		if page.Organisation, err = account.OrganisationByID(r.Context(), q, place.ID); err != nil {
			return err
		}
		roles, err = givable(r.Context(), q, page.Organisation)
		return err
	})
	if err != nil {
		return nil, err
	}
	page.Page = web.Page{Title: title, Layout: web.Ask, Form: form, Back: place.back(page.Organisation.Name)}
	page.Roles = roleOptions(roles)
	for _, level := range account.Levels {
		if level == account.LevelScanOnly && !slices.Contains(roles, account.RoleSite) {
			continue // only sites read coupons
		}
		page.Levels = append(page.Levels, web.Option{Value: level, Label: account.LevelName(level), Hint: levelHints[level]})
	}
	return page, nil
}

var levelHints = map[string]string{
	account.LevelOwner:    "Invite des collègues et crée des jetons.",
	account.LevelMember:   "Fait le travail de tous les jours.",
	account.LevelScanOnly: "Dans un lieu, à l’accueil.",
	account.LevelReadOnly: "Ne change rien.",
}

// givable lists the roles that one may give in an organisation: admin any, its
// own ones first; an owner those that they own there.
func givable(ctx context.Context, q db.Q, organisation account.Organisation) ([]string, error) {
	if q.Actor().Role == account.RoleAdmin {
		roles := slices.Clone(organisation.Roles)
		for _, role := range account.Roles {
			if !slices.Contains(roles, role) {
				roles = append(roles, role)
			}
		}
		return roles, nil
	}
	memberships, err := account.Memberships(ctx, q)
	if err != nil {
		return nil, err
	}
	var roles []string
	for _, membership := range memberships {
		if membership.Organisation == organisation.ID && membership.Level == account.LevelOwner {
			roles = append(roles, membership.Role)
		}
	}
	return roles, nil
}

// newInvitation answers GET …/invitations/nouvelle.
func newInvitation(w http.ResponseWriter, r *web.Request) error {
	return renderInvitation(w, r, web.NewForm())
}

func renderInvitation(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page, err := accessOf(r, form, "Inviter une personne")
	if err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "invitation-new", page)
}

// invite answers POST …/invitations/nouvelle: the invitation and its e-mail in
// one transaction.
func invite(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	place, err := scopeOf(r)
	if err != nil {
		return err
	}
	offered := account.Invitation{
		Organisation: place.ID, Name: form.Text("name"), Email: form.Required("email", "Écrivez l’adresse e-mail de la personne"),
		Role: form.Value("role"), Level: form.Choice("level", "Choisissez un accès", account.Levels...),
	}
	if !form.Valid() {
		return renderInvitation(w, r, form)
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		_, err := db.Once(r.Context(), tx, form.Key(r), same, func(id db.ID) (db.ID, error) {
			offered.ID = id
			made, secret, err := account.Invite(r.Context(), tx, offered)
			if err != nil {
				return id, err
			}
			_, err = notify.Enqueue(r.Context(), tx, made.Email, notify.Invitation{
				OrganisationName: made.OrganisationName, RoleName: account.RoleName(made.Role), Known: made.KnownPerson,
				Link: r.App.Settings.BaseURL + "/invitation/" + secret, EndsAt: made.EndsAt.In(civil.Paris),
			})
			return id, err
		})
		return err
	})
	if form.Refused(err) {
		return renderInvitation(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, place.Base+"?invite=oui")
}

// withdrawalQuestion asks before an invitation becomes useless.
func withdrawalQuestion(r *web.Request, q db.Q) (question, error) {
	place, id, err := about(r)
	if err != nil {
		return question{}, err
	}
	waiting, err := account.Invitations(r.Context(), q, place.ID)
	if err != nil {
		return question{}, err
	}
	at := slices.IndexFunc(waiting, func(i account.Invitation) bool { return i.ID == id })
	if at < 0 {
		return question{}, fault.ErrNotFound
	}
	found := waiting[at]
	return question{
		Title: "Retirer cette invitation\u202f?", Text: "L’adresse déjà envoyée ne servira plus.", Button: "Retirer l’invitation", Keep: "La garder",
		Lines: []web.Line{{Label: "Adresse e-mail", Value: found.Email}, {Label: "Accès", Value: access(found.Role, found.Level)}},
		Back:  place.back(found.OrganisationName),
		Do:    func(ctx context.Context, tx *db.Tx) error { return account.WithdrawInvitation(ctx, tx, id) },
	}, nil
}

// about reads the organisation and the row that an address names.
func about(r *web.Request) (scope, db.ID, error) {
	place, err := scopeOf(r)
	if err != nil {
		return scope{}, db.ID{}, err
	}
	id, err := r.PathID("id")
	return place, id, err
}
