package label

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/label"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

// holding is an act on labels that were granted: what its pages say, and what
// does it.
type holding struct {
	title, lead, button string
	dated               bool // until a day
	stops               bool // coupons are no longer taken: who is expected there must know
	do                  func(ctx context.Context, tx *db.Tx, id db.ID, reason string, until civil.Date) (label.Application, error)
}

// holdings are the acts by the last word of their address.
var holdings = map[string]holding{
	"suspension": {
		title: "Suspendre le label", button: "Suspendre le label", dated: true, stops: true,
		lead: "Dès aujourd’hui, le lieu n’accepte plus de chèques. Il en est prévenu, avec votre raison. Les chèques déjà reçus lui restent dus.",
		do:   label.Suspend,
	},
	"reprise": {
		title: "Lever la suspension", button: "Lever la suspension",
		lead: "Le lieu accepte de nouveau les chèques dès aujourd’hui, jusqu’à la fin prévue de son label.",
		do: func(ctx context.Context, tx *db.Tx, id db.ID, reason string, _ civil.Date) (label.Application, error) {
			return label.Resume(ctx, tx, id, reason)
		},
	},
	"retrait": {
		title: "Retirer le label", button: "Retirer le label", stops: true,
		lead: "Dès aujourd’hui, le lieu n’accepte plus de chèques et sort du registre. Il peut déposer une nouvelle demande.",
		do: func(ctx context.Context, tx *db.Tx, id db.ID, reason string, _ civil.Date) (label.Application, error) {
			return label.Revoke(ctx, tx, id, reason)
		},
	},
}

type holdPage struct {
	web.Page
	Lead, Button string
	Dated        bool
	Places       []string // that hold the label by this application
	Expected     string   // who is expected there, until the end of the suspension or in the two months ahead
	Check        []web.Line
	Reason       string
	Until        civil.Date
}

// holdingOf is the act that an address asks for.
func holdingOf(r *web.Request) holding {
	return holdings[r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]]
}

// ahead is how many months of workshops are counted when no end is given.
const ahead = 2

// expectedAt counts the workshops planned at the places that hold the label, and
// the seats taken there, until a day included: those that a suspension or a
// withdrawal leaves without the pass.
func expectedAt(r *web.Request, q db.Q, application label.Application, until civil.Date) (string, error) {
	now := r.App.Clock.Now()
	if until.IsZero() {
		until = civil.DateOf(now, civil.Paris).AddMonths(ahead)
	}
	sessions, seats := 0, 0
	for _, covered := range application.Places {
		if covered.Outcome != label.Granted {
			continue
		}
		planned, err := workshop.OfSite(r.Context(), q, covered.ID, now, until.AddDays(1).At(0, civil.Paris))
		if err != nil {
			return "", err
		}
		for _, session := range planned {
			if session.State == workshop.Planned {
				sessions, seats = sessions+1, seats+session.Taken
			}
		}
	}
	if sessions == 0 {
		return "", nil
	}
	return fmt.Sprintf("%s, %s jusqu’au %s", counted(sessions, "séance prévue", "séances prévues"), counted(seats, "place réservée", "places réservées"), until.FrenchLong()), nil
}

func counted(count int, one, many string) string {
	if count < 2 {
		many = one
	}
	return web.Whole(count).Text + "\u00a0" + many
}

// askHold answers GET /labels/demandes/{id}/suspension, reprise and retrait.
func askHold(w http.ResponseWriter, r *web.Request) error {
	return showHold(w, r, web.NewForm(), 0, nil)
}

func showHold(w http.ResponseWriter, r *web.Request, form *web.Form, status int, check []web.Line) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	act := holdingOf(r)
	page := &holdPage{
		Page: web.Page{Title: act.title, Layout: web.Ask, Form: form},
		Lead: act.lead, Button: act.button, Dated: act.dated,
	}
	if check != nil && act.dated {
		page.Until = form.Date("until")
	}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		application, err := label.ApplicationByID(r.Context(), q, id)
		if err != nil {
			return err
		}
		page.Back = web.Link{Label: "Demande\u00a0: " + application.OrganisationName, Path: "/labels/demandes/" + id.String()}
		for _, covered := range application.Places {
			if covered.Outcome == label.Granted {
				page.Places = append(page.Places, covered.Name)
			}
		}
		if act.stops {
			page.Expected, err = expectedAt(r, q, application, page.Until)
		}
		return err
	}); err != nil {
		return err
	}
	name := "hold"
	if check != nil {
		page.Check = append([]web.Line{{Label: "Lieux", Value: strings.Join(page.Places, ", ")}}, check...)
		if page.Expected != "" {
			page.Check = append(page.Check, web.Line{Label: "Ateliers prévus", Value: page.Expected})
		}
		page.Reason, page.Title, name = strings.TrimSpace(form.Value("reason")), "Vérifiez avant de décider", "hold-check"
	}
	if status == 0 {
		status = form.Status()
	}
	return web.Render(w, r, status, name, page)
}

// hold answers POST /labels/demandes/{id}/suspension, reprise and retrait.
func hold(w http.ResponseWriter, r *web.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	act, reason := holdingOf(r), form.Text("reason")
	var until civil.Date
	if act.dated {
		until = form.Date("until")
	}
	if !form.Valid() || form.Checked("modifier") {
		return showHold(w, r, form, 0, nil)
	}
	err = r.Act(form, func(tx *db.Tx) error {
		return once(r, tx, form, func() error {
			_, err := act.do(r.Context(), tx, id, reason, until)
			return err
		})
	})
	if form.Refused(err) {
		return showHold(w, r, form, 0, nil)
	}
	if refusal := fault.Of(err); err != nil && refusal.Kind == fault.Forbidden {
		form.Wrong("", refusal.Code, refusal.Message)
		return showHold(w, r, form, http.StatusForbidden, nil)
	}
	if err != nil {
		return err
	}
	if form.Confirmed() {
		return web.SeeOther(w, r, "/labels/demandes/"+id.String())
	}
	check := []web.Line{{Label: "Décision", Value: act.title}}
	if act.dated {
		check = append(check, web.Line{Label: "Dernier jour", Value: until.FrenchLong()})
	}
	return showHold(w, r, form, 0, append(check, web.Line{Label: "Raison", Value: reason}))
}
