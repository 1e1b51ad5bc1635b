package desk

import (
	"net/http"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/orientation"
	"passerelle/internal/web"
)

// sentBackLine is someone whom a session did not suit.
type sentBackLine struct {
	Name, Path, Seats, Answer string
	When, From, Telephone     string
	Why, Better               string
}

type sentBackPage struct {
	web.Page
	Waiting  []sentBackLine
	ByReason web.Table
	MayAct   bool
}

// sentBack answers GET /guichet/renvois: whom to call, and what the reasons add
// up to.
func sentBack(w http.ResponseWriter, r *web.Request) error {
	page := &sentBackPage{
		Page:   web.Page{Title: "À orienter autrement", Menu: "/guichet", Back: web.Link{Label: "Accueil du guichet", Path: "/guichet"}},
		MayAct: may(r, account.ActMisdirectionAnswer),
		ByReason: web.Table{Caption: "Pourquoi, depuis le début", Columns: []web.Column{
			{Label: "Raison"}, {Label: "Personnes", Number: true}, {Label: "Vues", Number: true},
		}},
	}
	counted, answered := map[string]int{}, map[string]int{}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		found, err := orientation.SentBackTo(r.Context(), q, false)
		for _, one := range found {
			counted[one.Why]++
			if !one.AnsweredAt.IsZero() {
				answered[one.Why]++
				continue
			}
			page.Waiting = append(page.Waiting, sentBackLine{
				Name: one.Name, Path: personPath(one.Holder, ""), Seats: personPath(one.Holder, "/places"), Answer: "/guichet/renvois/" + one.Booking.String(),
				When: civil.DateOf(one.ToldAt, civil.Paris).FrenchLong(), From: one.From, Telephone: one.Telephone,
				Why: orientation.MisdirectionLabel(one.Why), Better: one.BetterName,
			})
		}
		return err
	}); err != nil {
		return err
	}
	for _, reason := range orientation.Misdirections {
		if counted[reason.Code] > 0 {
			page.ByReason.Rows = append(page.ByReason.Rows, []web.Cell{web.Head(reason.Label), web.Whole(counted[reason.Code]), web.Whole(answered[reason.Code])})
		}
	}
	return web.Render(w, r, http.StatusOK, "sent-back", page)
}

// seenTo answers POST /guichet/renvois/{id}.
func seenTo(w http.ResponseWriter, r *web.Request) error {
	if _, err := r.ReadForm(); err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return orientation.ErrUnknownMisdirection
	}
	if err := r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		_, err := orientation.AnswerMisdirection(r.Context(), tx, id)
		return err
	}); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/guichet/renvois")
}
