package public

import (
	"net/http"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/web"
)

// local is an instant as people of the metropole read it; messages carry no
// other place.
func local(at time.Time) time.Time { return at.In(civil.Paris) }

type invitationPage struct {
	web.Page
	Invitation account.Invitation
	RoleName   string
}

// showInvitation answers GET /invitation/{jeton}: which organisation, which
// role, and a password for someone new.
func showInvitation(w http.ResponseWriter, r *web.Request) error {
	found, err := invitationOf(r)
	if err != nil {
		return err
	}
	form := web.NewForm()
	form.Set("name", found.Name)
	return renderInvitation(w, r, found, form)
}

func invitationOf(r *web.Request) (found account.Invitation, err error) {
	err = r.App.DB.View(r.Context(), db.Actor{}, func(q db.Q) error {
		found, err = account.InvitationOf(r.Context(), q, r.PathValue("jeton"))
		return err
	})
	return found, err
}

func renderInvitation(w http.ResponseWriter, r *web.Request, found account.Invitation, form *web.Form) error {
	return web.Render(w, r, form.Status(), "invitation", &invitationPage{
		Page:       web.Page{Title: found.OrganisationName + " vous invite", Layout: web.Ask, Form: form},
		Invitation: found, RoleName: strings.ToLower(account.RoleName(found.Role)),
	})
}

// acceptInvitation answers POST /invitation/{jeton}. Someone new is signed in
// at once; someone known signs in as usual.
func acceptInvitation(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	found, err := invitationOf(r)
	if err != nil {
		return err
	}
	answer := account.Acceptance{Secret: r.PathValue("jeton")}
	if !found.KnownPerson {
		answer.Name = form.Required("name", "Écrivez votre prénom et votre nom")
		answer.PasswordHash, _ = choosePassword(form, found.Email)
		if !form.Valid() {
			return renderInvitation(w, r, found, form)
		}
	}
	var begun account.SignedIn
	err = r.App.DB.Update(r.Context(), db.Actor{}, func(tx *db.Tx) error {
		person, err := account.Accept(r.Context(), tx, answer)
		if err != nil || found.KnownPerson {
			return err
		}
		begun, err = account.SignIn(r.Context(), tx, account.Credentials{Person: person, PasswordHash: answer.PasswordHash}, browserName(r.UserAgent()))
		return err
	})
	if form.Refused(err) {
		return renderInvitation(w, r, found, form)
	}
	if err != nil {
		return err
	}
	if found.KnownPerson {
		return web.SeeOther(w, r, "/connexion?accepte=oui")
	}
	return goOn(w, r, begun)
}
