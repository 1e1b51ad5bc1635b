package public

import (
	"net/http"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/web"
)

type accountPage struct {
	web.Page
	Person  account.Person
	Lines   []web.Line
	Current string
	Others  []account.Member
	Factor  bool // a code is asked at sign-in
}

// RoleOf is a membership's role, as read by people.
func (accountPage) RoleOf(m account.Member) string {
	return account.RoleName(m.Role) + ", " + levelOf(m.Level)
}

func levelOf(level string) string {
	name := []rune(account.LevelName(level))
	if len(name) > 0 {
		name[0] += 'a' - 'A'
	}
	return string(name)
}

// showAccount answers GET /compte: who one is here, what one can switch to, and
// what protects the account.
func showAccount(w http.ResponseWriter, r *web.Request) error {
	return renderAccount(w, r, web.NewForm())
}

func renderAccount(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &accountPage{Page: web.Page{Title: "Mon compte", Form: form}}
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if page.Person, err = account.Self(r.Context(), q); err != nil {
			return err
		}
		memberships, err := account.Memberships(r.Context(), q)
		if err != nil {
			return err
		}
		for _, membership := range memberships {
			if membership.Organisation == r.Actor().Organisation && membership.Role == r.Actor().Role {
				continue
			}
			page.Others = append(page.Others, membership)
		}
		return nil
	})
	if err != nil {
		return err
	}
	page.Factor = !page.Person.SecondFactor.IsZero()
	page.Lines = []web.Line{
		{Label: "Nom", Value: page.Person.Name},
		{Label: "Adresse e-mail", Value: page.Person.Email},
		{Label: "Organisation", Value: r.Session.OrganisationName, Note: r.Session.RoleName + ", " + levelOf(r.Actor().Level), Change: web.Link{Label: "Ouvrir", Path: "/mon-organisation", About: "mon organisation"}},
	}
	return web.Render(w, r, form.Status(), "session-account", page)
}

// switchMembership answers POST /compte/role.
func switchMembership(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	membership := form.ID("role", "Choisissez une organisation")
	if !form.Valid() {
		return renderAccount(w, r, form)
	}
	var role string
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		memberships, err := account.Memberships(r.Context(), tx)
		if err != nil {
			return err
		}
		for _, one := range memberships {
			if one.ID == membership {
				role = one.Role
			}
		}
		return account.SwitchTo(r.Context(), tx, membership)
	})
	if err != nil {
		return refuse(w, r, form, err, renderAccount)
	}
	return web.SeeOther(w, r, r.App.FirstPage(role))
}

// proposeFactor answers POST /compte/code: someone adds a second factor by
// choice.
func proposeFactor(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error { return account.ProposeFactor(r.Context(), tx) })
	if err != nil {
		return refuse(w, r, form, err, renderAccount)
	}
	return web.SeeOther(w, r, "/compte/code")
}

// showFactor answers GET /compte/code.
func showFactor(w http.ResponseWriter, r *web.Request) error {
	return renderFactor(w, r, web.NewForm())
}

func renderFactor(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &enrolmentPage{
		Page:   web.Page{Title: "Installez votre code de connexion", Layout: web.Ask, Form: form, Back: web.Link{Label: "Mon compte", Path: "/compte"}},
		Action: "/compte/code/premier",
	}
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		page.Enrolment, err = account.EnrolmentOf(r.Context(), q, r.Actor().ID, r.App.Settings.Name)
		return err
	})
	if fault.HasCode(err, account.ErrFactorSet.Code) || fault.KindOf(err) == fault.NotFound {
		return web.SeeOther(w, r, "/compte")
	}
	if err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "signin-enrol", page)
}

// confirmFactor answers POST /compte/code/premier: the first code.
func confirmFactor(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	code := form.Required("code", "Écrivez les 6 chiffres affichés par votre application")
	if !form.Valid() {
		return renderFactor(w, r, form)
	}
	if err := count(r, "sign_in_code", r.Actor().ID.String(), triesByCode); err != nil {
		return refuse(w, r, form, err, renderFactor)
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error { return account.ConfirmFactor(r.Context(), tx, code) })
	if account.IsCodeRefused(err) {
		form.Wrong("code", fault.Of(err).Code, fault.Of(err).Message)
		return renderFactor(w, r, form)
	}
	if err != nil {
		return refuse(w, r, form, err, renderFactor)
	}
	return web.SeeOther(w, r, "/compte")
}
