package public

import (
	"context"
	"net/http"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/web"
)

// waitingCookie holds the token of a sign-in that waits for its second step. It
// is sent to the pages of signing in only.
const waitingCookie = "passerelle_connexion"

const waitingSeconds = 600

func waiting(r *web.Request, token string, age int) *http.Cookie {
	return &http.Cookie{
		Name: waitingCookie, Value: token, Path: "/connexion", MaxAge: age,
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: strings.HasPrefix(r.App.Settings.BaseURL, "https://"),
	}
}

// hold gives the browser a sign-in that waits, and goes to its next step.
func hold(w http.ResponseWriter, r *web.Request, token, path, back string) error {
	http.SetCookie(w, waiting(r, token, waitingSeconds))
	return web.SeeOther(w, r, withReturn(path, back))
}

// pending reads the sign-in that waits; a missing one answers sign_in_over.
func pending(r *web.Request, step account.Step) (token string, found account.Pending, err error) {
	cookie, err := r.Cookie(waitingCookie)
	if err != nil {
		return "", account.Pending{}, account.ErrSignInOver
	}
	err = r.App.DB.View(r.Context(), db.Actor{}, func(q db.Q) error {
		found, err = account.PendingSignIn(r.Context(), q, cookie.Value)
		return err
	})
	if err == nil && found.Step != step {
		err = account.ErrSignInOver
	}
	return cookie.Value, found, err
}

// startAgain leads back to the password when a sign-in has waited too long.
func startAgain(w http.ResponseWriter, r *web.Request, err error) error {
	if !fault.HasCode(err, account.ErrSignInOver.Code) {
		return err
	}
	http.SetCookie(w, waiting(r, "", -1))
	return web.SeeOther(w, r, "/connexion?attente=oui")
}

type codePage struct {
	web.Page
	Return string
}

// showCode answers GET /connexion/code: the six digits of the second factor.
func showCode(w http.ResponseWriter, r *web.Request) error {
	if _, _, err := pending(r, account.StepCode); err != nil {
		return startAgain(w, r, err)
	}
	return renderCode(w, r, web.NewForm())
}

func renderCode(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	return web.Render(w, r, form.Status(), "signin-code", &codePage{
		Page:   web.Page{Title: "Quel est votre code\u202f?", Layout: web.Ask, Form: form, Back: web.Link{Label: "Se connecter", Path: "/connexion"}},
		Return: r.ReturnPath(""),
	})
}

func passCode(w http.ResponseWriter, r *web.Request) error {
	return pass(w, r, account.StepCode, account.PassCode, renderCode)
}

type enrolmentPage struct {
	web.Page
	Return    string
	Action    string
	Required  bool // by the role
	Enrolment account.Enrolment
}

// showEnrolment answers GET /connexion/installer: a role that needs a second
// factor sets it up before its first session.
func showEnrolment(w http.ResponseWriter, r *web.Request) error {
	if _, _, err := pending(r, account.StepEnrol); err != nil {
		return startAgain(w, r, err)
	}
	return renderEnrolment(w, r, web.NewForm())
}

func renderEnrolment(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	_, found, err := pending(r, account.StepEnrol)
	if err != nil {
		return startAgain(w, r, err)
	}
	page := &enrolmentPage{
		Page:   web.Page{Title: "Installez votre code de connexion", Layout: web.Ask, Form: form, Back: web.Link{Label: "Se connecter", Path: "/connexion"}},
		Return: r.ReturnPath(""), Action: "/connexion/installer", Required: true,
	}
	err = r.App.DB.View(r.Context(), db.Actor{}, func(q db.Q) error {
		page.Enrolment, err = account.EnrolmentOf(r.Context(), q, found.Person, r.App.Settings.Name)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "signin-enrol", page)
}

func passEnrolment(w http.ResponseWriter, r *web.Request) error {
	return pass(w, r, account.StepEnrol, account.PassEnrolment, renderEnrolment)
}

// pass tries a code. Attempts are counted by person: a code has a million
// values only.
func pass(w http.ResponseWriter, r *web.Request, step account.Step,
	act func(ctx context.Context, tx *db.Tx, token, code string) (string, error),
	show func(http.ResponseWriter, *web.Request, *web.Form) error,
) error {
	token, found, err := pending(r, step)
	if err != nil {
		return startAgain(w, r, err)
	}
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	code := form.Required("code", "Écrivez les 6 chiffres affichés par votre application")
	if !form.Valid() {
		return show(w, r, form)
	}
	if err := count(r, "sign_in_code", found.Person.String(), triesByCode); err != nil {
		return refuse(w, r, form, err, show)
	}
	var opened string
	err = r.App.DB.Update(r.Context(), db.Actor{}, func(tx *db.Tx) error {
		if opened, err = act(r.Context(), tx, token, code); err != nil {
			return err
		}
		return account.Forgive(r.Context(), tx, "sign_in_code", subject(found.Person.String()))
	})
	switch {
	case account.IsCodeRefused(err):
		form.Wrong("code", fault.Of(err).Code, fault.Of(err).Message)
		return show(w, r, form)
	case err != nil:
		return startAgain(w, r, err)
	}
	http.SetCookie(w, waiting(r, "", -1))
	return enter(w, r, opened, r.ReturnPath(""))
}
