package public

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/notify"
	"passerelle/internal/web"
)

// resetTakes is how long the answer to a forgotten password takes, whether or
// not somebody has the e-mail: longer than either takes by itself.
const resetTakes = 400 * time.Millisecond

const triesByReset = 5

type forgottenPage struct{ web.Page }

// showForgotten answers GET /mot-de-passe/oublie.
func showForgotten(w http.ResponseWriter, r *web.Request) error {
	return renderForgotten(w, r, web.NewForm())
}

func renderForgotten(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	return web.Render(w, r, form.Status(), "reset-ask", &forgottenPage{web.Page{
		Title: "Mot de passe oublié", Layout: web.Ask, Form: form, Back: web.Link{Label: "Se connecter", Path: "/connexion"},
	}})
}

// askReset answers POST /mot-de-passe/oublie: the same page, as late, for
// everyone.
func askReset(w http.ResponseWriter, r *web.Request) error {
	answered := time.NewTimer(resetTakes)
	defer answered.Stop()
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	email := form.Required("email", "Écrivez votre adresse e-mail")
	if !form.Valid() {
		return renderForgotten(w, r, form)
	}
	if err := count(r, "password_reset", email, triesByReset); err != nil {
		return refuse(w, r, form, err, renderForgotten)
	}
	err = r.App.DB.Update(r.Context(), db.Actor{}, func(tx *db.Tx) error {
		asked, err := account.AskReset(r.Context(), tx, email)
		if err != nil {
			return err
		}
		_, err = notify.Enqueue(r.Context(), tx, asked.Email, notify.PasswordReset{
			Name: asked.Name, Link: r.App.Settings.BaseURL + "/mot-de-passe/nouveau?jeton=" + url.QueryEscape(asked.Secret),
		})
		return err
	})
	if err != nil && !errors.Is(err, fault.ErrNotFound) {
		return err
	}
	select {
	case <-answered.C:
	case <-r.Context().Done():
	}
	return web.SeeOther(w, r, "/mot-de-passe/envoye")
}

// showResetSent answers GET /mot-de-passe/envoye.
func showResetSent(w http.ResponseWriter, r *web.Request) error {
	return web.Render(w, r, http.StatusOK, "reset-sent", &forgottenPage{web.Page{
		Title: "Regardez vos e-mails", Layout: web.Ask, Back: web.Link{Label: "Se connecter", Path: "/connexion"},
	}})
}

type replacePage struct {
	web.Page
	Secret, Email string
}

// showReplace answers GET /mot-de-passe/nouveau?jeton=: a new password.
func showReplace(w http.ResponseWriter, r *web.Request) error {
	return renderReplace(w, r, web.NewForm())
}

func renderReplace(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &replacePage{Page: web.Page{Title: "Choisissez un mot de passe", Layout: web.Ask, Form: form}, Secret: r.FormValue("jeton")}
	err := r.App.DB.View(r.Context(), db.Actor{}, func(q db.Q) (err error) {
		page.Email, err = account.ResetEmail(r.Context(), q, page.Secret)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "reset-replace", page)
}

// replacePassword answers POST /mot-de-passe/nouveau.
func replacePassword(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	secret := form.Value("jeton")
	var email string
	err = r.App.DB.View(r.Context(), db.Actor{}, func(q db.Q) error {
		email, err = account.ResetEmail(r.Context(), q, secret)
		return err
	})
	if err != nil {
		return err
	}
	hash, chosen := choosePassword(form, email)
	if !chosen {
		return renderReplace(w, r, form)
	}
	err = r.App.DB.Update(r.Context(), db.Actor{}, func(tx *db.Tx) error {
		changed, err := account.ReplacePassword(r.Context(), tx, secret, hash)
		if err != nil {
			return err
		}
		_, err = notify.Enqueue(r.Context(), tx, changed.Email, notify.PasswordChanged{Name: changed.Name, At: local(tx.Now())})
		return err
	})
	if err != nil {
		return err
	}
	r.App.EndSession(w)
	return web.SeeOther(w, r, "/connexion?change=oui")
}

// choosePassword reads a new password and hashes it, before any transaction.
func choosePassword(form *web.Form, email string) (hash string, chosen bool) {
	password := form.Value("password")
	var wrong fault.Collector
	account.CheckPassword(&wrong, "password", password, email)
	if form.Refused(wrong.Err()) {
		return "", false
	}
	return account.HashPassword(password), true
}
