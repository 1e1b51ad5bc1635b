package desk

import (
	"bytes"
	"net/http"
	"strconv"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/holder"
	"passerelle/internal/orientation"
	"passerelle/internal/printing"
	"passerelle/internal/voucher"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

// issuer is what this instance's papers say of it.
func issuer(r *web.Request) printing.Issuer {
	return printing.Issuer{Name: r.App.Settings.Name, Telephone: r.App.Settings.Telephone, Sample: r.App.Settings.Sample}
}

// paperPage is what is handed to the person: one page, and the booklet behind
// it when it was printed with it.
type paperPage struct {
	web.Page
	Letter  *printing.Letter
	Meeting *printing.Meeting
	Booklet *printing.Booklet
	PDF     string
	Behind  string // address of the booklet's own paper
}

type donePage struct {
	web.Page
	Done web.Confirmation
}

// paper answers GET /guichet/passages/{id}/page.
func paper(w http.ResponseWriter, r *web.Request) error {
	page := &paperPage{Page: web.Page{Layout: web.Paper, Back: web.Link{Label: "Accueil du guichet", Path: "/guichet"}}}
	var visit orientation.Visit
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if visit, err = visitOf(r, q); err != nil || visit.State != orientation.Done {
			return err
		}
		if err = page.fill(r, q, visit); err != nil || visit.Booklet.IsZero() {
			return err
		}
		return page.behind(r, q, visit.Booklet)
	})
	if err != nil {
		return err
	}
	switch {
	case visit.State != orientation.Done:
		return web.SeeOther(w, r, visitPath(visit.ID, ""))
	case page.Letter == nil && page.Meeting == nil:
		return showDone(w, r, visit)
	}
	return web.Render(w, r, http.StatusOK, "paper", page)
}

func (p *paperPage) fill(r *web.Request, q db.Q, visit orientation.Visit) error {
	switch {
	case !visit.Booking.IsZero():
		return p.letter(r, q, visit.Booking)
	case !visit.Appointment.IsZero():
		return p.meeting(r, q, visit.Appointment)
	}
	return nil
}

// letter is the page of a booked seat, or of a rank on a waiting list.
func (p *paperPage) letter(r *web.Request, q db.Q, booking db.ID) error {
	p.PDF = "/guichet/inscriptions/" + booking.String() + "/pdf"
	known, _, err := workshop.BookingByID(r.Context(), q, booking)
	if err != nil {
		return err
	}
	if known.State == workshop.Waiting {
		waiting, err := printing.WaitingOf(r.Context(), q, booking, issuer(r))
		p.Meeting, p.Title = &waiting, waiting.Title()
		return err
	}
	letter, err := printing.LetterOf(r.Context(), q, booking, issuer(r))
	p.Letter, p.Title = &letter, letter.Title()
	return err
}

func (p *paperPage) meeting(r *web.Request, q db.Q, id db.ID) error {
	p.PDF = "/guichet/rendez-vous/" + id.String() + "/pdf"
	meeting, err := printing.MeetingOf(r.Context(), q, id, issuer(r))
	p.Meeting, p.Title = &meeting, meeting.Title()
	return err
}

// behind adds the booklet that was printed with the page, or its address.
func (p *paperPage) behind(r *web.Request, q db.Q, id db.ID) error {
	p.Behind = "/guichet/carnets/" + id.String() + "/papier"
	if !r.URL.Query().Has("carnet") {
		return nil
	}
	known, err := voucher.BookletByID(r.Context(), q, id)
	if err != nil {
		return err
	}
	made, err := printing.BookletOf(r.Context(), q, known.Number, issuer(r))
	p.Booklet = &made
	return err
}

// doneNotes says what remains to be done today, by route.
var doneNotes = map[string]string{diagnosis.OnPaper: "Faites le papier ici, avec la personne."}

// showDone tells that a visit ended without an appointment.
func showDone(w http.ResponseWriter, r *web.Request, visit orientation.Visit) error {
	page := &donePage{Page: web.Page{Title: "C’est noté", Layout: web.Ask, Back: web.Link{Label: "Accueil du guichet", Path: "/guichet"}}}
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		known, err := holder.ByID(r.Context(), q, visit.Holder)
		if err != nil {
			return err
		}
		found, err := diagnosis.ByID(r.Context(), q, visit.Diagnosis)
		if err != nil {
			return err
		}
		page.Done = web.Confirmation{
			Title: "C’est noté pour " + known.Called(), Label: "Numéro de la page", Reference: known.Pseudonym,
			Next: []web.Line{{Label: "Aujourd’hui", Value: diagnosis.RouteTitle(found.Chosen()), Note: doneNotes[found.Chosen()]}},
			Keep: []web.Link{{Label: "Accueillir une autre personne", Path: "/guichet"}, {Label: "Voir sa page", Path: personPath(known.ID, "")}},
		}
		return nil
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, "done", page)
}

// letterPage answers GET /guichet/inscriptions/{id}/page: the page again.
func letterPage(w http.ResponseWriter, r *web.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	page := &paperPage{Page: web.Page{Layout: web.Paper, Back: web.Link{Label: "Personnes", Path: "/guichet/personnes"}}}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error { return page.letter(r, q, id) }); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, "paper", page)
}

// meetingPage answers GET /guichet/rendez-vous/{id}/page.
func meetingPage(w http.ResponseWriter, r *web.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	page := &paperPage{Page: web.Page{Layout: web.Paper, Back: web.Link{Label: "Personnes", Path: "/guichet/personnes"}}}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error { return page.meeting(r, q, id) }); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, "paper", page)
}

// letterPDF answers GET /guichet/inscriptions/{id}/pdf.
func letterPDF(w http.ResponseWriter, r *web.Request) error {
	return writePaper(w, r, (*paperPage).letter)
}

// meetingPDF answers GET /guichet/rendez-vous/{id}/pdf.
func meetingPDF(w http.ResponseWriter, r *web.Request) error {
	return writePaper(w, r, (*paperPage).meeting)
}

// writePaper answers with the PDF of the page of the address.
func writePaper(w http.ResponseWriter, r *web.Request, fill func(*paperPage, *web.Request, db.Q, db.ID) error) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	page := &paperPage{}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error { return fill(page, r, q, id) }); err != nil {
		return err
	}
	var file bytes.Buffer
	name := "rendez-vous"
	if page.Letter != nil {
		name += "-" + civil.DateOf(page.Letter.Starts, page.Letter.Starts.Location()).String()
		err = printing.WriteLetter(&file, r.App.Clock.Now(), *page.Letter)
	} else {
		err = printing.WriteMeeting(&file, r.App.Clock.Now(), *page.Meeting)
	}
	if err != nil {
		return err
	}
	return sendPDF(w, name, file.Bytes())
}

// sendPDF answers with a file that the browser shows; name has no extension.
func sendPDF(w http.ResponseWriter, name string, file []byte) error {
	header := w.Header()
	header.Set("Content-Type", "application/pdf")
	header.Set("Content-Disposition", `inline; filename="`+name+`.pdf"`)
	header.Set("Content-Length", strconv.Itoa(len(file)))
	header.Set("Cache-Control", "no-store")
	_, _ = w.Write(file) // a browser that leaves is no fault
	return nil
}
