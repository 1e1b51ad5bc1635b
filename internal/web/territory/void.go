package territory

import (
	"net/http"

	"passerelle/internal/db"
	"passerelle/internal/funding"
	"passerelle/internal/voucher"
	"passerelle/internal/web"
)

type voidPage struct {
	web.Page
	Order funding.Order
	Check []web.Line
	Told  web.Confirmation
}

// askVoiding answers GET /commandes/{id}/rappel.
func askVoiding(w http.ResponseWriter, r *web.Request) error {
	return showVoiding(w, r, web.NewForm())
}

func showVoiding(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &voidPage{Page: web.Page{Title: "Quels carnets rappeler\u202f?", Layout: web.Ask, Form: form}}
	if err := view(r, func(q db.Q) (err error) {
		page.Order, err = orderOf(r, q)
		return err
	}); err != nil {
		return err
	}
	page.Back = web.Link{Label: "Commande " + page.Order.Reference, Path: "/commandes/" + page.Order.ID.String()}
	return web.Render(w, r, form.Status(), "void", page)
}

// voidBooklets answers POST /commandes/{id}/rappel: one booklet, or all that
// are in stock, slice after slice.
func voidBooklets(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	what := form.Choice("quoi", "Dites quels carnets vous rappelez", "stock", "carnet")
	reason := form.Required("raison", "Dites pourquoi, en quelques mots.")
	if what == "carnet" {
		form.Required("numero", "Écrivez le numéro du carnet")
	}
	if !form.Valid() || form.Checked("modifier") {
		return showVoiding(w, r, form)
	}
	page := &voidPage{Page: web.Page{Title: "Vérifiez avant de rappeler", Layout: web.Ask, Form: form, Menu: "/commandes"}}
	ended, last := 0, 0
	for {
		last = 0
		err = r.Act(form, func(tx *db.Tx) (err error) {
			if page.Order, err = orderOf(r, tx); err != nil {
				return err
			}
			if what == "carnet" {
				_, err = voucher.Void(r.Context(), tx, voucher.Voiding{Number: form.Text("numero"), Reason: reason})
				last = 1
				return err
			}
			last, err = voucher.VoidStock(r.Context(), tx, page.Order.ID, reason)
			return err
		})
		if form.RefusedAs(err, map[string]string{"reason": "raison", "number": "numero"}) {
			return showVoiding(w, r, form)
		}
		if err != nil {
			return err
		}
		ended += last
		if !form.Confirmed() || what == "carnet" || last < voucher.MostVoided {
			break
		}
	}
	told := count(ended, "carnet", "carnets")
	if last == voucher.MostVoided {
		told = "tous ceux du stock"
	}
	if form.Confirmed() {
		page.Title = told + " ne serviront plus"
		page.Told = web.Confirmation{
			Title: page.Title, Label: "Commande", Reference: page.Order.Reference,
			Next: []web.Line{{Label: "Maintenant", Value: "La valeur des chèques remis et non utilisés est revenue aux financeurs. Un comptable peut la rendre, ou la reporter."}},
			Keep: []web.Link{{Label: "Revenir à la commande", Path: "/commandes/" + page.Order.ID.String()}},
		}
		return web.Render(w, r, http.StatusOK, "voided", page)
	}
	page.Check = []web.Line{{Label: "Commande", Value: page.Order.Reference}, {Label: "Carnets rappelés", Value: told}, {Label: "Pourquoi", Value: reason}}
	if what == "carnet" {
		page.Check = append(page.Check, web.Line{Label: "Numéro", Value: form.Text("numero")})
	}
	return web.Render(w, r, http.StatusOK, "void-check", page)
}
