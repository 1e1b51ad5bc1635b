package site

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/label"
	"passerelle/internal/voucher"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

// presenceField names the answer about one booking.
const presenceField = "presence-"

// person is someone expected at a session, as the site sees them.
type person struct {
	Booking db.ID
	Name    string
	From    string // who sent them, and what to know
	Back    string // where to send them back to their counter from
	State   string // of presence, in words
	Field   string
	Options []web.Option
	Next    bool     // a free seat can be given
	Word    string   // of who waits: what they said of a freed seat
	Coupon  string   // what the coupon kept for the seat does, in words
	Undo    web.Link // takes back the coupon that the presence took

	organisation db.ID
	state        string
}

type sessionPage struct {
	web.Page
	Heading        string
	ID             db.ID
	When, Where    string
	Expected, Full string
	Cancelled      bool
	People, Queue  []person
	Presences      *web.Form
	Saved          bool
	Reader         *reader
	Waiting        web.Notice
	MayRead        bool // who is expected
	MayTick        bool
	MayPlan        bool
	Mediator       string

	kept map[db.ID]keptCoupon // by booking
}

// showSession answers GET /seances/{id}.
func showSession(w http.ResponseWriter, r *web.Request) error {
	return renderSession(w, r, nil, nil)
}

// renderSession shows a session; answered is a reading just made, form the
// presences just refused.
func renderSession(w http.ResponseWriter, r *web.Request, answered *answer, form *web.Form) error {
	page := &sessionPage{
		Page:      web.Page{Back: web.Link{Label: "Toutes mes séances", Path: "/seances"}, Form: form},
		Presences: form, Saved: r.URL.Query().Has("enregistre"),
		MayRead: account.May(r.Actor(), account.ActAttendanceRead), MayTick: account.May(r.Actor(), account.ActAttendanceTick), MayPlan: account.May(r.Actor(), account.ActSessionPlan),
	}
	if form == nil {
		page.Presences = web.NewForm()
	}
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		session, site, err := ownSession(r, q)
		if err != nil {
			return err
		}
		page.head(session, q.Now())
		if err := page.people(r, q, session); err != nil {
			return err
		}
		if page.Waiting, err = waitingAccount(r, q, []label.Site{site}); err != nil || page.Cancelled {
			return err
		}
		page.Reader, err = newReader(r, q, site, session, answered)
		return err
	})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if form != nil {
		status = form.Status()
	}
	if page.Reader != nil {
		page.Title = page.Reader.titled(page.Title)
		if answered != nil {
			status = answered.status
		}
	}
	return web.Render(w, r, status, "session", page)
}

// head tells what the session is and when.
func (p *sessionPage) head(session workshop.Session, now time.Time) {
	zone := session.Zone()
	p.ID, p.Where, p.Mediator = session.ID, session.Room, session.Mediator
	p.Title = session.Title + ", " + relativeDay(session.Day(), now, zone) + " à " + civil.FrenchHour(session.StartsAt.In(zone))
	p.Heading = p.Title
	p.When = upperFirst(shortDay(session.Day())) + ", " + session.HoursText()
	p.Cancelled = session.State == workshop.SessionCalledOff
}

// people fills in who is expected, came, or waits.
func (p *sessionPage) people(r *web.Request, q db.Q, session workshop.Session) error {
	if !account.May(q.Actor(), account.ActAttendanceRead) {
		p.Expected = count(session.Taken, "place prise", "places prises") + " sur " + strconv.Itoa(session.Seats) + "."
		return nil
	}
	sheet, err := workshop.Bookings(r.Context(), q, session.ID)
	if err != nil {
		return err
	}
	if session.State != workshop.SessionCalledOff {
		if err := p.coupons(r, q, session, sheet); err != nil {
			return err
		}
	}
	expected := 0
	senders := map[db.ID]string{}
	for _, line := range sheet {
		made := newPerson(line)
		made.Coupon, made.Undo = p.kept[line.ID].words, p.kept[line.ID].undo
		if made.From, err = sender(r, q, senders, line); err != nil {
			return err
		}
		if line.Organisation != session.Organisation && line.Stands() && account.May(q.Actor(), account.ActMisdirectionTell) {
			made.Back = "/inscriptions/" + line.ID.String() + "/renvoi"
		}
		if line.State == workshop.Waiting {
			made.Word = waitingWord(line.Booking, session)
			made.Next = (session.Free() > 0 || line.Offered()) && session.StartsAt.After(q.Now()) && session.State == workshop.Planned
			p.Queue = append(p.Queue, made)
			continue
		}
		if line.Stands() {
			expected++
		}
		p.People = append(p.People, made)
	}
	verb := "attendue"
	if session.EndsAt.Before(q.Now()) {
		verb = "inscrite"
	}
	p.Expected = count(expected, "personne "+verb, "personnes "+verb+"s") + " pour " + count(session.Seats, "place", "places") + "."
	if expected > session.Seats {
		p.Full = "Vous pouvez accueillir tout le monde, ou proposer une autre date."
	}
	return nil
}

