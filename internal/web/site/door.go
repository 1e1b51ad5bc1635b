package site

import (
	"net/http"

	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

// asField tells by its field a refusal that has only one.
func asField(err error) error {
	if !fault.HasCode(err, "reason_required") {
		return err
	}
	var wrong fault.Collector
	wrong.Add("reason", "required", fault.Of(err).Message)
	return wrong.Err()
}

// askAtDoor answers GET /seances/{id}/porte.
func askAtDoor(w http.ResponseWriter, r *web.Request) error { return showDoor(w, r, web.NewForm()) }

func showDoor(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &sessionPage{}
	page.Form, page.Layout = form, web.Ask
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		session, _, err := ownSession(r, q)
		if err != nil {
			return err
		}
		page.head(session, q.Now())
		page.When = page.Title
		page.Title = "Qui est à la porte\u202f?"
		page.Back = web.Link{Label: "La séance", Path: "/seances/" + session.ID.String()}
		if session.Free() == 0 {
			page.Full = "Vous pouvez quand même ajouter quelqu’un."
		}
		return nil
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "door", page)
}

// addAtDoor answers POST /seances/{id}/porte: a nickname is enough, the person
// came.
func addAtDoor(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	name := form.Required("name", "Écrivez un prénom ou un surnom")
	if !form.Valid() {
		return showDoor(w, r, form)
	}
	var session workshop.Session
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) (err error) {
		if session, _, err = ownSession(r, tx); err != nil {
			return err
		}
		add := func(id db.ID) (workshop.Booking, error) {
			someone, err := holder.RegisterAtDoor(r.Context(), tx, tx.NewID(), name)
			if err != nil {
				return workshop.Booking{}, err
			}
			return workshop.AddAtDoor(r.Context(), tx, id, session.ID, someone.ID)
		}
		again := func(id db.ID) (workshop.Booking, error) {
			booking, _, err := workshop.BookingByID(r.Context(), tx, id)
			return booking, err
		}
		_, err = db.Once(r.Context(), tx, form.Key(r), again, add)
		return err
	})
	if form.Refused(err) {
		return showDoor(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/seances/"+session.ID.String()+"?enregistre#presents")
}
