package site

import (
	"bytes"
	"net/http"
	"net/url"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/label"
	"passerelle/internal/printing"
	"passerelle/internal/web"
)

func issued(r *web.Request) printing.Issuer {
	settings := r.App.Settings
	return printing.Issuer{Name: settings.Name, Telephone: settings.Telephone, Sample: settings.Sample}
}

type sheetPage struct {
	web.Page
	Paper printing.Attendance
	PDF   string
}

// attendanceOf reads the attendance sheet of the session of the address.
func attendanceOf(r *web.Request) (sheet printing.Attendance, path string, err error) {
	err = r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		session, _, err := ownSession(r, q)
		if err != nil {
			return err
		}
		path = "/seances/" + session.ID.String()
		sheet, err = printing.AttendanceOf(r.Context(), q, session.ID, issued(r))
		return err
	})
	return sheet, path, err
}

// showSheet answers GET /seances/{id}/feuille: the attendance sheet to print.
func showSheet(w http.ResponseWriter, r *web.Request) error {
	sheet, path, err := attendanceOf(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, "sheet", &sheetPage{
		Page:  web.Page{Title: sheet.Session, Layout: web.Paper, Back: web.Link{Label: "La séance", Path: path}},
		Paper: sheet, PDF: path + "/feuille/pdf",
	})
}

// printSheet answers GET /seances/{id}/feuille/pdf.
func printSheet(w http.ResponseWriter, r *web.Request) error {
	sheet, _, err := attendanceOf(r)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := printing.WriteAttendance(&file, r.App.Clock.Now(), sheet); err != nil {
		return err
	}
	return web.Download(w, "application/pdf", "feuille-de-presence.pdf", file.Bytes())
}

type agendaPage struct {
	web.Page
	Agenda printing.Agenda
	PDF    string
	Other  web.Link // the month before or after
}

// agendaOf reads the workshops of the month and place of the address: this
// month unless it says the next one.
func agendaOf(r *web.Request) (agenda printing.Agenda, site label.Site, next bool, err error) {
	next = r.URL.Query().Has("suivant")
	err = r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if site, _, err = chosen(r, q, r.URL.Query().Get("lieu")); err != nil {
			return err
		}
		month := civil.DateOf(q.Now(), site.Zone()).Month()
		if next {
			month = month.Next()
		}
		agenda, err = printing.AgendaOf(r.Context(), q, site.Place, month, r.App.Settings.BaseURL+"/lieux/"+site.ID.String(), issued(r))
		return err
	})
	return agenda, site, next, err
}

// showAgenda answers GET /mon-lieu/ateliers: the poster of a month's workshops.
func showAgenda(w http.ResponseWriter, r *web.Request) error {
	agenda, site, next, err := agendaOf(r)
	if err != nil {
		return err
	}
	query := url.Values{"lieu": {site.ID.String()}}
	page := &agendaPage{Agenda: agenda, Page: web.Page{
		Title: agenda.Title(), Layout: web.Paper, Back: web.Link{Label: site.Name, Path: "/mon-lieu?" + query.Encode()},
	}}
	page.Other = web.Link{Label: "Les ateliers de ce mois", Path: "/mon-lieu/ateliers?" + query.Encode()}
	if !next {
		page.Other = web.Link{Label: "Les ateliers du mois prochain", Path: "/mon-lieu/ateliers?" + query.Encode() + "&suivant"}
	} else {
		query.Set("suivant", "")
	}
	page.PDF = "/mon-lieu/ateliers/pdf?" + query.Encode()
	return web.Render(w, r, http.StatusOK, "agenda", page)
}

// printAgenda answers GET /mon-lieu/ateliers/pdf.
func printAgenda(w http.ResponseWriter, r *web.Request) error {
	agenda, _, _, err := agendaOf(r)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := printing.WriteAgenda(&file, r.App.Clock.Now(), agenda); err != nil {
		return err
	}
	return web.Download(w, "application/pdf", "ateliers-"+agenda.Month.String()+".pdf", file.Bytes())
}
