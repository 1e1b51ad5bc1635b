package web

import (
	"net/http"
	"net/url"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// SessionCookie is the name of the cookie that holds the session's token.
const SessionCookie = "passerelle_session"

// Request is one page asked for: the HTTP request, who asks, and the program.
type Request struct {
	*http.Request
	App     *App
	Session account.Session // zero when nobody is signed in
	ID      string          // told to the user when something breaks, and in the log

	route Route
	lost  bool // a cookie came whose session is over
}

// Actor is on whose behalf the request runs; the zero Actor for a visitor.
func (r *Request) Actor() db.Actor { return r.Session.Actor }

// SignedIn tells whether somebody is.
func (r *Request) SignedIn() bool { return !r.Session.ID.IsZero() }

// PathID reads an identifier from the address; anything else is not found.
func (r *Request) PathID(name string) (db.ID, error) { return db.ParseID(r.PathValue(name)) }

// Route is the pattern that matched, "POST /cheques/lecture".
func (r *Request) Route() string { return r.route.Pattern() }

// Require refuses unless the reader may do the route's act on what belongs to
// an organisation. Fault codes: those of account.Require.
func (r *Request) Require(organisation db.ID) error {
	return account.Require(r.Actor(), r.route.Act, organisation)
}

// authenticate reads the session of the cookie, and forgets a cookie whose
// session is over.
func (r *Request) authenticate(w http.ResponseWriter) error {
	cookie, err := r.Cookie(SessionCookie)
	if err != nil || cookie.Value == "" {
		return nil
	}
	err = r.App.DB.View(r.Context(), db.Actor{}, func(q db.Q) (err error) {
		r.Session, err = account.Authenticate(r.Context(), q, cookie.Value)
		return err
	})
	switch fault.KindOf(err) {
	case fault.Unauthenticated, fault.NotFound:
		r.Session, r.lost = account.Session{}, true
		r.App.EndSession(w)
		return nil
	}
	if err != nil || !r.Session.Rested(r.App.Clock.Now()) {
		return err
	}
	return r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		return account.Touch(r.Context(), tx, r.Session.ID)
	})
}

// StartSession gives the browser the token of a session that has begun.
func (a *App) StartSession(w http.ResponseWriter, token string) {
	http.SetCookie(w, a.sessionCookie(token, 0))
}

// EndSession makes the browser forget its session.
func (a *App) EndSession(w http.ResponseWriter) { http.SetCookie(w, a.sessionCookie("", -1)) }

func (a *App) sessionCookie(token string, age int) *http.Cookie {
	return &http.Cookie{
		Name: SessionCookie, Value: token, Path: "/", MaxAge: age,
		HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: strings.HasPrefix(a.Settings.BaseURL, "https://"),
	}
}

// SeeOther sends the browser to another page of this program, by GET.
func SeeOther(w http.ResponseWriter, r *Request, path string) error {
	http.Redirect(w, r.Request, path, http.StatusSeeOther)
	return nil
}

// ReturnPath is where to go after signing in: the address asked for when it is
// one of this program's, else fallback.
func (r *Request) ReturnPath(fallback string) string {
	return localPath(r.FormValue("retour"), fallback)
}

// localPath keeps an address only when it stays on this host: browsers read
// "//host" and "/\host" as another one.
func localPath(path, fallback string) string {
	parsed, err := url.Parse(path)
	if err != nil || parsed.IsAbs() || parsed.Host != "" || !strings.HasPrefix(path, "/") ||
		strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t") {
		return fallback
	}
	return path
}

func signInPath(back string) string {
	if back == "" || back == "/" {
		return "/connexion"
	}
	return "/connexion?retour=" + url.QueryEscape(back)
}