// waitingWord is what a waiting person said of a freed seat, or until when one is
// kept for them.
func waitingWord(b workshop.Booking, session workshop.Session) string {
	if b.Offered() {
		until := b.OfferedUntil.In(session.Zone())
		return "Une place est gardée jusqu’au " + shortDay(civil.DateOf(until, session.Zone())) + ", " + civil.FrenchHour(until)
	}
	for _, word := range workshop.Words {
		if word.Code == b.Word {
			return "«\u00a0" + word.Label + "\u00a0»"
		}
	}
	return ""
}

func newPerson(line workshop.Attendee) person {
	made := person{
		Booking: line.ID, Name: line.Person.Name, Field: presenceField + line.ID.String(),
		organisation: line.Person.Organisation, state: line.Presence,
	}
	for _, presence := range workshop.Presences {
		made.Options = append(made.Options, web.Option{Value: presence.State, Label: presence.Label, Chosen: presence.State == line.Presence})
		if presence.State == line.Presence {
			made.State = presence.Label
		}
	}
	return made
}

// sender tells who sent a person, or that they came to the door.
func sender(r *web.Request, q db.Q, known map[db.ID]string, line workshop.Attendee) (string, error) {
	told := known[line.Person.Organisation]
	if told == "" {
		organisation, err := account.OrganisationByID(r.Context(), q, line.Person.Organisation)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return "", err
		}
		told = joined(", ", organisation.Name, organisation.Telephone)
		known[line.Person.Organisation] = told
	}
	if line.Organisation != q.Actor().Organisation {
		agent, err := account.NameOf(r.Context(), q, line.BookedBy)
		if err != nil {
			return "", err
		}
		told = joined(", ", agent, told)
	}
	if line.Door {
		if line.Person.Organisation == q.Actor().Organisation {
			told = "Inscrit à la porte"
		} else {
			told += ". Venu sans inscription"
		}
	}
	if line.Person.Manner.ReadAloud {
		told += ". Lisez à voix haute"
	}
	if line.Person.Manner.LargePrint {
		told += ". Écrivez gros"
	}
	return told, nil
}

// savePresences answers POST /seances/{id}/presences.
func savePresences(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	var session workshop.Session
	var ticked voucher.Ticked
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) (err error) {
		if session, _, err = ownSession(r, tx); err != nil {
			return err
		}
		sheet, err := workshop.Bookings(r.Context(), tx, session.ID)
		if err != nil {
			return err
		}
		states := map[db.ID]string{}
		for _, line := range sheet {
			if told := form.Value(presenceField + line.ID.String()); told != "" {
				states[line.ID] = told
			}
		}
		ticked, err = voucher.Tick(r.Context(), tx, session.ID, states)
		return err
	})
	if form.Refused(err) {
		return renderSession(w, r, nil, form)
	}
	if err != nil {
		return err
	}
	for _, redemption := range ticked.Redeemed[max(0, len(ticked.Redeemed)-1):] {
		remember(w, r, seen{At: redemption.At, Passage: redemption.ID, Session: session.ID, Site: session.Site})
	}
	return web.SeeOther(w, r, "/seances/"+session.ID.String()+"?enregistre#presents")
}

// offerSeat answers POST /seances/{id}/places: the person was told and agreed.
func offerSeat(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	booking, err := db.ParseID(form.Value("inscription"))
	if err != nil {
		return workshop.ErrUnknownBooking
	}
	var session workshop.Session
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) (err error) {
		if session, _, err = ownSession(r, tx); err != nil {
			return err
		}
		found, _, err := workshop.BookingByID(r.Context(), tx, booking)
		if err == nil && found.Session != session.ID {
			err = workshop.ErrUnknownBooking
		}
		if err != nil {
			return err
		}
		if _, err = workshop.SeatWaiting(r.Context(), tx, booking); err != nil {
			return err
		}
		return voucher.Hold(r.Context(), tx, booking)
	})
	if form.Refused(err) {
		return renderSession(w, r, nil, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/seances/"+session.ID.String()+"?enregistre#presents")
}

func upperFirst(text string) string {
	if text == "" {
		return ""
	}
	letters := []rune(text)
	return strings.ToUpper(string(letters[:1])) + string(letters[1:])
}

// count is "1 place", "3 places".
func count(number int, one, many string) string {
	if number < 2 {
		many = one
	}
	return strconv.Itoa(number) + "\u00a0" + many
}

func joined(between string, texts ...string) string {
	var told []string
	for _, text := range texts {
		if text != "" {
			told = append(told, text)
		}
	}
	return strings.Join(told, between)
}
