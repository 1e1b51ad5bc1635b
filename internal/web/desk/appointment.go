package desk

import (
	"net/http"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
	"passerelle/internal/orientation"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

// appointmentPath is an address of an appointment's.
func appointmentPath(id db.ID, rest string) string {
	return "/guichet/rendez-vous/" + id.String() + rest
}

type appointmentsPage struct {
	web.Page
	Table         web.Table
	Undated       web.Table
	Empty         web.None
	Before, After string // addresses of the days around
}

// appointments answers GET /rendez-vous: those of a day, that the desk made or
// that come to one's places, and those whose day is to be agreed.
func appointments(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	day := civil.DateOf(r.App.Clock.Now(), civil.Paris)
	if form.Value("jour") != "" {
		if asked := form.Date("jour"); form.Valid() {
			day = asked
		}
	}
	if form.Valid() {
		form.Set("jour", day.String())
	}
	page := &appointmentsPage{
		Page:   web.Page{Title: "Rendez-vous du " + day.French(), Form: form},
		Empty:  web.None{Title: "Aucun rendez-vous ce jour-là", Text: "Les rendez-vous sans atelier se notent à la fin d’un accueil."},
		Before: "?jour=" + day.AddDays(-1).String(), After: "?jour=" + day.AddDays(1).String(),
	}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if page.Table, err = appointmentTable(r, q, day); err != nil {
			return err
		}
		page.Undated, err = appointmentTable(r, q, civil.Date{})
		return err
	}); err != nil {
		return err
	}
	page.Table.Caption, page.Undated.Caption = page.Title, "Jour à choisir par téléphone"
	if r.WantsCSV() {
		return web.CSV(w, r, "rendez-vous-"+day.String(), page.Table)
	}
	return web.Render(w, r, form.Status(), "appointments", page)
}

// appointmentTable lists a day. A desk sees who its people are; a place sees the
// number of their page and who sent them.
func appointmentTable(r *web.Request, q db.Q, day civil.Date) (web.Table, error) {
	found, err := orientation.AppointmentsOn(r.Context(), q, day)
	if err != nil {
		return web.Table{}, err
	}
	own := r.Actor().Role == account.RoleDesk
	table := web.Table{Columns: []web.Column{{Label: "Personne"}, {Label: "Heure"}, {Label: "Lieu"}, {Label: "Façon"}, {Label: "Guichet"}, {Label: "État"}}}
	for _, one := range found {
		where, err := place.ByID(r.Context(), q, one.Place)
		if err != nil {
			return table, err
		}
		desk, err := account.OrganisationByID(r.Context(), q, one.Organisation)
		if err != nil {
			return table, err
		}
		var who web.Cell
		if own {
			who, err = personCell(r, q, one.Holder)
		} else {
			var pseudonym string
			pseudonym, err = holder.PseudonymOf(r.Context(), q, one.Holder)
			who = web.Head(pseudonym)
		}
		if err != nil {
			return table, err
		}
		at, how, state := "à convenir", "Sur place", web.InState("ok", "Noté")
		if one.At > 0 {
			at = one.At.French()
		}
		if one.Remote {
			how = "À distance"
		}
		if one.State == orientation.Cancelled {
			state = web.InState("no", "Annulé")
		} else if own && may(r, account.ActVisitKeep) {
			state = web.Text("Changer ou annuler").To(appointmentPath(one.ID, ""), "le rendez-vous de "+who.Text)
		}
		table.Rows = append(table.Rows, []web.Cell{who, web.Text(at), web.Text(where.Name + ", " + where.CommuneName), web.Text(how), web.Text(desk.Name).Noted(holder.TelephoneText(desk.Telephone)), state})
	}
	return table, nil
}

type appointmentPage struct {
	web.Page
	Base, Where, When string
}

// appointmentOf reads the appointment of the address.
func appointmentOf(r *web.Request, q db.Q) (orientation.Appointment, error) {
	id, err := r.PathID("id")
	if err != nil {
		return orientation.Appointment{}, fault.ErrNotFound
	}
	return orientation.AppointmentByID(r.Context(), q, id)
}

// askAppointment answers GET /guichet/rendez-vous/{id}: to move or to cancel.
func askAppointment(w http.ResponseWriter, r *web.Request) error {
	return showAppointment(w, r, nil)
}

func showAppointment(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &appointmentPage{Page: web.Page{Title: "Changer ou annuler ce rendez-vous", Layout: web.Ask}}
	var known orientation.Appointment
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if known, err = appointmentOf(r, q); err != nil {
			return err
		}
		where, err := place.ByID(r.Context(), q, known.Place)
		if err != nil {
			return err
		}
		who, err := holder.ByID(r.Context(), q, known.Holder)
		if err != nil {
			return err
		}
		page.Back = web.Link{Label: who.Called(), Path: personPath(who.ID, "")}
		page.Base, page.Where, page.When = appointmentPath(known.ID, ""), where.Name+", "+where.CommuneName, known.When()
		return nil
	}); err != nil {
		return err
	}
	if known.State == orientation.Cancelled {
		return web.SeeOther(w, r, personPath(known.Holder, ""))
	}
	if form == nil {
		form = web.NewForm()
		if !known.Day.IsZero() {
			form.Set("jour", known.Day.String())
		}
		if known.At > 0 {
			form.Set("heure", known.At.String())
		}
	}
	page.Form = form
	return web.Render(w, r, form.Status(), "appointment", page)
}

// moveAppointment answers POST /guichet/rendez-vous/{id}.
func moveAppointment(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	day := form.Date("jour")
	var at civil.TimeOfDay
	if strings.TrimSpace(form.Value("heure")) != "" {
		at = form.Time("heure")
	}
	var moved orientation.Appointment
	if form.Valid() {
		err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
			known, err := appointmentOf(r, tx)
			if err != nil {
				return err
			}
			moved, err = orientation.MoveAppointment(r.Context(), tx, known.ID, day, at)
			return err
		})
		switch {
		case fault.KindOf(err) == fault.Invalid:
			for _, field := range fault.Of(err).Fields {
				form.Wrong("jour", field.Code, field.Message)
			}
		case err != nil:
			return err
		}
	}
	if !form.Valid() {
		return showAppointment(w, r, form)
	}
	return web.SeeOther(w, r, appointmentPath(moved.ID, "/page"))
}

// cancelAppointment answers POST /guichet/rendez-vous/{id}/annulation.
func cancelAppointment(w http.ResponseWriter, r *web.Request) error {
	if _, err := r.ReadForm(); err != nil {
		return err
	}
	var ended orientation.Appointment
	if err := r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		known, err := appointmentOf(r, tx)
		if err != nil {
			return err
		}
		ended, err = orientation.CancelAppointment(r.Context(), tx, known.ID)
		return err
	}); err != nil {
		return err
	}
	return web.SeeOther(w, r, personPath(ended.Holder, "?enregistre"))
}
