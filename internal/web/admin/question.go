package admin

import (
	"context"
	"net/http"

	"passerelle/internal/db"
	"passerelle/internal/web"
)

// question is what is asked before something is taken away.
type question struct {
	Title  string
	Text   string
	Lines  []web.Line
	Button string
	Keep   string // the link that changes nothing
	Back   web.Link
	Do     func(ctx context.Context, tx *db.Tx) error
}

type questionPage struct {
	web.Page
	Question question
}

// asked makes the two handlers of an act that is confirmed first: the page that
// asks, and the act. Both find what it is about, by the rights of who asks.
func asked(find func(r *web.Request, q db.Q) (question, error)) (show, act web.Handler) {
	render := func(w http.ResponseWriter, r *web.Request, form *web.Form) error {
		var found question
		err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
			found, err = find(r, q)
			return err
		})
		if err != nil {
			return err
		}
		return web.Render(w, r, form.Status(), "question", &questionPage{
			Page:     web.Page{Title: found.Title, Layout: web.Ask, Form: form, Back: found.Back},
			Question: found,
		})
	}
	show = func(w http.ResponseWriter, r *web.Request) error { return render(w, r, web.NewForm()) }
	act = func(w http.ResponseWriter, r *web.Request) error {
		form, err := r.ReadForm()
		if err != nil {
			return err
		}
		var found question
		err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
			if found, err = find(r, tx); err != nil {
				return err
			}
			return found.Do(r.Context(), tx)
		})
		if form.Refused(err) {
			return render(w, r, form)
		}
		if err != nil {
			return err
		}
		return web.SeeOther(w, r, found.Back.Path)
	}
	return show, act
}
