package public

import (
	"net/http"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/web"
)

type sessionsPage struct {
	web.Page
	Sessions []account.OpenSession
	Zone     *time.Location
}

// showSessions answers GET /mes-sessions: where one is signed in.
func showSessions(w http.ResponseWriter, r *web.Request) error {
	page := &sessionsPage{
		Page: web.Page{Title: "Où vous êtes connecté", Back: web.Link{Label: "Mon compte", Path: "/compte"}},
		Zone: civil.Paris,
	}
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		page.Sessions, err = account.Sessions(r.Context(), q)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, "session-list", page)
}

// endSession answers POST /mes-sessions/fin: one session, or all the others.
func endSession(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	if form.Value("session") == "autres" {
		err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
			_, err := account.EndOtherSessions(r.Context(), tx)
			return err
		})
	} else {
		var id db.ID
		if id, err = db.ParseID(form.Value("session")); err != nil {
			return err
		}
		err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error { return account.EndSession(r.Context(), tx, id) })
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/mes-sessions")
}
