package bearer

import (
	"net"
	"net/http"
	"strings"

	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/voucher"
	"passerelle/internal/web"
)

// cookieName is the browser's hold on an open booklet. It ends with the browser.
const cookieName = "passerelle_carnet"

// handler answers a page of an open booklet; actor holds it.
type handler func(w http.ResponseWriter, r *web.Request, actor db.Actor) error

// own leads to the first page whoever has no booklet open.
func own(handle handler) web.Handler {
	return func(w http.ResponseWriter, r *web.Request) error {
		actor, err := bearing(r)
		if fault.KindOf(err) == fault.Unauthenticated {
			setCookie(w, r, "", -1)
			return web.SeeOther(w, r, "/mon-carnet?fini")
		}
		if err != nil {
			return err
		}
		return handle(w, r, actor)
	}
}

func bearing(r *web.Request) (actor db.Actor, err error) {
	cookie, err := r.Cookie(cookieName)
	if err != nil || cookie.Value == "" {
		return db.Actor{}, fault.ErrUnauthenticated
	}
	err = r.App.DB.View(r.Context(), db.Actor{}, func(q db.Q) (err error) {
		actor, err = voucher.Bearing(r.Context(), q, cookie.Value)
		return err
	})
	if err != nil {
		return db.Actor{}, err
	}
	return actor, r.App.DB.Update(r.Context(), actor, func(tx *db.Tx) error { return voucher.TouchBearer(r.Context(), tx) })
}

func setCookie(w http.ResponseWriter, r *web.Request, token string, age int) {
	http.SetCookie(w, &http.Cookie{
		Name: cookieName, Value: token, Path: "/mon-carnet", MaxAge: age,
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: strings.HasPrefix(r.App.Settings.BaseURL, "https://"),
	})
}

// keyOf scopes a form's key to the open booklet, for these forms have no account.
func keyOf(r *web.Request, form *web.Form, actor db.Actor) db.Key {
	key := form.Key(r)
	key.Scope = actor.Credential
	return key
}

type openPage struct {
	web.Page
	Over bool
}

// show answers GET /mon-carnet: the booklet that is open, or the way to open it.
func show(w http.ResponseWriter, r *web.Request) error {
	actor, err := bearing(r)
	switch {
	case err == nil:
		return showHome(w, r, actor)
	case fault.KindOf(err) != fault.Unauthenticated:
		return err
	}
	return showOpen(w, r, web.NewForm())
}

func showOpen(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &openPage{Page: web.Page{
		Title: "Ouvrez votre carnet", Layout: web.Ask, Form: form,
		Summary: "Avec votre carnet de chèques\u00a0: votre prochain atelier, vos chèques, une place à choisir.",
	}, Over: r.URL.Query().Has("fini")}
	return web.Render(w, r, form.Status(), "open", page)
}

// open answers POST /mon-carnet. Each try counts before it is made.
func open(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	number := form.Required("numero", "Écrivez les 12 chiffres du numéro")
	code := form.Required("code", "Écrivez les 8 chiffres du code")
	form.Set("code") // never sent back
	if !form.Valid() {
		return showOpen(w, r, form)
	}
	if err := r.App.DB.Update(r.Context(), db.Actor{}, func(tx *db.Tx) error {
		return voucher.CountBearerTry(r.Context(), tx, number, address(r))
	}); err != nil {
		return err
	}
	var token string
	err = r.App.DB.Update(r.Context(), db.Actor{}, func(tx *db.Tx) (err error) {
		token, err = voucher.OpenBearer(r.Context(), tx, number, code)
		return err
	})
	if kind := fault.KindOf(err); err != nil && (kind == fault.Invalid || kind == fault.Conflict) {
		form.Wrong("numero", fault.Of(err).Code, fault.Of(err).Message)
		return showOpen(w, r, form)
	}
	if err != nil {
		return err
	}
	setCookie(w, r, token, 0)
	return web.SeeOther(w, r, "/mon-carnet")
}

// address is where on the network the request came from.
func address(r *web.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// leave answers POST /mon-carnet/fin.
func leave(w http.ResponseWriter, r *web.Request, actor db.Actor) error {
	if err := r.App.DB.Update(r.Context(), actor, func(tx *db.Tx) error { return voucher.LeaveBearer(r.Context(), tx) }); err != nil {
		return err
	}
	setCookie(w, r, "", -1)
	return web.SeeOther(w, r, "/mon-carnet?fini")
}
