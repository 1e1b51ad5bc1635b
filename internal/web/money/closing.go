package money

import (
	"net/http"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/money"
	"passerelle/internal/place"
	"passerelle/internal/settlement"
	"passerelle/internal/web"
)

type closingPage struct {
	web.Page
	Month  civil.Month
	List   web.Table
	Sites  int
	Amount money.Cents
}

// askClosing answers GET /comptable/cloture?mois=2026-10: what closing would do.
func askClosing(w http.ResponseWriter, r *web.Request) error {
	return showClosing(w, r, web.NewForm(), r.URL.Query().Get("mois"))
}

func showClosing(w http.ResponseWriter, r *web.Request, form *web.Form, text string) error {
	wanted, err := civil.ParseMonth(text)
	if err != nil {
		return web.SeeOther(w, r, "/comptable")
	}
	page := &closingPage{
		Page: web.Page{
			Title: "Clore " + wanted.French() + "\u202f?", Form: form, Menu: "/comptable",
			Back: web.Link{Label: "Ce qui attend", Path: "/comptable"},
		},
		Month: wanted,
	}
	err = view(r, func(q db.Q) error {
		open, err := everyStatement(r, q, settlement.Filter{Month: wanted, State: settlement.Open})
		if err != nil {
			return err
		}
		waiting, err := settlement.ToClose(r.Context(), q, wanted)
		if err != nil {
			return err
		}
		sites := map[db.ID]place.Place{}
		if err := nameSites(r, q, open, sites); err != nil {
			return err
		}
		page.list(open, waiting, sites)
		return nil
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "closing", page)
}

func (p *closingPage) list(open []settlement.Statement, waiting []db.ID, sites map[db.ID]place.Place) {
	p.List = web.Table{Caption: "Ce qui sera clos", Columns: []web.Column{{Label: "Lieu"}, {Label: "Chèques", Number: true}, {Label: "Montant", Number: true}}}
	over := map[db.ID]bool{}
	for _, site := range waiting {
		over[site] = true
	}
	coupons := 0
	for _, statement := range open {
		if !over[statement.Site] {
			continue
		}
		site := sites[statement.Site]
		p.List.Rows = append(p.List.Rows, []web.Cell{
			web.Head(site.Name).Noted(site.CommuneName).To("/comptable/releves/" + statement.ID.String()), web.Whole(statement.Coupons), web.Amount(statement.Amount),
		})
		p.Sites++
		coupons += statement.Coupons
		p.Amount += statement.Amount
	}
	p.List.Foot = []web.Cell{web.Head("Total"), web.Whole(coupons), web.Amount(p.Amount)}
}

// closeMonth answers POST /comptable/cloture: each site in a transaction of its
// own, so that one that cannot be closed holds up no other.
func closeMonth(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	wanted, err := civil.ParseMonth(form.Value("mois"))
	if err != nil {
		return web.SeeOther(w, r, "/comptable")
	}
	var sites []db.ID
	if err := view(r, func(q db.Q) error {
		sites, err = settlement.ToClose(r.Context(), q, wanted)
		return err
	}); err != nil {
		return err
	}
	for _, site := range sites {
		err := r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
			_, err := settlement.CloseSite(r.Context(), tx, site, wanted)
			return err
		})
		if form.Refused(err) && fault.KindOf(err) == fault.Conflict {
			continue // told, and closed at the next try
		}
		if err != nil {
			return err
		}
	}
	if !form.Valid() {
		return showClosing(w, r, form, form.Value("mois"))
	}
	return web.SeeOther(w, r, "/comptable/releves?mois="+wanted.String())
}
