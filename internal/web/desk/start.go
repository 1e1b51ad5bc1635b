package desk

import (
	"net/http"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/departure"
	"passerelle/internal/diagnosis"
	"passerelle/internal/orientation"
	"passerelle/internal/voucher"
	"passerelle/internal/web"
)

// openVisit is a visit to take up again.
type openVisit struct {
	Path, Leave  string
	Called, When string
}

type startPage struct {
	web.Page
	MayWelcome bool
	Visits     []openVisit
	InStock    int
	More       bool // than could be counted at once
	Leaving    int  // people of this desk booked where a site leaves
	Phones     []waitingPhone
	SentBack   int // people whom a session did not suit, not seen to yet
	Groups     []openVisit
}

// start answers GET /guichet.
func start(w http.ResponseWriter, r *web.Request) error {
	page := &startPage{
		Page:       web.Page{Title: "Accueillir une personne"},
		MayWelcome: account.May(r.Actor(), account.ActVisitKeep),
	}
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		if page.MayWelcome {
			visits, err := orientation.OpenVisits(r.Context(), q)
			if err != nil {
				return err
			}
			for _, visit := range visits {
				page.Visits = append(page.Visits, newOpenVisit(visit, q.Now()))
			}
			groups, err := orientation.RecentGroups(r.Context(), q)
			if err != nil {
				return err
			}
			for _, group := range groups {
				one := openVisit{Path: groupPath(group.ID, ""), Called: "Groupe de " + count(len(group.Members), "personne", "personnes"), When: begunText(group.StartedAt, q.Now())}
				if group.State == orientation.Done {
					one.When = "terminé\u00a0: ses pages à imprimer"
				}
				page.Groups = append(page.Groups, one)
			}
			phones, err := diagnosis.Phones(r.Context(), q)
			if err != nil {
				return err
			}
			page.Phones = waitingPhones(phones)
		}
		const counted = 100
		stock, err := voucher.Booklets(r.Context(), q, voucher.Filter{State: voucher.InStock, Limit: counted})
		page.InStock, page.More = len(stock), len(stock) == counted
		if err != nil {
			return err
		}
		back, err := orientation.SentBackTo(r.Context(), q, true)
		if err != nil {
			return err
		}
		page.SentBack = len(back)
		leaving, err := departure.List(r.Context(), q)
		for _, one := range leaving {
			page.Leaving += one.Left
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, "start", page)
}

func newOpenVisit(visit orientation.Visit, now time.Time) openVisit {
	called := visit.Called()
	if called == "" {
		called = "Personne sans nom"
	}
	return openVisit{Path: visitPath(visit.ID, ""), Leave: visitPath(visit.ID, "/abandon"), Called: called, When: begunText(visit.StartedAt, now)}
}

// begunText is "commencé à 9 h 30", or the day when it was another one.
func begunText(at, now time.Time) string {
	if day := civil.DateOf(at, civil.Paris); day != civil.DateOf(now, civil.Paris) {
		return "commencé le " + day.FrenchLong()
	}
	return "commencé à " + civil.FrenchHour(at.In(civil.Paris))
}

// welcome answers POST /guichet/passages: sent twice, it is one visit.
func welcome(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	var visit orientation.Visit
	begins := orientation.Beginning{Questionnaire: form.Value("questionnaire")}
	if form.Value("personne") != "" {
		if begins.Known, err = db.ParseID(form.Value("personne")); err != nil {
			return err
		}
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) (err error) {
		visit, err = db.Once(r.Context(), tx, form.Key(r),
			func(id db.ID) (orientation.Visit, error) { return orientation.ByID(r.Context(), tx, id) },
			func(id db.ID) (orientation.Visit, error) {
				begins.ID = id
				return orientation.Begin(r.Context(), tx, begins)
			})
		return err
	})
	if err != nil {
		return err
	}
	first := "/questions/1"
	if form.Checked("toutes") {
		first += "?toutes=1"
	}
	return web.SeeOther(w, r, visitPath(visit.ID, first))
}

// visitPath is an address of a visit's.
func visitPath(id db.ID, rest string) string { return "/guichet/passages/" + id.String() + rest }

type leavePage struct {
	web.Page
	Called string
}

// askLeave answers GET /guichet/passages/{id}/abandon.
func askLeave(w http.ResponseWriter, r *web.Request) error {
	visit, err := loadVisit(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, "leave", &leavePage{
		Page:   web.Page{Title: "Abandonner ce passage\u202f?", Layout: web.Ask, Back: web.Link{Label: "Accueil du guichet", Path: "/guichet"}},
		Called: visit.Called(),
	})
}

// leave answers POST /guichet/passages/{id}/abandon.
func leave(w http.ResponseWriter, r *web.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	if _, err := r.ReadForm(); err != nil {
		return err
	}
	if err := r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error { return orientation.Leave(r.Context(), tx, id) }); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/guichet")
}
