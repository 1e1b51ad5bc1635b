package public

import (
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/web"
)

// How many attempts pass before each must wait. A counter's computers share one
// address, so it has more.
const (
	triesByEmail   = 5
	triesByAddress = 50
	triesByCode    = 5
	triesWindow    = 15 * time.Minute
)

type signInPage struct {
	web.Page
	Return string
	Told   *web.Notice // what has just been done, that signing in follows
}

// showSignIn answers GET /connexion: e-mail and password. Who is signed in goes
// on to their first page.
func showSignIn(w http.ResponseWriter, r *web.Request) error {
	if r.SignedIn() {
		return web.SeeOther(w, r, r.ReturnPath(r.App.FirstPage(r.Actor().Role)))
	}
	return renderSignIn(w, r, web.NewForm())
}

func renderSignIn(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &signInPage{Page: web.Page{Title: "Se connecter", Layout: web.Ask, Form: form}, Return: r.ReturnPath("")}
	if form.Valid() {
		switch {
		case r.URL.Query().Has("change"):
			page.Told = &web.Notice{Title: "Votre mot de passe a changé", Text: []string{"Connectez-vous avec le nouveau."}}
		case r.URL.Query().Has("attente"):
			page.Told = &web.Notice{Kind: "wait", Title: "La connexion a trop attendu", Text: []string{account.ErrSignInOver.Message}}
		case r.URL.Query().Has("accepte"):
			page.Told = &web.Notice{Title: "L’invitation est acceptée", Text: []string{"Connectez-vous avec votre mot de passe habituel."}}
		}
	}
	return web.Render(w, r, form.Status(), "signin", page)
}

// signIn answers POST /connexion. The attempt is counted first, in a
// transaction of its own; the password is verified between two transactions,
// because it takes long.
func signIn(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	email := form.Required("email", "Écrivez votre adresse e-mail")
	password := form.Value("password")
	if password == "" {
		form.Wrong("password", "required", "Écrivez votre mot de passe")
	}
	if !form.Valid() {
		return renderSignIn(w, r, form)
	}
	if err := count(r, "sign_in", email, triesByEmail); err != nil {
		return refuse(w, r, form, err, renderSignIn)
	}
	credentials, err := verified(r, email, password)
	if err != nil {
		return refuse(w, r, form, err, renderSignIn)
	}
	var begun account.SignedIn
	err = r.App.DB.Update(r.Context(), db.Actor{}, func(tx *db.Tx) error {
		if begun, err = account.SignIn(r.Context(), tx, credentials, browserName(r.UserAgent())); err != nil {
			return err
		}
		return account.Forgive(r.Context(), tx, "sign_in", subject(email))
	})
	if err != nil {
		return refuse(w, r, form, err, renderSignIn)
	}
	return goOn(w, r, begun)
}

// verified answers the credentials of an e-mail whose password this is; it
// takes as long for an e-mail that nobody has.
func verified(r *web.Request, email, password string) (found account.Credentials, err error) {
	err = r.App.DB.View(r.Context(), db.Actor{}, func(q db.Q) error {
		found, err = account.CredentialsOf(r.Context(), q, email)
		return err
	})
	if err != nil {
		return account.Credentials{}, err
	}
	if !account.VerifyPassword(found.PasswordHash, password) {
		return account.Credentials{}, account.ErrWrongPassword
	}
	return found, nil
}

// goOn leads a sign-in to its next step, or to the person's page.
func goOn(w http.ResponseWriter, r *web.Request, begun account.SignedIn) error {
	back := r.ReturnPath("")
	switch begun.Step {
	case account.StepOpen:
		return enter(w, r, begun.Token, back)
	case account.StepCode:
		return hold(w, r, begun.Token, "/connexion/code", back)
	}
	return hold(w, r, begun.Token, "/connexion/installer", back)
}

// enter gives the browser an open session, ends the one it had, and goes to the
// page that was asked for or to the first one of the role.
func enter(w http.ResponseWriter, r *web.Request, token, back string) error {
	var session account.Session
	err := r.App.DB.View(r.Context(), db.Actor{}, func(q db.Q) (err error) {
		session, err = account.Authenticate(r.Context(), q, token)
		return err
	})
	if err != nil {
		return err
	}
	if r.SignedIn() {
		err := r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
			return account.EndSession(r.Context(), tx, r.Session.ID)
		})
		if err != nil {
			return err
		}
	}
	r.App.StartSession(w, token)
	if back == "" {
		back = r.App.FirstPage(session.Actor.Role)
	}
	return web.SeeOther(w, r, back)
}

// signOut answers POST /deconnexion.
func signOut(w http.ResponseWriter, r *web.Request) error {
	if r.SignedIn() {
		err := r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
			return account.EndSession(r.Context(), tx, r.Session.ID)
		})
		if err != nil {
			return err
		}
	}
	r.App.EndSession(w)
	return web.SeeOther(w, r, "/connexion")
}

// count notes an attempt at a secret, by what it is about and by where it comes
// from.
func count(r *web.Request, bucket, about string, most int) error {
	return r.App.DB.Update(r.Context(), db.Actor{}, func(tx *db.Tx) error {
		if err := account.Throttle(r.Context(), tx, bucket, subject(about), most, triesWindow); err != nil {
			return err
		}
		return account.Throttle(r.Context(), tx, bucket+"_address", address(r), triesByAddress, triesWindow)
	})
}

func subject(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// address is the host that asks, without its port.
func address(r *web.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// refuse shows a refusal on the page of its form; other faults have their own
// page.
func refuse(w http.ResponseWriter, r *web.Request, form *web.Form, err error, show func(http.ResponseWriter, *web.Request, *web.Form) error) error {
	if seconds, known := fault.Of(err).Detail["retry_after_seconds"].(int); known {
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
	}
	if form.Refused(err) {
		return show(w, r, form)
	}
	return err
}

// withReturn keeps the page to come back to in an address.
func withReturn(path, back string) string {
	if back == "" {
		return path
	}
	return path + "?retour=" + url.QueryEscape(back)
}
