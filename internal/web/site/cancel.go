package site

import (
	"net/http"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
	"passerelle/internal/notify"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

// askCancel answers GET /seances/{id}/annulation.
func askCancel(w http.ResponseWriter, r *web.Request) error { return showCancel(w, r, web.NewForm()) }

func showCancel(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &sessionPage{}
	page.Form, page.Layout = form, web.Ask
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		session, _, err := ownSession(r, q)
		if err != nil {
			return err
		}
		page.head(session, q.Now())
		page.Title = "Annuler «\u00a0" + session.Title + "\u00a0»\u202f?"
		page.Back = web.Link{Label: "La séance", Path: "/seances/" + session.ID.String()}
		if err := page.people(r, q, session); err != nil {
			return err
		}
		page.People = append(expected(page.People), page.Queue...)
		return nil
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "cancel", page)
}

// expected are those who would come for nothing.
func expected(people []person) []person {
	kept := []person{}
	for _, someone := range people {
		switch someone.state {
		case workshop.Booked, workshop.ToFill:
			kept = append(kept, someone)
		}
	}
	return kept
}

// cancelSession answers POST /seances/{id}/annulation; a second time it leads
// to the same list.
func cancelSession(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	var session workshop.Session
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) (err error) {
		if session, _, err = ownSession(r, tx); err != nil {
			return err
		}
		_, err = workshop.CallOff(r.Context(), tx, session.ID, form.Text("reason"))
		return err
	})
	if form.Refused(err) {
		return showCancel(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/seances/"+session.ID.String()+"/appels")
}

type callsPage struct {
	sessionPage
	Day    string
	Reason string
	Calls  web.Table
	Told   int // without a call
	Asked  int // to call
	Nobody web.None
}

// showCalls answers GET /seances/{id}/appels: who must be told that a session
// is off, through whom, and what to say. Nobody comes for nothing.
func showCalls(w http.ResponseWriter, r *web.Request) error {
	page := &callsPage{
		Calls: web.Table{Caption: "Qui prévenir", Columns: []web.Column{{Label: "Personne"}, {Label: "Prévenue"}, {Label: "Par qui l’appeler"}, {Label: "Téléphone"}}},
		Nobody: web.None{
			Title: "Personne n’était inscrit", Text: "La séance n’est plus proposée aux guichets.",
			Act: web.Link{Label: "Toutes mes séances", Path: "/seances"},
		},
	}
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		session, _, err := ownSession(r, q)
		if err != nil {
			return err
		}
		if session.State != workshop.SessionCalledOff {
			return fault.ErrNotFound
		}
		page.head(session, q.Now())
		page.Title, page.Day, page.Reason = "Qui prévenir de l’annulation", shortDay(session.Day()), session.Reason
		page.Back = web.Link{Label: "La séance", Path: "/seances/" + session.ID.String()}
		if err := page.people(r, q, session); err != nil {
			return err
		}
		return page.calls(r, q)
	})
	if err != nil {
		return err
	}
	if r.WantsCSV() {
		return web.CSV(w, r, "personnes-a-prevenir", page.Calls)
	}
	return web.Render(w, r, http.StatusOK, "calls", page)
}

// calls fills in the list: a site knows no telephone of a person, so the
// counter that sent them is called.
func (p *callsPage) calls(r *web.Request, q db.Q) error {
	messages, err := notify.ToldAt(r.Context(), q, p.ID)
	if err != nil {
		return err
	}
	told := p.People[:0]
	for _, someone := range append(p.People, p.Queue...) {
		if someone.state != workshop.Cancelled {
			continue
		}
		message, known := messages[someone.Booking]
		if !known && len(messages) > 0 {
			continue // gave the seat up before
		}
		told = append(told, someone)
		state, reached := toldState(message, known)
		if reached {
			p.Told++
		} else {
			p.Asked++
		}
		organisation, err := account.OrganisationByID(r.Context(), q, someone.organisation)
		if err != nil {
			return err
		}
		p.Calls.Rows = append(p.Calls.Rows, []web.Cell{web.Head(someone.Name), state, web.Text(organisation.Name), telephone(organisation.Telephone)})
	}
	p.People = told
	return nil
}

// toldState says how someone was told that a session is off, and whether they
// need no call.
func toldState(message notify.Told, known bool) (cell web.Cell, reached bool) {
	by := map[notify.Channel]string{notify.SMS: "par SMS", notify.Email: "par e-mail", notify.Letter: "par courrier"}[message.Channel]
	switch {
	case !known:
		return web.InState("wait", "Message en cours"), false
	case message.State == notify.WordWaiting:
		return web.InState("wait", "Part "+by), true
	case message.State == notify.WordSent:
		return web.InState("ok", "Prévenue "+by), true
	case message.State == notify.WordDelivered:
		return web.InState("ok", "Reçu "+by), true
	}
	return web.InState("no", "À appeler").Noted(notify.Reasons[message.Reason]), false
}

func telephone(number string) web.Cell {
	if number == "" {
		return web.Text("Non donné")
	}
	return web.Text(holder.TelephoneText(number))
}
